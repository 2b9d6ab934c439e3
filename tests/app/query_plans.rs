//! Every question that is asked of a table that grows is answered by an index. Seen from the statements themselves: they
//! are recorded as storage sends them, and the database is asked how it would go about each.

mod accounts;
mod erasing;
mod recorder;
mod terms;

use std::sync::Mutex;

use fehlermelder::domain::analyser::Indexed;
use fehlermelder::domain::article_watch::VersionSource;
use fehlermelder::domain::bulk::{BulkAct, Outcome};
use fehlermelder::domain::ids::{
    ActId, ArticleId, BulkId, BylineId, ContactId, DeskId, EditorId, EventId, NotificationId,
    ReportId, SiteId, TicketId, VersionId,
};
use fehlermelder::domain::kind::Kind;
use fehlermelder::domain::listing::ListOrder;
use fehlermelder::domain::notification::Occasion;
use fehlermelder::domain::statistics::Measure;
use fehlermelder::domain::ticket::{PassageState, Resolution, TicketState};
use fehlermelder::storage::article_versions::ArticleVersion;
use fehlermelder::storage::filing::Filing;
use fehlermelder::storage::notifications::Whose;
use fehlermelder::storage::statistics::{By, Narrow};
use fehlermelder::storage::ticket_list::{Direction, Position, Stretch};
use fehlermelder::storage::tickets::{JoinedTicket, TicketFilter};
use fehlermelder::storage::{
    article_search, article_versions, article_watch, articles, bulks, contacts, events, filing,
    followers, notifications, report_answers, report_marks, reports, search, sessions, statistics,
    ticket_list, ticket_sightings, ticket_tags, tickets, waves,
};
use sea_orm::DbBackend;
use uuid::Uuid;

use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;

use recorder::{Recorder, uses_indexes};

/// What lists are narrowed by, each with what it is called.
fn narrowed(site: SiteId) -> Vec<(&'static str, TicketFilter)> {
    let some = Uuid::from_u128(7);
    let all = || TicketFilter {
        sites: vec![site],
        ..TicketFilter::default()
    };
    let of = |states: &[TicketState]| TicketFilter {
        states: states.to_vec(),
        ..all()
    };
    vec![
        ("", all()),
        (" by state", of(&[TicketState::New])),
        (" by states", of(&[TicketState::New, TicketState::Open])),
        (
            " by state and kind",
            TicketFilter {
                kind: Some(Kind::Fact),
                ..of(&[TicketState::Closed])
            },
        ),
        (
            " by desk",
            TicketFilter {
                desks: vec![some.into()],
                ..all()
            },
        ),
        (
            " by assignee",
            TicketFilter {
                assignee: Some(Some(EditorId(some))),
                ..all()
            },
        ),
        (
            " by nobody",
            TicketFilter {
                assignee: Some(None),
                ..all()
            },
        ),
        (
            " by resolution",
            TicketFilter {
                resolution: Some(Resolution::Corrected),
                ..all()
            },
        ),
        (
            " by passage state",
            TicketFilter {
                passage_state: Some(PassageState::Changed),
                ..all()
            },
        ),
        (
            " of what is back",
            TicketFilter {
                regressed: Some(true),
                ..all()
            },
        ),
        (
            " by tag",
            TicketFilter {
                tags: vec!["titel".into(), "eilig".into()],
                ..all()
            },
        ),
        (
            " of a period",
            TicketFilter {
                came_from: Some(1),
                came_before: Some(2),
                ..all()
            },
        ),
    ]
}

