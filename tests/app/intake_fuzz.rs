//! Five thousand requests that nobody would send: none is answered by a failure of ours.

use fehlermelder::domain::clock::{Entropy as _, SeededEntropy};
use poem::http::{HeaderName, HeaderValue, Method, Uri};
use poem::{Endpoint, Request};
use serde_json::{Value, json};

use crate::support::database::both_databases;
use crate::support::newsroom::{ORIGIN, TestNewsroom};
use crate::support::server::{app, signed_in};

const REQUESTS: usize = 5_000;

/// Chance, the same in every run.
struct Chance(SeededEntropy);

impl Chance {
    fn roll(&self, sides: usize) -> usize {
        usize::try_from(u64::from_le_bytes(self.0.bytes::<8>()) % sides as u64).unwrap()
    }

    fn pick<'a, T>(&self, list: &'a [T]) -> &'a T {
        &list[self.roll(list.len())]
    }

    fn text(&self) -> String {
        let pieces = [
            "a",
            " ",
            "ä",
            "\0",
            "\n",
            "\r\n",
            "\u{202E}",
            "\u{AD}",
            "\u{FEFF}",
            "🙂",
            "\u{301}",
            "\"",
            "'",
            "\\",
            "%",
            "<",
            "&",
            "{{",
            "/",
            "..",
            "\u{10FFFF}",
            "Standart",
            "FM-1001",
            "-1",
            "https://",
            "@",
            ";",
            "--",
            "&#0;",
            "\u{85}",
        ];
        let long = [0, 1, 3, 20, 600, 6_000];
        (0..*self.pick(&long))
            .map(|_| *self.pick(&pieces))
            .collect()
    }

    fn value(&self, depth: usize) -> Value {
        match self.roll(if depth > 3 { 9 } else { 11 }) {
            0 => Value::Null,
            1 => json!(true),
            2 => json!(self.roll(9)),
            3 => json!(i64::MIN),
            4 => json!(u64::MAX),
            5 => json!(1e308),
            6 => json!(-0.5),
            7 | 8 => json!(self.text()),
            9 => (0..self.roll(30)).map(|_| self.value(depth + 1)).collect(),
            _ => (0..self.roll(6))
                .map(|n| (format!("{n}{}", self.text()), self.value(depth + 1)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }
}

const POINTERS: &[&str] = &[
    "",
    "/site",
    "/article",
    "/article/url",
    "/article/title",
    "/article/sections",
    "/article/sections/0",
    "/article/lang",
    "/article/authors",
    "/article/modified_at",
    "/target",
    "/target/source",
    "/target/selector",
    "/target/selector/0",
    "/target/selector/0/type",
    "/target/selector/0/exact",
    "/target/selector/0/prefix",
    "/target/selector/0/suffix",
    "/target/selector/1",
    "/target/selector/1/start",
    "/target/selector/1/end",
    "/part",
    "/kind",
    "/suggestion",
    "/comment",
    "/source",
    "/contact",
    "/contact/email",
    "/contact/consent",
    "/website",
    "/elapsed_ms",
];

fn whole_report(site: &str) -> Value {
    json!({
        "site": site,
        "article": { "url": format!("{ORIGIN}/a"), "title": "t", "sections": ["a"], "lang": "de", "authors": ["x"], "modified_at": "2026-11-20" },
        "target": { "source": format!("{ORIGIN}/a"), "selector": [{ "type": "TextQuoteSelector", "exact": "Standart", "prefix": "der ", "suffix": " gilt" }, { "type": "TextPositionSelector", "start": 1, "end": 9 }] },
        "part": "headline", "kind": "spelling", "suggestion": "Standard", "comment": "c", "source": "https://a.example/", "contact": { "email": "a@b.example", "consent": true }, "website": "", "elapsed_ms": 1,
    })
}

fn body(chance: &Chance, site: &str) -> Vec<u8> {
    let mut report = whole_report(site);
    for _ in 0..chance.roll(4) {
        let pointer = chance.pick(POINTERS);
        if let Some(field) = report.pointer_mut(pointer) {
            *field = chance.value(0);
        }
    }
    let mut bytes = report.to_string().into_bytes();
    for _ in 0..(if chance.roll(4) == 0 {
        chance.roll(6)
    } else {
        0
    }) {
        let at = chance
            .roll(bytes.len().max(1))
            .min(bytes.len().saturating_sub(1));
        match chance.roll(4) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, u8::try_from(chance.roll(256)).unwrap()),
            2 if !bytes.is_empty() => bytes[at] = u8::try_from(chance.roll(256)).unwrap(),
            _ => bytes.extend_from_within(at..),
        }
        bytes.truncate(200_000);
    }
    bytes
}

