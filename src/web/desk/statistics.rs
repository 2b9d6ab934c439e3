//! `GET /statistics`: figures of a period as numbers, plots with their tables, and as files (`.csv`, `.json`).

use jiff::{Timestamp, ToSpan, civil::Date};
use minijinja::{Value, context};
use poem::{
    Request, Response, handler,
    web::{Data, Query},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    frame, statistics_export,
    statistics_plot::{self, Bar, SPAN},
};
use crate::{
    domain::{
        clock::{DAY, HOUR, MINUTE},
        ids::DeskId,
        kind::Kind,
        site::{Lang, Site},
        statistics::{Day, date_of, number_of},
        ticket::Resolution,
    },
    links::article_path,
    rendering::translate,
    services::{
        browse_tickets::{self, Newsroom},
        statistics::{self, Question, Sum},
    },
    views,
    web::{AppState, session::CurrentEditor},
};

/// Days of the period that is shown when none is named.
const USUAL_DAYS: Day = 30;
/// The longest period, in days.
const MOST_DAYS: Day = 3_660;
/// The most bars of a plot; longer periods are shown by week, and by 30 days.
const MOST_BARS: usize = 92;

/// What the figures are narrowed to. Empty and unknown values count as none.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct StatisticsQuery {
    from: String,
    to: String,
    site: String,
    desk: String,
    kind: String,
}

/// A question with what its address says of it.
struct Asked {
    question: Question,
    today: Day,
    address: String,
}

impl StatisticsQuery {
    fn read(&self, state: &AppState, newsroom: &Newsroom) -> Asked {
        let site: Option<&Site> = newsroom.sites.iter().find(|s| s.key == self.site);
        // Where several sites have several days, the first one's count.
        let zone = site
            .or(newsroom.sites.first())
            .map_or(jiff::tz::TimeZone::UTC, statistics::zone_of);
        let now = Timestamp::from_millisecond(state.services.now()).unwrap_or_default();
        let today = number_of(now.to_zoned(zone).date());
        let day = |text: &str| text.parse::<Date>().ok().map(number_of);
        let to = day(&self.to).unwrap_or(today).min(today);
        let from = day(&self.from)
            .unwrap_or(to - USUAL_DAYS + 1)
            .clamp(to - MOST_DAYS + 1, to);
        let desk = Uuid::parse_str(&self.desk).ok().map(DeskId);
        let question = Question {
            site: site.map(|s| s.id),
            desk: desk.filter(|id| newsroom.desks.iter().any(|d| d.id == *id)),
            kind: Kind::parse(&self.kind),
            from,
            to,
        };
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("from", &date_of(from).to_string());
        query.append_pair("to", &date_of(to).to_string());
        for (name, value) in [
            ("site", site.map(|s| s.key.clone())),
            ("desk", question.desk.map(|d| d.to_string())),
            ("kind", question.kind.map(|k| k.as_str().to_owned())),
        ] {
            if let Some(value) = value {
                query.append_pair(name, &value);
            }
        }
        Asked {
            question,
            today,
            address: query.finish(),
        }
    }
}

/// `GET /statistics`
#[handler]
pub async fn show(
    request: &Request,
    Query(query): Query<StatisticsQuery>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let lang = editor.editor.lang;
    let asked = query.read(state, &newsroom);
    let question = &asked.question;
    let found = statistics::look(&state.services, &newsroom, question, asked.today).await?;
    let frame = frame(state, request, Some((&editor, &newsroom)), lang).await?;
    let bars = by_span(lang, &found.days);
    let plot = statistics_plot::columns(
        &bars,
        &translate(lang, "statistics-flow", &[]),
        &flow_in_words(lang, &found.all),
    );
    let ages: Vec<Bar> = ["0", "1", "3", "7", "30"]
        .iter()
        .zip(found.pending)
        .map(|(age, count)| Bar {
            label: translate(lang, &format!("statistics-age-{age}"), &[]),
            values: vec![count],
        })
        .collect();
    let age_plot = statistics_plot::rows(
        &ages,
        &translate(lang, "statistics-pending", &[]),
        &translate(lang, "statistics-pending-text", &[]),
    );
    let kinds: Vec<Value> = found
        .kinds
        .iter()
        .map(|(kind, sum)| sum_view(lang, translate(lang, &format!("kind-{kind}"), &[]), sum))
        .collect();
    let several = newsroom.sites.len() > 1;
    let desks: Vec<Value> = found
        .desks
        .iter()
        .map(|(desk, sum)| sum_view(lang, desk_name(&newsroom, *desk, several, lang), sum))
        .collect();
    let closed: Vec<Value> = Resolution::ALL
        .iter()
        .filter_map(|r| Some((r, found.all.closed.get(r.as_str()).filter(|n| **n > 0)?)))
        .map(|(r, count)| context! { resolution => r.as_str(), count => count })
        .collect();
    let pages = context! {
        from => date_of(question.from).to_string(),
        to => date_of(question.to).to_string(),
        today => date_of(asked.today).to_string(),
        spans => spans(&asked, &query),
        filter => context! { site => query.site.as_str(), desk => query.desk.as_str(), kind => query.kind.as_str() },
        options => context! {
            sites => newsroom.sites.iter().map(|s| context! { id => s.key.as_str(), name => s.name.as_str() }).collect::<Vec<_>>(),
            desks => newsroom.desks.iter().map(|d| context! { id => d.id.to_string(), name => desk_name(&newsroom, Some(d.id), several, lang) }).collect::<Vec<_>>(),
            kinds => Kind::ALL.iter().map(|k| k.as_str()).collect::<Vec<_>>(),
        },
        all => sum_view(lang, String::new(), &found.all),
        pending => found.pending.iter().sum::<i64>(),
        closed => closed,
        plot => Value::from_safe_string(plot),
        bars => bars.iter().map(|b| context! { label => b.label.as_str(), opened => b.values[0], closed => b.values[1] }).collect::<Vec<_>>(),
        age_plot => Value::from_safe_string(age_plot),
        ages => ages.iter().map(|b| context! { label => b.label.as_str(), count => b.values[0] }).collect::<Vec<_>>(),
        kinds => kinds,
        desks => desks,
        articles => found.articles.iter().map(|(article, reports)| context! { url => article_path(article.id), article => views::article_view(Some(article)), reports => reports }).collect::<Vec<_>>(),
        csv_url => format!("/statistics.csv?{}", asked.address),
        json_url => format!("/statistics.json?{}", asked.address),
        nothing => found.all == Sum::default() && found.pending.iter().all(|n| *n == 0),
        ..frame
    };
    Ok(state.page("desk/statistics.html", &pages)?)
}

