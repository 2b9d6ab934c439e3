//! A second factor that must be: who has none sets it up first and reaches nothing else before; and who is only advised to.

use fehlermelder::domain::admin_event::AdminAction;
use fehlermelder::domain::editor::{Editor, Role, Scope};
use fehlermelder::domain::second_factor::{FactorDuty, code_at};
use fehlermelder::services::{admin_history, manage_tokens, second_factor};
use reqwest::StatusCode;
use serde_json::json;

use crate::accounts::{
    Browser, PASSWORD, begun_secret, location, secret_of, set_password, with_factor,
};
use crate::pages::words;
use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::program::Program;
use crate::support::server::{Answer, TestServer, ask};

/// Where it is set up.
const SET_UP: &str = "/profile/security/factor";

fn required_of(newsroom: TestNewsroom, duty: FactorDuty) -> TestNewsroom {
    let mut newsroom = newsroom;
    newsroom.services.rules.second_factor = duty;
    newsroom
}

fn is_led_to_it(answer: &Answer) -> bool {
    let to = location(answer);
    answer.status == StatusCode::SEE_OTHER && to.split('?').next() == Some(SET_UP)
}

/// Sets it up as an app does; the page with the recovery codes.
async fn sets_up(
    newsroom: &TestNewsroom,
    desk: &mut Browser<'_>,
    editor: &Editor,
    next: &str,
) -> Answer {
    let page = desk.get(newsroom, SET_UP).await;
    assert_eq!(page.status, StatusCode::OK, "{}", location(&page));
    let secret = begun_secret(newsroom, editor, desk).await;
    let code = code_at(secret, newsroom.services.now());
    let fields = [("code", code.as_str()), ("next", next)];
    let codes = desk.post(newsroom, SET_UP, &fields).await;
    assert_eq!(codes.status, StatusCode::OK, "{}", words(&codes));
    codes
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
        let code = code_at(begun_secret(&newsroom, &chief, &desk).await, newsroom.services.now());
        assert_eq!(desk.post(&newsroom, SET_UP, &[("code", code.as_str())]).await.status, StatusCode::OK);
        assert!(desk.is_in(&newsroom).await);

        // Others are not asked; and who loses the phone sets it up anew.
        let mut theirs = Browser::of(&newsroom, &server, &newsroom.editor).await;
        assert!(theirs.is_in(&newsroom).await);
        let other = newsroom.add_editor("Second", Role::Admin).await;
        second_factor::remove(&newsroom.services, other.id, &chief).await.unwrap();
        assert!(is_led_to_it(&desk.get(&newsroom, "/").await));
    }

    async fn what_another_session_was_shown_is_no_good(newsroom: TestNewsroom) {
        let newsroom = required_of(newsroom, FactorDuty::Admins);
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        let server = TestServer::of(&newsroom).await;
        let mut thief = Browser::of(&newsroom, &server, &chief).await;
        let mut desk = Browser::of(&newsroom, &server, &chief).await;
        assert_eq!(thief.get(&newsroom, SET_UP).await.status, StatusCode::OK);
        let seen = begun_secret(&newsroom, &chief, &thief).await;
        sets_up(&newsroom, &mut desk, &chief, "").await;
        assert_ne!(secret_of(&newsroom, &chief).await, seen);
    }

    async fn it_is_moved_to_a_new_phone_and_nothing_else_is_reached_between(newsroom: TestNewsroom) {
        let newsroom = required_of(newsroom, FactorDuty::Admins);
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        let server = TestServer::of(&newsroom).await;
        let mut desk = Browser::of(&newsroom, &server, &chief).await;
        sets_up(&newsroom, &mut desk, &chief, "").await;
        let old = secret_of(&newsroom, &chief).await;
        let page = desk.get(&newsroom, "/profile/security").await;
        assert!(words(&page).contains("Zweiten Faktor neu einrichten") && !words(&page).contains("Zweiten Faktor entfernen"), "{}", words(&page));
        let removed = desk.post(&newsroom, "/profile/security/factor/removal", &[]).await;
        assert_eq!(location(&removed), "/profile/security/factor?done=factor-removed");
        assert!(is_led_to_it(&desk.get(&newsroom, "/").await));
        sets_up(&newsroom, &mut desk, &chief, "").await;
        assert!(desk.is_in(&newsroom).await);
        assert_ne!(secret_of(&newsroom, &chief).await, old, "the old phone's is good no more");

        // Whoever administers has it set up anew for others, and their own on their own page.
        let other = newsroom.add_editor("Second", Role::Admin).await;
        with_factor(&newsroom, &other).await;
        let theirs = desk.get(&newsroom, &format!("/settings/people/{}", other.id)).await;
        assert!(words(&theirs).contains("Zweiten Faktor neu einrichten lassen"), "{}", words(&theirs));
        let own = desk.get(&newsroom, &format!("/settings/people/{}", chief.id)).await;
        assert!(own.body.contains("<a class=\"button\" href=\"/profile/security\">Zweiten Faktor neu einrichten</a>"), "{}", words(&own));
    }

    async fn the_command_line_resets_it_where_phone_and_codes_are_lost(newsroom: TestNewsroom) {
        let newsroom = required_of(newsroom, FactorDuty::Admins);
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        set_password(&newsroom, &chief).await;
        with_factor(&newsroom, &chief).await;
        let server = TestServer::of(&newsroom).await;
        let mut desk = Browser::of(&newsroom, &server, &chief).await;
        assert!(desk.is_in(&newsroom).await);
        let program = Program::on(newsroom.database());
        let email = chief.email.to_uppercase();
        let reset = ["editor", "reset-factor", "--email", email.as_str(), "--json"];
        assert_eq!(program.json(&reset, ""), [json!({ "email": chief.email, "removed": true })]);
        assert!(location(&desk.get(&newsroom, "/").await).starts_with("/sign-in"), "their sessions are over");
        let (noted, _) = admin_history::page(&newsroom.services, &chief, None).await.unwrap();
        assert!(noted.iter().any(|event| event.action == AdminAction::SecondFactorRemoved && event.editor.is_none()), "{noted:?}");

        let mut again = Browser::new(&server);
        again.post(&newsroom, "/sign-in", &[("email", chief.email.as_str()), ("password", PASSWORD)]).await;
        assert!(is_led_to_it(&again.get(&newsroom, "/").await));
        sets_up(&newsroom, &mut again, &chief, "").await;
        assert!(again.is_in(&newsroom).await);

        let plain = ["editor", "reset-factor", "--email", newsroom.editor.email.as_str()];
        let none = program.run(&plain, "");
        assert!(none.status.success() && String::from_utf8_lossy(&none.stdout).contains("had no second factor"));
        let nobody = program.run(&["editor", "reset-factor", "--email", "nobody@magazin.example"], "");
        assert_eq!(nobody.status.code(), Some(1));
    }

    async fn once_it_is_set_up_a_session_by_the_password_alone_is_over(newsroom: TestNewsroom) {
        let newsroom = required_of(newsroom, FactorDuty::Admins);
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        set_password(&newsroom, &chief).await;
        let server = TestServer::of(&newsroom).await;
        let sign_in = [("email", chief.email.as_str()), ("password", PASSWORD)];
        let mut thief = Browser::new(&server);
        thief.post(&newsroom, "/sign-in", &sign_in).await;
        let mut others = Browser::of(&newsroom, &server, &newsroom.editor).await;
        let mut desk = Browser::new(&server);
        desk.post(&newsroom, "/sign-in", &sign_in).await;
        sets_up(&newsroom, &mut desk, &chief, "").await;
        assert!(desk.is_in(&newsroom).await, "who set it up goes on");
        let led = thief.get(&newsroom, "/settings/people").await;
        assert!(location(&led).starts_with("/sign-in"), "{} {}", led.status, location(&led));
        thief.post(&newsroom, "/sign-in", &sign_in).await;
        assert!(!thief.is_in(&newsroom).await, "the password alone opens nothing any more");
        assert!(others.is_in(&newsroom).await, "nobody else is concerned");
    }

    async fn who_sets_it_up_goes_on_to_what_they_came_for(newsroom: TestNewsroom) {
        let newsroom = required_of(newsroom, FactorDuty::Everyone);
        let editor = newsroom.editor.clone();
        let ticket = newsroom.standart_is_reported().await;
        let server = TestServer::of(&newsroom).await;
        let mut desk = Browser::of(&newsroom, &server, &editor).await;
        let led = desk.get(&newsroom, &format!("/tickets/{ticket}?reports=x")).await;
        let to = format!("{SET_UP}?next=%2Ftickets%2F{ticket}%3Freports%3Dx");
        assert_eq!(location(&led), to);
        let plain = |answer: &Answer| answer.body.replace("&#x2f;", "/");
        let next = format!("/tickets/{ticket}?reports=x");
        let page = desk.get(&newsroom, &to).await;
        assert!(plain(&page).contains(&format!("name=\"next\" value=\"{next}\"")), "{}", page.body);
        let wrong = desk.post(&newsroom, SET_UP, &[("code", "000000"), ("next", next.as_str())]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(plain(&wrong).contains(&format!("name=\"next\" value=\"{next}\"")), "a wrong code forgets nothing");
        let codes = sets_up(&newsroom, &mut desk, &editor, &next).await;
        assert!(plain(&codes).contains(&format!("class=\"button primary\" href=\"{next}\"")), "{}", codes.body);

        // Never to another server.
        second_factor::remove(&newsroom.services, editor.id, &editor).await.unwrap();
        let codes = sets_up(&newsroom, &mut desk, &editor, "//boese.example/").await;
        assert!(!codes.body.contains("boese.example"), "{}", codes.body);
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
