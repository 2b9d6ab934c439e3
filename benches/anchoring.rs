//! How long a look-up takes: by size of the article, by length of the quote, by what became of the passage.
//! `docs/passages.md` has the figures.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use fehlermelder::domain::{
    anchoring::{PreparedText, locate},
    passage::Passage,
};

/// Words as articles have them: some everywhere, most seldom. The same seed makes the same text.
struct Words(u64);

impl Words {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap_or(0) % below
    }

    fn text(&mut self, bytes: usize) -> String {
        const COMMON: [&str; 12] = [
            "der", "die", "und", "in", "den", "von", "zu", "das", "mit", "für", "ist", "größte",
        ];
        const PARTS: [&str; 10] = [
            "haus", "markt", "zeit", "über", "stadt", "preis", "werk", "jahr", "gel", "ern",
        ];
        let mut text = String::with_capacity(bytes + 64);
        let mut sentence = 0;
        while text.len() < bytes {
            sentence += 1;
            for word in 0..12 {
                if word > 0 {
                    text.push(' ');
                }
                if self.next(2) == 0 {
                    text.push_str(COMMON[self.next(12)]);
                } else {
                    for _ in 0..=self.next(3) {
                        text.push_str(PARTS[self.next(10)]);
                    }
                    text.push_str(&self.next(1000).to_string());
                }
            }
            text.push_str(if sentence % 5 == 0 { ".\n" } else { ". " });
        }
        text
    }
}

/// The passage at these code points of a text.
fn passage(text: &str, start: usize, long: usize) -> Passage {
    let part = |from: usize, count: usize| text.chars().skip(from).take(count).collect();
    Passage {
        exact: part(start, long),
        prefix: part(start - 32, 32),
        suffix: part(start + long, 32),
        start: i64::try_from(start).ok(),
        end: i64::try_from(start + long).ok(),
    }
}

/// What may become of a passage: the name, the text now.
fn fates(text: &str, passage: &Passage) -> Vec<(&'static str, String)> {
    let edited = passage
        .exact
        .replacen(|c: char| c.is_ascii_alphabetic(), "", 1);
    vec![
        ("as it was", text.to_owned()),
        (
            "moved",
            format!("{}{text}", Words(99).text(3_000.min(text.len() / 2))),
        ),
        ("a typo fixed", text.replacen(&passage.exact, &edited, 1)),
        (
            "replaced",
            text.replacen(&passage.exact, "etwas ganz anderes", 1),
        ),
        (
            "gone",
            text.replacen(
                &[&*passage.prefix, &passage.exact, &passage.suffix].concat(),
                "",
                1,
            ),
        ),
    ]
}

fn by_article(c: &mut Criterion) {
    for bytes in [6_000, 60_000, 1_000_000] {
        let text = Words(7).text(bytes);
        let passage = passage(&text, text.chars().count() / 2, 60);
        let mut group = c.benchmark_group(format!("article of {} kB", bytes / 1_000));
        for (fate, now) in fates(&text, &passage) {
            let now = PreparedText::new(&now);
            now.warm();
            group.bench_function(fate, |b| {
                b.iter(|| locate(black_box(&now), black_box(&passage)));
            });
        }
        group.finish();
    }
}

fn by_quote(c: &mut Criterion) {
    let text = Words(8).text(12_000);
    let mut group = c.benchmark_group("quote, a typo fixed");
    for long in [10, 100, 500, 2_000] {
        let passage = passage(&text, 4_000, long);
        let fates = fates(&text, &passage);
        let now = PreparedText::new(&fates[2].1);
        now.warm();
        group.bench_with_input(BenchmarkId::from_parameter(long), &passage, |b, passage| {
            b.iter(|| locate(black_box(&now), black_box(passage)));
        });
    }
    group.finish();
}

fn preparing(c: &mut Criterion) {
    let mut group = c.benchmark_group("preparing");
    for bytes in [6_000, 1_000_000] {
        let text = Words(9).text(bytes);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(bytes), &text, |b, text| {
            b.iter(|| {
                let prepared = PreparedText::new(black_box(text));
                prepared.warm();
                prepared
            });
        });
    }
    group.finish();
}

/// Texts in which everything looks like everything else: the work is bounded all the same.
fn repetitive(c: &mut Criterion) {
    let mut group = c.benchmark_group("repetitive text of 1 MB");
    for (name, unit, quote) in [
        ("one letter", "a", "aaaaaaaaab"),
        ("one word", "ja ", "ja ja nein ja"),
        (
            "one sentence",
            "Der Zug hält am Bahnhof. ",
            "Der Zug hielt am",
        ),
    ] {
        let text = PreparedText::new(&unit.repeat(1_000_000 / unit.len()));
        text.warm();
        let passage = Passage {
            exact: quote.to_owned(),
            prefix: unit.repeat(20).chars().take(64).collect(),
            suffix: unit.repeat(20).chars().take(64).collect(),
            start: Some(500_000),
            end: None,
        };
        group.bench_function(name, |b| {
            b.iter(|| locate(black_box(&text), black_box(&passage)));
        });
    }
    group.finish();
}

criterion_group!(benches, by_article, by_quote, preparing, repetitive);
criterion_main!(benches);
