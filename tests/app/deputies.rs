//! What happens when nobody does anything: deputies and chiefs are reminded in service hours, authors hear of their articles, and nothing of a
//! reader goes to who has no account.

use fehlermelder::domain::account::AlertMode;
use fehlermelder::domain::byline::{Author, DeskPart};
use fehlermelder::domain::clock::{DAY, HOUR, MINUTE};
use fehlermelder::domain::editor::{Editor, Role};
use fehlermelder::domain::ids::TicketId;
use fehlermelder::domain::service_hours::ServiceHours;
use fehlermelder::domain::ticket::Step;
use fehlermelder::services::look_after_tickets::{self, Looked};
use fehlermelder::services::manage_desks::{self, DeskChange};
use fehlermelder::services::own_account::{self, Preferences};

use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;

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
        manage_desks::save(services, chief.id, &newsroom.site, None, change)
            .await
            .unwrap()
    );
    manage_desks::set_hours(
        services,
        chief.id,
        &newsroom.site.key,
        ServiceHours::default(),
        Some(120),
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
}
