//! The demo: an invented newsroom, its magazine on an origin of its own, and readers who report mistakes in it.

pub mod articles;
pub mod magazine;
pub mod newsroom;
