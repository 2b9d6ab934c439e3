//! `locate`: looks passages up in texts, JSON lines in and JSON lines out (`docs/passages.md`).
//!
//! One thread reads, one a core looks up, one writes in the order of reading. Whatever has been read is worked on at
//! once and written as soon as it is its turn, so a caller that waits for an answer gets it; the bounded queues between
//! them keep memory small however long the input is.

use std::{
    io::{self, BufWriter, Read, Write},
    num::NonZero,
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, TryRecvError, sync_channel},
    },
    thread,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::{
    anchoring::{Located, Outcome, PreparedText, locate},
    passage::Passage,
};

/// How much is read at once.
const CHUNK: usize = 128 * 1024;
/// The longest line; a longer one is refused.
const MAX_LINE: usize = 64 * 1024 * 1024;
/// How many chunks may wait for each core.
const WAITING: usize = 4;

/// Whole lines, and where their answers go.
struct Job {
    lines: Vec<u8>,
    answers: SyncSender<Vec<u8>>,
}

/// Reads standard input to its end.
pub(super) fn run() -> anyhow::Result<()> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let (jobs, work) = sync_channel::<Job>(cores * WAITING);
    let (turns, order) = sync_channel::<Receiver<Vec<u8>>>(cores * WAITING * 2);
    let work = Mutex::new(work);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| work_off(&work));
        }
        let writer = scope.spawn(move || write_in_order(&order));
        let read = read_lines(io::stdin().lock(), MAX_LINE, |lines| {
            let (answers, turn) = sync_channel(1);
            // Either queue is closed only when the writer has failed, which says why.
            turns.send(turn).is_ok() && jobs.send(Job { lines, answers }).is_ok()
        });
        drop((jobs, turns));
        let written = writer
            .join()
            .map_err(|_| anyhow::anyhow!("the output could not be written"))?;
        written?;
        read.map_err(|error| anyhow::anyhow!("standard input cannot be read: {error}"))
    })
}

/// Hands on whole lines as they come, several at once. A line that is longer than `most` comes as an unfinished piece of
/// it, which is no JSON. Ends with the input, or when nobody takes them any more.
fn read_lines(
    mut input: impl Read,
    most: usize,
    mut take: impl FnMut(Vec<u8>) -> bool,
) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK];
    let mut begun = Vec::new();
    let mut skipping = false;
    loop {
        let count = match input.read(&mut chunk) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let mut piece = &chunk[..count];
        if count == 0 {
            if !begun.is_empty() {
                take(begun);
            }
            return Ok(());
        }
        if skipping {
            let Some(end) = memchr::memchr(b'\n', piece) else {
                continue;
            };
            piece = &piece[end + 1..];
            skipping = false;
        }
        if let Some(end) = memchr::memrchr(b'\n', piece) {
            begun.extend_from_slice(&piece[..=end]);
            if !take(std::mem::take(&mut begun)) {
                return Ok(());
            }
            piece = &piece[end + 1..];
        }
        begun.extend_from_slice(piece);
        if begun.len() > most {
            begun.truncate(HEAD);
            begun.push(b'\n');
            skipping = true;
            if !take(std::mem::take(&mut begun)) {
                return Ok(());
            }
        }
    }
}

/// What is kept of a line that is too long: it holds the id where that stands first.
const HEAD: usize = 1024;

fn work_off(work: &Mutex<Receiver<Job>>) {
    let mut kept = None;
    loop {
        let job = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        let mut answers = Vec::new();
        for line in job.lines.split(|byte| *byte == b'\n') {
            if line.trim_ascii().is_empty() {
                continue;
            }
            let answer = answer(line, &mut kept);
            // Values of strings and numbers can always be written.
            if serde_json::to_writer(&mut answers, &answer).is_ok() {
                answers.push(b'\n');
            }
        }
        // Nobody waits any more when the writer has failed.
        let _ = job.answers.send(answers);
    }
}

fn write_in_order(order: &Receiver<Receiver<Vec<u8>>>) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    loop {
        let turn = match order.try_recv() {
            Ok(turn) => turn,
            Err(TryRecvError::Disconnected) => return out.flush(),
            Err(TryRecvError::Empty) => {
                out.flush()?;
                match order.recv() {
                    Ok(turn) => turn,
                    Err(_) => return Ok(()),
                }
            }
        };
        let answers = turn
            .recv()
            .map_err(|_| io::Error::other("a line could not be worked on"))?;
        out.write_all(&answers)?;
    }
}

/// A line of the input.
#[derive(Debug, Deserialize)]
struct Question {
    id: Value,
    text: String,
    exact: String,
    prefix: Option<String>,
    suffix: Option<String>,
    start: Option<i64>,
    end: Option<i64>,
}

