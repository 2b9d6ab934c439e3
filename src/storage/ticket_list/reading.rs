//! The rows of a page with their articles, in one statement.
//!
//! SQLite gives them as one JSON text: its driver runs on a thread of its own and hands over row by row, value by value; for thirty rows
//! that costs more than finding and parsing them.

use std::{fmt::Write as _, sync::LazyLock};

use sea_orm::{
    ColumnTrait, ColumnType, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, Iterable,
};

use crate::{
    domain::{article::Article, ticket::Ticket},
    storage::{
        articles,
        entities::{articles as article_rows, tickets as ticket_rows},
        error::{StorageError, json},
        sql::Values,
        tickets,
    },
};

/// A ticket with its article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedTicket {
    /// The ticket.
    pub ticket: Ticket,
    /// Its article.
    pub article: Article,
}

/// The prefix of an article's columns, in `PostgreSQL`.
const OF_ARTICLE: &str = "article_column_";

/// The tickets of a page, in no order, each with the number that stands beside it; `page` is a query that gives `id` and `beside`.
pub(super) async fn listed(
    db: &impl ConnectionTrait,
    values: Values,
    page: &str,
) -> Result<Vec<(ListedTicket, i64)>, StorageError> {
    static AS_JSON: LazyLock<String> = LazyLock::new(|| {
        format!(
            "SELECT json_group_array(json_array(beside, {}, {})) AS found",
            as_json::<ticket_rows::Entity>("tickets"),
            as_json::<article_rows::Entity>("articles")
        )
    });
    static AS_ROWS: LazyLock<String> = LazyLock::new(|| {
        let mut text = "SELECT beside, tickets.*".to_owned();
        for column in article_rows::Column::iter() {
            let name = sea_orm::IdenStatic::as_str(&column);
            // Writing to a string cannot fail.
            let _ = write!(text, ", articles.{name} AS {OF_ARTICLE}{name}");
        }
        text
    });
    let of = format!(
        "FROM ({page}) AS page JOIN tickets ON tickets.id = page.id JOIN articles ON articles.id = tickets.article_id"
    );
    if values.backend == DbBackend::Sqlite {
        let statement = values.statement(&format!("{} {of}", *AS_JSON));
        let Some(row) = db.query_one_raw(statement).await? else {
            return Ok(Vec::new());
        };
        let found: String = row.try_get("", "found")?;
        let rows: Vec<(i64, ticket_rows::Model, article_rows::Model)> =
            json("tickets", "*", &found)?;
        return rows
            .into_iter()
            .map(|(beside, ticket, article)| Ok((read(ticket, article)?, beside)))
            .collect();
    }
    let rows = db
        .query_all_raw(values.statement(&format!("{} {of}", *AS_ROWS)))
        .await?;
    rows.iter()
        .map(|row| {
            let ticket = ticket_rows::Model::from_query_result(row, "")?;
            let article = article_rows::Model::from_query_result(row, OF_ARTICLE)?;
            Ok((read(ticket, article)?, row.try_get("", "beside")?))
        })
        .collect()
}

fn read(
    ticket: ticket_rows::Model,
    article: article_rows::Model,
) -> Result<ListedTicket, StorageError> {
    Ok(ListedTicket {
        ticket: tickets::read(ticket)?,
        article: articles::read(article)?,
    })
}

/// A row as a JSON array, as serde reads it into the row's type. Bytes are left out: JSON has none.
fn as_json<E: EntityTrait>(table: &str) -> String {
    let column = |column: E::Column| {
        let name = format!("{table}.{}", sea_orm::IdenStatic::as_str(&column));
        match column.def().get_column_type() {
            ColumnType::Uuid => format!("CASE WHEN {name} IS NOT NULL THEN hex({name}) END"),
            ColumnType::Boolean => format!("json(CASE WHEN {name} THEN 'true' ELSE 'false' END)"),
            ColumnType::VarBinary(_) | ColumnType::Binary(_) | ColumnType::Blob => {
                "json('[]')".to_owned()
            }
            _ => name,
        }
    };
    let columns: Vec<String> = E::Column::iter().map(column).collect();
    format!("json_array({})", columns.join(", "))
}
