//! The floor plan of `src/`: which layer may use which. Fails when an import points up, sideways or in a circle.
//!
//! Circles are looked for between modules that lie beside each other, on every storey: each counts there with all its
//! parts. A module and its own parts may use each other; they are one thing in several files.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::Path as FilePath;

use imports::{Edge, Path, Sources, place};

mod imports;

/// Each layer, low to high, with the layers it may use. Its own is understood.
const LAYERS: &[(&str, &str)] = &[
    ("domain", ""),
    ("config", "domain"),
    ("links", "domain"),
    ("rendering", "domain"),
    ("views", "domain links"),
    ("telemetry", "domain config"),
    ("storage", "domain"),
    ("services", "domain links storage"),
    // What faces the outside may use everything beneath, and never each other.
    (
        "web",
        "domain config links rendering views storage services",
    ),
    (
        "mail",
        "domain config links rendering views storage services",
    ),
    // Asks other people's servers; shows nothing to anybody.
    ("watch", "domain storage services"),
    (
        "demo",
        "domain config links rendering views telemetry storage services web mail watch",
    ),
    (
        "cli",
        "domain config links rendering views telemetry storage services web mail watch demo",
    ),
    ("main", "cli"),
];

#[test]
fn imports_in_src_point_down() {
    let faults = faults(&sources());
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn no_imports_in_src_go_in_a_circle() {
    let circles = circles(&sources());
    assert!(circles.is_empty(), "\n{}\n", circles.join("\n"));
}

fn sources() -> BTreeSet<Edge> {
    let root = FilePath::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(root, &root.join("src"), &mut files);
    let edges = Sources::read(
        files
            .iter()
            .map(|(file, text)| (file.as_str(), text.as_str())),
    )
    .edges();
    assert!(
        !edges.is_empty(),
        "no import found: is this looking at the right folder?"
    );
    edges
}

fn collect(root: &FilePath, folder: &FilePath, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            files.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

/// Every import that goes where its layer may not go.
fn faults(edges: &BTreeSet<Edge>) -> Vec<String> {
    edges.iter().filter_map(fault).collect()
}

fn fault(edge: &Edge) -> Option<String> {
    let from = place(&edge.from).first().cloned();
    let to = edge.module.first();
    let complaint = match (from.as_deref(), to.map(String::as_str)) {
        // The library's root shows the layers and belongs to none.
        (None, _) => return None,
        (Some(from), None) => format!(
            "`{from}` takes something from the crate's root; take it from where it is defined"
        ),
        (Some(from), Some(to)) if from == to => return None,
        (Some(from), Some(to)) => match LAYERS.iter().find(|(layer, _)| *layer == from) {
            None => format!("`{from}` has no place in the floor plan"),
            Some((_, may)) if may.split(' ').any(|layer| layer == to) => return None,
            Some(_) => format!("`{from}` may not use `{to}` ({})", edge.module.join("::")),
        },
    };
    Some(format!("{}:{}: {complaint}", edge.from, edge.line))
}

/// Which module uses which, between neighbours, with the import that shows it.
type Uses<'a> = BTreeMap<Path, BTreeMap<Path, &'a Edge>>;

/// The shortest circle through each module that lies on one and in none of those already named.
fn circles(edges: &BTreeSet<Edge>) -> Vec<String> {
    let mut uses = Uses::new();
    for edge in edges {
        if let Some((from, to)) = neighbours(&place(&edge.from), &place(&edge.to)) {
            uses.entry(from).or_default().entry(to).or_insert(edge);
        }
    }
    let mut named = BTreeSet::new();
    let mut circles = Vec::new();
    for start in uses.keys() {
        if named.contains(start) {
            continue;
        }
        let Some(circle) = way_back(&uses, start) else {
            continue;
        };
        let steps = circle
            .iter()
            .zip(circle.iter().cycle().skip(1))
            .map(|(from, to)| {
                let edge = uses[*from][*to];
                format!("{}:{} uses {}", edge.from, edge.line, edge.to)
            });
        circles.push(format!(
            "in a circle: {}",
            steps.collect::<Vec<_>>().join(", ")
        ));
        named.extend(circle);
    }
    circles
}

/// The two modules, side by side, in which these two lie. None where one lies in the other.
fn neighbours(from: &Path, to: &Path) -> Option<(Path, Path)> {
    let storey = from.iter().zip(to).position(|(from, to)| from != to)?;
    Some((from[..=storey].to_vec(), to[..=storey].to_vec()))
}

/// The modules on the shortest way from one back to itself.
fn way_back<'a>(uses: &'a Uses<'_>, start: &'a Path) -> Option<Vec<&'a Path>> {
    let mut came_from = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(here) = waiting.pop_front() {
        for next in uses.get(here).into_iter().flat_map(BTreeMap::keys) {
            if next == start {
                let mut way = vec![here];
                while let Some(before) = came_from.get(way[way.len() - 1]) {
                    way.push(*before);
                }
                way.reverse();
                return Some(way);
            }
            if !came_from.contains_key(next) {
                came_from.insert(next, here);
                waiting.push_back(next);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests;