async fn listing(db: &Recorder<'_>, site: SiteId) {
    let somewhere = Position {
        key: 1_795_000_000_000,
        ticket: TicketId(1_030),
    };
    for (name, filter) in narrowed(site) {
        let closed = filter.resolution.is_some() || filter.states == [TicketState::Closed];
        for order in ListOrder::ALL {
            if closed && *order == ListOrder::Pressing {
                continue;
            }
            for direction in [Direction::Down, Direction::Up] {
                for from in [None, Some(somewhere)] {
                    let stretch = Stretch {
                        order: *order,
                        from,
                        direction,
                        limit: 51,
                    };
                    ticket_list::list(db, &filter, stretch).await.unwrap();
                    uses_indexes(db, &format!("list of one site{name}, {order}")).await;
                }
            }
        }
        ticket_list::of_articles(
            db,
            &filter,
            &[ArticleId(Uuid::from_u128(7))],
            ListOrder::Newest,
            10,
        )
        .await
        .unwrap();
        uses_indexes(db, &format!("articles in a list{name}")).await;
        ticket_list::count_up_to(db, std::slice::from_ref(&filter), 501)
            .await
            .unwrap();
        uses_indexes(db, &format!("count of one site{name}")).await;
    }
    let stretch = Stretch {
        order: ListOrder::Newest,
        from: None,
        direction: Direction::Down,
        limit: 51,
    };
    let others = [
        (
            "list of two sites",
            TicketFilter {
                sites: vec![site, Uuid::from_u128(7).into()],
                ..TicketFilter::default()
            },
        ),
        (
            "list of an article",
            TicketFilter {
                sites: vec![site],
                article: Some(ArticleId(Uuid::from_u128(7))),
                ..TicketFilter::default()
            },
        ),
        (
            "search",
            TicketFilter {
                sites: vec![site],
                words: Some("feler -standart \"der neue\" hand*".into()),
                ..TicketFilter::default()
            },
        ),
    ];
    for (name, filter) in others {
        ticket_list::list(db, &filter, stretch).await.unwrap();
        uses_indexes(db, name).await;
    }
    ticket_tags::in_use(db, &[site]).await.unwrap();
    uses_indexes(db, "tags in use").await;
}

fn version(some: Uuid, now: i64) -> ArticleVersion {
    ArticleVersion {
        id: VersionId(some),
        article: ArticleId(some),
        hash: vec![1],
        rule_version: 1,
        source: VersionSource::Fetched,
        first_seen_at: now,
        last_seen_at: now,
        partial: false,
    }
}

async fn watching(db: &Recorder<'_>, site: SiteId, now: i64) {
    let some = Uuid::from_u128(7);
    article_watch::hasten(db, &[ArticleId(some)], now)
        .await
        .unwrap();
    article_watch::claim_one(db, ArticleId(some), some, now, now + 1)
        .await
        .unwrap();
    article_watch::take_over(db, ArticleId(some), some, now, now + 1)
        .await
        .unwrap();
    for next in [None, Some(now)] {
        article_watch::release(db, ArticleId(some), some, next, 1)
            .await
            .unwrap();
    }
    article_watch::host_not_before(db, "magazin.example", now)
        .await
        .unwrap();
    article_watch::is_any_due(db, now).await.unwrap();
    // First with hosts that are not stored yet, then with those that this claim stored.
    for lease in [some, Uuid::from_u128(8)] {
        let choice = article_watch::choose(db, now, 4).await.unwrap();
        article_watch::claim(db, lease, now, now + 1, &choice)
            .await
            .unwrap();
    }
    article_watch::count_failure(db, ArticleId(some))
        .await
        .unwrap();
    article_watch::next_due(db, now).await.unwrap();
    article_watch::overdue(db, now, 100).await.unwrap();
    article_watch::find(db, ArticleId(some)).await.unwrap();
    articles::bump_and_hasten(db, &[ArticleId(some)], now)
        .await
        .unwrap();
    article_versions::of_article(db, ArticleId(some))
        .await
        .unwrap();
    article_versions::find(db, VersionId(some)).await.unwrap();
    article_versions::last_whole(db, ArticleId(some), now)
        .await
        .unwrap();
    article_versions::other_seen_at(db, &version(some, now))
        .await
        .unwrap();
    article_versions::see_again(db, &version(some, now))
        .await
        .unwrap();
    let reported = tickets::find(db, TicketId(1_001)).await.unwrap().unwrap();
    article_versions::forget_words(db, &[reported.article], &[VersionId(some)])
        .await
        .unwrap();
    article_versions::texts(db, &[VersionId(some)])
        .await
        .unwrap();
    tickets::with_passage(db, ArticleId(some), now - 1, true)
        .await
        .unwrap();
    ticket_sightings::of_tickets(db, &[TicketId(1_001)])
        .await
        .unwrap();
    article_search::holding(db, site, ArticleId(some), "Der Standart", 40)
        .await
        .unwrap();
    article_versions::forget(db, ArticleId(some)).await.unwrap();
    article_search::remove(db, ArticleId(some)).await.unwrap();
    uses_indexes(db, "watching articles").await;
    article_versions::delete_expired(db, site, now, 500)
        .await
        .unwrap();
    uses_indexes(db, "versions that expire").await;
}

