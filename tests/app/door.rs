//! The door: slowed down for who guesses, open for who forgot, and back to where one came from.

use fehlermelder::domain::clock::{HOUR, MINUTE, SECOND};
use fehlermelder::services::{manage_editors, own_account, second_factor, sign_in};
use futures_util::future::join_all;
use reqwest::StatusCode;

use crate::accounts::{Browser, PASSWORD, link_of_new_mail, location, set_password, with_factor};
use crate::pages::words;
use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{TestServer, ask, signed_in};

both_databases! {
    async fn wrong_codes_are_slowed_down(newsroom: TestNewsroom) {
        let editor = newsroom.editor.clone();
        set_password(&newsroom, &editor).await;
        with_factor(&newsroom, &editor).await;
        let signed_in = sign_in::sign_in(&newsroom.services, &editor.email, PASSWORD.into(), b"here", String::new()).await.unwrap();
        assert!(signed_in.awaits_factor);
        let mut last = None;
        for _ in 0..6 {
            last = second_factor::let_in(&newsroom.services, &signed_in.token, "000000").await.err();
        }
        assert!(matches!(last, Some(sign_in::SignInError::Wait(_))), "{last:?}");
        // Whoever takes too long begins again.
        newsroom.clock.advance(11 * MINUTE);
        assert!(second_factor::waiting(&newsroom.services, &signed_in.token).await.unwrap().is_none());
    }

    async fn codes_tried_at_once_are_slowed_down_as_well(newsroom: TestNewsroom) {
        let editor = newsroom.editor.clone();
        set_password(&newsroom, &editor).await;
        with_factor(&newsroom, &editor).await;
        let services = &newsroom.services;
        let signed_in = sign_in::sign_in(services, &editor.email, PASSWORD.into(), b"here", String::new()).await.unwrap();
        let codes: Vec<String> = (0..40).map(|n| format!("{n:06}")).collect();
        let tries = codes.iter().map(|code| second_factor::let_in(services, &signed_in.token, code));
        let looked_at = join_all(tries).await.into_iter().filter(|tried| matches!(tried, Err(sign_in::SignInError::Wrong))).count();
        assert!(looked_at <= 6, "{looked_at} of 40 codes were looked at");
    }

    async fn a_stranger_elsewhere_delays_an_editor_but_does_not_lock_them_out(newsroom: TestNewsroom) {
        let editor = newsroom.editor.clone();
        set_password(&newsroom, &editor).await;
        let services = &newsroom.services;
        for _ in 0..30 {
            let _ = sign_in::sign_in(services, &editor.email, "falsch, falsch, falsch".into(), b"stranger", String::new()).await;
            newsroom.clock.advance(20 * MINUTE);
        }
        let _ = sign_in::sign_in(services, &editor.email, "falsch, falsch, falsch".into(), b"stranger", String::new()).await;
        let own = sign_in::sign_in(services, &editor.email, PASSWORD.into(), b"home", String::new()).await;
        assert!(matches!(own, Err(sign_in::SignInError::Wait(seconds)) if seconds <= 30), "{own:?}");
        // Whoever is inside stays so: their password is asked for under a count of its own.
        let (cookie, _) = signed_in(&newsroom, &editor).await;
        own_account::confirm(services, &editor, cookie.split_once('=').unwrap().1, PASSWORD.into()).await.unwrap();
        newsroom.clock.advance(31 * SECOND);
        assert!(sign_in::sign_in(services, &editor.email, PASSWORD.into(), b"home", String::new()).await.is_ok());
    }

    async fn who_gets_in_at_once_leaves_nothing_to_count(newsroom: TestNewsroom) {
        let editor = newsroom.editor.clone();
        set_password(&newsroom, &editor).await;
        sign_in::sign_in(&newsroom.services, &editor.email, PASSWORD.into(), b"home", String::new()).await.unwrap();
        assert_eq!(newsroom.count("failed_sign_ins").await, 0);
        let _ = sign_in::sign_in(&newsroom.services, &editor.email, "falsch, falsch, falsch".into(), b"home", String::new()).await;
        sign_in::sign_in(&newsroom.services, &editor.email, PASSWORD.into(), b"home", String::new()).await.unwrap();
        assert_eq!(newsroom.count("failed_sign_ins").await, 1, "what was tried from that network still counts");
    }

    async fn a_new_password_ends_the_links_and_the_waits_of_the_old(newsroom: TestNewsroom) {
        let editor = newsroom.editor.clone();
        set_password(&newsroom, &editor).await;
        let server = TestServer::of(&newsroom).await;
        let mut browser = Browser::new(&server);
        browser.post(&newsroom, "/password", &[("email", &editor.email)]).await;
        let path = link_of_new_mail(&newsroom, "/password/").await;
        for _ in 0..10 {
            let _ = sign_in::sign_in(&newsroom.services, &editor.email, "falsch, falsch, falsch".into(), b"home", String::new()).await;
        }
        let new = "vier grosse Elche im Schnee";
        manage_editors::reset_password(&newsroom.services, &editor.email, Some(new.into())).await.unwrap();
        assert!(words(&browser.get(&newsroom, &path).await).contains("gilt nicht mehr"));
        newsroom.clock.advance(20 * MINUTE);
        assert!(sign_in::sign_in(&newsroom.services, &editor.email, new.into(), b"home", String::new()).await.is_ok());
    }

    async fn who_is_sent_to_the_door_with_a_form_comes_back_to_its_page(newsroom: TestNewsroom) {
        let ticket = newsroom.standart_is_reported().await;
        let server = TestServer::of(&newsroom).await;
        let page = format!("https://melder.example/tickets/{ticket}?reports=7");
        for (referer, back) in [(Some(page.as_str()), format!("/sign-in?next=%2Ftickets%2F{ticket}%3Freports%3D7")), (None, "/sign-in?next=%2F".to_owned())] {
            let mut request = server.post_form(&format!("/tickets/{ticket}/closure"), &[("csrf", "x")]).header("Sec-Fetch-Site", "same-origin");
            if let Some(referer) = referer {
                request = request.header("Referer", referer);
            }
            let answer = ask(request).await;
            assert_eq!((answer.status, location(&answer)), (StatusCode::SEE_OTHER, back.as_str()));
        }
    }

    async fn a_forgotten_password_is_replaced_by_a_link_and_nobody_learns_which_addresses_there_are(newsroom: TestNewsroom) {
        let editor = newsroom.editor.clone();
        set_password(&newsroom, &editor).await;
        let server = TestServer::of(&newsroom).await;
        let mut signed = Browser::of(&newsroom, &server, &editor).await;
        let mut browser = Browser::new(&server);
        let known = browser.post(&newsroom, "/password", &[("email", &editor.email)]).await;
        let unknown = browser.post(&newsroom, "/password", &[("email", "niemand@magazin.example")]).await;
        assert_eq!((known.status, words(&known)), (unknown.status, words(&unknown)));
        let path = link_of_new_mail(&newsroom, "/password/").await;
        // Asked again at once: no second mail.
        browser.post(&newsroom, "/password", &[("email", &editor.email)]).await;
        assert!(newsroom.new_letters().await.is_empty());

        let new = "vier grosse Elche im Schnee";
        let set = browser.post(&newsroom, &path, &[("password", new)]).await;
        assert_eq!(location(&set), "/sign-in?done=password", "{}", words(&set));
        assert!(!signed.is_in(&newsroom).await, "all sessions ended");
        let told = newsroom.new_letters().await;
        assert!(told.last().unwrap().text.contains("geändert"), "the owner is told");
        let again = browser.post(&newsroom, &path, &[("password", new)]).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "once");
        let services = &newsroom.services;
        assert!(sign_in::sign_in(services, &editor.email, PASSWORD.into(), b"a", String::new()).await.is_err());
        assert!(sign_in::sign_in(services, &editor.email, new.into(), b"a", String::new()).await.is_ok());

        // After an hour the link opens nothing, and no mail brings it.
        newsroom.clock.advance(6 * MINUTE);
        browser.post(&newsroom, "/password", &[("email", &editor.email)]).await;
        let path = link_of_new_mail(&newsroom, "/password/").await;
        newsroom.clock.advance(HOUR);
        assert!(words(&browser.get(&newsroom, &path).await).contains("gilt nicht mehr"));
    }
}
