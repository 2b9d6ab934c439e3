//! What readers left to be reached by: apart from the reports, so that it can go without them.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::{
    entities::contacts,
    error::{StorageError, word},
    rows::RowStatement,
    search::is_one_of_numbers,
    sql::Values,
    tickets::with_doubles,
};
use crate::domain::{
    ids::{ContactId, ReportId, SiteId},
    site::Lang,
};

/// A reader's address and the consent to use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its key.
    pub id: ContactId,
    /// Of which site.
    pub site: SiteId,
    /// For which report.
    pub report: ReportId,
    /// The address.
    pub email: String,
    /// Keyed hash of it.
    pub email_hash: Vec<u8>,
    /// The language to write in.
    pub lang: Lang,
    /// The sentence the reader agreed to.
    pub consent_text: String,
    /// When.
    pub consented_at: i64,
    /// When we asked to confirm: when the mail is due, and once it has gone, when it went. `None` when another report's mail covers it.
    pub confirmation_sent_at: Option<i64>,
    /// When the link in that mail was followed.
    pub confirmed_at: Option<i64>,
}

/// Adds contacts.
pub(super) static CONTACTS: RowStatement = RowStatement::insert(
    "contacts",
    &[
        "id",
        "site_id",
        "report_id",
        "email",
        "email_hash",
        "lang",
        "consent_text",
        "consented_at",
        "confirmation_sent_at",
        "confirmed_at",
    ],
    "",
);

/// The row of a contact, for [`CONTACTS`].
pub(super) fn contact_row(c: &Contact) -> [sea_orm::Value; 10] {
    [
        c.id.0.into(),
        c.site.0.into(),
        c.report.0.into(),
        c.email.as_str().into(),
        c.email_hash.clone().into(),
        c.lang.as_str().into(),
        c.consent_text.as_str().into(),
        c.consented_at.into(),
        c.confirmation_sent_at.into(),
        c.confirmed_at.into(),
    ]
}

/// One contact.
///
/// # Errors
/// [`StorageError`]
pub async fn find(
    db: &impl ConnectionTrait,
    id: ContactId,
) -> Result<Option<Contact>, StorageError> {
    contacts::Entity::find_by_id(id.0)
        .one(db)
        .await?
        .map(read)
        .transpose()
}

