//! The plan is only worth something if it cannot be fooled.

use std::collections::BTreeSet;

use super::imports::{Edge, Sources};
use super::{circles, faults};

fn edges(files: &[(&str, &str)]) -> BTreeSet<Edge> {
    Sources::read(files.iter().copied()).edges()
}

/// `a.rs:3 b.rs` for each use, in order.
fn uses(files: &[(&str, &str)]) -> Vec<String> {
    edges(files)
        .iter()
        .map(|edge| format!("{}:{} {}", edge.from, edge.line, edge.to))
        .collect()
}

/// What `source` in this file is found to use, beside a small house.
fn check(file: &str, source: &str, expected: &[&str]) {
    let house = [
        (
            "src/lib.rs",
            "pub mod domain; pub mod storage; pub mod web; pub mod mail;",
        ),
        (
            "src/domain/mod.rs",
            "pub mod ids;\npub mod ticket;\npub use self::ids::*;\npub use ticket::{Ticket, TicketState as State};",
        ),
        (
            "src/domain/ids.rs",
            "pub struct TicketId(u64);\npub const fn zero() {}",
        ),
        (
            "src/domain/ticket.rs",
            "pub struct Ticket; pub enum TicketState { New }",
        ),
        (
            "src/storage.rs",
            "pub struct Store; macro_rules! row { () => {} }",
        ),
        (
            "src/web/mod.rs",
            "pub struct AppState; mod inner { pub struct Hidden; }",
        ),
        ("src/web/error.rs", "pub struct WebError;"),
        ("src/mail.rs", "pub struct Letter;"),
    ];
    let files: Vec<_> = house
        .into_iter()
        .filter(|(name, _)| *name != file)
        .chain([(file, source)])
        .collect();
    let found: Vec<_> = uses(&files)
        .into_iter()
        .filter_map(|found| {
            found
                .strip_prefix(file)
                .map(|rest| rest.trim_start_matches(':').to_owned())
        })
        .collect();
    assert_eq!(found, expected, "{file}: {source}");
}

#[test]
fn use_lines_are_read_in_every_form() {
    check(
        "src/mail.rs",
        "use crate::storage::Store;",
        &["1 src/storage.rs"],
    );
    check(
        "src/mail.rs",
        "\npub(crate) use crate::storage;",
        &["2 src/storage.rs"],
    );
    check(
        "src/mail.rs",
        "use {crate::storage, super::web};",
        &["1 src/storage.rs", "1 src/web/mod.rs"],
    );
    check(
        "src/mail.rs",
        "use crate::{\n  storage::{self, Store as S},\n  web::{error::{WebError}, inner::*},\n};",
        &["2 src/storage.rs", "3 src/web/error.rs", "3 src/web/mod.rs"],
    );
    check(
        "src/web/error.rs",
        "use super::super::mail::Letter;",
        &["1 src/mail.rs"],
    );
    check(
        "src/web/error.rs",
        "use super::AppState;",
        &["1 src/web/mod.rs"],
    );
    check(
        "src/web/mod.rs",
        "pub mod error; use error::WebError;",
        &["1 src/web/error.rs"],
    );
    check(
        "src/web/mod.rs",
        "use self::error::WebError as E;",
        &["1 src/web/error.rs"],
    );
    check(
        "src/main.rs",
        "fn main() { fehlermelder::web::run() }",
        &["1 src/web/mod.rs"],
    );
    check(
        "src/mail.rs",
        "fn f() { use crate::storage::Store; }",
        &["1 src/storage.rs"],
    );
}

#[test]
fn paths_outside_of_use_lines_count_too() {
    check(
        "src/mail.rs",
        "fn f(s: &crate::storage::Store) {}",
        &["1 src/storage.rs"],
    );
    check(
        "src/mail.rs",
        "fn f() { assert!(crate::web::ok()) }",
        &["1 src/web/mod.rs"],
    );
    check(
        "src/mail.rs",
        "macro_rules! m { () => { $crate::web::ok() } }",
        &["1 src/web/mod.rs"],
    );
    check(
        "src/mail.rs",
        "#[derive(crate::web::Shown)] struct A(Vec<super::storage::Store>);",
        &["1 src/storage.rs", "1 src/web/mod.rs"],
    );
    check(
        "src/web/mod.rs",
        "fn f() { error::explain::<u8>() }",
        &["1 src/web/error.rs"],
    );
    check("src/mail.rs", "crate::row!();", &["1 src/storage.rs"]);
}

