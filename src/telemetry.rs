//! The log: where it goes, in what form, and what a panic may say in it.
//!
//! Everything goes to standard error, so that commands can print what they found on standard output.

use std::any::Any;
use std::io::{self, IsTerminal};
use std::panic::PanicHookInfo;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Log, LogFormat};

/// Why the log could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// `RUST_LOG` or `log.level` makes no sense.
    #[error("{place}: {source}")]
    Level {
        /// Where the directives come from.
        place: &'static str,
        /// What is wrong with them.
        source: tracing_subscriber::filter::ParseError,
    },
    /// There is a log already.
    #[error("the log was set up twice")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

/// Sets up the log of this process, and has panics written to it. To be called once, as early as possible.
///
/// # Errors
///
/// [`TelemetryError`] when the directives make no sense or this is not the first call.
pub fn init(log: &Log) -> Result<(), TelemetryError> {
    let (place, directives) = match std::env::var("RUST_LOG") {
        Ok(directives) if !directives.is_empty() => ("RUST_LOG", directives),
        _ => ("log.level", log.level.clone()),
    };
    let filter =
        EnvFilter::try_new(directives).map_err(|source| TelemetryError::Level { place, source })?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    match log.format {
        LogFormat::Pretty => builder
            .with_ansi(io::stderr().is_terminal())
            .finish()
            .try_init()?,
        LogFormat::Json => builder
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .finish()
            .try_init()?,
    }
    std::panic::set_hook(Box::new(|panic| {
        tracing::error!(place = %place_of(panic), reason = reason_of(panic.payload()), "panic");
    }));
    Ok(())
}

fn place_of(panic: &PanicHookInfo<'_>) -> String {
    panic
        .location()
        .map_or_else(|| "unknown".to_owned(), ToString::to_string)
}

/// The message of a panic, if it is a fixed one. A formatted one may quote what a reader wrote: slicing a string in the
/// middle of a letter, for one, shows the string.
fn reason_of(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&'static str>()
        .copied()
        .unwrap_or("not shown, it may hold a reader's words")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_does_not_carry_readers_words_into_the_log() {
        assert_eq!(reason_of(&"on purpose"), "on purpose");
        let quoting = String::from("byte index 1 is not a char boundary of `Öl ist teuer`");
        assert!(!reason_of(&quoting).contains("teuer"));
    }

    #[test]
    fn directives_that_make_no_sense_are_named() {
        let log = Log {
            level: "a=b=c".to_owned(),
            ..Log::default()
        };
        let error = init(&log).unwrap_err().to_string();
        assert!(error.starts_with("log.level: ") || error.starts_with("RUST_LOG: "));
    }
}
