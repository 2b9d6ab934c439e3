//! What changes while somebody looks: told by streams, across instances, to those alone who may read it.

use std::time::Duration;

use fehlermelder::domain::editor::Role;
use fehlermelder::domain::second_factor::FactorDuty;
use fehlermelder::domain::ticket::{Closure, Resolution, Step};
use fehlermelder::services::live::{STREAMS_PER_EDITOR, herald};
use fehlermelder::services::{Services, manage_editors, second_factor};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::accounts::with_factor;
use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{TestServer, signed_in};

/// What has not come by then does not come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A herald at work; ends when dropped.
struct Herald {
    _stop: oneshot::Sender<()>,
    _task: JoinHandle<()>,
}

fn herald_of(services: &Services) -> Herald {
    let (stop, stopped) = oneshot::channel::<()>();
    let running = herald::run(services.clone(), async { drop(stopped.await) });
    Herald {
        _stop: stop,
        _task: tokio::spawn(running),
    }
}

/// An open stream, read message by message.
struct Stream {
    answer: reqwest::Response,
    read: String,
}

/// One message: its kind, its id, what it says.
#[derive(Debug, PartialEq)]
struct Message {
    event: String,
    id: Option<String>,
    data: Value,
}

impl Stream {
    async fn open(server: &TestServer, path: &str, cookie: &str, last: Option<&str>) -> Self {
        let mut request = server.get(path).header("Cookie", cookie);
        if let Some(last) = last {
            request = request.header("Last-Event-ID", last);
        }
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        assert_eq!(
            answer.headers()["content-type"],
            "text/event-stream; charset=utf-8"
        );
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let mut stream = Self {
            answer,
            read: String::new(),
        };
        // The first words come at once: from then on it listens.
        assert!(
            stream
                .part()
                .await
                .is_some_and(|part| part.starts_with("retry:"))
        );
        stream
    }

    /// Up to the next empty line; nothing when the stream is over.
    async fn part(&mut self) -> Option<String> {
        loop {
            if let Some((part, rest)) = self.read.split_once("\n\n") {
                let (part, rest) = (part.to_owned(), rest.to_owned());
                self.read = rest;
                return Some(part);
            }
            let next = timeout(PATIENCE, self.answer.chunk());
            match next.await.expect("a message in time") {
                Ok(Some(bytes)) => self
                    .read
                    .push_str(std::str::from_utf8(&bytes).expect("text")),
                _ => return None,
            }
        }
    }

    /// The next message that says something.
    async fn next(&mut self) -> Option<Message> {
        loop {
            let part = self.part().await?;
            let field = |name: &str| {
                part.lines()
                    .find_map(|line| line.strip_prefix(&format!("{name}: ")))
            };
            if let (Some(event), Some(data)) = (field("event"), field("data")) {
                return Some(Message {
                    event: event.to_owned(),
                    id: field("id").map(str::to_owned),
                    data: serde_json::from_str(data).expect("JSON"),
                });
            }
        }
    }

    /// The next message of that kind.
    async fn next_of(&mut self, event: &str) -> Message {
        loop {
            let message = self.next().await.expect("the stream goes on");
            if message.event == event {
                return message;
            }
        }
    }
}

