//! The own profile: preferences, security, sessions, API tokens.

pub mod preferences;
pub mod security;
pub mod sessions;
pub mod tokens;
