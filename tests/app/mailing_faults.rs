//! Mail under faults: at least once, seldom twice and then as the same mail; what cannot be sent is visible.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use fehlermelder::domain::clock::{Clock as _, DAY, FixedClock, HOUR, MINUTE};
use fehlermelder::domain::notification::retry_delay;
use fehlermelder::domain::site::SiteSettings;
use fehlermelder::mail::transport::Transport;
use fehlermelder::services::manage_sites::{self, SiteChange};
use fehlermelder::storage::notifications;
use futures_util::future::join;
use sea_orm::DbBackend;
use secrecy::SecretString;
use tokio::sync::oneshot;

use crate::support::database::{TestDatabase, both_databases};
use crate::support::newsroom::{TestNewsroom, delivers, delivery};
use crate::support::smtp::{Fault, ReceivedMail, SmtpServer, Stage};

/// Longer than any lease of these tests.
const LEASE_OVER: i64 = HOUR;

fn message_ids(mails: &[ReceivedMail]) -> Vec<String> {
    mails
        .iter()
        .map(|mail| mail.header("Message-ID").expect("a Message-ID"))
        .collect()
}

async fn only_row(newsroom: &TestNewsroom) -> (String, i64) {
    let rows = newsroom.outbox().await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    (rows[0].1.clone(), rows[0].2)
}

