//! The world the tests stand in: databases made for one test, a newsroom with its readers, a mail server that does as it
//! is told.

pub mod article_host;
pub mod database;
pub mod http;
pub mod inspection;
pub mod letter;
pub mod newsroom;
mod postgres;
pub mod program;
pub mod reader;
pub mod server;
pub mod smtp;