both_databases! {
    async fn a_new_ticket_and_a_decision_are_told_with_the_counters(newsroom: TestNewsroom) {
        let _herald = herald_of(&newsroom.services);
        let server = TestServer::of(&newsroom).await;
        let (cookie, _) = signed_in(&newsroom, &newsroom.editor).await;
        let jonas = newsroom.add_editor("Jonas", Role::Editor).await;
        let mut stream = Stream::open(&server, "/events", &cookie, None).await;
        let id = newsroom.standart_is_reported().await;
        let came = stream.next_of("changes").await;
        assert_eq!(came.data, json!([{ "ticket": "FM-1001", "opened": true, "version": 1, "own": false }]));
        assert_eq!(stream.next_of("counts").await.data["new"], "1");
        newsroom.steps(&jonas, id, vec![Step::Close(Closure::of(Resolution::Corrected))]).await.unwrap();
        let closed = stream.next_of("changes").await;
        assert_eq!(closed.data, json!([{ "ticket": "FM-1001", "opened": false, "version": 2, "own": false }]));
        let counts = stream.next_of("counts").await.data;
        assert_eq!((&counts["new"], &counts["closed"]), (&json!("0"), &json!("1")));
        newsroom.steps(&newsroom.editor, id, vec![Step::Open]).await.unwrap();
        assert_eq!(stream.next_of("changes").await.data[0]["own"], true);
        // Nothing of what it says: a stream is no way to read tickets.
        assert!(!stream.read.contains("Standart"));

        // Whoever was away for a moment is told what they missed, and no more.
        drop(stream);
        let mut again = Stream::open(&server, "/events", &cookie, came.id.as_deref()).await;
        let missed = again.next_of("changes").await.data;
        assert_eq!(missed.as_array().unwrap().len(), 2, "{missed}");
        assert!(missed.as_array().unwrap().iter().all(|change| change["opened"] == false));
        assert_eq!(again.next_of("counts").await.data["new"], "0");
        let mut long_away = Stream::open(&server, "/events", &cookie, Some("01890000-0000-7000-8000-000000000000")).await;
        assert_eq!(long_away.next().await.unwrap().event, "anew");
    }

    async fn who_may_not_read_a_site_hears_nothing_of_it(newsroom: TestNewsroom) {
        let _herald = herald_of(&newsroom.services);
        let other = newsroom.add_site("Anderes", "https://anderes.example").await;
        let guest = newsroom.add_editor_of("Gast", Role::Viewer, &[&other]).await;
        let server = TestServer::of(&newsroom).await;
        let (cookie, _) = signed_in(&newsroom, &guest).await;
        let id = newsroom.standart_is_reported().await;
        let mut stream = Stream::open(&server, &format!("/events?ticket={id}"), &cookie, None).await;
        newsroom.steps(&newsroom.editor, id, vec![Step::Open]).await.unwrap();
        assert!(newsroom.services.live.present(id).is_empty(), "nor are they seen at its tickets");
        newsroom.reader_of(&other).marks("Feler").suggests("Fehler").sends().await;
        let heard = stream.next_of("changes").await.data;
        assert!(heard.as_array().unwrap().iter().all(|change| change["ticket"] == "FM-1002"), "{heard}");
    }

    async fn a_stream_ends_with_its_session_and_when_the_server_stops(newsroom: TestNewsroom) {
        let _herald = herald_of(&newsroom.services);
        let server = TestServer::of(&newsroom).await;
        assert_eq!(server.get("/events").send().await.unwrap().status(), 303, "to the sign-in");
        let jonas = newsroom.add_editor("Jonas", Role::Editor).await;
        let (cookie, _) = signed_in(&newsroom, &jonas).await;
        let mut stream = Stream::open(&server, "/events", &cookie, None).await;
        let off = manage_editors::EditorChange { active: Some(false), ..manage_editors::EditorChange::default() };
        manage_editors::change(&newsroom.services, &jonas.email, off).await.unwrap();
        newsroom.standart_is_reported().await;
        assert_eq!(stream.next().await.unwrap().event, "over", "and not what happened");
        assert_eq!(stream.next().await, None);

        let (cookie, _) = signed_in(&newsroom, &newsroom.editor).await;
        let mut stream = Stream::open(&server, "/events?ticket=FM-1001", &cookie, None).await;
        newsroom.services.live.close();
        timeout(PATIENCE, server.stops()).await.expect("an open stream does not keep the server");
        while stream.part().await.is_some() {}
        assert_eq!(newsroom.services.live.listeners(), 0);
    }

    async fn a_stream_ends_for_who_must_have_a_second_factor_and_has_none(newsroom: TestNewsroom) {
        let mut newsroom = newsroom;
        newsroom.services.rules.second_factor = FactorDuty::Admins;
        let _herald = herald_of(&newsroom.services);
        let server = TestServer::of(&newsroom).await;
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        with_factor(&newsroom, &chief).await;
        let (cookie, _) = signed_in(&newsroom, &chief).await;
        let mut stream = Stream::open(&server, "/events", &cookie, None).await;
        newsroom.standart_is_reported().await;
        assert_eq!(stream.next_of("changes").await.data[0]["ticket"], "FM-1001", "with one it is told");
        second_factor::remove(&newsroom.services, chief.id, &chief).await.unwrap();
        newsroom.reader().marks("Feler").sends().await;
        // What was on its way before may still come.
        let mut last = String::new();
        while let Some(message) = stream.next().await {
            assert!(!message.data.to_string().contains("FM-1002"), "{message:?}");
            last = message.event;
        }
        assert_eq!(last, "over");
    }

    async fn an_editor_has_so_many_streams_and_no_more(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let (cookie, _) = signed_in(&newsroom, &newsroom.editor).await;
        let mut open = Vec::new();
        for _ in 0..STREAMS_PER_EDITOR {
            open.push(Stream::open(&server, "/events", &cookie, None).await);
        }
        let refused = server.get("/events").header("Cookie", &cookie).send().await.unwrap();
        assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].to_str().unwrap()), (429, "60"));
        drop(open);
        timeout(PATIENCE, async {
            while newsroom.services.live.listeners() > 0 {
                tokio::task::yield_now().await;
            }
        }).await.expect("closed connections are noticed");
        Stream::open(&server, "/events", &cookie, None).await;
    }

    async fn who_else_has_the_ticket_open_is_told_while_they_have(newsroom: TestNewsroom) {
        let _herald = herald_of(&newsroom.services);
        let server = TestServer::of(&newsroom).await;
        let jonas = newsroom.add_editor("Jonas", Role::Viewer).await;
        let id = newsroom.standart_is_reported().await;
        let (marias, _) = signed_in(&newsroom, &newsroom.editor).await;
        let (jonass, _) = signed_in(&newsroom, &jonas).await;
        let path = format!("/events?ticket={id}");
        let mut maria = Stream::open(&server, &path, &marias, None).await;
        let jonas_at_it = Stream::open(&server, &path, &jonass, None).await;
        let elsewhere = Stream::open(&server, "/events", &jonass, None).await;
        assert_eq!(maria.next_of("present").await.data, json!(["Jonas"]));
        drop(elsewhere);
        drop(jonas_at_it);
        assert_eq!(maria.next_of("present").await.data, json!([]));
    }
}