both_databases! {
    async fn an_alert_goes_through_the_relay_to_one_recipient(newsroom: TestNewsroom) {
        let server = SmtpServer::start_with_credentials("melder", "geheim").await;
        newsroom.standart_is_reported().await;
        delivers(&newsroom.delivery_by_smtp(&server.url())).await;
        let mails = server.mails();
        assert_eq!(mails.len(), 1);
        assert_eq!((mails[0].sender.as_str(), mails[0].recipients.as_slice()), ("melder@magazin.example", ["maria@magazin.example".to_owned()].as_slice()));
        assert_eq!(mails[0].user.as_deref(), Some("melder"));
        assert_eq!(only_row(&newsroom).await, ("sent".into(), 1));
    }

    async fn a_relay_that_says_later_is_asked_again_for_days_and_then_given_up_in_sight(newsroom: TestNewsroom) {
        let server = SmtpServer::start().await;
        server.plan((0..40).map(|_| Fault::Reply(Stage::Recipient, 450, "try again later")));
        let began = newsroom.clock.now();
        newsroom.standart_is_reported().await;
        let worker = newsroom.delivery_by_smtp(&server.url());
        let mut tries = 0;
        loop {
            assert_eq!(delivers(&worker).await, 1);
            tries += 1;
            let (state, attempts) = only_row(&newsroom).await;
            assert_eq!(attempts, tries);
            if state == "failed" {
                break;
            }
            assert_eq!(state, "pending");
            let wait = notifications::next_due(newsroom.services.store.reader()).await.unwrap().unwrap() - newsroom.clock.now();
            let planned = retry_delay(i32::try_from(tries).unwrap()).unwrap();
            assert!((planned * 4 / 5..=planned * 6 / 5).contains(&wait), "try {tries}: {wait} ms instead of about {planned}");
            newsroom.clock.advance(wait - 1);
            assert_eq!(delivers(&worker).await, 0, "not before its time");
            newsroom.clock.advance(1);
        }
        assert!(newsroom.clock.now() - began >= 4 * DAY, "given up after {} hours", (newsroom.clock.now() - began) / HOUR);
        assert_eq!(notifications::backlog(newsroom.services.store.reader()).await.unwrap(), (0, 1));
        assert_eq!(newsroom.count("notifications WHERE last_error LIKE '%450%'").await, 1);
        assert!(server.mails().is_empty());
    }

    async fn a_refusal_for_good_is_given_up_at_once_without_the_address_in_the_log(newsroom: TestNewsroom) {
        let server = SmtpServer::start().await;
        server.refuse("maria@magazin.example", 550, "<maria@magazin.example>: no such user");
        newsroom.add_editor("Carla", fehlermelder::domain::editor::Role::Admin).await;
        newsroom.standart_is_reported().await;
        delivers(&newsroom.delivery_by_smtp(&server.url())).await;
        assert_eq!(newsroom.count("notifications WHERE state = 'failed' AND last_error LIKE '%550%' AND last_error NOT LIKE '%maria@%'").await, 1);
        assert_eq!(server.mails().len(), 1, "Carla's went all the same");
    }

    async fn a_wrong_password_for_the_relay_loses_no_mail(newsroom: TestNewsroom) {
        let server = SmtpServer::start_with_credentials("melder", "geheim").await;
        newsroom.standart_is_reported().await;
        delivers(&newsroom.delivery_by_smtp(&server.url().replace("geheim", "falsch"))).await;
        assert_eq!(only_row(&newsroom).await, ("pending".into(), 1));
        newsroom.clock.advance(2 * MINUTE);
        delivers(&newsroom.delivery_by_smtp(&server.url())).await;
        assert_eq!((server.mails().len(), only_row(&newsroom).await), (1, ("sent".into(), 2)));
    }

    async fn whatever_goes_wrong_on_the_way_the_next_try_is_the_same_mail(newsroom: TestNewsroom) {
        for (n, (faults, taken)) in [
            (vec![Fault::Cut(Stage::Connect)], 1), (vec![Fault::Reply(Stage::Connect, 421, "busy")], 1), (vec![Fault::Cut(Stage::Hello)], 1), (vec![Fault::Cut(Stage::Sender)], 1), (vec![Fault::Reply(Stage::Data, 451, "later")], 1),
            (vec![Fault::Cut(Stage::Text)], 1), (vec![Fault::Reply(Stage::FinalDot, 452, "full")], 1),
            // Taken in, and then the answer was lost.
            (vec![Fault::Cut(Stage::FinalDot)], 2), (vec![Fault::Cut(Stage::Recipient), Fault::Cut(Stage::FinalDot), Fault::Cut(Stage::FinalDot)], 3),
        ].into_iter().enumerate() {
            let server = SmtpServer::start().await;
            server.plan(faults);
            newsroom.clock.advance(2 * HOUR);
            newsroom.reader().marks(&format!("Feler {n:04}")).sends().await;
            // A new relay each, so that no connection of a pool outlives its server.
            let worker = newsroom.delivery_by_smtp(&server.url());
            for _ in 0..5 {
                delivers(&worker).await;
                newsroom.clock.advance(20 * MINUTE);
            }
            assert_eq!(server.faults_left(), 0, "fault {n}");
            let ids = message_ids(&server.mails());
            assert_eq!((ids.len(), ids.iter().collect::<BTreeSet<_>>().len()), (taken, 1), "fault {n}: {ids:?}");
            assert_eq!(newsroom.count("notifications WHERE state <> 'sent'").await, 0, "fault {n}");
        }
    }

    async fn a_relay_that_falls_silent_holds_nobody_up_for_longer_than_the_limit(newsroom: TestNewsroom) {
        let server = SmtpServer::start().await;
        server.plan([Fault::Silence(Stage::Connect), Fault::Silence(Stage::Data), Fault::Silence(Stage::FinalDot)]);
        let limit = Duration::from_millis(300);
        let transport = Transport::smtp(&SecretString::from(server.url()), limit).unwrap();
        let worker = newsroom.delivery_through(transport);
        newsroom.standart_is_reported().await;
        let began = std::time::Instant::now();
        for _ in 0..3 {
            delivers(&worker).await;
            assert_eq!(only_row(&newsroom).await.0, "pending");
            newsroom.clock.advance(HOUR);
        }
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
        delivers(&worker).await;
        assert_eq!((only_row(&newsroom).await, message_ids(&server.mails()).into_iter().collect::<BTreeSet<_>>().len()), (("sent".into(), 4), 1));
    }

    async fn readers_and_editors_do_not_wait_for_a_relay_that_is_silent(newsroom: TestNewsroom) {
        let server = SmtpServer::start().await;
        server.plan((0..9).map(|_| Fault::Silence(Stage::Data)));
        newsroom.standart_is_reported().await;
        let worker = newsroom.delivery_by_smtp(&server.url());
        let mut round = Box::pin(worker.round());
        // Until it hangs in the middle of a mail.
        tokio::select! {
            _ = &mut round => panic!("the relay never answers"),
            () = server.wait_for_connections(1) => {}
        }
        let ticket = newsroom.reader().marks("künftig").leaves("anna@post.example").sends().await.ticket;
        newsroom.closes(ticket, fehlermelder::domain::ticket::Resolution::Corrected).await;
        assert_eq!(newsroom.count("notifications WHERE state = 'pending'").await, 4);
    }

    async fn an_outage_of_a_day_loses_nothing(newsroom: TestNewsroom) {
        let gone = SmtpServer::start().await.url();
        let mut worker = newsroom.delivery_by_smtp(&gone);
        worker.alerts_per_hour = 1_000;
        for hour in 0..24 {
            newsroom.reader().marks(&format!("Feler {hour:04}")).sends().await;
            delivers(&worker).await;
            newsroom.clock.advance(HOUR);
        }
        let server = SmtpServer::start().await;
        let mut worker = newsroom.delivery_by_smtp(&server.url());
        worker.alerts_per_hour = 1_000;
        newsroom.clock.advance(15 * HOUR);
        delivers(&worker).await;
        assert_eq!(message_ids(&server.mails()).into_iter().collect::<BTreeSet<_>>().len(), 24);
        assert_eq!((server.mails().len(), newsroom.count("notifications WHERE state = 'sent' AND editor_id IS NOT NULL").await), (24, 24));
    }

    async fn two_workers_on_one_outbox_never_send_a_mail_twice(newsroom: TestNewsroom) {
        let server = SmtpServer::start().await;
        let (services, _) = newsroom.second_instance().await;
        for n in 0..50 {
            newsroom.reader().marks(&format!("Feler {n:04}")).sends().await;
        }
        let mut one = newsroom.delivery_by_smtp(&server.url());
        let mut two = delivery(services, one.transport.clone());
        (one.alerts_per_hour, two.alerts_per_hour) = (1_000, 1_000);
        let (a, b) = join(delivers(&one), delivers(&two)).await;
        assert!(a > 0 && b > 0 && a + b == 50, "{a} + {b}");
        assert_eq!(server.mails().len(), 50);
        assert_eq!(message_ids(&server.mails()).into_iter().collect::<BTreeSet<_>>().len(), 50);
    }

    async fn a_crash_between_sending_and_recording_sends_the_same_mail_again(newsroom: TestNewsroom) {
        let server = SmtpServer::start().await;
        server.plan([Fault::Silence(Stage::FinalDot)]);
        newsroom.standart_is_reported().await;
        let worker = newsroom.delivery_by_smtp(&server.url());
        tokio::select! {
            _ = worker.round() => panic!("the relay never answers"),
            _ = server.wait_for_mails(1) => {}
        }
        drop(worker);
        let heir = newsroom.delivery_by_smtp(&server.url());
        assert_eq!(delivers(&heir).await, 0, "the dead worker's lease holds");
        newsroom.clock.advance(LEASE_OVER);
        assert_eq!(delivers(&heir).await, 1);
        let ids = message_ids(&server.mails());
        assert!(ids.len() == 2 && ids[0] == ids[1], "{ids:?}");
        assert_eq!(only_row(&newsroom).await.0, "sent");
    }

    async fn a_worker_that_slept_over_its_lease_changes_nothing_of_its_heirs(newsroom: TestNewsroom) {
        let server = SmtpServer::start().await;
        server.plan([Fault::Delay(Stage::FinalDot, Duration::from_millis(700)), Fault::Reply(Stage::FinalDot, 550, "no")]);
        newsroom.standart_is_reported().await;
        let sleeper = newsroom.delivery_by_smtp(&server.url());
        let heir = newsroom.delivery_by_smtp(&server.url());
        let (slept, ()) = join(sleeper.round(), async {
            server.wait_for_mails(1).await;
            newsroom.clock.advance(LEASE_OVER);
            delivers(&heir).await;
            assert_eq!(only_row(&newsroom).await, ("failed".into(), 1));
        }).await;
        slept.unwrap();
        assert_eq!(only_row(&newsroom).await, ("failed".into(), 1), "the sleeper recorded over its heir");
    }

    async fn told_to_stop_the_worker_finishes_the_mail_in_hand_and_leaves_the_rest_to_others(newsroom: TestNewsroom) {
        let server = SmtpServer::start().await;
        server.plan([Fault::Delay(Stage::FinalDot, Duration::from_millis(400))]);
        for n in 0..3 {
            newsroom.reader().marks(&format!("Feler {n:04}")).sends().await;
        }
        let (stop, stopped) = oneshot::channel::<()>();
        let running = newsroom.delivery_by_smtp(&server.url()).run(async { drop(stopped.await) });
        join(running, async {
            server.wait_for_mails(1).await;
            stop.send(()).unwrap();
        }).await;
        assert_eq!(server.mails().len(), 1);
        assert_eq!(newsroom.count("notifications WHERE state = 'sent' AND editor_id IS NOT NULL").await, 1, "what the relay took is recorded");
        delivers(&newsroom.delivery_by_smtp(&server.url())).await;
        assert_eq!(server.mails().len(), 3, "the others need not wait for a lease to run out");
    }

    async fn an_alert_in_another_workers_hands_goes_into_no_bundle(newsroom: TestNewsroom) {
        let server = SmtpServer::start().await;
        let (services, _) = newsroom.second_instance().await;
        let mut one = newsroom.delivery_by_smtp(&server.url());
        let mut two = delivery(services, Transport::smtp(&SecretString::from(server.url()), Duration::from_secs(2)).unwrap());
        (one.alerts_per_hour, two.alerts_per_hour) = (2, 2);
        let mut tickets = vec![newsroom.reader().marks("Feler 0000").sends().await.ticket];
        delivers(&one).await;
        server.plan([Fault::Delay(Stage::FinalDot, Duration::from_millis(900))]);
        for n in 1..3 {
            tickets.push(newsroom.reader().marks(&format!("Feler {n:04}")).sends().await.ticket);
        }
        let (round, ()) = join(one.round(), async {
            server.wait_for_mails(2).await;
            for n in 3..6 {
                tickets.push(newsroom.reader().marks(&format!("Feler {n:04}")).sends().await.ticket);
            }
            delivers(&two).await;
        }).await;
        round.unwrap();
        for _ in 0..3 {
            newsroom.clock.advance(2 * HOUR);
            delivers(&one).await;
        }
        let mails = server.mails();
        for ticket in tickets {
            let told = mails.iter().filter(|mail| crate::support::letter::Letter::read(&mail.data).text.contains(&ticket.to_string())).count();
            assert_eq!(told, 1, "{ticket} in {} mails", mails.len());
        }
    }

    async fn a_legal_contact_gets_ten_mails_an_hour_and_one_about_the_rest(database: TestDatabase) {
        let settings = SiteSettings { legal_contact: Some("recht@magazin.example".into()), ..SiteSettings::default() };
        let newsroom = TestNewsroom::with_settings(database, settings).await;
        let mut tickets = Vec::new();
        for n in 0..13 {
            tickets.push(newsroom.reader().marks(&format!("Feler {n:04}")).comments("Das ist Verleumdung.").sends().await.ticket);
        }
        let to_legal = async || {
            let mut letters = newsroom.new_letters().await;
            letters.retain(|letter| letter.to.contains("recht@"));
            letters
        };
        assert_eq!(to_legal().await.len(), 10);
        newsroom.clock.advance(HOUR);
        let rest = to_legal().await;
        assert_eq!(rest.len(), 1, "{rest:#?}");
        let told = tickets.iter().filter(|ticket| rest[0].text.contains(&ticket.to_string())).count();
        assert!(told == 3 && rest[0].text.contains("3 weitere Fälle mit rechtlichen Ansprüchen"), "{}", rest[0].text);
        assert!(rest[0].text.contains("Das ist Verleumdung."), "what the HTML says: {}", rest[0].text);
        newsroom.clock.advance(HOUR);
        assert!(to_legal().await.is_empty());
    }

    async fn a_legal_bundle_holds_nothing_of_sites_that_name_somebody_else_by_now(database: TestDatabase) {
        let settings = SiteSettings { legal_contact: Some("recht@magazin.example".into()), ..SiteSettings::default() };
        let newsroom = TestNewsroom::with_settings(database, settings).await;
        let other = newsroom.add_site("Anderes Blatt", "https://anderes.example").await;
        let names = async |key: &str, address: &str| {
            manage_sites::change(&newsroom.services, key, SiteChange::default(), |s| s.legal_contact = Some(address.to_owned())).await.unwrap()
        };
        let other = names(&other.key, "recht@magazin.example").await;
        for n in 0..12 {
            newsroom.reader().marks(&format!("Feler {n:04}")).comments("Das ist Verleumdung.").sends().await;
        }
        newsroom.clock.advance(MINUTE);
        newsroom.reader_of(&other).marks("Standart").comments("Verleumdung, sagt Waltraud.").sends().await;
        newsroom.delivers().await;
        names(&newsroom.site.key, "kanzlei@neu.example").await;
        newsroom.clock.advance(HOUR);
        let letters: Vec<_> = newsroom.new_letters().await.into_iter().filter(|letter| letter.to.contains("kanzlei@")).collect();
        assert_eq!(letters.len(), 1, "{letters:#?}");
        let (text, html) = (&letters[0].text, &letters[0].html);
        assert!(text.contains("2 weitere") && !text.contains("Waltraud") && !html.contains("Waltraud"), "{text}");
    }

    async fn a_bundle_is_about_all_that_others_left_to_it_whatever_their_clocks_say(newsroom: TestNewsroom) {
        let ahead = Arc::new(FixedClock::at(newsroom.clock.now() + 3_000));
        let services = crate::support::newsroom::services(newsroom.database(), Arc::clone(&ahead), 3).await;
        let mut one = newsroom.delivery();
        let mut two = delivery(services, one.transport.clone());
        (one.alerts_per_hour, two.alerts_per_hour) = (1, 1);
        let mut tickets = Vec::new();
        for n in 0..3 {
            tickets.push(newsroom.reader().marks(&format!("Feler {n:04}")).sends().await.ticket);
            // The one that is ahead makes the bundle; the other leaves the last ticket to it.
            delivers(if n < 2 { &two } else { &one }).await;
        }
        newsroom.clock.advance(2 * HOUR);
        ahead.advance(2 * HOUR);
        let store = &newsroom.services.store;
        if store.backend() == DbBackend::Postgres {
            let telling = store.begin().await.unwrap();
            let known = notifications::allowances(&telling, &[newsroom.editor.id], 0).await.unwrap();
            assert!(known[&newsroom.editor.id].has_bundle);
            let sending = store.begin().await.unwrap();
            let (now, lease) = (newsroom.clock.now(), newsroom.services.new_id());
            let claimed = notifications::claim(&sending, lease, now, now + MINUTE, 9).await.unwrap();
            assert!(claimed.is_empty(), "nobody sends what somebody is about to leave tickets to");
            sending.rollback().await.unwrap();
            telling.rollback().await.unwrap();
        }
        delivers(&one).await;
        let letters = newsroom.letters();
        for ticket in tickets {
            assert_eq!(letters.iter().filter(|l| l.text.contains(&ticket.to_string())).count(), 1, "{ticket}");
        }
    }

    async fn an_address_that_no_mail_can_reach_is_given_up_in_sight(newsroom: TestNewsroom) {
        newsroom.sql("UPDATE editors SET email = 'keine adresse'").await;
        newsroom.standart_is_reported().await;
        delivers(&newsroom.delivery()).await;
        assert_eq!(only_row(&newsroom).await.0, "failed");
    }
}