/// All that is read of a line that is none: its other strings need not even be text.
#[derive(Debug, Deserialize)]
struct Unreadable {
    #[serde(default)]
    id: Value,
}

/// A line of the output.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Answer {
    Located {
        id: Value,
        status: &'static str,
        start: Option<usize>,
        end: Option<usize>,
        score: f64,
        #[serde(skip_serializing_if = "Option::is_none")]
        at: Option<usize>,
    },
    Refused {
        id: Value,
        error: String,
    },
}

/// Answers one line. `kept` is the text of the line before: several passages of one text often follow each other.
fn answer(line: &[u8], kept: &mut Option<PreparedText>) -> Answer {
    // serde would take an array for the fields in their order.
    if !line.trim_ascii_start().starts_with(b"{") {
        return Answer::Refused {
            id: Value::Null,
            error: "not a line that can be looked up: no JSON object".to_owned(),
        };
    }
    let question: Question = match serde_json::from_slice(line) {
        Ok(question) => question,
        Err(error) => {
            let id = serde_json::from_slice(line).map_or(Value::Null, |line: Unreadable| line.id);
            return Answer::Refused {
                id,
                error: format!("not a line that can be looked up: {error}"),
            };
        }
    };
    if question.exact.trim().is_empty() {
        return Answer::Refused {
            id: question.id,
            error: "exact: holds no words".to_owned(),
        };
    }
    let text = match kept.take() {
        Some(text) if text.as_str() == question.text => kept.insert(text),
        _ => kept.insert(PreparedText::new(&question.text)),
    };
    let passage = Passage {
        exact: question.exact,
        prefix: question.prefix.unwrap_or_default(),
        suffix: question.suffix.unwrap_or_default(),
        start: question.start,
        end: question.end,
    };
    let Located { outcome, score, .. } = locate(text, &passage);
    let range = outcome.range();
    Answer::Located {
        id: question.id,
        status: outcome.as_str(),
        start: range.as_ref().map(|range| range.start),
        end: range.as_ref().map(|range| range.end),
        score: (f64::from(score) * 10_000.0).round() / 10_000.0,
        at: match outcome {
            Outcome::Gone { at } => at,
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{answer, read_lines};

    fn ask(line: &str) -> Value {
        serde_json::to_value(answer(line.as_bytes(), &mut None)).unwrap()
    }

    #[test]
    fn a_line_is_answered_as_the_contract_says() {
        let text = "Der Bahnhof öffnet im Mai. Der Turm bleibt zu.";
        let line = |exact: &str, prefix: &str, suffix: &str| {
            ask(
                &json!({"id": 7, "text": text, "exact": exact, "prefix": prefix, "suffix": suffix})
                    .to_string(),
            )
        };
        assert_eq!(
            line("öffnet", "Bahnhof ", " im"),
            json!({"id": 7, "status": "found", "start": 12, "end": 18, "score": 1.0})
        );
        let gone = line("seit gestern", "Der Bahnhof ", " öffnet im Mai. ");
        assert_eq!(
            (&gone["status"], &gone["start"], &gone["end"]),
            (&json!("gone"), &Value::Null, &Value::Null)
        );
        assert_eq!(gone["at"], 12);
    }

    #[test]
    fn a_bad_line_names_its_fault_and_its_id_where_it_has_one() {
        for (line, id) in [
            ("nonsense", Value::Null),
            ("[1]", Value::Null),
            (r#"{"text":"a","exact":"a"}"#, Value::Null),
            (r#"{"id":"x","text":"a"}"#, json!("x")),
            (r#"{"id":"x","text":"a","exact":" "}"#, json!("x")),
            (r#"{"id":3,"text":"a","exact":"a","start":"1"}"#, json!(3)),
            (r#"{"id":3,"text":"\ud800","exact":"a"}"#, json!(3)),
        ] {
            let answer = ask(line);
            assert_eq!(answer["id"], id, "{line}");
            assert!(answer["error"].is_string(), "{line}");
        }
        let line = b"{\"id\":4,\"text\":\"\xFF\",\"exact\":\"a\"}";
        assert_eq!(
            serde_json::to_value(answer(line, &mut None)).unwrap()["id"],
            4
        );
    }

    #[test]
    fn lines_come_whole_and_too_long_ones_cut() {
        let mut lines = Vec::new();
        let long = format!("kurz\n{}\nletzte", "x".repeat(300_000));
        read_lines(long.as_bytes(), 200_000, |piece| {
            lines.extend(piece.split(|b| *b == b'\n').map(<[u8]>::len));
            true
        })
        .unwrap();
        lines.retain(|length| *length > 0);
        assert_eq!(lines, [4, super::HEAD, 6]);
    }
}
