//! Which elements hold the article (point 1 of the rule).

use std::collections::HashSet;

use dom_query::{Matcher, NodeData, NodeId, NodeRef};
use html5ever::ns;

use super::tree::Tree;

/// A longer selector is nobody's honest selector.
const MAX_SELECTOR: usize = 1_000;

/// Brackets inside brackets that a selector may have.
const MAX_BRACKETS: usize = 12;

/// What `dom_query` understands and no browser does.
const FOREIGN: [&str; 3] = [":only-text", ":has-text", ":contains"];

/// The `article` attribute of the first `fehler-melden` element that has one.
pub(super) fn control_selector(tree: &Tree) -> Option<String> {
    let controls = Matcher::new("fehler-melden[article]").ok()?;
    tree.document()
        .select_matcher(&controls)
        .nodes()
        .iter()
        .filter(|control| is_html(control))
        .filter_map(|control| control.attr("article"))
        .map(|selector| selector.to_string())
        .find(|selector| !selector.is_empty())
}

/// The elements that hold the article, in document order, none inside another.
pub(super) fn roots<'a>(tree: &'a Tree, selector: Option<&str>) -> Vec<NodeRef<'a>> {
    let asked = selector
        .and_then(matcher)
        .map(|matcher| outermost(tree, &matcher));
    if let Some(roots) = asked.filter(|roots| !roots.is_empty()) {
        return roots;
    }
    ["article", "main", "body"]
        .into_iter()
        .filter_map(|name| Matcher::new(name).ok())
        .map(|matcher| outermost(tree, &matcher))
        .find(|roots| !roots.is_empty())
        .unwrap_or_default()
}

/// Whether a selector can be used and meets something.
pub(super) fn is_matched(tree: &Tree, selector: &str) -> bool {
    matcher(selector).is_some_and(|matcher| !outermost(tree, &matcher).is_empty())
}

/// The matches that are in no other match, in document order.
fn outermost<'a>(tree: &'a Tree, matcher: &Matcher) -> Vec<NodeRef<'a>> {
    let found: HashSet<NodeId> = tree
        .document()
        .select_matcher(matcher)
        .nodes()
        .iter()
        .map(|node| node.id)
        .collect();
    let mut roots = Vec::new();
    let mut next = Some(tree.document().root());
    while let Some(node) = next {
        if found.contains(&node.id) {
            roots.push(node);
            next = behind(node);
        } else {
            next = node.first_child().or_else(|| behind(node));
        }
    }
    roots
}

/// The first node behind a node and all that is in it.
fn behind(node: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let mut node = node;
    loop {
        if let Some(next) = node.next_sibling() {
            return Some(next);
        }
        node = node.parent()?;
    }
}

fn is_html(node: &NodeRef<'_>) -> bool {
    node.query_or(
        false,
        |node| matches!(&node.data, NodeData::Element(element) if element.name.ns == ns!(html)),
    )
}

/// Whether a selector is one that we can use.
pub(super) fn is_selector(text: &str) -> bool {
    matcher(text).is_some()
}

/// The selector compiled, or nothing where a browser would refuse it (or we do).
fn matcher(selector: &str) -> Option<Matcher> {
    let lower = selector.to_ascii_lowercase();
    if selector.len() > MAX_SELECTOR || bracket_depth(selector) > MAX_BRACKETS {
        return None;
    }
    if FOREIGN.iter().any(|foreign| lower.contains(foreign)) {
        return None;
    }
    Matcher::new(&root_by_name(selector, &lower)).ok()
}

fn bracket_depth(selector: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for c in selector.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// `dom_query` takes the document node for `:root`; the root of a page is always its `html`.
fn root_by_name(selector: &str, lower: &str) -> String {
    let mut named = String::with_capacity(selector.len());
    let mut from = 0;
    for (at, root) in lower.match_indices(":root") {
        let end = at + root.len();
        let goes_on = lower[end..]
            .starts_with(|c: char| c.is_alphanumeric() || !c.is_ascii() || "-_\\".contains(c));
        let quoted = lower[..at].matches(['"', '\'']).count() % 2 == 1;
        let is_pseudo_element = lower[..at].ends_with([':', '\\']);
        if !goes_on && !quoted && !is_pseudo_element {
            named.push_str(&selector[from..at]);
            named.push_str(":is(html)");
            from = end;
        }
    }
    named.push_str(&selector[from..]);
    named
}
