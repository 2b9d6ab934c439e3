//! Figures of a period for the chief of a desk: what came in, what was closed, how long it took. Counted from the events in the
//! background; never by person.

use std::collections::{BTreeMap, HashMap};

use jiff::tz::TimeZone;
use uuid::Uuid;

use super::{Services, browse_tickets::Newsroom};
use crate::{
    domain::{
        article::Article,
        clock::{MINUTE, UnixMillis},
        ids::{ArticleId, DeskId, SiteId},
        kind::Kind,
        site::Site,
        statistics::{Cell, Day, Measure, cells, day_of, quantile, resolution_at},
        ticket::Resolution,
    },
    storage::{
        Connection, StorageError, articles, sites,
        statistics::{self as stored, By, Figure, Narrow, Source},
        tickets,
    },
};

/// What is younger is not counted yet: a transaction that began earlier may still be on its way, with a key from before.
const SETTLED: i64 = MINUTE;
/// Batches of one round; a million tickets take many rounds, with a pause between them.
const BATCHES: usize = 20;
/// Articles that are shown.
const ARTICLES: u64 = 10;

/// Counts what happened since the last time; whether there may be more to count.
///
/// # Errors
/// [`StorageError`]
pub async fn count_news(services: &Services) -> Result<bool, StorageError> {
    for _ in 0..BATCHES {
        let events = count_events(services).await?;
        let reports = count_reports(services).await?;
        if !events && !reports {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Has everything counted anew, after something was put into the past.
///
/// # Errors
/// [`StorageError`]
pub async fn forget(services: &Services) -> Result<(), StorageError> {
    let transaction = services.store.begin().await?;
    stored::forget(&transaction).await?;
    transaction.commit().await.map_err(StorageError::from)
}

/// The least key of that moment (RFC 9562, version 7: the milliseconds come first).
fn key_at(at: UnixMillis) -> Uuid {
    Uuid::from_u128(u128::from(at.max(0).unsigned_abs()) << 80)
}

async fn count_events(services: &Services) -> Result<bool, StorageError> {
    let settled = key_at(services.now() - SETTLED);
    let transaction = services.store.begin().await?;
    let seen = stored::progress(&transaction, Source::Events).await?;
    let (changed, last) = stored::changed_tickets(&transaction, seen, settled).await?;
    let Some(last) = last else {
        return Ok(false);
    };
    let zones = zones(&transaction).await?;
    let looks = stored::first_looks(&transaction, &changed).await?;
    let mut before = stored::cells_of(&transaction, &changed).await?;
    let mut sums: BTreeMap<Cell, i64> = BTreeMap::new();
    let mut now = Vec::with_capacity(changed.len());
    for ticket in tickets::by_ids(&transaction, &changed).await? {
        let zone = zones.get(&ticket.site).cloned().unwrap_or(TimeZone::UTC);
        let new = cells(&ticket, looks.get(&ticket.id).copied(), &zone);
        for cell in before.remove(&ticket.id).unwrap_or_default() {
            *sums.entry(cell).or_insert(0) -= 1;
        }
        for cell in &new {
            *sums.entry(cell.clone()).or_insert(0) += 1;
        }
        now.push((ticket.id, new));
    }
    stored::count(&transaction, &sums).await?;
    stored::set_cells(&transaction, &now).await?;
    stored::set_progress(&transaction, Source::Events, last).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(true)
}

async fn count_reports(services: &Services) -> Result<bool, StorageError> {
    let settled = key_at(services.now() - SETTLED);
    let transaction = services.store.begin().await?;
    let seen = stored::progress(&transaction, Source::Reports).await?;
    let reports = stored::reports_after(&transaction, seen, settled).await?;
    let Some((last, ..)) = reports.last().copied() else {
        return Ok(false);
    };
    let zones = zones(&transaction).await?;
    let mut changes = BTreeMap::new();
    for (_, site, article, at) in reports {
        let zone = zones.get(&site).cloned().unwrap_or(TimeZone::UTC);
        *changes
            .entry((site, day_of(at, &zone), article))
            .or_insert(0) += 1;
    }
    stored::count_reports(&transaction, &changes).await?;
    stored::set_progress(&transaction, Source::Reports, last).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(true)
}

async fn zones(db: &impl Connection) -> Result<HashMap<SiteId, TimeZone>, StorageError> {
    let zone = |site: Site| (site.id, zone_of(&site));
    Ok(sites::all(db).await?.into_iter().map(zone).collect())
}

/// The time zone of a site.
#[must_use]
pub fn zone_of(site: &Site) -> TimeZone {
    TimeZone::get(&site.time_zone).unwrap_or(TimeZone::UTC)
}

/// Which figures are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// One site of the asker's; all of them without.
    pub site: Option<SiteId>,
    /// One desk.
    pub desk: Option<DeskId>,
    /// One kind.
    pub kind: Option<Kind>,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

impl Question {
    fn narrow(&self, newsroom: &Newsroom) -> Narrow {
        let asked = |id: &SiteId| self.site.is_none_or(|site| site == *id);
        Narrow {
            sites: newsroom.sites.iter().map(|s| s.id).filter(asked).collect(),
            desk: self.desk,
            kind: self.kind,
            days: Some((self.from, self.to)),
        }
    }
}

/// What is said of some tickets: of all, of a kind's, of a desk's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sum {
    /// Tickets that came in.
    pub opened: i64,
    /// Tickets closed, by resolution.
    pub closed: BTreeMap<&'static str, i64>,
    first_look: BTreeMap<i32, i64>,
    correction: BTreeMap<i32, i64>,
}

impl Sum {
    fn take(&mut self, figure: &Figure) {
        match Measure::parse(&figure.measure) {
            Some(Measure::Opened) => self.opened += figure.tickets,
            Some(Measure::Closed) => {
                if let Some(resolution) = resolution_at(figure.bucket) {
                    *self.closed.entry(resolution.as_str()).or_insert(0) += figure.tickets;
                }
            }
            Some(Measure::FirstLook) => {
                *self.first_look.entry(figure.bucket).or_insert(0) += figure.tickets;
            }
            Some(Measure::Correction) => {
                *self.correction.entry(figure.bucket).or_insert(0) += figure.tickets;
            }
            _ => {}
        }
    }

    /// All that were closed.
    #[must_use]
    pub fn all_closed(&self) -> i64 {
        self.closed.values().sum()
    }

    /// How many of a hundred were right: corrected, or corrected before we looked; of all closed but spam and doubles.
    #[must_use]
    pub fn accepted(&self) -> Option<i64> {
        let of = |r: Resolution| self.closed.get(r.as_str()).copied().unwrap_or(0);
        let judged = self.all_closed() - of(Resolution::Spam) - of(Resolution::Duplicate);
        let right = of(Resolution::Corrected) + of(Resolution::AlreadyCorrected);
        (judged > 0).then(|| (right * 200 + judged) / (judged * 2))
    }

    /// The time to the first look that a share of the tickets stayed below, in milliseconds.
    #[must_use]
    pub fn first_look(&self, share: f64) -> Option<i64> {
        quantile(&self.first_look, share)
    }

    /// The time to the correction that a share of the tickets stayed below, in milliseconds.
    #[must_use]
    pub fn correction(&self, share: f64) -> Option<i64> {
        quantile(&self.correction, share)
    }
}

/// The figures of a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Of everything.
    pub all: Sum,
    /// Of each kind.
    pub kinds: Vec<(Kind, Sum)>,
    /// Of each desk; none is without.
    pub desks: Vec<(Option<DeskId>, Sum)>,
    /// What came in and what was closed on each day of the period.
    pub days: Vec<(Day, i64, i64)>,
    /// Tickets that are open today, whatever the period: by the number of days since they came (0, 1–2, 3–6, 7–29, 30 and more).
    pub pending: [i64; 5],
    /// Articles with most reports.
    pub articles: Vec<(Article, i64)>,
}

/// The figures of a period. The sites are cut down to those of the newsroom, which are the asker's.
///
/// # Errors
/// [`StorageError`]
pub async fn look(
    services: &Services,
    newsroom: &Newsroom,
    question: &Question,
    today: Day,
) -> Result<Statistics, StorageError> {
    let db = services.store.reader();
    let narrow = question.narrow(newsroom);
    let timed = [
        Measure::Opened,
        Measure::Closed,
        Measure::FirstLook,
        Measure::Correction,
    ];
    let mut statistics = Statistics::default();
    let mut kinds: BTreeMap<&str, Sum> = BTreeMap::new();
    for figure in stored::figures(db, &narrow, &timed, By::Kind).await? {
        statistics.all.take(&figure);
        if let Some(kind) = figure.kind.as_deref().and_then(Kind::parse) {
            kinds.entry(kind.as_str()).or_default().take(&figure);
        }
    }
    for kind in Kind::ALL {
        if let Some(sum) = kinds.remove(kind.as_str()) {
            statistics.kinds.push((*kind, sum));
        }
    }
    let mut desks: BTreeMap<Option<DeskId>, Sum> = BTreeMap::new();
    for figure in stored::figures(db, &narrow, &timed, By::Desk).await? {
        let desk = figure
            .desk
            .as_deref()
            .and_then(|d| Uuid::parse_str(d).ok())
            .map(DeskId);
        desks.entry(desk).or_default().take(&figure);
    }
    statistics.desks = desks.into_iter().collect();
    let mut days: BTreeMap<Day, (i64, i64)> = (question.from..=question.to)
        .map(|day| (day, (0, 0)))
        .collect();
    let counted = [Measure::Opened, Measure::Closed];
    for figure in stored::figures(db, &narrow, &counted, By::Day).await? {
        let Some(day) = figure.day.and_then(|day| days.get_mut(&day)) else {
            continue;
        };
        if figure.measure == Measure::Opened.as_str() {
            day.0 += figure.tickets;
        } else {
            day.1 += figure.tickets;
        }
    }
    statistics.days = days.into_iter().map(|(d, (o, c))| (d, o, c)).collect();
    let whole = Narrow {
        days: None,
        ..narrow.clone()
    };
    for figure in stored::figures(db, &whole, &[Measure::Pending], By::Day).await? {
        let age = match today - figure.day.unwrap_or(today) {
            ..=0 => 0,
            1..=2 => 1,
            3..=6 => 2,
            7..=29 => 3,
            _ => 4,
        };
        statistics.pending[age] += figure.tickets;
    }
    statistics.articles = top_articles(services, &narrow, question).await?;
    Ok(statistics)
}

async fn top_articles(
    services: &Services,
    narrow: &Narrow,
    question: &Question,
) -> Result<Vec<(Article, i64)>, StorageError> {
    let db = services.store.reader();
    let days = (question.from, question.to);
    let most = stored::most_reported(db, &narrow.sites, days, ARTICLES).await?;
    let ids: Vec<ArticleId> = most.iter().map(|(id, _)| *id).collect();
    let mut known: HashMap<ArticleId, Article> = articles::by_ids(db, &ids)
        .await?
        .into_iter()
        .map(|a| (a.id, a))
        .collect();
    Ok(most
        .into_iter()
        .filter_map(|(id, reports)| Some((known.remove(&id)?, reports)))
        .collect())
}

/// A line of an export: the figures of one day, site, desk and kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportLine {
    /// Which day.
    pub day: Day,
    /// Which site.
    pub site: SiteId,
    /// Which desk.
    pub desk: Option<DeskId>,
    /// Which kind.
    pub kind: String,
    /// The figures.
    pub sum: Sum,
}

