//! Versions that are not to be kept, and with them the words of articles that tickets show.

use std::collections::BTreeSet;

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    Select,
    sea_query::{Expr, Query},
};
use uuid::Uuid;

use crate::{
    domain::ids::{ArticleId, SiteId, VersionId},
    storage::{
        articles::lock_all,
        entities::{article_versions, articles, ticket_sightings, tickets},
        error::StorageError,
        search::is_one_of_numbers,
        sql::Values,
    },
};

/// A version, its article, and what that shows now.
type Expired = (Uuid, Uuid, Option<Uuid>);

/// The versions that were last seen before a moment.
fn expired(before: i64) -> Select<article_versions::Entity> {
    article_versions::Entity::find()
        .select_only()
        .column(article_versions::Column::Id)
        .column(article_versions::Column::ArticleId)
        .column(articles::Column::CurrentVersion)
        .join(
            JoinType::InnerJoin,
            article_versions::Entity::belongs_to(articles::Entity)
                .from(article_versions::Column::ArticleId)
                .to(articles::Column::Id)
                .into(),
        )
        .filter(article_versions::Column::LastSeenAt.lt(before))
}

/// Deletes versions of a site that were last seen before a moment, at most so many; the words of them that tickets show go
/// with them. How many, and the articles that have no current version any more.
///
/// # Errors
/// [`StorageError`]
pub async fn delete_expired(
    db: &impl ConnectionTrait,
    site: SiteId,
    before: i64,
    limit: u64,
) -> Result<(usize, Vec<ArticleId>), StorageError> {
    let found: Vec<Expired> = expired(before)
        .filter(articles::Column::SiteId.eq(site.0))
        .order_by_asc(article_versions::Column::LastSeenAt)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    if found.is_empty() {
        return Ok((0, Vec::new()));
    }
    // Everybody locks articles first; and what was seen again before we had them is not over.
    let held: BTreeSet<ArticleId> = found.iter().map(|r| ArticleId(r.1)).collect();
    let held: Vec<ArticleId> = held.into_iter().collect();
    lock_all(db, &held).await?;
    let rows: Vec<Expired> = expired(before)
        .filter(article_versions::Column::Id.is_in(found.iter().map(|r| r.0)))
        .into_tuple()
        .all(db)
        .await?;
    if rows.is_empty() {
        return Ok((0, Vec::new()));
    }
    article_versions::Entity::delete_many()
        .filter(article_versions::Column::Id.is_in(rows.iter().map(|r| r.0)))
        .filter(article_versions::Column::LastSeenAt.lt(before))
        .exec(db)
        .await?;
    let of_articles: BTreeSet<ArticleId> = rows.iter().map(|r| ArticleId(r.1)).collect();
    let of_articles: Vec<ArticleId> = of_articles.into_iter().collect();
    let deleted: Vec<VersionId> = rows.iter().map(|r| VersionId(r.0)).collect();
    forget_words(db, &of_articles, &deleted).await?;
    let bare: Vec<ArticleId> = rows
        .iter()
        .filter(|(id, _, current)| *current == Some(*id))
        .map(|(_, article, _)| ArticleId(*article))
        .collect();
    articles::Entity::update_many()
        .col_expr(
            articles::Column::CurrentVersion,
            Expr::value(Option::<Uuid>::None),
        )
        .filter(articles::Column::Id.is_in(bare.iter().map(|a| a.0)))
        .exec(db)
        .await?;
    Ok((rows.len(), bare))
}

/// Takes away what tickets of those articles show of those versions, which are gone.
///
/// # Errors
/// [`StorageError`]
pub async fn forget_words(
    db: &impl ConnectionTrait,
    of_articles: &[ArticleId],
    deleted: &[VersionId],
) -> Result<(), StorageError> {
    /// Tickets at a time.
    const AT_ONCE: usize = 1_000;
    if of_articles.is_empty() || deleted.is_empty() {
        return Ok(());
    }
    let of_these: Vec<i64> = tickets::Entity::find()
        .select_only()
        .column(tickets::Column::Id)
        .filter(tickets::Column::ArticleId.is_in(of_articles.iter().map(|a| a.0)))
        .into_tuple()
        .all(db)
        .await?;
    for some in of_these.chunks(AT_ONCE) {
        for (column, cleared) in [
            (
                "version_id",
                "now_words = NULL, directive = NULL, version_id = NULL",
            ),
            ("first_version_id", "first_version_id = NULL"),
        ] {
            let mut values = Values::new(db.get_database_backend());
            let of_tickets = is_one_of_numbers(&mut values, "ticket_id", some);
            let shows = values.is_one_of(column, deleted.iter().map(|v| v.0));
            let text =
                format!("UPDATE ticket_sightings SET {cleared} WHERE {of_tickets} AND {shows}");
            db.execute_raw(values.statement(&text)).await?;
        }
    }
    Ok(())
}

/// Deletes all versions of an article, and the words of it that tickets show; how many versions.
///
/// # Errors
/// [`StorageError`]
pub async fn forget(db: &impl ConnectionTrait, article: ArticleId) -> Result<u64, StorageError> {
    let deleted = article_versions::Entity::delete_many()
        .filter(article_versions::Column::ArticleId.eq(article.0))
        .exec(db)
        .await?
        .rows_affected;
    let of_article = Query::select()
        .column(tickets::Column::Id)
        .from(tickets::Entity)
        .and_where(tickets::Column::ArticleId.eq(article.0))
        .take();
    ticket_sightings::Entity::update_many()
        .col_expr(
            ticket_sightings::Column::NowWords,
            Expr::value(Option::<String>::None),
        )
        .col_expr(
            ticket_sightings::Column::Directive,
            Expr::value(Option::<String>::None),
        )
        .col_expr(
            ticket_sightings::Column::VersionId,
            Expr::value(Option::<Uuid>::None),
        )
        .col_expr(
            ticket_sightings::Column::FirstVersionId,
            Expr::value(Option::<Uuid>::None),
        )
        .filter(ticket_sightings::Column::TicketId.in_subquery(of_article))
        .exec(db)
        .await?;
    articles::Entity::update_many()
        .col_expr(
            articles::Column::CurrentVersion,
            Expr::value(Option::<Uuid>::None),
        )
        .filter(articles::Column::Id.eq(article.0))
        .exec(db)
        .await?;
    Ok(deleted)
}
