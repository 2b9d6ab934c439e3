//! The command line, and the composition root: the only place that knows every part.

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

mod compose;
mod demo;
mod serve;

/// The "Fehler melden" control at the end of an article page, and everything behind it.
#[derive(Debug, Parser)]
#[command(name = "fehlermelder", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// A ready newsroom to try everything in.
    Demo(demo::DemoArguments),
    /// The server.
    Serve {
        /// The configuration file.
        #[arg(long)]
        config: Option<PathBuf>,
    },
}

/// Runs the command; 0 when it did, 1 with one line on stderr when not, 2 for wrong usage (clap's own).
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // TLS has one provider; without this the first connection would panic when two are compiled in.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    match runtime.block_on(run(arguments.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Demo(arguments) => demo::run(arguments).await,
        Command::Serve { config } => serve::run(config.as_deref()).await,
    }
}

#[allow(clippy::print_stderr, reason = "the one line an operator gets")]
fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("fehlermelder: {error:#}");
    ExitCode::FAILURE
}
