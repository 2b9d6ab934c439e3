//! What the demo's own pages work with, and what it shows on the desk.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use minijinja::{Value, context};
use poem::error::InternalServerError;

use super::{
    error::DemoError,
    magazine::{article_url, editor_path},
    shelf::Shelf,
};
use crate::{
    domain::{ids::EditorId, site::Site},
    web::DemoPanel,
};

/// Where the mailbox is.
pub const MAILBOX: &str = "/demo/mailbox";
/// The most articles named in the panel.
const NAMED: usize = 6;

/// The scenery of the demo.
#[derive(Debug)]
pub struct Scenery {
    /// The magazine's articles.
    pub shelf: Arc<Shelf>,
    /// The magazine's site.
    pub site: Arc<Site>,
    /// The magazine's origin.
    pub magazine: String,
    /// Where mails go.
    pub mails: PathBuf,
    /// What is to be told to whom on the next page.
    flashes: Mutex<HashMap<EditorId, (&'static str, String)>>,
}

impl Scenery {
    /// Scenery with nothing told yet.
    #[must_use]
    pub fn new(shelf: Arc<Shelf>, site: Arc<Site>, magazine: String, mails: PathBuf) -> Self {
        Self {
            shelf,
            site,
            magazine,
            mails,
            flashes: Mutex::default(),
        }
    }

    /// Changes the shelf, which writes its file: off the threads that answer.
    ///
    /// # Errors
    /// 500 when the file cannot be written.
    pub async fn rearrange<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Shelf) -> Result<T, DemoError> + Send + 'static,
    ) -> poem::Result<T> {
        let articles = Arc::clone(&self.shelf);
        let changed = tokio::task::spawn_blocking(move || change(&articles)).await;
        changed
            .map_err(InternalServerError)?
            .map_err(InternalServerError)
    }

    /// Tells an editor something on the next page.
    pub fn tell(&self, editor: EditorId, kind: &'static str, text: String) {
        let mut flashes = self.flashes.lock().unwrap_or_else(PoisonError::into_inner);
        flashes.insert(editor, (kind, text));
    }
}

impl DemoPanel for Scenery {
    fn context(&self) -> Value {
        let articles: Vec<Value> = self
            .shelf
            .articles()
            .into_iter()
            .take(NAMED)
            .map(|a| {
                let url = article_url(&self.magazine, &a.article.slug);
                let edit_url = editor_path(&a.article.slug);
                context! { title => a.article.title, url => url, edit_url => edit_url, edited => a.edited }
            })
            .collect();
        let magazine = format!("{}/", self.magazine);
        context! { magazine_url => magazine, articles => articles, mailbox_url => MAILBOX }
    }

    fn take_flash(&self, editor: EditorId) -> Option<(&'static str, String)> {
        self.flashes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&editor)
    }
}
