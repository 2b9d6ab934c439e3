//! The API: readers' reports, editors' programs.

pub mod reports;
