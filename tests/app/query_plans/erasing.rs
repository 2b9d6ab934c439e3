//! What is asked when private words are blacked out.

use fehlermelder::domain::ids::{ActId, TicketId};
use fehlermelder::domain::site::Lang;
use fehlermelder::storage::ready_answers::{self, ActLetter};
use fehlermelder::storage::{events, tickets};
use uuid::Uuid;

use super::recorder::{Recorder, uses_indexes};

/// Asks all of it.
pub async fn ask(recorder: &Recorder<'_>, now: i64) {
    let (db, act) = (recorder, ActId(Uuid::from_u128(7)));
    let ids = [TicketId(1_001), TicketId(1_002)];
    tickets::lock_all(db, &ids).await.unwrap();
    events::of_tickets(db, &ids).await.unwrap();
    ready_answers::letters_of(db, &[act]).await.unwrap();
    let letter = ActLetter {
        act,
        lang: Lang::De,
        body: "Danke!".into(),
        created_at: now,
    };
    ready_answers::set_letter(db, &letter).await.unwrap();
    uses_indexes(recorder, "words that are blacked out").await;
}