/// Statistics: counting what happened, and asking for figures.
async fn counting(recorder: &Recorder<'_>, site: SiteId) {
    let (some, db) = (Uuid::from_u128(7), recorder);
    statistics::changed_tickets(db, Some(some), Uuid::max())
        .await
        .unwrap();
    statistics::changed_tickets(db, None, some).await.unwrap();
    statistics::first_looks(db, &[TicketId(1_001), TicketId(1_002)])
        .await
        .unwrap();
    statistics::cells_of(db, &[TicketId(1_001)]).await.unwrap();
    statistics::reports_after(db, Some(some), Uuid::max())
        .await
        .unwrap();
    let narrow = Narrow {
        sites: vec![site],
        desk: Some(DeskId(some)),
        kind: Some(Kind::Fact),
        days: Some((1, 9)),
    };
    for by in [By::Nothing, By::Day, By::Kind, By::Desk, By::All] {
        statistics::figures(db, &narrow, &[Measure::Opened, Measure::Closed], by)
            .await
            .unwrap();
    }
    let whole = Narrow {
        sites: vec![site],
        ..Narrow::default()
    };
    statistics::figures(db, &whole, &[Measure::Pending], By::Day)
        .await
        .unwrap();
    statistics::most_reported(db, &[site], (1, 9), 10)
        .await
        .unwrap();
    uses_indexes(recorder, "statistics").await;

    report_marks::insisted(db, &[ReportId(some)]).await.unwrap();
    report_answers::of_reports(db, &[ReportId(some)])
        .await
        .unwrap();
    report_answers::words_of(db, &[TicketId(1_001)])
        .await
        .unwrap();
    report_answers::delete_of_report(db, ReportId(some))
        .await
        .unwrap();
    tickets::not_errors(db, ArticleId(some), 100).await.unwrap();
    waves::all(db, &[site], 1).await.unwrap();
    waves::new_tickets(db, some, site, 10).await.unwrap();
    waves::forget(db, 0).await.unwrap();
    uses_indexes(recorder, "house words and waves").await;
}

/// What pages ask while they are open, and what is done to many tickets.
async fn at_hand(recorder: &Recorder<'_>, now: i64) {
    let db = recorder;
    let some = Uuid::from_u128(7);
    events::since(db, EventId(some), 200).await.unwrap();
    tickets::versions(db, &[TicketId(1_001)]).await.unwrap();
    uses_indexes(recorder, "an open page").await;

    let bulk = bulks::Bulk {
        id: BulkId(some),
        editor: EditorId(some),
        act: BulkAct::Assign { assignee: None },
        created_at: now,
        finished_at: None,
    };
    bulks::find(db, bulk.id).await.unwrap();
    bulks::lock(db, bulk.id).await.unwrap();
    bulks::items(db, bulk.id).await.unwrap();
    bulks::waiting(db, bulk.id, 20).await.unwrap();
    bulks::set_outcomes(db, bulk.id, &[(0, Outcome::Done)])
        .await
        .unwrap();
    bulks::unfinished(db, now).await.unwrap();
    bulks::delete_before(db, now - 1).await.unwrap();
    notifications::put_off_act(db, ActId(some), now)
        .await
        .unwrap();
    contacts::count_waiting(db, &[TicketId(1_001), TicketId(1_002)])
        .await
        .unwrap();
    tickets::by_ids(db, &[TicketId(1_001), TicketId(1_002)])
        .await
        .unwrap();
    uses_indexes(recorder, "an act on many tickets").await;
}

