//! What readers wrote in their own words, once its term is over: comments, links, answers to questions. The passage, the suggestion
//! and what the newsroom wrote are the record of the correction and stay.

use std::collections::BTreeSet;

use sea_orm::ConnectionTrait;

use super::{error::StorageError, search::is_one_of_numbers, sql::Values};
use crate::domain::{
    clock::UnixMillis,
    ids::{SiteId, TicketId},
};

/// At most so many tickets of a site that were closed by then and on which something still stands that a reader had written by then.
/// A double waits for the ticket that it leads to.
///
/// # Errors
/// [`StorageError`]
pub async fn expired(
    db: &impl ConnectionTrait,
    site: SiteId,
    by: UnixMillis,
    most: usize,
) -> Result<Vec<TicketId>, StorageError> {
    let mut values = Values::new(db.get_database_backend());
    let site = values.place(site.0);
    let by = values.place(by);
    let limit = values.place(i64::try_from(most).unwrap_or(i64::MAX));
    // Each from an index that holds only what is still there. In this order: the tickets closed by then are all of the past.
    let places = [
        (
            "tickets t",
            format!("t.site_id = {site} AND t.comment IS NOT NULL"),
        ),
        (
            "reports CROSS JOIN tickets t",
            format!(
                "reports.site_id = {site} AND reports.created_at <= {by} \
                 AND (reports.comment IS NOT NULL OR reports.source IS NOT NULL) AND t.id = reports.ticket_id"
            ),
        ),
        // Few, and each looks up its report: a join may read all reports instead.
        (
            "report_answers CROSS JOIN tickets t",
            format!(
                "report_answers.created_at <= {by} AND t.site_id = {site} \
                 AND t.id = (SELECT ticket_id FROM reports WHERE reports.id = report_answers.report_id)"
            ),
        ),
    ];
    let mut found = BTreeSet::new();
    for (tables, there) in places {
        let text = format!(
            "SELECT t.id AS id FROM {tables} WHERE {there} AND t.closed_at <= {by} AND NOT EXISTS (\
             WITH RECURSIVE chain(id, further, closed_at) AS (SELECT id, duplicate_of, closed_at FROM tickets WHERE id = t.duplicate_of \
             UNION SELECT o.id, o.duplicate_of, o.closed_at FROM tickets o JOIN chain ON o.id = chain.further) \
             SELECT 1 FROM chain WHERE closed_at IS NULL OR closed_at > {by}) LIMIT {limit}"
        );
        for row in db.query_all_raw(values.clone().statement(&text)).await? {
            found.insert(TicketId(row.try_get("", "id")?));
        }
    }
    Ok(found.into_iter().take(most).collect())
}

/// Deletes what readers had written on those tickets by then, with the hash of what was submitted, which would tell whoever guesses.
///
/// # Errors
/// [`StorageError`]
pub async fn erase(
    db: &impl ConnectionTrait,
    tickets: &[TicketId],
    by: UnixMillis,
) -> Result<(), StorageError> {
    let numbers: Vec<i64> = tickets.iter().map(|ticket| ticket.0).collect();
    let mut values = Values::new(db.get_database_backend());
    let is_one = is_one_of_numbers(&mut values, "ticket_id", &numbers);
    let by = values.place(by);
    let answers = format!(
        "DELETE FROM report_answers WHERE created_at <= {by} AND report_id IN (SELECT id FROM reports WHERE {is_one})"
    );
    db.execute_raw(values.clone().statement(&answers)).await?;
    let reports = format!(
        "UPDATE reports SET comment = NULL, source = NULL, body_hash = NULL WHERE {is_one} AND created_at <= {by} \
         AND (comment IS NOT NULL OR source IS NOT NULL)"
    );
    db.execute_raw(values.statement(&reports)).await?;
    let mut values = Values::new(db.get_database_backend());
    let is_one = is_one_of_numbers(&mut values, "id", &numbers);
    let copies =
        format!("UPDATE tickets SET comment = NULL WHERE {is_one} AND comment IS NOT NULL");
    db.execute_raw(values.statement(&copies)).await?;
    Ok(())
}
