//! `site add`, `site list`, `site show`, `site set`: the publications that embed the control.

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::{
    arguments::{self, Form},
    compose::Tools,
    output,
};
use crate::{
    domain::site::{LEAST_REPORT_TEXT_DAYS, Lang, Origin, Site, SiteSettings},
    services::manage_sites::{self, SiteChange, TIME_ZONE},
};

#[derive(Debug, Subcommand)]
pub(super) enum SiteCommand {
    /// Adds a site and prints its key.
    Add(Box<AddArguments>),
    /// Lists all sites.
    List(Form),
    /// Shows everything that is set for a site.
    Show {
        /// The site's key.
        key: String,
        #[command(flatten)]
        form: Form,
    },
    /// Changes what is set for a site; what is not named stays.
    #[command(override_usage = "fehlermelder site set [OPTIONS] <KEY>")]
    Set(Box<SetArguments>),
}

/// One of these is given to `site set`, else there is nothing to do.
const CHANGES: [&str; 17] = [
    "name",
    "lang",
    "timezone",
    "more_origins",
    "fewer_origins",
    "privacy_url",
    "comments_url",
    "legal_url",
    "subscription_url",
    "legal_contact",
    "cms_url",
    "article_selector",
    "contact_days",
    "report_text_days",
    "confirm_corrections",
    "article_version_days",
    "unset",
];

/// What a site's owner may set, at `site add` and `site set` alike.
#[derive(Debug, Args)]
struct SettingArguments {
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
    /// Where an article is in the content system: an https address with {url}, {path}, {slug} or {id} of the article.
    #[arg(long, value_name = "PATTERN", value_parser = arguments::cms_url)]
    cms_url: Option<String>,
    /// CSS selector for what holds an article's text, where the page does not say.
    #[arg(long, value_name = "SELECTOR", value_parser = arguments::selector)]
    article_selector: Option<String>,
    /// Days after closing until readers' addresses are deleted; without it as `privacy.contact_days_after_closing` says.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(0..=3650))]
    contact_days: Option<u32>,
    /// Days after closing until what readers wrote (comments, links, answers) is deleted; 730 without it.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(i64::from(LEAST_REPORT_TEXT_DAYS)..=3650))]
    report_text_days: Option<u32>,
    /// Tickets about language wait for an editor too when the article shows what was suggested; otherwise they close by themselves.
    #[arg(long)]
    confirm_corrections: bool,
    /// Days after which a version of an article that is not shown any more is deleted; without it as `watch.version_days` says.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3650))]
    article_version_days: Option<u32>,
}

impl SettingArguments {
    fn apply(self, settings: &mut SiteSettings) {
        let texts = [
            (self.privacy_url, &mut settings.privacy_url),
            (self.comments_url, &mut settings.comments_url),
            (self.legal_url, &mut settings.legal_url),
            (self.subscription_url, &mut settings.subscription_url),
            (self.legal_contact, &mut settings.legal_contact),
            (self.cms_url, &mut settings.cms_url),
            (self.article_selector, &mut settings.article_selector),
        ];
        for (given, setting) in texts {
            if given.is_some() {
                *setting = given;
            }
        }
        if self.contact_days.is_some() {
            settings.contact_days_after_closing = self.contact_days;
        }
        if self.report_text_days.is_some() {
            settings.report_text_days = self.report_text_days;
        }
        settings.confirm_corrections |= self.confirm_corrections;
        if self.article_version_days.is_some() {
            settings.article_version_days = self.article_version_days;
        }
    }
}

/// A setting that can be taken back.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Setting {
    PrivacyUrl,
    CommentsUrl,
    LegalUrl,
    SubscriptionUrl,
    LegalContact,
    CmsUrl,
    ArticleSelector,
    ContactDays,
    ReportTextDays,
    ConfirmCorrections,
    ArticleVersionDays,
}

impl Setting {
    fn clear(self, settings: &mut SiteSettings) {
        match self {
            Self::PrivacyUrl => settings.privacy_url = None,
            Self::CommentsUrl => settings.comments_url = None,
            Self::LegalUrl => settings.legal_url = None,
            Self::SubscriptionUrl => settings.subscription_url = None,
            Self::LegalContact => settings.legal_contact = None,
            Self::CmsUrl => settings.cms_url = None,
            Self::ArticleSelector => settings.article_selector = None,
            Self::ContactDays => settings.contact_days_after_closing = None,
            Self::ReportTextDays => settings.report_text_days = None,
            Self::ConfirmCorrections => settings.confirm_corrections = false,
            Self::ArticleVersionDays => settings.article_version_days = None,
        }
    }
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
    /// The time zone its times are shown in.
    #[arg(long, visible_alias = "time-zone", value_name = "ZONE", default_value = TIME_ZONE, value_parser = arguments::time_zone)]
    timezone: String,
    #[command(flatten)]
    settings: SettingArguments,
    #[command(flatten)]
    form: Form,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("change").required(true).multiple(true).args(CHANGES)))]
