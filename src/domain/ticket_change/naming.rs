//! Reads which tickets are to be merged, or which reports split off: `{"tickets": ["FM-1043"]}`, `{"reports": ["…"]}`.

use serde_json::Value;
use uuid::Uuid;

use super::reading::escaped;
use crate::domain::{
    ids::{ReportId, TicketId},
    report::{FieldError, Problem},
};

/// How many faults are named before we stop.
const MAX_NAMED: usize = 20;

/// The tickets that are to be merged with the one that is asked.
///
/// # Errors
/// All faults of the document, each with its pointer.
pub fn read_tickets(document: &Value, most: usize) -> Result<Vec<TicketId>, Vec<FieldError>> {
    let parse = |text: &str| TicketId::parse(text).ok_or(Problem::UnknownReference);
    read(document, "tickets", most, parse)
}

/// The reports that are to be split off.
///
/// # Errors
/// All faults of the document, each with its pointer.
pub fn read_reports(document: &Value, most: usize) -> Result<Vec<ReportId>, Vec<FieldError>> {
    let parse = |text: &str| {
        let id = Uuid::parse_str(text).map(ReportId);
        id.map_err(|_| Problem::UnknownReport)
    };
    read(document, "reports", most, parse)
}

fn read<T>(
    document: &Value,
    name: &str,
    most: usize,
    parse: impl Fn(&str) -> Result<T, Problem>,
) -> Result<Vec<T>, Vec<FieldError>> {
    let fault = |pointer: String, problem| FieldError { pointer, problem };
    let Some(root) = document.as_object() else {
        return Err(vec![fault(String::new(), Problem::WrongType("object"))]);
    };
    let unknown = root.keys().filter(|field| *field != name);
    let mut faults: Vec<FieldError> = unknown
        .map(|field| fault(format!("/{}", escaped(field)), Problem::Unknown))
        .take(MAX_NAMED)
        .collect();
    let list = match root.get(name) {
        None | Some(Value::Null) => Err(Problem::Missing),
        Some(Value::Array(list)) if list.is_empty() => Err(Problem::Missing),
        Some(Value::Array(list)) if list.len() > most => Err(Problem::TooMany(most)),
        Some(Value::Array(list)) => Ok(list.as_slice()),
        Some(_) => Err(Problem::WrongType("array")),
    };
    let list = list.unwrap_or_else(|problem| {
        faults.push(fault(format!("/{name}"), problem));
        &[]
    });
    let mut found = Vec::with_capacity(list.len());
    for (at, value) in list.iter().enumerate() {
        let text = value.as_str().ok_or(Problem::WrongType("string"));
        match text.and_then(&parse) {
            Ok(one) => found.push(one),
            Err(problem) if faults.len() < MAX_NAMED => {
                faults.push(fault(format!("/{name}/{at}"), problem));
            }
            Err(_) => break,
        }
    }
    if faults.is_empty() {
        Ok(found)
    } else {
        Err(faults)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tickets_are_named_by_their_references() {
        let named = read_tickets(&json!({ "tickets": ["FM-1043", "fm-1044"] }), 2);
        assert_eq!(named, Ok(vec![TicketId(1043), TicketId(1044)]));
    }

    #[test]
    fn every_fault_is_named() {
        for (document, pointer, problem) in [
            (json!([]), "", Problem::WrongType("object")),
            (json!({}), "/reports", Problem::Missing),
            (json!({ "reports": [] }), "/reports", Problem::Missing),
            (
                json!({ "reports": "x" }),
                "/reports",
                Problem::WrongType("array"),
            ),
            (
                json!({ "reports": ["x"] }),
                "/reports/0",
                Problem::UnknownReport,
            ),
            (
                json!({ "reports": [1] }),
                "/reports/0",
                Problem::WrongType("string"),
            ),
            (
                json!({ "reports": ["x", "x", "x"] }),
                "/reports",
                Problem::TooMany(2),
            ),
            (
                json!({ "a/b": 1, "reports": ["x"] }),
                "/a~1b",
                Problem::Unknown,
            ),
        ] {
            let faults = read_reports(&document, 2).unwrap_err();
            assert_eq!(
                (faults[0].pointer.as_str(), faults[0].problem),
                (pointer, problem),
                "{document}"
            );
        }
        let many: Vec<&str> = vec!["x"; 1_000];
        let faults = read_tickets(&json!({ "tickets": many }), 1_000).unwrap_err();
        assert_eq!(faults.len(), MAX_NAMED);
    }
}
