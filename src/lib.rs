//! Fehlermelder as a library: the map of its layers.
#![forbid(unsafe_code)]

pub mod domain;
pub mod storage;
