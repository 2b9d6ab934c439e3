//! In whose name a program asks: `Authorization: Bearer fm_…` (RFC 6750).

use poem::http::{HeaderMap, StatusCode, header};

use crate::{
    domain::{
        editor::{Editor, Scope},
        site::Lang,
    },
    services::manage_tokens,
    storage::StorageError,
    web::{AppState, problem::Problem},
};

/// Nothing longer is a token of ours.
const MAX_TOKEN: usize = 100;
const SECONDS_UNTIL_RETRY: u64 = 5;

/// The editor in whose name the request is made, if its token may do that.
///
/// # Errors
/// 401 without a valid token, 403 without the scope, 503 when the database does not answer.
pub async fn authorize(
    state: &AppState,
    headers: &HeaderMap,
    scope: Scope,
    lang: Lang,
) -> Result<Editor, Problem> {
    let unauthorized = |challenge| {
        Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", lang, &[]).with_challenge(challenge)
    };
    let Some(secret) = bearer(headers) else {
        return Err(unauthorized("Bearer realm=\"fehlermelder\""));
    };
    let found = if secret.len() <= MAX_TOKEN {
        manage_tokens::find(&state.services, secret)
            .await
            .map_err(|error| unavailable(&error, lang))?
    } else {
        None
    };
    let Some((editor, token)) = found else {
        return Err(unauthorized(
            "Bearer realm=\"fehlermelder\", error=\"invalid_token\"",
        ));
    };
    if !token.scopes.contains(&scope) {
        let missing = [("scope", scope.as_str().into())];
        return Err(
            Problem::new(StatusCode::FORBIDDEN, "insufficient-scope", lang, &missing)
                .with_challenge(match scope {
                    Scope::TicketsRead => {
                        "Bearer realm=\"fehlermelder\", error=\"insufficient_scope\", scope=\"tickets:read\""
                    }
                    Scope::TicketsWrite => {
                        "Bearer realm=\"fehlermelder\", error=\"insufficient_scope\", scope=\"tickets:write\""
                    }
                }),
        );
    }
    Ok(editor)
}

/// The database does not answer: for a program to try again.
pub(super) fn unavailable(error: &StorageError, lang: Lang) -> Problem {
    tracing::error!(%error, "a program could not be answered");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", lang, &[])
        .with_detail("unavailable-to-programs", lang)
        .with_retry_after(SECONDS_UNTIL_RETRY)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| secret.trim())
        .filter(|secret| !secret.is_empty())
}

#[cfg(test)]
mod tests {
    use poem::http::{HeaderMap, HeaderValue, header};

    use super::bearer;

    #[test]
    fn a_token_is_found_whatever_the_case_of_its_scheme() {
        let found = |text: &'static str| {
            let headers =
                HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(text))]);
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(found("Bearer fm_x").as_deref(), Some("fm_x"));
        assert_eq!(found("bearer  fm_x ").as_deref(), Some("fm_x"));
        for text in ["fm_x", "Basic fm_x", "Bearer", "Bearer "] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