#[test]
fn names_are_followed_to_where_they_are_defined() {
    check(
        "src/mail.rs",
        "use crate::domain::Ticket;",
        &["1 src/domain/ticket.rs"],
    );
    check(
        "src/mail.rs",
        "use crate::domain::State::New;",
        &["1 src/domain/ticket.rs"],
    );
    check(
        "src/mail.rs",
        "use crate::domain::TicketId;",
        &["1 src/domain/ids.rs"],
    );
    check(
        "src/mail.rs",
        "use crate::domain::zero;",
        &["1 src/domain/ids.rs"],
    );
    check(
        "src/domain/ticket.rs",
        "use super::TicketId;",
        &["1 src/domain/ids.rs"],
    );
    check(
        "src/domain/ids.rs",
        "use crate::domain::{self, Ticket};",
        &["1 src/domain/mod.rs", "1 src/domain/ticket.rs"],
    );
    check(
        "src/mail.rs",
        "use crate::domain::Unheard;",
        &["1 src/domain/mod.rs"],
    );
}

#[test]
fn a_glob_brings_along_what_the_module_names() {
    check(
        "src/mail.rs",
        "use crate::domain::*;",
        &["1 src/domain/mod.rs", "1 src/domain/ticket.rs"],
    );
    check(
        "src/domain/ticket.rs",
        "use crate::domain::ticket::TicketState::*; pub enum TicketState {}",
        &[],
    );
}

#[test]
fn what_only_looks_like_an_import_is_none() {
    check(
        "src/mail.rs",
        "// use crate::web;\n/* use crate::web; */ /// [`crate::web`]\nfn f() {}",
        &[],
    );
    check(
        "src/mail.rs",
        r##"const A: &str = "use crate::web;"; const B: &str = r#"use crate::web;"#;"##,
        &[],
    );
    check(
        "src/mail.rs",
        "use serde::web; use ::web::error; use web::error;",
        &[],
    );
    check(
        "src/mail.rs",
        "fn f<'a>() -> impl Sized + use<'a> { web::error::x(); a::crate_::web::y() }",
        &[],
    );
    check(
        "src/web/error.rs",
        "pub(in crate::web) fn f() {} pub(crate) struct A(pub(super) u8);",
        &[],
    );
    check(
        "src/mail.rs",
        "struct A; mod tests { use super::*; use super::A; fn f() { super::g() } }",
        &[],
    );
    check("src/mail.rs", "fn r#mod() {} fn f(r#use: u8) {}", &[]);
}

#[test]
fn modules_written_inside_a_file_count_from_there() {
    check(
        "src/mail.rs",
        "mod tests { use super::super::web; }",
        &["1 src/web/mod.rs"],
    );
    check(
        "src/web/mod.rs",
        "mod a { mod b { use super::super::super::mail; } }",
        &["1 src/mail.rs"],
    );
}