fn path(chance: &Chance, known: &[String]) -> String {
    let escaped: String = url::form_urlencoded::byte_serialize(chance.text().as_bytes())
        .take(300)
        .collect();
    match chance.roll(12) {
        0 => format!("/r/{escaped}"),
        1 => format!("/bestaetigen/{escaped}"),
        2 => format!("/melden?site={escaped}&url={escaped}"),
        3 => format!(
            "/?state={escaped}&q={escaped}&cursor={escaped}&desk={escaped}&assignee={escaped}"
        ),
        4 => format!("/tickets/{escaped}"),
        5 => format!("/embed/{escaped}"),
        6 => format!("/sign-in?next={escaped}"),
        7 => format!("/{escaped}"),
        _ => chance.pick(known).clone(),
    }
}

fn header(chance: &Chance) -> Option<(HeaderName, HeaderValue)> {
    let names = [
        "content-type",
        "origin",
        "idempotency-key",
        "accept-language",
        "accept",
        "x-forwarded-for",
        "forwarded",
        "if-match",
        "range",
        "host",
        "sec-fetch-site",
        "content-encoding",
        "cookie",
        "transfer-encoding",
        "expect",
    ];
    let known = [
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "null",
        ORIGIN,
        "https://fremd.example",
        "de;q=x,,en;q=9",
        "gzip",
        "identity",
        "1.2.3.4, ::1, [::1]:9",
        "for=\"[::1]\";by=x",
        "\"1.1\"",
        "bytes=0-0,9-",
        "same-origin",
        "cross-site",
        "lang=en; lang=de",
        "=;;=",
        "100-continue",
    ];
    let value = if chance.roll(3) == 0 {
        chance.text().into_bytes()
    } else {
        chance.pick(&known).as_bytes().to_vec()
    };
    Some((
        HeaderName::from_static(chance.pick::<&str>(&names)),
        HeaderValue::from_bytes(&value).ok()?,
    ))
}

both_databases! {
    async fn no_request_makes_the_server_fail(newsroom: TestNewsroom) {
        let receipt = newsroom.reader().marks("Standart").leaves("anna@post.example").sends().await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let app = app(&newsroom, 0);
        let chance = Chance(SeededEntropy::new(5_000));
        let known: Vec<String> = ["/", "/melden", "/sign-in", "/sign-out", "/language", "/embed.js", "/healthz", "/api/v1/tickets", "/api/v1/tickets/FM-1001", "/api/openapi.json", "/tickets/FM-1001", "/tickets/FM-1001/closure", "/tickets/FM-1001/notes", "/tickets/FM-1001/snooze", "/tickets/FM-1001/assignment", "/tickets/FM-1001/acceptance"]
            .into_iter().map(str::to_owned).chain([format!("/r/{}", receipt.status_token), format!("/melden?site={}", newsroom.site.key), format!("/embed/site/{}.json", newsroom.site.key)]).collect();
        let mut statuses = std::collections::BTreeMap::new();
        for n in 0..REQUESTS {
            // Half go to the way in for reports, most of these in a form that is read to its end.
            let to_intake = n % 2 == 0;
            let target = if to_intake { "/api/v1/reports".to_owned() } else { path(&chance, &known) };
            let Ok(uri) = target.parse::<Uri>() else { continue };
            let methods = [Method::GET, Method::POST, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD, Method::OPTIONS, Method::from_bytes(b"BREW").unwrap()];
            let method = if to_intake && chance.roll(9) > 0 { Method::POST } else { chance.pick(&methods).clone() };
            let mut request = Request::builder().method(method.clone()).uri(uri);
            if to_intake && chance.roll(9) > 0 {
                request = request.content_type("application/json");
            } else if !to_intake && chance.roll(3) > 0 {
                request = request.content_type("application/x-www-form-urlencoded").header("cookie", &cookie);
            }
            for (name, value) in (0..chance.roll(3)).filter_map(|_| header(&chance)) {
                request = request.header(name, value);
            }
            let sent = if to_intake {
                body(&chance, &newsroom.site.key)
            } else {
                let words = [chance.text(), chance.text(), chance.text()];
                url::form_urlencoded::Serializer::new(String::new()).extend_pairs([("csrf", csrf.as_str()), ("version", "1"), ("site", &newsroom.site.key), ("resolution", "corrected"), ("action", "withdraw"),
                    ("url", &words[0]), ("note", &words[1]), ("date", &words[2]), ("suggestion", &words[0]), ("assignee", &words[1]), ("next", &words[2]), ("email", &words[0]), ("password", "x")]).finish().into_bytes()
            };
            let shown = String::from_utf8_lossy(&sent[..sent.len().min(400)]).into_owned();
            let answer = app.get_response(request.body(sent)).await;
            let status = answer.status();
            assert!(!status.is_server_error(), "request {n}: {method} {target} → {status}\n{shown}");
            for name in ["content-security-policy", "x-content-type-options", "x-request-id"] {
                assert!(answer.headers().contains_key(name), "request {n}: {method} {target} → {status} without {name}");
            }
            *statuses.entry(status.as_u16()).or_insert(0) += 1;
        }
        assert!(statuses.get(&201).is_some_and(|n| *n > 50) && statuses.len() >= 8, "not the mixture it was meant to be: {statuses:?}");
        assert_eq!(newsroom.number("SELECT CAST(sum(report_count) AS bigint) AS number FROM tickets").await, newsroom.count("reports").await);
    }
}
