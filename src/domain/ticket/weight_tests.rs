use proptest::prelude::*;
use uuid::Uuid;

use super::{Step, tests::ticket, *};
use crate::domain::{
    article::{Article, ArticleFacts},
    clock::{DAY, HOUR, UnixMillis},
    ids::{ArticleId, SiteId},
    priority::{self, Priority, of_legal},
    ticket::Explanation,
};

const NOW: UnixMillis = 1_795_425_900_000;

fn article(modified_at: Option<&str>, created_at: UnixMillis) -> Article {
    Article {
        id: ArticleId(Uuid::nil()),
        site: SiteId(Uuid::nil()),
        url: "https://magazin.example/a".into(),
        facts: ArticleFacts {
            modified_at: modified_at.map(str::to_owned),
            ..ArticleFacts::default()
        },
        created_at,
    }
}

fn weighed(kind: Kind, reports: i64, article: &Article, at: UnixMillis) -> Ticket {
    let mut ticket = Ticket {
        kind,
        report_count: reports,
        created_at: at,
        ..ticket()
    };
    ticket.weight = ticket.weight_in(article);
    ticket
}

#[test]
fn a_wrong_number_in_todays_lead_stands_above_commas_of_last_year() {
    let today = article(Some("2026-11-23T07:00:00+01:00"), NOW);
    let archived = article(Some("2019-03-01T12:00:00Z"), NOW);
    let lead = weighed(Kind::Fact, 3, &today, NOW - 10 * HOUR);
    let comma = weighed(Kind::Spelling, 1, &archived, NOW);
    assert!(lead.weight > comma.weight);
    let many = weighed(Kind::Spelling, 50, &today, NOW - 10 * HOUR);
    assert!(many.weight > comma.weight);
    assert!(
        comma.weight > weighed(Kind::Spelling, 1, &archived, NOW - HOUR).weight,
        "of two alike the newer stands above"
    );
}

proptest! {
    #[test]
    fn the_weight_is_the_same_whatever_way_it_came_about(
        from in 0..Kind::ALL.len(), to in 0..Kind::ALL.len(), reports in 1..300i64, legal: bool, said in 0..3usize, age in 0..20i64,
    ) {
        let article = article(None, NOW - age * DAY);
        let mut ticket = weighed(Kind::ALL[from], 1, &article, NOW);
        for n in 1..reports {
            prop_assert_eq!(ticket.report_count, n);
            ticket.count_reports(1);
        }
        if legal {
            ticket.weight += of_legal(true);
            ticket.legal = true;
        }
        let said = [None, Some(Priority::Higher), Some(Priority::Lower)][said];
        ticket.take(Step::Prioritise(said), NOW).unwrap();
        ticket.take(Step::Refine(Kind::ALL[to]), NOW).unwrap();
        prop_assert_eq!(ticket.weight, ticket.weight_in(&article));
        let expected = Explanation { kind: Kind::ALL[to], reports, legal, article: priority::freshness(&article, NOW), set: said };
        prop_assert_eq!(ticket.explain_weight(), expected);
    }
}