/// Two instances on one PostgreSQL.
#[tokio::test]
async fn what_happens_on_one_instance_is_told_on_the_other() {
    use crate::support::database::{OnDatabase as _, TestDatabase};
    let newsroom = TestNewsroom::on(TestDatabase::migrated_postgres().await).await;
    let (second, _) = newsroom.second_instance().await;
    let (_here, _there) = (herald_of(&newsroom.services), herald_of(&second));
    let id = newsroom.standart_is_reported().await;
    let server = TestServer::of(&newsroom).await;
    let (cookie, _) = signed_in(&newsroom, &newsroom.editor).await;
    let mut stream = Stream::open(&server, &format!("/events?ticket={id}"), &cookie, None).await;
    let jonas = newsroom.add_editor("Jonas", Role::Editor).await;
    let listener = second.live.listen(jonas.id, Some(id)).unwrap();
    assert_eq!(stream.next_of("present").await.data, json!(["Jonas"]));
    drop(listener);
    assert_eq!(stream.next_of("present").await.data, json!([]));
    let steps = vec![Step::Wait];
    fehlermelder::services::triage_ticket::take_steps(
        &second,
        &jonas,
        id,
        fehlermelder::services::triage_ticket::Seen::Anything,
        steps,
    )
    .await
    .unwrap();
    let told = stream.next_of("changes").await.data;
    assert!(
        told.as_array()
            .unwrap()
            .iter()
            .any(|change| change["version"] == 2),
        "{told}"
    );
}
