//! Forms of our own pages: read whole, but never more than a form of ours can hold.

use poem::{FromRequest, Request, RequestBody, http::StatusCode};
use serde::de::DeserializeOwned;

/// More than the longest note and the longest public note together, percent-encoded. poem's own `Form` knows no limit.
pub const MAX_FORM_BYTES: usize = 256 * 1024;

/// A form (`application/x-www-form-urlencoded`) of at most 256 KiB.
#[derive(Debug, Clone, Copy)]
pub struct Form<T>(pub T);

impl<'a, T: DeserializeOwned> FromRequest<'a> for Form<T> {
    async fn from_request(_: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let bytes = body.take()?.into_bytes_limit(MAX_FORM_BYTES).await?;
        serde_urlencoded::from_bytes(&bytes)
            .map(Self)
            .map_err(|_| poem::Error::from_status(StatusCode::BAD_REQUEST))
    }
}
