//! What happens when nobody does anything: deputies and chiefs are reminded in service hours, authors hear of their articles, and nothing of a
//! reader goes to who has no account.

use fehlermelder::domain::account::AlertMode;
use fehlermelder::domain::byline::{Author, DeskPart};
use fehlermelder::domain::clock::{DAY, HOUR, MINUTE};
use fehlermelder::domain::editor::{Editor, Role};
use fehlermelder::domain::ids::TicketId;
use fehlermelder::domain::service_hours::ServiceHours;
use fehlermelder::domain::site::SiteSettings;
use fehlermelder::domain::ticket::Step;
use fehlermelder::services::file_report::Intake;
use fehlermelder::services::follow_ticket;
use fehlermelder::services::look_after_tickets::{self, Looked};
use fehlermelder::services::manage_desks::{self, DeskChange, Hours};
use fehlermelder::services::own_account::{self, Preferences};

use reqwest::StatusCode;

use crate::accounts::{Browser, location};
use crate::support::database::{TestDatabase, both_databases};
use crate::support::newsroom::TestNewsroom;
use crate::support::server::TestServer;

/// A desk for the tests' article with a deputy and a chief, and two service hours of patience.
async fn with_desk(newsroom: &TestNewsroom) -> (Editor, Editor) {
    let deputy = newsroom.add_editor("Deputy", Role::Editor).await;
    let chief = newsroom.add_editor("Chief", Role::Admin).await;
    let services = &newsroom.services;
    let change = DeskChange {
        name: "Hardware".into(),
        sections: vec!["Hardware".into(), "Marktgeschehen".into()],
        deputies: vec![deputy.id],
        chiefs: vec![chief.id],
    };
    assert!(
        manage_desks::save(services, chief.id, &newsroom.site, None, change, None)
            .await
            .unwrap()
    );
    manage_desks::set_hours(
        services,
        chief.id,
        &newsroom.site.key,
        &Hours {
            days: ServiceHours::default(),
            patience: Some(120),
        },
        None,
    )
    .await
    .unwrap();
    // The first round only says from where on.
    assert_eq!(round(newsroom).await, Looked::default());
    (deputy, chief)
}

async fn round(newsroom: &TestNewsroom) -> Looked {
    look_after_tickets::round(&newsroom.services).await.unwrap()
}

async fn a_fact(newsroom: &TestNewsroom) -> TicketId {
    newsroom
        .reader()
        .marks("Standart")
        .of_kind("fact")
        .sends()
        .await
        .ticket
}

async fn escalations(
    newsroom: &TestNewsroom,
    ticket: TicketId,
) -> Vec<Option<fehlermelder::domain::ids::EditorId>> {
    let history = newsroom.history(ticket).await;
    let escalated = history
        .iter()
        .filter(|e| e.event.kind.as_str() == "escalated");
    escalated.map(|e| e.event.details.assignee).collect()
}

