//! `--tickets N`: fills the newsroom with generated tickets, straight into the tables.
//!
//! The tickets of a number are always the same, whoever makes them. They are written a few thousand to a transaction; when
//! that is interrupted, the next start with `--tickets` goes on where it stopped.

use std::collections::BTreeMap;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;

use super::{
    archive::{self, ArchivedArticle, ArchivedMistake, Dice, Phrases, ROUND},
    error::DemoError,
    making::{Cast, Made},
    shelf::{Filling, Shelf},
};
use crate::{
    domain::{
        article::{Article, ArticleFacts, ArticleUrl},
        clock::{DAY, HOUR, UnixMillis},
        ids::{ArticleId, TicketId},
        site::{Site, desk_for},
    },
    services::{Services, index_tickets::words_of},
    storage::{
        StorageError,
        articles::{self, KeyedArticle},
        editors, events, reports, search, sites, ticket_tags, tickets,
    },
};

/// Tickets written in one transaction.
const AT_ONCE: u64 = 20 * ROUND;
/// How far back the oldest generated ticket lies.
const SPAN: i64 = 3 * 365 * DAY;

/// Generates tickets until there are `wanted` of them. `left_free` is the first of the numbers that the first start set
/// aside for them.
///
/// # Errors
/// [`DemoError`]
pub async fn fill(
    services: &Services,
    site: &Site,
    shelf: &Shelf,
    origin: &str,
    wanted: u64,
    left_free: Option<i64>,
) -> Result<(), DemoError> {
    if let Some(first) = left_free {
        shelf.begin_filling(Filling {
            first,
            count: wanted,
        })?;
    }
    loop {
        let filling = match shelf.filling() {
            Some(filling) => filling,
            None if shelf.generated() < wanted => {
                let count = wanted - shelf.generated();
                let transaction = services.store.begin().await?;
                let first =
                    tickets::allocate(&transaction, i64::try_from(count).unwrap_or(i64::MAX))
                        .await?;
                transaction.commit().await.map_err(StorageError::from)?;
                let filling = Filling { first, count };
                shelf.begin_filling(filling)?;
                filling
            }
            None => return Ok(()),
        };
        write_all(services, site, origin, filling, shelf.generated()).await?;
        shelf.end_filling()?;
    }
}

/// Writes what is missing of a range of numbers; `before` tickets were generated before it.
async fn write_all(
    services: &Services,
    site: &Site,
    origin: &str,
    filling: Filling,
    before: u64,
) -> Result<(), DemoError> {
    let db = services.store.reader();
    let count = i64::try_from(filling.count).unwrap_or(i64::MAX);
    let last = tickets::last_between(db, filling.first, filling.first + count - 1).await?;
    let mut done = last.map_or(0, |t| u64::try_from(t.0 - filling.first + 1).unwrap_or(0));
    let maker = Maker {
        services,
        site,
        origin,
        phrases: archive::phrases()?,
        cast: Cast {
            editors: editors::all(db).await?,
            desks: sites::desks(db).await?,
        },
        filling,
        before,
        now: services.now(),
    };
    let bar = progress(filling.count);
    bar.set_position(done);
    while done < filling.count {
        // Up to the end of a round, so that no article is begun twice.
        let whole = AT_ONCE - (before + done) % ROUND;
        let until = (done + whole).min(filling.count);
        maker.write(done..until).await?;
        done = until;
        bar.set_position(done);
    }
    bar.finish_and_clear();
    Ok(())
}

fn progress(count: u64) -> ProgressBar {
    let bar = ProgressBar::new(count);
    let style = "  {bar:40} {human_pos} von {human_len} Fällen, noch {eta}";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar
}

/// How old an article was when the first mistake in it was reported: most are read within the day.
fn age_of(article: u64) -> i64 {
    let mut dice = Dice::of(article.wrapping_add(1 << 41));
    let hours = match dice.below(100) {
        0..60 => 1 + dice.below(23),
        60..85 => 24 * (1 + dice.below(6)),
        _ => 24 * (7 + dice.below(400)),
    };
    i64::try_from(hours).unwrap_or(1) * HOUR
}

struct Maker<'a> {
    services: &'a Services,
    site: &'a Site,
    origin: &'a str,
    phrases: &'a Phrases,
    cast: Cast,
    filling: Filling,
    before: u64,
    now: UnixMillis,
}

