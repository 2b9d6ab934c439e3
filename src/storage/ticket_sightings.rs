//! What the watch saw of tickets' passages.

use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, sea_query::OnConflict};

use super::{
    entities::ticket_sightings,
    error::{StorageError, word},
    search::is_one_of_numbers,
    sql::Values,
};
use crate::domain::{
    article_watch::VersionSource,
    ids::{TicketId, VersionId},
    sighting::{Look, Sighting},
    ticket::PassageState,
};

/// The last sightings of tickets, in no order; a ticket that was never looked up has none.
///
/// # Errors
/// [`StorageError`]
pub async fn of_tickets(
    db: &impl ConnectionTrait,
    ids: &[TicketId],
) -> Result<Vec<Sighting>, StorageError> {
    // One text, however many: it is prepared once.
    let mut values = Values::new(db.get_database_backend());
    let ids: Vec<i64> = ids.iter().map(|i| i.0).collect();
    let of_these = is_one_of_numbers(&mut values, "ticket_id", &ids);
    let statement = values.statement(&format!("SELECT * FROM ticket_sightings WHERE {of_these}"));
    let rows = ticket_sightings::Entity::find()
        .from_raw_sql(statement)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Stores sightings in place of those before.
///
/// # Errors
/// [`StorageError`]
pub async fn save_all(db: &impl ConnectionTrait, list: &[Sighting]) -> Result<(), StorageError> {
    use ticket_sightings::Column;
    for chunk in list.chunks(500) {
        ticket_sightings::Entity::insert_many(chunk.iter().map(active))
            .on_conflict(
                OnConflict::column(Column::TicketId)
                    .update_columns([
                        Column::LookedAt,
                        Column::VersionId,
                        Column::FirstVersionId,
                        Column::Outcome,
                        Column::Score,
                        Column::Margin,
                        Column::NowStart,
                        Column::NowEnd,
                        Column::NowWords,
                        Column::HeldAt,
                        Column::CorrectionSeenAt,
                        Column::CorrectionSource,
                        Column::OldWordsSeen,
                        Column::CorrectionMissingAt,
                        Column::FitsSuggestion,
                        Column::Directive,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

fn active(sighting: &Sighting) -> ticket_sightings::ActiveModel {
    let look = &sighting.look;
    ticket_sightings::ActiveModel {
        ticket_id: Set(sighting.ticket.0),
        looked_at: Set(sighting.looked_at),
        version_id: Set(sighting.version.map(|v| v.0)),
        first_version_id: Set(sighting.first_version.map(|v| v.0)),
        outcome: Set(look.outcome.as_str().into()),
        score: Set(look.score),
        margin: Set(look.margin),
        now_start: Set(look.place.map(|p| p.0)),
        now_end: Set(look.place.map(|p| p.1)),
        now_words: Set(look.words.clone()),
        held_at: Set(sighting.held_at),
        correction_seen_at: Set(sighting.correction_seen_at),
        correction_source: Set(sighting.correction_source.map(|s| s.as_str().into())),
        old_words_seen: Set(sighting.old_words_seen),
        correction_missing_at: Set(sighting.correction_missing_at),
        fits_suggestion: Set(sighting.fits_suggestion),
        directive: Set(look.directive.clone()),
    }
}

fn read(row: ticket_sightings::Model) -> Result<Sighting, StorageError> {
    const TABLE: &str = "ticket_sightings";
    Ok(Sighting {
        ticket: TicketId(row.ticket_id),
        looked_at: row.looked_at,
        version: row.version_id.map(VersionId),
        first_version: row.first_version_id.map(VersionId),
        look: Look {
            outcome: word(TABLE, "outcome", &row.outcome, PassageState::parse)?,
            place: row.now_start.zip(row.now_end),
            words: row.now_words,
            score: row.score,
            margin: row.margin,
            directive: row.directive,
        },
        held_at: row.held_at,
        correction_seen_at: row.correction_seen_at,
        correction_source: row
            .correction_source
            .map(|v| word(TABLE, "correction_source", &v, VersionSource::parse))
            .transpose()?,
        old_words_seen: row.old_words_seen,
        correction_missing_at: row.correction_missing_at,
        fits_suggestion: row.fits_suggestion,
    })
}
