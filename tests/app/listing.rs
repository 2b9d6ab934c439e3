//! Lists in every order, narrowed by everything, paged on and back: the same on both databases.

use std::collections::BTreeSet;

use fehlermelder::domain::clock::{DAY, HOUR};
use fehlermelder::domain::editor::Role;
use fehlermelder::domain::ids::TicketId;
use fehlermelder::domain::kind::Kind;
use fehlermelder::domain::listing::ListOrder;
use fehlermelder::domain::priority::{Freshness, Priority};
use fehlermelder::domain::ticket::{EventKind, PassageState, Resolution, Step, TicketState};
use fehlermelder::services::list_tickets::{self, ListRequest, TicketPage};
use fehlermelder::services::manage_views::{self, ViewChange, ViewError};
use fehlermelder::services::{browse_tickets, triage_ticket::TriageError};
use fehlermelder::storage::tickets::TicketFilter;

use crate::support::database::both_databases;
use crate::support::newsroom::{MONDAY_MORNING, TestNewsroom};

async fn page(newsroom: &TestNewsroom, request: ListRequest) -> TicketPage {
    let room = browse_tickets::newsroom(&newsroom.services, &newsroom.editor)
        .await
        .unwrap();
    list_tickets::list(&newsroom.services, &room, request)
        .await
        .unwrap()
}

fn all(filter: TicketFilter, order: ListOrder) -> ListRequest {
    ListRequest {
        filter,
        order,
        cursor: None,
        limit: 100,
    }
}

fn ids(page: &TicketPage) -> Vec<TicketId> {
    page.tickets.iter().map(|t| t.ticket.id).collect()
}

async fn listed(newsroom: &TestNewsroom, filter: TicketFilter, order: ListOrder) -> Vec<TicketId> {
    ids(&page(newsroom, all(filter, order)).await)
}

/// Copies a ticket many times, each a second older than the one before; the first copy's number.
async fn copies(newsroom: &TestNewsroom, of: TicketId, count: i64, kind: Kind) -> i64 {
    let first = fehlermelder::storage::tickets::allocate(newsroom.services.store.reader(), count)
        .await
        .unwrap();
    newsroom
        .sql(&format!(
            "WITH RECURSIVE copy(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM copy WHERE n + 1 < {count}) \
             INSERT INTO tickets (id, site_id, article_id, state, passage_state, kind, suggestions, report_count, weight, version, created_at, updated_at) \
             SELECT {first} + n, site_id, article_id, state, passage_state, '{kind}', suggestions, report_count, weight - n - 1, 1, \
             created_at - 1000 * (n + 1), updated_at FROM tickets, copy WHERE id = {}",
            of.0
        ))
        .await;
    first
}

