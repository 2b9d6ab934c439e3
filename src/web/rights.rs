//! Who may ask for an address: the right that every route is declared with, and the guard that enforces it before the handler runs.
//!
//! The services ask `Editor::reads` and `Editor::edits` again. Two checks that know nothing of each other, so that one forgotten line lets
//! nobody in. `tests/app/rights.rs` walks every route as everybody, on the own and on a foreign site.

use std::sync::Arc;

use poem::{
    Endpoint, EndpointExt, IntoEndpoint, Request, Response, Result,
    endpoint::BoxEndpoint,
    http::{Method, StatusCode},
};

use super::{
    AppState,
    forms::MAX_FORM_BYTES,
    session::{CurrentEditor, SessionError, is_same_site, local_path, page_asked_from},
};
use crate::{
    domain::{
        clock::MINUTE,
        editor::{Role, Scope},
    },
    services::{
        rights::{Thing, site_of},
        second_factor, sign_in,
    },
};

/// Where a page's script puts the session's token when it sends no form.
const CSRF_HEADER: &str = "x-csrf-token";

/// How long a password that was given is good enough for what is dangerous.
const PASSWORD_GOOD_FOR: i64 = 15 * MINUTE;

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Anybody, from anywhere: readers and operators. Where the address holds a secret, that is the right.
    Anyone,
    /// Anybody, but what changes something must come from a page of ours: signing in, a language, an invitation.
    Visitor,
    /// Whoever is signed in; the handler shows only what is theirs.
    SignedIn,
    /// Whoever has at least this role on some site; the handler shows only what is theirs.
    Somewhere(Role),
    /// Whoever has at least this role on all sites.
    Everywhere(Role),
    /// Whoever has at least this role on the site of the thing that the address names first. For others it does not exist.
    On(Role, Thing),
    /// A program whose token has this scope. The handler asks for it, since a program is refused by a problem document.
    Token(Scope),
    /// As [`Right::Token`], and the token's editor has at least this role on the thing's site.
    TokenOn(Scope, Role, Thing),
}

/// One address and method, with who may ask for it.
pub struct Entry {
    /// The method; none for an endpoint that tells methods apart itself.
    pub method: Option<Method>,
    /// The address, as poem writes patterns.
    pub path: &'static str,
    /// Who may ask.
    pub right: Right,
    /// Whether the password must have been asked for lately.
    pub confirmed: bool,
    /// Whether those may ask as well who have yet to set up the second factor that they must have.
    without_factor: bool,
    /// Whether everything is read on one connection.
    at_one_moment: bool,
    /// Who answers.
    endpoint: BoxEndpoint<'static>,
}

