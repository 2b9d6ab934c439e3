//! `backup`: a consistent copy of the SQLite file while the server runs.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use secrecy::ExposeSecret as _;

use super::{arguments::Configured, compose, new_file::NewFile, output};
use crate::storage::{StorageError, sqlite_file};

#[derive(Debug, Args)]
pub(super) struct BackupArguments {
    #[command(flatten)]
    configured: Configured,
    /// The copy, which must not be there yet.
    file: PathBuf,
}

pub(super) async fn run(arguments: BackupArguments) -> anyhow::Result<()> {
    let config = compose::quiet_config(&arguments.configured)?;
    // Opening would make an empty database where there is none, and we would copy that.
    let database =
        sqlite_file(config.database_url.expose_secret()).ok_or(StorageError::NotForThisDatabase)?;
    if !database.exists() {
        anyhow::bail!("there is no database at {}", database.display());
    }
    let (new, _) = NewFile::begin(&arguments.file)?;
    let store = compose::store(&config).await?;
    let draft = new
        .draft()
        .to_str()
        .context("the file's name must be UTF-8")?;
    // As it is: a copy before an update must be one of the old schema.
    store
        .backup_to(draft)
        .await
        .context("the copy cannot be written")?;
    store.close().await;
    new.finish()?;
    output::line(&format!("copied to {}", arguments.file.display()))?;
    if config.secret_key.is_none() {
        output::remark(&format!(
            "the key that readers' links are made with is not in it: keep a copy of {} elsewhere",
            config.secret_key_file.display()
        ));
    }
    Ok(())
}
