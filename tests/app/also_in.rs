//! Tickets opened where the same wrong words stand: also where something was closed, and while readers report there.

use std::time::Duration;

use fehlermelder::domain::ids::{ActId, ArticleId};
use fehlermelder::domain::ticket::{Closure, EventKind, Reason, Resolution, TicketState};
use fehlermelder::services::{also_in, merge_tickets};
use fehlermelder::storage::{Connection as _, articles};
use futures_util::future::join;
use sea_orm::DbBackend;

use crate::support::article_host::{Behaviour, page};
use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::watching::Watching;

const SENTENCE: &str = "Auch hier ist der Ladestandart, wie er sein soll.";

/// Returns when somebody waits for what another holds, in PostgreSQL.
pub async fn somebody_waits(newsroom: &TestNewsroom) {
    let waiting = "SELECT count(*) AS number FROM pg_stat_activity \
         WHERE datname = current_database() AND wait_event_type = 'Lock'";
    for _ in 0..500 {
        if newsroom.number(waiting).await > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nobody waits");
}

/// Asks for the counters as intake does, which holds an article by then; fails where somebody has them.
pub const COUNTERS: &str = "SELECT 1 FROM ticket_counters FOR UPDATE NOWAIT";

fn serves(watching: &Watching, path: &str) {
    let html = page(&["Etwas anderes steht hier.", SENTENCE]);
    watching
        .host
        .serves(path, Behaviour::Page { html, etag: None });
}

both_databases! {
    async fn what_was_closed_there_is_opened_again(newsroom: TestNewsroom) {
        let watching = Watching::new(newsroom).await;
        let (newsroom, services) = (&watching.newsroom, &watching.newsroom.services);
        watching.says("Ladestandart");
        serves(&watching, "/andere/1");
        let ticket = watching.marks("Ladestandart").suggests("Ladestandard").sends().await.ticket;
        let there = newsroom.reader_of(&watching.site).reads(&format!("{}/andere/1", watching.origin))
            .marks_between("Auch hier ist der ", "Ladestandart", ", wie er sein soll.").suggests("Ladestandard").sends().await.ticket;
        watching.looks().await;
        newsroom.closes_as(there, Closure { reason: Some(Reason::CorrectAsItIs), ..Closure::of(Resolution::NotAnError) }).await;

        let found = also_in::find(services, &newsroom.ticket(ticket).await).await.unwrap().unwrap();
        let chosen: Vec<ArticleId> = found.articles.iter().map(|a| a.article.id).collect();
        assert!(chosen.len() == 1 && found.articles[0].ticket.is_none(), "{found:?}");
        let opened = also_in::open_there(services, &newsroom.editor, ticket, &chosen).await.unwrap();
        assert_eq!(opened, [there]);
        let reopened = newsroom.ticket(there).await;
        assert_eq!((reopened.state, reopened.resolution), (TicketState::Open, None));
        let history = newsroom.history(there).await;
        for kind in [EventKind::Reopened, EventKind::AlsoFound] {
            assert!(history.iter().any(|e| e.event.kind == kind), "{kind}");
        }
        let found = also_in::find(services, &newsroom.ticket(ticket).await).await.unwrap().unwrap();
        assert_eq!(found.articles[0].ticket, Some(there));
    }

    async fn whoever_opens_tickets_elsewhere_waits_for_articles_before_holding_what_readers_need(newsroom: TestNewsroom) {
        if newsroom.services.store.backend() != DbBackend::Postgres {
            return;
        }
        let watching = Watching::new(newsroom).await;
        let (newsroom, services) = (&watching.newsroom, &watching.newsroom.services);
        watching.says("Ladestandart");
        let ticket = watching.marks("Ladestandart").suggests("Ladestandard").sends().await.ticket;
        for n in 0..2 {
            let path = format!("/andere/{n}");
            serves(&watching, &path);
            newsroom.reader_of(&watching.site).reads(&format!("{}{path}", watching.origin)).marks_between("", "Etwas", " anderes steht hier.").suggests(&format!("Was {n}")).sends().await;
        }
        watching.looks().await;
        let found = also_in::find(services, &newsroom.ticket(ticket).await).await.unwrap().unwrap();
        let mut chosen: Vec<ArticleId> = found.articles.iter().map(|a| a.article.id).collect();
        chosen.sort_unstable();
        assert_eq!(chosen.len(), 2);
        let reader = services.store.begin().await.unwrap();
        articles::lock(&reader, chosen[1]).await.unwrap();
        let reports = async {
            somebody_waits(newsroom).await;
            let free = reader.execute_unprepared(COUNTERS).await;
            reader.rollback().await.unwrap();
            free
        };
        let (opened, free) = join(also_in::open_there(services, &newsroom.editor, ticket, &chosen), reports).await;
        free.unwrap();
        assert_eq!(opened.unwrap().len(), 2);
    }

    async fn whoever_opens_tickets_elsewhere_waits_also_for_where_one_was_merged_into(newsroom: TestNewsroom) {
        if newsroom.services.store.backend() != DbBackend::Postgres {
            return;
        }
        let watching = Watching::new(newsroom).await;
        let (newsroom, services) = (&watching.newsroom, &watching.newsroom.services);
        watching.says("Ladestandart");
        let ticket = watching.marks("Ladestandart").suggests("Ladestandard").sends().await.ticket;
        for n in 0..2 {
            let path = format!("/andere/{n}");
            serves(&watching, &path);
            newsroom.reader_of(&watching.site).reads(&format!("{}{path}", watching.origin)).marks_between("", "Etwas", " anderes steht hier.").suggests(&format!("Was {n}")).sends().await;
        }
        let third = newsroom.reader_of(&watching.site).reads(&format!("{}/dritte", watching.origin)).marks("Ein Wort").sends().await.ticket;
        watching.looks().await;
        let found = also_in::find(services, &newsroom.ticket(ticket).await).await.unwrap().unwrap();
        let chosen: Vec<ArticleId> = found.articles.iter().map(|a| a.article.id).collect();
        assert_eq!(chosen.len(), 2);
        let opened = also_in::open_there(services, &newsroom.editor, ticket, &chosen[1..]).await.unwrap();
        let act = ActId(services.new_id());
        merge_tickets::merge(services, &newsroom.editor, act, third, &opened).await.unwrap();
        let reader = services.store.begin().await.unwrap();
        articles::lock(&reader, newsroom.ticket(third).await.article).await.unwrap();
        let reports = async {
            somebody_waits(newsroom).await;
            let free = reader.execute_unprepared(COUNTERS).await;
            reader.rollback().await.unwrap();
            free
        };
        let (opened, free) = join(also_in::open_there(services, &newsroom.editor, ticket, &chosen), reports).await;
        free.unwrap();
        assert_eq!(opened.unwrap()[1], third);
    }
}
