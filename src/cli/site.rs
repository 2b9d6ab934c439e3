//! `site add`, `site list`: the publications that embed the control.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{
    arguments::{self, Form},
    compose::Tools,
    output,
};
use crate::{
    domain::site::{Lang, Origin, Site, SiteSettings},
    services::manage_sites,
};

#[derive(Debug, Subcommand)]
pub(super) enum SiteCommand {
    /// Adds a site and prints its key.
    Add(AddArguments),
    /// Lists all sites.
    List(Form),
}

#[derive(Debug, Args)]
pub(super) struct AddArguments {
    /// What people call it.
    #[arg(long, value_parser = arguments::name)]
    name: String,
    /// Where its pages come from, such as `https://www.example.org`; may be given more than once.
    #[arg(long = "origin", value_name = "URL", required = true, value_parser = arguments::origin)]
    origins: Vec<Origin>,
    /// The language of its mails to readers: de or en.
    #[arg(long, default_value = "de", value_parser = arguments::lang)]
    lang: Lang,
    /// Its privacy notice.
    #[arg(long, value_name = "URL", value_parser = arguments::url)]
    privacy_url: Option<String>,
    /// Where opinions belong.
    #[arg(long, value_name = "URL", value_parser = arguments::url)]
    comments_url: Option<String>,
    /// Gegendarstellung and legal matters.
    #[arg(long, value_name = "URL", value_parser = arguments::url)]
    legal_url: Option<String>,
    /// Subscription questions.
    #[arg(long, value_name = "URL", value_parser = arguments::url)]
    subscription_url: Option<String>,
    /// Who is told of tickets that speak of legal claims.
    #[arg(long, value_name = "EMAIL", value_parser = arguments::email)]
    legal_contact: Option<String>,
    /// CSS selector for what holds an article's text, where the page does not say.
    #[arg(long, value_name = "SELECTOR", value_parser = arguments::selector)]
    article_selector: Option<String>,
    /// Tickets about language wait for an editor too when the article shows what was suggested; otherwise they close by themselves.
    #[arg(long)]
    confirm_corrections: bool,
    /// Days after which a version of an article that is not shown any more is deleted, in place of `watch.version_days`.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3650))]
    article_version_days: Option<u32>,
    #[command(flatten)]
    form: Form,
}

pub(super) async fn run(command: SiteCommand, tools: &Tools) -> anyhow::Result<()> {
    match command {
        SiteCommand::Add(arguments) => add(arguments, tools).await,
        SiteCommand::List(form) => list(form, tools).await,
    }
}

async fn add(arguments: AddArguments, tools: &Tools) -> anyhow::Result<()> {
    let mut origins = arguments.origins;
    origins.sort();
    origins.dedup();
    let settings = SiteSettings {
        article_selector: arguments.article_selector,
        privacy_url: arguments.privacy_url,
        comments_url: arguments.comments_url,
        legal_url: arguments.legal_url,
        subscription_url: arguments.subscription_url,
        legal_contact: arguments.legal_contact,
        confirm_corrections: arguments.confirm_corrections,
        article_version_days: arguments.article_version_days,
    };
    let (name, lang) = (arguments.name, arguments.lang);
    let site = manage_sites::add(&tools.services, &name, origins, lang, settings).await?;
    if arguments.form.json {
        output::json_line(&object(&site))?;
    } else {
        output::line(&site.key)?;
    }
    Ok(())
}

async fn list(form: Form, tools: &Tools) -> anyhow::Result<()> {
    let sites = manage_sites::list(&tools.services).await?;
    if form.json {
        for site in &sites {
            output::json_line(&object(site))?;
        }
        return Ok(());
    }
    let rows: Vec<_> = sites
        .into_iter()
        .map(|site| {
            let origins: Vec<_> = site.origins.iter().map(Origin::as_str).collect();
            [
                site.key,
                site.name,
                site.lang.to_string(),
                origins.join(" "),
            ]
        })
        .collect();
    output::table(["KEY", "NAME", "LANG", "ORIGINS"], &rows)?;
    Ok(())
}

fn object(site: &Site) -> Value {
    json!({
        "key": site.key,
        "name": site.name,
        "lang": site.lang,
        "time_zone": site.time_zone,
        "origins": site.origins,
        "settings": site.settings,
    })
}
