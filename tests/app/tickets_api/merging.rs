//! Programs merge tickets and split them, and take it back: what they see afterwards, and what is refused.

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::newsroom::{Newsroom, etag, pointers, problem};
use crate::support::database::{TestDatabase, both_databases};

const TICKETS: &str = "/api/v1/tickets";

impl Newsroom {
    async fn posts(&self, path: &str, body: Value) -> Response {
        let path = format!("{TICKETS}/{path}");
        self.as_other(Method::POST, &path, &self.token, Some(body))
            .await
    }

    async fn deletes(&self, path: &str) -> Response {
        let path = format!("{TICKETS}/{path}");
        self.as_other(Method::DELETE, &path, &self.token, None)
            .await
    }

    async fn ticket(&self, reference: &str) -> Value {
        self.json(&format!("{TICKETS}/{reference}")).await
    }
}

/// The ticket that an answer shows; it is what is to be read at the place that the answer names.
async fn shown(newsroom: &Newsroom, answer: Response, status: u16, place: &str) -> Value {
    assert_eq!(answer.status().as_u16(), status);
    let place = answer.headers()[place].to_str().unwrap().to_owned();
    let tag = etag(&answer);
    let shown: Value = answer.json().await.unwrap();
    let there = newsroom.get(&place).await;
    assert_eq!(etag(&there), tag);
    assert_eq!(there.json::<Value>().await.unwrap(), shown);
    shown
}

/// What merging and taking it back must leave as it was.
fn standing(ticket: &Value) -> Value {
    let fields = [
        "state",
        "resolution",
        "duplicate_of",
        "report_count",
        "suggestions",
        "duplicates",
        "split_from",
    ];
    fields.iter().map(|name| ticket[name].clone()).collect()
}

