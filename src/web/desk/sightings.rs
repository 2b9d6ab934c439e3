//! What the watch saw, as the pages want it: a ticket's passage now, and how an article was last read.

use minijinja::{Value, context};

use crate::{
    domain::{
        article_watch::{FetchError, VersionSource, is_watched},
        clock::UnixMillis,
        ids::ArticleId,
        sentence::sentence_around,
        ticket::{Actor, EventKind, PassageState, Resolution, TicketState},
    },
    links::article_path,
    services::browse_tickets::TicketDetails,
    storage::article_watch::Watched,
    views,
};

/// What the article says now at a ticket's passage (`templates/components/passage_now.html`); nothing of a ticket that names none.
#[must_use]
pub fn passage_now(details: &TicketDetails, now: UnixMillis) -> Value {
    let ticket = &details.ticket;
    let is_dropped = matches!(
        ticket.resolution,
        Some(Resolution::Spam | Resolution::Duplicate)
    );
    // The passage of a double is the other ticket's.
    let Some(passage) = ticket.passage.as_ref().filter(|_| !is_dropped) else {
        return Value::from(());
    };
    let sighting = details.sighting.as_ref();
    let state = ticket.passage_state;
    let (before, after) = sentence_around(&passage.prefix, &passage.exact, &passage.suffix);
    let words = sighting
        .and_then(|s| s.look.words.as_deref())
        .filter(|_| state == PassageState::Changed);
    let suggestion = ticket
        .accepted_suggestion
        .as_deref()
        .or(ticket.leading_suggestion());
    let fits = sighting.is_some_and(|s| s.fits_suggestion);
    let is_closed = ticket.state == TicketState::Closed;
    let closed_by = details
        .events
        .iter()
        .rfind(|e| e.event.kind == EventKind::Closed)
        .and_then(|e| e.event.details.by);
    context! {
        state => state.as_str(),
        why => (state == PassageState::Unknown).then(|| why_unknown(details, now)),
        exact => passage.exact.as_str(),
        now => words,
        before => before,
        after => after,
        change => words.map(|w| views::pieces(&passage.exact, w)),
        to_suggestion => words.zip(suggestion).filter(|_| !fits).map(|(w, s)| views::pieces(w, s)),
        fits => fits,
        deleted => state == PassageState::Gone && sighting.is_some_and(|s| s.look.place.is_some()),
        forgotten => state == PassageState::Changed && words.is_none(),
        sent => sighting.is_some_and(|s| s.correction_source == Some(VersionSource::Sent)),
        seen_at => sighting.and_then(|s| s.correction_seen_at),
        by_itself => is_closed && closed_by == Some(Actor::Watch),
        missing => is_closed && sighting.is_some_and(|s| s.correction_missing_at.is_some()),
    }
}

/// Why nothing is said of a passage.
fn why_unknown(details: &TicketDetails, now: UnixMillis) -> &'static str {
    let watched = &details.watched;
    let seen_in = details.sighting.as_ref().and_then(|s| s.version);
    if !is_watched(&details.ticket, now) {
        "over"
    } else if watched.current_version.is_none() && watched.state.last_error.is_some() {
        "unreadable"
    } else if seen_in.is_none() || seen_in != watched.current_version {
        "waiting"
    } else {
        "never_seen"
    }
}

/// How an article was last read (`templates/components/fetching.html`).
#[must_use]
pub fn fetching(id: ArticleId, watched: &Watched, may_look: bool, now: UnixMillis) -> Value {
    let state = &watched.state;
    context! {
        looks_url => format!("{}/looks", article_path(id)),
        last_at => state.last_success_at,
        next_at => watched.look_at,
        due => watched.look_at.is_some_and(|at| at <= now),
        error => state.last_error.map(FetchError::as_str),
        failed_at => state.last_error.and(state.last_try_at),
        failures => state.failures,
        may_look => may_look,
    }
}
