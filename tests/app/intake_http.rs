//! `POST /api/v1/reports`, the contract that others build on: every answer, its headers and its words.

use std::net::IpAddr;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::database::both_databases;
use crate::support::newsroom::{ORIGIN, PUBLIC_URL, TestNewsroom};
use crate::support::server::{Answer, MAX_BODY, TestServer, ask, signed_in};

const REPORTS: &str = "/api/v1/reports";
const ELSEWHERE: &str = "https://anderes.example";

fn report(newsroom: &TestNewsroom) -> Value {
    json!({
        "site": newsroom.site.key,
        "article": { "url": format!("{ORIGIN}/hardware/der-neue-standard/"), "title": "Der neue Standard", "sections": ["Hardware"], "lang": "de", "authors": ["A. B."], "modified_at": "2026-11-20" },
        "target": { "source": format!("{ORIGIN}/hardware/der-neue-standard/"), "selector": [
            { "type": "TextQuoteSelector", "exact": "Standart", "prefix": "beschlossen, dass der ", "suffix": " für alle Geräte gilt" },
            { "type": "TextPositionSelector", "start": 412, "end": 420 } ] },
        "kind": "spelling",
        "suggestion": "Standard",
        "comment": "Nur ein Tippfehler.",
        "elapsed_ms": 9_000,
    })
}

fn with(newsroom: &TestNewsroom, pointer: &str, value: Value) -> Value {
    let mut report = report(newsroom);
    *report
        .pointer_mut(pointer)
        .unwrap_or_else(|| panic!("{pointer}")) = value;
    report
}

/// As the control sends it.
async fn send(server: &TestServer, body: impl Into<reqwest::Body>) -> Answer {
    ask(server
        .post(REPORTS)
        .header("Content-Type", "application/json")
        .header("Origin", ORIGIN)
        .body(body))
    .await
}

fn is_problem(answer: &Answer, status: u16, name: &str) -> Value {
    assert_eq!(answer.status.as_u16(), status, "{answer:?}");
    assert_eq!(
        answer.header("Content-Type"),
        Some("application/problem+json")
    );
    let problem = answer.json();
    assert_eq!(problem["status"], status);
    assert!(
        problem["type"]
            .as_str()
            .unwrap()
            .ends_with(&format!("problem-{name}")),
        "{problem}"
    );
    assert!(
        problem["title"].is_string() && problem["detail"].as_str().unwrap().contains(' '),
        "{problem}"
    );
    problem
}

