//! What pages and mails show of a ticket: the same row everywhere. A leaf: knows the domain and our links only.

use minijinja::{Value, context};

use crate::{
    domain::{
        article::Article,
        cause::Cause,
        difference::{Piece, PieceKind, difference},
        kind::Kind,
        note::{self, Person},
        priority::Priority,
        sentence::sentence_around,
        sighting::Sighting,
        site::Lang,
        text_fragment::{directive, with_directive},
        ticket::{
            Actor, EventKind, NewEvent, PassageState, Reason, Resolution, Ticket, TicketState,
        },
    },
    links::{article_path, ticket_path},
};

/// The difference between quoted words and a suggestion, as the templates want it.
#[must_use]
pub fn pieces(exact: &str, suggestion: &str) -> Value {
    piece_views(&difference(exact, suggestion))
}

/// The pieces of a difference, as the templates want them.
#[must_use]
pub fn piece_views(list: &[Piece]) -> Value {
    Value::from(
        list.iter()
            .map(|piece| context! { kind => piece_name(piece.kind), text => piece.text.as_str() })
            .collect::<Vec<_>>(),
    )
}

const fn piece_name(kind: PieceKind) -> &'static str {
    match kind {
        PieceKind::Same => "same",
        PieceKind::Removed => "removed",
        PieceKind::Added => "added",
    }
}

/// The names of what a ticket points to.
#[derive(Debug, Clone, Copy, Default, Hash)]
pub struct Names<'a> {
    /// Its site's.
    pub site: &'a str,
    /// Its site's time zone, for a list of tickets of several sites.
    pub time_zone: Option<&'a str>,
    /// Its desk's.
    pub desk: Option<&'a str>,
    /// Its assignee's.
    pub assignee: Option<&'a str>,
}

/// A ticket in a list; see `templates/desk/inbox.html` for its shape.
#[must_use]
pub fn row(ticket: &Ticket, article: Option<&Article>, names: Names<'_>) -> Value {
    let passage = ticket.passage.as_ref();
    let (before, after) = passage
        .map(|p| sentence_around(&p.prefix, &p.exact, &p.suffix))
        .unwrap_or_default();
    let suggestion = ticket.leading_suggestion();
    context! {
        id => ticket.id.0,
        version => ticket.version,
        reference => ticket.id.to_string(),
        url => ticket_path(ticket.id),
        state => ticket.state.as_str(),
        resolution => ticket.resolution.map(super::domain::ticket::Resolution::as_str),
        passage_state => ticket.passage_state.as_str(),
        regressed => ticket.regressed,
        legal => ticket.legal,
        kind => ticket.kind.as_str(),
        part => ticket.part.map(super::domain::kind::Part::as_str),
        exact => passage.map(|p| p.exact.as_str()),
        before => before,
        after => after,
        difference => passage.zip(suggestion).map(|(p, s)| pieces(&p.exact, s)),
        suggestion => suggestion,
        comment => ticket.comment.as_deref(),
        report_count => ticket.report_count,
        tags => ticket.tags.iter().map(String::as_str).collect::<Value>(),
        priority => priority_view(ticket),
        article => article_view(article),
        site_name => names.site,
        time_zone => names.time_zone,
        desk_name => names.desk,
        assignee_name => names.assignee,
        created_at => ticket.created_at,
        updated_at => ticket.updated_at,
    }
}

/// Why a ticket stands where it stands among those that press.
fn priority_view(ticket: &Ticket) -> Value {
    let why = ticket.explain_weight();
    context! { kind => why.kind.as_str(), reports => why.reports, legal => why.legal, article => why.article.as_str(), set => why.set.map(Priority::as_str) }
}

/// An article's title, address, language and page on the desk; without a title the address is shown.
#[must_use]
pub fn article_view(article: Option<&Article>) -> Value {
    context! {
        title => article.map_or("", |a| a.facts.title.as_deref().unwrap_or(&a.url)),
        url => article.map_or("", |a| a.url.as_str()),
        lang => article.and_then(|a| a.facts.lang.as_deref()),
        path => article.map(|a| article_path(a.id)),
    }
}

/// The article opened at the ticket's passage by a text fragment: the one that the last look at the page found, else by the
/// passage's surroundings; nothing where none leads there (then our own page of the passage is to be linked).
#[must_use]
pub fn live_url(
    ticket: &Ticket,
    article: Option<&Article>,
    seen: Option<&Sighting>,
) -> Option<String> {
    let url = &article?.url;
    match &ticket.passage {
        None => Some(url.clone()),
        Some(passage) => match seen.and_then(|s| s.look.directive.as_deref()) {
            // The whole page was searched, and no directive leads there: a guess would mark another place.
            Some("") => None,
            Some(seen) => Some(with_directive(url, seen)),
            None => Some(directive(passage, None)?.on(url)),
        },
    }
}

