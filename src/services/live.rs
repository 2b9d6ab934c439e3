//! What changes while somebody looks: who listens, what is told to them, and who else has a ticket open.
//!
//! The database is the truth: every step of a ticket leaves an entry in its history, and the [`herald`] reads what is new there. A ring
//! of the bell only makes it look sooner, and PostgreSQL carries the ring to the other instances. Who has a ticket open is kept in
//! memory alone and forgotten within a minute; between instances it travels in the same messages, and nowhere is it written down.

pub mod herald;
mod presence;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{Notify, broadcast, watch};
use uuid::Uuid;

use self::presence::{Presence, StreamId};
use super::{Services, second_factor, sign_in};
use crate::{
    domain::{
        clock::SECOND,
        editor::Editor,
        ids::{EditorId, EventId, SiteId, TicketId},
        secret::sha256,
    },
    storage::{StorageError, editors, events, sessions, tickets},
};

/// How many streams one editor may have open: tabs of several devices.
pub const STREAMS_PER_EDITOR: usize = 12;
/// How many streams there are at all.
const STREAMS: usize = 1_000;
/// Signals that a slow listener may be behind; then they are told to look anew.
const BACKLOG: usize = 64;
/// Changes that are told one by one. Where there are more, looking anew is less work for everybody.
const MOST_CHANGES: u64 = 200;
/// How far back a listener who comes again is told what they missed.
const MEMORY: i64 = 600 * SECOND;

/// The one place where news of this instance goes by.
#[derive(Debug, Clone)]
pub struct Live(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Tells our messages from the other instances'.
    instance: Uuid,
    signals: broadcast::Sender<Signal>,
    /// Something may have changed in the database.
    bell: Notify,
    /// Somebody came or went.
    presence_bell: Notify,
    closing: watch::Sender<bool>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    presence: Presence,
    streams: HashMap<EditorId, usize>,
    last_stream: u64,
}

/// What goes by.
#[derive(Debug, Clone)]
pub enum Signal {
    /// These tickets changed.
    Changes(Arc<[Change]>),
    /// Somebody opened a ticket, or left it.
    Presence(TicketId),
    /// So much changed that looking anew is simpler.
    Anew,
}

/// What happened to a ticket; which one and what kind of thing, nothing of what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The entry of the history that tells it.
    pub event: EventId,
    /// Which ticket.
    pub ticket: TicketId,
    /// Of which site, for the rights of who listens.
    pub site: SiteId,
    /// Whether it is new, rather than changed.
    pub opened: bool,
    /// Its version now.
    pub version: i64,
    /// Who did it; nobody when a reader or the server did.
    pub by: Option<EditorId>,
}

/// There are as many listeners as there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many event streams are open")]
pub struct TooManyStreams;

impl Default for Live {
    fn default() -> Self {
        Self::new(Uuid::nil())
    }
}

impl Live {
    /// Of an instance that calls itself so.
    #[must_use]
    pub fn new(instance: Uuid) -> Self {
        Self(Arc::new(Inner {
            instance,
            signals: broadcast::Sender::new(BACKLOG),
            bell: Notify::new(),
            presence_bell: Notify::new(),
            closing: watch::Sender::new(false),
            state: Mutex::default(),
        }))
    }

    /// Something was written, or is about to be: the herald looks. Costs next to nothing.
    pub fn ring(&self) {
        self.0.bell.notify_one();
    }

    /// Ends all streams, now and from now on: the server stops.
    pub fn close(&self) {
        self.0.closing.send_replace(true);
    }

    /// Begins to listen; with a ticket, others see that the editor has it open, until the listener is dropped.
    ///
    /// # Errors
    /// [`TooManyStreams`]
    pub fn listen(
        &self,
        editor: EditorId,
        ticket: Option<TicketId>,
    ) -> Result<Listener, TooManyStreams> {
        let mut state = self.state();
        let total: usize = state.streams.values().sum();
        let own = state.streams.entry(editor).or_insert(0);
        if total >= STREAMS || *own >= STREAMS_PER_EDITOR {
            return Err(TooManyStreams);
        }
        *own += 1;
        state.last_stream += 1;
        let stream = StreamId(state.last_stream);
        if let Some(ticket) = ticket {
            state.presence.come(ticket, stream, editor);
        }
        drop(state);
        let listener = Listener {
            signals: self.0.signals.subscribe(),
            closing: self.0.closing.subscribe(),
            live: self.clone(),
            stream,
            editor,
            ticket,
        };
        if let Some(ticket) = ticket {
            self.presence_changed(ticket);
        }
        Ok(listener)
    }

