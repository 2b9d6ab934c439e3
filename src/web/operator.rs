//! What an operator's tools ask: alive, ready.

use poem::{Response, handler, http::StatusCode, web::Data};

use super::AppState;

/// `GET /healthz`: the process answers.
#[handler]
pub fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers too.
#[handler]
pub async fn readyz(Data(state): Data<&AppState>) -> Response {
    match state.services.store.ping().await {
        Ok(()) => Response::builder()
            .content_type("text/plain; charset=utf-8")
            .body("ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            Response::builder()
                .status(StatusCode::SERVICE_UNAVAILABLE)
                .content_type("text/plain; charset=utf-8")
                .body("the database does not answer\n")
        }
    }
}
