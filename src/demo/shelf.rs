//! The magazine's articles as they stand now: edited ones, restored ones, and those somebody brought along. Kept in a
//! small file, so that a new start finds them as they were left.

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
    sync::{PoisonError, RwLock},
};

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::{articles::DemoArticle, error::DemoError};
use crate::domain::clock::UnixMillis;

/// What the file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    /// When articles were last changed, by slug.
    modified: BTreeMap<String, String>,
    /// The slugs of those that stand edited, in the order in which they were.
    edited: Vec<String>,
    /// Those of them that somebody edited by hand, by slug.
    rewritten: BTreeMap<String, Rewritten>,
    /// Where the magazine stood last.
    origin: Option<String>,
    /// The article that the readers of the panel are at.
    in_focus: Option<String>,
    /// How many tickets were generated.
    generated: u64,
    /// The numbers of the tickets being generated.
    filling: Option<Filling>,
    /// Articles that somebody brought along, oldest first.
    own: Vec<OwnArticle>,
}

/// Ticket numbers set aside to be filled with generated tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filling {
    /// The first.
    pub first: i64,
    /// How many.
    pub count: u64,
}

/// An article that somebody brought along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnArticle {
    /// Last part of its path.
    pub slug: String,
    /// `de` or `en`.
    pub lang: String,
    /// Headline.
    pub title: String,
    /// Cleaned HTML.
    pub body: String,
    /// RFC 3339.
    pub published_at: String,
}

/// What an article says instead of its original.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rewritten {
    /// Headline.
    pub title: String,
    /// What stands below it.
    pub teaser: Option<String>,
    /// Cleaned HTML.
    pub body: String,
}

/// An article on the shelf.
#[derive(Debug, Clone)]
pub struct ShelvedArticle {
    /// As it stands now.
    pub article: DemoArticle,
    /// Whether it stands edited.
    pub edited: bool,
}

/// The shelf.
#[derive(Debug)]
pub struct Shelf {
    originals: Vec<DemoArticle>,
    file: PathBuf,
    kept: RwLock<Kept>,
}

