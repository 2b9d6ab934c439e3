//! `kill -9` in the middle of a load, twenty times over: every report that was acknowledged is there, and none twice.
//!
//! Plays on the built program, by its public contract alone: configuration by environment, the command line for the site,
//! HTTP for the reports, `export` and the tickets API to look. Readers send without pause; the server is killed at some moment and started
//! again on the same database; a reader who got no answer sends the same report again with the same idempotency key, as
//! the control does. Every comment carries the name of its report, so each can be counted afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{self, Instant};
use url::Url;

use crate::support::database::{TestDatabase, both_databases};
use crate::support::http::http_client;
use crate::support::program::Program;

const ORIGIN: &str = "https://magazin.example";
const KILLS: usize = 20;
const READERS: usize = 8;
/// Long enough between two kills that the server has come up and is busy.
const LIFE: std::ops::Range<u64> = 150..600;
const PATIENCE: Duration = Duration::from_secs(20);

both_databases! {
    async fn no_acknowledged_report_is_lost_or_stored_twice(database: TestDatabase) {
        let program = Program::on(&database);
        let site = program.add_site(ORIGIN);
        // Somebody must be alerted, so that every report also owes mails.
        let token = program.add_token();
        let load = Arc::new(Load::new(program.origin(), site));

        let mut server = program.serve().await;
        let readers: Vec<_> = (0..READERS).map(|reader| tokio::spawn(Arc::clone(&load).read(reader))).collect();
        for kill in 0..KILLS {
            time::sleep(lifetime(kill)).await;
            server.kill();
            server = program.serve().await;
        }
        load.stop();
        let mut acknowledged = BTreeMap::new();
        for reader in readers {
            acknowledged.extend(reader.await.expect("a reader"));
        }
        println!("{} reports acknowledged over {KILLS} kills", acknowledged.len());
        assert!(acknowledged.len() > KILLS, "too few for a load: {}", acknowledged.len());

        every_report_is_stored_once(&stored_reports(&program.export()), &acknowledged);
        assert_eq!(reports_on_tickets(&program, &token).await, acknowledged.len(), "the tickets' counters are off");
        let status = server.stop();
        assert!(status.success(), "{status}");
    }
}

/// Different moments, the same in each run.
fn lifetime(kill: usize) -> Duration {
    let spread = LIFE.end - LIFE.start;
    Duration::from_millis(LIFE.start + (kill as u64 * 7919) % spread)
}

/// Every reader went on until the last report was acknowledged, so there is nothing else either.
fn every_report_is_stored_once(stored: &[String], acknowledged: &BTreeMap<String, String>) {
    let names: BTreeSet<_> = stored.iter().collect();
    let lost: Vec<_> = acknowledged
        .keys()
        .filter(|name| !names.contains(name))
        .collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let surplus: Vec<_> = names
        .iter()
        .filter(|name| !acknowledged.contains_key(**name))
        .collect();
    assert!(
        surplus.is_empty(),
        "stored and never acknowledged: {surplus:?}"
    );
    assert_eq!(stored.len(), names.len(), "a report is stored twice");

    let identities: BTreeSet<_> = acknowledged.values().collect();
    assert_eq!(
        identities.len(),
        acknowledged.len(),
        "two reports got the same id"
    );
}

/// The sum of what all tickets count.
async fn reports_on_tickets(program: &Program, token: &str) -> usize {
    let mut sum = 0;
    let mut cursor: Option<String> = None;
    loop {
        let mut url =
            Url::parse(&format!("{}/api/v1/tickets?limit=100", program.origin())).expect("a URL");
        if let Some(cursor) = &cursor {
            url.query_pairs_mut().append_pair("cursor", cursor);
        }
        let answer = http_client()
            .get(url)
            .bearer_auth(token)
            .send()
            .await
            .expect("an answer");
        assert!(answer.status().is_success(), "{}", answer.status());
        let page: Value = answer.json().await.expect("JSON");
        let counts = page["tickets"]
            .as_array()
            .expect("tickets")
            .iter()
            .map(|ticket| ticket["report_count"].as_u64());
        sum += counts.map(|count| count.expect("a count")).sum::<u64>();
        match page["next_cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return usize::try_from(sum).expect("few enough"),
        }
    }
}

/// The names of all reports in an export, each as often as it is there.
fn stored_reports(export: &[Value]) -> Vec<String> {
    export
        .iter()
        .filter(|line| line["table"] == "reports")
        .filter_map(|line| line["comment"].as_str().and_then(name_in))
        .collect()
}

fn name_in(comment: &str) -> Option<String> {
    comment.strip_prefix("Hinweis ").map(str::to_owned)
}

/// What the readers share.
struct Load {
    client: reqwest::Client,
    url: String,
    site: String,
    stopped: AtomicBool,
}

impl Load {
    fn new(origin: &str, site: String) -> Self {
        Self {
            client: http_client(),
            url: format!("{origin}/api/v1/reports"),
            site,
            stopped: AtomicBool::new(false),
        }
    }

    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Sends report after report; returns those that were acknowledged, with the id that each got.
    async fn read(self: Arc<Self>, reader: usize) -> BTreeMap<String, String> {
        let mut acknowledged = BTreeMap::new();
        for number in 0.. {
            if self.stopped.load(Ordering::Relaxed) {
                break;
            }
            let name = format!("{reader}-{number}");
            let id = self.send(&name, number).await;
            acknowledged.insert(name, id);
        }
        acknowledged
    }

    /// One report, again and again until it is acknowledged, always with the same key.
    async fn send(&self, name: &str, number: usize) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let sending = self
                .client
                .post(&self.url)
                .header("Origin", ORIGIN)
                .header("Idempotency-Key", format!("key-{name}"))
                .json(&self.report(name, number))
                .send()
                .await;
            // No answer, or half of one: the server was killed, and nobody knows what it did.
            let Ok(answer) = sending else {
                self.wait(deadline, name).await;
                continue;
            };
            let status = answer.status().as_u16();
            let Ok(body) = answer.json::<Value>().await else {
                self.wait(deadline, name).await;
                continue;
            };
            match status {
                201 => return body["id"].as_str().expect("the id of a report").to_owned(),
                503 => self.wait(deadline, name).await,
                _ => panic!("{status} for {name}: {body}"),
            }
        }
    }

    async fn wait(&self, deadline: Instant, name: &str) {
        assert!(
            Instant::now() < deadline,
            "no answer to {name} within {PATIENCE:?}"
        );
        time::sleep(Duration::from_millis(10)).await;
    }

    /// Four in five report one of a few known mistakes, the fifth a new one.
    fn report(&self, name: &str, number: usize) -> Value {
        let mistake = if number.is_multiple_of(5) {
            name.to_owned()
        } else {
            format!("bekannt {}", number % 3)
        };
        json!({
            "site": self.site,
            "article": { "url": format!("{ORIGIN}/artikel-{}", number % 4), "title": "Marktgeschehen" },
            "target": {
                "source": format!("{ORIGIN}/artikel-{}", number % 4),
                "selector": [{
                    "type": "TextQuoteSelector",
                    "exact": format!("Feler {mistake}"),
                    "prefix": "Der Hersteller hat in dieser Woche einen ",
                    "suffix": " gemacht, den niemand bemerkt hat.",
                }],
            },
            "kind": "spelling",
            "suggestion": format!("Fehler {mistake}"),
            "comment": format!("Hinweis {name}"),
        })
    }
}
