//! How articles are watched from outside the database: reading pages, safely, and the worker that looks at what is due.
//!
//! What a look means stands in [`services::watch_articles`](crate::services::watch_articles); here is the only place that asks
//! other people's servers.

pub mod addresses;
pub mod disk;
pub mod fetch;
mod page;
pub mod resolver;
pub mod worker;
