//! The quality of the passage engine over the evaluation set (`tests/passages`), class by class:
//!
//! ```text
//! cargo run --release --example passage_quality
//! ```
//!
//! All columns but `cases` are percentages of the class's cases. `right`: the right answer. `place`: the right place
//! (intersection over union with the true one at least one half), `exact`: with exact ends. `wrong`: another place.
//! `gone`: rightly said to be gone; `at`: of those whose surroundings still meet, the share whose point was given.
//! `f.gone`: it stands there, but was said to be gone. `f.found`: it is gone, but was said to stand somewhere.
//! `ambig.`: rightly said to be ambiguous, `f.ambig.`: wrongly.

#[path = "../tests/passages/mod.rs"]
mod passages;

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Parser;
use fehlermelder::domain::anchoring::{Outcome, PreparedText, locate};
use fehlermelder::domain::passage::Passage;

use passages::case::{Case, Truth};
use passages::score::{Answer, Status, Table, judge};

/// Looks up every case of the evaluation set and prints what was right, class by class.
#[derive(Parser)]
struct Arguments {
    /// Only this class (may be given more than once).
    #[arg(long)]
    class: Vec<String>,
    /// Cases of each class.
    #[arg(long, default_value_t = 240)]
    per_class: usize,
    /// Another seed makes other cases.
    #[arg(long, default_value_t = passages::SEED)]
    seed: u64,
    /// Prints up to this many wrongly answered cases of each class.
    #[arg(long, default_value_t = 0, value_name = "N")]
    show_wrong: usize,
    /// Writes the cases to a file of JSON lines, and looks nothing up.
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
    /// Reads the cases from such a file instead of making them.
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let mut cases = if let Some(file) = &arguments.input {
        read(file).with_context(|| format!("cannot read {}", file.display()))?
    } else {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/passages");
        passages::cases(&folder, arguments.seed, arguments.per_class)?
    };
    if !arguments.class.is_empty() {
        cases.retain(|case| arguments.class.contains(&case.class));
    }
    if let Some(file) = &arguments.export {
        let mut output = BufWriter::new(File::create(file)?);
        for case in &cases {
            writeln!(output, "{}", serde_json::to_string(case)?)?;
        }
        output.flush()?;
        println!("{} cases written to {}", cases.len(), file.display());
        return Ok(());
    }

    let mut table = Table::default();
    let mut times = Vec::with_capacity(cases.len());
    for case in &cases {
        let (answer, time) = look_up(case);
        times.push(time);
        let verdict = judge(case, &answer);
        table.add(&case.class, verdict);
        let tally = &table.classes[&case.class];
        if !verdict.is_right() && tally.cases - tally.right <= arguments.show_wrong {
            show(case, &answer);
        }
    }
    print!("{}", table.print());
    times.sort_unstable();
    let at = |share: usize| {
        times
            .get(times.len() * share / 100)
            .copied()
            .unwrap_or_default()
    };
    println!("one look-up: median {:?}, 99 % within {:?}", at(50), at(99));
    Ok(())
}

fn read(file: &Path) -> anyhow::Result<Vec<Case>> {
    let lines = BufReader::new(File::open(file)?).lines();
    lines
        .map(|line| Ok(serde_json::from_str(&line?)?))
        .collect()
}

/// What the engine says of the case, and how long the look-up took (the text was prepared before).
fn look_up(case: &Case) -> (Answer, Duration) {
    let text = PreparedText::new(&case.text);
    let position = |at: Option<usize>| at.and_then(|at| i64::try_from(at).ok());
    let passage = Passage {
        exact: case.exact.clone(),
        prefix: case.prefix.clone(),
        suffix: case.suffix.clone(),
        start: position(case.start),
        end: position(case.end),
    };
    let begin = Instant::now();
    let located = locate(&text, &passage);
    let time = begin.elapsed();
    let (status, at) = match &located.outcome {
        Outcome::Found(_) => (Status::Found, None),
        Outcome::Changed(_) => (Status::Changed, None),
        Outcome::Ambiguous(_) => (Status::Ambiguous, None),
        Outcome::Gone { at } => (Status::Gone, *at),
    };
    (
        Answer {
            status,
            place: located
                .outcome
                .range()
                .map(|range| (range.start, range.end)),
            at,
        },
        time,
    )
}

fn show(case: &Case, answer: &Answer) {
    let chars: Vec<char> = case.text.chars().collect();
    let marked = |start: usize, end: usize| {
        let text = |from: usize, to: usize| chars[from..to].iter().collect::<String>();
        let before = text(start.saturating_sub(40), start);
        let after = text(end, (end + 40).min(chars.len()));
        format!("{before}⟦{}⟧{after}", text(start, end)).replace('\n', "⏎")
    };
    let tail: String = case
        .prefix
        .chars()
        .skip(case.prefix.chars().count().saturating_sub(40))
        .collect();
    let head: String = case.suffix.chars().take(40).collect();
    println!("{}", case.id);
    println!(
        "  was   {}",
        format!("{tail}⟦{}⟧{head}", case.exact).replace('\n', "⏎")
    );
    match case.truth {
        Truth::At { start, end } => println!("  is    {}", marked(start, end)),
        Truth::Nowhere(nowhere) => println!("  is    {nowhere:?}"),
    }
    let place = answer.place.map_or_else(
        || format!("at {:?}", answer.at),
        |(start, end)| marked(start, end),
    );
    println!("  said  {:?} {place}\n", answer.status);
}
