//! What happened in the newsroom before the demo was started: `tickets.toml`, laid out in time.

use serde::Deserialize;

use super::error::DemoError;
use crate::domain::clock::{HOUR, MINUTE, SECOND, UnixMillis};

/// `tickets.toml`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// Groups of people.
    pub desks: Vec<StoryDesk>,
    /// People.
    pub editors: Vec<StoryEditor>,
    /// What they work on.
    pub tickets: Vec<StoryTicket>,
}

/// A desk.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryDesk {
    /// Its name.
    pub name: String,
    /// First sections of the paths routed there.
    pub sections: Vec<String>,
}

/// An editor.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryEditor {
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Role.
    pub role: String,
    /// Names of desks.
    pub desks: Vec<String>,
}

/// A ticket as it stands when the demo is first started, and how it came there.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryTicket {
    /// How another ticket names it.
    pub name: Option<String>,
    /// Slug.
    pub article: String,
    /// Index into the article's mistakes.
    pub mistake: Option<usize>,
    /// Part.
    pub part: Option<String>,
    /// Kind, unless it is the mistake's.
    pub kind: Option<String>,
    /// Desk by name.
    pub desk: String,
    /// Person by name.
    pub assignee: Option<String>,
    /// State.
    pub state: String,
    /// With `snoozed`.
    pub snoozed_hours: Option<f64>,
    /// With `closed`.
    pub resolution: Option<String>,
    /// With `closed`.
    pub closed_hours_ago: Option<f64>,
    /// With `not_an_error`.
    pub reason: Option<String>,
    /// With `duplicate`: a ticket's name.
    pub duplicate_of: Option<String>,
    /// The accepted wording.
    pub accepted_suggestion: Option<String>,
    /// What the public is told.
    pub public_note: Option<String>,
    /// What came in.
    pub reports: Vec<StoryReport>,
    /// What editors wrote.
    #[serde(default)]
    pub notes: Vec<StoryNote>,
}

/// One report, or several alike.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryReport {
    /// When.
    pub hours_ago: f64,
    /// How many readers.
    #[serde(default = "one")]
    pub count: u32,
    /// Suggested wording.
    pub suggestion: Option<String>,
    /// Comment.
    pub comment: Option<String>,
    /// Source.
    pub source: Option<String>,
    /// Whether the reader left an address.
    #[serde(default)]
    pub contact: bool,
}

/// A note.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryNote {
    /// When.
    pub hours_ago: f64,
    /// Whose.
    pub by: String,
    /// Its words.
    pub text: String,
}

const fn one() -> u32 {
    1
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Happening {
    /// When.
    pub at: UnixMillis,
    /// To which ticket of the story.
    pub ticket: usize,
    /// What.
    pub act: Act,
}

/// What happened; numbers are indices into the ticket's lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A reader reported.
    Report(usize),
    /// The reader of the ticket's last report with an address confirmed it.
    Confirm,
    /// The ticket went to its desk.
    Route,
    /// Somebody took it.
    Assign,
    /// Somebody wrote a note.
    Note(usize),
    /// The suggestion was accepted.
    Accept,
    /// The ticket came where it stands.
    Arrive,
}

/// An address younger than this is not confirmed yet: its mail waits in the demo's mailbox to be tried.
const CONFIRMED_AFTER: i64 = 20 * MINUTE;

impl Story {
    /// Everything that happened until `now`, in order.
    ///
    /// # Errors
    /// [`DemoError::Inconsistent`] for a ticket without reports.
    pub fn happenings(&self, now: UnixMillis) -> Result<Vec<Happening>, DemoError> {
        let mut all = Vec::new();
        for (index, ticket) in self.tickets.iter().enumerate() {
            let acts = ticket
                .happenings(now)
                .ok_or_else(|| DemoError::Inconsistent(format!("ticket {index} has no reports")))?;
            all.extend(acts.into_iter().map(|(at, act)| Happening {
                at,
                ticket: index,
                act,
            }));
        }
        all.sort_by_key(|h| h.at);
        Ok(all)
    }