async fn outbox(db: &Recorder<'_>, newsroom: &TestNewsroom, now: i64) {
    let (some, site) = (Uuid::from_u128(7), newsroom.site.id);
    notifications::due_to_newsroom_is_empty(db, now)
        .await
        .unwrap();
    let alerts = notifications::due_to_newsroom(db, now, 20).await.unwrap();
    notifications::allowances(db, &[newsroom.editor.id, EditorId(some)], now)
        .await
        .unwrap();
    notifications::fanned_out(db, &alerts, now).await.unwrap();
    notifications::claim(db, some, now, now + 1, 20)
        .await
        .unwrap();
    notifications::release(db, some).await.unwrap();
    notifications::next_due(db).await.unwrap();
    for whose in [
        Whose::Editor(newsroom.editor.id),
        Whose::Bylines(vec![BylineId(some)]),
        Whose::LegalContactOf(vec![site]),
    ] {
        notifications::sent_since(
            db,
            &whose,
            [Occasion::TicketOpened, Occasion::AlertsBundled],
            now,
        )
        .await
        .unwrap();
        notifications::waiting_bundle(db, &whose, Occasion::AlertsBundled)
            .await
            .unwrap();
        notifications::bundle_all(
            db,
            &whose,
            Occasion::TicketOpened,
            NotificationId(some),
            some,
        )
        .await
        .unwrap();
    }
    notifications::bundled_tickets(db, NotificationId(some), 30)
        .await
        .unwrap();
    for act in [None, Some(ActId(some))] {
        notifications::drop_earlier_closings(db, TicketId(1_001), act)
            .await
            .unwrap();
        notifications::drop_closings_to(db, &[ContactId(some)], act)
            .await
            .unwrap();
    }
    notifications::bring_back(db, ActId(some), &[TicketId(1_001), TicketId(1_002)])
        .await
        .unwrap();
    notifications::waiting_activity(db, TicketId(1_001))
        .await
        .unwrap();
    notifications::drop_activity(db, TicketId(1_001), newsroom.editor.id)
        .await
        .unwrap();
    followers::of_ticket(db, TicketId(1_001)).await.unwrap();
    notifications::backlog(db).await.unwrap();
    uses_indexes(db, "the outbox").await;
}