both_databases! {
    async fn a_report_is_answered_by_its_reference_and_link_once_it_is_stored(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let answer = send(&server, report(&newsroom).to_string()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        assert_eq!(answer.header("Content-Type"), Some("application/json"));
        let body = answer.json();
        let fields: Vec<_> = body.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["id", "status_url", "ticket"]);
        assert_eq!(body["ticket"], "FM-1001");
        let reports = newsroom.reports(fehlermelder::domain::ids::TicketId(1001)).await;
        assert_eq!(body["id"], reports[0].id.to_string());
        assert_eq!((reports[0].passage.as_ref().unwrap().start, reports[0].elapsed_ms), (Some(412), Some(9_000)));
        let status_url = body["status_url"].as_str().unwrap();
        assert_eq!(answer.header("Location"), Some(status_url));
        let page = ask(server.get(status_url.strip_prefix(PUBLIC_URL).unwrap())).await;
        assert!(page.status == StatusCode::OK && page.body.contains("FM-1001"), "{page:?}");
        server.stops().await;
    }

    async fn pages_of_registered_origins_may_read_every_answer(newsroom: TestNewsroom) {
        newsroom.add_site("Anderes Blatt", ELSEWHERE).await;
        let server = TestServer::of(&newsroom).await;
        let bodies = [report(&newsroom).to_string(), "kein json".into(), "{}".into(), with(&newsroom, "/site", json!("gibtsnicht")).to_string(), "x".repeat(MAX_BODY + 1)];
        for origin in [ORIGIN, ELSEWHERE, "https://fremd.example", "null", "http://magazin.example", "https://magazin.example.fremd.example", "https://MAGAZIN.example", ""] {
            let registered = origin == ORIGIN || origin == ELSEWHERE;
            let allowed = |answer: &Answer| {
                assert_eq!(answer.header("Access-Control-Allow-Origin"), registered.then_some(origin), "{origin}: {answer:?}");
                assert!(answer.headers.get_all("Vary").iter().any(|v| v.to_str().unwrap().eq_ignore_ascii_case("origin")), "{answer:?}");
                assert_eq!(answer.header("Access-Control-Allow-Credentials"), None);
                assert_eq!(answer.header("Cross-Origin-Resource-Policy"), Some("cross-origin"));
                if registered {
                    assert!(answer.header("Access-Control-Expose-Headers").is_some_and(|h| h.contains("Retry-After")), "{answer:?}");
                }
            };
            let preflight = ask(server.request("OPTIONS", REPORTS).header("Origin", origin).header("Access-Control-Request-Method", "POST").header("Access-Control-Request-Headers", "content-type,idempotency-key")).await;
            allowed(&preflight);
            assert!(preflight.status.is_success() && preflight.body.is_empty());
            assert_eq!(preflight.header("Access-Control-Allow-Methods"), Some("POST"));
            let names = preflight.header("Access-Control-Allow-Headers").unwrap();
            assert!(["content-type", "idempotency-key"].iter().all(|n| names.contains(n)), "{names}");
            for body in &bodies {
                allowed(&ask(server.post(REPORTS).header("Content-Type", "application/json").header("Origin", origin).body(body.clone())).await);
            }
            allowed(&ask(server.post(REPORTS).header("Content-Type", "text/plain").header("Origin", origin).body("x")).await);
            allowed(&ask(server.request("DELETE", REPORTS).header("Origin", origin)).await);
        }
    }

    async fn only_pages_of_the_site_itself_may_report(newsroom: TestNewsroom) {
        let elsewhere = newsroom.add_site("Anderes Blatt", ELSEWHERE).await;
        let server = TestServer::of(&newsroom).await;
        let body = report(&newsroom).to_string();
        let from = |origin: &'static str| ask(server.post(REPORTS).header("Content-Type", "application/json").header("Origin", origin).body(body.clone()));
        for origin in [ELSEWHERE, "https://fremd.example", "null", "", "https://magazin.example:8443", "https://magazin.example/"] {
            is_problem(&from(origin).await, 403, "foreign-origin");
        }
        let not_mine = with(&newsroom, "/site", json!(elsewhere.key)).to_string();
        is_problem(&send(&server, not_mine).await, 403, "foreign-origin");
        assert_eq!(newsroom.count("reports").await, 0);
        assert_eq!(from(ORIGIN).await.status, StatusCode::CREATED);
        let program = ask(server.post(REPORTS).header("Content-Type", "application/json").body(body.clone())).await;
        assert_eq!(program.status, StatusCode::CREATED, "no browser, no origin");
    }

    async fn each_refusal_has_its_status_and_a_sentence_in_the_readers_language(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        let site = newsroom.site.key.as_str();
        for (body, status, name) in [
            (b"".to_vec(), 400, "not-json"), (b"{".to_vec(), 400, "not-json"), (b"{} x".to_vec(), 400, "not-json"), (b"\xff\xfe{}".to_vec(), 400, "not-json"),
            (format!("{{\"site\":\"{site}\",\"comment\":\"\u{0}\"}}").into_bytes(), 400, "not-json"),
            ([b"{\"site\":\"", site.as_bytes(), b"\",\"comment\":\"\xc3\x28\"}"].concat(), 400, "not-json"),
            (format!("{{\"site\":\"{site}\",\"comment\":\"\\ud800\"}}").into_bytes(), 400, "not-json"),
            (format!("{{\"site\":\"{site}\",\"comment\":\"\\udc00\\ud800\"}}").into_bytes(), 400, "not-json"),
            (deep(30_000).into_bytes(), 400, "not-json"),
            ([b"{\"site\":", deep(200).as_bytes(), b"}"].concat(), 400, "not-json"),
            (b"[]".to_vec(), 422, "invalid"), (b"null".to_vec(), 422, "invalid"), (b"\"x\"".to_vec(), 422, "invalid"), (b"{\"site\":7}".to_vec(), 422, "invalid"),
            (b"{\"site\":\"gibtsnicht\"}".to_vec(), 404, "unknown-site"), (b"{\"site\":\"\"}".to_vec(), 404, "unknown-site"),
            (format!("\"{}\"", "x".repeat(MAX_BODY)).into_bytes(), 413, "too-large"),
        ] {
            let german = ask(server.post(REPORTS).header("Content-Type", "application/json").header("Accept-Language", "de-AT,de;q=0.9").body(body.clone())).await;
            let english = ask(server.post(REPORTS).header("Content-Type", "application/json").header("Accept-Language", "en-GB").body(body)).await;
            let (german, english) = (is_problem(&german, status, name), is_problem(&english, status, name));
            assert_eq!(german["type"], english["type"], "types are for programs");
            assert_ne!(german["detail"], english["detail"]);
        }
        for kind in ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/jsonp", "", "application/json5"] {
            is_problem(&ask(server.post(REPORTS).header("Content-Type", kind).header("Origin", ORIGIN).body(report(&newsroom).to_string())).await, 415, "unsupported-media-type");
        }
        is_problem(&ask(server.post(REPORTS).body(report(&newsroom).to_string())).await, 415, "unsupported-media-type");
        let packed = ask(server.post(REPORTS).header("Content-Type", "application/json").header("Content-Encoding", "gzip").header("Origin", ORIGIN).body("x")).await;
        assert_eq!((packed.status.as_u16(), packed.header("Content-Type")), (415, Some("application/problem+json")));
        for method in ["GET", "PUT", "DELETE", "PATCH"] {
            let answer = ask(server.request(method, REPORTS)).await;
            assert_eq!((answer.status.as_u16(), answer.header("Content-Type")), (405, Some("application/problem+json")), "{method}");
        }
        assert_eq!(newsroom.count("reports").await, 0);
        for kind in ["application/json; charset=utf-8", "Application/JSON"] {
            let answer = ask(server.post(REPORTS).header("Content-Type", kind).body(report(&newsroom).to_string())).await;
            assert_eq!(answer.status, StatusCode::CREATED, "{kind}");
        }
    }

    async fn every_field_at_fault_is_named_by_its_pointer(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let mut wrong = report(&newsroom);
        wrong["kind"] = json!("typo");
        wrong["article"]["url"] = json!("javascript:alert(1)");
        wrong["article"]["sections"] = json!(["a", 7]);
        wrong["target"]["selector"][0]["exact"] = json!("x".repeat(2_001));
        wrong["comment"] = json!("x".repeat(5_001));
        wrong["source"] = json!("ftp://x");
        wrong["contact"] = json!({ "email": "x@post.example", "consent": false });
        wrong["website"] = json!("http://spam.example");
        wrong["a/b~c"] = json!(1);
        for (language, word) in [("de", "Höchstens"), ("en", "At most")] {
            let answer = ask(server.post(REPORTS).header("Content-Type", "application/json").header("Accept-Language", language).body(wrong.to_string())).await;
            let problem = is_problem(&answer, 422, "invalid");
            let errors = problem["errors"].as_array().unwrap();
            let mut pointers: Vec<_> = errors.iter().map(|e| e["pointer"].as_str().unwrap()).collect();
            pointers.sort_unstable();
            assert_eq!(pointers, ["/article/sections/1", "/article/url", "/a~1b~0c", "/comment", "/contact/consent", "/kind", "/source", "/target/selector/0/exact", "/website"]);
            let long = errors.iter().find(|e| e["pointer"] == "/comment").unwrap()["detail"].as_str().unwrap();
            assert!(long.contains(word) && long.contains("5000"), "{long}");
        }
        let silent = json!({ "site": newsroom.site.key, "article": { "url": format!("{ORIGIN}/a") }, "kind": "fact" });
        assert_eq!(is_problem(&send(&server, silent.to_string()).await, 422, "invalid")["errors"][0]["pointer"], "");
    }

    async fn a_repeated_key_gets_the_first_answer_or_is_refused(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let under = |key: &str, body: &Value| ask(server.post(REPORTS).header("Content-Type", "application/json").header("Origin", ORIGIN).header("Idempotency-Key", key).body(body.to_string()));
        let first = under("abc", &report(&newsroom)).await;
        let again = under("abc", &report(&newsroom)).await;
        assert_eq!((first.status, &first.body), (again.status, &again.body));
        let other = under("abc", &with(&newsroom, "/comment", json!("anders"))).await;
        is_problem(&other, 422, "key-reused");
        for odd in ["", &"k".repeat(256)] {
            is_problem(&under(odd, &report(&newsroom)).await, 400, "bad-key");
        }
        assert_eq!(under(&"k".repeat(255), &report(&newsroom)).await.status, StatusCode::CREATED);
        assert_eq!(newsroom.count("reports").await, 2);
    }

    async fn a_repeat_is_answered_when_its_network_has_to_wait(newsroom: TestNewsroom) {
        let server = TestServer::with_rate_limit(&newsroom, 3).await;
        let under = |key: &str, body: &Value| ask(server.post(REPORTS).header("Content-Type", "application/json").header("Origin", ORIGIN).header("Idempotency-Key", key).body(body.to_string()));
        let first = under("abc", &report(&newsroom)).await;
        assert_eq!(first.status, StatusCode::CREATED);
        for key in ["b", "c"] {
            assert_eq!(under(key, &report(&newsroom)).await.status, StatusCode::CREATED);
        }
        is_problem(&under("def", &report(&newsroom)).await, 429, "rate-limited");
        let again = under("abc", &report(&newsroom)).await;
        assert_eq!((again.status, &again.body), (first.status, &first.body));
        is_problem(&under("abc", &with(&newsroom, "/comment", json!("anders"))).await, 422, "key-reused");
        // What may be looked up has its own limit: whoever invents keys costs nothing.
        is_problem(&under("abc", &report(&newsroom)).await, 429, "rate-limited");
        assert_eq!(newsroom.count("reports").await, 3);
    }

    async fn a_site_that_was_added_a_moment_ago_is_known(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        assert_eq!(send(&server, report(&newsroom).to_string()).await.status, StatusCode::CREATED);
        let added = newsroom.add_site("Anderes Blatt", ELSEWHERE).await;
        newsroom.clock.advance(500);
        let preflight = ask(server.request("OPTIONS", REPORTS).header("Origin", ELSEWHERE).header("Access-Control-Request-Method", "POST")).await;
        assert_eq!(preflight.header("Access-Control-Allow-Origin"), Some(ELSEWHERE));
        let of_it = with(&newsroom, "/site", json!(added.key)).to_string();
        let answer = ask(server.post(REPORTS).header("Content-Type", "application/json").header("Origin", ELSEWHERE).body(of_it)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    }

    async fn odd_words_are_stored_as_they_are_or_made_harmless_but_break_nothing(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        for (n, words) in ["a\0b", "\u{202E}verkehrt\u{202C}", "\u{FEFF}x\u{200B}y", "🙂👩‍💻", "u\u{308}ber", "\u{FFFF}\u{10FFFF}", "'; DROP TABLE reports; --", "{{ 7*7 }}", "\r\n\r\n", "\u{85}\u{2028}", "%00%s%n", &"😀".repeat(2_000)].iter().enumerate() {
            let mut odd = report(&newsroom);
            odd["article"]["title"] = json!(words.chars().take(100).collect::<String>());
            odd["article"]["url"] = json!(format!("{ORIGIN}/{n}/{}", words.chars().take(20).collect::<String>()));
            odd["target"]["selector"][0]["exact"] = json!(format!("x{words}").chars().take(2_000).collect::<String>());
            odd["target"]["selector"][0]["prefix"] = json!(words.chars().take(500).collect::<String>());
            odd["suggestion"] = json!(words);
            odd["comment"] = json!(format!("Kommentar {words}"));
            let answer = ask(server.post(REPORTS).header("Content-Type", "application/json").header("Idempotency-Key", "k".repeat(n + 1)).body(odd.to_string())).await;
            assert_eq!(answer.status, StatusCode::CREATED, "{words:?}: {answer:?}");
            let path = answer.json()["status_url"].as_str().unwrap().strip_prefix(PUBLIC_URL).unwrap().to_owned();
            assert_eq!(ask(server.get(&path)).await.status, StatusCode::OK, "{words:?}");
            newsroom.delivers().await;
        }
        let (cookie, _) = signed_in(&newsroom, &newsroom.editor).await;
        let inbox = ask(server.get("/").header("Cookie", &cookie)).await;
        assert_eq!(inbox.status, StatusCode::OK);
        assert!(!inbox.body.contains('\u{202E}'), "an override would turn the editors' list around");
    }

    async fn too_many_reports_of_one_network_are_asked_to_wait_and_its_claims_do_not_help(newsroom: TestNewsroom) {
        let server = TestServer::with_rate_limit(&newsroom, 3).await;
        let from = |chain: &str| ask(server.post(REPORTS).header("Content-Type", "application/json").header("Origin", ORIGIN).header("X-Forwarded-For", chain).body(report(&newsroom).to_string()));
        for _ in 0..3 {
            assert_eq!(from("203.0.113.7").await.status, StatusCode::CREATED);
        }
        // The same /24, and whatever the client itself put to the left of what our proxy wrote.
        for chain in ["203.0.113.7", "203.0.113.200", "198.51.100.1, 203.0.113.7", "unsinn, 203.0.113.9"] {
            let refused = from(chain).await;
            let problem = is_problem(&refused, 429, "rate-limited");
            let seconds: u64 = refused.header("Retry-After").unwrap().parse().unwrap();
            assert!((1..=60).contains(&seconds) && problem["detail"].as_str().unwrap().contains(&seconds.to_string()), "{problem}");
            assert_eq!(refused.header("Access-Control-Allow-Origin"), Some(ORIGIN));
        }
        for other in ["203.0.114.7", "2001:db8::1"] {
            assert_eq!(from(other).await.status, StatusCode::CREATED, "{other}");
        }
        // What could not be stored anyway costs nobody a turn.
        for _ in 0..9 {
            is_problem(&ask(server.post(REPORTS).header("Content-Type", "application/json").header("X-Forwarded-For", "192.0.2.1").body("{}")).await, 422, "invalid");
        }
        assert_eq!(from("192.0.2.1").await.status, StatusCode::CREATED);
        assert_eq!(newsroom.count("reports").await, 6);
    }

    async fn no_address_of_a_network_reaches_the_database(newsroom: TestNewsroom) {
        let server = TestServer::with_rate_limit(&newsroom, 1).await;
        for address in ["203.0.113.77", "2001:db8:77::1"] {
            for _ in 0..2 {
                ask(server.post(REPORTS).header("Content-Type", "application/json").header("X-Forwarded-For", address).header("User-Agent", "Unverwechselbar/7").body(report(&newsroom).to_string())).await;
            }
            let form = [("email", newsroom.editor.email.as_str()), ("password", "falsches Kennwort")];
            let refused = ask(server.post_form("/sign-in", &form).header("X-Forwarded-For", address)).await;
            assert_eq!(refused.status.as_u16(), 422, "{refused:?}");
            let bytes = match address.parse::<IpAddr>().unwrap() {
                IpAddr::V4(v4) => v4.octets().to_vec(),
                IpAddr::V6(v6) => v6.octets().to_vec(),
            };
            assert!(!newsroom.holds(address).await && (bytes.len() < 16 || !newsroom.holds_bytes(&bytes).await));
            for bare in [address.as_bytes(), &bytes, &[b"network".as_slice(), address.as_bytes()].concat()] {
                assert!(!newsroom.holds_bytes(&fehlermelder::domain::secret::sha256(bare)).await, "a hash anybody can try all addresses against");
            }
        }
        assert!(!newsroom.holds("Unverwechselbar").await);
        assert_eq!(newsroom.count("failed_sign_ins").await, 5, "one account, two networks, and the account from each");
    }
}