impl Maker<'_> {
    /// Writes some tickets, counted from the first of the range, with all that belongs to them.
    async fn write(&self, range: std::ops::Range<u64>) -> Result<(), DemoError> {
        let numbers: BTreeMap<u64, Vec<u64>> = range.fold(BTreeMap::new(), |mut all, index| {
            all.entry(archive::place(self.before + index).0)
                .or_insert_with(Vec::new)
                .push(index);
            all
        });
        let made: Vec<(ArchivedArticle, Vec<u64>)> = numbers
            .into_iter()
            .map(|(number, of_it)| (archive::article(self.phrases, number), of_it))
            .collect();
        let transaction = self.services.store.begin().await?;
        let mut keyed = Vec::with_capacity(made.len());
        for (article, of_it) in &made {
            keyed.push(self.stored(article, self.opened_at(of_it[0]))?);
        }
        articles::add_missing(&transaction, &keyed).await?;
        // Some may be there already, under another id.
        let keys: Vec<Vec<u8>> = keyed.into_iter().map(|a| a.key).collect();
        let known: BTreeMap<Vec<u8>, Article> = articles::lock_by_keys(&transaction, &keys)
            .await?
            .into_iter()
            .map(|a| (a.key, a.article))
            .collect();
        let mut all = Made::default();
        let mut words = Vec::new();
        for ((article, of_it), key) in made.iter().zip(&keys) {
            let Some(stored) = known.get(key) else {
                return Err(StorageError::Conflict.into());
            };
            let from = all.tickets.len();
            for &index in of_it {
                self.ticket(&mut all, article, stored, index);
            }
            words.extend(all.tickets[from..].iter().map(|ticket| {
                let said = all.said_of(ticket.id);
                (ticket.id, words_of(ticket, Some(stored), &said))
            }));
        }
        tickets::add_all(&transaction, &all.tickets).await?;
        reports::add_all(&transaction, &all.reports).await?;
        events::add_all(&transaction, &all.events).await?;
        ticket_tags::add_all(&transaction, &all.tickets).await?;
        search::put(&transaction, &words).await?;
        let mut counters = BTreeMap::new();
        for ticket in &all.tickets {
            *counters.entry((ticket.site, ticket.state)).or_insert(0) += 1;
        }
        tickets::count(&transaction, &counters).await?;
        transaction.commit().await.map_err(StorageError::from)?;
        Ok(())
    }

    fn stored(&self, article: &ArchivedArticle, at: UnixMillis) -> Result<KeyedArticle, DemoError> {
        let url = format!("{}{}", self.origin, archive::path(article.number));
        let url =
            ArticleUrl::parse(&url).map_err(|error| DemoError::Inconsistent(error.to_string()))?;
        Ok(KeyedArticle {
            tickets_version: 0,
            key: url.key().to_vec(),
            article: Article {
                id: ArticleId(self.services.entropy.uuid(at)),
                site: self.site.id,
                url: url.as_str().to_owned(),
                facts: ArticleFacts {
                    title: Some(article.title.clone()),
                    sections: article.sections.clone(),
                    authors: vec![article.author.clone()],
                    lang: Some("de".into()),
                    modified_at: Timestamp::from_millisecond(at - age_of(article.number))
                        .ok()
                        .map(|moment| moment.to_string()),
                },
                created_at: at,
            },
        })
    }

    /// The moments are spread evenly over the years, the newest an hour ago.
    fn opened_at(&self, index: u64) -> UnixMillis {
        let count = i128::from(self.filling.count.max(1));
        let share = i128::from(SPAN) * i128::from(self.filling.count - index) / count;
        self.now - HOUR - i64::try_from(share).unwrap_or(SPAN)
    }

    fn ticket(&self, all: &mut Made, article: &ArchivedArticle, stored: &Article, index: u64) {
        let number = self.before + index;
        let id = TicketId(self.filling.first + i64::try_from(index).unwrap_or(0));
        let mistake: &ArchivedMistake = &article.mistakes
            [usize::try_from(archive::place(number).1).unwrap_or(0) % article.mistakes.len()];
        let desk = desk_for(&self.cast.desks, self.site.id, &article.sections).map(|d| d.id);
        // The last of them are still worked on.
        let fresh = (self.filling.count - index) * 20 < self.filling.count + 20;
        let dice = Dice::of(number.wrapping_add(1 << 40));
        all.add(
            &super::making::Occasion {
                phrases: self.phrases,
                cast: &self.cast,
                article,
                mistake,
                stored,
                id,
                first: self.filling.first,
                desk,
                at: self.opened_at(index),
                now: self.now,
                fresh,
            },
            dice,
        );
    }
}
