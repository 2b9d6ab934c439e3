//! Every page that people see, in both languages: it renders, says what it should, and shows the words of strangers as
//! words. Snapshots hold what is said; how it looks is for the browser's tests.

use std::fmt::Write as _;

use fehlermelder::domain::clock::{DAY, HOUR, MINUTE};
use fehlermelder::domain::editor::Role;
use fehlermelder::domain::kind::Kind;
use fehlermelder::domain::site::{Lang, SiteSettings};
use fehlermelder::domain::ticket::{Closure, Resolution, Step, TicketState};
use fehlermelder::services::manage_sites;
use fehlermelder::storage::editors;
use reqwest::StatusCode;

use crate::support::database::{TestDatabase, both_databases};
use crate::support::letter::without_ids;
use crate::support::newsroom::{MONDAY_MORNING, ORIGIN, TestNewsroom};
use crate::support::server::{Answer, TestServer, ask, signed_in};

/// What a page says: its text, a line a block, without what is another in each run.
pub(crate) fn words(page: &Answer) -> String {
    let body = page.body.split_once("<body").expect("a body").1;
    let mut text = String::new();
    let mut rest = body.split_once('>').expect("the body's tag").1;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = tag.split_once('>').expect("the tag's end");
        let name = tag
            .trim_start_matches('/')
            .split([' ', '\n'])
            .next()
            .unwrap_or_default();
        text.push_str(match name {
            "span" | "strong" | "a" | "del" | "ins" | "mark" | "time" | "em" | "b" | "bdi"
            | "code" | "br" | "abbr" => "",
            _ => "\n",
        });
        rest = after;
    }
    let text = text
        .replace("&#x2f;", "/")
        .replace("&amp;", "&")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'");
    let lines = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    without_ids(
        &lines
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join("\n"),
    )
}

/// A whole page in that language, with nothing of the templates' own left in it.
pub(crate) fn is_page(page: &Answer, lang: Lang) {
    assert_eq!(
        page.header("Content-Type"),
        Some("text/html; charset=utf-8"),
        "{page:?}"
    );
    assert!(
        page.body.contains(&format!("<html lang=\"{lang}\"")),
        "{}",
        page.body
    );
    assert!(page.body.trim_end().ends_with("</html>"), "{}", page.body);
    assert!(
        !page.body.contains("{{") && !page.body.contains("{%"),
        "{}",
        page.body
    );
    for header in [
        "Content-Security-Policy",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Strict-Transport-Security",
        "Permissions-Policy",
        "Cross-Origin-Opener-Policy",
        "X-Request-Id",
    ] {
        assert!(page.header(header).is_some(), "no {header} on {page:?}");
    }
    assert_eq!(page.header("Cache-Control"), Some("no-store"));
    assert_eq!(page.header("Server"), None);
}

fn settings() -> SiteSettings {
    SiteSettings {
        privacy_url: Some(format!("{ORIGIN}/datenschutz")),
        comments_url: Some(format!("{ORIGIN}/kommentare")),
        legal_url: Some(format!("{ORIGIN}/impressum")),
        subscription_url: Some(format!("{ORIGIN}/abo")),
        ..SiteSettings::default()
    }
}

/// Changes the language that everybody of the newsroom reads.
pub(crate) async fn speaks(newsroom: &TestNewsroom, lang: Lang) {
    let transaction = newsroom.services.store.begin().await.unwrap();
    editors::set_lang(&transaction, newsroom.editor.id, lang)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
}

fn double_of(original: fehlermelder::domain::ids::TicketId) -> Step {
    Step::Close(Closure {
        duplicate_of: Some(original),
        ..Closure::of(Resolution::Duplicate)
    })
}

