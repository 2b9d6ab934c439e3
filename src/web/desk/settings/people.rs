//! `/settings/people`: who may come to the desk: invitations, roles, switching off.

use std::fmt::Write as _;

use minijinja::{Value, context};
use poem::{
    IntoResponse as _, Request, Response, handler,
    http::StatusCode,
    web::{Data, Path, Redirect},
};
use uuid::Uuid;

use super::{go_on, not_found, page, sites::refused};
use crate::{
    domain::{
        clean::clean_line,
        editor::{Editor, Role},
        ids::EditorId,
        site::{Lang, Site},
    },
    rendering::translate,
    services::{
        invite_editors,
        manage_editors::{self, ManageEditorsError, NewEditor, Rights},
        manage_sites, own_account, reset_password, second_factor,
    },
    web::{
        AppState,
        desk::fields::{Faults, Field, Fields},
        forms::Form,
        session::CurrentEditor,
    },
};

const PATH: &str = "/settings/people";

/// The fields of a form, whose names depend on the sites there are.
type Pairs = Vec<(String, String)>;

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs
        .iter()
        .find(|(known, _)| known == name)
        .map_or("", |(_, value)| value.as_str())
}

fn site_field(site: &Site) -> String {
    format!("site-{}", site.key)
}

/// The rights that a form gives.
fn read_rights(pairs: &[(String, String)], sites: &[Site]) -> Rights {
    Rights {
        everywhere: Role::parse(value(pairs, "role")),
        on_sites: sites
            .iter()
            .filter_map(|site| {
                let role = Role::parse(value(pairs, &site_field(site)))?;
                Some((site.id, role))
            })
            .collect(),
    }
}

fn pairs_of(editor: &Editor, sites: &[Site]) -> Pairs {
    let role = |role: Option<Role>| role.map_or("", Role::as_str).to_owned();
    let mut pairs = vec![("role".to_owned(), role(editor.role))];
    pairs.extend(sites.iter().map(|site| {
        let own = editor.site_roles.iter().find(|(id, _)| *id == site.id);
        (site_field(site), role(own.map(|(_, role)| *role)))
    }));
    pairs
}

/// Roles to choose from, for all sites and for single ones.
fn rights_fields(pairs: &[(String, String)], sites: &[Site], lang: Lang, faults: &Faults) -> Value {
    let roles = |none: &str| {
        let mut options = vec![(String::new(), translate(lang, none, &[]))];
        options.extend(Role::ALL.iter().map(|role| {
            let words = translate(lang, &format!("role-{role}"), &[]);
            (role.as_str().to_owned(), words)
        }));
        options
    };
    let mut fields = Fields::new(lang, faults).with(Field {
        name: "role",
        kind: "select",
        label: "people-role-all",
        hint: Some("people-role-hint"),
        value: value(pairs, "role"),
        options: roles("people-role-none"),
        ..Field::default()
    });
    for site in sites {
        let name = site_field(site);
        fields = fields.with(Field {
            name: &name,
            kind: "select",
            label_text: Some(&site.name),
            value: value(pairs, &name),
            options: roles("people-role-as-all"),
            ..Field::default()
        });
    }
    fields.shown()
}

/// `GET /settings/people`
#[handler]
pub async fn list(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let lang = editor.editor.lang;
    let sites = manage_sites::list(&state.services).await?;
    let invitations = invite_editors::invitations(&state.services).await?;
    let people: Vec<Value> = manage_editors::list(&state.services)
        .await?
        .iter()
        .map(|person| {
            let invitation = invitations
                .iter()
                .find(|link| link.editor == person.id && !person.active);
            context! {
                url => format!("{PATH}/{}", person.id),
                name => person.name.as_str(),
                email => person.email.as_str(),
                rights => rights_in_words(person, &sites, lang),
                active => person.active,
                invited_until => invitation.map(|link| link.expires_at),
                expired => invitation.is_some_and(|link| !link.is_good(state.services.now())),
            }
        })
        .collect();
    let own = context! { people => people };
    page(
        state,
        request,
        &editor,
        "settings/people.html",
        "people",
        own,
    )
    .await
}

