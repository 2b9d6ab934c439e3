//! The command line, and the composition root: the only place that knows every part.

use std::{io, process::ExitCode};

use clap::{Parser, Subcommand};

use arguments::Configured;
use compose::Tools;

mod arguments;
mod article;
mod backup;
mod compose;
mod demo;
mod desk;
mod doctor;
mod editor;
mod export;
mod locate;
mod new_file;
mod output;
mod serve;
mod site;
mod token;

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
    Serve(Configured),
    /// Brings the database up to date.
    Migrate(Configured),
    /// Looks at everything a server needs, and says what is wrong.
    Doctor(doctor::DoctorArguments),
    /// The publications that embed the control.
    Site {
        #[command(flatten)]
        configured: Configured,
        #[command(subcommand)]
        command: site::SiteCommand,
    },
    /// Who answers for which sections of a site.
    Desk {
        #[command(flatten)]
        configured: Configured,
        #[command(subcommand)]
        command: desk::DeskCommand,
    },
    /// The people of the newsroom.
    Editor {
        #[command(flatten)]
        configured: Configured,
        #[command(subcommand)]
        command: editor::EditorCommand,
    },
    /// What programs act with, in an editor's name.
    Token {
        #[command(flatten)]
        configured: Configured,
        #[command(subcommand)]
        command: token::TokenCommand,
    },
    /// The articles that something was reported about.
    Article {
        #[command(flatten)]
        configured: Configured,
        #[command(subcommand)]
        command: article::ArticleCommand,
    },
    /// Looks passages up in texts: JSON lines on standard input, JSON lines out.
    Locate,
    /// Everything that is stored, as JSON lines.
    Export(export::ExportArguments),
    /// A consistent copy of the SQLite file, while the server runs.
    Backup(backup::BackupArguments),
}

/// Runs the command; 0 when it did, 1 with one line on stderr when not, 2 for wrong usage (clap's own).
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if matches!(arguments.command, Command::Locate) {
        // Nothing but texts and processors: no runtime, no network.
        return done(locate::run());
    }
    // TLS has one provider; without this the first connection would panic when two are compiled in.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    done(runtime.block_on(run(arguments.command)))
}

fn done(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Demo(arguments) => Box::pin(demo::run(arguments)).await,
        Command::Serve(configured) => serve::run(configured.config.as_deref()).await,
        Command::Migrate(configured) => migrate(&configured).await,
        Command::Doctor(arguments) => doctor::run(arguments).await,
        Command::Site {
            configured,
            command,
        } => site::run(command, &Tools::open(&configured).await?).await,
        Command::Desk {
            configured,
            command,
        } => desk::run(command, &Tools::open(&configured).await?).await,
        Command::Editor {
            configured,
            command,
        } => editor::run(command, &Tools::open(&configured).await?).await,
        Command::Token {
            configured,
            command,
        } => token::run(command, &Tools::open(&configured).await?).await,
        Command::Article {
            configured,
            command,
        } => article::run(command, &Tools::open(&configured).await?).await,
        Command::Locate => locate::run(),
        Command::Export(arguments) => export::run(arguments).await,
        Command::Backup(arguments) => backup::run(arguments).await,
    }
}

async fn migrate(configured: &Configured) -> anyhow::Result<()> {
    let config = compose::quiet_config(configured)?;
    let store = compose::store(&config).await?;
    store.migrate().await?;
    store.close().await;
    output::line("the database is up to date")?;
    Ok(())
}

fn failed(error: &anyhow::Error) -> ExitCode {
    // Whoever closed the pipe does not want to read about it.
    let broken_pipe = error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
    if !broken_pipe {
        output::remark(&format!("fehlermelder: {}", output::one_line(error)));
    }
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Arguments;

    #[test]
    fn the_command_line_holds_together() {
        Arguments::command().debug_assert();
    }
}
