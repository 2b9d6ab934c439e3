//! The text of articles by our rule, for the test that compares it with a browser's: JSON lines
//! `{"id", "html", "selector"}` in, `{"id", "text"}` or `{"id", "error"}` out.

use std::io::{self, BufRead, Write};

use fehlermelder::domain::article_text::article_text;
use serde_json::{Value, json};

fn main() -> io::Result<()> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let page: Value = serde_json::from_str(&line?)?;
        let html = page["html"].as_str().unwrap_or_default();
        let answer = match article_text(html, page["selector"].as_str()) {
            Ok(text) => json!({ "id": page["id"], "text": text.as_str() }),
            Err(error) => json!({ "id": page["id"], "error": error.to_string() }),
        };
        writeln!(output, "{answer}")?;
    }
    Ok(())
}
