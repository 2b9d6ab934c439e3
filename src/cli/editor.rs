//! `editor add`, `editor list`, `editor set`, `editor reset-password`, `editor reset-factor`: the people of the newsroom.

use anyhow::Context as _;
use clap::{ArgGroup, Args, Subcommand};
use serde_json::{Value, json};

use super::{
    arguments::{self, Form, PasswordSource, Switch},
    compose::Tools,
    output,
};
use crate::{
    domain::{
        editor::{Editor, Role},
        ids::SiteId,
        site::{Lang, Site},
    },
    services::{
        manage_editors::{self, EditorChange, NewEditor},
        manage_sites, second_factor,
    },
};

#[derive(Debug, Subcommand)]
pub(super) enum EditorCommand {
    /// Adds somebody who may sign in.
    Add(AddArguments),
    /// Lists everybody.
    List(Form),
    /// Changes somebody's name, role or language, switches them off or on, or their alerts.
    Set(SetArguments),
    /// Gives somebody a new password and ends their sessions.
    ResetPassword(ResetArguments),
    /// Removes somebody's second factor, where phone and recovery codes are lost, and ends their sessions.
    ResetFactor(FactorArguments),
}

#[derive(Debug, Args)]
pub(super) struct AddArguments {
    /// The address they sign in with and get mail at.
    #[arg(long, value_parser = arguments::email)]
    email: String,
    /// Their name.
    #[arg(long, value_parser = arguments::name)]
    name: String,
    /// What they may do: viewer, editor or admin.
    #[arg(long, value_parser = arguments::role)]
    role: Role,
    /// On the site of that key only; may be given more than once. Without it on all sites, also later ones.
    #[arg(long = "site", value_name = "KEY")]
    sites: Vec<String>,
    /// Language of their desk and mail: de or en.
    #[arg(long, default_value = "de", value_parser = arguments::lang)]
    lang: Lang,
    #[command(flatten)]
    password: PasswordSource,
    #[command(flatten)]
    form: Form,
}

#[derive(Debug, Args)]
pub(super) struct ResetArguments {
    /// Whose password.
    #[arg(long, value_parser = arguments::email)]
    email: String,
    #[command(flatten)]
    password: PasswordSource,
    #[command(flatten)]
    form: Form,
}

#[derive(Debug, Args)]
pub(super) struct FactorArguments {
    /// Whose second factor.
    #[arg(long, value_parser = arguments::email)]
    email: String,
    #[command(flatten)]
    form: Form,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("change").required(true).multiple(true).args(["name", "role", "lang", "active", "alerts"])))]
pub(super) struct SetArguments {
    /// Who.
    #[arg(long, value_parser = arguments::email)]
    email: String,
    /// Their name.
    #[arg(long, value_parser = arguments::name)]
    name: Option<String>,
    /// What they may do, wherever they may do something: viewer, editor or admin.
    #[arg(long, value_parser = arguments::role)]
    role: Option<Role>,
    /// Language of their desk and mail: de or en.
    #[arg(long, value_parser = arguments::lang)]
    lang: Option<Lang>,
    /// Off: they are signed out, and neither they nor their tokens come in again. What they did stays.
    #[arg(long, value_enum)]
    active: Option<Switch>,
    /// Off: new tickets are not mailed to them.
    #[arg(long, value_enum)]
    alerts: Option<Switch>,
    #[command(flatten)]
    form: Form,
}

pub(super) async fn run(command: EditorCommand, tools: &Tools) -> anyhow::Result<()> {
    match command {
        EditorCommand::Add(arguments) => add(arguments, tools).await,
        EditorCommand::List(form) => list(form, tools).await,
        EditorCommand::Set(arguments) => set(arguments, tools).await,
        EditorCommand::ResetPassword(arguments) => reset(arguments, tools).await,
        EditorCommand::ResetFactor(arguments) => reset_factor(arguments, tools).await,
    }
}

async fn add(arguments: AddArguments, tools: &Tools) -> anyhow::Result<()> {
    let password = arguments.password.read()?;
    let known = manage_sites::list(&tools.services).await?;
    let sites = arguments
        .sites
        .iter()
        .map(|key| site_id(&known, key))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let new = NewEditor {
        email: arguments.email,
        name: arguments.name,
        role: arguments.role,
        sites,
        lang: arguments.lang,
    };
    let (editor, made) = manage_editors::add(&tools.services, new, password).await?;
    if arguments.form.json {
        let mut object = object(&editor, &known);
        object["password"] = made.into();
        drop_null_password(&mut object);
        output::json_line(&object)?;
    } else {
        output::line(&format!("added {}", editor.email))?;
        show_password(made.as_deref())?;
    }
    Ok(())
}