    /// Who acts on a ticket where nobody is named: its desk's first editor.
    #[must_use]
    pub fn somebody_of<'a>(&'a self, ticket: &'a StoryTicket) -> Option<&'a str> {
        let named = ticket.assignee.as_deref();
        let noted = || ticket.notes.last().map(|n| n.by.as_str());
        let responsible = || {
            self.editors
                .iter()
                .rev()
                .find(|e| e.desks.contains(&ticket.desk))
                .map(|e| e.name.as_str())
        };
        named.or_else(noted).or_else(responsible)
    }
}

impl StoryTicket {
    fn happenings(&self, now: UnixMillis) -> Option<Vec<(UnixMillis, Act)>> {
        let ago = |hours: f64| now - millis(hours);
        let mut acts = Vec::new();
        for (index, report) in self.reports.iter().enumerate() {
            // Readers who say the same come one after the other, none of them in the future.
            let gap = (millis(report.hours_ago) / (i64::from(report.count) + 1)).min(7 * MINUTE);
            for n in 0..i64::from(report.count) {
                acts.push((ago(report.hours_ago) + n * gap, Act::Report(index)));
            }
            if report.contact && millis(report.hours_ago) > HOUR {
                acts.push((ago(report.hours_ago) + CONFIRMED_AFTER, Act::Confirm));
            }
        }
        let last_report = acts.iter().map(|(at, _)| *at).max()?;
        if self.state == "new" {
            return Some(acts);
        }
        let closed = self.closed_hours_ago.map(ago);
        let noted = self.notes.iter().map(|n| ago(n.hours_ago));
        let work = noted
            .clone()
            .min()
            .or(closed)
            .unwrap_or(last_report + 10 * MINUTE)
            .min(now - 3 * MINUTE);
        let after_notes = noted.max().unwrap_or(work) + MINUTE;
        acts.push((work - 2 * MINUTE, Act::Route));
        if self.assignee.is_some() {
            acts.push((work - 90 * SECOND, Act::Assign));
        }
        acts.extend(
            self.notes
                .iter()
                .enumerate()
                .map(|(i, n)| (ago(n.hours_ago), Act::Note(i))),
        );
        if self.accepted_suggestion.is_some() {
            acts.push((closed.map_or(after_notes, |at| at - MINUTE), Act::Accept));
        }
        acts.push((closed.unwrap_or(after_notes + MINUTE), Act::Arrive));
        Some(acts)
    }
}

/// Hours in milliseconds.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "hours of a few weeks"
)]
pub fn millis(hours: f64) -> i64 {
    (hours * HOUR as f64).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::articles::{all, read};

    #[test]
    fn the_story_fits_the_articles_and_ends_before_now() {
        let story: Story = read("tickets.toml").unwrap();
        let articles = all().unwrap();
        let now = 1_000 * HOUR;
        let happenings = story.happenings(now).unwrap();
        assert!(
            happenings
                .iter()
                .all(|h| h.at < now && h.at > now - 900 * HOUR)
        );
        assert!(happenings.windows(2).all(|w| w[0].at <= w[1].at));
        for (index, ticket) in story.tickets.iter().enumerate() {
            let article = articles.iter().find(|a| a.slug == ticket.article).unwrap();
            assert!(
                ticket.mistake.is_none_or(|m| m < article.mistakes.len()),
                "{index}"
            );
            assert!(story.somebody_of(ticket).is_some(), "{index}");
            assert_eq!(
                ticket.state == "closed",
                ticket.closed_hours_ago.is_some(),
                "{index}"
            );
            let first = happenings.iter().find(|h| h.ticket == index).unwrap();
            assert_eq!(first.act, Act::Report(0), "{index}");
        }
    }
}
