//! The figures as files: a line a day, site, desk and kind. They are written while they are read, a week at a time, so that ten
//! years need no more memory than ten days.

use std::{collections::VecDeque, io};

use futures_util::stream;
use poem::{Body, Response, http::header};
use serde_json::json;

use crate::{
    domain::statistics::{Day, date_of},
    services::{
        Services,
        browse_tickets::Newsroom,
        statistics::{ExportLine, Question, export_part},
    },
};

const COLUMNS: &str = "day,site,desk,kind,opened,closed,corrected,already_corrected,not_an_error,not_reproducible,duplicate,forwarded,obsolete,spam,accepted_percent,first_look_median_minutes,first_look_p90_minutes,correction_median_minutes,correction_p90_minutes\r\n";
const RESOLUTIONS: [&str; 8] = [
    "corrected",
    "already_corrected",
    "not_an_error",
    "not_reproducible",
    "duplicate",
    "forwarded",
    "obsolete",
    "spam",
];

/// How lines become bytes.
#[derive(Clone, Copy)]
enum Form {
    Csv,
    Json,
}

pub(super) fn csv(services: Services, newsroom: Newsroom, question: Question) -> Response {
    let name = file_name(&question, "csv");
    Response::builder()
        .content_type("text/csv; charset=utf-8")
        .header(header::CONTENT_DISPOSITION, name)
        .body(streamed(services, newsroom, question, Form::Csv))
}

pub(super) fn json(services: Services, newsroom: Newsroom, question: Question) -> Response {
    let name = file_name(&question, "json");
    Response::builder()
        .content_type("application/json")
        .header(header::CONTENT_DISPOSITION, name)
        .body(streamed(services, newsroom, question, Form::Json))
}

fn file_name(question: &Question, ending: &str) -> String {
    format!(
        "attachment; filename=\"fehlermelder-{}-{}.{ending}\"",
        date_of(question.from),
        date_of(question.to)
    )
}

/// Where the export has got to.
struct Progress {
    services: Services,
    newsroom: Newsroom,
    question: Question,
    form: Form,
    next: Option<Day>,
    waiting: VecDeque<String>,
    began: bool,
    lines: usize,
}

fn streamed(services: Services, newsroom: Newsroom, question: Question, form: Form) -> Body {
    let progress = Progress {
        next: Some(question.from),
        services,
        newsroom,
        question,
        form,
        waiting: VecDeque::new(),
        began: false,
        lines: 0,
    };
    Body::from_bytes_stream(stream::unfold(progress, |mut progress| async move {
        let part = progress.part().await?;
        Some((part.map(String::into_bytes), progress))
    }))
}

impl Progress {
    /// The next bytes; none when all is said.
    async fn part(&mut self) -> Option<io::Result<String>> {
        loop {
            if !self.began {
                self.began = true;
                return Some(Ok(match self.form {
                    // The mark tells a spreadsheet that this is UTF-8.
                    Form::Csv => format!("\u{FEFF}{COLUMNS}"),
                    Form::Json => "{\"statistics\":[".to_owned(),
                }));
            }
            if let Some(part) = self.waiting.pop_front() {
                return Some(Ok(part));
            }
            let from = self.next.take()?;
            match export_part(&self.services, &self.newsroom, &self.question, from).await {
                Ok((lines, next)) => {
                    let mut part = String::new();
                    for line in &lines {
                        self.write(line, &mut part);
                    }
                    if next.is_none() && matches!(self.form, Form::Json) {
                        part.push_str("\n]}\n");
                    }
                    self.next = next;
                    if !part.is_empty() {
                        self.waiting.push_back(part);
                    }
                }
                // The connection ends without its last chunk: nobody takes half a file for a whole one.
                Err(error) => {
                    tracing::error!(%error, "the export of the statistics broke off");
                    return Some(Err(io::Error::other(error)));
                }
            }
        }
    }

    fn write(&mut self, line: &ExportLine, out: &mut String) {
        let site = self
            .newsroom
            .site(line.site)
            .map_or("", |s| s.name.as_str());
        let desk = line.desk.and_then(|id| self.newsroom.desk_name(id));
        let minutes = |span: Option<i64>| span.map(|ms| (ms + 30_000) / 60_000);
        let sum = &line.sum;
        let of = |resolution: &str| sum.closed.get(resolution).copied().unwrap_or(0);
        let spans = [
            minutes(sum.first_look(0.5)),
            minutes(sum.first_look(0.9)),
            minutes(sum.correction(0.5)),
            minutes(sum.correction(0.9)),
        ];
        match self.form {
            Form::Csv => {
                let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
                let mut fields = vec![
                    date_of(line.day).to_string(),
                    field(site),
                    field(desk.unwrap_or_default()),
                    line.kind.clone(),
                    sum.opened.to_string(),
                    sum.all_closed().to_string(),
                ];
                fields.extend(RESOLUTIONS.map(|r| of(r).to_string()));
                fields.push(number(sum.accepted()));
                fields.extend(spans.map(number));
                out.push_str(&fields.join(","));
                out.push_str("\r\n");
            }
            Form::Json => {
                let closed: serde_json::Map<_, _> = RESOLUTIONS
                    .into_iter()
                    .map(|r| (r.to_owned(), of(r).into()))
                    .collect();
                let object = json!({
                    "day": date_of(line.day).to_string(), "site": site, "desk": desk, "kind": line.kind,
                    "opened": sum.opened, "closed": sum.all_closed(), "resolutions": closed, "accepted_percent": sum.accepted(),
                    "first_look_minutes": {"median": spans[0], "p90": spans[1]}, "correction_minutes": {"median": spans[2], "p90": spans[3]},
                });
                out.push_str(if self.lines == 0 { "\n" } else { ",\n" });
                out.push_str(&object.to_string());
            }
        }
        self.lines += 1;
    }
}

/// Text for a cell: quoted (RFC 4180), and never a formula (OWASP, CSV injection): what begins like one gets a mark in front.
fn field(text: &str) -> String {
    let formula = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '\t', '\r', '|', '%']);
    let mark = if formula || text.starts_with(char::is_whitespace) {
        "'"
    } else {
        ""
    };
    format!("\"{mark}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+49", "-2", "@SUM(A1)", "\t=1", " =1", "|x"] {
            assert!(field(text).starts_with("\"'"), "{text}");
        }
        assert_eq!(
            field("Ressort \"Kultur\", Berlin"),
            "\"Ressort \"\"Kultur\"\", Berlin\""
        );
    }
}
