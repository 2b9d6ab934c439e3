//! `fehlermelder locate`, as another program uses it: JSON lines in, JSON lines out.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::thread;

use serde_json::{Value, json};

const TEXT: &str = "Der Bahnhof öffnet im Mai.\nDer Umbau kostete 31 Millionen Euro.";

fn locate() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fehlermelder"));
    command
        .arg("locate")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// The answers to all of the input; the program must end well.
fn answers(input: Vec<u8>) -> Vec<Value> {
    let mut child = locate().spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("its input");
    let writer = thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("the program ends");
    writer
        .join()
        .expect("the writer ends")
        .expect("the input is read to its end");
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
    String::from_utf8(output.stdout)
        .expect("text")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

fn question(id: usize, text: &str, exact: &str) -> String {
    json!({"id": id, "text": text, "exact": exact, "prefix": "kostete ", "suffix": " Millionen Euro.", "start": 44, "end": 46})
        .to_string()
}

#[test]
fn every_state_has_the_form_of_the_contract() {
    let lines = [
        question(0, TEXT, "31"),
        question(1, &TEXT.replace("31", "34"), "31"),
        question(2, &TEXT.replace("31 ", ""), "31"),
        json!({"id": "vier", "text": "ja nein ja nein ja", "exact": "nein"}).to_string(),
    ];
    let answers = answers(lines.join("\n").into_bytes());
    assert_eq!(
        answers[0],
        json!({"id": 0, "status": "found", "start": 45, "end": 47, "score": 1.0})
    );
    assert_eq!(
        (
            &answers[1]["status"],
            &answers[1]["start"],
            &answers[1]["end"]
        ),
        (&json!("changed"), &json!(45), &json!(47))
    );
    assert_eq!(
        (
            &answers[2]["status"],
            &answers[2]["start"],
            &answers[2]["at"]
        ),
        (&json!("gone"), &Value::Null, &json!(45))
    );
    assert_eq!(
        (&answers[3]["id"], &answers[3]["status"]),
        (&json!("vier"), &json!("ambiguous"))
    );
    assert!(answers[3]["start"].is_u64() && answers[3]["end"].is_u64());
}

#[test]
fn a_bad_line_stops_nothing() {
    let mut input = question(1, TEXT, "31").into_bytes();
    for line in [
        &b"no JSON"[..],
        b"",
        b"{\"id\":2,\"text\":\"a\"}",
        b"{\"id\":3,\"text\":5,\"exact\":\"a\"}",
        b"{\"id\":4,\"text\":\"\xFF\xFE\",\"exact\":\"a\"}",
        b"{\"id\":5,\"text\":\"\\ud83d\",\"exact\":\"a\"}",
    ] {
        input.push(b'\n');
        input.extend_from_slice(line);
    }
    input.extend_from_slice(b"\r\n");
    input.extend_from_slice(question(6, TEXT, "31").as_bytes());
    let answers = answers(input);
    let ids: Vec<&Value> = answers.iter().map(|answer| &answer["id"]).collect();
    assert_eq!(json!(ids), json!([1, null, 2, 3, 4, 5, 6]));
    for answer in &answers[1..6] {
        assert!(answer["error"].is_string(), "{answer}");
    }
    assert_eq!(answers[6]["status"], "found");
}

#[test]
fn ten_thousand_answers_keep_the_order_of_their_questions() {
    let input: Vec<String> = (0..10_000)
        .map(|id| question(id, &TEXT.repeat(1 + id % 5), "31"))
        .collect();
    let answers = answers(input.join("\n").into_bytes());
    assert_eq!(answers.len(), 10_000);
    for (id, answer) in answers.iter().enumerate() {
        assert_eq!(answer["id"], id);
    }
}

#[test]
fn whoever_waits_for_an_answer_gets_it() {
    let mut child = locate().spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("its input");
    let mut stdout = BufReader::new(child.stdout.take().expect("its output"));
    for id in 0..3 {
        writeln!(stdin, "{}", question(id, TEXT, "31")).expect("it reads");
        let mut line = String::new();
        stdout.read_line(&mut line).expect("it answers");
        let answer: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(answer["id"], id);
    }
    drop(stdin);
    assert!(child.wait().expect("it ends").success());
}
