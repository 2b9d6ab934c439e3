//! The mail that asks a reader whether the address is right: who is asked, when, and how long there is to answer.

use fehlermelder::domain::clock::{DAY, HOUR};
use fehlermelder::services::file_report::{Intake, Submission};
use fehlermelder::services::keep_house;

use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;

/// Nobody of the newsroom is told of anything.
async fn without_editors(newsroom: &TestNewsroom) {
    newsroom
        .sql("UPDATE editors SET active = CAST(0 AS boolean)")
        .await;
}

/// Anna leaves her address; she is asked so much later.
async fn anna_leaves_her_address(newsroom: &TestNewsroom, words: &str, later: i64) {
    let reader = newsroom.reader().marks(words).leaves("anna@post.example");
    let submission = Submission {
        confirm_after: Some(newsroom.services.now() + later),
        ..reader.submission()
    };
    newsroom.files(submission).await.unwrap();
}

both_databases! {
    async fn an_address_that_is_asked_late_is_kept_as_long_as_any(newsroom: TestNewsroom) {
        without_editors(&newsroom).await;
        let days = newsroom.services.rules.unconfirmed_contact_days;
        anna_leaves_her_address(&newsroom, "Standart", 20 * HOUR).await;
        newsroom.clock.advance(20 * HOUR);
        assert_eq!(newsroom.new_letters().await.len(), 1);
        for (later, left) in [(days * DAY - 20 * HOUR, 1), (20 * HOUR - 1, 1), (1, 0)] {
            newsroom.clock.advance(later);
            keep_house::delete_expired(&newsroom.services).await.unwrap();
            assert_eq!(newsroom.count("contacts").await, left);
        }
    }

    async fn a_question_that_lies_far_ahead_keeps_no_reader_waiting_and_is_not_asked_again(newsroom: TestNewsroom) {
        without_editors(&newsroom).await;
        anna_leaves_her_address(&newsroom, "Standart", 20 * HOUR).await;
        newsroom.clock.advance(HOUR);
        anna_leaves_her_address(&newsroom, "Majonäse", 0).await;
        let letters = newsroom.new_letters().await;
        assert_eq!(letters.len(), 1, "{letters:#?}");
        let token = letters[0].token_after("/bestaetigen/").unwrap();
        newsroom.clock.advance(22 * HOUR);
        assert!(newsroom.new_letters().await.is_empty(), "one a day");
        fehlermelder::services::confirm_address::confirm(&newsroom.services, &token).await.unwrap();
        assert_eq!(newsroom.count("contacts WHERE confirmed_at IS NOT NULL").await, 2);
    }

    async fn what_a_program_leaves_makes_us_write_to_nobody(newsroom: TestNewsroom) {
        without_editors(&newsroom).await;
        let mut services = newsroom.services.clone();
        services.rules.min_fill_ms = 700;
        let (intake, _) = Intake::start(services);
        let sends = async |words: &str, elapsed: i64| {
            let mut submission = newsroom.reader().marks(words).leaves("anna@post.example").submission();
            submission.report.elapsed_ms = Some(elapsed);
            intake.file(submission).await.unwrap();
        };
        sends("Standart", 100).await;
        assert_eq!((newsroom.count("contacts").await, newsroom.count("notifications WHERE contact_id IS NOT NULL").await), (1, 0));
        newsroom.clock.advance(2 * DAY);
        assert!(newsroom.new_letters().await.is_empty());
        sends("Majonäse", 5_000).await;
        assert_eq!(newsroom.new_letters().await.len(), 1, "who means it is asked");
    }
}