fn rights_in_words(person: &Editor, sites: &[Site], lang: Lang) -> String {
    let role = |role: Role| translate(lang, &format!("role-{role}"), &[]);
    let mut words = person.role.map(role).unwrap_or_default();
    for (id, own) in &person.site_roles {
        if let Some(site) = sites.iter().find(|site| site.id == *id) {
            let comma = if words.is_empty() { "" } else { ", " };
            let _ = write!(words, "{comma}{}: {}", site.name, role(*own));
        }
    }
    words
}

/// `GET /settings/people/new`
#[handler]
pub async fn blank(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let pairs = vec![
        ("role".to_owned(), Role::Editor.as_str().to_owned()),
        ("lang".to_owned(), editor.editor.lang.as_str().to_owned()),
    ];
    invite_page(state, request, &editor, &pairs, &Faults::default()).await
}

/// `POST /settings/people`: invites.
#[handler]
pub async fn create(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(pairs): Form<Pairs>,
) -> poem::Result<Response> {
    let sites = manage_sites::list(&state.services).await?;
    let rights = read_rights(&pairs, &sites);
    let mut faults = Faults::default();
    if rights.is_none() {
        faults.add("role", "people-error-no-rights");
    }
    let email = clean_line(value(&pairs, "email"));
    let name = match clean_line(value(&pairs, "name")) {
        name if name.is_empty() => email.split('@').next().unwrap_or_default().to_owned(),
        name => name.chars().take(super::site_form::MAX_NAME).collect(),
    };
    if faults.is_empty() {
        let new = NewEditor {
            email,
            name,
            role: rights.everywhere.unwrap_or(Role::Viewer),
            sites: Vec::new(),
            lang: Lang::parse(value(&pairs, "lang")).unwrap_or(Lang::De),
        };
        let who = editor.editor.id;
        match invite_editors::invite(&state.services, who, new, rights).await {
            Ok(_) => return Ok(go_on(PATH, "invited")),
            Err(ManageEditorsError::Storage(error)) => return Err(error.into()),
            Err(ManageEditorsError::AddressTaken) => faults.add("email", "people-error-taken"),
            Err(_) => faults.add("email", "error-field-email"),
        }
    }
    refused(invite_page(state, request, &editor, &pairs, &faults).await?)
}

async fn invite_page(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    pairs: &[(String, String)],
    faults: &Faults,
) -> poem::Result<Response> {
    let lang = editor.editor.lang;
    let sites = manage_sites::list(&state.services).await?;
    let languages = Lang::ALL
        .iter()
        .map(|l| {
            let words = translate(lang, &format!("language-{l}"), &[]);
            (l.as_str().to_owned(), words)
        })
        .collect();
    let person = Fields::new(lang, faults)
        .with(Field {
            name: "email",
            kind: "email",
            label: "sign-in-email",
            value: value(pairs, "email"),
            ..Field::default()
        })
        .with(Field {
            name: "name",
            kind: "text",
            label: "people-name",
            hint: Some("people-name-hint"),
            value: value(pairs, "name"),
            optional: true,
            ..Field::default()
        })
        .with(Field {
            name: "lang",
            kind: "select",
            label: "people-lang",
            value: value(pairs, "lang"),
            options: languages,
            ..Field::default()
        });
    let own = context! {
        person => person.shown(),
        rights => rights_fields(pairs, &sites, lang, faults),
        wrong => !faults.is_empty(),
    };
    page(
        state,
        request,
        editor,
        "settings/invite.html",
        "people",
        own,
    )
    .await
}

async fn find(state: &AppState, id: &str) -> poem::Result<Editor> {
    let id = Uuid::parse_str(id).map_err(|_| not_found())?;
    manage_editors::find(&state.services, EditorId(id))
        .await?
        .ok_or_else(not_found)
}

/// `GET /settings/people/{id}`
#[handler]
pub async fn show(
    request: &Request,
    Path(id): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let person = find(state, &id).await?;
    let sites = manage_sites::list(&state.services).await?;
    let pairs = pairs_of(&person, &sites);
    person_page(state, request, &editor, &person, &pairs, &Faults::default()).await
}

