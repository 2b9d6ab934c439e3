//! Editors look: lists, pages of lists, search. The same is found on both databases, and nothing typed breaks it.

use std::collections::BTreeSet;

use fehlermelder::domain::editor::{Editor, Role};
use fehlermelder::domain::ids::TicketId;
use fehlermelder::domain::kind::Kind;
use fehlermelder::domain::listing::ListOrder;
use fehlermelder::domain::ticket::{Closure, Resolution, Step, TicketState};
use fehlermelder::services::browse_tickets::{self, ReportsWanted};
use fehlermelder::services::follow_report;
use fehlermelder::services::list_tickets::{self, Cursor, ListRequest};
use fehlermelder::services::manage_views;
use fehlermelder::storage::tickets::TicketFilter;
use reqwest::StatusCode;

use crate::pages::words;
use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{TestServer, ask, signed_in};

/// What an editor finds, all pages together, and how many pages it took.
async fn pages(
    newsroom: &TestNewsroom,
    editor: &Editor,
    filter: &TicketFilter,
    limit: u64,
) -> Vec<Vec<TicketId>> {
    let room = browse_tickets::newsroom(&newsroom.services, editor)
        .await
        .unwrap();
    let mut pages = Vec::new();
    let mut cursor = None;
    loop {
        let request = newest(filter, cursor, limit);
        let page = list_tickets::list(&newsroom.services, &room, request)
            .await
            .unwrap();
        pages.push(page.tickets.iter().map(|t| t.ticket.id).collect());
        cursor = page.next;
        if cursor.is_none() {
            return pages;
        }
    }
}

/// A page of a list, newest first.
fn newest(filter: &TicketFilter, cursor: Option<Cursor>, limit: u64) -> ListRequest {
    ListRequest {
        filter: filter.clone(),
        order: ListOrder::Newest,
        cursor,
        limit,
    }
}

async fn found(newsroom: &TestNewsroom, filter: TicketFilter) -> Vec<TicketId> {
    pages(newsroom, &newsroom.editor, &filter, 1_000)
        .await
        .concat()
}

pub(crate) async fn searched(newsroom: &TestNewsroom, words: &str) -> Vec<TicketId> {
    newsroom.indexes().await;
    found(
        newsroom,
        TicketFilter {
            words: Some(words.into()),
            ..TicketFilter::default()
        },
    )
    .await
}

