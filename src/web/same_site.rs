//! Refuses by default what another site's page asks a browser to do in an editor's name.
//!
//! Every request that may change something passes here; only what belongs to readers and programs, who bring no session, is let
//! through unasked. Behind this, each form of the desk also carries the token of its session.

use poem::{
    Endpoint, Request, Response, Result,
    http::{Method, StatusCode},
};

use super::session::is_same_site;

/// Paths whose requests no session speaks for: the API has its own rules, a reader's link is the right itself.
const WITHOUT_SESSION: [&str; 4] = ["/api/", "/melden", "/r/", "/bestaetigen/"];

/// Routes behind the refusal.
pub struct SameSite<E> {
    /// The routes.
    pub routes: E,
    /// Our own origin.
    pub origin: String,
}

impl<E: Endpoint<Output = Response>> Endpoint for SameSite<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let harmless = matches!(
            *request.method(),
            Method::GET | Method::HEAD | Method::OPTIONS
        );
        let path = request.uri().path();
        if !harmless
            && !WITHOUT_SESSION.iter().any(|p| path.starts_with(p))
            && !is_same_site(&request, &self.origin)
        {
            return Err(poem::Error::from_status(StatusCode::FORBIDDEN));
        }
        self.routes.call(request).await
    }
}
