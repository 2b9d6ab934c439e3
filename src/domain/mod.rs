//! Pure values and rules: no I/O, no async, no clock.

pub mod article_text;
pub mod clean;
pub mod difference;
pub mod sentence;
pub mod text_fragment;
