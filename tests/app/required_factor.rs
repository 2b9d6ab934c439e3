//! A second factor that must be: who has none sets it up first and reaches nothing else before; and who is only advised to.

use fehlermelder::domain::editor::{Role, Scope};
use fehlermelder::domain::second_factor::{FactorDuty, code_at};
use fehlermelder::services::{manage_tokens, second_factor};
use reqwest::StatusCode;

use crate::accounts::{Browser, PASSWORD, location, secret_of, set_password, with_factor};
use crate::pages::words;
use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{Answer, TestServer, ask};

/// Where it is set up.
const SET_UP: &str = "/profile/security/factor";

fn required_of(newsroom: TestNewsroom, duty: FactorDuty) -> TestNewsroom {
    let mut newsroom = newsroom;
    newsroom.services.rules.second_factor = duty;
    newsroom
}

fn is_led_to_it(answer: &Answer) -> bool {
    answer.status == StatusCode::SEE_OTHER && location(answer) == SET_UP
}

both_databases! {
    async fn where_nobody_must_have_one_admins_are_advised_and_nobody_is_kept_out(newsroom: TestNewsroom) {
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        let server = TestServer::of(&newsroom).await;
        let advice = "nur mit einem Passwort geschützt";
        let mut theirs = Browser::of(&newsroom, &server, &newsroom.editor).await;
        assert!(theirs.is_in(&newsroom).await);
        assert!(!words(&theirs.get(&newsroom, "/profile").await).contains(advice), "an editor is left alone");
        let mut desk = Browser::of(&newsroom, &server, &chief).await;
        assert!(desk.is_in(&newsroom).await);
        for path in ["/settings", "/profile"] {
            let page = desk.get(&newsroom, path).await;
            assert!(words(&page).contains(advice) && page.body.contains(&format!("href=\"{SET_UP}\"")), "{}", words(&page));
        }
        with_factor(&newsroom, &chief).await;
        for path in ["/settings", "/profile"] {
            assert!(!words(&desk.get(&newsroom, path).await).contains(advice), "{path}");
        }
        let removed = desk.post(&newsroom, "/profile/security/factor/removal", &[]).await;
        assert_eq!(location(&removed), "/profile/security?done=factor-removed");
    }

    async fn an_admin_who_must_have_one_reaches_nothing_else_before(newsroom: TestNewsroom) {
        let newsroom = required_of(newsroom, FactorDuty::Admins);
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        set_password(&newsroom, &chief).await;
        let ticket = newsroom.standart_is_reported().await;
        let (_, token) = manage_tokens::add(&newsroom.services, &chief.email, vec![Scope::TicketsRead]).await.unwrap().unwrap();
        let server = TestServer::of(&newsroom).await;
        let mut desk = Browser::new(&server);
        let signed_in = desk.post(&newsroom, "/sign-in", &[("email", chief.email.as_str()), ("password", PASSWORD), ("next", "/?state=open")]).await;
        assert_eq!(location(&signed_in), "/?state=open");
        let of_ticket = format!("/tickets/{ticket}");
        for path in ["/?state=open", "/events", "/components", "/views", "/statistics.csv", "/settings", "/settings/people", "/profile", "/profile/security", "/profile/tokens", of_ticket.as_str()] {
            let led = desk.get(&newsroom, path).await;
            assert!(is_led_to_it(&led), "{path}: {} {}", led.status, location(&led));
        }
        let notes = format!("{of_ticket}/notes");
        for (path, field) in [("/profile/tokens", ("read", "on")), (notes.as_str(), ("note", "Von wem?")), ("/profile/security/codes", ("x", ""))] {
            assert!(is_led_to_it(&desk.post(&newsroom, path, &[field]).await), "{path}");
        }
        assert_eq!(manage_tokens::of_editor(&newsroom.services, &chief).await.unwrap().len(), 1, "no second token was made");
        let api = ask(server.get("/api/v1/tickets").bearer_auth(&token)).await;
        assert_eq!(api.status, StatusCode::OK, "programs are not concerned");

        let page = desk.get(&newsroom, SET_UP).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(words(&page).contains("vorgeschrieben"), "{}", words(&page));
        let code = code_at(secret_of(&newsroom, &chief).await, newsroom.services.now());
        assert_eq!(desk.post(&newsroom, SET_UP, &[("code", code.as_str())]).await.status, StatusCode::OK);
        assert!(desk.is_in(&newsroom).await);

        // It stays, whoever asks for the page or not.
        let kept = desk.post(&newsroom, "/profile/security/factor/removal", &[]).await;
        assert_eq!(location(&kept), "/profile/security?done=factor-required");
        let page = desk.get(&newsroom, "/profile/security?done=factor-required").await;
        assert!(words(&page).contains("nicht entfernen") && !page.body.contains("factor/removal"), "{}", words(&page));
        assert!(desk.is_in(&newsroom).await);

        // Others are not asked; and who loses the phone sets it up anew.
        let mut theirs = Browser::of(&newsroom, &server, &newsroom.editor).await;
        assert!(theirs.is_in(&newsroom).await);
        let other = newsroom.add_editor("Second", Role::Admin).await;
        second_factor::remove(&newsroom.services, other.id, &chief).await.unwrap();
        assert!(is_led_to_it(&desk.get(&newsroom, "/").await));
    }

    async fn where_everybody_must_have_one_everybody_is_led_to_it_and_may_leave(newsroom: TestNewsroom) {
        let newsroom = required_of(newsroom, FactorDuty::Everyone);
        let viewer = newsroom.add_editor_of("Vera", Role::Viewer, &[&newsroom.site]).await;
        let server = TestServer::of(&newsroom).await;
        for person in [&newsroom.editor, &viewer] {
            let mut desk = Browser::of(&newsroom, &server, person).await;
            assert!(is_led_to_it(&desk.get(&newsroom, "/").await), "{}", person.name);
            assert_eq!(desk.get(&newsroom, "/confirm").await.status, StatusCode::OK);
            assert_eq!(location(&desk.post(&newsroom, "/sign-out", &[]).await), "/sign-in");
            with_factor(&newsroom, person).await;
            let mut again = Browser::of(&newsroom, &server, person).await;
            assert!(again.is_in(&newsroom).await, "{}", person.name);
        }
    }
}
