//! What is asked of accounts, and of what a site's administrators keep.

use fehlermelder::domain::account::LinkPurpose;
use fehlermelder::domain::ids::{ActId, AddressId, BylineId, TicketId, TokenId};
use fehlermelder::domain::site::Lang;
use fehlermelder::storage::deputies::{self, Escalation};
use fehlermelder::storage::{
    accounts, admin_events, editors, ready_answers, saved_views, sessions, site_addresses,
};
use uuid::Uuid;

use super::recorder::{Recorder, uses_indexes};
use crate::support::newsroom::TestNewsroom;

/// Asks all of it.
pub async fn ask(recorder: &Recorder<'_>, newsroom: &TestNewsroom, now: i64) {
    account(recorder, newsroom, now).await;
    kept_by_a_site(recorder, newsroom, now).await;
}

async fn account(recorder: &Recorder<'_>, newsroom: &TestNewsroom, now: i64) {
    let (db, editor, some) = (recorder, newsroom.editor.id, Uuid::from_u128(7));
    sessions::of_editor(db, editor).await.unwrap();
    sessions::confirm(db, &[1], now).await.unwrap();
    sessions::delete_one(db, editor, some).await.unwrap();
    sessions::delete_others(db, editor, &[1]).await.unwrap();
    sessions::count_failure(db, &[1], now).await.unwrap();
    sessions::release_failures(db, &[1]).await.unwrap();
    sessions::forget_failures(db, &[1]).await.unwrap();
    sessions::delete_of_editor(db, editor).await.unwrap();
    uses_indexes(recorder, "sessions").await;

    for purpose in [LinkPurpose::Invitation, LinkPurpose::PasswordReset] {
        accounts::newest_link(db, editor, purpose).await.unwrap();
        accounts::open_links(db, purpose).await.unwrap();
        accounts::use_links(db, editor, purpose, now).await.unwrap();
    }
    accounts::find_link(db, some).await.unwrap();
    accounts::delete_old_links(db, now - 1).await.unwrap();
    uses_indexes(recorder, "links sent by mail").await;

    accounts::find(db, editor).await.unwrap();
    accounts::use_step(db, editor, 1).await.unwrap();
    accounts::use_recovery_code(db, editor, &[1]).await.unwrap();
    accounts::count_recovery_codes(db, editor).await.unwrap();
    accounts::replace_recovery_codes(db, editor, vec![vec![1]])
        .await
        .unwrap();
    uses_indexes(recorder, "the second factor").await;

    editors::tokens_of(db, editor).await.unwrap();
    editors::find_token(db, &[1]).await.unwrap();
    editors::revoke_token(db, some, now).await.unwrap();
    editors::revoke_tokens_of(db, editor, now).await.unwrap();
    editors::touch_token(db, TokenId(some), now).await.ok();
    uses_indexes(recorder, "tokens").await;

    saved_views::visible(db, editor, &[newsroom.site.id])
        .await
        .unwrap();
    uses_indexes(recorder, "saved views").await;
}

async fn kept_by_a_site(recorder: &Recorder<'_>, newsroom: &TestNewsroom, now: i64) {
    let (db, site, some) = (recorder, newsroom.site.id, Uuid::from_u128(7));
    site_addresses::of_site(db, site).await.unwrap();
    site_addresses::find(db, AddressId(some)).await.unwrap();
    uses_indexes(recorder, "the address book").await;

    deputies::bylines_of(db, site).await.unwrap();
    deputies::bylines_named(db, &[site], &["ada".into(), "bea".into()])
        .await
        .unwrap();
    deputies::find_byline(db, BylineId(some)).await.unwrap();
    deputies::bylines_to(db, "frei@anderswo.example")
        .await
        .unwrap();
    uses_indexes(recorder, "bylines").await;

    let escalation = Escalation {
        ticket: TicketId(1_001),
        stage: 0,
        due_at: now,
    };
    deputies::set_escalations(db, &[escalation]).await.unwrap();
    deputies::due_escalations(db, now, 200).await.unwrap();
    deputies::take_escalation(db, escalation).await.unwrap();
    uses_indexes(recorder, "tickets that wait for somebody").await;

    admin_events::page(db, &[site], false, None, 51)
        .await
        .unwrap();
    for all in [true, false] {
        admin_events::page(db, &[site], all, Some(some), 51)
            .await
            .unwrap();
    }
    admin_events::delete_before(db, now - 1).await.unwrap();
    uses_indexes(recorder, "the history of the settings").await;

    ready_answers::letter(db, ActId(some), Lang::De)
        .await
        .unwrap();
    ready_answers::delete_letters(db, now - 1).await.unwrap();
    uses_indexes(recorder, "letters").await;
}
