//! Who is signed in, and that a request was meant: the session cookie, and the token against cross-site requests.

use poem::{
    FromRequest, Request, RequestBody, Response,
    http::{Method, StatusCode, header},
    web::{
        Redirect,
        cookie::{Cookie, SameSite},
    },
};
use thiserror::Error;
use url::{Position, Url};

use super::AppState;
use crate::{
    domain::{
        clock::UnixMillis,
        editor::Editor,
        secret::{same, sha256},
    },
    services::sign_in,
};

/// The signed-in editor of a request.
#[derive(Debug, Clone)]
pub struct CurrentEditor {
    /// Who.
    pub editor: Editor,
    /// The token that forms must carry.
    pub csrf: String,
    /// The session's secret.
    pub token: String,
    /// When the password was last asked for.
    pub confirmed_at: UnixMillis,
    /// When the session was last used, to the minute.
    pub last_seen_at: UnixMillis,
}

/// Why a request is not an editor's.
#[derive(Debug, Error)]
pub enum SessionError {
    /// Nobody is signed in: to be led to the sign-in page, and back.
    #[error("nobody is signed in")]
    SignedOut {
        /// Path to come back to.
        back: String,
    },
    /// The password must be asked for once more.
    #[error("the password was not asked for lately")]
    Unconfirmed {
        /// Path to come back to.
        back: String,
    },
    /// A second factor must be set up before anything else.
    #[error("a second factor is required, and there is none")]
    WithoutFactor {
        /// Path to come back to.
        back: String,
    },
    /// The form's token is missing or another's.
    #[error("the request was not made by a page of this session")]
    Forged,
}

impl poem::error::ResponseError for SessionError {
    fn status(&self) -> StatusCode {
        match self {
            Self::SignedOut { .. } | Self::Unconfirmed { .. } | Self::WithoutFactor { .. } => {
                StatusCode::SEE_OTHER
            }
            Self::Forged => StatusCode::FORBIDDEN,
        }
    }

    fn as_response(&self) -> Response {
        match self {
            Self::SignedOut { back }
            | Self::Unconfirmed { back }
            | Self::WithoutFactor { back } => {
                let door = match self {
                    Self::Unconfirmed { .. } => "/confirm",
                    Self::WithoutFactor { .. } => "/profile/security/factor",
                    _ => "/sign-in",
                };
                let next: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
                poem::IntoResponse::into_response(Redirect::see_other(format!(
                    "{door}?next={next}"
                )))
            }
            Self::Forged => Response::builder().status(StatusCode::FORBIDDEN).finish(),
        }
    }
}

/// The cookie's name.
#[must_use]
pub const fn cookie_name(https: bool) -> &'static str {
    if https {
        "__Host-fehlermelder"
    } else {
        "fehlermelder"
    }
}

/// The session cookie.
#[must_use]
pub fn cookie(https: bool, token: &str) -> Cookie {
    let mut cookie = Cookie::new_with_str(cookie_name(https), token);
    cookie.set_http_only(true);
    cookie.set_secure(https);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_path("/");
    cookie
}

/// The session's secret in a request's cookies.
#[must_use]
pub fn token_of(request: &Request, https: bool) -> Option<String> {
    let cookies = request.headers().get(header::COOKIE)?.to_str().ok()?;
    let name = cookie_name(https);
    cookies
        .split(';')
        .find_map(|pair| {
            pair.trim()
                .strip_prefix(name)?
                .strip_prefix('=')
                .map(str::to_owned)
        })
        .filter(|t| t.len() <= 100)
}

impl<'a> FromRequest<'a> for CurrentEditor {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        // The guard in front of the handler has found them already.
        match request.data::<Self>() {
            Some(found) => Ok(found.clone()),
            None => Self::from_session(request).await,
        }
    }
}

/// The page to come back to: the one that was asked for, or that the form which was sent stands on, since a form cannot be sent again
/// from the door; `otherwise` where no header says.
pub(super) fn page_asked_from(request: &Request, otherwise: &str) -> String {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads {
        let asked = request.original_uri().path_and_query();
        return asked.map_or("/", |page| page.as_str()).to_owned();
    }
    let referer = request.header("Referer").and_then(|r| Url::parse(r).ok());
    referer.map_or_else(
        || otherwise.to_owned(),
        |page| page[Position::BeforePath..Position::AfterQuery].to_owned(),
    )
}

impl CurrentEditor {
    /// Whose session the request's cookie is.
    ///
    /// # Errors
    /// [`SessionError::SignedOut`] without one that lasts.
    pub async fn from_session(request: &Request) -> poem::Result<Self> {
        let state: &AppState = request
            .data()
            .ok_or_else(|| poem::Error::from_status(StatusCode::INTERNAL_SERVER_ERROR))?;
        let back = || SessionError::SignedOut {
            back: local_path(&page_asked_from(request, "/")),
        };
        let token = token_of(request, state.settings.https).ok_or_else(back)?;
        let (editor, session) = sign_in::find_session(&state.services, &token)
            .await?
            .ok_or_else(back)?;
        let csrf = state.services.key.csrf_token(&sha256(token.as_bytes()));
        Ok(Self {
            editor,
            csrf,
            token,
            confirmed_at: session.confirmed_at,
            last_seen_at: session.last_seen_at,
        })
    }

    /// Whether a form was made by a page of this session.
    ///
    /// # Errors
    /// [`SessionError::Forged`]
    pub fn check(&self, csrf: &str) -> Result<(), SessionError> {
        if same(&self.csrf, csrf) {
            Ok(())
        } else {
            Err(SessionError::Forged)
        }
    }
}

/// A path on this server to go on to; anything that could lead elsewhere becomes the inbox.
#[must_use]
pub fn local_path(text: &str) -> String {
    let local = text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains('\\')
        && !text.chars().any(char::is_control)
        && text.len() <= 2_000;
    if local {
        text.to_owned()
    } else {
        "/".to_owned()
    }
}

/// Whether a request that changes something may come from where it comes (`Sec-Fetch-Site`, else `Origin`).
#[must_use]
pub fn is_same_site(request: &Request, public_origin: &str) -> bool {
    let text = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        // A browser without the header says at least where it comes from; other programs say neither and have no cookie to lose.
        (None, Some(origin)) => {
            origin == public_origin
                || request_host(request).is_some_and(|host| origin.ends_with(&format!("://{host}")))
        }
        (None, None) => true,
    }
}

fn request_host(request: &Request) -> Option<&str> {
    request
        .headers()
        .get(header::HOST)
        .and_then(|v| v.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn no_redirect_leads_elsewhere() {
        for text in [
            "//evil",
            "/\\evil",
            "https://evil",
            "",
            "/a\nb",
            "javascript:x",
        ] {
            assert_eq!(local_path(text), "/", "{text}");
        }
        assert_eq!(local_path("/tickets/FM-1?x=1"), "/tickets/FM-1?x=1");
    }
}
