//! What leaves by mail: to whom, on which occasion, in which words and headers.

use fehlermelder::domain::clock::{HOUR, MINUTE};
use fehlermelder::domain::editor::{Editor, Role};
use fehlermelder::domain::ids::EditorId;
use fehlermelder::domain::site::{Lang, SiteSettings};
use fehlermelder::domain::ticket::{Closure, MAIL_WAITS, Reason, Resolution, Step};
use fehlermelder::services::file_report::Submission;
use fehlermelder::storage::editors;
use reqwest::StatusCode;
use serde_json::json;
use uuid::Uuid;

use crate::support::database::{TestDatabase, both_databases};
use crate::support::letter::Letter;
use crate::support::newsroom::{ORIGIN, TestNewsroom};
use crate::support::reader::Reader;
use crate::support::server::{TestServer, ask};

async fn speaks(newsroom: &TestNewsroom, lang: Lang) {
    let transaction = newsroom.services.store.begin().await.unwrap();
    editors::set_lang(&transaction, newsroom.editor.id, lang)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
}

/// The one mail that came since.
async fn one_letter(newsroom: &TestNewsroom) -> Letter {
    let mut letters = newsroom.new_letters().await;
    assert_eq!(letters.len(), 1, "{letters:#?}");
    letters.remove(0)
}

/// Whether a mail is in the thread that begins with that Message-ID.
fn answers(letter: &Letter, first: &str) {
    let named = (letter.header("In-Reply-To"), letter.header("References"));
    let first = Some(first.to_owned());
    assert_eq!(named, (first.clone(), first), "{}", letter.subject);
}