/// The contacts of those reports.
///
/// # Errors
/// [`StorageError`]
pub async fn of_reports(
    db: &impl ConnectionTrait,
    reports: &[ReportId],
) -> Result<Vec<Contact>, StorageError> {
    if reports.is_empty() {
        return Ok(Vec::new());
    }
    let rows = contacts::Entity::find()
        .filter(contacts::Column::ReportId.is_in(reports.iter().map(|r| r.0)))
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// The contacts of all reports of a ticket, and of the tickets that are doubles of it.
///
/// # Errors
/// [`StorageError`]
pub async fn of_ticket_and_doubles(
    db: &impl ConnectionTrait,
    ticket: crate::domain::ids::TicketId,
) -> Result<Vec<Contact>, StorageError> {
    let backend = db.get_database_backend();
    let sql = format!(
        "{} SELECT contacts.* FROM contacts WHERE report_id IN (SELECT r.id FROM reports r JOIN same ON r.ticket_id = same.id)",
        with_doubles(backend)
    );
    let statement = sea_orm::Statement::from_sql_and_values(backend, sql, [ticket.0.into()]);
    let rows = contacts::Entity::find()
        .from_raw_sql(statement)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// How many readers of these tickets and of the tickets that are doubles of them wait for an answer: with an address that they confirmed, of
/// a report that they did not withdraw. Each of them once, however often they reported.
///
/// # Errors
/// [`StorageError`]
pub async fn count_waiting(
    db: &impl ConnectionTrait,
    tickets: &[crate::domain::ids::TicketId],
) -> Result<u64, StorageError> {
    if tickets.is_empty() {
        return Ok(0);
    }
    let ids: Vec<i64> = tickets.iter().map(|ticket| ticket.0).collect();
    let mut values = Values::new(db.get_database_backend());
    let is_one = is_one_of_numbers(&mut values, "id", &ids);
    let text = format!(
        "WITH RECURSIVE same(id) AS (SELECT id FROM tickets WHERE {is_one} UNION \
         SELECT t.id FROM tickets t JOIN same ON t.duplicate_of = same.id) \
         SELECT count(DISTINCT email_hash) AS number FROM contacts WHERE confirmed_at IS NOT NULL AND report_id IN \
         (SELECT r.id FROM reports r JOIN same ON r.ticket_id = same.id WHERE r.withdrawn_at IS NULL)"
    );
    let row = db.query_one_raw(values.statement(&text)).await?;
    let number: i64 = row.map_or(Ok(0), |row| row.try_get("", "number"))?;
    Ok(u64::try_from(number).unwrap_or(0))
}

/// The latest contacts of those addresses since a moment.
///
/// # Errors
/// [`StorageError`]
pub async fn recent_of_addresses(
    db: &impl ConnectionTrait,
    hashes: &[Vec<u8>],
    since: i64,
) -> Result<Vec<Contact>, StorageError> {
    if hashes.is_empty() {
        return Ok(Vec::new());
    }
    let rows = contacts::Entity::find()
        .filter(contacts::Column::EmailHash.is_in(hashes.iter().cloned()))
        .filter(contacts::Column::ConsentedAt.gte(since))
        .limit(10_000)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Marks all unconfirmed contacts of that address at that site as confirmed.
///
/// # Errors
/// [`StorageError`]
pub async fn confirm_address(
    db: &impl ConnectionTrait,
    site: SiteId,
    email_hash: &[u8],
    at: i64,
) -> Result<(), StorageError> {
    contacts::Entity::update_many()
        .col_expr(
            contacts::Column::ConfirmedAt,
            sea_orm::sea_query::Expr::value(at),
        )
        .filter(contacts::Column::EmailHash.eq(email_hash.to_vec()))
        .filter(contacts::Column::SiteId.eq(site.0))
        .filter(contacts::Column::ConfirmedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Notes when the mail that asks to confirm the address went out.
///
/// # Errors
/// [`StorageError`]
pub async fn set_confirmation_sent(
    db: &impl ConnectionTrait,
    id: ContactId,
    at: i64,
) -> Result<(), StorageError> {
    // The reader may have deleted it meanwhile.
    contacts::Entity::update_many()
        .col_expr(
            contacts::Column::ConfirmationSentAt,
            sea_orm::sea_query::Expr::value(at),
        )
        .filter(contacts::Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes the contact of a report.
///
/// # Errors
/// [`StorageError`]
pub async fn delete_of_report(
    db: &impl ConnectionTrait,
    report: ReportId,
) -> Result<bool, StorageError> {
    let result = contacts::Entity::delete_many()
        .filter(contacts::Column::ReportId.eq(report.0))
        .exec(db)
        .await?;
    Ok(result.rows_affected > 0)
}

/// Deletes contacts never confirmed, left by `by` or earlier and not asked since; how many went.
///
/// # Errors
/// [`StorageError`]
pub async fn delete_unconfirmed(db: &impl ConnectionTrait, by: i64) -> Result<u64, StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let condition = format!(
        "confirmed_at IS NULL AND consented_at <= {} AND (confirmation_sent_at IS NULL OR confirmation_sent_at <= {})",
        values.place(by),
        values.place(by)
    );
    delete_where(db, &condition, values).await
}

/// Deletes a site's contacts whose ticket was closed by `by` or earlier; how many went.
///
/// # Errors
/// [`StorageError`]
pub async fn delete_of_closed(
    db: &impl ConnectionTrait,
    site: SiteId,
    by: i64,
) -> Result<u64, StorageError> {
    // Not what came after: an address left on a ticket closed long ago is still to be confirmed and told. And not what waits for
    // the ticket that its own is a double of.
    let mut values = Values::new(db.get_database_backend());
    let condition = format!(
        "site_id = {} AND consented_at <= {} AND report_id IN (SELECT r.id FROM tickets t \
         JOIN reports r ON r.ticket_id = t.id WHERE t.closed_at <= {} AND NOT EXISTS (\
         WITH RECURSIVE chain(id, further, closed_at) AS (SELECT id, duplicate_of, closed_at FROM tickets WHERE id = t.duplicate_of \
         UNION SELECT o.id, o.duplicate_of, o.closed_at FROM tickets o JOIN chain ON o.id = chain.further) \
         SELECT 1 FROM chain WHERE closed_at IS NULL OR closed_at > {}))",
        values.place(site.0),
        values.place(by),
        values.place(by),
        values.place(by)
    );
    delete_where(db, &condition, values).await
}

/// Deletes contacts, and with each the hash of what was submitted with it.
async fn delete_where(
    db: &impl ConnectionTrait,
    condition: &str,
    values: Values,
) -> Result<u64, StorageError> {
    let hashes = format!(
        "UPDATE reports SET body_hash = NULL WHERE id IN (SELECT report_id FROM contacts WHERE {condition})"
    );
    db.execute_raw(values.clone().statement(&hashes)).await?;
    let rows = format!("DELETE FROM contacts WHERE {condition}");
    Ok(db
        .execute_raw(values.statement(&rows))
        .await?
        .rows_affected())
}

fn read(row: contacts::Model) -> Result<Contact, StorageError> {
    Ok(Contact {
        id: ContactId(row.id),
        site: SiteId(row.site_id),
        report: ReportId(row.report_id),
        email: row.email,
        email_hash: row.email_hash,
        lang: word("contacts", "lang", &row.lang, Lang::parse)?,
        consent_text: row.consent_text,
        consented_at: row.consented_at,
        confirmation_sent_at: row.confirmation_sent_at,
        confirmed_at: row.confirmed_at,
    })
}