async fn set(arguments: SetArguments, tools: &Tools) -> anyhow::Result<()> {
    let change = EditorChange {
        name: arguments.name,
        lang: arguments.lang,
        role: arguments.role,
        active: arguments.active.map(Switch::is_on),
        alerted: arguments.alerts.map(Switch::is_on),
    };
    let editor = manage_editors::change(&tools.services, &arguments.email, change).await?;
    if arguments.form.json {
        let sites = manage_sites::list(&tools.services).await?;
        output::json_line(&object(&editor, &sites))?;
    } else {
        output::line(&format!("changed {}", editor.email))?;
    }
    Ok(())
}

async fn reset(arguments: ResetArguments, tools: &Tools) -> anyhow::Result<()> {
    let password = arguments.password.read()?;
    let made = manage_editors::reset_password(&tools.services, &arguments.email, password).await?;
    let email = arguments.email.to_lowercase();
    if arguments.form.json {
        let mut object = json!({ "email": email, "password": made });
        drop_null_password(&mut object);
        output::json_line(&object)?;
    } else {
        output::line(&format!("{email} has a new password"))?;
        show_password(made.as_deref())?;
    }
    Ok(())
}

async fn reset_factor(arguments: FactorArguments, tools: &Tools) -> anyhow::Result<()> {
    let (editor, had) = second_factor::reset(&tools.services, &arguments.email).await?;
    if arguments.form.json {
        output::json_line(&json!({ "email": editor.email, "removed": had }))?;
    } else if had {
        output::line(&format!("{} has no second factor any more", editor.email))?;
    } else {
        output::line(&format!("{} had no second factor", editor.email))?;
    }
    Ok(())
}

async fn list(form: Form, tools: &Tools) -> anyhow::Result<()> {
    let editors = manage_editors::list(&tools.services).await?;
    let sites = manage_sites::list(&tools.services).await?;
    if form.json {
        for editor in &editors {
            output::json_line(&object(editor, &sites))?;
        }
        return Ok(());
    }
    let rows: Vec<_> = editors
        .iter()
        .map(|editor| {
            [
                editor.email.clone(),
                editor.name.clone(),
                roles(editor, &sites),
                yes_or_no(editor.active),
                yes_or_no(editor.alerted),
            ]
        })
        .collect();
    output::table(["EMAIL", "NAME", "ROLE", "ACTIVE", "ALERTS"], &rows)?;
    Ok(())
}

fn site_id(sites: &[Site], key: &str) -> anyhow::Result<SiteId> {
    sites
        .iter()
        .find(|site| site.key == key)
        .map(|site| site.id)
        .with_context(|| format!("there is no site with the key {key}"))
}

/// `editor`, or `editor on KEY, viewer on KEY`.
fn roles(editor: &Editor, sites: &[Site]) -> String {
    let everywhere = editor.role.map(|role| role.to_string());
    let single = editor
        .site_roles
        .iter()
        .map(|(site, role)| format!("{role} on {}", site_key(*site, sites)));
    everywhere
        .into_iter()
        .chain(single)
        .collect::<Vec<_>>()
        .join(", ")
}

fn site_key(id: SiteId, sites: &[Site]) -> &str {
    sites
        .iter()
        .find(|site| site.id == id)
        .map_or("?", |site| site.key.as_str())
}

fn object(editor: &Editor, sites: &[Site]) -> Value {
    let single: Vec<Value> = editor
        .site_roles
        .iter()
        .map(|(site, role)| json!({ "key": site_key(*site, sites), "role": role }))
        .collect();
    json!({
        "id": editor.id,
        "email": editor.email,
        "name": editor.name,
        "role": editor.role,
        "sites": single,
        "lang": editor.lang,
        "active": editor.active,
        "alerted": editor.alerted,
    })
}

fn yes_or_no(flag: bool) -> String {
    if flag { "yes" } else { "no" }.to_owned()
}

fn drop_null_password(object: &mut Value) {
    if let Some(fields) = object.as_object_mut()
        && fields.get("password").is_some_and(Value::is_null)
    {
        fields.remove("password");
    }
}

fn show_password(made: Option<&str>) -> std::io::Result<()> {
    match made {
        Some(password) => output::line(&format!("password, shown this once: {password}")),
        None => Ok(()),
    }
}
