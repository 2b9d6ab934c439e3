//! What can go wrong in the demo beyond what its parts say themselves.

use std::path::PathBuf;

use super::articles::DemoDataError;
use crate::{
    services::{
        file_report::FileReportError, manage_sites::ManageSitesError, sign_in::SignInError,
        triage_ticket::TriageError,
    },
    storage::StorageError,
};

/// Why the demo cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A file in the binary is not as it should be.
    #[error(transparent)]
    Data(#[from] DemoDataError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The password of the demo could not be hashed.
    #[error(transparent)]
    Password(#[from] SignInError),
    /// The site could not be changed.
    #[error(transparent)]
    Site(#[from] ManageSitesError),
    /// A report of the demo was not taken.
    #[error(transparent)]
    Report(#[from] FileReportError),
    /// A step of the demo was not taken.
    #[error(transparent)]
    Triage(#[from] TriageError),
    /// The demo's data do not fit together.
    #[error("the demo's data do not fit together: {0}")]
    Inconsistent(String),
    /// The database holds somebody's real newsroom, which the demo's known password must not open.
    #[error("the database holds another newsroom than the demo's; give the demo an empty one")]
    OtherNewsroom,
    /// A file of the data folder.
    #[error("the file {0} cannot be used: {1}")]
    File(PathBuf, std::io::Error),
    /// A file of the data folder holds something else.
    #[error("the file {0} is not the demo's: {1}")]
    Unreadable(PathBuf, serde_json::Error),
}
