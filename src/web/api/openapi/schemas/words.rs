//! The closed sets of words, each made of the domain's own.

use serde_json::Value;

use super::set;
use crate::domain::{
    cause::Cause,
    kind::{Kind, Part},
    priority::Priority,
    ticket::{PassageState, Reason, Resolution, TicketState},
};

pub(in super::super) fn priority() -> Value {
    set(
        "What an editor said of the priority; null: as computed.",
        Priority::ALL.iter().map(|p| p.as_str()),
    )
}

pub(in super::super) fn state() -> Value {
    set(
        "Where the ticket stands.",
        TicketState::ALL.iter().map(|s| s.as_str()),
    )
}

pub(in super::super) fn resolution() -> Value {
    set(
        "What became of a closed ticket.",
        Resolution::ALL.iter().map(|r| r.as_str()),
    )
}

pub(in super::super) fn reason() -> Value {
    set(
        "Why it is no error.",
        Reason::ALL.iter().map(|r| r.as_str()),
    )
}

pub(in super::super) fn kind() -> Value {
    set(
        "The kind of the mistake.",
        Kind::ALL.iter().map(|k| k.as_str()),
    )
}

pub(in super::super) fn passage_state() -> Value {
    set(
        "What the article says now of the passage.",
        PassageState::ALL.iter().map(|s| s.as_str()),
    )
}

pub(in super::super) fn part() -> Value {
    set(
        "Where the mistake is when it is not in the running text.",
        Part::ALL.iter().map(|p| p.as_str()),
    )
}

pub(in super::super) fn cause() -> Value {
    set(
        "How the error came about; of facts that were corrected, where somebody said so.",
        Cause::ALL.iter().map(|c| c.as_str()),
    )
}
