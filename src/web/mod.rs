//! The web: an own accept loop, the layers every request passes, static assets, and what readers and editors ask for.

pub mod hardening;
pub mod request_limits;
pub mod server;
