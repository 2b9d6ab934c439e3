//! `token add`, `token list`, `token revoke`: what programs act with, in an editor's name.

use anyhow::Context as _;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    arguments::{self, Form},
    compose::Tools,
    output,
};
use crate::{
    domain::{
        clock::UnixMillis,
        editor::{Editor, Scope},
    },
    services::manage_tokens,
    storage::editors::ApiToken,
};

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Makes a token and prints it, this once.
    Add(AddArguments),
    /// Lists all tokens, without their secrets.
    List(Form),
    /// Takes a token's right away.
    Revoke {
        /// The token's id, as `token list` shows it.
        id: Uuid,
    },
}

#[derive(Debug, Args)]
pub(super) struct AddArguments {
    /// In whose name: the editor's e-mail address.
    #[arg(long, value_name = "EMAIL", value_parser = arguments::email)]
    editor: String,
    /// What it may do: tickets:read, tickets:write, or both with a comma between them.
    #[arg(long = "scope", value_name = "SCOPES", required = true, value_delimiter = ',', value_parser = arguments::scope)]
    scopes: Vec<Scope>,
    #[command(flatten)]
    form: Form,
}

pub(super) async fn run(command: TokenCommand, tools: &Tools) -> anyhow::Result<()> {
    match command {
        TokenCommand::Add(arguments) => add(arguments, tools).await,
        TokenCommand::List(form) => list(form, tools).await,
        TokenCommand::Revoke { id } => revoke(id, tools).await,
    }
}

async fn add(arguments: AddArguments, tools: &Tools) -> anyhow::Result<()> {
    let mut scopes = arguments.scopes;
    scopes.sort_unstable();
    scopes.dedup();
    let (token, secret) = manage_tokens::add(&tools.services, &arguments.editor, scopes)
        .await?
        .with_context(|| format!("there is no editor with the address {}", arguments.editor))?;
    if arguments.form.json {
        let fields = json!({ "token": secret, "id": token.id, "scopes": token.scopes });
        output::json_line(&fields)?;
    } else {
        output::line(&secret)?;
        output::remark(&format!("token {}, shown this once", token.id));
    }
    Ok(())
}

async fn list(form: Form, tools: &Tools) -> anyhow::Result<()> {
    let tokens = manage_tokens::list(&tools.services).await?;
    if form.json {
        for (token, editor) in &tokens {
            output::json_line(&object(token, editor.as_ref()))?;
        }
        return Ok(());
    }
    let rows: Vec<_> = tokens
        .iter()
        .map(|(token, editor)| {
            let scopes: Vec<_> = token.scopes.iter().map(|s| s.as_str()).collect();
            let moment = |at: Option<UnixMillis>| at.map_or_else(|| "–".to_owned(), iso);
            [
                token.id.to_string(),
                editor.as_ref().map_or("?", |e| &e.email).to_owned(),
                scopes.join(","),
                moment(token.last_used_at),
                moment(token.revoked_at),
            ]
        })
        .collect();
    output::table(["ID", "EDITOR", "SCOPES", "LAST USED", "REVOKED"], &rows)?;
    Ok(())
}

async fn revoke(id: Uuid, tools: &Tools) -> anyhow::Result<()> {
    if !manage_tokens::revoke(&tools.services, id).await? {
        anyhow::bail!("there is no token {id} to revoke");
    }
    output::line(&format!("revoked {id}"))?;
    Ok(())
}

fn object(token: &ApiToken, editor: Option<&Editor>) -> Value {
    json!({
        "id": token.id,
        "editor": editor.map(|e| e.email.as_str()),
        "scopes": token.scopes,
        "created_at": iso(token.created_at),
        "last_used_at": token.last_used_at.map(iso),
        "revoked_at": token.revoked_at.map(iso),
    })
}

fn iso(at: UnixMillis) -> String {
    Timestamp::from_millisecond(at)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_string()
}
