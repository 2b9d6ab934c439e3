//! The demo: an invented newsroom, its magazine on an origin of its own, and readers who report mistakes in it.

pub mod addresses;
pub mod archive;
pub mod article_editor;
pub mod article_editor_pages;
pub mod articles;
pub mod crowd;
pub mod error;
pub mod generate;
pub mod magazine;
pub mod mailbox;
pub mod mailbox_pages;
mod making;
pub mod newsroom;
pub mod own_article;
pub mod own_article_pages;
pub mod panel;
pub mod past_mail;
pub mod past_versions;
pub mod readers;
pub mod relocation;
pub mod routes;
pub mod scenery;
pub mod shelf;
pub mod story;
