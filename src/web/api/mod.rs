//! The API: readers' reports, editors' programs.

pub mod articles;
pub mod bearer;
pub mod conditions;
pub mod openapi;
pub mod reports;
pub mod ticket_json;
pub mod ticket_query;
pub mod tickets;