both_databases! {
    async fn an_alert_says_what_is_wrong_and_where(newsroom: TestNewsroom) {
        for lang in [Lang::De, Lang::En] {
            speaks(&newsroom, lang).await;
            newsroom.reader().marks("Standart").suggests(&format!("Standard ({lang})")).comments("Nur ein Tippfehler.\nSonst: schöner Artikel!").sends().await;
            insta::assert_snapshot!(format!("alert_{lang}"), one_letter(&newsroom).await.to_be_seen());
            newsroom.sql("DELETE FROM notifications").await;
            newsroom.closes(newsroom.reader().marks("Standart").suggests(&format!("Standard ({lang})")).sends().await.ticket, Resolution::Spam).await;
        }
    }

    async fn an_alert_about_the_whole_article_and_the_law_says_so(database: TestDatabase) {
        let settings = SiteSettings { legal_contact: Some("recht@magazin.example".into()), ..SiteSettings::default() };
        let newsroom = TestNewsroom::with_settings(database, settings).await;
        newsroom.reader().of_kind("fact").about("headline").comments("Das ist Verleumdung.").sends().await;
        let letters = newsroom.new_letters().await;
        assert_eq!(letters.len(), 2);
        let legal = letters.iter().find(|l| l.to.contains("recht@")).unwrap();
        insta::assert_snapshot!("legal_alert_de", legal.to_be_seen());
    }

    async fn the_mail_that_asks_to_confirm_holds_no_word_of_whoever_sent_it(newsroom: TestNewsroom) {
        newsroom.sql("UPDATE editors SET active = CAST(0 AS boolean)").await;
        for lang in [Lang::De, Lang::En] {
            newsroom.reader().opens("kaufen", "KAUFEN SIE JETZT").marks("Gewinn abholen").suggests("Jetzt abholen").comments("http://spam.example").speaks(lang)
                .leaves(&format!("{lang}@post.example")).sends().await;
            let letter = one_letter(&newsroom).await;
            insta::assert_snapshot!(format!("confirmation_{lang}"), letter.to_be_seen());
            for word in ["KAUFEN", "abholen", "spam"] {
                assert!(!String::from_utf8_lossy(&letter.raw).contains(word) && !letter.text.contains(word) && !letter.html.contains(word));
            }
        }
    }

    async fn one_network_makes_us_ask_three_addresses_an_hour_and_the_rest_are_asked_later(newsroom: TestNewsroom) {
        newsroom.sql("UPDATE editors SET active = CAST(0 AS boolean)").await;
        let server = TestServer::with_rate_limit(&newsroom, 1_000).await;
        for n in 0..7 {
            let (url, email) = (format!("{ORIGIN}/artikel-{n}"), format!("fremd{n}@post.example"));
            // By the control and by the form without script.
            let answer = if n % 2 == 0 {
                let report = json!({ "site": newsroom.site.key, "article": { "url": url }, "kind": "fact", "comment": "Stimmt nicht.", "contact": { "email": email, "consent": true } });
                ask(server.post("/api/v1/reports").header("Content-Type", "application/json").header("Origin", ORIGIN).body(report.to_string())).await
            } else {
                let form = [("site", newsroom.site.key.as_str()), ("key", &url), ("url", &url), ("kind", "fact"), ("comment", "Stimmt nicht."), ("email", &email), ("consent", "yes")];
                ask(server.post_form("/melden", &form)).await
            };
            assert!([StatusCode::CREATED, StatusCode::OK].contains(&answer.status), "{answer:?}");
        }
        assert_eq!((newsroom.count("reports").await, newsroom.count("contacts").await), (7, 7), "the reports are taken all the same");
        let mut asked = Vec::new();
        for _ in 0..4 {
            asked.push(newsroom.new_letters().await.len());
            newsroom.clock.advance(HOUR);
        }
        assert_eq!(asked, [3, 3, 1, 0]);
    }

    async fn whoever_is_asked_later_has_as_long_to_answer(newsroom: TestNewsroom) {
        newsroom.sql("UPDATE editors SET active = CAST(0 AS boolean)").await;
        let reader = newsroom.reader().marks("Standart").leaves("anna@post.example");
        let later = Submission { confirm_after: Some(newsroom.services.now() + 5 * HOUR), ..reader.submission() };
        newsroom.files(later).await.unwrap();
        // The same address again, before it was asked: still one mail.
        newsroom.clock.advance(HOUR);
        let reader = newsroom.reader().marks("Majonäse").leaves("anna@post.example");
        newsroom.files(Submission { confirm_after: Some(newsroom.services.now() + 4 * HOUR), ..reader.submission() }).await.unwrap();
        assert!(newsroom.new_letters().await.is_empty());
        newsroom.clock.advance(4 * HOUR);
        let token = one_letter(&newsroom).await.token_after("/bestaetigen/").unwrap();
        newsroom.clock.advance(47 * HOUR);
        fehlermelder::services::confirm_address::confirm(&newsroom.services, &token).await.unwrap();
        assert_eq!(newsroom.count("contacts WHERE confirmed_at IS NOT NULL").await, 2);
        assert!(newsroom.new_letters().await.is_empty());
    }

    async fn who_confirmed_an_address_hears_what_became_of_the_report(newsroom: TestNewsroom) {
        newsroom.sql("UPDATE editors SET active = CAST(0 AS boolean)").await;
        for lang in [Lang::De, Lang::En] {
            let mark = |exact: &str| -> Reader<'_> { newsroom.reader().marks(&format!("{exact} ({lang})")).speaks(lang).leaves(&format!("{lang}@post.example")) };
            let corrected = mark("Standart").suggests("Standard").sends_and_confirms().await;
            newsroom.closes_as(corrected.ticket, Closure { public_note: Some("Wir haben den Namen berichtigt.".into()), ..Closure::of(Resolution::Corrected) }).await;
            insta::assert_snapshot!(format!("closing_corrected_{lang}"), one_letter(&newsroom).await.to_be_seen());
            let style = mark("Majonäse").sends().await;
            newsroom.closes_as(style.ticket, Closure { reason: Some(Reason::HouseStyle), ..Closure::of(Resolution::NotAnError) }).await;
            insta::assert_snapshot!(format!("closing_house_style_{lang}"), one_letter(&newsroom).await.to_be_seen());
        }
    }

    async fn nobody_hears_of_a_closing_who_did_not_confirm(newsroom: TestNewsroom) {
        let receipt = newsroom.reader().marks("Standart").leaves("anna@post.example").sends().await;
        newsroom.reader().marks("Standart").leaves("bert@post.example").sends().await;
        let asked = newsroom.new_letters().await;
        newsroom.closes(receipt.ticket, Resolution::Corrected).await;
        for _ in 0..10 {
            assert!(newsroom.new_letters().await.is_empty());
            newsroom.clock.advance(3 * HOUR);
        }
        // Anna confirms late: what waited goes at once, and only to her.
        let token = asked.iter().find(|l| l.to.contains("anna@")).unwrap().token_after("/bestaetigen/").unwrap();
        fehlermelder::services::confirm_address::confirm(&newsroom.services, &token).await.unwrap();
        let letter = one_letter(&newsroom).await;
        assert_eq!(letter.to, "anna@post.example");
        assert!(letter.subject.contains("Korrigiert"), "{}", letter.subject);
    }

    async fn a_ticket_closed_twice_before_a_mail_left_is_one_mail(newsroom: TestNewsroom) {
        newsroom.sql("UPDATE editors SET active = CAST(0 AS boolean)").await;
        let receipt = newsroom.reader().marks("Standart").leaves("anna@post.example").sends_and_confirms().await;
        newsroom.closes(receipt.ticket, Resolution::Forwarded).await;
        newsroom.reopens(receipt.ticket).await;
        newsroom.closes(receipt.ticket, Resolution::Corrected).await;
        let letter = one_letter(&newsroom).await;
        assert!(letter.subject.contains("Korrigiert"), "{}", letter.subject);
        // Told, then reopened and decided otherwise: that is news.
        newsroom.reopens(receipt.ticket).await;
        assert!(newsroom.new_letters().await.is_empty());
        newsroom.closes(receipt.ticket, Resolution::Obsolete).await;
        one_letter(&newsroom).await;
    }

    async fn an_alert_whose_ticket_was_closed_meanwhile_is_dropped(newsroom: TestNewsroom) {
        let ticket = newsroom.standart_is_reported().await;
        newsroom.closes(ticket, Resolution::AlreadyCorrected).await;
        assert!(newsroom.new_letters().await.is_empty());
        assert_eq!(newsroom.outbox().await, [("ticket_opened".to_owned(), "pending".to_owned(), 0)], "the closing may be taken back");
        newsroom.clock.advance(MAIL_WAITS);
        assert!(newsroom.new_letters().await.is_empty());
        assert_eq!(newsroom.outbox().await, [("ticket_opened".to_owned(), "dropped".to_owned(), 0)]);
    }

    async fn ten_alerts_an_hour_then_one_bundle(newsroom: TestNewsroom) {
        let mistake = |n: i32| newsroom.reader().opens(&format!("artikel-{n}"), &format!("Artikel {n}")).marks(&format!("Feler {n:04}")).suggests(&format!("Fehler {n:04}"));
        let mut tickets = Vec::new();
        for n in 0..15 {
            tickets.push(mistake(n).sends().await.ticket);
            newsroom.clock.advance(MINUTE);
            newsroom.delivers().await;
        }
        assert_eq!(newsroom.letters().len(), 10);
        newsroom.closes(tickets[11], Resolution::Corrected).await;
        // The hour since the first is not over.
        newsroom.clock.advance(46 * MINUTE - 1);
        assert!(newsroom.new_letters().await.is_empty());
        newsroom.clock.advance(1);
        let bundle = one_letter(&newsroom).await;
        insta::assert_snapshot!("bundle_de", bundle.to_be_seen());
        for (n, ticket) in tickets.iter().enumerate() {
            assert_eq!(bundle.text.contains(&ticket.to_string()), n >= 10 && n != 11, "{ticket}");
        }
        // A new hour, and the bundle counts as one of its ten.
        newsroom.clock.advance(HOUR);
        for n in 20..29 {
            mistake(n).sends().await;
        }
        assert_eq!(newsroom.new_letters().await.len(), 9);
        assert_eq!(newsroom.count("notifications WHERE state = 'pending'").await, 0);
    }

    async fn a_bundle_is_told_in_its_readers_language_and_names_how_many_more(newsroom: TestNewsroom) {
        speaks(&newsroom, Lang::En).await;
        for n in 0..45 {
            newsroom.reader().marks(&format!("Feler {n:04}")).sends().await;
        }
        assert_eq!(newsroom.new_letters().await.len(), 10);
        newsroom.clock.advance(HOUR);
        let bundle = one_letter(&newsroom).await;
        assert!(bundle.subject.contains("35") && bundle.text.contains("5 more"), "{}\n{}", bundle.subject, bundle.text);
    }

    async fn every_mail_is_marked_and_for_one_recipient(newsroom: TestNewsroom) {
        newsroom.add_editor("Carla", Role::Admin).await;
        let receipt = newsroom.reader().marks("Standart").suggests("Standard").leaves("anna@post.example").sends_and_confirms().await;
        newsroom.closes(receipt.ticket, Resolution::Corrected).await;
        newsroom.delivers().await;
        let letters = newsroom.letters();
        assert_eq!(letters.len(), 4, "two alerts, one question, one answer");
        let mut ids: Vec<_> = letters.iter().map(|l| l.message_id.clone()).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 4);
        for letter in &letters {
            assert_eq!(letter.header("Auto-Submitted").as_deref(), Some("auto-generated"));
            assert_eq!(letter.from, "Fehlermelder <melder@magazin.example>");
            assert!(letter.message_id.ends_with("@melder.example"), "{}", letter.message_id);
            assert!(letter.to.matches('@').count() == 1 && !letter.header_names().iter().any(|n| n == "Cc" || n == "Bcc"));
            assert!(!letter.text.trim().is_empty() && letter.html.contains("<html lang=\"de\">"));
            let alert = letter.to.contains("magazin.example");
            assert_eq!((letter.header("In-Reply-To"), letter.header("References")), (None, None), "the first about it answers nothing: {}", letter.subject);
            assert_eq!(letter.header("List-Id").is_some(), alert);
            if alert {
                assert!(letter.header("List-Id").unwrap().contains(&format!("tickets.{}.melder.example", newsroom.site.key)), "{:?}", letter.header("List-Id"));
                assert!(letter.subject.starts_with("[FM-1001] "), "{}", letter.subject);
            }
        }
    }

    async fn what_follows_on_a_ticket_answers_the_first_mail_its_recipient_got_about_it(newsroom: TestNewsroom) {
        let paul = newsroom.add_editor("Paul", Role::Editor).await;
        let receipt = newsroom.reader().marks("Standart").suggests("Standard").leaves("anna@post.example").sends_and_confirms().await;
        let another = newsroom.reader().opens("anderswo", "Anderswo").marks("Feler").sends().await.ticket;
        newsroom.delivers().await;
        let alerts = newsroom.letters();
        let alert_to = |who: &str| alerts.iter().find(|l| l.to.contains(who) && l.subject.contains("FM-1001")).unwrap().message_id.clone();
        assert_ne!(alert_to("maria@"), alert_to("paul@"));

        newsroom.steps(&newsroom.editor, receipt.ticket, vec![Step::Note("@Paul, bitte ansehen.".into())]).await.unwrap();
        let mention = one_letter(&newsroom).await;
        assert!(mention.to.contains("paul@"), "{}", mention.to);
        answers(&mention, &alert_to("paul@"));
        newsroom.steps(&newsroom.editor, another, vec![Step::Note("@Paul, hier auch.".into())]).await.unwrap();
        let elsewhere = one_letter(&newsroom).await;
        let its_alert = alerts.iter().find(|l| l.to.contains("paul@") && l.subject.contains("FM-1002")).unwrap();
        answers(&elsewhere, &its_alert.message_id);
        newsroom.steps(&paul, receipt.ticket, vec![Step::Note("@Maria, stimmt.".into())]).await.unwrap();
        let to_maria: Vec<Letter> = newsroom.new_letters().await.into_iter().filter(|l| l.to.contains("maria@")).collect();
        assert_eq!(to_maria.len(), 1, "{to_maria:#?}");
        answers(&to_maria[0], &alert_to("maria@"));

        // The reader was never sent the newsroom's alert, and the question whether the address is right is another matter.
        let to_anna = async || -> Letter {
            let mut letters = newsroom.new_letters().await;
            letters.retain(|l| l.to.contains("anna@"));
            assert_eq!(letters.len(), 1, "{letters:#?}");
            letters.remove(0)
        };
        newsroom.closes(receipt.ticket, Resolution::Forwarded).await;
        let first = to_anna().await;
        assert_eq!((first.header("In-Reply-To"), first.header("References")), (None, None));
        for resolution in [Resolution::Corrected, Resolution::Obsolete] {
            newsroom.reopens(receipt.ticket).await;
            newsroom.closes(receipt.ticket, resolution).await;
            answers(&to_anna().await, &first.message_id);
        }
    }

    async fn who_was_never_told_of_a_ticket_gets_a_mail_that_answers_none(newsroom: TestNewsroom) {
        let ticket = newsroom.standart_is_reported().await;
        newsroom.delivers().await;
        let paul = newsroom.add_editor("Paul", Role::Editor).await;
        newsroom.steps(&newsroom.editor, ticket, vec![Step::Note("@Paul, bitte ansehen.".into())]).await.unwrap();
        let mention = one_letter(&newsroom).await;
        assert!(mention.to.contains("paul@"), "{}", mention.to);
        assert_eq!((mention.header("In-Reply-To"), mention.header("References")), (None, None), "Maria's alert was never Paul's");
        // What was owed and never left is no mail to answer.
        newsroom.sql(&format!("UPDATE notifications SET state = 'failed', sent_at = NULL WHERE editor_id IS NOT NULL AND ticket_id = {}", ticket.0)).await;
        newsroom.clock.advance(HOUR);
        newsroom.steps(&newsroom.editor, ticket, vec![Step::Note("@Paul, noch etwas.".into())]).await.unwrap();
        let again: Vec<Letter> = newsroom.new_letters().await.into_iter().filter(|l| l.to == mention.to).collect();
        assert!(!again.is_empty(), "{} is told", paul.name);
        assert_eq!(again[0].header("References"), None);
    }

    async fn nothing_that_anybody_writes_can_leave_its_place_in_a_mail(newsroom: TestNewsroom) {
        let attacks = [
            "x\r\nBcc: opfer@post.example", "x\nBcc: opfer@post.example", "x\rBcc: opfer@post.example", "x\r\n\r\n<h1>anderer Text</h1>", "a\0b", "\u{202E}nredro\u{2066}", "x\u{85}Bcc: a@b.de", "x\u{2028}Bcc: a@b.de",
            "x\r\n.\r\nMAIL FROM:<a@b.de>\r\nRCPT TO:<opfer@post.example>\r\n", "\n.\n", "..", "\nFrom here", "=?utf-8?q?=0d=0aBcc:_opfer@post.example?=", "\"Name\" <opfer@post.example>, x", "<opfer@post.example>",
            "-- \r\n--boundary--\r\n", "{{ 7 * 7 }} {% include 'x' %}", "<script>alert(1)</script><img src=x onerror=alert(1)>", "🙂👩‍💻 Grüße e\u{301}", &"ä".repeat(480), &"wort ".repeat(95), &"x".repeat(480),
        ];
        let carla = newsroom.add_editor("Carla", Role::Admin).await;
        for (n, attack) in attacks.iter().enumerate() {
            newsroom.sql("DELETE FROM editors").await;
            let transaction = newsroom.services.store.begin().await.unwrap();
            let hostile = Editor { id: EditorId(Uuid::from_u128(n as u128 + 1)), name: (*attack).to_owned().replace('\0', ""), email: format!("e{n}@magazin.example"), ..carla.clone() };
            editors::add(&transaction, &hostile, None).await.unwrap();
            transaction.commit().await.unwrap();
            newsroom.clock.advance(HOUR);
            let receipt = newsroom.reader().opens(&format!("a{n}"), attack).marks_between(attack, &format!("Feler {attack}"), attack).suggests(&format!("Fehler {attack}")).comments(&attack.repeat(10))
                .leaves(&format!("anna{n}@post.example")).sends_and_confirms().await;
            let note = Some((*attack).to_owned().replace('\0', ""));
            let closure = Closure { public_note: note, ..Closure::of(Resolution::Corrected) };
            newsroom.steps(&hostile, receipt.ticket, vec![Step::Close(closure)]).await.unwrap();
            newsroom.delivers().await;
        }
        let letters = newsroom.letters();
        assert_eq!(letters.len(), 3 * attacks.len());
        for letter in &letters {
            is_well_formed(letter);
        }
    }
}

