//! The security headers, on every response that did not set its own.

use poem::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use poem::http::{HeaderMap, HeaderName, HeaderValue};

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// What our pages may load and do: only what this server serves, and in nobody's frame.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; \
    frame-ancestors 'none'";

/// No page of ours needs any of these.
const NO_PERMISSIONS: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), \
    encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), \
    payment=(), picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), usb=(), \
    xr-spatial-tracking=()";

const ONE_YEAR: &str = "max-age=31536000; includeSubDomains";

/// The headers a response gets unless it brings its own.
#[derive(Debug, Clone)]
pub struct SecurityHeaders {
    defaults: Vec<(HeaderName, HeaderValue)>,
}

impl SecurityHeaders {
    /// `https_only` adds `Strict-Transport-Security`: say it only where the public URL is an https one, for a browser
    /// that has once heard it refuses plain HTTP for a year.
    #[must_use]
    pub fn new(https_only: bool) -> Self {
        let mut defaults = vec![
            (
                CONTENT_SECURITY_POLICY,
                HeaderValue::from_static(CONTENT_POLICY),
            ),
            (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
            (OPENER_POLICY, HeaderValue::from_static("same-origin")),
            (RESOURCE_POLICY, HeaderValue::from_static("same-origin")),
            (PERMISSIONS_POLICY, HeaderValue::from_static(NO_PERMISSIONS)),
            // Pages of ours show readers' words; a cache may keep only what says that it may.
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        if https_only {
            defaults.push((
                STRICT_TRANSPORT_SECURITY,
                HeaderValue::from_static(ONE_YEAR),
            ));
        }
        Self { defaults }
    }

    /// Adds what is missing.
    pub(super) fn complete(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.defaults {
            if !headers.contains_key(name) {
                headers.insert(name, value.clone());
            }
        }
    }
}