both_databases! {
    async fn questions_to_tables_that_grow_are_answered_by_indexes(newsroom: TestNewsroom) {
        for n in 0..40 {
            newsroom.reader().opens(&format!("artikel-{}", n % 7), "Artikel").marks(&format!("Feler {n:04}")).leaves(&format!("leser{n}@post.example")).under_key(&format!("{n}")).sends().await;
        }
        if newsroom.services.store.backend() == DbBackend::Postgres {
            // Few rows are walked through rather than looked up: say that walking is dear, and ask what else there is.
            newsroom.database().on_every_connection("SET enable_seqscan = off").await;
        }
        let services = newsroom.second_instance().await.0;
        let recorder = Recorder { inner: services.store.reader(), seen: Mutex::default() };
        let (db, site) = (&recorder, newsroom.site.id);
        let some = Uuid::from_u128(7);
        let now = services.now();

        listing(&recorder, site).await;

        tickets::find(db, TicketId(1_001)).await.unwrap();
        tickets::by_ids(db, &[TicketId(1_001), TicketId(1_002)]).await.unwrap();
        reports::of_ticket(db, TicketId(1_001), Some(ReportId(some)), 51).await.unwrap();
        contacts::of_reports(db, &[ReportId(some)]).await.unwrap();
        events::of_ticket(db, TicketId(1_001)).await.unwrap();
        reports::of_tickets(db, &[TicketId(1_001), TicketId(1_002)], Some(ReportId(some)), 51).await.unwrap();
        reports::all_of(db, &[TicketId(1_001), TicketId(1_002)]).await.unwrap();
        reports::slower_than(db, &[TicketId(1_001), TicketId(1_002)], 700).await.unwrap();
        tickets::doubles_of(db, TicketId(1_001)).await.unwrap();
        tickets::doubles_in_article(db, TicketId(1_001), ArticleId(some)).await.unwrap();
        followers::of_ticket(db, TicketId(1_001)).await.unwrap();
        events::of_act(db, ActId(some)).await.unwrap();
        notifications::drop_of_act(db, ActId(some), TicketId(1_001)).await.unwrap();
        articles::by_ids(db, &[ArticleId(some)]).await.unwrap();
        uses_indexes(&recorder, "a ticket's page").await;

        let version = version(some, now);
        for before in [None, Some(&version)] {
            article_versions::page(db, ArticleId(some), before, 11).await.unwrap();
        }
        for before in [None, Some(TicketId(1_001))] {
            tickets::of_article(db, ArticleId(some), before, 21).await.unwrap();
        }
        tickets::with_passage(db, ArticleId(some), i64::MAX, false).await.unwrap();
        uses_indexes(&recorder, "an article's page").await;

        filing::find(db, [[1], [2]].into_iter(), [[3]].into_iter()).await.unwrap();
        articles::lock_by_keys(db, &[vec![1], vec![2]]).await.unwrap();
        articles::lock_with_keys(db, &[ArticleId(some)], &[vec![1], vec![2]]).await.unwrap();
        tickets::joinable(db, &[ArticleId(some)]).await.unwrap();
        contacts::recent_of_addresses(db, &[vec![1]], now).await.unwrap();
        articles::bump_tickets_version(db, &[ArticleId(some)]).await.unwrap();
        search::queue(db, &[TicketId(1_001)]).await.unwrap();
        search::queue_of_article(db, ArticleId(some)).await.unwrap();
        search::put(db, &[(TicketId(1_001), Indexed::of(["Wort"]))]).await.unwrap();
        search::queued(db, 10).await.unwrap();
        search::settle(db, &[1, 2]).await.unwrap();
        search::not_indexed_below(db).await.unwrap();
        tickets::numbers_below(db, TicketId(1_001), 10).await.unwrap();
        reports::words_of(db, &[TicketId(1_001)], 10).await.unwrap();
        events::notes_of(db, &[TicketId(1_001)]).await.unwrap();
        let joined = JoinedTicket { id: TicketId(1_001), report_count: 2, suggestions: vec![], legal: false, weight: 0, updated_at: now, waits_for_report: false, told: true };
        filing::write(db, &Filing { articles: vec![ArticleId(some)], joined: vec![joined], ..Filing::default() }, now).await.unwrap();
        tickets::all_faster_than(db, &[TicketId(1_001), TicketId(1_002)], 700).await.unwrap();
        uses_indexes(&recorder, "filing").await;

        reports::find(db, ReportId(some)).await.unwrap();
        contacts::find(db, ContactId(some)).await.unwrap();
        contacts::of_ticket_and_doubles(db, TicketId(1_001)).await.unwrap();
        contacts::confirm_address(db, site, &[1], now).await.unwrap();
        contacts::delete_of_report(db, ReportId(some)).await.unwrap();
        reports::withdraw(db, ReportId(some), now).await.ok();
        notifications::drop_of_contact(db, ContactId(some)).await.unwrap();
        notifications::last_act_for(db, ContactId(some), Occasion::ReaderAsked).await.unwrap();
        notifications::hasten_of_address(db, &[ContactId(some)], now).await.unwrap();
        uses_indexes(&recorder, "a reader's page").await;

        outbox(&recorder, &newsroom, now).await;
        watching(&recorder, site, now).await;
        at_hand(&recorder, now).await;
        accounts::ask(&recorder, &newsroom, now).await;
        erasing::ask(&recorder, now).await;
        terms::ask(&recorder, &newsroom, now).await;

        tickets::due_snoozed(db, now, 200).await.unwrap();
        contacts::delete_unconfirmed(db, now - 1).await.unwrap();
        contacts::delete_of_closed(db, newsroom.site.id, now - 1).await.unwrap();
        sessions::delete_stale(db, now, now).await.unwrap();
        sessions::find(db, &[1]).await.unwrap();
        sessions::failures(db, &[1]).await.unwrap();
        uses_indexes(&recorder, "keeping house").await;

        counting(&recorder, newsroom.site.id).await;
    }
}
