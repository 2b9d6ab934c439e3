//! A ticket is passed on to an address of the site's book: what goes out is shown before, can be taken back, and tells nothing of its reader.

use fehlermelder::domain::admin_event::AdminAction;
use fehlermelder::domain::editor::Role;
use fehlermelder::domain::ids::TicketId;
use fehlermelder::domain::site_address::{AddressPurpose, SiteAddress};
use fehlermelder::domain::ticket::{Resolution, TicketState};
use fehlermelder::services::manage_addresses::{self, AddressChange, Saved};
use fehlermelder::services::{admin_history, follow_report, undo_act};
use poem::http::StatusCode;

use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{TestServer, ask, signed_in};

/// Puts the legal department into the book.
async fn legal(newsroom: &TestNewsroom) -> SiteAddress {
    let change = AddressChange {
        name: "Rechtsabteilung".into(),
        email: "recht@verlag.example".into(),
        purpose: AddressPurpose::Legal,
    };
    let (services, who) = (&newsroom.services, newsroom.editor.id);
    let saved = manage_addresses::save(services, who, &newsroom.site, None, change).await;
    assert_eq!(saved.unwrap(), Saved::Yes);
    let book = manage_addresses::of_site(services, &newsroom.site).await;
    book.unwrap().pop().unwrap()
}

async fn ticket(newsroom: &TestNewsroom) -> (TicketId, String) {
    let first = newsroom
        .reader()
        .marks("Betrug")
        .of_kind("fact")
        .comments("Das ist Verleumdung.\nIch bestehe auf Richtigstellung.")
        .proves_it_by("https://urteil.example/az")
        .leaves("anna@post.example")
        .sends()
        .await;
    newsroom.sql("UPDATE contacts SET confirmed_at = 1").await;
    newsroom.sql("DELETE FROM notifications").await;
    (first.ticket, first.status_token)
}

