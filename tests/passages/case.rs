//! One question to the engine and its right answer, as they stand in a file of JSON lines.

use serde::{Deserialize, Serialize};

/// Selectors made in an older text, the newer text, and where the passage is in it.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Case {
    pub id: String,
    pub class: String,
    /// The text now.
    pub text: String,
    pub exact: String,
    #[serde(default)]
    pub prefix: String,
    #[serde(default)]
    pub suffix: String,
    /// Positions in the older text, in code points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<usize>,
    pub truth: Truth,
    /// Where a deleted passage's surroundings meet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truth_at: Option<usize>,
}

#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(untagged)]
pub enum Truth {
    /// In code points of the text now.
    At {
        start: usize,
        end: usize,
    },
    Nowhere(Nowhere),
}

#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Nowhere {
    Gone,
    Ambiguous,
}