/// Days that an export reads at once.
const EXPORT_DAYS: Day = 7;

/// The lines of an export from a day on, and the day where the next ones begin: so that no export is ever held as a whole.
///
/// # Errors
/// [`StorageError`]
pub async fn export_part(
    services: &Services,
    newsroom: &Newsroom,
    question: &Question,
    from: Day,
) -> Result<(Vec<ExportLine>, Option<Day>), StorageError> {
    let to = question.to.min(from.saturating_add(EXPORT_DAYS - 1));
    let narrow = Narrow {
        days: Some((from, to)),
        ..question.narrow(newsroom)
    };
    let measures = [
        Measure::Opened,
        Measure::Closed,
        Measure::FirstLook,
        Measure::Correction,
    ];
    let mut lines: BTreeMap<(Day, Uuid, String, String), Sum> = BTreeMap::new();
    for figure in stored::figures(services.store.reader(), &narrow, &measures, By::All).await? {
        let key = (
            figure.day.unwrap_or(from),
            figure.site.unwrap_or_default(),
            figure.desk.clone().unwrap_or_default(),
            figure.kind.clone().unwrap_or_default(),
        );
        lines.entry(key).or_default().take(&figure);
    }
    let lines = lines
        .into_iter()
        .filter(|(_, sum)| *sum != Sum::default())
        .map(|((day, site, desk, kind), sum)| ExportLine {
            day,
            site: SiteId(site),
            desk: Uuid::parse_str(&desk).ok().map(DeskId),
            kind,
            sum,
        })
        .collect();
    Ok((lines, (to < question.to).then_some(to + 1)))
}
