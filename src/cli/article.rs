//! `article forget`: what an article said is deleted.

use clap::{Args, Subcommand};
use serde_json::json;

use super::{arguments::Form, compose::Tools, output};
use crate::{domain::article::ArticleUrl, services::watch_articles};

#[derive(Debug, Subcommand)]
pub(super) enum ArticleCommand {
    /// Deletes all that we kept of what an article said, for instance when its archive took a name out.
    Forget(ForgetArguments),
}

#[derive(Debug, Args)]
pub(super) struct ForgetArguments {
    /// The article's address.
    url: String,
    #[command(flatten)]
    form: Form,
}

pub(super) async fn run(command: ArticleCommand, tools: &Tools) -> anyhow::Result<()> {
    match command {
        ArticleCommand::Forget(arguments) => forget(arguments, tools).await,
    }
}

async fn forget(arguments: ForgetArguments, tools: &Tools) -> anyhow::Result<()> {
    let url = ArticleUrl::parse(&arguments.url)?;
    let Some(versions) = watch_articles::forget_address(&tools.services, &url).await? else {
        anyhow::bail!("nothing was ever reported about {}", url.as_str());
    };
    if arguments.form.json {
        output::json_line(&json!({ "url": url.as_str(), "versions": versions }))?;
    } else {
        output::line(&format!("{versions} versions were deleted"))?;
    }
    Ok(())
}