impl Shelf {
    /// The shelf of those articles, with what the file says of them.
    ///
    /// # Errors
    /// [`DemoError::File`] or [`DemoError::Unreadable`] when the file is there and cannot be used.
    pub fn open(originals: Vec<DemoArticle>, file: PathBuf) -> Result<Self, DemoError> {
        let kept = match std::fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|error| DemoError::Unreadable(file.clone(), error))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Kept::default(),
            Err(error) => return Err(DemoError::File(file, error)),
        };
        Ok(Self {
            originals,
            file,
            kept: RwLock::new(kept),
        })
    }

    /// All articles as they stand now: the magazine's own, newest first, then those that somebody brought along.
    #[must_use]
    pub fn articles(&self) -> Vec<ShelvedArticle> {
        let kept = self
            .kept
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let mut all: Vec<ShelvedArticle> = self
            .originals
            .iter()
            .map(|original| kept.shelve(original.clone()))
            .collect();
        all.sort_by(|a, b| b.article.published_at.cmp(&a.article.published_at));
        let own = kept.own.iter().rev().cloned();
        all.extend(own.map(|own| kept.shelve(own.into())));
        all
    }

    /// One article as it stands now.
    #[must_use]
    pub fn article(&self, slug: &str) -> Option<ShelvedArticle> {
        self.articles().into_iter().find(|a| a.article.slug == slug)
    }

    /// One article as it stood before anybody edited it.
    #[must_use]
    pub fn original(&self, slug: &str) -> Option<DemoArticle> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let own = || kept.own.iter().find(|a| a.slug == slug);
        self.originals
            .iter()
            .find(|a| a.slug == slug)
            .cloned()
            .or_else(|| own().cloned().map(Into::into))
    }

    /// The slug of the article that the readers of the panel are at.
    #[must_use]
    pub fn in_focus(&self) -> Option<String> {
        self.kept
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .in_focus
            .clone()
    }

    /// Where the magazine stood last.
    #[must_use]
    pub fn origin(&self) -> Option<String> {
        self.kept
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .origin
            .clone()
    }

    /// Remembers where the magazine stands.
    ///
    /// # Errors
    /// [`DemoError::File`]
    pub fn set_origin(&self, origin: &str) -> Result<(), DemoError> {
        self.change(|kept| kept.origin = Some(origin.to_owned()))
    }

    /// How many tickets were generated.
    #[must_use]
    pub fn generated(&self) -> u64 {
        self.kept
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .generated
    }

    /// The slug of the article that was edited last and stands so.
    #[must_use]
    pub fn edited_last(&self) -> Option<String> {
        self.kept
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .edited
            .last()
            .cloned()
    }

    /// Moves the panel's readers to an article.
    ///
    /// # Errors
    /// [`DemoError::File`]
    pub fn focus(&self, slug: &str) -> Result<(), DemoError> {
        self.change(|kept| kept.in_focus = Some(slug.to_owned()))
    }

    /// The numbers of the tickets being generated, if a start was interrupted in it.
    #[must_use]
    pub fn filling(&self) -> Option<Filling> {
        self.kept
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .filling
    }

    /// Remembers which numbers are going to be filled.
    ///
    /// # Errors
    /// [`DemoError::File`]
    pub fn begin_filling(&self, filling: Filling) -> Result<(), DemoError> {
        self.change(|kept| kept.filling = Some(filling))
    }

    /// Remembers that they are filled.
    ///
    /// # Errors
    /// [`DemoError::File`]
    pub fn end_filling(&self) -> Result<(), DemoError> {
        self.change(|kept| kept.generated += kept.filling.take().map_or(0, |f| f.count))
    }

    /// The newsroom edits an article.
    ///
    /// # Errors
    /// [`DemoError::File`]
    pub fn edit(&self, slug: &str, now: UnixMillis) -> Result<(), DemoError> {
        self.change(|kept| {
            kept.edited.retain(|s| s != slug);
            kept.edited.push(slug.to_owned());
            kept.modified.insert(slug.to_owned(), local_time(now));
        })
    }

    /// Somebody edits an article by hand.
    ///
    /// # Errors
    /// [`DemoError::File`]
    pub fn rewrite(
        &self,
        slug: &str,
        rewritten: Rewritten,
        now: UnixMillis,
    ) -> Result<(), DemoError> {
        self.change(|kept| {
            kept.edited.retain(|s| s != slug);
            kept.edited.push(slug.to_owned());
            kept.rewritten.insert(slug.to_owned(), rewritten);
            kept.modified.insert(slug.to_owned(), local_time(now));
        })
    }

    /// An agency brings an article's old text back.
    ///
    /// # Errors
    /// [`DemoError::File`]
    pub fn restore(&self, slug: &str, now: UnixMillis) -> Result<(), DemoError> {
        self.change(|kept| {
            kept.edited.retain(|s| s != slug);
            kept.rewritten.remove(slug);
            kept.modified.insert(slug.to_owned(), local_time(now));
        })
    }

    /// Puts an article on the shelf under a slug of its own; the slug.
    ///
    /// # Errors
    /// [`DemoError::File`]
    pub fn add(&self, mut own: OwnArticle) -> Result<String, DemoError> {
        let wanted = own.slug.clone();
        let mut slug = wanted.clone();
        self.change(|kept| {
            let taken = |slug: &str| {
                kept.own.iter().any(|a| a.slug == slug)
                    || self.originals.iter().any(|a| a.slug == slug)
            };
            let mut number = 2;
            while taken(&slug) {
                slug = format!("{wanted}-{number}");
                number += 1;
            }
            own.slug.clone_from(&slug);
            kept.own.push(own);
        })?;
        Ok(slug)
    }

    /// Changes what is kept; on an error nothing has changed.
    fn change(&self, change: impl FnOnce(&mut Kept)) -> Result<(), DemoError> {
        let mut guard = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        let mut kept = guard.clone();
        change(&mut kept);
        if kept != *guard {
            write(&self.file, &kept).map_err(|error| DemoError::File(self.file.clone(), error))?;
            *guard = kept;
        }
        Ok(())
    }
}

