//! The web: an own accept loop, the layers every request passes, static assets, and what readers and editors ask for.

mod asset_building;
pub mod assets;
pub mod client_network;
mod content_coding;
pub mod hardening;
pub mod rate_limit;
pub mod request_limits;
pub mod server;