both_databases! {
    async fn the_mail_is_shown_goes_to_the_address_and_tells_nothing_of_the_reader(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let address = legal(&newsroom).await;
        let (id, _) = ticket(&newsroom).await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let path = format!("/tickets/{id}/forwarding");
        let page = ask(server.get(&path).header("Cookie", &cookie)).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("Rechtsabteilung") && page.body.contains("Das ist Verleumdung."), "{}", page.body);
        let chosen = address.id.to_string();
        let submit = |address: &str, message: &str, preview: &str| {
            let fields = [("csrf", csrf.as_str()), ("version", "1"), ("address", address), ("message", message), ("preview", preview)];
            ask(server.post_form(&path, &fields).header("Cookie", &cookie))
        };
        let preview = submit(&chosen, "Bitte übernehmen Sie.", "yes").await;
        assert_eq!(preview.status, StatusCode::OK);
        let shown = preview.body.split("letter-preview").nth(1).unwrap().split("</div>").next().unwrap();
        assert!(shown.contains("Bitte übernehmen Sie.") && shown.contains("Weitergeleitet von Magazin"), "{shown}");
        assert!(preview.body.contains("checked"), "what was chosen stays chosen");
        let nobody = submit("", "Bitte.", "").await;
        assert!(nobody.status == StatusCode::UNPROCESSABLE_ENTITY && nobody.body.contains("Bitte eine Adresse auswählen."), "{}", nobody.body);
        let stranger = submit(&id.to_string(), "Bitte.", "").await;
        assert_eq!(stranger.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(newsroom.ticket(id).await.state, TicketState::New);

        let sent = submit(&chosen, "Bitte übernehmen Sie.", "").await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        let page = ask(server.get(sent.header("Location").unwrap()).header("Cookie", &cookie)).await;
        assert!(page.body.contains("an Rechtsabteilung") && page.body.contains("/undoing"), "{}", page.body);
        assert_eq!(newsroom.ticket(id).await.resolution, Some(Resolution::Forwarded));
        let letters = newsroom.new_letters().await;
        let out = letters.iter().find(|l| l.to.contains("recht@verlag.example")).unwrap();
        let source = format!("{}{}{}", String::from_utf8_lossy(&out.raw), out.text, out.html);
        assert!(!source.contains("anna@post") && !source.contains("/r/") && !source.contains("/tickets/"), "{source}");
        insta::assert_snapshot!("ticket_forwarded_de", out.to_be_seen());
        assert!(letters.iter().any(|l| l.to.contains("anna@") && l.text.contains("weitergeleitet")), "and its reader hears of it");
    }

    async fn it_is_taken_back_with_its_mail_and_what_was_withdrawn_is_not_in_it(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let address = legal(&newsroom).await;
        let (id, token) = ticket(&newsroom).await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let chosen = address.id.to_string();
        let send = |version: &'static str| {
            let fields = [("csrf", csrf.as_str()), ("version", version), ("address", chosen.as_str())];
            ask(server.post_form(&format!("/tickets/{id}/forwarding"), &fields).header("Cookie", &cookie))
        };
        assert_eq!(send("1").await.status, StatusCode::SEE_OTHER);
        let act = newsroom.history(id).await.pop().unwrap().act.unwrap();
        undo_act::undo(&newsroom.services, &newsroom.editor, act).await.unwrap();
        assert_eq!(newsroom.ticket(id).await.state, TicketState::New);
        assert!(newsroom.new_letters().await.is_empty());
        let old = send("1").await;
        assert!(old.status == StatusCode::CONFLICT && old.body.contains("hat sich geändert"), "{}", old.status);
        assert_eq!(send("3").await.status, StatusCode::SEE_OTHER);
        follow_report::withdraw(&newsroom.services, &token).await.unwrap();
        let letters = newsroom.new_letters().await;
        assert_eq!(letters.len(), 1, "{letters:#?}");
        assert!(letters[0].text.contains("[Betrug]") && !letters[0].text.contains("Verleumdung") && !letters[0].text.contains("urteil.example"), "{}", letters[0].text);
    }

    async fn whoever_administers_the_site_keeps_the_book_and_every_change_is_in_the_history(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let admin = newsroom.add_editor("Ada", Role::Admin).await;
        let (cookie, csrf) = signed_in(&newsroom, &admin).await;
        let path = format!("/settings/sites/{}/addresses", newsroom.site.key);
        let page = ask(server.get(&path).header("Cookie", &cookie)).await;
        assert!(page.status == StatusCode::OK && page.body.contains("Noch steht niemand darin."), "{}", page.body);
        let act = |act: &str, id: &str, name: &str, email: &str| {
            let fields = [("csrf", csrf.as_str()), ("act", act), ("id", id), ("name", name), ("email", email), ("purpose", "agency")];
            ask(server.post_form(&path, &fields).header("Cookie", &cookie))
        };
        let wrong = act("save", "", "dpa", "dpa").await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("gültige E-Mail-Adresse") && wrong.body.contains("value=\"dpa\""), "{}", wrong.body);
        assert_eq!(act("save", "", "dpa", "Korrektur@dpa.example").await.status, StatusCode::SEE_OTHER);
        let taken = act("save", "", "DPA", "andere@dpa.example").await;
        assert!(taken.status == StatusCode::UNPROCESSABLE_ENTITY && taken.body.contains("gibt es im Adressbuch schon"), "{}", taken.body);
        let services = &newsroom.services;
        let book = manage_addresses::of_site(services, &newsroom.site).await.unwrap();
        assert_eq!((book.len(), book[0].email.as_str(), book[0].purpose), (1, "korrektur@dpa.example", AddressPurpose::Agency));
        let id = book[0].id.to_string();
        assert_eq!(act("save", &id, "dpa Faktencheck", "korrektur@dpa.example").await.status, StatusCode::SEE_OTHER);
        assert_eq!(act("remove", &id, "", "").await.status, StatusCode::SEE_OTHER);
        assert!(manage_addresses::of_site(services, &newsroom.site).await.unwrap().is_empty());
        let (history, _) = admin_history::page(services, &admin, None).await.unwrap();
        let actions: Vec<AdminAction> = history.iter().take(3).map(|e| e.action).collect();
        assert_eq!(actions, [AdminAction::AddressRemoved, AdminAction::AddressChanged, AdminAction::AddressAdded]);
        let page = ask(server.get("/settings/history").header("Cookie", &cookie)).await;
        assert!(page.body.contains("Adresse im Adressbuch geändert: dpa Faktencheck"), "{}", page.body);
        assert!(page.body.contains("<ins>Agentur</ins>") && !page.body.contains("<ins>agency</ins>"), "what it is for, in words: {}", page.body);
        // Another site's address is none of this one's.
        let elsewhere = newsroom.add_site("Anderes Blatt", "https://anderes.example").await;
        let change = AddressChange { name: "dort".into(), email: "dort@x.example".into(), purpose: AddressPurpose::Other };
        manage_addresses::save(services, admin.id, &elsewhere, None, change).await.unwrap();
        let foreign = manage_addresses::of_site(services, &elsewhere).await.unwrap().pop().unwrap();
        assert_eq!(act("remove", &foreign.id.to_string(), "", "").await.status, StatusCode::SEE_OTHER);
        assert_eq!(manage_addresses::of_site(services, &elsewhere).await.unwrap().len(), 1);
    }
}
