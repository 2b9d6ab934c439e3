//! Conditional requests (RFC 9110 §13): the entity tag of a ticket, and what a program says that it has seen.
//!
//! A tag holds the ticket's version and the number of its reports, for `If-Match`, and a hash of the whole answer, for
//! `If-None-Match`: a strong tag changes with every byte, also with those that no version counts.

use data_encoding::HEXLOWER;
use poem::http::{HeaderMap, HeaderName, header};

use crate::{
    domain::{ids::TicketId, secret::sha256, ticket::Ticket},
    services::triage_ticket::Seen,
};

/// The strong tag of a ticket's representation, with its quotes.
#[must_use]
pub fn entity_tag(ticket: &Ticket, body: &[u8]) -> String {
    let hash = sha256(body);
    let hash = HEXLOWER.encode(hash.get(..6).unwrap_or_default());
    format!(
        "\"{}-{}-{}-{hash}\"",
        ticket.id, ticket.version, ticket.report_count
    )
}

/// The strong tag of something that has no version.
#[must_use]
pub fn tag_of(body: &[u8]) -> String {
    let hash = sha256(body);
    format!("\"{}\"", HEXLOWER.encode(hash.get(..8).unwrap_or_default()))
}

/// Whether the program has exactly that already (`If-None-Match`).
#[must_use]
pub fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    tags(headers, &header::IF_NONE_MATCH)
        .is_some_and(|tags| tags.iter().any(|t| t == "*" || weakly(t) == tag))
}

/// What the program says that it has seen of a ticket (`If-Match`). Tags that are not the ticket's match nothing.
#[must_use]
pub fn seen(headers: &HeaderMap, ticket: &Ticket) -> Seen {
    let Some(tags) = tags(headers, &header::IF_MATCH) else {
        return Seen::Anything;
    };
    if tags.iter().any(|tag| tag == "*") {
        return Seen::Anything;
    }
    let versions: Vec<(i64, i64)> = tags
        .iter()
        .filter_map(|tag| version_of(tag, ticket.id))
        .collect();
    // Of several, the one that holds now; the transaction looks again.
    let (version, reports) = versions
        .iter()
        .find(|v| **v == (ticket.version, ticket.report_count))
        .or(versions.first())
        .copied()
        .unwrap_or((-1, -1));
    Seen::Exactly { version, reports }
}

fn version_of(tag: &str, id: TicketId) -> Option<(i64, i64)> {
    let inner = tag.strip_prefix('"')?.strip_suffix('"')?;
    let rest = inner.strip_prefix(&format!("{id}-"))?;
    let mut parts = rest.split('-');
    let version = parts.next()?.parse().ok()?;
    let reports = parts.next()?.parse().ok()?;
    let hash = parts.next()?;
    (parts.next().is_none() && !hash.is_empty()).then_some((version, reports))
}

fn weakly(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

/// The tags of a header, or nothing where it is missing. Our own tags hold no comma.
fn tags(headers: &HeaderMap, name: &HeaderName) -> Option<Vec<String>> {
    headers.contains_key(name).then(|| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|tag| tag.trim().to_owned())
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use poem::http::{HeaderMap, HeaderValue, header};

    use super::*;

    fn headers(name: HeaderName, text: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(text).unwrap())])
    }

    #[test]
    fn a_tag_names_version_and_reports() {
        let id = TicketId(1042);
        assert_eq!(version_of("\"FM-1042-3-14-abcdef\"", id), Some((3, 14)));
        for tag in [
            "W/\"FM-1042-3-14-abcdef\"",
            "\"FM-104-3-14-abcdef\"",
            "\"FM-1042-3\"",
            "FM-1042-3-14-abcdef",
            "\"FM-1042-3-14-a-b\"",
            "\"\"",
        ] {
            assert_eq!(version_of(tag, id), None, "{tag}");
        }
    }

    #[test]
    fn what_is_known_is_compared_weakly_and_as_a_whole() {
        let tag = "\"FM-1-1-1-ab\"";
        let known = |text: &str| is_known(&headers(header::IF_NONE_MATCH, text), tag);
        assert!(known("\"x\", \"FM-1-1-1-ab\"") && known("W/\"FM-1-1-1-ab\"") && known("*"));
        assert!(!known("\"FM-1-1-1-cd\"") && !known("") && !is_known(&HeaderMap::new(), tag));
    }
}
