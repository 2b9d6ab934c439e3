//! Plots as SVG, made here: no script, colours by class (so that light, dark and high contrast are the style sheet's), a title and a
//! description for whoever does not see them. What they show stands in a table beneath as well.

use std::fmt::Write as _;

/// Between the first and the last day in a bar's name; the axis shows the first.
pub(super) const SPAN: &str = " – ";

/// A bar, or a group of them, with what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bar {
    /// Its name.
    pub(super) label: String,
    /// How high.
    pub(super) values: Vec<i64>,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 44.0;
const BOTTOM: f64 = 28.0;
const TOP: f64 = 8.0;
/// Names below the bars, at most.
const LABELS: usize = 6;

/// Bars side by side, in groups of two.
#[must_use]
pub(super) fn columns(bars: &[Bar], title: &str, description: &str) -> String {
    let mut svg = begin("flow", HEIGHT, title, description);
    let most = bars
        .iter()
        .flat_map(|b| &b.values)
        .copied()
        .max()
        .unwrap_or(0);
    let ceiling = ceiling(most);
    let height = HEIGHT - BOTTOM - TOP;
    let y = |value: i64| HEIGHT - BOTTOM - share(value, ceiling) * height;
    for step in [ceiling, ceiling / 2, 0] {
        let at = y(step);
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/><text class=\"end\" x=\"{:.1}\" y=\"{:.1}\">{step}</text>",
            LEFT - 6.0,
            at + 4.0
        );
    }
    let slot = (WIDTH - LEFT) / count(bars.len().max(1));
    let every = bars.len().div_ceil(LABELS).max(1);
    for (index, bar) in bars.iter().enumerate() {
        let x = LEFT + count(index) * slot;
        let thick = slot * 0.8 / count(bar.values.len().max(1));
        for (place, value) in bar.values.iter().enumerate().filter(|(_, v)| **v > 0) {
            let _ = write!(
                svg,
                "<rect class=\"series-{place}\" x=\"{:.2}\" y=\"{:.2}\" width=\"{thick:.2}\" height=\"{:.2}\"/>",
                x + slot * 0.1 + count(place) * thick,
                y(*value),
                HEIGHT - BOTTOM - y(*value)
            );
        }
        if index % every == 0 {
            let name = bar.label.split(SPAN).next().unwrap_or_default();
            let _ = write!(svg, "<text x=\"{x:.1}\" y=\"{:.1}\">", HEIGHT - 8.0);
            escape(name, &mut svg);
            svg.push_str("</text>");
        }
    }
    svg.push_str("</svg>");
    svg
}

/// Bars one below the other, each with its name and number.
#[must_use]
pub(super) fn rows(bars: &[Bar], title: &str, description: &str) -> String {
    const ROW: f64 = 34.0;
    const NAMES: f64 = 190.0;
    let mut svg = begin("ages", ROW * count(bars.len()), title, description);
    let most = bars
        .iter()
        .filter_map(|b| b.values.first())
        .copied()
        .max()
        .unwrap_or(0)
        .max(1);
    for (index, bar) in bars.iter().enumerate() {
        let value = bar.values.first().copied().unwrap_or(0);
        let y = count(index) * ROW;
        let long = share(value, most) * (WIDTH - NAMES - 80.0);
        let _ = write!(svg, "<text x=\"0\" y=\"{:.1}\">", y + 21.0);
        escape(&bar.label, &mut svg);
        let _ = write!(
            svg,
            "</text><rect class=\"series-0\" x=\"{NAMES}\" y=\"{:.1}\" width=\"{:.2}\" height=\"{:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\">{value}</text>",
            y + 6.0,
            long.max(1.0),
            ROW - 12.0,
            NAMES + long + 8.0,
            y + 21.0
        );
    }
    svg.push_str("</svg>");
    svg
}

fn begin(id: &str, height: f64, title: &str, description: &str) -> String {
    let mut svg = format!(
        "<svg class=\"plot\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-description\"><title id=\"{id}-title\">"
    );
    escape(title, &mut svg);
    let _ = write!(svg, "</title><desc id=\"{id}-description\">");
    escape(description, &mut svg);
    svg.push_str("</desc>");
    svg
}

/// A round number not below that, and even: half of it is a whole one too.
fn ceiling(most: i64) -> i64 {
    let mut size = 1;
    loop {
        for step in [2, 4, 6, 10] {
            if size * step >= most {
                return size * step;
            }
        }
        size *= 10;
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "numbers of tickets are far below what a float tells apart"
)]
fn share(value: i64, of: i64) -> f64 {
    value as f64 / of.max(1) as f64
}

#[allow(clippy::cast_precision_loss, reason = "a plot has few bars")]
fn count(number: usize) -> f64 {
    number as f64
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_at_a_round_number() {
        for (most, expected) in [
            (0, 2),
            (1, 2),
            (3, 4),
            (7, 10),
            (11, 20),
            (57, 60),
            (300, 400),
        ] {
            assert_eq!(ceiling(most), expected, "{most}");
        }
    }

    #[test]
    fn a_plot_says_what_it_is_and_lets_no_markup_in() {
        let bar = |label: &str, values: &[i64]| Bar {
            label: label.into(),
            values: values.to_vec(),
        };
        let svg = columns(
            &[bar("<b>", &[3, 0]), bar("2026-11-24", &[0, 4])],
            "Titel & mehr",
            "Text",
        );
        assert!(
            svg.contains("<title id=\"flow-title\">Titel &amp; mehr</title>")
                && svg.contains("&lt;b&gt;"),
            "{svg}"
        );
        assert_eq!(svg.matches("<rect").count(), 2);
        assert_eq!(
            rows(&[bar("0", &[0]), bar("1", &[9])], "a", "b")
                .matches("<rect")
                .count(),
            2
        );
        assert!(columns(&[], "a", "b").ends_with("</svg>"));
    }
}
