//! `/profile`: name, language, time zone, which mails somebody gets, and when they are away.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use minijinja::context;
use poem::{Request, Response, handler, web::Data};
use serde::Deserialize;

use crate::{
    domain::{
        account::{Account, AlertMode},
        clean::clean_line,
        clock::UnixMillis,
        editor::Editor,
        site::Lang,
    },
    rendering::translate,
    services::{
        manage_sites::TIME_ZONE,
        own_account::{self, Preferences},
    },
    web::{
        AppState,
        desk::{
            fields::{Faults, Field, Fields},
            settings::{
                advises_factor, go_on, page,
                site_form::{MAX_NAME, time_zone_field},
                sites::refused,
            },
        },
        forms::Form,
        session::CurrentEditor,
    },
};

/// What the form carries.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PreferencesForm {
    name: String,
    lang: String,
    time_zone: String,
    alert_mode: String,
    mentioned: String,
    absent_from: String,
    absent_until: String,
}

impl PreferencesForm {
    fn of(editor: &Editor, account: &Account) -> Self {
        let zone = zone_of(account.time_zone.as_deref());
        let day = |at: Option<UnixMillis>| {
            at.and_then(|at| Timestamp::from_millisecond(at).ok())
                .map(|at| at.to_zoned(zone.clone()).date().to_string())
                .unwrap_or_default()
        };
        Self {
            name: editor.name.clone(),
            lang: editor.lang.as_str().to_owned(),
            time_zone: account.time_zone.clone().unwrap_or_default(),
            alert_mode: account.alert_mode.as_str().to_owned(),
            mentioned: if account.mentioned { "on" } else { "" }.to_owned(),
            absent_from: day(account.absent_from),
            // The last day is a whole day away.
            absent_until: day(account.absent_until.map(|at| at - 1)),
        }
    }

    fn read(&self) -> Result<Preferences, Faults> {
        let mut faults = Faults::default();
        let name = clean_line(&self.name);
        if name.is_empty() {
            faults.add("name", "error-field-required");
        } else if name.chars().count() > MAX_NAME {
            faults.add_with(
                "name",
                "error-field-too-long",
                vec![("limit", MAX_NAME.to_string())],
            );
        }
        let time_zone = match self.time_zone.trim() {
            "" => None,
            text => {
                let zone = TimeZone::get(text).ok();
                let named = zone.and_then(|zone| zone.iana_name().map(str::to_owned));
                if named.is_none() {
                    faults.add("time_zone", "settings-error-time-zone");
                }
                named
            }
        };
        let zone = zone_of(time_zone.as_deref());
        let mut day = |field: &'static str, text: &str, later: i64| match text.trim() {
            "" => None,
            text => {
                let at = text.parse::<Date>().ok().and_then(|day| {
                    let day = day.checked_add(later.days()).ok()?;
                    let begin = day.to_zoned(zone.clone()).ok()?;
                    Some(begin.timestamp().as_millisecond())
                });
                if at.is_none() {
                    faults.add(field, "profile-error-day");
                }
                at
            }
        };
        let absent_from = day("absent_from", &self.absent_from, 0);
        let absent_until = day("absent_until", &self.absent_until, 1);
        if absent_until.is_some() && absent_from.is_none() && faults.is_empty() {
            faults.add("absent_from", "error-field-required");
        }
        if let (Some(from), Some(until)) = (absent_from, absent_until)
            && until <= from
        {
            faults.add("absent_until", "profile-error-until");
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Preferences {
            name,
            lang: Lang::parse(&self.lang).unwrap_or(Lang::De),
            time_zone,
            alert_mode: AlertMode::parse(&self.alert_mode).unwrap_or(AlertMode::Each),
            mentioned: !self.mentioned.is_empty(),
            absent_from,
            absent_until,
        })
    }
}

/// The zone of somebody's days.
fn zone_of(name: Option<&str>) -> TimeZone {
    TimeZone::get(name.unwrap_or(TIME_ZONE)).unwrap_or(TimeZone::UTC)
}

/// `GET /profile`
#[handler]
pub async fn show(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let account = own_account::find(&state.services, &editor.editor).await?;
    let form = PreferencesForm::of(&editor.editor, &account);
    form_page(state, request, &editor, &form, &Faults::default()).await
}

/// `POST /profile`
#[handler]
pub async fn update(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<PreferencesForm>,
) -> poem::Result<Response> {
    match form.read() {
        Ok(wanted) => {
            own_account::save(&state.services, &editor.editor, wanted).await?;
            Ok(go_on("/profile", "saved"))
        }
        Err(faults) => refused(form_page(state, request, &editor, &form, &faults).await?),
    }
}

async fn form_page(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    form: &PreferencesForm,
    faults: &Faults,
) -> poem::Result<Response> {
    let lang = editor.editor.lang;
    let say = |id: &str| translate(lang, id, &[]);
    let languages = Lang::ALL
        .iter()
        .map(|l| (l.as_str().to_owned(), say(&format!("language-{l}"))))
        .collect();
    let modes = AlertMode::ALL
        .iter()
        .map(|m| (m.as_str().to_owned(), say(&format!("alert-mode-{m}"))))
        .collect();
    let mut zone = time_zone_field(&form.time_zone);
    zone.hint = Some("profile-zone-hint");
    zone.options
        .insert(0, (String::new(), say("profile-zone-site")));
    let person = Fields::new(lang, faults)
        .with(Field {
            name: "name",
            kind: "text",
            label: "people-name",
            value: &form.name,
            autocomplete: Some("name"),
            ..Field::default()
        })
        .with(Field {
            name: "lang",
            kind: "select",
            label: "profile-lang",
            value: &form.lang,
            options: languages,
            ..Field::default()
        })
        .with(zone);
    let mails = Fields::new(lang, faults)
        .with(Field {
            name: "alert_mode",
            kind: "radio",
            label: "profile-alerts",
            value: &form.alert_mode,
            options: modes,
            ..Field::default()
        })
        .with(Field {
            name: "mentioned",
            kind: "checkbox",
            label: "profile-mentioned",
            value: &form.mentioned,
            ..Field::default()
        });
    let absence = Fields::new(lang, faults)
        .with(Field {
            name: "absent_from",
            kind: "date",
            label: "profile-absent-from",
            value: &form.absent_from,
            optional: true,
            ..Field::default()
        })
        .with(Field {
            name: "absent_until",
            kind: "date",
            label: "profile-absent-until",
            hint: Some("profile-absent-hint"),
            value: &form.absent_until,
            optional: true,
            ..Field::default()
        });
    let own = context! {
        person => person.shown(),
        mails => mails.shown(),
        absence => absence.shown(),
        wrong => !faults.is_empty(),
        advise_factor => advises_factor(state, editor).await?,
    };
    page(
        state,
        request,
        editor,
        "profile/preferences.html",
        "profile",
        own,
    )
    .await
}