both_databases! {
    async fn the_inbox_begins_with_what_presses_most(newsroom: TestNewsroom) {
        let comma = newsroom.reader().opens("a", "Kommas").marks("Komma , falsch").sends().await.ticket;
        let wrong = newsroom.reader().opens("b", "Zahlen").of_kind("fact").marks("3 Millionen").sends().await.ticket;
        let many = newsroom.reader().opens("c", "Viele").marks("Standart").suggests("Standard").sends().await.ticket;
        for _ in 0..40 {
            newsroom.reader().opens("c", "Viele").marks("Standart").suggests("Standard").sends().await;
        }
        newsroom.clock.advance(HOUR);
        let later = newsroom.reader().opens("d", "Später").marks("Spter").sends().await.ticket;
        let new = || TicketFilter { states: vec![TicketState::New], ..TicketFilter::default() };
        assert_eq!(listed(&newsroom, new(), ListOrder::Pressing).await, [many, wrong, later, comma]);
        assert_eq!(listed(&newsroom, new(), ListOrder::Newest).await, [later, many, wrong, comma]);

        let ticket = newsroom.ticket(many).await;
        let why = ticket.explain_weight();
        assert_eq!((why.reports, why.article, why.set), (41, Freshness::Unknown, None));

        // An editor knows better, and may think again; it is work on the ticket, and stands in its history.
        newsroom.steps(&newsroom.editor, comma, vec![Step::Prioritise(Some(Priority::Higher))]).await.unwrap();
        newsroom.steps(&newsroom.editor, many, vec![Step::Prioritise(Some(Priority::Lower))]).await.unwrap();
        let unclosed = TicketFilter::default;
        assert_eq!(listed(&newsroom, unclosed(), ListOrder::Pressing).await, [comma, wrong, later, many]);
        assert_eq!(newsroom.history(comma).await.last().unwrap().event.kind, EventKind::Prioritised);
        newsroom.steps(&newsroom.editor, many, vec![Step::Prioritise(None)]).await.unwrap();
        assert_eq!(newsroom.ticket(many).await.weight, ticket.weight);
        newsroom.closes(wrong, Resolution::Corrected).await;
        assert_eq!(listed(&newsroom, unclosed(), ListOrder::Pressing).await, [comma, many, later], "what is closed presses nobody");
        let closed = TicketFilter { states: vec![TicketState::Closed], ..unclosed() };
        assert!(listed(&newsroom, closed, ListOrder::Pressing).await.is_empty());
    }

    async fn pages_lead_on_and_back_in_either_order(newsroom: TestNewsroom) {
        for n in 0..23 {
            newsroom.clock.advance(1_000);
            let kind = if n % 3 == 0 { "fact" } else { "spelling" };
            newsroom.reader().of_kind(kind).marks(&format!("Feler {n:04}")).sends().await;
        }
        for order in [ListOrder::Newest, ListOrder::Pressing] {
            let whole = listed(&newsroom, TicketFilter::default(), order).await;
            assert_eq!(whole.len(), 23);
            let mut pages = Vec::new();
            let mut request = ListRequest { limit: 5, ..all(TicketFilter::default(), order) };
            loop {
                let page = page(&newsroom, request.clone()).await;
                assert_eq!(page.previous.is_some(), request.cursor.is_some());
                pages.push(ids(&page));
                let Some(next) = page.next else {
                    request.cursor = page.previous;
                    break;
                };
                request.cursor = Some(next);
            }
            assert_eq!(pages.concat(), whole);
            let mut back = vec![pages.last().unwrap().clone()];
            while request.cursor.is_some() {
                let page = page(&newsroom, request.clone()).await;
                assert!(page.next.is_some());
                back.push(ids(&page));
                request.cursor = page.previous;
            }
            back.reverse();
            assert_eq!(back, pages, "{order}");
        }
    }

    async fn a_list_is_narrowed_by_what_became_of_the_passage_by_tag_and_by_period(newsroom: TestNewsroom) {
        let mut tickets = Vec::new();
        for n in 0..6 {
            tickets.push(newsroom.reader().marks(&format!("Feler {n:04}")).sends().await.ticket);
            newsroom.clock.advance(DAY);
        }
        let number = |at: usize| tickets[at].0;
        newsroom.sql(&format!("UPDATE tickets SET passage_state = 'changed' WHERE id IN ({}, {})", number(1), number(4))).await;
        newsroom.sql(&format!("UPDATE tickets SET passage_state = 'found' WHERE id = {}", number(2))).await;
        newsroom.sql(&format!("UPDATE tickets SET regressed = TRUE WHERE id = {}", number(3))).await;
        let tag = |tag: &str| Step::Tag(tag.into());
        newsroom.steps(&newsroom.editor, tickets[0], vec![tag("titel"), tag("eilig")]).await.unwrap();
        newsroom.steps(&newsroom.editor, tickets[4], vec![tag("titel"), tag("titel")]).await.unwrap();
        newsroom.indexes().await;
        let all = TicketFilter::default;
        let of = |at: &[usize]| at.iter().map(|n| tickets[*n]).collect::<Vec<_>>();
        for (filter, expected) in [
            (TicketFilter { passage_state: Some(PassageState::Changed), ..all() }, of(&[4, 1])),
            (TicketFilter { passage_state: Some(PassageState::Found), ..all() }, of(&[2])),
            (TicketFilter { regressed: Some(true), ..all() }, of(&[3])),
            (TicketFilter { regressed: Some(false), passage_state: Some(PassageState::Unknown), ..all() }, of(&[5, 0])),
            (TicketFilter { tags: vec!["titel".into()], ..all() }, of(&[4, 0])),
            (TicketFilter { tags: vec!["titel".into(), "eilig".into()], ..all() }, of(&[0])),
            (TicketFilter { tags: vec!["titel".into()], passage_state: Some(PassageState::Changed), ..all() }, of(&[4])),
            (TicketFilter { came_from: Some(MONDAY_MORNING + DAY), came_before: Some(MONDAY_MORNING + 3 * DAY), ..all() }, of(&[2, 1])),
            (TicketFilter { came_from: Some(MONDAY_MORNING + 5 * DAY), words: Some("feler".into()), ..all() }, of(&[5])),
            (TicketFilter { article: Some(newsroom.ticket(tickets[0]).await.article), ..all() }, of(&[5, 4, 3, 2, 1, 0])),
        ] {
            let newest = listed(&newsroom, filter.clone(), ListOrder::Newest).await;
            assert_eq!(newest, expected, "{filter:?}");
            let pressing: BTreeSet<_> = listed(&newsroom, filter.clone(), ListOrder::Pressing).await.into_iter().collect();
            assert_eq!(pressing, expected.into_iter().collect(), "{filter:?}");
        }
        let room = browse_tickets::newsroom(&newsroom.services, &newsroom.editor).await.unwrap();
        assert_eq!(list_tickets::tags_in_use(&newsroom.services, &room).await.unwrap(), ["eilig", "titel"]);
    }

    async fn tags_come_and_go_and_stand_in_the_history(newsroom: TestNewsroom) {
        let id = newsroom.standart_is_reported().await;
        let steps = vec![Step::Tag("titel".into()), Step::Tag("eilig".into()), Step::Untag("titel".into()), Step::Untag("fehlt".into())];
        let ticket = newsroom.steps(&newsroom.editor, id, steps).await.unwrap();
        assert_eq!((ticket.tags.clone(), ticket.state), (vec!["eilig".to_owned()], TicketState::Open));
        assert_eq!(newsroom.ticket(id).await, ticket);
        let kinds: Vec<EventKind> = newsroom.history(id).await.iter().map(|e| e.event.kind).collect();
        assert_eq!(kinds, [EventKind::Reported, EventKind::Tagged, EventKind::Tagged, EventKind::Untagged]);
        assert_eq!(newsroom.count("ticket_tags").await, 1);
        let too_many = (0..20).map(|n| Step::Tag(format!("nummer {n}"))).collect();
        assert!(matches!(newsroom.steps(&newsroom.editor, id, too_many).await, Err(TriageError::Invalid(_))));
        assert_eq!(newsroom.count("ticket_tags").await, 1, "all of it or nothing");
    }

    async fn rare_tickets_are_found_a_stretch_at_a_time(newsroom: TestNewsroom) {
        let oldest = newsroom.reader().of_kind("image").marks("Bildfehler").sends().await.ticket;
        newsroom.clock.advance(30 * DAY);
        let common = newsroom.reader().marks("Feler").sends().await.ticket;
        copies(&newsroom, common, 45_000, Kind::Spelling).await;
        let rare = TicketFilter { kind: Some(Kind::Image), ..TicketFilter::default() };
        // By age an index knows them.
        for (order, stretches) in [(ListOrder::Newest, 1), (ListOrder::Pressing, 8)] {
            let mut request = all(rare.clone(), order);
            let mut found = Vec::new();
            let mut pages = 0;
            loop {
                let page = page(&newsroom, request.clone()).await;
                found.extend(ids(&page));
                pages += 1;
                assert_eq!(page.unfinished, page.next.is_some());
                if page.next.is_none() {
                    break;
                }
                request.cursor = page.next;
            }
            assert_eq!((found, pages), (vec![oldest], stretches), "{order}");
        }
        let room = browse_tickets::newsroom(&newsroom.services, &newsroom.editor).await.unwrap();
        let closed = TicketFilter { states: vec![TicketState::Closed], ..TicketFilter::default() };
        let counts = list_tickets::count_up_to(&newsroom.services, &room, vec![TicketFilter::default(), closed], 501).await.unwrap();
        assert_eq!(counts, [501, 0], "no further");
    }

    async fn tickets_of_an_article_stand_together_where_the_first_of_them_stands(newsroom: TestNewsroom) {
        let mut of = std::collections::BTreeMap::<usize, Vec<TicketId>>::new();
        // Every third is of the first article: it has more than are shown.
        for n in 0..45 {
            newsroom.clock.advance(1_000);
            let article = if n % 3 == 0 { 0 } else { n % 11 };
            let id = newsroom.reader().opens(&format!("artikel-{article}"), &format!("Artikel {article}")).marks(&format!("Feler {n:04}")).sends().await.ticket;
            of.entry(article).or_default().insert(0, id);
        }
        let room = browse_tickets::newsroom(&newsroom.services, &newsroom.editor).await.unwrap();
        let mut expected: Vec<Vec<TicketId>> = of.into_values().collect();
        expected.sort_by_key(|tickets| std::cmp::Reverse(tickets[0]));
        for order in [ListOrder::Newest, ListOrder::Pressing] {
            let mut request = ListRequest { limit: 4, ..all(TicketFilter::default(), order) };
            let mut pages = Vec::new();
            loop {
                let page = list_tickets::by_article(&newsroom.services, &room, request.clone()).await.unwrap();
                assert!(page.articles.iter().all(|a| a.article.is_some()));
                pages.push(page.articles.iter().map(|a| a.tickets.iter().map(|t| t.ticket.id).collect::<Vec<_>>()).collect::<Vec<_>>());
                let counts: Vec<u64> = page.articles.iter().map(|a| a.count).collect();
                let there = expected[(pages.len() - 1) * 4..].iter().take(4).map(|t| t.len() as u64);
                assert_eq!(counts, there.collect::<Vec<_>>(), "{order}");
                if page.next.is_none() {
                    request.cursor = page.previous;
                    break;
                }
                request.cursor = page.next;
            }
            let shown: Vec<Vec<TicketId>> = expected.iter().map(|t| t.iter().take(5).copied().collect()).collect();
            assert_eq!(pages.concat(), shown, "{order}");
            let mut at = pages.len() - 1;
            while request.cursor.is_some() {
                let page = list_tickets::by_article(&newsroom.services, &room, request.clone()).await.unwrap();
                at -= 1;
                let shown: Vec<Vec<TicketId>> = page.articles.iter().map(|a| a.tickets.iter().map(|t| t.ticket.id).collect()).collect();
                assert_eq!(shown, pages[at], "{order}, back");
                request.cursor = page.previous;
            }
        }
    }

    async fn views_are_kept_shared_ordered_and_given_up(newsroom: TestNewsroom) {
        let services = &newsroom.services;
        let elsewhere = newsroom.add_site("Anderes Blatt", "https://anderes.example").await;
        let viewer = newsroom.add_editor_of("Vera", Role::Viewer, &[&newsroom.site]).await;
        let stranger = newsroom.add_editor_of("Stefan", Role::Editor, &[&elsewhere]).await;
        let maria = &newsroom.editor;
        let room = async |editor| browse_tickets::newsroom(services, editor).await.unwrap();
        let site = Some(newsroom.site.id);
        let own = manage_views::add(services, maria, &room(maria).await, " Meine  Fakten ", "kind=fact", None).await.unwrap();
        let shared = manage_views::add(services, maria, &room(maria).await, "Dringend", "state=new", site).await.unwrap();
        let names = async |editor| manage_views::visible(services, editor, &room(editor).await).await.unwrap().into_iter().map(|v| v.name).collect::<Vec<_>>();
        assert_eq!(names(maria).await, ["Meine Fakten", "Dringend"]);
        assert_eq!(names(&viewer).await, ["Dringend"]);
        assert!(names(&stranger).await.is_empty());

        // Who only reads keeps views, but shares and changes none of others.
        let refused = manage_views::add(services, &viewer, &room(&viewer).await, "Für alle", "", site).await;
        assert!(matches!(refused, Err(ViewError::ReadOnly)));
        for (editor, id) in [(&viewer, shared), (&viewer, own), (&stranger, shared)] {
            assert!(manage_views::change(services, editor, &room(editor).await, id, ViewChange::Delete).await.is_err());
        }
        manage_views::change(services, maria, &room(maria).await, shared, ViewChange::Up).await.unwrap();
        manage_views::change(services, maria, &room(maria).await, own, ViewChange::Rename("Fakten".into())).await.unwrap();
        assert_eq!(names(maria).await, ["Dringend", "Fakten"]);
        assert!(matches!(manage_views::change(services, maria, &room(maria).await, own, ViewChange::Rename(" ".into())).await, Err(ViewError::Name)));
        manage_views::change(services, maria, &room(maria).await, shared, ViewChange::Delete).await.unwrap();
        assert_eq!(names(maria).await, ["Fakten"]);
        assert!(names(&viewer).await.is_empty());
    }
}
