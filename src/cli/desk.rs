//! `desk add`, `desk list`, `desk set`, `desk remove`: who answers for which sections of a site.

use clap::{ArgGroup, Args, Subcommand};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    arguments::{self, Form},
    compose::Tools,
    output,
};
use crate::{
    domain::{
        ids::DeskId,
        site::{Desk, Site},
    },
    services::manage_sites,
};

#[derive(Debug, Subcommand)]
pub(super) enum DeskCommand {
    /// Adds a desk to a site.
    Add(AddArguments),
    /// Lists the desks.
    List(ListArguments),
    /// Gives a desk another name or other sections.
    Set(SetArguments),
    /// Removes a desk: no ticket goes there any more. Tickets that are there stay until somebody routes them elsewhere.
    Remove {
        /// The desk's id, as `desk list` shows it.
        id: Uuid,
        #[command(flatten)]
        form: Form,
    },
}

#[derive(Debug, Args)]
pub(super) struct AddArguments {
    /// The key of the site.
    #[arg(long, value_name = "KEY")]
    site: String,
    /// What people call it.
    #[arg(long, value_parser = arguments::name)]
    name: String,
    /// A section of the site that it answers for, as the breadcrumbs name it; may be given more than once.
    #[arg(long = "section", value_name = "NAME", value_parser = arguments::section)]
    sections: Vec<String>,
    #[command(flatten)]
    form: Form,
}

#[derive(Debug, Args)]
pub(super) struct ListArguments {
    /// Those of the site of that key only.
    #[arg(long, value_name = "KEY")]
    site: Option<String>,
    #[command(flatten)]
    form: Form,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("change").required(true).multiple(true).args(["name", "sections", "no_sections"])))]
pub(super) struct SetArguments {
    /// The desk's id, as `desk list` shows it.
    id: Uuid,
    /// What people call it.
    #[arg(long, value_parser = arguments::name)]
    name: Option<String>,
    /// A section it answers for, in place of those it has; may be given more than once.
    #[arg(long = "section", value_name = "NAME", value_parser = arguments::section)]
    sections: Vec<String>,
    /// It answers for no section; tickets come there by hand only.
    #[arg(long, conflicts_with = "sections")]
    no_sections: bool,
    #[command(flatten)]
    form: Form,
}

pub(super) async fn run(command: DeskCommand, tools: &Tools) -> anyhow::Result<()> {
    match command {
        DeskCommand::Add(arguments) => add(arguments, tools).await,
        DeskCommand::List(arguments) => list(&arguments, tools).await,
        DeskCommand::Set(arguments) => set(arguments, tools).await,
        DeskCommand::Remove { id, form } => {
            let desk = manage_sites::remove_desk(&tools.services, DeskId(id)).await?;
            done("removed", &desk, form, tools).await
        }
    }
}

async fn add(arguments: AddArguments, tools: &Tools) -> anyhow::Result<()> {
    let site = manage_sites::find(&tools.services, &arguments.site).await?;
    let sections = arguments.sections;
    let desk = manage_sites::add_desk(&tools.services, site.id, &arguments.name, sections).await?;
    done("added", &desk, arguments.form, tools).await
}

async fn set(arguments: SetArguments, tools: &Tools) -> anyhow::Result<()> {
    let sections =
        (arguments.no_sections || !arguments.sections.is_empty()).then_some(arguments.sections);
    let id = DeskId(arguments.id);
    let desk = manage_sites::change_desk(&tools.services, id, arguments.name, sections).await?;
    done("changed", &desk, arguments.form, tools).await
}

async fn done(what: &str, desk: &Desk, form: Form, tools: &Tools) -> anyhow::Result<()> {
    if form.json {
        let sites = manage_sites::list(&tools.services).await?;
        output::json_line(&object(desk, &sites))?;
    } else {
        output::line(&format!("{what} {} {}", desk.id, desk.name))?;
    }
    Ok(())
}

async fn list(arguments: &ListArguments, tools: &Tools) -> anyhow::Result<()> {
    let only = match &arguments.site {
        Some(key) => Some(manage_sites::find(&tools.services, key).await?.id),
        None => None,
    };
    let sites = manage_sites::list(&tools.services).await?;
    let mut desks = manage_sites::desks(&tools.services).await?;
    desks.retain(|desk| only.is_none_or(|site| desk.site == site));
    if arguments.form.json {
        for desk in &desks {
            output::json_line(&object(desk, &sites))?;
        }
        return Ok(());
    }
    let rows: Vec<_> = desks
        .iter()
        .map(|desk| {
            [
                desk.id.to_string(),
                site_key(desk, &sites).to_owned(),
                desk.name.clone(),
                desk.sections.join(", "),
            ]
        })
        .collect();
    output::table(["ID", "SITE", "NAME", "SECTIONS"], &rows)?;
    Ok(())
}

fn site_key<'a>(desk: &Desk, sites: &'a [Site]) -> &'a str {
    sites
        .iter()
        .find(|site| site.id == desk.site)
        .map_or("?", |site| site.key.as_str())
}

fn object(desk: &Desk, sites: &[Site]) -> Value {
    json!({
        "id": desk.id,
        "site": site_key(desk, sites),
        "name": desk.name,
        "sections": desk.sections,
    })
}