/// What somebody outside the newsroom is shown of a ticket.
#[derive(Debug, Clone, Copy)]
pub struct PassedOn<'a> {
    /// The ticket.
    pub ticket: &'a Ticket,
    /// Its article.
    pub article: Option<&'a Article>,
    /// What the watch saw of the passage last.
    pub sighting: Option<&'a Sighting>,
    /// What readers wrote.
    pub comments: &'a [String],
    /// Links that readers gave.
    pub sources: &'a [String],
    /// What the editor writes with it.
    pub message: Option<&'a str>,
    /// In which language.
    pub lang: Lang,
    /// Who passes it on.
    pub site_name: &'a str,
}

/// The mail that passes a ticket on; see `templates/mail/ticket_forwarded/body.txt` for its shape.
#[must_use]
pub fn passed_on(shown: &PassedOn<'_>) -> Value {
    let names = Names {
        site: shown.site_name,
        ..Names::default()
    };
    let live = live_url(shown.ticket, shown.article, shown.sighting);
    context! {
        lang => shown.lang.as_str(),
        site_name => shown.site_name,
        ticket => row(shown.ticket, shown.article, names),
        message => shown.message,
        comments => shown.comments.to_vec(),
        sources => shown.sources.to_vec(),
        // Our own page of the passage opens to editors only.
        live_url => live.or_else(|| shown.article.map(|a| a.url.clone())),
    }
}

/// The names of what an entry of a history points to.
#[derive(Debug, Clone, Default)]
pub struct EventNames<'a> {
    /// Who got the ticket.
    pub assignee: Option<&'a str>,
    /// Where it went.
    pub desk: Option<&'a str>,
    /// Whom its note mentions.
    pub people: Vec<Person>,
}

/// What happened, without when and who; see `templates/components/event.html` for its shape.
#[must_use]
pub fn event(event: &NewEvent, names: &EventNames<'_>) -> Value {
    let details = &event.details;
    let name = match event.kind {
        EventKind::Assigned | EventKind::Escalated => names.assignee.map(str::to_owned),
        EventKind::Routed => names.desk.map(str::to_owned),
        EventKind::Accepted => details.suggestion.clone(),
        EventKind::AlsoFound => details.also_in.map(|id| id.to_string()),
        EventKind::Closed => details.forwarded.as_ref().map(|to| to.name.clone()),
        EventKind::Tagged | EventKind::Untagged => details.tag.as_ref().map(|t| format!("#{t}")),
        EventKind::Merged | EventKind::Parted | EventKind::Split | EventKind::SplitOff => {
            details.other.map(|id| id.to_string())
        }
        _ => None,
    };
    let to = match event.kind {
        EventKind::CauseNamed => details.cause.map(Cause::as_str),
        EventKind::Refined => details.kind.map(Kind::as_str),
        _ => event.to.map(TicketState::as_str),
    };
    context! {
        kind => event_message(event),
        from => event.from.map(TicketState::as_str),
        to => to,
        name => name,
        resolution => details.resolution.map(Resolution::as_str),
        reason => details.reason.map(Reason::as_str),
        note => details.note.as_ref().or(details.public_note.as_ref())
            .or(details.forwarded.as_ref().and_then(|to| to.message.as_ref()))
            .or(details.questions.first().map(|question| &question.text)),
        also => details.questions.iter().skip(1).map(|question| question.text.clone()).collect::<Vec<_>>(),
        note_html => details.note.as_ref().map(|text| Value::from_safe_string(note::html(text, &names.people))),
    }
}

/// What happened, as the catalogues name it (`event-…`).
fn event_message(event: &NewEvent) -> &'static str {
    let details = &event.details;
    match event.kind {
        EventKind::CauseNamed if details.cause.is_none() => "cause_taken_back",
        EventKind::Assigned if details.assignee.is_none() => "unassigned",
        EventKind::Closed if details.by == Some(Actor::Watch) => "closed_by_watch",
        EventKind::Reopened if details.regressed => "regressed",
        EventKind::Sighted if details.correction_missing => "correction_missing",
        EventKind::Sighted => match details.passage_state {
            Some(PassageState::Found) => "sighted_found",
            Some(PassageState::Changed) => "sighted_changed",
            Some(PassageState::Ambiguous) => "sighted_ambiguous",
            Some(PassageState::Gone) => "sighted_gone",
            Some(PassageState::Unknown) => "sighted_unknown",
            None => "sighted",
        },
        EventKind::Prioritised => match details.priority {
            Some(Priority::Higher) => "prioritised_higher",
            Some(Priority::Lower) => "prioritised_lower",
            None => "prioritised",
        },
        kind => kind.as_str(),
    }
}
