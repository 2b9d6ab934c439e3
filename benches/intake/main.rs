//! Reports a second, beside the same machine's bare floor in the same run.
//!
//! `cargo bench --bench intake` starts three servers in turn, each a process of its own, and loads them from this one:
//!
//! - `ours`: the program itself, `serve` and all its workers, with three editors to alert and the mail worker writing files; only the
//!   article watch is off, as there are no pages to read;
//! - `bare`: one durable INSERT a request through the same stack (accept loop, layers, JSON), written as well as it can be:
//!   one writer connection, group commit, multi-row INSERT, synchronous FULL;
//! - `rows`: like `bare`, but writing the same rows that ours writes, without deciding anything.
//!
//! The mix: four in five reports repeat a mistake that was reported before, rate limit off, no batching timer.
//!
//! Options after `--`: `--seconds N` (5), `--connections 1,16,64`, `--servers ours,bare,rows`, `--databases sqlite,postgres`,
//! `--postgres URL` (one whose user may create databases, with fsync on; else `BENCH_POSTGRES_URL`), `--binary PATH` (another build).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::disallowed_methods,
    clippy::too_many_lines,
    clippy::cast_possible_wrap,
    missing_docs,
    reason = "a measuring tool: it stops where something is wrong, prints, and asks the machine's clock"
)]

mod client;
mod floor;
mod mix;
#[path = "../support/postgres.rs"]
mod postgres;
mod product;
#[path = "../support/program.rs"]
mod program;

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

// As in the program itself, for all servers alike.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct Options {
    seconds: u64,
    connections: Vec<usize>,
    servers: Vec<String>,
    databases: Vec<String>,
    postgres: Option<String>,
    binary: String,
}

impl Options {
    fn read(arguments: &[String]) -> Self {
        let value = |name: &str| {
            arguments
                .iter()
                .position(|a| a == name)
                .and_then(|i| arguments.get(i + 1))
                .cloned()
        };
        let list = |name: &str, default: &str| -> Vec<String> {
            value(name)
                .unwrap_or_else(|| default.to_owned())
                .split(',')
                .map(str::to_owned)
                .collect()
        };
        Self {
            seconds: value("--seconds").map_or(5, |s| s.parse().expect("--seconds takes a number")),
            connections: list("--connections", "1,16,64")
                .iter()
                .map(|c| c.parse().expect("--connections takes numbers"))
                .collect(),
            servers: list("--servers", "bare,rows,ours"),
            databases: list("--databases", "sqlite,postgres"),
            postgres: value("--postgres").or_else(|| std::env::var("BENCH_POSTGRES_URL").ok()),
            binary: value("--binary")
                .unwrap_or_else(|| env!("CARGO_BIN_EXE_fehlermelder").to_owned()),
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(server) = arguments.iter().position(|a| a == "--serve") {
        floor::serve(&arguments[server + 1], &arguments[server + 2]);
        return;
    }
    let options = Options::read(&arguments);
    println!(
        "{:9} {:5} {:>5} {:>9} {:>9} {:>9} {:>7} {:>8} {:>11}",
        "database", "what", "conns", "req/s", "p50 ms", "p99 ms", "errors", "RSS MiB", "CPU µs/req"
    );
    for database in &options.databases {
        if database == "postgres" && options.postgres.is_none() {
            println!("postgres  left out: give --postgres URL or BENCH_POSTGRES_URL");
            continue;
        }
        for &connections in &options.connections {
            for server in &options.servers {
                let running = Running::start(server, database, &options);
                let at_rest = running.cpu_seconds();
                let result = client::load(
                    running.port,
                    &running.site_key,
                    connections,
                    Duration::from_secs(options.seconds),
                );
                let memory = running.resident_mib();
                // Of all requests, the warm-up's second too; insensitive to what else the machine is doing.
                let cpu = (running.cpu_seconds() - at_rest) * 1e6 / result.all.max(1) as f64;
                println!(
                    "{:9} {:5} {:>5} {:>9.0} {:>9.2} {:>9.2} {:>7} {:>8.1} {:>11.0}",
                    database,
                    server,
                    connections,
                    result.per_second,
                    result.p50,
                    result.p99,
                    result.errors,
                    memory,
                    cpu
                );
            }
        }
    }
}

/// A server process, killed when dropped.
struct Running {
    process: Child,
    port: u16,
    site_key: String,
    _folder: tempfile::TempDir,
}

impl Running {
    fn start(server: &str, database: &str, options: &Options) -> Self {
        let folder = tempfile::tempdir_in(std::env::current_dir().unwrap().join("target")).unwrap();
        let url = match (database, &options.postgres) {
            ("postgres", Some(server)) => postgres::fresh(server),
            _ => format!("sqlite://{}", folder.path().join("bench.db").display()),
        };
        let (process, port, site_key) = match server {
            "ours" => product::start(&options.binary, folder.path(), &url),
            floor => start_floor(floor, folder.path(), &url),
        };
        Self {
            process,
            port,
            site_key,
            _folder: folder,
        }
    }

    fn cpu_seconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()))
            .unwrap_or_default();
        let fields: Vec<f64> = stat
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .map(|f| f.parse().unwrap_or(0.0))
            .collect();
        // User and system time in clock ticks of a hundredth of a second.
        fields.get(11).copied().unwrap_or(0.0) / 100.0
            + fields.get(12).copied().unwrap_or(0.0) / 100.0
    }

    fn resident_mib(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))
            .unwrap_or_default();
        let line = status
            .lines()
            .find(|l| l.starts_with("VmHWM"))
            .unwrap_or("0");
        line.split_whitespace()
            .nth(1)
            .and_then(|k| k.parse::<f64>().ok())
            .unwrap_or(0.0)
            / 1024.0
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts this program again, as a floor.
fn start_floor(server: &str, folder: &Path, url: &str) -> (Child, u16, String) {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--serve", server, url])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let (port, key) = line
        .trim()
        .split_once(' ')
        .expect("the server says its port and site key");
    (process, port.parse().unwrap(), key.to_owned())
}