pub(super) struct SetArguments {
    /// The site's key.
    key: String,
    /// What people call it.
    #[arg(long, value_parser = arguments::name)]
    name: Option<String>,
    /// The language of its mails to readers: de or en.
    #[arg(long, value_parser = arguments::lang)]
    lang: Option<Lang>,
    /// The time zone its times are shown in.
    #[arg(long, visible_alias = "time-zone", value_name = "ZONE", value_parser = arguments::time_zone)]
    timezone: Option<String>,
    /// One more place its pages come from; may be given more than once.
    #[arg(long = "add-origin", value_name = "URL", value_parser = arguments::origin)]
    more_origins: Vec<Origin>,
    /// A place its pages come from no more; may be given more than once.
    #[arg(long = "remove-origin", value_name = "URL", value_parser = arguments::origin)]
    fewer_origins: Vec<Origin>,
    #[command(flatten)]
    settings: SettingArguments,
    /// Takes a setting back; may be given more than once.
    #[arg(long = "unset", value_name = "SETTING", value_enum)]
    unset: Vec<Setting>,
    #[command(flatten)]
    form: Form,
}

pub(super) async fn run(command: SiteCommand, tools: &Tools) -> anyhow::Result<()> {
    match command {
        SiteCommand::Add(arguments) => add(*arguments, tools).await,
        SiteCommand::List(form) => list(form, tools).await,
        SiteCommand::Show { key, form } => {
            show(&manage_sites::find(&tools.services, &key).await?, form)
        }
        SiteCommand::Set(arguments) => set(*arguments, tools).await,
    }
}

async fn add(arguments: AddArguments, tools: &Tools) -> anyhow::Result<()> {
    let mut origins = arguments.origins;
    origins.sort();
    origins.dedup();
    let mut settings = SiteSettings::default();
    arguments.settings.apply(&mut settings);
    let site = manage_sites::add(
        &tools.services,
        &arguments.name,
        origins,
        arguments.lang,
        &arguments.timezone,
        settings,
    )
    .await?;
    if arguments.form.json {
        output::json_line(&object(&site))?;
    } else {
        output::line(&site.key)?;
    }
    Ok(())
}

async fn set(arguments: SetArguments, tools: &Tools) -> anyhow::Result<()> {
    let change = SiteChange {
        name: arguments.name,
        lang: arguments.lang,
        time_zone: arguments.timezone,
        more_origins: arguments.more_origins,
        fewer_origins: arguments.fewer_origins,
    };
    let (given, unset) = (arguments.settings, arguments.unset);
    let site = manage_sites::change(&tools.services, &arguments.key, change, |settings| {
        given.apply(settings);
        for setting in unset {
            setting.clear(settings);
        }
    })
    .await?;
    show(&site, arguments.form)
}

fn show(site: &Site, form: Form) -> anyhow::Result<()> {
    if form.json {
        output::json_line(&object(site))?;
        return Ok(());
    }
    let settings = &site.settings;
    let origins: Vec<_> = site.origins.iter().map(Origin::as_str).collect();
    let days = settings.contact_days_after_closing.map(|d| d.to_string());
    let text_days = settings.report_text_days.map(|d| d.to_string());
    let version_days = settings.article_version_days.map(|d| d.to_string());
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
    let rows = [
        ("key", site.key.clone()),
        ("name", site.name.clone()),
        ("lang", site.lang.to_string()),
        ("timezone", site.time_zone.clone()),
        ("origins", origins.join(" ")),
        ("privacy-url", or_none(&settings.privacy_url)),
        ("comments-url", or_none(&settings.comments_url)),
        ("legal-url", or_none(&settings.legal_url)),
        ("subscription-url", or_none(&settings.subscription_url)),
        ("legal-contact", or_none(&settings.legal_contact)),
        ("cms-url", or_none(&settings.cms_url)),
        ("article-selector", or_none(&settings.article_selector)),
        ("contact-days", or_none(&days)),
        ("report-text-days", or_none(&text_days)),
        (
            "confirm-corrections",
            settings.confirm_corrections.to_string(),
        ),
        ("article-version-days", or_none(&version_days)),
    ]
    .map(|(name, value)| [name.to_owned(), value]);
    output::table(["SETTING", "VALUE"], &rows)?;
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
                site.time_zone,
                origins.join(" "),
            ]
        })
        .collect();
    output::table(["KEY", "NAME", "LANG", "TIME ZONE", "ORIGINS"], &rows)?;
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
