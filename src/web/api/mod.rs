//! The API: readers' reports, editors' programs.

pub mod articles;
pub mod bearer;
pub mod conditions;
mod json_body;
pub mod merging;
pub mod openapi;
pub mod reports;
pub mod ticket_json;
mod ticket_problems;
pub mod ticket_query;
pub mod tickets;
