//! Everything that can be wrong with a configuration.

use std::io;
use std::path::PathBuf;

/// Why there is no configuration. One line each, for the operator.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The configuration file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The configuration file is not TOML.
    #[error("{}: {reason}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line, column and reason; never the line itself, which may hold a secret.
        reason: String,
    },
    /// Nobody knows this key.
    #[error("{place}: there is no key `{key}`{}", hint.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    UnknownKey {
        /// The variable or the file.
        place: String,
        /// The key, with dots between levels.
        key: String,
        /// The key that comes nearest.
        hint: Option<String>,
    },
    /// The value cannot be.
    #[error("{place}: `{key}`: {reason}")]
    Value {
        /// The variable or the file.
        place: String,
        /// The key, with dots between levels.
        key: String,
        /// What was expected.
        reason: String,
    },
    /// The file of the secret key cannot be read or made, or holds no key.
    #[error("secret key {}: {reason}", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}
