//! What is asked to keep terms, and to thread mails.

use fehlermelder::domain::ids::{AddressId, BylineId, ContactId, NotificationId, TicketId};
use fehlermelder::domain::notification::{DeliveryState, Occasion, Recipient};
use fehlermelder::storage::notifications::{self, Notification};
use fehlermelder::storage::{deputies, report_texts};
use uuid::Uuid;

use super::recorder::{Recorder, uses_indexes};
use crate::support::newsroom::TestNewsroom;

/// Asks all of it.
pub async fn ask(recorder: &Recorder<'_>, newsroom: &TestNewsroom, now: i64) {
    let (db, some) = (recorder, Uuid::from_u128(7));
    report_texts::expired(db, newsroom.site.id, now, 200)
        .await
        .unwrap();
    report_texts::erase(db, &[TicketId(1_001), TicketId(1_002)], now - 1)
        .await
        .unwrap();
    uses_indexes(recorder, "what readers wrote, until its term is over").await;

    let bundle = NotificationId(some);
    notifications::bundled_bylines(db, bundle).await.unwrap();
    deputies::bylines_by_ids(db, &[BylineId(some)])
        .await
        .unwrap();
    uses_indexes(recorder, "an author's bundle").await;

    for recipient in [
        Recipient::Editor(newsroom.editor.id),
        Recipient::Contact(ContactId(some)),
        Recipient::Address(AddressId(some)),
    ] {
        let mail = Notification {
            id: NotificationId(some),
            site: newsroom.site.id,
            occasion: Occasion::TicketClosed,
            ticket: Some(TicketId(1_001)),
            recipient,
            state: DeliveryState::Pending,
            attempts: 0,
            due_at: now,
            last_error: None,
            created_at: now,
            sent_at: None,
            act: None,
        };
        notifications::first_sent(db, &mail).await.unwrap();
    }
    uses_indexes(recorder, "the first mail of a thread").await;
}