#[test]
fn an_import_that_points_up_or_sideways_is_named() {
    let complaints = |file, source| {
        faults(&edges(&[
            ("src/domain/mod.rs", ""),
            ("src/domain/ids.rs", ""),
            ("src/config.rs", ""),
            ("src/links.rs", ""),
            ("src/storage/mod.rs", ""),
            ("src/services/mod.rs", ""),
            ("src/web/mod.rs", ""),
            ("src/web/routes.rs", "pub fn all() {}"),
            ("src/mail/mod.rs", ""),
            ("src/mail/letters.rs", ""),
            ("src/demo.rs", ""),
            ("src/cli.rs", ""),
            ("src/lib.rs", "pub use web::routes::all; pub struct Loose;"),
            (file, source),
        ]))
    };
    assert_eq!(
        complaints("src/domain/ticket.rs", "\nuse crate::web::routes;"),
        ["src/domain/ticket.rs:2: `domain` may not use `web` (web::routes)"]
    );
    assert_eq!(
        complaints("src/domain/ticket.rs", "use crate::all;"),
        ["src/domain/ticket.rs:1: `domain` may not use `web` (web::routes)"]
    );
    assert_eq!(
        complaints("src/domain/ticket.rs", "pub use crate::web::routes;"),
        ["src/domain/ticket.rs:1: `domain` may not use `web` (web::routes)"]
    );
    assert_eq!(
        complaints("src/storage/sites.rs", "use crate::Loose;"),
        [
            "src/storage/sites.rs:1: `storage` takes something from the crate's root; take it from where it is defined"
        ]
    );
    assert_eq!(
        complaints("src/helpers.rs", "use crate::domain::ids;"),
        ["src/helpers.rs:1: `helpers` has no place in the floor plan"]
    );
    for (file, source) in [
        ("src/web/a.rs", "use crate::mail::letters;"),
        ("src/mail/a.rs", "use crate::web::routes;"),
        ("src/services/a.rs", "use crate::web::routes;"),
        ("src/services/a.rs", "use crate::config::Config;"),
        ("src/storage/a.rs", "use crate::services::Services;"),
        ("src/links/a.rs", "use crate::config::Config;"),
        ("src/web/a.rs", "use crate::demo::Demo;"),
        ("src/demo/a.rs", "use crate::cli::run;"),
        ("src/main.rs", "use fehlermelder::web::routes;"),
    ] {
        assert_eq!(complaints(file, source).len(), 1, "{file}: {source}");
    }
    for (file, source) in [
        (
            "src/web/a.rs",
            "use crate::{config, domain, links, services, storage, web};",
        ),
        ("src/services/a.rs", "use crate::{domain, links, storage};"),
        ("src/cli/a.rs", "use crate::{demo, mail, web};"),
        ("src/main.rs", "use fehlermelder::cli;"),
        ("src/lib.rs", "pub use cli::run; pub use web::routes;"),
    ] {
        assert_eq!(complaints(file, source), [""; 0], "{file}: {source}");
    }
}

#[test]
fn circles_between_files_are_found_by_whatever_way_they_close() {
    let circle = |files: &[(&str, &str)]| circles(&edges(files));
    assert_eq!(
        circle(&[
            (
                "src/domain/mod.rs",
                "pub use a::A; pub use b::B; pub use c::C;"
            ),
            ("src/domain/a.rs", "pub struct A;\nuse super::B;"),
            (
                "src/domain/b.rs",
                "pub struct B;\n\nuse crate::domain::{C};"
            ),
            ("src/domain/c.rs", "pub struct C;\nfn f() { super::a::A }"),
            ("src/domain/d.rs", "use super::A;"),
        ]),
        [
            "in a circle: src/domain/a.rs:2 uses src/domain/b.rs, src/domain/b.rs:3 uses src/domain/c.rs, \
          src/domain/c.rs:2 uses src/domain/a.rs"
        ]
    );
    assert_eq!(
        circle(&[
            ("src/web/mod.rs", ""),
            ("src/web/desk/mod.rs", "use super::widget::embed;"),
            ("src/web/desk/inbox.rs", "pub fn list() {}"),
            ("src/web/widget/mod.rs", ""),
            (
                "src/web/widget/embed.rs",
                "\nfn f() { crate::web::desk::inbox::list() }"
            ),
        ]),
        [
            "in a circle: src/web/desk/mod.rs:1 uses src/web/widget/embed.rs, \
          src/web/widget/embed.rs:2 uses src/web/desk/inbox.rs"
        ],
        "a module counts with its parts"
    );
    assert_eq!(
        circle(&[
            (
                "src/web/mod.rs",
                "mod routes; pub use routes::all; struct State; fn f() { routes::all() }"
            ),
            ("src/web/routes.rs", "use super::State; pub fn all() {}"),
        ]),
        [""; 0],
        "a module and its own part are one thing"
    );
}