both_databases! {
    async fn readers_pages_say_what_they_should_in_both_languages(database: TestDatabase) {
        let newsroom = TestNewsroom::with_settings(database, settings()).await;
        let server = TestServer::of(&newsroom).await;
        let receipt = newsroom.reader().marks("Standart").suggests("Standard").comments("Nur ein Tippfehler.").proves_it_by("https://normen.example/7").leaves("anna@post.example").sends().await;
        let letters = newsroom.new_letters().await;
        let confirmation = letters.iter().find_map(|l| l.token_after("/bestaetigen/")).unwrap();
        let status = format!("/r/{}", receipt.status_token);
        let form = format!("/melden?site={}&url={ORIGIN}/a&title=Ein%20Artikel&quote=Standart", newsroom.site.key);
        for lang in [Lang::De, Lang::En] {
            let see = |path: &str| ask(server.get(path).header("Accept-Language", lang.as_str()));
            for (name, path, expected) in [
                ("status", status.clone(), 200), ("status_withdraw", format!("{status}?action=withdraw"), 200), ("status_delete_address", format!("{status}?action=delete_address"), 200),
                ("confirm_address", format!("/bestaetigen/{confirmation}"), 200), ("confirm_address_expired", "/bestaetigen/unsinn".into(), 200), ("melden", form.clone(), 200),
                ("not_found", "/gibt/es/nicht".into(), 404), ("status_unknown", "/r/unsinn".into(), 404), ("melden_unknown_site", "/melden?site=unsinn".into(), 404),
            ] {
                let page = see(&path).await;
                assert_eq!(page.status.as_u16(), expected, "{path}: {page:?}");
                is_page(&page, lang);
                if !path.starts_with("/gibt") && expected == 200 {
                    assert_eq!(page.header("Referrer-Policy"), Some("no-referrer"), "{path} is secret");
                }
                insta::assert_snapshot!(format!("reader_{name}_{lang}"), words(&page));
            }
        }
    }

    async fn the_status_page_follows_the_ticket_through_every_state(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let original = newsroom.reader().marks("Hersteller").sends().await.ticket;
        let receipt = newsroom.reader().marks("Standart").suggests("Standard").leaves("anna@post.example").sends_and_confirms().await;
        let mut seen = String::new();
        let mut steps = vec![Step::Open, Step::Wait, Step::Snooze { until: MONDAY_MORNING + DAY }];
        for &resolution in Resolution::ALL {
            let mut closure = Closure::of(resolution);
            closure.reason = (resolution == Resolution::NotAnError).then_some(fehlermelder::domain::ticket::Reason::VerbatimQuotation);
            closure.public_note = (resolution == Resolution::Corrected).then(|| "Berichtigt.".to_owned());
            steps.push(if resolution == Resolution::Duplicate { double_of(original) } else { Step::Close(closure) });
            steps.push(Step::Open);
        }
        for step in steps {
            let ticket = newsroom.steps(&newsroom.editor, receipt.ticket, vec![step]).await.unwrap();
            for lang in [Lang::De, Lang::En] {
                let page = ask(server.get(&format!("/r/{}", receipt.status_token)).header("Accept-Language", lang.as_str())).await;
                assert_eq!(page.status, StatusCode::OK, "{page:?}");
                is_page(&page, lang);
                if ticket.state == TicketState::Closed {
                    writeln!(seen, "---- {} {lang}\n{}", ticket.resolution.unwrap(), words(&page)).unwrap();
                }
            }
        }
        insta::assert_snapshot!("reader_status_closed", seen);
    }

    async fn a_reader_acts_by_post_only_and_by_two_clicks(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let receipt = newsroom.reader().marks("Standart").comments("Von mir.").leaves("anna@post.example").sends().await;
        let confirmation = newsroom.new_letters().await.iter().find_map(|l| l.token_after("/bestaetigen/")).unwrap();
        let status = format!("/r/{}", receipt.status_token);
        // What mail scanners and prefetching do.
        for path in [format!("{status}?action=withdraw"), format!("{status}?action=delete_address"), format!("{status}?action=withdraw&confirmed=yes"), format!("/bestaetigen/{confirmation}")] {
            for method in ["GET", "HEAD"] {
                assert!(ask(server.request(method, &path)).await.status.is_success(), "{method} {path}");
            }
        }
        assert_eq!((newsroom.count("contacts").await, newsroom.count("contacts WHERE confirmed_at IS NOT NULL").await, newsroom.count("reports WHERE withdrawn_at IS NOT NULL").await), (1, 0, 0));

        assert_eq!(ask(server.post(&format!("/bestaetigen/{confirmation}"))).await.status, StatusCode::OK);
        assert_eq!(newsroom.count("contacts WHERE confirmed_at IS NOT NULL").await, 1);
        assert_eq!(ask(server.post_form(&status, &[("action", "withdraw")])).await.status, StatusCode::OK, "asks once more");
        assert_eq!(newsroom.count("reports WHERE withdrawn_at IS NOT NULL").await, 0);
        for (action, left) in [("delete_address", 0), ("withdraw", 1)] {
            let done = ask(server.post_form(&status, &[("action", action), ("confirmed", "yes")])).await;
            assert_eq!((done.status, done.header("Location")), (StatusCode::SEE_OTHER, Some(format!("{status}?done={action}").as_str())));
            let page = ask(server.get(done.header("Location").unwrap())).await;
            is_page(&page, Lang::De);
            assert_eq!((newsroom.count("contacts").await, newsroom.count("reports WHERE withdrawn_at IS NOT NULL").await), (0, left));
        }
        assert_eq!(ask(server.post_form(&status, &[("action", "unsinn"), ("confirmed", "yes")])).await.status, StatusCode::BAD_REQUEST);
    }

    async fn the_form_without_script_does_the_same_and_keeps_what_was_typed(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let page = ask(server.get(&format!("/melden?site={}&url={ORIGIN}/a", newsroom.site.key))).await;
        let key = page.body.split_once("name=\"key\" value=\"").unwrap().1.split_once('"').unwrap().0;
        let address = format!("{ORIGIN}/a");
        let fields = |kind: &'static str, comment: &'static str| vec![("site", newsroom.site.key.as_str()), ("key", key), ("url", address.as_str()), ("title", "Ein Artikel"), ("quote", "Standart"), ("kind", kind), ("suggestion", "Standard"), ("comment", comment), ("email", "anna@post.example"), ("consent", "yes"), ("website", "")];
        let refused = ask(server.post_form("/melden", &fields("unsinn", "Nicht verlieren!")).header("Accept-Language", "en")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        is_page(&refused, Lang::En);
        assert!(refused.body.contains("Nicht verlieren!") && refused.body.contains("anna@post.example"), "{}", refused.body);
        insta::assert_snapshot!("reader_melden_refused_en", words(&refused));

        for _ in 0..3 {
            let thanks = ask(server.post_form("/melden", &fields("spelling", "Ein Tippfehler."))).await;
            assert_eq!(thanks.status, StatusCode::OK, "{thanks:?}");
            is_page(&thanks, Lang::De);
            insta::assert_snapshot!("reader_thanks_de", words(&thanks));
        }
        assert_eq!(newsroom.count("reports").await, 1, "the browser's reload is the same report");
        assert_eq!(newsroom.count("contacts").await, 1);
    }

    async fn the_desk_says_what_it_should_in_both_languages(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let id = newsroom.standart_is_reported().await;
        newsroom.reader().marks("Standart").suggests("Standart 2").comments("Oder so.").leaves("anna@post.example").sends_and_confirms().await;
        let whole = newsroom.reader().opens("b", "Ein Artikel").of_kind("fact").about("headline").comments("Das ist Verleumdung.").sends().await.ticket;
        newsroom.steps(&newsroom.editor, id, vec![Step::Assign(Some(newsroom.editor.id)), Step::Note("Ich frage nach.".into()), Step::Wait]).await.unwrap();
        newsroom.closes(whole, Resolution::Forwarded).await;
        for lang in [Lang::De, Lang::En] {
            speaks(&newsroom, lang).await;
            let see = |path: &str| ask(server.get(path).header("Cookie", cookie.clone()));
            newsroom.indexes().await;
            for (name, path) in [("inbox", "/"), ("inbox_search", "/?q=standart&state=waiting"), ("inbox_empty", "/?q=gibtsnicht"), ("ticket", "/tickets/FM-1001"), ("passage", "/tickets/FM-1001/passage"), ("ticket_closed", "/tickets/FM-1002")] {
                let page = see(path).await;
                assert_eq!(page.status, StatusCode::OK, "{path}: {page:?}");
                is_page(&page, lang);
                insta::assert_snapshot!(format!("desk_{name}_{lang}"), words(&page));
            }
            let sign_in = ask(server.get("/sign-in?next=/tickets/FM-1001").header("Accept-Language", lang.as_str())).await;
            is_page(&sign_in, lang);
            insta::assert_snapshot!(format!("desk_sign_in_{lang}"), words(&sign_in));

            // What an editor typed is not lost, whatever was wrong with it.
            for (decision, fields, status) in [
                ("closure", vec![("version", "999"), ("resolution", "corrected"), ("note", "Mühsam getippt.")], 409), ("closure", vec![("resolution", "duplicate"), ("duplicate_of", "FM-9999"), ("note", "Mühsam getippt.")], 422),
                ("closure", vec![("resolution", "not_an_error"), ("note", "Mühsam getippt.")], 422), ("snooze", vec![("until", "date"), ("date", "2020-01-01"), ("note", "Mühsam getippt.")], 422), ("notes", vec![("note", " ")], 422),
                ("reopening", vec![("note", "Mühsam getippt.")], 409),
            ] {
                let version = newsroom.ticket(id).await.version.to_string();
                let mut form = vec![("csrf", csrf.as_str())];
                if decision == "reopening" {
                    newsroom.steps(&newsroom.editor, id, vec![Step::Open]).await.ok();
                }
                if fields[0].0 != "version" {
                    form.push(("version", &version));
                }
                form.extend(fields);
                let page = ask(server.post_form(&format!("/tickets/{id}/{decision}"), &form).header("Cookie", &cookie)).await;
                assert_eq!(page.status.as_u16(), status, "{decision} {form:?}: {}", words(&page));
                is_page(&page, lang);
                if decision == "closure" {
                    assert!(form.iter().all(|(name, _)| *name != "note") || page.body.contains("Mühsam getippt."), "{decision} lost the note");
                }
            }
            newsroom.steps(&newsroom.editor, id, vec![Step::Wait]).await.ok();
        }
    }

    async fn the_kind_is_refined_and_a_ticket_passed_on_by_small_forms(newsroom: TestNewsroom) {
        let hardware = manage_sites::add_desk(&newsroom.services, newsroom.site.id, "Hardware", vec![]).await.unwrap();
        let culture = manage_sites::add_desk(&newsroom.services, newsroom.site.id, "Kultur", vec![]).await.unwrap();
        let elsewhere = newsroom.add_site("Anderes", "https://anderes.example").await;
        let foreign = manage_sites::add_desk(&newsroom.services, elsewhere.id, "Fremdes", vec![]).await.unwrap();
        let server = TestServer::of(&newsroom).await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let id = newsroom.standart_is_reported().await;
        let sends = |action: &'static str, version: &'static str, field: &'static str, value: String| {
            let form = [("csrf", csrf.as_str()), ("version", version), (field, value.as_str())];
            ask(server.post_form(&format!("/tickets/{id}/{action}"), &form).header("Cookie", &cookie))
        };
        let page = ask(server.get("/tickets/FM-1001").header("Cookie", &cookie)).await;
        assert!(page.body.contains(&hardware.id.to_string()) && !page.body.contains(&foreign.id.to_string()), "{}", page.body);

        assert_eq!(sends("refinement", "1", "kind", "grammar".into()).await.status, StatusCode::SEE_OTHER);
        assert_eq!(sends("routing", "2", "desk", culture.id.to_string()).await.status, StatusCode::SEE_OTHER);
        let ticket = newsroom.ticket(id).await;
        assert_eq!((ticket.kind, ticket.desk, ticket.state), (Kind::Grammar, Some(culture.id), TicketState::Open));
        // Somebody else was faster: told, nothing overwritten, the choice kept.
        let stale = sends("routing", "2", "desk", hardware.id.to_string()).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        is_page(&stale, Lang::De);
        assert!(stale.body.contains("Nichts wurde überschrieben") && stale.body.contains(&format!("value=\"{}\" selected", hardware.id)), "{}", stale.body);
        for (action, field, value) in [("refinement", "kind", "unsinn".to_owned()), ("refinement", "kind", String::new()), ("routing", "desk", "unsinn".into()), ("routing", "desk", foreign.id.to_string())] {
            let refused = sends(action, "3", field, value.clone()).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{action} {value}: {refused:?}");
            assert!(refused.body.contains(&format!("id=\"{field}-error\"")), "{}", words(&refused));
        }
        // A removed desk takes no more tickets; histories still know it.
        manage_sites::remove_desk(&newsroom.services, culture.id).await.unwrap();
        assert_eq!(sends("routing", "3", "desk", String::new()).await.status, StatusCode::SEE_OTHER);
        assert_eq!(newsroom.ticket(id).await.desk, None);
        assert_eq!(sends("routing", "4", "desk", culture.id.to_string()).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = ask(server.get("/tickets/FM-1001").header("Cookie", &cookie)).await;
        let said = words(&page);
        assert!(said.contains("Art geändert: Grammatik") && said.contains("Ressort geändert: Kultur"), "{said}");
    }

    async fn times_are_those_of_the_site(newsroom: TestNewsroom) {
        let zone = |zone: &'static str| {
            let change = manage_sites::SiteChange { time_zone: Some(zone.into()), ..manage_sites::SiteChange::default() };
            manage_sites::change(&newsroom.services, &newsroom.site.key, change, |_| ())
        };
        let server = TestServer::of(&newsroom).await;
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let receipt = newsroom.reader().marks("Standart").suggests("Standard").sends().await;
        for (name, shown) in [("Europe/Berlin", "23. November 2026, 10:25 Uhr"), ("America/New_York", "23. November 2026, 4:25 Uhr")] {
            zone(name).await.unwrap();
            for path in ["/".to_owned(), "/tickets/FM-1001".into(), format!("/r/{}", receipt.status_token)] {
                let page = ask(server.get(&path).header("Cookie", &cookie)).await;
                assert!(page.body.contains(shown), "{path} in {name}: {}", page.body);
            }
        }
        // Eight in the morning is the site's morning: 13:00 in UTC.
        let form = [("csrf", csrf.as_str()), ("version", "1"), ("until", "tomorrow")];
        assert_eq!(ask(server.post_form("/tickets/FM-1001/snooze", &form).header("Cookie", &cookie)).await.status, StatusCode::SEE_OTHER);
        let until = newsroom.ticket(receipt.ticket).await.snoozed_until.unwrap();
        assert_eq!(until, MONDAY_MORNING + DAY + 3 * HOUR + 35 * MINUTE);
    }

    async fn whoever_speaks_of_legal_claims_in_the_form_is_told(database: TestDatabase) {
        let newsroom = TestNewsroom::with_settings(database, settings()).await;
        let server = TestServer::of(&newsroom).await;
        let told = "keine förmliche Zustellung";
        let page = ask(server.get(&format!("/melden?site={}&url={ORIGIN}/a", newsroom.site.key))).await;
        assert!(page.body.contains(told), "without script it stands there from the start: {}", page.body);
        let address = format!("{ORIGIN}/a");
        for (comment, expected) in [("Ich verlange eine Gegendarstellung.", true), ("Da fehlt ein Komma.", false)] {
            let form = [("site", newsroom.site.key.as_str()), ("key", comment), ("url", &address), ("kind", "fact"), ("comment", comment)];
            let thanks = ask(server.post_form("/melden", &form)).await;
            assert_eq!(thanks.status, StatusCode::OK);
            assert_eq!(thanks.body.contains(told), expected, "{comment}: {}", thanks.body);
        }
    }

    async fn the_desk_opens_to_nobody_who_is_not_signed_in_and_forms_need_their_token(newsroom: TestNewsroom) {
        let viewer = newsroom.add_editor("Vera", Role::Viewer).await;
        let server = TestServer::of(&newsroom).await;
        let id = newsroom.standart_is_reported().await;
        for path in ["/", "/?state=new", "/tickets/FM-1001"] {
            let answer = ask(server.get(path)).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
            assert!(answer.header("Location").unwrap().starts_with("/sign-in?next="), "{answer:?}");
        }
        let (cookie, csrf) = signed_in(&newsroom, &newsroom.editor).await;
        let (viewers_cookie, viewers_csrf) = signed_in(&newsroom, &viewer).await;
        let close = |csrf: &str, cookie: Option<&str>| {
            let request = server.post_form(&format!("/tickets/{id}/closure"), &[("csrf", csrf), ("version", "1"), ("resolution", "corrected")]);
            ask(match cookie { Some(cookie) => request.header("Cookie", cookie), None => request })
        };
        assert_eq!(close(&csrf, None).await.status, StatusCode::SEE_OTHER);
        for forged in ["", "x", &viewers_csrf] {
            assert_eq!(close(forged, Some(&cookie)).await.status, StatusCode::FORBIDDEN);
        }
        assert_eq!(close(&viewers_csrf, Some(&viewers_cookie)).await.status, StatusCode::FORBIDDEN);
        assert_eq!(newsroom.ticket(id).await.version, 1);
        let closed = close(&csrf, Some(&cookie)).await;
        assert_eq!(closed.status, StatusCode::SEE_OTHER);
        assert!(closed.header("Location").unwrap().starts_with("/tickets/FM-1001?act="), "{closed:?}");
        assert_eq!(newsroom.ticket(id).await.state, TicketState::Closed);
        let out = ask(server.post_form("/sign-out", &[("csrf", &csrf)]).header("Cookie", &cookie)).await;
        assert!(out.header("Set-Cookie").is_some_and(|c| c.contains("Max-Age=0") || c.contains("1970")), "{out:?}");
        assert_eq!(ask(server.get("/").header("Cookie", &cookie)).await.status, StatusCode::SEE_OTHER, "the session is gone on the server");
    }

    async fn strangers_words_are_words_on_every_page(newsroom: TestNewsroom) {
        let server = TestServer::of(&newsroom).await;
        let (cookie, _) = signed_in(&newsroom, &newsroom.editor).await;
        for attack in ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "</textarea><svg onload=alert(1)>", "{{ 7 * 7 }}", "javascript:alert(1)"] {
            let receipt = newsroom.reader().opens(&format!("a?x={}", attack.replace(['"', '<', '>', ' '], "")), attack).of_sections(&[attack]).marks_between(attack, &format!("Feler {attack}"), attack).suggests(&format!("Fehler {attack}")).comments(attack).sends().await;
            let ticket = format!("/tickets/{}", receipt.ticket);
            let query: String = url::form_urlencoded::byte_serialize(attack.as_bytes()).collect();
            let form = format!("/melden?site={}&url={query}&title={query}&quote={query}", newsroom.site.key);
            for path in ["/".to_owned(), format!("/?q={query}&state={query}&cursor={query}"), ticket, format!("/r/{}", receipt.status_token), form, format!("/sign-in?next={query}"), format!("/{query}")] {
                let page = ask(server.get(&path).header("Cookie", &cookie)).await;
                assert!(!page.status.is_server_error(), "{path}: {page:?}");
                for live in ["<script>alert", "<img src=x", "<svg onload", "' onmouseover='", "href=\"javascript:", "href='javascript:"] {
                    assert!(!page.body.contains(live), "{live} lives on {path}\n{}", page.body);
                }
                assert!(!words(&page).contains("49"), "a template ran on {path}");
            }
        }
    }
}