    /// Who has the ticket open right now, in no order.
    #[must_use]
    pub fn present(&self, ticket: TicketId) -> Vec<EditorId> {
        self.state().presence.of(ticket)
    }

    /// How many listen.
    #[must_use]
    pub fn listeners(&self) -> usize {
        self.0.signals.receiver_count()
    }

    fn presence_changed(&self, ticket: TicketId) {
        let _ = self.0.signals.send(Signal::Presence(ticket));
        self.0.presence_bell.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is whole before anything can panic.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who listens. Dropped, they are gone.
#[derive(Debug)]
pub struct Listener {
    signals: broadcast::Receiver<Signal>,
    closing: watch::Receiver<bool>,
    live: Live,
    stream: StreamId,
    editor: EditorId,
    ticket: Option<TicketId>,
}

impl Listener {
    /// The next signal; nothing when the server stops. Whoever was too slow is told to look anew.
    pub async fn next(&mut self) -> Option<Signal> {
        tokio::select! {
            biased;
            _ = self.closing.wait_for(|closing| *closing) => None,
            signal = self.signals.recv() => match signal {
                Ok(signal) => Some(signal),
                Err(broadcast::error::RecvError::Lagged(_)) => Some(Signal::Anew),
                Err(broadcast::error::RecvError::Closed) => None,
            },
        }
    }

    /// Whether it listens at that ticket.
    #[must_use]
    pub fn is_at(&self, ticket: TicketId) -> bool {
        self.ticket == Some(ticket)
    }

    /// The others who have this listener's ticket open.
    #[must_use]
    pub fn others(&self) -> Vec<EditorId> {
        let Some(ticket) = self.ticket else {
            return Vec::new();
        };
        let mut all = self.live.present(ticket);
        all.retain(|editor| *editor != self.editor);
        all
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut state = self.live.state();
        if let Some(own) = state.streams.get_mut(&self.editor) {
            *own -= 1;
            if *own == 0 {
                state.streams.remove(&self.editor);
            }
        }
        if let Some(ticket) = self.ticket {
            state.presence.go(ticket, self.stream);
            drop(state);
            self.live.presence_changed(ticket);
        }
    }
}

/// Whose session it is, while it lasts and opens the desk. Unlike a request, a stream that is merely open does not keep a session alive.
///
/// # Errors
/// [`StorageError`]
pub async fn listener(services: &Services, token: &str) -> Result<Option<Editor>, StorageError> {
    let db = services.store.reader();
    let Some(session) = sessions::find(db, &sha256(token.as_bytes())).await? else {
        return Ok(None);
    };
    if sign_in::is_over(services, &session) {
        return Ok(None);
    }
    let editor = editors::find(db, session.editor).await?;
    let Some(editor) = editor.filter(|e| e.active) else {
        return Ok(None);
    };
    // As before a page: whoever has yet to set up a second factor hears nothing either.
    if second_factor::is_missing(services, &editor).await? {
        return Ok(None);
    }
    Ok(Some(editor))
}

/// What a listener missed since an entry of some history; nothing when that is too long ago, or too much, to be told one by one.
///
/// # Errors
/// [`StorageError`]
pub async fn missed(
    services: &Services,
    since: EventId,
) -> Result<Option<Vec<Change>>, StorageError> {
    if since < EventId(herald::first_id_of(services.now() - MEMORY)) {
        return Ok(None);
    }
    let changes = changes_since(services, since).await?;
    Ok((changes.len() as u64 <= MOST_CHANGES).then_some(changes))
}

/// What happened after an entry, oldest first; one more than [`MOST_CHANGES`] when there is more.
async fn changes_since(services: &Services, since: EventId) -> Result<Vec<Change>, StorageError> {
    let db = services.store.reader();
    let entries = events::since(db, since, MOST_CHANGES + 1).await?;
    let mut ids: Vec<TicketId> = entries.iter().map(|entry| entry.ticket).collect();
    ids.sort_unstable();
    ids.dedup();
    let known = tickets::versions(db, &ids).await?;
    Ok(entries
        .into_iter()
        .filter_map(|entry| {
            let (_, site, version) = known.iter().find(|(id, ..)| *id == entry.ticket)?;
            Some(Change {
                event: entry.id,
                ticket: entry.ticket,
                site: *site,
                opened: entry.opened,
                version: *version,
                by: entry.editor,
            })
        })
        .collect())
}

/// How often a stream proves that it is alive, and that who listens still may.
pub const BEAT: Duration = Duration::from_secs(15);
