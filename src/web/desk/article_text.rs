//! An article's text with the passages of its open tickets marked in it.

use minijinja::{Value, context};

use crate::{
    domain::{
        ids::TicketId,
        marked_text::{Mark, MarkedBlock, marked_text},
        sighting::Sighting,
        ticket::{PassageState, Ticket},
    },
    links::ticket_path,
};

/// Of longer texts, only what is marked is shown, until the whole is asked for; in bytes.
const LONG: usize = 60_000;

/// Blocks as `templates/components/article_text.html` wants them, and whether some are left out.
pub fn blocks(text: &str, open: &[(Ticket, Option<Sighting>)], whole: bool) -> (Vec<Value>, bool) {
    let placed: Vec<(&Ticket, Mark<TicketId>)> = open
        .iter()
        .filter_map(|(ticket, sighting)| {
            // Of several places that fit equally well, none is marked: we do not guess.
            let is_placed = matches!(
                ticket.passage_state,
                PassageState::Found | PassageState::Changed | PassageState::Gone
            );
            let (start, end) = sighting.as_ref()?.look.place.filter(|_| is_placed)?;
            let place = usize::try_from(start).ok()?..usize::try_from(end).ok()?;
            let key = ticket.id;
            Some((ticket, Mark { key, place }))
        })
        .collect();
    let marks: Vec<Mark<TicketId>> = placed.iter().map(|(_, mark)| mark.clone()).collect();
    let all = marked_text(text, &marks);
    let owners: std::collections::HashSet<TicketId> = all
        .iter()
        .flat_map(|b| &b.pieces)
        .filter_map(|p| p.of)
        .collect();
    let view = |id: TicketId| {
        let state = placed
            .iter()
            .find(|(t, _)| t.id == id)
            .map_or("unknown", |(t, _)| t.passage_state.as_str());
        context! { reference => id.to_string(), url => ticket_path(id), state => state, owner => owners.contains(&id) }
    };
    let is_long = text.len() > LONG && !whole;
    let shown = |index: usize| {
        let near = index.saturating_sub(1)..=index + 1;
        !is_long
            || near
                .into_iter()
                .any(|i| all.get(i).is_some_and(MarkedBlock::is_marked))
    };
    let mut gap = 0;
    let mut blocks = Vec::new();
    for block in &all {
        if !shown(block.index) {
            gap += 1;
            continue;
        }
        let pieces: Vec<Value> = block
            .pieces
            .iter()
            .map(|p| {
                let ends: Vec<Value> = p.ends.iter().map(|id| view(*id)).collect();
                context! { text => p.text.as_str(), of => p.of.map(view), ends => ends }
            })
            .collect();
        blocks.push(context! { gap => gap, pieces => pieces });
        gap = 0;
    }
    let some_are_left_out = blocks.len() < all.len();
    if gap > 0 {
        blocks.push(context! { gap => gap, pieces => Vec::<Value>::new() });
    }
    (blocks, some_are_left_out)
}
