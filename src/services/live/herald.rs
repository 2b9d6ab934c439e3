//! Reads what is new in the histories and calls it out; with PostgreSQL, also to the other instances and from them.

use std::{collections::HashSet, future::Future, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use super::{Change, Live, MOST_CHANGES, Signal, changes_since, presence::People};
use crate::{
    domain::{
        clock::{SECOND, UnixMillis},
        ids::{EditorId, EventId, TicketId},
    },
    services::Services,
    storage::{StorageError, listening::Listening},
};

/// How long the herald gathers after a ring: the bell is rung before the commit, and seldom alone.
const GATHERS: Duration = Duration::from_millis(100);
/// After a ring it looks once more, for whoever took long to commit.
const LOOKS_AGAIN: Duration = Duration::from_secs(1);
/// Without a ring it looks by itself: another process may have written.
const LOOKS: Duration = Duration::from_secs(5);
/// How often this instance repeats who is here.
const REPEATS: Duration = Duration::from_secs(15);
/// How far back it looks each time: entries are made before they are committed, on clocks that differ.
const OVERLAP: i64 = 10 * SECOND;
/// How many people one message names; PostgreSQL takes at most 8,000 bytes.
const NAMED: usize = 80;

/// What instances tell each other.
#[derive(Debug, Serialize, Deserialize)]
struct Message {
    from: Uuid,
    /// Something changed in the database.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    ring: bool,
    /// An instance has come and wants to know who is where.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    ask: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    here: Vec<(TicketId, EditorId)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    gone: Vec<(TicketId, EditorId)>,
}

impl Message {
    fn of(live: &Live) -> Self {
        Self {
            from: live.0.instance,
            ring: false,
            ask: false,
            here: Vec::new(),
            gone: Vec::new(),
        }
    }
}

/// The smallest id an entry of that moment can have.
pub(super) fn first_id_of(moment: UnixMillis) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(moment.max(0).unsigned_abs(), &[0; 10]).into_uuid()
}

/// Calls out what changes, until told to stop. One of them runs on each instance that serves.
pub async fn run(services: Services, stop: impl Future<Output = ()>) {
    let live = services.live.clone();
    let mut known = Known::default();
    let mut others = Listening::begin(&services.store).await;
    tell(
        &services,
        &Message {
            ask: true,
            ..Message::of(&live)
        },
    )
    .await;
    let mut stop = std::pin::pin!(stop);
    let mut look_at = Instant::now() + LOOKS;
    let mut repeat_at = Instant::now() + REPEATS;
    loop {
        let mut rung = false;
        tokio::select! {
            () = &mut stop => return,
            () = live.0.bell.notified() => {
                tokio::time::sleep(GATHERS).await;
                tell(&services, &Message { ring: true, ..Message::of(&live) }).await;
                rung = true;
            }
            () = live.0.presence_bell.notified() => {
                let (here, gone) = live.state().presence.take_news();
                tell_people(&services, here, gone).await;
                continue;
            }
            payload = others.next() => match payload.map(|p| serde_json::from_str::<Message>(&p)) {
                Some(Ok(message)) if message.from != live.0.instance => {
                    rung = message.ring;
                    if message.ask {
                        repeat_at = Instant::now();
                    }
                    take_in(&live, &message);
                    if !rung {
                        continue;
                    }
                }
                Some(_) => continue,
                // The connection broke and was made again: who knows what was missed.
                None => {}
            },
            () = sleep_until(look_at) => {}
            () = sleep_until(repeat_at) => {
                repeat_at = Instant::now() + REPEATS;
                let here = live.state().presence.all_here();
                tell_people(&services, here, Vec::new()).await;
                for ticket in live.state().presence.forget_old() {
                    let _ = live.0.signals.send(Signal::Presence(ticket));
                }
                continue;
            }
        }
        look_at = Instant::now() + if rung { LOOKS_AGAIN } else { LOOKS };
        match known.look(&services).await {
            Ok(Some(signal)) => drop(live.0.signals.send(signal)),
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "what changed could not be read for open pages"),
        }
    }
}

/// What of the last seconds was called out already.
#[derive(Debug, Default)]
struct Known(HashSet<EventId>);

impl Known {
    /// What nobody was told yet. Without anybody who listens nothing is read.
    async fn look(&mut self, services: &Services) -> Result<Option<Signal>, StorageError> {
        if services.live.listeners() == 0 {
            self.0.clear();
            return Ok(None);
        }
        let since = EventId(first_id_of(services.now() - OVERLAP));
        let found = changes_since(services, since).await?;
        let too_many = found.len() as u64 > MOST_CHANGES;
        self.0.retain(|event| *event > since);
        let news: Vec<Change> = found
            .into_iter()
            .filter(|change| self.0.insert(change.event))
            .collect();
        Ok(match (news.is_empty(), too_many) {
            (true, false) => None,
            (false, false) => Some(Signal::Changes(Arc::from(news))),
            (_, true) => Some(Signal::Anew),
        })
    }
}

fn take_in(live: &Live, message: &Message) {
    let mut changed = Vec::new();
    let mut state = live.state();
    for (ticket, editor) in &message.here {
        if state.presence.is_elsewhere(message.from, *ticket, *editor) {
            changed.push(*ticket);
        }
    }
    for (ticket, editor) in &message.gone {
        state
            .presence
            .left_elsewhere(message.from, *ticket, *editor);
        changed.push(*ticket);
    }
    drop(state);
    for ticket in changed {
        let _ = live.0.signals.send(Signal::Presence(ticket));
    }
}

async fn tell_people(services: &Services, here: People, gone: People) {
    for here in here.chunks(NAMED) {
        let here = here.to_vec();
        tell(
            services,
            &Message {
                here,
                ..Message::of(&services.live)
            },
        )
        .await;
    }
    for gone in gone.chunks(NAMED) {
        let gone = gone.to_vec();
        tell(
            services,
            &Message {
                gone,
                ..Message::of(&services.live)
            },
        )
        .await;
    }
}

/// Tells the other instances. What is lost they find out by themselves, a little later.
async fn tell(services: &Services, message: &Message) {
    let payload = serde_json::to_string(message).unwrap_or_default();
    if let Err(error) = services.store.tell_others(&payload).await {
        tracing::warn!(%error, "the other instances could not be told");
    }
}
