//! What several commands take, and how single values are read; a value that cannot be is wrong usage.

use std::path::PathBuf;

use clap::Args;

use jiff::tz::TimeZone;

use crate::domain::{
    article::http_url,
    article_text::is_selector,
    clean::clean_line,
    cms_link::CmsPattern,
    editor::{Role, Scope},
    report::is_email,
    site::{Lang, Origin},
};

/// Where the configuration is.
#[derive(Debug, Clone, Args)]
pub(super) struct Configured {
    /// The configuration file.
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Form {
    /// One JSON object a line, for programs.
    #[arg(long)]
    pub(super) json: bool,
}

/// Where a password comes from.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct PasswordSource {
    /// Reads the password from the first line of standard input; without it one is made and shown once.
    #[arg(long = "password-stdin")]
    stdin: bool,
}

impl PasswordSource {
    pub(super) fn read(self) -> anyhow::Result<Option<String>> {
        if !self.stdin {
            return Ok(None);
        }
        let mut line = String::new();
        std::io::stdin()
            .read_line(&mut line)
            .map_err(|error| anyhow::anyhow!("the password cannot be read: {error}"))?;
        Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned()))
    }
}

pub(super) fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| one_of(Role::ALL.iter().map(|r| r.as_str())))
}

pub(super) fn scope(text: &str) -> Result<Scope, String> {
    Scope::parse(text).ok_or_else(|| one_of(Scope::ALL.iter().map(|s| s.as_str())))
}

pub(super) fn lang(text: &str) -> Result<Lang, String> {
    Lang::parse(text).ok_or_else(|| one_of(Lang::ALL.iter().map(|l| l.as_str())))
}

fn one_of(words: impl Iterator<Item = &'static str>) -> String {
    format!("expected one of {}", words.collect::<Vec<_>>().join(", "))
}

pub(super) fn origin(text: &str) -> Result<Origin, String> {
    Origin::parse(text).map_err(|error| error.to_string())
}

pub(super) fn email(text: &str) -> Result<String, String> {
    let text = text.trim();
    if is_email(text) {
        Ok(text.to_owned())
    } else {
        Err("expected an e-mail address".into())
    }
}

pub(super) fn url(text: &str) -> Result<String, String> {
    http_url(text)
        .map(String::from)
        .ok_or_else(|| "expected an address that begins with https:// or http://".into())
}

pub(super) fn name(text: &str) -> Result<String, String> {
    let name = clean_line(text);
    match name.chars().count() {
        0 => Err("expected a name".into()),
        1..=200 => Ok(name),
        _ => Err("expected at most 200 characters".into()),
    }
}

/// The IANA name as it is written in the data base (RFC 6557), whatever the case it is given in.
pub(super) fn time_zone(text: &str) -> Result<String, String> {
    let zone = TimeZone::get(text.trim()).ok();
    zone.and_then(|zone| zone.iana_name().map(str::to_owned))
        .ok_or_else(|| "expected a time zone such as Europe/Vienna".into())
}

/// The name of a section, as the article's breadcrumbs say it.
pub(super) fn section(text: &str) -> Result<String, String> {
    name(text).map_err(|error| error.replace("a name", "a section"))
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Switch {
    On,
    Off,
}

impl Switch {
    pub(super) fn is_on(self) -> bool {
        self == Self::On
    }
}

pub(super) fn selector(text: &str) -> Result<String, String> {
    let text = text.trim();
    if is_selector(text) {
        Ok(text.to_owned())
    } else {
        Err("expected a CSS selector such as .entry-content".into())
    }
}

/// The address of an article in the content system, as a pattern.
pub(super) fn cms_url(text: &str) -> Result<String, String> {
    CmsPattern::parse(text)
        .map(|pattern| pattern.as_str().to_owned())
        .map_err(|error| error.to_string())
}
