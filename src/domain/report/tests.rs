use serde_json::{Value, json};

use super::*;

fn check(document: &Value, expected: &[(&str, Problem)]) {
    let found = read_report(document).err().unwrap_or_default();
    let found: Vec<_> = found
        .iter()
        .map(|e| (e.pointer.as_str(), e.problem))
        .collect();
    assert_eq!(found, expected, "{document}");
}

fn good() -> Value {
    json!({"site": "k", "article": {"url": "https://a.de/x"}, "kind": "spelling", "comment": "Fehler"})
}

fn with(path: &str, value: Value) -> Value {
    let mut document = good();
    document[path] = value;
    document
}

#[test]
fn the_smallest_report_is_taken() {
    let report = read_report(&good()).unwrap();
    assert_eq!(report.kind, Kind::Spelling);
    assert_eq!(report.comment.as_deref(), Some("Fehler"));
}

#[test]
fn faults_are_named_by_their_pointer() {
    check(&json!([]), &[("", Problem::WrongType("object"))]);
    check(
        &json!({"site": "k"}),
        &[("/article", Problem::Missing), ("/kind", Problem::Missing)],
    );
    check(
        &with("kind", json!("typo")),
        &[("/kind", Problem::NotInSet)],
    );
    check(
        &with("comment", json!("x".repeat(5001))),
        &[("/comment", Problem::TooLong(5000))],
    );
    check(
        &with("suggestion", json!(7)),
        &[("/suggestion", Problem::WrongType("string"))],
    );
    check(
        &with("source", json!("javascript:alert(1)")),
        &[("/source", Problem::NotAUrl)],
    );
    check(
        &with("website", json!("http://spam")),
        &[("/website", Problem::MustBeEmpty)],
    );
    check(&with("a/b", json!(1)), &[("/a~1b", Problem::Unknown)]);
    check(
        &with("contact", json!({"email": "x@y.de"})),
        &[("/contact/consent", Problem::ConsentMissing)],
    );
    check(
        &with(
            "contact",
            json!({"email": "x@y\r\nBcc: z", "consent": true}),
        ),
        &[("/contact/email", Problem::NotAnEmail)],
    );
    check(
        &with(
            "target",
            json!({"selector": [{"type": "TextPositionSelector", "start": 3, "end": 1}]}),
        ),
        &[("/target/selector/0", Problem::BadPosition)],
    );
    check(
        &with("target", json!({"selector": []})),
        &[("/target/selector", Problem::QuoteMissing)],
    );
    check(
        &json!({"site": "k", "article": {"url": "https://a.de/x"}, "kind": "fact"}),
        &[("", Problem::NothingSaid)],
    );
}

#[test]
fn a_suggestion_that_nobody_could_tell_from_the_quote_counts_as_none() {
    let suggested = |exact: &str, suggestion: &str| {
        let mut document = with(
            "target",
            json!({"selector": {"type": "TextQuoteSelector", "exact": exact}}),
        );
        document["suggestion"] = json!(suggestion);
        read_report(&document).unwrap().suggestion
    };
    for (exact, same) in [
        ("„Haus“", " „Haus“\n"),
        ("Verfügbar", "Ver\u{AD}fu\u{308}g\u{200B}bar"),
    ] {
        assert_eq!(suggested(exact, same), None, "{exact}");
    }
    // What readers see to be other signs is a correction.
    for (exact, other) in [
        ("\"Haus\"", "„Haus“"),
        ("2010-2015", "2010–2015"),
        ("10 km", "10\u{A0}km"),
        ("und so weiter...", "und so weiter…"),
    ] {
        assert_eq!(suggested(exact, other).as_deref(), Some(other));
    }
}

#[test]
fn fields_that_we_do_not_know_are_named_wherever_they_stand() {
    let mut document = with(
        "contact",
        json!({"email": "a@b.de", "consent": true, "phone": "1"}),
    );
    document["article"] = json!({"url": "https://a.de/x", "a/b": 1, "titel": "T"});
    document["target"] = json!({
        "type": "SpecificResource", "id": "urn:x", "renderedVia": {}, "state": [], "scope": "https://a.de/",
        "selektor": [],
        "selector": {"type": "TextQuoteSelector", "exact": "x", "refinedBy": {"type": "CssSelector"}},
    });
    check(
        &document,
        &[
            ("/article/a~1b", Problem::Unknown),
            ("/article/titel", Problem::Unknown),
            ("/target/selektor", Problem::Unknown),
            ("/contact/phone", Problem::Unknown),
        ],
    );
}

#[test]
fn a_length_counts_code_points() {
    let mut document = good();
    document["comment"] = json!("😀".repeat(5000));
    assert!(read_report(&document).is_ok());
}

#[test]
fn addresses_are_checked() {
    for text in [
        "a@b.de",
        "a.b+c@b-c.example",
        "jörg@müller.de",
        "a@localhost",
    ] {
        assert!(is_email(text), "{text}");
    }
    for text in [
        "", "a", "@b.de", "a@", "a@b", "a b@c.de", "a@b..de", "a@@b.de", "a@b.de\n", "<a@b.de>",
        ".a@b.de",
    ] {
        assert!(!is_email(text), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn no_document_makes_it_panic(text in "\\PC*") {
        let value = serde_json::from_str::<Value>(&text).unwrap_or(Value::String(text));
        let _ = read_report(&value);
        let _ = read_report(&with("target", value.clone()));
        let _ = read_report(&with("article", value));
    }
}
