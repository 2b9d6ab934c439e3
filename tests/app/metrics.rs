//! `/metrics`: what an operator's Prometheus reads, and who else does not.

use serde_json::json;

use crate::support::database::{TestDatabase, both_databases};
use crate::support::http::http_client;
use crate::support::program::Program;

const ORIGIN: &str = "https://magazin.example";

/// The value of one figure, written as Prometheus writes it.
fn figure(text: &str, name: &str) -> Option<f64> {
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
}

async fn read(program: &Program) -> String {
    let url = format!("{}/metrics", program.origin());
    let answer = http_client().get(url).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let kind = answer.headers()["content-type"].to_str().unwrap();
    assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
    answer.text().await.unwrap()
}

both_databases! {
    async fn the_figures_are_those_of_what_happened(database: TestDatabase) {
        let program = Program::on(&database).set("FEHLERMELDER_MAIL__ENABLED", "false");
        let site = program.add_site(ORIGIN);
        program.add_token();
        let _server = program.serve().await;
        let client = http_client();
        let send = async |kind: &str| {
            let report = json!({ "site": site, "article": { "url": format!("{ORIGIN}/a") }, "kind": kind, "comment": "geheim" });
            let url = format!("{}/api/v1/reports", program.origin());
            client.post(url).json(&report).send().await.unwrap().status().as_u16()
        };
        assert_eq!((send("spelling").await, send("fact").await, send("typo").await), (201, 201, 422));

        let text = read(&program).await;
        let is = |name: &str, value: f64| assert_eq!(figure(&text, name), Some(value), "{name}\n{text}");
        is("fehlermelder_reports_accepted_total", 2.0);
        is("fehlermelder_reports_refused_total{reason=\"invalid\"}", 1.0);
        is("fehlermelder_intake_batch_reports_count", 2.0);
        is("fehlermelder_intake_batch_reports_bucket{le=\"1\"}", 2.0);
        // One editor is owed an alert for each ticket.
        is("fehlermelder_outbox_notifications{state=\"pending\"}", 2.0);
        is("fehlermelder_outbox_notifications{state=\"failed\"}", 0.0);
        is("fehlermelder_article_looks_overdue", 0.0);
        is("fehlermelder_requests_total{status=\"4xx\"}", 1.0);
        is(&format!("fehlermelder_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION")), 1.0);
        assert!(figure(&text, "fehlermelder_requests_total{status=\"2xx\"}").unwrap() >= 3.0);
        assert!(figure(&text, "fehlermelder_uptime_seconds").unwrap() > 0.0);
        assert!(!text.contains("magazin") && !text.contains("geheim"), "{text}");
        for name in text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()) {
            assert!(text.contains(&format!("# HELP {name} ")), "{name}");
        }
    }
}

#[tokio::test]
async fn mails_that_went_out_are_counted() {
    let database = TestDatabase::sqlite();
    let program = Program::on(&database);
    let site = program.add_site(ORIGIN);
    program.add_token();
    let _server = program.serve().await;
    let report = json!({ "site": site, "article": { "url": format!("{ORIGIN}/a") }, "kind": "spelling", "comment": "x" });
    let url = format!("{}/api/v1/reports", program.origin());
    http_client().post(url).json(&report).send().await.unwrap();
    for _ in 0..100 {
        let text = read(&program).await;
        if figure(&text, "fehlermelder_mails_total{outcome=\"sent\"}") == Some(1.0) {
            let pending = "fehlermelder_outbox_notifications{state=\"pending\"}";
            assert_eq!(figure(&text, pending), Some(0.0));
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the alert was never sent");
}

#[tokio::test]
async fn who_is_not_on_this_machine_sees_nothing() {
    let asked = async |access: Option<&str>, header: Option<(&str, &str)>| {
        let database = TestDatabase::sqlite();
        let program = Program::on(&database);
        let program = match access {
            Some(access) => program.set("FEHLERMELDER_SERVER__METRICS", access),
            None => program,
        };
        let _server = program.serve().await;
        let mut request = http_client().get(format!("{}/metrics", program.origin()));
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        request.send().await.unwrap().status().as_u16()
    };
    let passed_on = Some(("X-Forwarded-For", "192.0.2.1"));
    assert_eq!(asked(None, None).await, 200);
    assert_eq!(asked(None, passed_on).await, 404);
    assert_eq!(asked(None, Some(("Via", "1.1 proxy"))).await, 404);
    assert_eq!(asked(Some("off"), None).await, 404);
    assert_eq!(asked(Some("all"), passed_on).await, 200);

    // A proxy that tells nothing but the name that was asked for.
    let database = TestDatabase::sqlite();
    let public = Program::on(&database).set("FEHLERMELDER_PUBLIC_URL", "https://melder.example");
    let _server = public.serve().await;
    let url = format!("{}/metrics", public.origin());
    let through = http_client().get(&url).header("Host", "Melder.example");
    assert_eq!(through.send().await.unwrap().status().as_u16(), 404);
    let direct = http_client().get(&url).send().await.unwrap();
    assert_eq!(direct.status().as_u16(), 200);
}