/// `POST /settings/people/{id}`: gives other rights.
#[handler]
pub async fn update(
    request: &Request,
    Path(id): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(pairs): Form<Pairs>,
) -> poem::Result<Response> {
    let person = find(state, &id).await?;
    let sites = manage_sites::list(&state.services).await?;
    let rights = read_rights(&pairs, &sites);
    let mut faults = Faults::default();
    if rights.is_none() {
        faults.add("role", "people-error-no-rights");
        return refused(person_page(state, request, &editor, &person, &pairs, &faults).await?);
    }
    let who = editor.editor.id;
    match manage_editors::set_rights(&state.services, who, person.id, rights).await {
        Ok(()) => Ok(go_on(&format!("{PATH}/{id}"), "saved")),
        Err(ManageEditorsError::LastAdmin) => {
            faults.add("role", "people-error-last-admin");
            refused(person_page(state, request, &editor, &person, &pairs, &faults).await?)
        }
        Err(error) => failed(error),
    }
}

fn failed(error: ManageEditorsError) -> poem::Result<Response> {
    match error {
        ManageEditorsError::Storage(error) => Err(error.into()),
        // Somebody else was quicker: the list says how things are.
        ManageEditorsError::UnknownEditor => Ok(Redirect::see_other(PATH).into_response()),
        _ => Err(poem::Error::from_status(StatusCode::INTERNAL_SERVER_ERROR)),
    }
}

async fn person_page(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    person: &Editor,
    pairs: &[(String, String)],
    faults: &Faults,
) -> poem::Result<Response> {
    let lang = editor.editor.lang;
    let sites = manage_sites::list(&state.services).await?;
    let account = own_account::find(&state.services, person).await?;
    let invited = invite_editors::invitations(&state.services)
        .await?
        .into_iter()
        .find(|link| link.editor == person.id && !person.active);
    let own = context! {
        person => context! {
            url => format!("{PATH}/{}", person.id),
            name => person.name.as_str(),
            email => person.email.as_str(),
            active => person.active,
            invited_until => invited.map(|link| link.expires_at),
            has_factor => account.has_factor(),
            factor_required => second_factor::is_required(&state.services, person),
            absent => account.is_absent(state.services.now()),
            this => person.id == editor.editor.id,
        },
        rights => rights_fields(pairs, &sites, lang, faults),
        wrong => !faults.is_empty(),
    };
    page(
        state,
        request,
        editor,
        "settings/person.html",
        "people",
        own,
    )
    .await
}

/// `POST /settings/people/{id}/{act}`: `off`, `on`, `resend`, `revoke`, `password`, `factor`.
#[handler]
pub async fn act(
    Path((id, act)): Path<(String, String)>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let person = find(state, &id).await?;
    let services = &state.services;
    let who = editor.editor.id;
    let here = format!("{PATH}/{id}");
    let (done, path, word) = match act.as_str() {
        "off" => (
            manage_editors::switch(services, who, person.id, false).await,
            here,
            "switched-off",
        ),
        "on" => (
            manage_editors::switch(services, who, person.id, true).await,
            here,
            "switched-on",
        ),
        "resend" => (
            invite_editors::resend(services, who, person.id).await,
            here,
            "invited",
        ),
        "revoke" => (
            invite_editors::revoke(services, who, person.id).await,
            PATH.to_owned(),
            "revoked",
        ),
        "password" => (
            reset_password::send(services, who, person.id).await,
            here,
            "password-sent",
        ),
        "factor" => (
            second_factor::remove(services, who, &person)
                .await
                .map_err(ManageEditorsError::from),
            here,
            "factor-removed",
        ),
        _ => return Err(not_found()),
    };
    match done {
        Ok(()) => Ok(go_on(&path, word)),
        Err(ManageEditorsError::LastAdmin) => Ok(go_on(&path, "last-admin")),
        Err(error) => failed(error),
    }
}
