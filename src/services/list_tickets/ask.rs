//! What an editor typed into the search, understood: operators narrow the list, everything else is words.

use crate::{
    domain::{
        ids::EditorId,
        kind::Kind,
        search_question::{Piece, SearchTerms, pieces},
        tag::read_tag,
        ticket::{PassageState, Resolution, TicketState},
    },
    services::browse_tickets::Newsroom,
    storage::tickets::TicketFilter,
};

/// The operators, and what they are called in German.
const OPERATORS: &[(&str, &str)] = &[
    ("is", "ist"),
    ("kind", "art"),
    ("state", "stand"),
    ("resolution", "ergebnis"),
    ("passage", "textstelle"),
    ("site", "website"),
    ("desk", "ressort"),
    ("assignee", "person"),
    ("tag", "tag"),
];

/// Narrows a list to what was typed; what of it looked like an operator and is none, or has an unknown value, is returned as it
/// was typed, and looked for as words.
pub fn narrow(
    filter: &mut TicketFilter,
    text: &str,
    newsroom: &Newsroom,
    me: EditorId,
) -> Vec<String> {
    let mut words = SearchTerms::default();
    let mut unknown = Vec::new();
    let mut narrowed = false;
    for piece in pieces(text) {
        match &piece.operator {
            None => words.add(&piece),
            Some(operator) => {
                let known = OPERATORS
                    .iter()
                    .find(|(name, german)| operator == name || operator == german);
                let understood =
                    known.is_some_and(|(name, _)| apply(filter, name, &piece, newsroom, me));
                narrowed |= understood;
                if !understood {
                    // A colon in a title is none of ours.
                    if known.is_some() || !piece.quoted {
                        unknown.push(piece.typed());
                    }
                    words.add(&piece.as_words());
                }
            }
        }
    }
    // Signs alone are found nowhere.
    filter.words = (!words.is_empty() || !narrowed).then_some(words);
    unknown
}

/// Whether the operator's value is known; then the list is narrowed to it.
fn apply(
    filter: &mut TicketFilter,
    operator: &str,
    piece: &Piece,
    newsroom: &Newsroom,
    me: EditorId,
) -> bool {
    let value = piece.text.trim();
    let lower = value.to_lowercase();
    if piece.without {
        // Of all these only this one can be turned round.
        let regressed = operator == "is" && lower == "regressed";
        if regressed {
            filter.regressed = Some(false);
        }
        return regressed;
    }
    match operator {
        "is" => match lower.as_str() {
            "regressed" => set(&mut filter.regressed, Some(true)),
            "unassigned" => set(&mut filter.assignee, Some(None)),
            "mine" => set(&mut filter.assignee, Some(Some(me))),
            state => states(filter, state),
        },
        "state" => states(filter, &lower),
        "kind" => set(&mut filter.kind, Kind::parse(&lower)),
        "resolution" => set(&mut filter.resolution, Resolution::parse(&lower)),
        "passage" => set(&mut filter.passage_state, PassageState::parse(&lower)),
        "tag" => read_tag(value).is_ok_and(|tag| {
            filter.tags.push(tag);
            true
        }),
        "site" => {
            let mut found = newsroom
                .sites
                .iter()
                .filter(|s| s.key == value || s.name.to_lowercase() == lower);
            let site = found.next().map(|s| s.id);
            if let Some(site) = site {
                filter.sites = vec![site];
            }
            site.is_some()
        }
        "desk" => {
            let desks: Vec<_> = newsroom.find_desks(value).map(|d| d.id).collect();
            let any = !desks.is_empty();
            if any {
                filter.desks = desks;
            }
            any
        }
        "assignee" => match lower.as_str() {
            "me" => set(&mut filter.assignee, Some(Some(me))),
            "nobody" => set(&mut filter.assignee, Some(None)),
            _ => {
                let mut editors = newsroom.editors.iter();
                let by_name = editors.find(|e| e.name.to_lowercase() == lower);
                let editor = newsroom.find_editor(value).or(by_name);
                set(&mut filter.assignee, editor.map(|e| Some(e.id)))
            }
        },
        _ => false,
    }
}

fn states(filter: &mut TicketFilter, words: &str) -> bool {
    let states: Option<Vec<_>> = words.split(',').map(TicketState::parse).collect();
    states.is_some_and(|states| {
        filter.states = states;
        true
    })
}

fn set<T>(field: &mut Option<T>, value: Option<T>) -> bool {
    let known = value.is_some();
    if known {
        *field = value;
    }
    known
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::{ids::SiteId, site::Desk};

    fn asked(text: &str) -> (TicketFilter, Vec<String>) {
        let newsroom = Newsroom {
            sites: vec![],
            desks: vec![Desk {
                id: Uuid::from_u128(5).into(),
                site: SiteId(Uuid::nil()),
                name: "Politik und Kultur".into(),
                sections: vec![],
                active: true,
            }],
            editors: vec![],
        };
        let mut filter = TicketFilter::default();
        let unknown = narrow(&mut filter, text, &newsroom, EditorId(Uuid::nil()));
        (filter, unknown)
    }

    #[test]
    fn operators_narrow_in_english_and_german() {
        let (filter, unknown) = asked(
            "is:regressed ist:unassigned kind:fact STATE:open,new ressort:\"politik und kultur\" tag:#Titel passage:gone Händler",
        );
        assert!(unknown.is_empty(), "{unknown:?}");
        assert_eq!(filter.regressed, Some(true));
        assert_eq!(filter.assignee, Some(None));
        assert_eq!(filter.kind, Some(Kind::Fact));
        assert_eq!(filter.states, [TicketState::Open, TicketState::New]);
        assert_eq!(filter.desks, [Uuid::from_u128(5).into()]);
        assert_eq!(filter.tags, ["titel"]);
        assert_eq!(filter.passage_state, Some(PassageState::Gone));
        assert_eq!(filter.words, Some("Händler".into()));
    }

    #[test]
    fn signs_alone_are_found_nowhere() {
        assert!(asked("?").0.words.is_some_and(|words| words.is_empty()));
        assert_eq!(asked("is:new").0.words, None);
    }

    #[test]
    fn what_is_not_known_is_words_and_told() {
        let (filter, unknown) = asked("kind:quatsch foo:bar -desk:kultur site:nirgends");
        assert_eq!(
            unknown,
            ["kind:quatsch", "foo:bar", "-desk:kultur", "site:nirgends"]
        );
        let words = filter.words.clone().unwrap();
        assert_eq!((words.all.len(), words.none.len()), (6, 2));
        assert_eq!(
            TicketFilter {
                words: None,
                ..filter
            },
            TicketFilter::default()
        );
    }
}