both_databases! {
    async fn tickets_are_merged_whichever_is_asked_and_each_is_parted_again(database: TestDatabase) {
        let newsroom = Newsroom::open(&database).await;
        let mut all = Vec::new();
        for article in ["a", "b", "c"] {
            all.push(newsroom.report(article, "Feler", json!({})).await);
        }
        let mut before = Vec::new();
        for reference in &all {
            before.push(standing(&newsroom.ticket(reference).await));
        }
        let merged = newsroom.posts(&format!("{}/merges", all[2]), json!({ "tickets": [all[0], all[1]] })).await;
        let stays = shown(&newsroom, merged, 200, "content-location").await;
        assert_eq!(stays["reference"], all[0].as_str(), "the one that came first stays");
        assert_eq!((&stays["report_count"], &stays["duplicates"]), (&json!(3), &json!([all[1], all[2]])));
        let event = stays["events"].as_array().unwrap().last().unwrap();
        assert_eq!((&event["kind"], &event["other"]), (&json!("merged"), &json!(all[2])));
        let double = newsroom.ticket(&all[1]).await;
        assert_eq!((&double["state"], &double["resolution"], &double["duplicate_of"]), (&json!("closed"), &json!("duplicate"), &json!(all[0])));
        // Once more changes nothing.
        let again = newsroom.posts(&format!("{}/merges", all[1]), json!({ "tickets": [all[2]] })).await;
        assert_eq!(shown(&newsroom, again, 200, "content-location").await, stays);

        for at in [2, 1] {
            let parted = newsroom.deletes(&format!("{}/merges/{}", all[0], all[at])).await;
            let alone = shown(&newsroom, parted, 200, "content-location").await;
            assert_eq!(alone["reference"], all[at].as_str());
        }
        for (reference, was) in all.iter().zip(&before) {
            assert_eq!(&standing(&newsroom.ticket(reference).await), was, "{reference}");
        }
        problem(newsroom.deletes(&format!("{}/merges/{}", all[0], all[1])).await, 409, "not-merged").await;
    }

    async fn reports_are_split_off_and_joined_again(database: TestDatabase) {
        let newsroom = Newsroom::open(&database).await;
        let reference = newsroom.report("a", "Feler", json!({})).await;
        newsroom.report("a", "Feler", json!({ "comment": "Ein anderer." })).await;
        newsroom.patch(&reference, json!({ "state": "open" })).await;
        let before = newsroom.ticket(&reference).await;
        let report = before["reports"][0]["id"].clone();
        let split = newsroom.posts(&format!("{reference}/splits"), json!({ "reports": [report] })).await;
        let new = shown(&newsroom, split, 201, "location").await;
        assert_eq!((&new["state"], &new["report_count"], &new["split_from"]), (&json!("open"), &json!(1), &json!(reference)));
        assert_eq!(new["reports"][0]["comment"], "Ein anderer.");
        let new = new["reference"].as_str().unwrap().to_owned();
        assert_eq!(newsroom.ticket(&reference).await["report_count"], 1);

        let joined = newsroom.deletes(&format!("{reference}/splits/{new}")).await;
        let joined = shown(&newsroom, joined, 200, "content-location").await;
        assert_eq!((&joined["reports"], joined["report_count"].as_i64()), (&before["reports"], Some(2)));
        assert_eq!(newsroom.ticket(&new).await["duplicate_of"], reference.as_str(), "its reference leads back");
        problem(newsroom.deletes(&format!("{reference}/splits/{new}")).await, 409, "not-split-off").await;
    }

    async fn what_cannot_be_merged_or_split_is_refused_and_nothing_happens(database: TestDatabase) {
        let newsroom = Newsroom::open(&database).await;
        let first = newsroom.report("a", "Feler", json!({})).await;
        let second = newsroom.report("b", "Feler", json!({})).await;
        let own = newsroom.ticket(&first).await["reports"][0]["id"].clone();
        let foreign = newsroom.ticket(&second).await["reports"][0]["id"].clone();
        let before = [newsroom.ticket(&first).await, newsroom.ticket(&second).await];
        let many: Vec<&str> = vec![&second; 101];
        for (path, body, pointer) in [
            ("merges", json!({}), "/tickets"),
            ("merges", json!([]), ""),
            ("merges", json!({ "tickets": [] }), "/tickets"),
            ("merges", json!({ "tickets": second }), "/tickets"),
            ("merges", json!({ "tickets": [second, "x"] }), "/tickets/1"),
            ("merges", json!({ "tickets": [second, "FM-999999"] }), "/tickets/1"),
            ("merges", json!({ "tickets": [second, first] }), "/tickets/1"),
            ("merges", json!({ "tickets": many }), "/tickets"),
            ("merges", json!({ "tickets": [second], "into": first }), "/into"),
            ("splits", json!({ "reports": [own] }), "/reports/0"),
            ("splits", json!({ "reports": [foreign] }), "/reports/0"),
            ("splits", json!({ "reports": ["x"] }), "/reports/0"),
            ("splits", json!({ "tickets": [second] }), "/tickets"),
        ] {
            let refused = newsroom.posts(&format!("{first}/{path}"), body.clone()).await;
            let pointers = pointers(refused).await;
            assert_eq!(pointers[0], pointer, "{path} {}", body.to_string().chars().take(90).collect::<String>());
        }
        problem(newsroom.posts("FM-999999/merges", json!({ "tickets": [first] })).await, 404, "unknown-ticket").await;
        for gone in [second.as_str(), "FM-999999", "x"] {
            problem(newsroom.deletes(&format!("{first}/merges/{gone}")).await, 409, "not-merged").await;
            problem(newsroom.deletes(&format!("{first}/splits/{gone}")).await, 409, "not-split-off").await;
        }
        let bare = newsroom.request(Method::POST, &format!("{TICKETS}/{first}/merges")).bearer_auth(&newsroom.token);
        problem(bare.send().await.unwrap(), 415, "unsupported-media-type").await;
        assert_eq!([newsroom.ticket(&first).await, newsroom.ticket(&second).await], before);
    }

    async fn who_saw_another_state_or_may_only_read_changes_nothing(database: TestDatabase) {
        let newsroom = Newsroom::open(&database).await;
        let first = newsroom.report("a", "Feler", json!({})).await;
        let second = newsroom.report("b", "Feler", json!({})).await;
        newsroom.report("a", "Feler", json!({})).await;
        let path = format!("{TICKETS}/{first}");
        let tag = etag(&newsroom.get(&path).await);
        newsroom.report("a", "Feler", json!({})).await;
        let report = newsroom.ticket(&first).await["reports"][0]["id"].clone();
        let conditional = |method: Method, place: String, tag: String, body: Value| {
            let request = newsroom.request(method, &format!("{TICKETS}/{place}")).bearer_auth(&newsroom.token);
            request.header("If-Match", tag).json(&body).send()
        };
        let to_merge = format!("{first}/merges");
        let splits = format!("{first}/splits");
        let names = json!({ "tickets": [second] });
        problem(conditional(Method::POST, to_merge.clone(), tag.clone(), names.clone()).await.unwrap(), 412, "stale").await;
        problem(conditional(Method::POST, splits.clone(), tag.clone(), json!({ "reports": [report] })).await.unwrap(), 412, "stale").await;
        let now = etag(&newsroom.get(&path).await);
        let merged = conditional(Method::POST, to_merge.clone(), now.clone(), names.clone()).await.unwrap();
        assert_eq!(merged.status(), StatusCode::OK);
        let merged = etag(&merged);
        let double = format!("{to_merge}/{second}");
        problem(conditional(Method::DELETE, double.clone(), now, Value::Null).await.unwrap(), 412, "stale").await;
        assert_eq!(conditional(Method::DELETE, double, merged, Value::Null).await.unwrap().status(), StatusCode::OK);

        let viewer = newsroom.token_of("leser@magazin.example", "viewer", "tickets:read,tickets:write", None);
        let reads = newsroom.token_for("leitung@magazin.example", "tickets:read");
        for (token, name) in [(&viewer, "read-only"), (&reads, "insufficient-scope")] {
            for (method, place, body) in [
                (Method::POST, to_merge.clone(), Some(names.clone())),
                (Method::POST, splits.clone(), Some(json!({}))),
                (Method::DELETE, format!("{to_merge}/{second}"), None),
                (Method::DELETE, format!("{splits}/{second}"), None),
            ] {
                let answer = newsroom.as_other(method, &format!("{TICKETS}/{place}"), token, body).await;
                problem(answer, 403, name).await;
            }
        }
        assert_eq!(newsroom.ticket(&second).await["duplicate_of"], Value::Null);
    }
}
