//! Text fragments, for the test that lets a browser open them: JSON lines in and out.
//!
//! `{"id", "html", "selector", "start", "end"}` gives `{"id", "text", "page", "place", "directive"}`: the texts of article and
//! page, where the passage lies in the page's (code points) and the shortest directive. Without `start` the texts only.
//! With `{"find": {"prefix", "start", "end", "suffix"}}` it says as `found` what the browser is expected to mark.

use std::io::{self, BufRead, Write};

use fehlermelder::domain::{
    article_text::Page,
    text_fragment::{
        Directive,
        finder::find,
        page::{Folding, Page as Searched},
        shortest,
    },
};
use serde_json::{Value, json};

fn main() -> io::Result<()> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let asked: Value = serde_json::from_str(&line?)?;
        writeln!(output, "{}", answer(&asked))?;
    }
    Ok(())
}

fn answer(asked: &Value) -> Value {
    let page = match Page::parse(asked["html"].as_str().unwrap_or_default()) {
        Ok(page) => page,
        Err(error) => return json!({ "id": asked["id"], "error": error.to_string() }),
    };
    let selector = asked["selector"].as_str();
    let text = page.page_text(selector);
    let mut answer = json!({
        "id": asked["id"],
        "text": page.article_text(selector).as_str(),
        "page": text.as_str(),
    });
    let number = |name: &str| asked[name].as_u64().and_then(|n| usize::try_from(n).ok());
    let place = number("start")
        .zip(number("end"))
        .and_then(|(start, end)| text.place(start, end));
    if let Some((from, to)) = place {
        answer["place"] = json!([from, to]);
        let directive = shortest(
            text.as_str(),
            byte(text.as_str(), from),
            byte(text.as_str(), to),
        );
        answer["directive"] = directive.map_or(Value::Null, |d| Value::from(d.to_string()));
    }
    let term = |name: &str| asked["find"][name].as_str().map(str::to_owned);
    if let Some(start) = term("start") {
        let directive = Directive {
            prefix: term("prefix"),
            start,
            end: term("end"),
            suffix: term("suffix"),
        };
        let found = find(&Searched::new(text.as_str(), Folding::Root), &directive);
        let count = |at: usize| text.as_str()[..at].chars().count();
        answer["directive"] = Value::from(directive.to_string());
        answer["found"] = found.map_or(Value::Null, |(from, to)| json!([count(from), count(to)]));
    }
    answer
}

fn byte(text: &str, point: usize) -> usize {
    text.char_indices()
        .nth(point)
        .map_or(text.len(), |(at, _)| at)
}
