//! `GET /events`: what changes while a page of the desk is open, as server-sent events (WHATWG HTML, 9.2).
//!
//! Told are references and kinds of change, of sites the editor may read; what a ticket says is fetched by the page itself. Rights are
//! asked anew before anything is told, and every few seconds, so that a stream ends with its session. Events:
//!
//! - `changes` `[{ticket, opened, version, own}]`, with the id where to go on (`Last-Event-ID`)
//! - `counts` `{new, open, …}`: the figures of the navigation, as they are shown
//! - `present` `[name]`: who else has the page's ticket open
//! - `anew` `{}`: too much happened to be told; the page looks by itself

use std::{fmt::Write as _, time::Duration};

use futures_util::stream;
use poem::{
    Body, Request, Response, handler,
    http::{HeaderMap, StatusCode, header},
    web::{Data, Query},
};
use serde::Deserialize;
use serde_json::json;
use tokio::{
    sync::mpsc,
    time::{Instant, interval_at, sleep_until},
};
use uuid::Uuid;

use super::shown_count;
use crate::{
    domain::{
        editor::Editor,
        ids::{EventId, TicketId},
        ticket::TicketState,
    },
    services::{
        Services, browse_tickets,
        live::{self, BEAT, Change, Listener, Signal},
    },
    storage::StorageError,
    web::{AppState, server::LongLived, session::CurrentEditor},
};

/// Messages that wait for a slow reader before its stream waits too.
const WAITING: usize = 8;
/// How long after a change the counters are told; what follows at once goes along.
const COUNTS_AFTER: Duration = Duration::from_millis(400);

/// What a page listens for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The ticket that the page shows.
    ticket: Option<String>,
}

/// `GET /events`
#[handler]
pub async fn events(
    request: &Request,
    Query(asked): Query<Asked>,
    Data(state): Data<&AppState>,
    CurrentEditor { editor, token, .. }: CurrentEditor,
) -> poem::Result<Response> {
    let ticket = match asked.ticket.as_deref().and_then(TicketId::parse) {
        // Who may not read a ticket is not seen at it either.
        Some(id) => browse_tickets::find(&state.services, &editor, id)
            .await?
            .map(|ticket| ticket.id),
        None => None,
    };
    let Ok(listener) = state.services.live.listen(editor.id, ticket) else {
        let mut response = Response::builder()
            .status(StatusCode::TOO_MANY_REQUESTS)
            .finish();
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, 60.into());
        return Ok(response);
    };
    let (sender, receiver) = mpsc::channel(WAITING);
    let telling = Telling {
        services: state.services.clone(),
        token,
        listener,
        since: last_event_id(request.headers()),
        sender,
    };
    tokio::spawn(telling.run());
    let body = stream::unfold(receiver, |mut receiver| async {
        let message: String = receiver.recv().await?;
        Some((Ok::<_, std::io::Error>(message), receiver))
    });
    let mut response = Response::builder()
        .content_type("text/event-stream; charset=utf-8")
        // A proxy that gathers answers would hold the news back.
        .header("x-accel-buffering", "no")
        .body(Body::from_bytes_stream(body));
    response.extensions_mut().insert(LongLived);
    Ok(response)
}

fn last_event_id(headers: &HeaderMap) -> Option<EventId> {
    let text = headers.get("last-event-id")?.to_str().ok()?;
    Uuid::parse_str(text).ok().map(EventId)
}

/// One stream, from its first message to its last.
struct Telling {
    services: Services,
    token: String,
    listener: Listener,
    /// Where the page went away, if it was here before.
    since: Option<EventId>,
    sender: mpsc::Sender<String>,
}

/// Why a stream ends; none of it is a fault.
enum End {
    /// The page is gone.
    Left,
    /// The session is over, or the editor was switched off.
    SignedOut,
}

impl Telling {
    async fn run(mut self) {
        match self.tell().await {
            Ok(Some(End::SignedOut)) => {
                let _ = self.send("event: over\ndata: {}\n\n".into()).await;
            }
            Ok(Some(End::Left) | None) => {}
            Err(error) => tracing::warn!(%error, "an event stream broke off"),
        }
    }

