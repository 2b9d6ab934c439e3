//! The database: where it lies, whether it answers, whether its schema is ours.

use std::path::Path;

use secrecy::ExposeSecret as _;

use super::{
    Finding,
    machine::{file_system, is_network, is_open_to_others},
    one_line,
};
use crate::{
    cli::compose,
    config::Config,
    storage::{StorageError, sqlite_file},
};

const DATABASE: &str = "database";

pub(super) async fn database(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(path) = sqlite_file(config.database_url.expose_secret()) {
        findings.extend(file(&path));
        if !path.exists() {
            // Opening it would make it.
            findings.push(Finding::warn(
                DATABASE,
                format!(
                    "{} is not there yet; the first start makes it",
                    path.display()
                ),
            ));
            return findings;
        }
    }
    let store = match compose::store(config).await {
        Ok(store) => store,
        Err(error) => {
            findings.push(Finding::fail(DATABASE, one_line(&error)));
            return findings;
        }
    };
    findings.push(match store.check_schema().await {
        Ok(()) => Finding::ok(DATABASE, "answers, and its schema is up to date"),
        Err(error @ StorageError::SchemaOutdated(_)) if config.migrate_on_start => Finding::warn(
            DATABASE,
            format!("{error}, or start the server, which does that first"),
        ),
        Err(error) => Finding::fail(DATABASE, error.to_string()),
    });
    store.close().await;
    findings
}

fn file(path: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    match file_system(path) {
        Some(kind) if is_network(&kind) => findings.push(Finding::fail(
            DATABASE,
            format!(
                "{} lies on a network file system ({kind}), where SQLite can lose data: move it to a local disk, or use PostgreSQL",
                path.display()
            ),
        )),
        Some(kind) => findings.push(Finding::ok(
            DATABASE,
            format!("{} lies on a local file system ({kind})", path.display()),
        )),
        None => {}
    }
    if is_open_to_others(path) {
        findings.push(Finding::warn(
            DATABASE,
            format!(
                "{0} holds readers' addresses and can be read by others: chmod 600 {0}",
                path.display()
            ),
        ));
    }
    findings
}
