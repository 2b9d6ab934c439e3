//! What a reader submits, as it is once it has been read ([`read_report`]); from there on nobody checks again.

use super::{
    article::{ArticleFacts, ArticleUrl},
    kind::{Kind, Part},
    passage::Passage,
};

pub use reading::read_report;

mod fields;
mod reading;

/// The longest comment, in code points.
pub const MAX_COMMENT: usize = 5_000;
/// The longest suggestion, in code points.
pub const MAX_SUGGESTION: usize = 2_000;
/// The longest idempotency key, in code points.
pub const MAX_IDEMPOTENCY_KEY: usize = 255;

/// A report that has been read and found in order, not stored yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReport {
    /// The article it is about.
    pub article: ArticleUrl,
    /// What the page says of itself.
    pub facts: ArticleFacts,
    /// The page the reader had open (`target.source`), when it differs from the article's address.
    pub page_url: Option<String>,
    /// The marked words.
    pub passage: Option<Passage>,
    /// The part named instead of a passage.
    pub part: Option<Part>,
    /// The kind of the mistake.
    pub kind: Kind,
    /// The suggested wording; never equal to the quote.
    pub suggestion: Option<String>,
    /// What the reader wrote.
    pub comment: Option<String>,
    /// A link that proves it.
    pub source: Option<String>,
    /// How to reach the reader.
    pub contact: Option<NewContact>,
    /// Time the form was open, in milliseconds.
    pub elapsed_ms: Option<i64>,
    /// The reader was told that it is no error here, and sends it all the same.
    pub insisted: bool,
}

/// An address left with consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewContact {
    /// The address.
    pub email: String,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// RFC 6901 pointer into the submitted document.
    pub pointer: String,
    /// What is wrong.
    pub problem: Problem,
}

/// The ways a field can be wrong; each has a sentence in the catalogues (`problem-…`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// The field must be there.
    Missing,
    /// Another JSON type was expected; which one.
    WrongType(&'static str),
    /// Longer than so many characters.
    TooLong(usize),
    /// More than so many entries.
    TooMany(usize),
    /// Not one of the words allowed.
    NotInSet,
    /// Not an absolute http or https address.
    NotAUrl,
    /// Not an e-mail address.
    NotAnEmail,
    /// An address needs the consent that goes with it.
    ConsentMissing,
    /// Negative, or the end before the start.
    BadPosition,
    /// A target needs the quoted words.
    QuoteMissing,
    /// One of passage, suggestion, comment must be there.
    NothingSaid,
    /// The trap field has a value.
    MustBeEmpty,
    /// No such field.
    Unknown,
    /// Goes with something else only; with what.
    OutOfPlace(&'static str),
    /// Not a moment with its offset (RFC 3339).
    NotAMoment,
    /// The moment has passed.
    NotInFuture,
    /// No such ticket.
    UnknownReference,
    /// The ticket itself.
    OwnReference,
    /// Nobody who could take it.
    UnknownPerson,
    /// No such desk.
    UnknownDesk,
    /// An address on none of the editor's sites.
    ForeignAddress,
    /// Nobody of that name in the site's address book.
    UnknownAddress,
    /// A place in a letter that nothing fills.
    UnknownPlace,
    /// No report of the ticket's.
    UnknownReport,
    /// The report that opened the ticket.
    OpenerStays,
}

impl Problem {
    /// The message id in the catalogues.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Missing => "problem-missing",
            Self::WrongType(_) => "problem-wrong-type",
            Self::TooLong(_) => "problem-too-long",
            Self::TooMany(_) => "problem-too-many",
            Self::NotInSet => "problem-not-in-set",
            Self::NotAUrl => "problem-not-a-url",
            Self::NotAnEmail => "problem-not-an-email",
            Self::ConsentMissing => "problem-consent-missing",
            Self::BadPosition => "problem-bad-position",
            Self::QuoteMissing => "problem-quote-missing",
            Self::NothingSaid => "problem-nothing-said",
            Self::MustBeEmpty => "problem-must-be-empty",
            Self::Unknown => "problem-unknown-field",
            Self::OutOfPlace(_) => "problem-out-of-place",
            Self::NotAMoment => "problem-not-a-moment",
            Self::NotInFuture => "problem-not-in-future",
            Self::UnknownReference => "error-field-reference",
            Self::OwnReference => "error-field-own-reference",
            Self::UnknownPerson => "problem-unknown-person",
            Self::UnknownDesk => "problem-unknown-desk",
            Self::ForeignAddress => "problem-foreign-address",
            Self::UnknownAddress => "problem-unknown-address",
            Self::UnknownPlace => "problem-unknown-place",
            Self::UnknownReport => "problem-unknown-report",
            Self::OpenerStays => "problem-opener-stays",
        }
    }

    /// The number its sentence names, if it names one.
    #[must_use]
    pub const fn limit(self) -> Option<usize> {
        match self {
            Self::TooLong(n) | Self::TooMany(n) => Some(n),
            _ => None,
        }
    }
}

/// Whether an address can be written to: one `@`, a domain with a dot or `localhost`, nothing that could leave its header.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    text.len() <= 254
        && !local.is_empty()
        && local.len() <= 64
        && !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || "<>(),;:\\\"[]".contains(c))
        && !local.contains('@')
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && domain.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
        && (domain.contains('.') || domain == "localhost")
}

#[cfg(test)]
mod tests;
