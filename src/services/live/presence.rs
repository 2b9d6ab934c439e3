//! Who has which ticket open: on this instance by its streams, on the others by what they say, for a moment.

use std::{
    collections::{BTreeSet, HashMap},
    time::{Duration, Instant},
};

use uuid::Uuid;

use crate::domain::ids::{EditorId, TicketId};

/// How long another instance's word holds. It repeats it more often.
const HOLDS: Duration = Duration::from_secs(45);

/// Who has which ticket open.
pub(super) type People = Vec<(TicketId, EditorId)>;

/// One open stream of this instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct StreamId(pub(super) u64);

/// Who has what open.
#[derive(Debug, Default)]
pub(super) struct Presence {
    here: HashMap<TicketId, Vec<(StreamId, EditorId)>>,
    elsewhere: HashMap<(Uuid, TicketId, EditorId), Instant>,
    /// What the other instances have not been told yet.
    came: BTreeSet<(TicketId, EditorId)>,
    went: BTreeSet<(TicketId, EditorId)>,
}

impl Presence {
    pub(super) fn come(&mut self, ticket: TicketId, stream: StreamId, editor: EditorId) {
        self.here.entry(ticket).or_default().push((stream, editor));
        self.went.remove(&(ticket, editor));
        self.came.insert((ticket, editor));
    }

    pub(super) fn go(&mut self, ticket: TicketId, stream: StreamId) {
        let Some(streams) = self.here.get_mut(&ticket) else {
            return;
        };
        let gone = streams.iter().position(|(id, _)| *id == stream);
        let Some((_, editor)) = gone.map(|at| streams.swap_remove(at)) else {
            return;
        };
        let still = streams.iter().any(|(_, other)| *other == editor);
        if streams.is_empty() {
            self.here.remove(&ticket);
        }
        if !still {
            self.came.remove(&(ticket, editor));
            self.went.insert((ticket, editor));
        }
    }

    /// Everybody who has it open, each once.
    pub(super) fn of(&self, ticket: TicketId) -> Vec<EditorId> {
        let here = self.here.get(&ticket).into_iter().flatten();
        let elsewhere = self
            .elsewhere
            .iter()
            .filter(|((_, of, _), seen)| *of == ticket && seen.elapsed() < HOLDS)
            .map(|((_, _, editor), _)| *editor);
        let all: BTreeSet<EditorId> = here.map(|(_, editor)| *editor).chain(elsewhere).collect();
        all.into_iter().collect()
    }

    /// All who are here, to be told to other instances.
    pub(super) fn all_here(&mut self) -> People {
        self.came.clear();
        let all: BTreeSet<_> = self
            .here
            .iter()
            .flat_map(|(ticket, streams)| streams.iter().map(|(_, editor)| (*ticket, *editor)))
            .collect();
        all.into_iter().collect()
    }

    /// Who came and who went since this was asked last.
    pub(super) fn take_news(&mut self) -> (People, People) {
        let came = std::mem::take(&mut self.came);
        let went = std::mem::take(&mut self.went);
        (came.into_iter().collect(), went.into_iter().collect())
    }

    /// Another instance says who has a ticket open there; whether that is news.
    pub(super) fn is_elsewhere(
        &mut self,
        instance: Uuid,
        ticket: TicketId,
        editor: EditorId,
    ) -> bool {
        self.elsewhere
            .insert((instance, ticket, editor), Instant::now())
            .is_none()
    }

    /// Another instance says who left a ticket there.
    pub(super) fn left_elsewhere(&mut self, instance: Uuid, ticket: TicketId, editor: EditorId) {
        self.elsewhere.remove(&(instance, ticket, editor));
    }

    /// Forgets what nobody repeats; the tickets it was about.
    pub(super) fn forget_old(&mut self) -> Vec<TicketId> {
        let mut tickets = BTreeSet::new();
        self.elsewhere.retain(|(_, ticket, _), seen| {
            let holds = seen.elapsed() < HOLDS;
            if !holds {
                tickets.insert(*ticket);
            }
            holds
        });
        tickets.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICKET: TicketId = TicketId(1001);
    const MARIA: EditorId = EditorId(Uuid::from_u128(1));
    const JONAS: EditorId = EditorId(Uuid::from_u128(2));
    const OTHER: Uuid = Uuid::from_u128(9);

    #[test]
    fn who_has_it_open_twice_is_there_until_both_are_closed() {
        let mut presence = Presence::default();
        presence.come(TICKET, StreamId(1), MARIA);
        presence.come(TICKET, StreamId(2), MARIA);
        presence.come(TICKET, StreamId(3), JONAS);
        assert_eq!(presence.of(TICKET), [MARIA, JONAS]);
        presence.go(TICKET, StreamId(1));
        assert_eq!(presence.of(TICKET), [MARIA, JONAS]);
        presence.go(TICKET, StreamId(2));
        assert_eq!(presence.of(TICKET), [JONAS]);
        assert_eq!(
            presence.take_news(),
            (vec![(TICKET, JONAS)], vec![(TICKET, MARIA)])
        );
        presence.go(TICKET, StreamId(3));
        presence.go(TICKET, StreamId(3));
        assert!(presence.of(TICKET).is_empty() && presence.here.is_empty());
    }

    #[test]
    fn what_another_instance_says_counts_and_can_be_taken_back() {
        let mut presence = Presence::default();
        assert!(presence.is_elsewhere(OTHER, TICKET, JONAS));
        assert!(!presence.is_elsewhere(OTHER, TICKET, JONAS), "no news");
        presence.come(TICKET, StreamId(1), JONAS);
        assert_eq!(presence.of(TICKET), [JONAS], "one person, on two instances");
        presence.left_elsewhere(OTHER, TICKET, JONAS);
        assert_eq!(presence.of(TICKET), [JONAS]);
        assert!(presence.forget_old().is_empty());
    }
}
