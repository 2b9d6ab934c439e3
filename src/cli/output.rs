//! What commands print: results on standard output, remarks and progress on standard error.

use std::io::{self, Write as _};

use serde::Serialize;

/// Prints one line. A reader that has gone (`… | head`) is an error like any other.
pub(super) fn line(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Prints one object as one line of JSON.
pub(super) fn json_line(value: &impl Serialize) -> io::Result<()> {
    line(&serde_json::to_string(value).map_err(io::Error::other)?)
}

/// A remark for whoever sits there; never part of the result.
#[allow(clippy::print_stderr, reason = "remarks stay out of the result")]
pub(super) fn remark(text: &str) {
    eprintln!("{text}");
}

/// Prints rows under their headings, each column as wide as its widest cell.
pub(super) fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> io::Result<()> {
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .chain([headings[column].chars().count()])
            .max()
            .unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    line(&row_text(&headings.map(str::to_owned), widths))?;
    for row in rows {
        line(&row_text(row, widths))?;
    }
    Ok(())
}

fn row_text<const N: usize>(cells: &[String; N], widths: [usize; N]) -> String {
    let padded: Vec<String> = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!("{cell:width$}"))
        .collect();
    padded.join("  ").trim_end().to_owned()
}

/// What went wrong and why. A cause that the sentence before already quotes is not said twice.
pub(super) fn one_line(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{one_line, row_text};

    #[test]
    fn columns_are_aligned_by_letters_not_bytes() {
        let row = |a: &str| row_text(&[a.to_owned(), "x".to_owned()], [5, 1]);
        assert_eq!(row("Äö"), "Äö     x");
        assert_eq!(row("Ao"), "Ao     x");
    }

    #[test]
    fn an_error_is_one_line_that_says_nothing_twice() {
        let error = anyhow::anyhow!("no such\nfile")
            .context("cannot read x: no such\nfile")
            .context("the configuration");
        assert_eq!(
            one_line(&error),
            "the configuration: cannot read x: no such file"
        );
    }
}
