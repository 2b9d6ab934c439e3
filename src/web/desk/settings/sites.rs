//! `/settings`: the sites somebody administers; `/settings/sites/…`: one site's settings, and a new site.

use minijinja::{Value, context};
use poem::{
    IntoResponse as _, Request, Response, handler,
    http::StatusCode,
    web::{Data, Path, Redirect},
};

use super::{advises_factor, go_on, page, site, site_form::SiteForm};
use crate::{
    domain::site::{Origin, Site, SiteSettings},
    services::manage_sites::{self, ManageSitesError, SiteChange, TIME_ZONE},
    web::{AppState, desk::fields::Faults, forms::Form, session::CurrentEditor},
};

/// The settings of a site.
#[must_use]
pub fn path_of(site: &Site) -> String {
    format!("/settings/sites/{}", site.key)
}

/// `GET /settings`
#[handler]
pub async fn list(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let sites: Vec<Value> = manage_sites::list(&state.services)
        .await?
        .iter()
        .filter(|site| editor.editor.administers(site.id))
        .map(site_view)
        .collect();
    let advise_factor = advises_factor(state, &editor).await?;
    let own = context! { sites => sites, advise_factor => advise_factor };
    page(state, request, &editor, "settings/sites.html", "sites", own).await
}

/// What every page of a site's settings shows of it.
#[must_use]
pub fn site_view(site: &Site) -> Value {
    context! {
        key => site.key.as_str(),
        name => site.name.as_str(),
        url => path_of(site),
        origins => site.origins.iter().map(|o| o.as_str().to_owned()).collect::<Vec<_>>(),
    }
}

/// `GET /settings/sites/new`
#[handler]
pub async fn blank(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let form = SiteForm::empty(editor.editor.lang, TIME_ZONE);
    form_page(state, request, &editor, None, &form, &Faults::default()).await
}

/// `POST /settings/sites`
#[handler]
pub async fn create(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<SiteForm>,
) -> poem::Result<Response> {
    match form.read(SiteSettings::default()) {
        Ok(new) => {
            let who = Some(editor.editor.id);
            let site = manage_sites::add_as(&state.services, who, new).await?;
            // What is wanted next are the two lines.
            Ok(Redirect::see_other(format!("{}/embedding", path_of(&site))).into_response())
        }
        Err(faults) => refused(form_page(state, request, &editor, None, &form, &faults).await?),
    }
}

/// `GET /settings/sites/{key}`
#[handler]
pub async fn show(
    request: &Request,
    Path(key): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let site = site(state, &key).await?;
    let form = SiteForm::of(&site);
    form_page(
        state,
        request,
        &editor,
        Some(&site),
        &form,
        &Faults::default(),
    )
    .await
}

/// `POST /settings/sites/{key}`
#[handler]
pub async fn update(
    request: &Request,
    Path(key): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<SiteForm>,
) -> poem::Result<Response> {
    let known = site(state, &key).await?;
    let form = form.over(&known);
    let wanted = match form.read(known.settings.clone()) {
        Ok(wanted) => wanted,
        Err(faults) => {
            return refused(
                form_page(state, request, &editor, Some(&known), &form, &faults).await?,
            );
        }
    };
    let gone = |origin: &&Origin| !wanted.origins.contains(origin);
    let added = |origin: &Origin| !known.origins.contains(origin);
    // Only what this form changed: others may have changed something since the site was read.
    let change = SiteChange {
        fewer_origins: known.origins.iter().filter(gone).cloned().collect(),
        more_origins: wanted.origins.into_iter().filter(added).collect(),
        name: Some(wanted.name).filter(|name| *name != known.name),
        lang: Some(wanted.lang).filter(|lang| *lang != known.lang),
        time_zone: Some(wanted.time_zone).filter(|zone| *zone != known.time_zone),
    };
    let who = Some(editor.editor.id);
    let (was, set) = (&known.settings, wanted.settings);
    let changed = manage_sites::change_as(&state.services, who, &key, change, |settings| {
        settings.change(was, set);
    });
    match changed.await {
        Ok(site) => Ok(go_on(&path_of(&site), "saved")),
        Err(ManageSitesError::Storage(error)) => Err(error.into()),
        // Somebody else took an origin away at the same moment: as if it had been done by this form.
        Err(_) => Ok(Redirect::see_other(path_of(&known)).into_response()),
    }
}

async fn form_page(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    site: Option<&Site>,
    form: &SiteForm,
    faults: &Faults,
) -> poem::Result<Response> {
    let (needed, more) = form.shown(editor.editor.lang, faults);
    // A refused form was opened when it was opened first.
    let was = match site.map(SiteForm::of) {
        Some(is) if form.was.is_empty() => serde_json::to_string(&is).unwrap_or_default(),
        _ => form.was.clone(),
    };
    let own = context! {
        site => site.map(site_view),
        needed => needed,
        more => more,
        wrong => !faults.is_empty(),
        was => was,
    };
    page(state, request, editor, "settings/site.html", "sites", own).await
}

/// A form with faults: the page again, as an answer that says so.
///
/// # Errors
/// None; in the shape of a handler's answer.
pub fn refused(mut response: Response) -> poem::Result<Response> {
    response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(response)
}
