//! The desk at size: what an editor waits for a page with a million tickets behind it, through HTTP, signed in.
//!
//! `cargo bench --bench desk` fills a newsroom with generated tickets (`demo --tickets`), starts `serve` on it, signs in, and
//! asks over one connection for lists, searches and tickets; beside it, in the same run, for a page of a bare table of as
//! many rows through the same stack. Options after `--`:
//!
//! - `--tickets N,N` (10000,1000000): how many; several show what growing costs;
//! - `--databases sqlite,postgres`; `--postgres URL`: one whose user may create databases (else `BENCH_POSTGRES_URL`);
//! - `--seconds N` (2) for each line; `--pages N` (2000): how deep *deep* is;
//! - `--keep FOLDER`: keeps what was filled there for the next run (SQLite);
//! - `--binary PATH`: measures another build.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a measuring tool: it stops where something is wrong, prints, and asks the machine's clock"
)]

mod bare;
mod client;
#[path = "../support/postgres.rs"]
mod postgres;
#[path = "../support/program.rs"]
mod program;

use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use client::Client;
use program::{command, free_port, started};

// As in the program itself, for the bare floor too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct Options {
    tickets: Vec<u64>,
    databases: Vec<String>,
    postgres: Option<String>,
    seconds: u64,
    pages: usize,
    keep: Option<PathBuf>,
    binary: String,
}