both_databases! {
    async fn paging_shows_every_ticket_once_also_while_new_ones_come_in(newsroom: TestNewsroom) {
        for n in 0..23 {
            newsroom.reader().marks(&format!("Feler {n:04}")).sends().await;
        }
        for limit in [1, 7, 22, 23, 24] {
            let pages = pages(&newsroom, &newsroom.editor, &TicketFilter::default(), limit).await;
            assert!(pages.iter().rev().skip(1).all(|p| p.len() as u64 == limit) && !pages.last().unwrap().is_empty());
            let all = pages.concat();
            assert_eq!(all, (0..23).rev().map(|n| TicketId(TicketId::FIRST + n)).collect::<Vec<_>>(), "newest first, pages of {limit}");
        }
        // What comes in meanwhile is newer than every page that is still to come.
        let room = browse_tickets::newsroom(&newsroom.services, &newsroom.editor).await.unwrap();
        let first = list_tickets::list(&newsroom.services, &room, newest(&TicketFilter::default(), None, 10)).await.unwrap();
        newsroom.reader().marks("Feler, ein neuer").sends().await;
        let second = list_tickets::list(&newsroom.services, &room, newest(&TicketFilter::default(), first.next, 10)).await.unwrap();
        let ids: BTreeSet<_> = first.tickets.iter().chain(&second.tickets).map(|t| t.ticket.id).collect();
        assert_eq!(ids.len(), 20);
        assert!(first.tickets.iter().all(|t| t.article.facts.title.as_deref() == Some("Der neue Standard")));
    }

    async fn a_list_is_narrowed_by_everything_together(newsroom: TestNewsroom) {
        let desk = fehlermelder::services::manage_sites::add_desk(&newsroom.services, newsroom.site.id, "Hardware", vec!["Hardware".into()]).await.unwrap();
        let elsewhere = newsroom.add_site("Anderes Blatt", "https://anderes.example").await;
        let mut ids = Vec::new();
        for (n, kind) in ["spelling", "fact", "link", "spelling", "fact"].into_iter().enumerate() {
            ids.push(newsroom.reader().of_kind(kind).marks(&format!("Feler {n:04}")).sends().await.ticket);
        }
        let foreign = newsroom.reader_of(&elsewhere).of_sections(&[]).marks("Standart").sends().await.ticket;
        let editor = &newsroom.editor;
        newsroom.steps(editor, ids[0], vec![Step::Assign(Some(editor.id))]).await.unwrap();
        newsroom.closes(ids[1], Resolution::Corrected).await;
        newsroom.closes(ids[2], Resolution::Forwarded).await;
        let all = TicketFilter::default;
        newsroom.indexes().await;

        for (filter, expected) in [
            (all(), vec![foreign, ids[4], ids[3], ids[2], ids[1], ids[0]]),
            (TicketFilter { states: vec![TicketState::New], ..all() }, vec![foreign, ids[4], ids[3]]),
            (TicketFilter { states: vec![TicketState::Open, TicketState::Closed], ..all() }, vec![ids[2], ids[1], ids[0]]),
            (TicketFilter { resolution: Some(Resolution::Corrected), ..all() }, vec![ids[1]]),
            (TicketFilter { kind: Some(Kind::Spelling), ..all() }, vec![foreign, ids[3], ids[0]]),
            (TicketFilter { desks: vec![desk.id], ..all() }, vec![ids[4], ids[3], ids[2], ids[1], ids[0]]),
            (TicketFilter { assignee: Some(Some(editor.id)), ..all() }, vec![ids[0]]),
            (TicketFilter { assignee: Some(None), kind: Some(Kind::Fact), ..all() }, vec![ids[4], ids[1]]),
            (TicketFilter { sites: vec![elsewhere.id], ..all() }, vec![foreign]),
            (TicketFilter { sites: vec![elsewhere.id], kind: Some(Kind::Fact), ..all() }, vec![]),
            (TicketFilter { states: vec![TicketState::New], kind: Some(Kind::Fact), desks: vec![desk.id], words: Some("feler".into()), ..all() }, vec![ids[4]]),
        ] {
            assert_eq!(found(&newsroom, filter.clone()).await, expected, "{filter:?}");
        }
    }

    async fn nobody_finds_or_counts_tickets_of_other_sites(newsroom: TestNewsroom) {
        let elsewhere = newsroom.add_site("Anderes Blatt", "https://anderes.example").await;
        let stranger = newsroom.add_editor_of("Stefan", Role::Editor, &[&elsewhere]).await;
        let nobody = newsroom.add_editor_of("Nina", Role::Editor, &[]).await;
        let own = newsroom.standart_is_reported().await;
        let foreign = newsroom.reader_of(&elsewhere).marks("Standart").sends().await.ticket;
        newsroom.indexes().await;
        for filter in [TicketFilter::default(), TicketFilter { words: Some("standart".into()), ..TicketFilter::default() }] {
            assert_eq!(pages(&newsroom, &stranger, &filter, 10).await.concat(), [foreign]);
            assert!(pages(&newsroom, &nobody, &filter, 10).await.concat().is_empty());
        }
        let asks_for_more = TicketFilter { sites: vec![newsroom.site.id], ..TicketFilter::default() };
        assert!(pages(&newsroom, &stranger, &asks_for_more, 10).await.concat().is_empty());
        assert!(browse_tickets::details(&newsroom.services, &stranger, own, ReportsWanted::on_a_page(None)).await.unwrap().is_none());
        let room = browse_tickets::newsroom(&newsroom.services, &stranger).await.unwrap();
        assert_eq!(browse_tickets::counts(&newsroom.services, &room).await.unwrap(), [(TicketState::New, 1)].into());
        let room = browse_tickets::newsroom(&newsroom.services, &newsroom.editor).await.unwrap();
        assert_eq!(browse_tickets::counts(&newsroom.services, &room).await.unwrap(), [(TicketState::New, 2)].into());
    }

    async fn words_are_found_however_they_are_written(newsroom: TestNewsroom) {
        let dealer = newsroom.reader().opens("a", "Was der Händler verschweigt").marks("Straßenpreis").suggests("Straßenpreise").sends().await.ticket;
        let laptop = newsroom.reader().opens("b", "Ein Notebook mit RISC-V").marks("Ver\u{AD}füg\u{AD}bar\u{AD}keit").comments("Café „Größe“ 5G").sends().await.ticket;
        let other = newsroom.reader().opens("c", "Handel im Wandel").marks("Wandel").sends().await.ticket;
        for (words, expected) in [
            ("Händler", vec![dealer]), ("haendler", vec![dealer]), ("HÄNDLER", vec![dealer]), ("Ha\u{308}ndler", vec![dealer]), ("händ*", vec![dealer]), ("Händlern", vec![dealer]),
            ("strassenpreis", vec![dealer]), ("Straßen*", vec![dealer]),
            ("verfügbarkeit", vec![laptop]), ("verfueg*", vec![laptop]), ("cafe", vec![laptop]), ("CAFÉ grösse", vec![laptop]), ("5g", vec![laptop]), ("risc-v", vec![laptop]), ("risc v note*", vec![laptop]),
            ("handel", vec![other]), ("hand*", vec![other]), ("wandel handel", vec![other]), ("handel händler", vec![]),
            ("fm-1002", vec![laptop]), ("1003", vec![other]), ("andel", vec![]), ("unbekannt", vec![]),
        ] {
            assert_eq!(searched(&newsroom, words).await, expected, "{words}");
        }
    }

    async fn whatever_is_typed_into_the_search_is_no_error(newsroom: TestNewsroom) {
        let id = newsroom.reader().marks("Standart").comments("or and not near").sends().await.ticket;
        for words in [
            "\" OR * ( ) : & | ! '", "\"", "\"\"", "'", "''", "*", "* *", "a*", "(", ")", "((", ":", "a:b", ":*", "&", "a & ", "|", "!", "!!a", "<->", "a <-> b", "\\", "\\\\'", "%", "_", "--", ";",
            "OR", "AND", "NOT", "NEAR", "NEAR(a b)", "words:standart", "ticket_search", "^standart", "-standart", "+standart", "{a b}: c", "standart) OR (1=1", "'; DROP TABLE tickets; --",
            "\0", "\u{FEFF}", "\u{202E}", "🙂", "👩‍💻", "²", "Ⓐ", "①", "हिन्दी", "日本語", "العربية", "ﬁ", "İ", "ǅ", "e\u{301}", "\u{301}", "\u{AD}", " ", "",
        ] {
            searched(&newsroom, words).await;
        }
        searched(&newsroom, &"langes Wort ".repeat(3_000)).await;
        searched(&newsroom, &"x".repeat(100_000)).await;
        assert_eq!(searched(&newsroom, "\"standart\" (or) *").await, [id]);
        assert_eq!(searched(&newsroom, "NOT near").await, [id], "words, no language of queries");
    }

    async fn a_withdrawn_comment_is_found_no_more(newsroom: TestNewsroom) {
        let receipt = newsroom.reader().marks("Standart").suggests("Standard").comments("Meine Tante Waltraud sagt das auch.").sends().await;
        assert_eq!(searched(&newsroom, "waltraud").await, [receipt.ticket]);
        assert!(follow_report::withdraw(&newsroom.services, &receipt.status_token).await.unwrap());
        assert!(searched(&newsroom, "waltraud").await.is_empty());
        for still_there in ["standart", "standard", "neue standard", &receipt.ticket.to_string()] {
            assert_eq!(searched(&newsroom, still_there).await, [receipt.ticket], "{still_there}");
        }
    }

    async fn counts_follow_the_tickets(newsroom: TestNewsroom) {
        let mut ids = Vec::new();
        for n in 0..5 {
            ids.push(newsroom.reader().marks(&format!("Feler {n:04}")).sends().await.ticket);
        }
        newsroom.steps(&newsroom.editor, ids[0], vec![Step::Wait]).await.unwrap();
        newsroom.closes_as(ids[1], Closure::of(Resolution::Obsolete)).await;
        newsroom.closes(ids[2], Resolution::Corrected).await;
        newsroom.reopens(ids[2]).await;
        let room = browse_tickets::newsroom(&newsroom.services, &newsroom.editor).await.unwrap();
        let mut counts = browse_tickets::counts(&newsroom.services, &room).await.unwrap();
        counts.retain(|_, n| *n != 0);
        assert_eq!(counts, [(TicketState::New, 2), (TicketState::Open, 1), (TicketState::Waiting, 1), (TicketState::Closed, 1)].into());
    }

    async fn a_tickets_page_shows_all_its_reports_fifty_at_a_time(newsroom: TestNewsroom) {
        for _ in 0..120 {
            newsroom.clock.advance(1_000);
            newsroom.standart_is_reported().await;
        }
        let id = TicketId(TicketId::FIRST);
        let (mut before, mut sizes, mut seen) = (None, Vec::new(), BTreeSet::new());
        loop {
            let details = browse_tickets::details(&newsroom.services, &newsroom.editor, id, ReportsWanted::on_a_page(before)).await.unwrap().unwrap();
            assert!(details.reports.is_sorted_by(|a, b| a.created_at > b.created_at), "newest first");
            sizes.push(details.reports.len());
            seen.extend(details.reports.iter().map(|r| r.id));
            before = details.more_reports;
            if before.is_none() {
                break;
            }
        }
        assert_eq!((sizes, seen.len()), (vec![50, 50, 20], 120));
    }

    async fn every_report_can_be_reached_from_the_tickets_page_which_says_how_many_there_are(newsroom: TestNewsroom) {
        for _ in 0..70 {
            newsroom.clock.advance(1_000);
            newsroom.standart_is_reported().await;
        }
        let id = TicketId(TicketId::FIRST);
        let double = newsroom.reader().marks("Hersteller").sends().await.ticket;
        newsroom.closes_as(double, Closure { duplicate_of: Some(id), ..Closure::of(Resolution::Duplicate) }).await;
        let server = TestServer::of(&newsroom).await;
        let (cookie, _) = signed_in(&newsroom, &newsroom.editor).await;
        let (mut next, mut sizes, mut seen) = (Some(format!("/tickets/{id}?splitting=1")), Vec::new(), BTreeSet::new());
        while let Some(path) = next {
            let page = ask(server.get(&path).header("Cookie", &cookie)).await;
            assert!(words(&page).contains("\n71 Leserhinweise\n"), "{}", words(&page));
            let shown: Vec<String> = page.body.split("id=\"report-").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
            sizes.push(shown.len());
            seen.extend(shown);
            assert!(page.body.contains("name=\"report\""), "choosing goes on on every page");
            assert_eq!(words(&page).contains("Zurück zu den neuesten"), sizes.len() > 1);
            let link = page.body.split_once("rel=\"next\" href=\"").map(|(_, rest)| rest.split('"').next().unwrap());
            next = link.map(|link| link.replace("&#x2f;", "/").replace("&amp;", "&").split('#').next().unwrap().to_owned());
        }
        assert_eq!((sizes, seen.len()), (vec![50, 21], 71));
    }

    async fn splitting_begins_and_is_given_up_on_the_page_of_reports_that_is_shown(newsroom: TestNewsroom) {
        for _ in 0..60 {
            newsroom.clock.advance(1_000);
            newsroom.standart_is_reported().await;
        }
        let id = TicketId(TicketId::FIRST);
        let server = TestServer::of(&newsroom).await;
        let (cookie, _) = signed_in(&newsroom, &newsroom.editor).await;
        let read = async |path: &str| {
            let path = path.split('#').next().unwrap_or_default();
            let page = ask(server.get(path).header("Cookie", &cookie)).await;
            page.body.replace("&#x2f;", "/").replace("&amp;", "&")
        };
        let link = |page: &str, text: &str| {
            let (before, _) = page.split_once(&format!("\">{text}</a>")).unwrap_or_else(|| panic!("{text}: {page}"));
            before.rsplit_once("href=\"").unwrap().1.to_owned()
        };
        let older = link(&read(&format!("/tickets/{id}?alone=yes")).await, "Ältere Leserhinweise");
        let begin = link(&read(&older).await, "Hinweise abtrennen");
        assert!(begin.contains("alone=yes") && begin.contains("reports="), "{begin}");
        let choosing = read(&begin).await;
        assert_eq!(choosing.matches("id=\"report-").count(), 10, "the same page");
        assert!(choosing.contains("name=\"report\"") && choosing.contains("Abgetrennt wird jeweils von der Seite"));
        let form = choosing.split_once("id=\"splitting\"").unwrap().1;
        assert_eq!(link(form, "Abbrechen"), older);
    }

    async fn a_view_with_a_bad_name_comes_back_with_the_name_and_the_list(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let send = async |fields: &[(&str, &str)]| {
            let mut form = vec![("csrf", csrf.as_str())];
            form.extend_from_slice(fields);
            ask(server.post_form("/views", &form).header("Cookie", &cookie)).await
        };
        let name = "lang".repeat(16);
        let key = newsroom.site.key.as_str();
        let refused = send(&[("act", "add"), ("query", "kind=fact&q=Ger%C3%A4t&cursor=x"), ("name", name.as_str()), ("site", key)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        for kept in [format!("value=\"{name}\""), "value=\"kind=fact&amp;q=Ger%C3%A4t\"".to_owned(), format!("<option value=\"{key}\" selected>"), "id=\"view-name-error\"".to_owned()] {
            assert!(refused.body.contains(&kept), "{kept}: {}", refused.body);
        }
        let added = send(&[("act", "add"), ("query", "kind=fact"), ("name", "Fakten"), ("site", "")]).await;
        assert_eq!(added.header("Location"), Some("/?kind=fact"));
        let room = browse_tickets::newsroom(&newsroom.services, &newsroom.editor).await.unwrap();
        let views = manage_views::visible(&newsroom.services, &newsroom.editor, &room).await.unwrap();
        assert_eq!(views.len(), 1);
        let id = views[0].id.to_string();
        let refused = send(&[("act", "rename"), ("id", id.as_str()), ("name", name.as_str())]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains(&format!("value=\"{name}\"")) && refused.body.contains(&format!("id=\"name-{id}-error\"")), "{}", refused.body);
    }
}
