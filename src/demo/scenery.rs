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
    magazine::{Magazine, article_url, editor_path},
    shelf::Shelf,
};
use crate::{
    domain::{article::ArticleUrl, editor::Editor, ids::EditorId, site::Site},
    services::{Services, watch_articles},
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
    /// The magazine's pages.
    pub pages: Magazine,
    /// Where mails go.
    pub mails: PathBuf,
    /// What is to be told to whom on the next page.
    flashes: Mutex<HashMap<EditorId, (&'static str, String)>>,
}

impl Scenery {
    /// Scenery with nothing told yet.
    #[must_use]
    pub fn new(
        shelf: Arc<Shelf>,
        site: Arc<Site>,
        magazine: String,
        pages: Magazine,
        mails: PathBuf,
    ) -> Self {
        Self {
            shelf,
            site,
            magazine,
            pages,
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

    /// Tells the watch that an article was saved, as a content system does: what it says now, and that its page is to be read.
    /// An agency's text comes in twice, as it is taken over and as it is published.
    pub async fn announce(&self, services: &Services, editor: &Editor, slug: &str, times: u8) {
        let Some(shelved) = self.shelf.article(slug) else {
            return;
        };
        let pages = self.pages.clone();
        let text = tokio::task::spawn_blocking(move || pages.text_of(&shelved)).await;
        let Ok(url) = ArticleUrl::parse(&article_url(&self.magazine, slug)) else {
            return;
        };
        let mut sent: Vec<Option<&str>> = Vec::new();
        if let Ok(Some(text)) = &text {
            sent.extend((0..times).map(|_| Some(text.as_str())));
        }
        sent.push(None);
        for text in sent {
            if let Err(error) = watch_articles::refresh(services, editor, &url, text).await {
                tracing::warn!(%error, "an edit of the demo was not looked at");
            }
        }
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