/// `GET /statistics.csv`
#[handler]
pub async fn csv(
    Query(query): Query<StatisticsQuery>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let question = query.read(state, &newsroom).question;
    Ok(statistics_export::csv(
        state.services.clone(),
        newsroom,
        question,
    ))
}

/// `GET /statistics.json`
#[handler]
pub async fn json(
    Query(query): Query<StatisticsQuery>,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let question = query.read(state, &newsroom).question;
    Ok(statistics_export::json(
        state.services.clone(),
        newsroom,
        question,
    ))
}

/// The days as the bars of a plot: each alone, or seven or thirty together where there are many.
fn by_span(lang: Lang, days: &[(Day, i64, i64)]) -> Vec<Bar> {
    let together = [1, 7, 30]
        .into_iter()
        .find(|n| days.len().div_ceil(*n) <= MOST_BARS)
        .unwrap_or(90);
    days.chunks(together)
        .map(|part| Bar {
            label: part.first().map_or_else(String::new, |first| {
                let last = part.last().unwrap_or(first);
                if together == 1 {
                    written(lang, "statistics-date", first.0)
                } else {
                    let date = |day| written(lang, "statistics-date-of-year", day);
                    format!("{}{SPAN}{}", date(first.0), date(last.0))
                }
            }),
            values: vec![
                part.iter().map(|d| d.1).sum(),
                part.iter().map(|d| d.2).sum(),
            ],
        })
        .collect()
}

/// A day as people write it.
fn written(lang: Lang, message: &str, day: Day) -> String {
    let date = date_of(day);
    let name = translate(lang, &format!("month-{}", date.month()), &[]);
    let short: String = name.chars().take(3).collect();
    // As text: numbers would be grouped by thousands.
    let year = date.year().to_string();
    let place = [
        ("day", i64::from(date.day()).into()),
        ("month", i64::from(date.month()).into()),
        ("short", short.into()),
        ("year", year.into()),
    ];
    translate(lang, message, &place)
}

fn flow_in_words(lang: Lang, all: &Sum) -> String {
    translate(
        lang,
        "statistics-flow-text",
        &[
            ("opened", all.opened.into()),
            ("closed", all.all_closed().into()),
        ],
    )
}

fn desk_name(newsroom: &Newsroom, desk: Option<DeskId>, several: bool, lang: Lang) -> String {
    let known = desk.and_then(|id| newsroom.desks.iter().find(|d| d.id == id));
    match known {
        Some(desk) if several => format!(
            "{} ({})",
            desk.name,
            newsroom.site(desk.site).map_or("", |s| s.name.as_str())
        ),
        Some(desk) => desk.name.clone(),
        None => translate(lang, "ticket-no-desk", &[]),
    }
}

fn sum_view(lang: Lang, name: String, sum: &Sum) -> Value {
    let span = |span: Option<i64>| span.map(|ms| span_in_words(lang, ms));
    context! {
        name => name,
        opened => sum.opened,
        closed => sum.all_closed(),
        accepted => sum.accepted(),
        look => span(sum.first_look(0.5)),
        look_most => span(sum.first_look(0.9)),
        correction => span(sum.correction(0.5)),
        correction_most => span(sum.correction(0.9)),
    }
}

/// A span of time in words, as exactly as it is known.
fn span_in_words(lang: Lang, ms: i64) -> String {
    let (unit, size) = match ms {
        ms if ms < 90 * MINUTE => ("minutes", MINUTE),
        ms if ms < 36 * HOUR => ("hours", HOUR),
        _ => ("days", DAY),
    };
    let count = ((ms + size / 2) / size).max(1);
    translate(
        lang,
        &format!("statistics-span-{unit}"),
        &[("count", count.into())],
    )
}

/// The usual periods, as links.
fn spans(asked: &Asked, query: &StatisticsQuery) -> Vec<Value> {
    let today = date_of(asked.today);
    let month = today.first_of_month();
    let last = month.saturating_sub(1.day());
    let starts = [
        ("7", today.saturating_sub(6.days()), today),
        ("30", today.saturating_sub(29.days()), today),
        ("month", month, today),
        ("last-month", last.first_of_month(), last),
        ("365", today.saturating_sub(364.days()), today),
    ];
    starts
        .into_iter()
        .map(|(name, from, to)| {
            let mut address = url::form_urlencoded::Serializer::new(String::new());
            address.append_pair("from", &from.to_string());
            address.append_pair("to", &to.to_string());
            for (name, value) in [("site", &query.site), ("desk", &query.desk), ("kind", &query.kind)] {
                if !value.is_empty() {
                    address.append_pair(name, value);
                }
            }
            let current = (number_of(from), number_of(to)) == (asked.question.from, asked.question.to);
            context! { name => name, url => format!("/statistics?{}", address.finish()), current => current }
        })
        .collect()
}
