//! A list's rows, each made once for what it says.

use minijinja::{Value, context};

use super::names;
use crate::{
    domain::{editor::Role, site::Lang},
    rendering::{RenderError, Renderer},
    services::{browse_tickets::Newsroom, list_tickets::ListedTicket},
    views,
};

/// What the rows of a list have in common.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// Who makes them.
    pub renderer: &'a Renderer,
    /// Whose list it is.
    pub newsroom: &'a Newsroom,
    /// The editor's language.
    pub lang: Lang,
    /// The editor's highest role: who edits nothing chooses no rows.
    pub role: Role,
    /// Whether they stand under their article.
    pub in_article: bool,
}

impl Rows<'_> {
    /// The HTML of each (`templates/components/kept_row.html`).
    ///
    /// # Errors
    /// [`RenderError`], a fault of ours.
    pub fn of(&self, listed: &[ListedTicket]) -> Result<Vec<Value>, RenderError> {
        listed.iter().map(|one| self.row(one)).collect()
    }

    fn row(&self, ListedTicket { ticket, article }: &ListedTicket) -> Result<Value, RenderError> {
        let names = names(self.newsroom, ticket);
        let (pick, sites) = (self.role != Role::Viewer, self.newsroom.sites.len());
        let facts = &article.facts;
        let of_article = (article.id, &article.url, &facts.title, &facts.lang);
        // The moment in words: it is what changes by itself.
        let ago = self.renderer.ago(self.lang, ticket.created_at);
        let list = (self.lang, pick, self.in_article, sites > 1);
        let of = (ticket, of_article, names, ago, list);
        self.renderer.part("components/kept_row.html", &of, || {
            context! {
                lang => self.lang.as_str(),
                ticket => views::row(ticket, Some(article), names),
                pick => pick,
                in_article => self.in_article,
                site_count => sites,
            }
        })
    }
}
