//! `export`: everything that is stored, as JSON lines.

use std::{
    io::{self, BufWriter, IsTerminal as _, Write},
    path::PathBuf,
};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{arguments::Configured, compose, new_file::NewFile};
use crate::{
    domain::clock::SystemClock,
    services::export_everything::{self, Export, Header},
};

#[derive(Debug, Args)]
pub(super) struct ExportArguments {
    #[command(flatten)]
    configured: Configured,
    /// Writes to that file, which must not be there yet, instead of standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) async fn run(arguments: ExportArguments) -> anyhow::Result<()> {
    let config = compose::quiet_config(&arguments.configured)?;
    let file = arguments
        .output
        .as_deref()
        .map(NewFile::begin)
        .transpose()?;
    let store = compose::store(&config).await?;
    compose::prepare_schema(&config, &store).await?;
    let (header, export) = export_everything::begin(&store, &SystemClock).await?;
    if let Some((new, file)) = file {
        write(BufWriter::new(file), header, export).await?;
        new.finish()?;
    } else {
        write(BufWriter::new(io::stdout()), header, export).await?;
    }
    store.close().await;
    Ok(())
}

async fn write(mut out: impl Write, header: Header, mut export: Export) -> anyhow::Result<()> {
    let progress = progress(export.rows);
    line(&mut out, &header)?;
    while let Some(rows) = export.next_rows().await? {
        for row in &rows {
            line(&mut out, row)?;
        }
        progress.inc(rows.len() as u64);
    }
    out.flush()?;
    progress.finish_and_clear();
    Ok(())
}

fn line(out: &mut impl Write, value: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// A bar on standard error, where somebody may see it.
fn progress(rows: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(rows), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{wide_bar} {human_pos}/{human_len} rows, {eta} left");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