    async fn tell(&mut self) -> Result<Option<End>, StorageError> {
        if !self.send("retry: 3000\n\n".into()).await {
            return Ok(Some(End::Left));
        }
        let mut present = Vec::new();
        if let Some(end) = self.begin(&mut present).await? {
            return Ok(Some(end));
        }
        let mut beat = interval_at(Instant::now() + BEAT, BEAT);
        let mut counts_at: Option<Instant> = None;
        loop {
            let counts_due = sleep_until(counts_at.unwrap_or_else(Instant::now));
            let message = tokio::select! {
                () = self.sender.closed() => return Ok(Some(End::Left)),
                signal = self.listener.next() => match signal {
                    None => return Ok(None),
                    Some(Signal::Presence(ticket)) if self.listener.is_at(ticket) => Due::Present,
                    Some(Signal::Presence(_)) => continue,
                    Some(Signal::Anew) => Due::Anew,
                    Some(Signal::Changes(changes)) => Due::Changes(changes.to_vec()),
                },
                () = counts_due, if counts_at.is_some() => {
                    counts_at = None;
                    Due::Counts
                }
                _ = beat.tick() => Due::Beat,
            };
            if matches!(message, Due::Anew | Due::Changes(_)) {
                counts_at.get_or_insert_with(|| Instant::now() + COUNTS_AFTER);
            }
            if let Some(end) = self.answer(message, &mut present).await? {
                return Ok(Some(end));
            }
        }
    }

    /// What a page is told as it begins to listen.
    async fn begin(&mut self, present: &mut Vec<String>) -> Result<Option<End>, StorageError> {
        if let Some(since) = self.since {
            let due = match live::missed(&self.services, since).await? {
                Some(changes) => Due::Changes(changes),
                None => Due::Anew,
            };
            for due in [due, Due::Counts] {
                if let Some(end) = self.answer(due, present).await? {
                    return Ok(Some(end));
                }
            }
        }
        self.answer(Due::Present, present).await
    }

    async fn answer(
        &mut self,
        due: Due,
        present: &mut Vec<String>,
    ) -> Result<Option<End>, StorageError> {
        let Some(editor) = live::listener(&self.services, &self.token).await? else {
            return Ok(Some(End::SignedOut));
        };
        let message = match due {
            Due::Beat => ": beat\n\n".to_owned(),
            Due::Anew => "event: anew\ndata: {}\n\n".to_owned(),
            Due::Changes(changes) => changes_message(&editor, &changes),
            Due::Counts => counts_message(&self.services, &editor).await?,
            Due::Present => {
                let names = browse_tickets::names(&self.services, &self.listener.others()).await?;
                if names == *present {
                    return Ok(None);
                }
                present.clone_from(&names);
                format!("event: present\ndata: {}\n\n", json!(names))
            }
        };
        if message.is_empty() || self.send(message).await {
            Ok(None)
        } else {
            Ok(Some(End::Left))
        }
    }

    /// Whether the page is still there.
    async fn send(&self, message: String) -> bool {
        self.sender.send(message).await.is_ok()
    }
}

/// What a stream is going to say.
enum Due {
    Beat,
    Anew,
    Changes(Vec<Change>),
    Counts,
    Present,
}

fn changes_message(editor: &Editor, changes: &[Change]) -> String {
    let told: Vec<_> = changes
        .iter()
        .filter(|change| editor.reads(change.site))
        .map(|change| {
            json!({
                "ticket": change.ticket.to_string(),
                "opened": change.opened,
                "version": change.version,
                "own": change.by == Some(editor.id),
            })
        })
        .collect();
    let Some(last) = changes.iter().map(|change| change.event).max() else {
        return String::new();
    };
    let mut message = format!("id: {last}\n");
    if !told.is_empty() {
        let _ = writeln!(message, "event: changes\ndata: {}", json!(told));
    }
    message.push('\n');
    message
}

async fn counts_message(services: &Services, editor: &Editor) -> Result<String, StorageError> {
    let newsroom = browse_tickets::newsroom(services, editor).await?;
    let counts = browse_tickets::counts(services, &newsroom).await?;
    let shown: serde_json::Map<_, _> = TicketState::ALL
        .iter()
        .map(|state| {
            (
                state.as_str().to_owned(),
                shown_count(&counts, *state).into(),
            )
        })
        .collect();
    Ok(format!("event: counts\ndata: {}\n\n", json!(shown)))
}