both_databases! {
    async fn a_fact_that_nobody_touches_goes_to_the_deputy_and_then_to_the_chief(newsroom: TestNewsroom) {
        let (deputy, chief) = with_desk(&newsroom).await;
        let ticket = a_fact(&newsroom).await;
        newsroom.delivers().await;
        assert_eq!(round(&newsroom).await.seen, 1);
        newsroom.clock.advance(2 * HOUR - MINUTE);
        assert_eq!(round(&newsroom).await, Looked::default());
        newsroom.clock.advance(MINUTE);
        assert_eq!(round(&newsroom).await.escalated, 1);
        assert_eq!(escalations(&newsroom, ticket).await, [Some(deputy.id)]);
        let letters = newsroom.new_letters().await;
        assert_eq!(letters.len(), 1);
        assert!(letters[0].to.contains("deputy@") && letters[0].text.contains("wartet auf jemanden"), "{}", letters[0].text);
        assert_eq!(round(&newsroom).await, Looked::default(), "once");
        newsroom.clock.advance(2 * HOUR);
        assert_eq!(round(&newsroom).await.escalated, 1);
        assert_eq!(escalations(&newsroom, ticket).await, [Some(deputy.id), Some(chief.id)]);
        let letters = newsroom.new_letters().await;
        assert_eq!(letters.len(), 1, "{letters:#?}");
        assert!(letters[0].to.contains("chief@"), "{}", letters[0].to);
        newsroom.clock.advance(7 * DAY);
        assert_eq!(round(&newsroom).await, Looked::default(), "then it is over");
        assert_eq!(newsroom.ticket(ticket).await.state.as_str(), "new", "a reminder touches nothing");
    }

    async fn who_follows_a_ticket_hears_each_time_that_it_goes_on(newsroom: TestNewsroom) {
        with_desk(&newsroom).await;
        let paul = newsroom.add_editor("Paul", Role::Editor).await;
        let ticket = a_fact(&newsroom).await;
        assert!(follow_ticket::set_following(&newsroom.services, &paul, ticket, true).await.unwrap());
        newsroom.delivers().await;
        round(&newsroom).await;
        for to in ["deputy", "chief"] {
            newsroom.clock.advance(2 * HOUR);
            assert_eq!(round(&newsroom).await.escalated, 1, "{to}");
            newsroom.clock.advance(2 * MINUTE);
            let letters = newsroom.new_letters().await;
            assert_eq!(letters.iter().filter(|l| l.to.contains("paul@")).count(), 1, "{to}: {letters:#?}");
        }
    }

    async fn the_night_and_the_weekend_do_not_count(newsroom: TestNewsroom) {
        with_desk(&newsroom).await;
        // Friday, 17:25.
        newsroom.clock.advance(4 * DAY + 7 * HOUR);
        let ticket = a_fact(&newsroom).await;
        round(&newsroom).await;
        newsroom.clock.advance(2 * DAY);
        assert_eq!(round(&newsroom).await.escalated, 0);
        // Monday, 10:25: 35 minutes on Friday and 85 today.
        newsroom.clock.advance(17 * HOUR);
        assert_eq!(round(&newsroom).await.escalated, 1);
        assert_eq!(escalations(&newsroom, ticket).await.len(), 1);
    }

    async fn what_somebody_touched_goes_to_nobody(newsroom: TestNewsroom) {
        with_desk(&newsroom).await;
        let ticket = a_fact(&newsroom).await;
        round(&newsroom).await;
        newsroom.steps(&newsroom.editor, ticket, vec![Step::Open]).await.unwrap();
        newsroom.clock.advance(3 * HOUR);
        assert_eq!(round(&newsroom).await.escalated, 0);
        // Nor does what is no fact.
        newsroom.standart_is_reported().await;
        round(&newsroom).await;
        newsroom.clock.advance(9 * HOUR);
        assert_eq!(round(&newsroom).await.escalated, 0);
    }

    async fn where_the_deputy_is_away_the_chief_is_asked_at_once(newsroom: TestNewsroom) {
        let (deputy, chief) = with_desk(&newsroom).await;
        let away = Preferences {
            name: deputy.name.clone(),
            lang: deputy.lang,
            time_zone: None,
            alert_mode: AlertMode::Each,
            mentioned: true,
            absent_from: Some(newsroom.services.now()),
            absent_until: None,
        };
        own_account::save(&newsroom.services, &deputy, away).await.unwrap();
        let ticket = a_fact(&newsroom).await;
        round(&newsroom).await;
        newsroom.clock.advance(2 * HOUR);
        round(&newsroom).await;
        assert_eq!(escalations(&newsroom, ticket).await, [Some(chief.id)]);
    }

    async fn where_nobody_is_there_it_is_tried_again(newsroom: TestNewsroom) {
        let (deputy, chief) = with_desk(&newsroom).await;
        let ticket = a_fact(&newsroom).await;
        round(&newsroom).await;
        newsroom.sql("UPDATE editors SET active = FALSE").await;
        newsroom.clock.advance(2 * HOUR);
        assert_eq!(round(&newsroom).await.escalated, 0);
        newsroom.sql("UPDATE editors SET active = TRUE").await;
        newsroom.clock.advance(2 * HOUR);
        assert_eq!(round(&newsroom).await.escalated, 1);
        newsroom.clock.advance(2 * HOUR);
        assert_eq!(round(&newsroom).await.escalated, 1);
        assert_eq!(escalations(&newsroom, ticket).await, [Some(deputy.id), Some(chief.id)]);
    }

    async fn of_two_instances_one_reminds(newsroom: TestNewsroom) {
        with_desk(&newsroom).await;
        let ticket = a_fact(&newsroom).await;
        let (second, _intake) = newsroom.second_instance().await;
        for _ in 0..2 {
            let (one, other) = futures_util::future::join(look_after_tickets::round(&newsroom.services), look_after_tickets::round(&second)).await;
            drop((one, other));
            newsroom.clock.advance(2 * HOUR);
        }
        round(&newsroom).await;
        assert_eq!(escalations(&newsroom, ticket).await.len(), 2, "the deputy and the chief, each once");
    }

    async fn authors_hear_of_their_articles_and_without_an_account_nothing_of_the_reader(newsroom: TestNewsroom) {
        let (_, chief) = with_desk(&newsroom).await;
        let author = newsroom.add_editor("Autorin", Role::Editor).await;
        let mut quiet = author.clone();
        quiet.alerted = false;
        let transaction = newsroom.services.store.begin().await.unwrap();
        fehlermelder::storage::editors::save(&transaction, &quiet).await.unwrap();
        transaction.commit().await.unwrap();
        let byline = async |name: &str, to| manage_desks::set_byline(&newsroom.services, chief.id, &newsroom.site, name, to).await.unwrap();
        byline("Anna  AUTORIN", Author::Editor(author.id)).await;
        byline("Frei Willig", Author::Address("frei@anderswo.example".into())).await;
        newsroom.delivers().await;
        let reader = newsroom.reader().marks("Standart").suggests("Standard").comments("Das weiß ich von meinem Mann.");
        reader.by(&["anna autorin", "Frei Willig"]).sends().await;
        newsroom.delivers().await;
        let known = newsroom.letters().len();
        round(&newsroom).await;
        let letters = newsroom.new_letters().await;
        assert_eq!(letters.len(), 2, "{known}");
        let to = |address: &str| letters.iter().find(|l| l.to.contains(address)).unwrap();
        assert!(to("autorin@magazin.example").text.contains("Standart"));
        let free = to("frei@anderswo.example");
        assert!(free.text.contains("Standart") && !free.text.contains("meinem Mann") && !free.html.contains("meinem Mann"), "{}", free.text);
        assert!(!free.text.contains("/tickets/"), "no way to the desk: {}", free.text);
        insta::assert_snapshot!("author_alert_de", free.to_be_seen());
    }

    async fn an_author_without_an_account_gets_ten_mails_an_hour_and_one_about_the_rest(newsroom: TestNewsroom) {
        let (_, chief) = with_desk(&newsroom).await;
        // Two names, one address.
        let names = ["Frei Willig", "F. Willig"];
        for name in names {
            let to = Author::Address("frei@anderswo.example".into());
            manage_desks::set_byline(&newsroom.services, chief.id, &newsroom.site, name, to).await.unwrap();
        }
        for n in 0..14 {
            let reader = newsroom.reader().opens(&format!("artikel-{n}"), &format!("Artikel {n}")).marks("Standart").comments("Von mir.");
            reader.by(&[names[n % 2]]).sends().await;
        }
        assert_eq!(round(&newsroom).await.seen, 14);
        let to_author = async || {
            let mut letters = newsroom.new_letters().await;
            letters.retain(|letter| letter.to.contains("frei@"));
            letters
        };
        assert_eq!(to_author().await.len(), 10);
        newsroom.clock.advance(HOUR - MINUTE);
        assert!(to_author().await.is_empty());
        // One byline is saved anew, the other is taken away: one of them opened the bundle.
        let to = Author::Address("frei@anderswo.example".into());
        manage_desks::set_byline(&newsroom.services, chief.id, &newsroom.site, names[0], to).await.unwrap();
        let bylines = fehlermelder::storage::deputies::bylines_of(newsroom.services.store.reader(), newsroom.site.id).await.unwrap();
        let other = bylines.iter().find(|byline| byline.name == names[1]).unwrap();
        manage_desks::remove_byline(&newsroom.services, chief.id, &newsroom.site, other.id).await.unwrap();
        newsroom.clock.advance(MINUTE);
        let rest = to_author().await;
        assert_eq!(rest.len(), 1, "{rest:#?}");
        let text = &rest[0].text;
        assert!(text.contains("4 weitere Hinweise") && text.matches("magazin.example/artikel-").count() == 4, "{text}");
        assert!(!text.contains("/tickets/") && !text.contains("Von mir") && !rest[0].html.contains("Von mir"), "{text}");
    }

    async fn what_came_faster_than_people_type_mails_nobody(database: TestDatabase) {
        let settings = SiteSettings { legal_contact: Some("recht@magazin.example".into()), ..SiteSettings::default() };
        let newsroom = TestNewsroom::with_settings(database, settings).await;
        let (_, chief) = with_desk(&newsroom).await;
        let to = Author::Address("frei@anderswo.example".into());
        manage_desks::set_byline(&newsroom.services, chief.id, &newsroom.site, "Frei Willig", to).await.unwrap();
        let mut services = newsroom.services.clone();
        services.rules.min_fill_ms = 700;
        let (intake, _) = Intake::start(services.clone());
        let sends = async |words: &str, elapsed: i64| {
            let reader = newsroom.reader().of_kind("fact").marks(words).comments("Das ist Verleumdung.").by(&["Frei Willig"]);
            let mut submission = reader.submission();
            submission.report.elapsed_ms = Some(elapsed);
            let ticket = intake.file(submission).await.unwrap().ticket;
            look_after_tickets::round(&services).await.unwrap();
            ticket
        };
        let held = sends("Standart", 100).await;
        assert!(newsroom.ticket(held).await.legal, "it is there for whoever looks");
        newsroom.clock.advance(3 * HOUR);
        look_after_tickets::round(&services).await.unwrap();
        assert!(newsroom.new_letters().await.is_empty());
        // Somebody means it.
        assert_eq!(sends("Standart", 100).await, held, "a program may be wrong twice");
        assert!(newsroom.new_letters().await.is_empty());
        let everybody_is_told_once = async || {
            let letters = newsroom.new_letters().await;
            for address in ["recht@", "frei@", "maria@"] {
                assert_eq!(letters.iter().filter(|l| l.to.contains(address)).count(), 1, "{address}");
            }
        };
        assert_eq!(sends("Standart", 5_000).await, held);
        everybody_is_told_once().await;
        assert_eq!(newsroom.count("escalations").await, 1, "it waits for somebody from now on");
        assert_eq!(sends("Standart", 5_000).await, held);
        assert!(newsroom.new_letters().await.is_empty(), "once a ticket");
        sends("künftig", 5_000).await;
        everybody_is_told_once().await;
    }

    async fn who_has_a_part_at_a_desk_is_written_down(newsroom: TestNewsroom) {
        let (deputy, chief) = with_desk(&newsroom).await;
        let people = manage_desks::people(&newsroom.services).await.unwrap();
        let mut parts: Vec<_> = people.iter().map(|p| (p.part, p.editor)).collect();
        parts.sort();
        assert_eq!(parts, [(DeskPart::Deputy, deputy.id), (DeskPart::Chief, chief.id)]);
        let (events, _) = fehlermelder::services::admin_history::page(&newsroom.services, &chief, None).await.unwrap();
        let told: Vec<&str> = events.iter().map(|e| e.action.as_str()).collect();
        assert_eq!(told[..3], ["site_changed", "desk_changed", "desk_added"]);
    }

    async fn a_byline_leads_to_nobody_who_may_not_edit_the_site(newsroom: TestNewsroom) {
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        let other = newsroom.add_site("Anderswo", "https://anderswo.example").await;
        let strangers = [
            newsroom.add_editor_of("Vera", Role::Viewer, &[&newsroom.site]).await.id.to_string(),
            newsroom.add_editor_of("Stefan", Role::Editor, &[&other]).await.id.to_string(),
            "0198c0de-0000-7000-8000-000000000000".to_owned(),
        ];
        let server = TestServer::of(&newsroom).await;
        let mut desk = Browser::of(&newsroom, &server, &chief).await;
        let path = format!("/settings/sites/{}/desks", newsroom.site.key);
        for person in &strangers {
            let refused = desk.post(&newsroom, &path, &[("act", "byline"), ("byline", "Anna Autorin"), ("person", person.as_str()), ("email", "")]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{person}");
            assert!(refused.body.contains("id=\"person-error\"") && refused.body.contains("Anna Autorin"), "{}", refused.body);
        }
        assert_eq!(newsroom.count("bylines").await, 0);
        let maria = newsroom.editor.id.to_string();
        let added = desk.post(&newsroom, &path, &[("act", "byline"), ("byline", "Anna Autorin"), ("person", maria.as_str()), ("email", "")]).await;
        assert_eq!(location(&added), format!("{path}?done=added"));
        assert_eq!(newsroom.count("bylines").await, 1);
    }
}
