//! A decision made on what a ticket was, applied to what it is now.

use super::{Step, Ticket, TicketState};
use crate::domain::clock::UnixMillis;

impl Ticket {
    /// The steps that apply a decision, made on an earlier version, to the ticket as it is now: without what is so already, and opened
    /// again first where it was closed meanwhile. Nothing where all of it is so already, or where no way leads there.
    #[must_use]
    pub fn steps_anyway(&self, decided: &[Step], at: UnixMillis) -> Option<Vec<Step>> {
        let mut steps: Vec<Step> = decided
            .iter()
            .filter(|step| !self.is_so(step))
            .cloned()
            .collect();
        if steps.is_empty() {
            return None;
        }
        if self.may_take(&steps, at) {
            return Some(steps);
        }
        if self.state == TicketState::Closed {
            steps.insert(0, Step::Open);
            return self.may_take(&steps, at).then_some(steps);
        }
        None
    }

    fn may_take(&self, steps: &[Step], at: UnixMillis) -> bool {
        let mut ticket = self.clone();
        steps
            .iter()
            .all(|step| ticket.take(step.clone(), at).is_ok())
    }

    /// Whether a step would only say again what is said already.
    fn is_so(&self, step: &Step) -> bool {
        match step {
            Step::Open => self.state == TicketState::Open,
            Step::Wait => self.state == TicketState::Waiting,
            Step::Snooze { until } => {
                self.state == TicketState::Snoozed && self.snoozed_until == Some(*until)
            }
            Step::SnoozeUntilReport => self.waits_for_report(),
            Step::Close(closure) => {
                // A mail of its own goes out.
                closure.forwarded.is_none()
                    && (self.resolution, self.reason, self.duplicate_of)
                        == (
                            Some(closure.resolution),
                            closure.reason,
                            closure.duplicate_of,
                        )
                    && (closure.public_note.is_none() || closure.public_note == self.public_note)
            }
            Step::Assign(assignee) => self.assignee == *assignee,
            Step::Accept(text) => self.accepted_suggestion.as_ref() == Some(text),
            Step::Refine(kind) => self.kind == *kind,
            Step::NameCause(cause) => self.cause == *cause,
            Step::Prioritise(said) => self.priority == *said,
            Step::Tag(tag) => self.tags.contains(tag),
            Step::Untag(tag) => !self.tags.contains(tag),
            Step::Route(desk) => self.desk == *desk,
            Step::Ask(_) | Step::Note(_) | Step::Regress | Step::NoteOrigin(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{
        kind::Kind,
        ticket::{Closure, Reason, Resolution, tests::ticket},
    };

    fn closing(resolution: Resolution) -> Step {
        Step::Close(Closure::of(resolution))
    }

    #[test]
    fn what_was_closed_meanwhile_is_opened_again_first() {
        let mut now = ticket();
        let opinion = Step::Close(Closure {
            reason: Some(Reason::MatterOfOpinion),
            ..Closure::of(Resolution::NotAnError)
        });
        now.take(opinion, 1).unwrap();
        let decided = [closing(Resolution::Corrected), Step::Note("Doch.".into())];
        let steps = now.steps_anyway(&decided, 2).unwrap();
        assert_eq!(steps, [Step::Open, decided[0].clone(), decided[1].clone()]);
        // A note needs no open ticket.
        assert_eq!(now.steps_anyway(&decided[1..], 2).unwrap(), decided[1..]);
    }

    #[test]
    fn what_is_so_already_is_left_out() {
        let mut now = ticket();
        now.take(closing(Resolution::Corrected), 1).unwrap();
        let note = Step::Note("Ich auch.".into());
        let decided = [closing(Resolution::Corrected), note.clone()];
        assert_eq!(now.steps_anyway(&decided, 2), Some(vec![note]));
        assert_eq!(now.steps_anyway(&decided[..1], 2), None);
        let mut waits = ticket();
        waits.take(Step::Wait, 1).unwrap();
        assert_eq!(waits.steps_anyway(&[Step::Wait], 2), None);
    }

    proptest! {
        /// Whatever happened meanwhile and whatever was decided: what is offered can be taken, and leads where it was to lead.
        #[test]
        fn what_is_offered_can_be_taken(meanwhile in 0_usize..5, decided in 0_usize..5) {
            let steps = [
                closing(Resolution::Corrected),
                closing(Resolution::Obsolete),
                Step::Wait,
                Step::Snooze { until: 100 },
                Step::Refine(Kind::Grammar),
            ];
            let mut now = ticket();
            now.take(steps[meanwhile].clone(), 1).unwrap();
            match now.steps_anyway(&[steps[decided].clone()], 2) {
                None => prop_assert_eq!(meanwhile, decided),
                Some(offered) => {
                    for step in offered {
                        now.take(step, 2).unwrap();
                    }
                    prop_assert!(now.is_so(&steps[decided]));
                }
            }
        }
    }
}