impl Kept {
    fn shelve(&self, original: DemoArticle) -> ShelvedArticle {
        let edited = self.edited.contains(&original.slug);
        let mut article = original;
        match self.rewritten.get(&article.slug).cloned() {
            Some(rewritten) => {
                article.title = rewritten.title;
                article.teaser = rewritten.teaser;
                article.body = rewritten.body;
            }
            None if edited => article.body = article.edited_body(),
            None => {}
        }
        if let Some(at) = self.modified.get(&article.slug) {
            article.modified_at = Some(at.clone());
        }
        ShelvedArticle { article, edited }
    }
}

/// Writes beside the place and renames, so that a crash leaves the old file or the new one.
fn write(file: &Path, kept: &Kept) -> std::io::Result<()> {
    let unfinished = file.with_extension("tmp");
    let mut writer = std::fs::File::create(&unfinished)?;
    writer.write_all(&serde_json::to_vec_pretty(kept)?)?;
    writer.sync_all()?;
    std::fs::rename(&unfinished, file)
}

/// A moment as the magazine writes it, in its own time zone.
#[must_use]
pub fn local_time(now: UnixMillis) -> String {
    let zone = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
    let moment = Timestamp::from_millisecond(now)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_zoned(zone);
    moment.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

impl From<OwnArticle> for DemoArticle {
    fn from(own: OwnArticle) -> Self {
        Self {
            slug: own.slug,
            lang: own.lang,
            title: own.title,
            teaser: None,
            sections: Vec::new(),
            authors: Vec::new(),
            modified_at: None,
            published_at: Some(own.published_at),
            body: own.body,
            image: None,
            edit: None,
            first: None,
            mistakes: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::articles::all;

    #[test]
    fn what_was_changed_is_there_after_a_new_start() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("magazine.json");
        let shelf = Shelf::open(all().unwrap(), file.clone()).unwrap();
        let slug = "mini-pc-aus-flensburg";
        let before = shelf.article(slug).unwrap().article;
        shelf.edit(slug, 1_795_425_900_000).unwrap();
        let own = OwnArticle {
            slug: slug.into(),
            lang: "de".into(),
            title: "Mein Artikel".into(),
            body: "<p>Text</p>".into(),
            published_at: local_time(0),
        };
        assert_eq!(shelf.add(own).unwrap(), "mini-pc-aus-flensburg-2");
        drop(shelf);

        let shelf = Shelf::open(all().unwrap(), file.clone()).unwrap();
        let edited = shelf.article(slug).unwrap();
        assert!(edited.edited && edited.article.body != before.body);
        assert_eq!(
            edited.article.modified_at.as_deref(),
            Some("2026-11-23T10:25:00+01:00")
        );
        assert_eq!(
            shelf
                .article("mini-pc-aus-flensburg-2")
                .unwrap()
                .article
                .title,
            "Mein Artikel"
        );
        shelf.restore(slug, 1_795_425_960_000).unwrap();
        assert_eq!(shelf.article(slug).unwrap().article.body, before.body);

        let rewritten = |title: &str| Rewritten {
            title: title.into(),
            teaser: None,
            body: "<p>Neu</p>".into(),
        };
        for slug in [slug, "mini-pc-aus-flensburg-2"] {
            shelf
                .rewrite(slug, rewritten("Von Hand"), 1_795_425_970_000)
                .unwrap();
        }
        drop(shelf);
        let shelf = Shelf::open(all().unwrap(), file.clone()).unwrap();
        for slug in [slug, "mini-pc-aus-flensburg-2"] {
            let edited = shelf.article(slug).unwrap();
            assert!(
                edited.edited && edited.article.title == "Von Hand",
                "{slug}"
            );
            assert_eq!(edited.article.body, "<p>Neu</p>");
        }
        assert_eq!(
            shelf.edited_last().as_deref(),
            Some("mini-pc-aus-flensburg-2")
        );
        shelf.restore(slug, 1_795_425_980_000).unwrap();
        let restored = shelf.article(slug).unwrap();
        assert_eq!(restored.article.title, before.title);
        assert!(!restored.edited && restored.article.body == before.body);
        assert_eq!(
            shelf.original("mini-pc-aus-flensburg-2").unwrap().title,
            "Mein Artikel"
        );

        std::fs::write(&file, "{").unwrap();
        assert!(matches!(
            Shelf::open(Vec::new(), file),
            Err(DemoError::Unreadable(..))
        ));
    }
}
