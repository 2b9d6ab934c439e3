//! `/settings/sites/{key}/addresses`: a site's address book, whom tickets are passed on to.

use minijinja::{Value, context};
use poem::{
    Request, Response, handler,
    web::{Data, Path},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    go_on, page, site,
    sites::{refused, site_view},
};
use crate::{
    domain::{
        clean::clean_line,
        ids::AddressId,
        report::is_email,
        site::Site,
        site_address::{AddressPurpose, MAX_ADDRESSES, SiteAddress},
    },
    services::manage_addresses::{self, AddressChange, Saved},
    web::{AppState, desk::fields::Faults, forms::Form, session::CurrentEditor},
};

/// What the forms carry; `act` is `save` or `remove`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AddressForm {
    act: String,
    id: String,
    name: String,
    email: String,
    purpose: String,
}

/// `GET /settings/sites/{key}/addresses`
#[handler]
pub async fn show(
    request: &Request,
    Path(key): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let site = site(state, &key).await?;
    let none = (&AddressForm::default(), &Faults::default());
    book_page(state, request, &editor, &site, none).await
}

/// `POST /settings/sites/{key}/addresses`
#[handler]
pub async fn act(
    request: &Request,
    Path(key): Path<String>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(form): Form<AddressForm>,
) -> poem::Result<Response> {
    let site = site(state, &key).await?;
    let path = format!("/settings/sites/{}/addresses", site.key);
    let who = editor.editor.id;
    let id = Uuid::parse_str(&form.id).map(AddressId).ok();
    if form.act == "remove" {
        if let Some(id) = id {
            manage_addresses::remove(&state.services, who, &site, id).await?;
        }
        return Ok(go_on(&path, "removed"));
    }
    let mut faults = Faults::default();
    let change = AddressChange {
        name: clean_line(&form.name),
        email: form.email.trim().to_lowercase(),
        purpose: AddressPurpose::parse(&form.purpose).unwrap_or(AddressPurpose::Other),
    };
    if change.name.is_empty() {
        faults.add("name", "error-field-required");
    } else if change.name.chars().count() > 100 {
        faults.add_with(
            "name",
            "error-field-too-long",
            vec![("limit", "100".to_owned())],
        );
    }
    if !is_email(&change.email) {
        faults.add("email", "error-field-email");
    }
    if faults.is_empty() {
        match manage_addresses::save(&state.services, who, &site, id, change).await? {
            Saved::Yes => return Ok(go_on(&path, if id.is_some() { "saved" } else { "added" })),
            Saved::Taken => faults.add("name", "addresses-error-taken"),
            Saved::Full => faults.add_with(
                "name",
                "addresses-error-full",
                vec![("most", MAX_ADDRESSES.to_string())],
            ),
        }
    }
    refused(book_page(state, request, &editor, &site, (&form, &faults)).await?)
}

async fn book_page(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    site: &Site,
    (typed, faults): (&AddressForm, &Faults),
) -> poem::Result<Response> {
    let lang = editor.editor.lang;
    let book = manage_addresses::of_site(&state.services, site).await?;
    let wrong = !faults.is_empty();
    let errors =
        context! { name => faults.words("name", lang), email => faults.words("email", lang) };
    // What was typed comes back in the form it was typed into.
    let of = |id: String, name: &str, email: &str, purpose: &str| -> Value {
        let is_it = wrong && typed.id == id;
        context! {
            open => is_it,
            name => if is_it { typed.name.as_str() } else { name },
            email => if is_it { typed.email.as_str() } else { email },
            purpose => if is_it { typed.purpose.as_str() } else { purpose },
            title => name,
            address => email,
            kind => purpose,
            errors => if is_it { errors.clone() } else { context! { name => Value::from(()), email => Value::from(()) } },
            id => id,
        }
    };
    let shown: Vec<Value> = book
        .iter()
        .map(|a: &SiteAddress| of(a.id.to_string(), &a.name, &a.email, a.purpose.as_str()))
        .collect();
    let own = context! {
        site => site_view(site),
        addresses => shown,
        blank => of(String::new(), "", "", "legal"),
        purposes => AddressPurpose::ALL.iter().map(|p| p.as_str()).collect::<Vec<_>>(),
        wrong => wrong,
    };
    page(
        state,
        request,
        editor,
        "settings/addresses.html",
        "sites",
        own,
    )
    .await
}