impl Options {
    fn read(arguments: &[String]) -> Self {
        let value = |name: &str| {
            let at = arguments.iter().position(|a| a == name)?;
            arguments.get(at + 1).cloned()
        };
        let or = |name: &str, default: &str| value(name).unwrap_or_else(|| default.to_owned());
        Self {
            tickets: or("--tickets", "10000,1000000")
                .split(',')
                .map(|n| n.parse().unwrap())
                .collect(),
            databases: or("--databases", "sqlite,postgres")
                .split(',')
                .map(str::to_owned)
                .collect(),
            postgres: value("--postgres").or_else(|| std::env::var("BENCH_POSTGRES_URL").ok()),
            seconds: or("--seconds", "2").parse().unwrap(),
            pages: or("--pages", "2000").parse().unwrap(),
            keep: value("--keep").map(PathBuf::from),
            binary: or("--binary", env!("CARGO_BIN_EXE_fehlermelder")),
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|a| a == "--serve-bare") {
        bare::serve(&arguments[at + 1], arguments[at + 2].parse().unwrap());
        return;
    }
    let options = Options::read(&arguments);
    for database in &options.databases {
        if database == "postgres" && options.postgres.is_none() {
            println!("postgres left out: give --postgres URL or BENCH_POSTGRES_URL");
            continue;
        }
        for &tickets in &options.tickets {
            newsroom(&options, database, tickets);
        }
    }
}

/// Fills one newsroom and measures it.
fn newsroom(options: &Options, database: &str, tickets: u64) {
    let throw_away = tempfile::tempdir_in(std::env::current_dir().unwrap().join("target")).unwrap();
    let folder = match (&options.keep, database) {
        (Some(keep), "sqlite") => std::path::absolute(keep.join(tickets.to_string())).unwrap(),
        _ => throw_away.path().to_owned(),
    };
    std::fs::create_dir_all(&folder).unwrap();
    let (url, bare_url) = match &options.postgres {
        Some(server) if database == "postgres" => {
            (postgres::fresh(server), postgres::fresh(server))
        }
        _ => (
            format!("sqlite://{}", folder.join("demo.db").display()),
            format!("sqlite://{}", throw_away.path().join("bare.db").display()),
        ),
    };
    let port = free_port();
    let began = Instant::now();
    let mut demo = Command::new(&options.binary);
    demo.args(["demo", "--tickets", &tickets.to_string()])
        .args(["--listen", &format!("127.0.0.1:{port}"), "--database", &url])
        .arg("--data")
        .arg(&folder)
        .stdout(Stdio::null());
    let filling = Running(started(demo, port, Duration::from_hours(1)));
    let filled = began.elapsed().as_secs_f64();
    drop(filling);
    println!("\n{database}, {tickets} tickets, made in {filled:.0} s");
    println!("{:44} {:>8} {:>8}", "page", "p50 ms", "p99 ms");

    let port = free_port();
    let mut serve = command(&options.binary, &folder, &url, port);
    serve.arg("serve");
    let desk = Running(started(serve, port, Duration::from_mins(1)));
    let mut client = Client::new(port);
    client.sign_in(port, "redaktion%40nordlicht.example", "moin-moin-melder");
    let at_rest = memory(&desk);
    for page in pages(&mut client, options.pages) {
        let times = client.measure(&page.paths, Duration::from_secs(options.seconds));
        println!("{:44} {:>8.2} {:>8.2}", page.name, times.p50, times.p99);
    }
    println!(
        "memory: {at_rest:.0} MiB at most before, {:.0} MiB at most after",
        memory(&desk)
    );
    drop(desk);
    let bare = bare_server(&bare_url, tickets);
    let mut client = Client::new(bare.1);
    let times = client.measure(&["/".to_owned()], Duration::from_secs(options.seconds));
    println!(
        "{:44} {:>8.2} {:>8.2}",
        "bare table, 50 rows by key", times.p50, times.p99
    );
}

/// A line of the table.
struct Page {
    name: String,
    /// Asked for in turns.
    paths: Vec<String>,
}

/// Pages that show something, found as an editor finds them: by links.
fn pages(client: &mut Client, depth: usize) -> Vec<Page> {
    let lists = [
        ("inbox", "/?state=new"),
        ("open, all states", "/?state=new,open,waiting"),
        ("closed", "/?state=closed"),
        ("no filter", "/?"),
        ("closed, kind", "/?state=closed&kind=fact"),
        ("new, kind", "/?state=new&kind=spelling"),
        ("closed, resolution", "/?state=closed&resolution=corrected"),
        ("closed, nobody's", "/?state=closed&assignee=nobody"),
        ("closed, mine", "/?state=closed&assignee=me"),
        ("closed, this month", "/?state=closed&period=month"),
        ("closed, passage", "/?state=closed&passage=changed"),
        ("closed, regressed", "/?state=closed&regressed=true"),
        ("by article", "/?shape=articles&state=new"),
    ];
    let mut lists: Vec<(String, String)> = lists
        .map(|(name, path)| (name.to_owned(), path.to_owned()))
        .into();
    let first = client.page("/?state=new");
    if let Some(desk) = option_of(&first, "desk") {
        lists.push(("closed, desk".into(), format!("/?state=closed&desk={desk}")));
        lists.push((
            "closed, desk, kind, period".into(),
            format!("/?state=closed&desk={desk}&kind=fact&period=month"),
        ));
    }
    let mut pages = Vec::new();
    for (name, path) in lists {
        pages.push(Page {
            name: format!("{name}: first page"),
            paths: vec![path.clone()],
        });
        // Only some are walked: that takes longest.
        if ["inbox", "closed", "closed, kind", "closed, desk"].contains(&name.as_str()) {
            let deep = walk(client, &path, depth);
            if deep.len() > 1 {
                pages.push(Page {
                    name: format!("{name}: deep"),
                    paths: deep,
                });
            }
        }
    }
    for (name, words) in [
        (
            "a common word",
            &["Prozent", "Hersteller", "Angaben", "Geräte"][..],
        ),
        (
            "a word in some",
            &["Lastenrad", "Kogge", "Flensburg", "Tuebingen"],
        ),
        (
            "a rare word",
            &["Haendler", "Weisswasser", "Ölschläger", "Schraubendreher"],
        ),
        (
            "a word that is nowhere",
            &["Xylophon", "Quitte", "Zwetschge"],
        ),
        ("two words", &["Hersteller+Flensburg", "Prozent+Montag"]),
        ("a phrase", &["%22neue+Zahlen%22", "%22am+Montag%22"]),
        (
            "words and filters",
            &["Hersteller+kind%3Afact", "Prozent+is%3Aregressed"],
        ),
        ("a reference", &["FM-1033", "FM-5000"]),
    ] {
        pages.push(Page {
            name: format!("search: {name}"),
            paths: words.iter().map(|w| format!("/?q={w}")).collect(),
        });
    }
    let mut tickets = Vec::new();
    for list in walk(client, "/?state=closed", 200)
        .iter()
        .chain(&["/?state=new".to_owned()])
    {
        tickets.extend(links(&client.page(list), "/tickets/FM-"));
    }
    // A double leads on to the ticket that it was merged into.
    tickets.retain(|path| client.is_there(path));
    pages.push(Page {
        name: "ticket".into(),
        paths: tickets,
    });
    pages
}

/// Follows the link to the next page so many times; every twentieth address, without the first.
fn walk(client: &mut Client, path: &str, pages: usize) -> Vec<String> {
    let mut kept = Vec::new();
    let mut at = path.to_owned();
    for number in 1..=pages {
        let page = client.page(&at);
        let Some(next) = next_link(&page) else { break };
        at = next;
        if number % 20 == 0 {
            kept.push(at.clone());
        }
    }
    kept
}

/// Where `rel="next"` leads.
fn next_link(page: &str) -> Option<String> {
    let tag = page
        .split("<a ")
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .find(|tag| tag.contains("rel=\"next\""))?;
    attribute(tag, "href")
}

/// The addresses of that kind that a page links to, each once.
fn links(page: &str, begin: &str) -> Vec<String> {
    let mut found: Vec<String> = page
        .split("<a ")
        .skip(1)
        .filter_map(|rest| attribute(rest.split('>').next()?, "href"))
        .filter_map(|href| href.split(['?', '#']).next().map(str::to_owned))
        .filter(|href| href.starts_with(begin) && href.matches('/').count() == 2)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The first value that a choice of that name offers.
fn option_of(page: &str, name: &str) -> Option<String> {
    let choice = page.split(&format!("name=\"{name}\"")).nth(1)?;
    choice
        .split("</select>")
        .next()?
        .split("<option ")
        .filter_map(|option| attribute(option.split('>').next()?, "value"))
        .find(|value| !value.is_empty())
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split(&format!("{name}=\"")).nth(1)?;
    let value = rest.split('"').next()?;
    Some(value.replace("&#x2f;", "/").replace("&amp;", "&"))
}

/// A server, stopped when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The bare floor, a process of its own as well.
fn bare_server(url: &str, rows: u64) -> (Running, u16) {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--serve-bare", url, &rows.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    (Running(process), line.trim().parse().unwrap())
}

/// The most memory that a process held, in MiB.
fn memory(process: &Running) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.0.id()));
    let status = status.unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1));
    kib.and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