impl Entry {
    fn new<E>(method: Option<Method>, path: &'static str, right: Right, endpoint: E) -> Self
    where
        E: IntoEndpoint,
        E::Endpoint: 'static,
    {
        Self {
            method,
            path,
            right,
            confirmed: false,
            without_factor: false,
            at_one_moment: false,
            endpoint: endpoint.into_endpoint().map_to_response().boxed(),
        }
    }

    /// The same for who gave the password within the last quarter of an hour; others are asked for it first. For what would be
    /// dangerous in the hands of somebody who finds an unlocked screen.
    #[must_use]
    pub fn with_password(mut self) -> Self {
        self.confirmed = true;
        self
    }

    /// The same also for who has yet to set up the second factor that they must have: what leads to it, and the way out.
    #[must_use]
    pub fn without_factor(mut self) -> Self {
        self.without_factor = true;
        self
    }

    /// The same, and all that the page asks the database is asked on one connection ([`Store::at_one_moment`]).
    ///
    /// [`Store::at_one_moment`]: crate::storage::Store::at_one_moment
    #[must_use]
    pub fn at_one_moment(mut self) -> Self {
        self.at_one_moment = true;
        self
    }

    /// Behind the guard; `origin` is our own.
    #[must_use]
    pub fn guarded(self, origin: Arc<str>) -> Guarded {
        let parameter = self
            .path
            .split('/')
            .find_map(|part| part.strip_prefix(':'))
            .unwrap_or_default();
        Guarded {
            right: self.right,
            confirmed: self.confirmed,
            without_factor: self.without_factor,
            at_one_moment: self.at_one_moment,
            parameter,
            origin,
            endpoint: self.endpoint,
        }
    }
}

/// An entry for `GET` (and `HEAD`).
pub fn get<E>(path: &'static str, right: Right, endpoint: E) -> Entry
where
    E: IntoEndpoint,
    E::Endpoint: 'static,
{
    Entry::new(Some(Method::GET), path, right, endpoint)
}

/// An entry for `POST`.
pub fn post<E>(path: &'static str, right: Right, endpoint: E) -> Entry
where
    E: IntoEndpoint,
    E::Endpoint: 'static,
{
    Entry::new(Some(Method::POST), path, right, endpoint)
}

/// An entry for `PATCH`.
pub fn patch<E>(path: &'static str, right: Right, endpoint: E) -> Entry
where
    E: IntoEndpoint,
    E::Endpoint: 'static,
{
    Entry::new(Some(Method::PATCH), path, right, endpoint)
}

/// An entry for `DELETE`.
pub fn delete<E>(path: &'static str, right: Right, endpoint: E) -> Entry
where
    E: IntoEndpoint,
    E::Endpoint: 'static,
{
    Entry::new(Some(Method::DELETE), path, right, endpoint)
}

/// An entry for `OPTIONS`.
pub fn options<E>(path: &'static str, right: Right, endpoint: E) -> Entry
where
    E: IntoEndpoint,
    E::Endpoint: 'static,
{
    Entry::new(Some(Method::OPTIONS), path, right, endpoint)
}

/// An entry for an endpoint that tells methods apart itself.
pub fn any<E>(path: &'static str, right: Right, endpoint: E) -> Entry
where
    E: IntoEndpoint,
    E::Endpoint: 'static,
{
    Entry::new(None, path, right, endpoint)
}

/// An endpoint that only those reach who may.
pub struct Guarded {
    right: Right,
    confirmed: bool,
    without_factor: bool,
    at_one_moment: bool,
    /// The name of the path's first parameter.
    parameter: &'static str,
    origin: Arc<str>,
    endpoint: BoxEndpoint<'static>,
}

impl Endpoint for Guarded {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let state = state_of(&request)?;
        if self.at_one_moment {
            request.extensions_mut().insert(state.at_one_moment());
        }
        let mut signed_in = None;
        match self.right {
            Right::Anyone | Right::Token(_) | Right::TokenOn(..) => {}
            Right::Visitor => self.refuse_foreign_pages(&request)?,
            Right::SignedIn | Right::Somewhere(_) | Right::Everywhere(_) | Right::On(..) => {
                self.refuse_foreign_pages(&request)?;
                let editor = CurrentEditor::from_session(&request).await?;
                if changes(&request) {
                    check_token(&editor, &mut request).await?;
                }
                if !self.without_factor
                    && second_factor::is_required(&state.services, &editor.editor)
                {
                    ask_for_factor(&editor, &request).await?;
                }
                self.refuse_without_role(&editor, &request).await?;
                if self.confirmed {
                    ask_for_password(&editor, &request)?;
                }
                signed_in = Some((editor.token.clone(), editor.last_seen_at));
                request.extensions_mut().insert(editor);
            }
        }
        let response = self.endpoint.call(request).await;
        // Only now: a page that reads at one moment would hold a connection and wait for another.
        if let Some((token, last_seen_at)) = signed_in {
            let kept = sign_in::keep_alive(&state.services, &token, last_seen_at).await;
            if let Err(error) = kept {
                // What was asked for is done, and its answer counts: the session only ends a minute earlier.
                tracing::warn!(%error, "use of a session was not noted");
            }
        }
        response
    }
}

impl Guarded {
    /// What another site's page asks a browser to do in an editor's name is refused, before anybody looks who it is.
    fn refuse_foreign_pages(&self, request: &Request) -> Result<()> {
        if changes(request) && !is_same_site(request, &self.origin) {
            return Err(poem::Error::from_status(StatusCode::FORBIDDEN));
        }
        Ok(())
    }

    async fn refuse_without_role(&self, editor: &CurrentEditor, request: &Request) -> Result<()> {
        let editor = &editor.editor;
        let may = match self.right {
            Right::Somewhere(role) => editor.highest_role().is_some_and(|own| own >= role),
            Right::Everywhere(role) => editor.role_everywhere().is_some_and(|own| own >= role),
            // Reading is the handler's to refuse, which looks the thing up anyway: pages shall not do so twice.
            Right::On(Role::Viewer, _) if !changes(request) => true,
            Right::On(role, thing) => {
                let state = state_of(request)?;
                let name = request.raw_path_param(self.parameter).unwrap_or_default();
                let site = site_of(&state.services, thing, name).await?;
                let own = site
                    .and_then(|site| editor.role_on(site))
                    .ok_or_else(|| poem::Error::from_status(StatusCode::NOT_FOUND))?;
                own >= role
            }
            Right::Anyone
            | Right::Visitor
            | Right::SignedIn
            | Right::Token(_)
            | Right::TokenOn(..) => true,
        };
        if may {
            Ok(())
        } else {
            Err(poem::Error::from_status(StatusCode::FORBIDDEN))
        }
    }
}

fn state_of(request: &Request) -> Result<AppState> {
    request
        .data()
        .cloned()
        .ok_or_else(|| poem::Error::from_status(StatusCode::INTERNAL_SERVER_ERROR))
}

/// Whoever must have a second factor sets it up before anything else, also in a session that began when nobody had to.
async fn ask_for_factor(editor: &CurrentEditor, request: &Request) -> Result<()> {
    let state = state_of(request)?;
    if second_factor::is_missing(&state.services, &editor.editor).await? {
        let page = page_asked_from(request, "/");
        return Err(SessionError::WithoutFactor {
            back: local_path(&page),
        }
        .into());
    }
    Ok(())
}

/// What changes something may take twice as long as the page with its form: nobody shall lose what they typed.
fn ask_for_password(editor: &CurrentEditor, request: &Request) -> Result<()> {
    let state = state_of(request)?;
    let age = state.services.now() - editor.confirmed_at;
    let limit = if changes(request) {
        2 * PASSWORD_GOOD_FOR
    } else {
        PASSWORD_GOOD_FOR
    };
    if age <= limit {
        return Ok(());
    }
    let page = page_asked_from(request, "/settings");
    Err(SessionError::Unconfirmed {
        back: local_path(&page),
    }
    .into())
}

fn changes(request: &Request) -> bool {
    !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    )
}

/// The session's token, in a header or in the form, which the handler can still read afterwards.
async fn check_token(editor: &CurrentEditor, request: &mut Request) -> Result<()> {
    if let Some(token) = request.header(CSRF_HEADER) {
        return Ok(editor.check(token)?);
    }
    let body = request.take_body().into_bytes_limit(MAX_FORM_BYTES).await?;
    let token = url::form_urlencoded::parse(&body)
        .find(|(name, _)| name == "csrf")
        .map(|(_, value)| value);
    let checked = match &token {
        Some(token) => editor.check(token),
        None => Err(SessionError::Forged),
    };
    checked?;
    drop(token);
    request.set_body(body);
    Ok(())
}