/// Only the headers that we write, one recipient, no line that SMTP forbids, no markup that we did not write.
fn is_well_formed(letter: &Letter) {
    let shown = String::from_utf8_lossy(&letter.raw);
    let mut names = letter.header_names();
    names.retain(|name| {
        !name.eq_ignore_ascii_case("List-Id") && name != "References" && name != "In-Reply-To"
    });
    names.sort();
    let expected = [
        "Auto-Submitted",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
        "X-Auto-Response-Suppress",
    ];
    assert_eq!(names, expected, "{names:?} in {shown}");
    assert_eq!(letter.recipients.len(), 1, "{}", letter.to);
    let to = &letter.recipients[0];
    assert!(
        to.ends_with("@magazin.example") || to.starts_with("anna"),
        "{to}"
    );
    for line in letter.raw.split(|byte| *byte == b'\n') {
        assert!(line.len() <= 998, "a line of {} bytes", line.len());
        assert!(
            !line[..line.len().saturating_sub(1)].contains(&b'\r'),
            "a bare CR in {shown}"
        );
        assert!(
            line.is_empty() || line.ends_with(b"\r"),
            "a bare LF in {shown}"
        );
    }
    assert!(!letter.raw.contains(&0), "a NUL in {shown}");
    let head = shown.split("\r\n\r\n").next().unwrap();
    assert!(head.is_ascii(), "{head}");
    let invisible = |c: char| {
        c.is_control() && c != '\n' && c != '\t'
            || ('\u{202A}'..='\u{202E}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
    };
    for text in [&letter.subject, &letter.to, &letter.text, &letter.html] {
        assert!(!text.contains(invisible), "{text:?}");
    }
    assert!(
        !letter.html.contains("<script")
            && !letter.html.contains("<img")
            && !letter.html.contains("<h1>anderer"),
        "{}",
        letter.html
    );
    assert!(
        !letter.text.contains("49 "),
        "a template was run: {}",
        letter.text
    );
}
