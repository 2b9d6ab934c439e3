//! What a ticket weighs among those that press ([`priority`]), and why.

use super::Ticket;
use crate::domain::{
    article::Article,
    kind::Kind,
    priority::{self, Freshness, Priority, of_freshness, of_kind, of_legal, of_reports, of_word},
};

/// Why a ticket stands where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// Its kind.
    pub kind: Kind,
    /// Reports counted on it.
    pub reports: i64,
    /// Whether one of them speaks of legal claims.
    pub legal: bool,
    /// How fresh the article was.
    pub article: Freshness,
    /// What an editor said.
    pub set: Option<Priority>,
}

impl Ticket {
    /// The weight of a ticket that is opened in that article.
    #[must_use]
    pub fn weight_in(&self, article: &Article) -> i64 {
        self.created_at / 1_000
            + of_kind(self.kind)
            + of_reports(self.report_count)
            + of_legal(self.legal)
            + of_freshness(priority::freshness(article, self.created_at))
            + of_word(self.priority)
    }

    /// Counts reports on it that were counted elsewhere before (or off it, when negative), and weighs it anew.
    pub fn count_reports(&mut self, more: i64) {
        let before = of_reports(self.report_count);
        self.report_count += more;
        self.weight += of_reports(self.report_count) - before;
    }

    /// Says whether one of its reports speaks of legal claims, and weighs it anew.
    pub fn set_legal(&mut self, legal: bool) {
        self.weight += of_legal(legal) - of_legal(self.legal);
        self.legal = legal;
    }

    /// Reads from the weight why it is what it is.
    #[must_use]
    pub fn explain_weight(&self) -> Explanation {
        let rest = self.weight
            - self.created_at / 1_000
            - of_kind(self.kind)
            - of_reports(self.report_count)
            - of_legal(self.legal)
            - of_word(self.priority);
        let article = Freshness::ALL
            .iter()
            .copied()
            .find(|freshness| of_freshness(*freshness) == rest)
            .unwrap_or(Freshness::Unknown);
        Explanation {
            kind: self.kind,
            reports: self.report_count,
            legal: self.legal,
            article,
            set: self.priority,
        }
    }
}
