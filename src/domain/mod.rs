//! Pure values and rules: no I/O, no async, no clock and no chance of its own. Knows nobody above it.

/// Declares a small closed set whose members have a fixed name in the database, the API and the catalogues.
macro_rules! closed_set {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// All members, in the order in which people expect them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The fixed name in the database, the API and the catalogues.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The member of that name, if there is one.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }
    };
}

pub mod account;
pub mod admin_event;
pub mod analyser;
pub mod anchoring;
pub mod article;
pub mod article_text;
pub mod article_watch;
pub mod blackout;
pub mod bulk;
pub mod byline;
pub mod clean;
pub mod clock;
pub mod cms_link;
pub mod content_policy;
pub mod difference;
pub mod editor;
pub mod embed_check;
pub mod grouping;
pub mod house_rules;
pub mod ids;
pub mod kind;
pub mod legal;
pub mod listing;
pub mod marked_text;
pub mod merging;
pub mod normalise;
pub mod note;
pub mod notification;
pub mod passage;
pub mod priority;
pub mod ready_answer;
pub mod report;
pub mod rule;
pub mod saved_view;
pub mod search_question;
pub mod second_factor;
pub mod secret;
pub mod sentence;
pub mod service_hours;
pub mod sighting;
pub mod site;
pub mod statistics;
pub mod tag;
pub mod text_fragment;
pub mod ticket;
pub mod ticket_change;
pub mod version_difference;
pub mod wave;
pub mod wrong_words;
