//! What a program decides that readers or others outside hear of: questions, forwarding, letters of its own.

use fehlermelder::domain::editor::{Role, Scope};
use fehlermelder::domain::site_address::AddressPurpose;
use fehlermelder::domain::ticket::MAIL_WAITS;
use fehlermelder::services::manage_addresses::{self, AddressChange};
use fehlermelder::services::manage_tokens;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use super::newsroom::{pointers, problem};
use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::TestServer;

/// A program of an editor's, with a server in this process: the clock is the test's, and mails are looked at.
struct Program {
    server: TestServer,
    bearer: String,
}

impl Program {
    async fn of(newsroom: &TestNewsroom) -> Self {
        let editor = newsroom.add_editor("Ella", Role::Editor).await;
        let scopes = vec![Scope::TicketsRead, Scope::TicketsWrite];
        let made = manage_tokens::add(&newsroom.services, &editor.email, scopes).await;
        let (_, token) = made.unwrap().unwrap();
        Self {
            server: TestServer::of(newsroom).await,
            bearer: format!("Bearer {token}"),
        }
    }

    async fn patches(&self, ticket: &str, change: Value) -> Response {
        let path = format!("/api/v1/tickets/{ticket}");
        let request = self.server.request("PATCH", &path);
        let request = request.header("Authorization", &self.bearer);
        let request = request.header("Content-Type", "application/json");
        request.body(change.to_string()).send().await.unwrap()
    }
}

/// A ticket whose reader can be reached; nobody has been written to yet.
async fn with_a_reader(newsroom: &TestNewsroom) -> String {
    let reader = newsroom.reader().marks("Betrug").of_kind("fact");
    let reader = reader.comments("Das ist Verleumdung.");
    let ticket = reader.leaves("anna@post.example").sends().await.ticket;
    newsroom.sql("UPDATE contacts SET confirmed_at = 1").await;
    newsroom.sql("DELETE FROM notifications").await;
    ticket.to_string()
}

both_databases! {
    async fn a_program_asks_the_reader(newsroom: TestNewsroom) {
        let program = Program::of(&newsroom).await;
        let ticket = with_a_reader(&newsroom).await;
        let questions = json!([{ "lang": "de", "text": "Auf welcher Seite steht das?" }, { "lang": "en", "text": "On which page?" }]);
        let asked = program.patches(&ticket, json!({ "state": "waiting", "questions": questions })).await;
        assert_eq!(asked.status(), StatusCode::OK);
        let shown: Value = asked.json().await.unwrap();
        assert_eq!(shown["state"], "waiting");
        let event = shown["events"].as_array().unwrap().last().unwrap();
        assert_eq!((&event["kind"], &event["questions"]), (&json!("asked"), &questions));
        newsroom.clock.advance(MAIL_WAITS);
        let letters = newsroom.new_letters().await;
        assert_eq!(letters.len(), 1, "{letters:#?}");
        assert!(letters[0].to.contains("anna@") && letters[0].text.contains("Auf welcher Seite steht das?"), "{}", letters[0].text);
        // It waits already.
        let again = program.patches(&ticket, json!({ "state": "waiting", "questions": questions })).await;
        assert_eq!(problem(again, 409, "forbidden-step").await["allowed"], json!(["open", "snoozed", "closed"]));
    }

    async fn a_program_forwards_to_the_address_book(newsroom: TestNewsroom) {
        let program = Program::of(&newsroom).await;
        let change = AddressChange { name: "Rechtsabteilung".into(), email: "recht@verlag.example".into(), purpose: AddressPurpose::Legal };
        manage_addresses::save(&newsroom.services, newsroom.editor.id, &newsroom.site, None, change).await.unwrap();
        let ticket = with_a_reader(&newsroom).await;
        let forward = |to: &str| json!({ "state": "closed", "resolution": "forwarded", "forward_to": to, "forward_message": "Bitte übernehmen Sie." });
        assert_eq!(pointers(program.patches(&ticket, forward("Abo")).await).await, ["/forward_to"]);
        let done = program.patches(&ticket, forward("rechtsabteilung")).await;
        assert_eq!(done.status(), StatusCode::OK);
        let shown: Value = done.json().await.unwrap();
        assert_eq!(shown["resolution"], "forwarded");
        let forwarded = shown["events"].as_array().unwrap().iter().find_map(|e| e["forwarded_to"].as_str());
        assert_eq!(forwarded, Some("Rechtsabteilung"));
        newsroom.clock.advance(MAIL_WAITS);
        let letters = newsroom.new_letters().await;
        let out = letters.iter().find(|l| l.to.contains("recht@verlag.example")).unwrap();
        assert!(out.text.contains("Bitte übernehmen Sie.") && !out.text.contains("anna@"), "{}", out.text);
    }

    async fn a_program_writes_the_letter_of_a_decision_itself(newsroom: TestNewsroom) {
        let program = Program::of(&newsroom).await;
        let ticket = with_a_reader(&newsroom).await;
        let letters = json!([{ "lang": "de", "text": "Danke! Das stand wirklich falsch da." }]);
        let done = program.patches(&ticket, json!({ "state": "closed", "resolution": "corrected", "letters": letters })).await;
        assert_eq!(done.status(), StatusCode::OK);
        newsroom.clock.advance(MAIL_WAITS);
        let sent = newsroom.new_letters().await;
        assert!(sent.len() == 1 && sent[0].text.contains("Das stand wirklich falsch da."), "{sent:#?}");
    }

    async fn what_is_out_of_place_is_named_and_nobody_is_written_to(newsroom: TestNewsroom) {
        let program = Program::of(&newsroom).await;
        let ticket = with_a_reader(&newsroom).await;
        let german = |text: &str| json!([{ "lang": "de", "text": text }]);
        for (change, expected) in [
            (json!({ "questions": german("Wo?") }), "/questions"),
            (json!({ "state": "open", "questions": german("Wo?") }), "/questions"),
            (json!({ "state": "waiting", "questions": [] }), "/questions"),
            (json!({ "state": "waiting", "questions": "Wo?" }), "/questions"),
            (json!({ "state": "waiting", "questions": german(" ") }), "/questions/0/text"),
            (json!({ "state": "waiting", "questions": german(&"x".repeat(2_001)) }), "/questions/0/text"),
            (json!({ "state": "waiting", "questions": [{ "lang": "fr", "text": "Où?" }] }), "/questions/0/lang"),
            (json!({ "state": "waiting", "questions": [{ "lang": "de", "text": "a" }, { "lang": "de", "text": "b" }] }), "/questions/1/lang"),
            (json!({ "state": "waiting", "questions": [{ "lang": "de", "text": "a", "to": "b" }] }), "/questions/0/to"),
            (json!({ "state": "closed", "resolution": "corrected", "forward_to": "Recht" }), "/forward_to"),
            (json!({ "state": "closed", "resolution": "forwarded", "forward_message": "Bitte." }), "/forward_message"),
            (json!({ "letters": german("Danke.") }), "/letters"),
            (json!({ "state": "closed", "resolution": "corrected", "letters": german("Danke, {name}.") }), "/letters/0/text"),
        ] {
            let refused = program.patches(&ticket, change.clone()).await;
            assert_eq!(pointers(refused).await, [expected], "{}", change.to_string().chars().take(90).collect::<String>());
        }
        newsroom.clock.advance(MAIL_WAITS);
        assert!(newsroom.new_letters().await.is_empty());
    }
}
