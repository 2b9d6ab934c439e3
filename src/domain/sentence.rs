//! The sentence around a passage, for mails and lists: what stands before and behind the marked words, up to the
//! sentence's ends or, politely cut with „…“, up to a bearable length.
//!
//! Sentence borders are those of UAX 29 without the false ones that German (and English) full stops make:
//! abbreviations („z. B.“, „Dr.“, „ca.“), initials, ordinals („3. Oktober“), and quotes that the sentence goes
//! on after („Wirklich?“ fragte er). A line break is a block border and always ends the sentence.

use std::{collections::HashSet, sync::LazyLock};

use unicode_segmentation::UnicodeSegmentation;

/// The most graphemes shown on each side of the passage.
pub const MAX_GRAPHEMES: usize = 160;

/// Surroundings at least this long (in code points) that end in the middle of a sentence were cut by whoever sent them.
const FULL_CONTEXT: usize = 32;

type Words = LazyLock<HashSet<&'static str>>;

/// Never the last word of a sentence.
static ABBREVIATIONS: Words = LazyLock::new(|| {
    words(
        "\
    abb abs abt allg art aufl bd bspw bzgl bzw ca co corp dgl dipl dr ebd eigtl engl entspr erg \
    etw evtl exkl fa fr frz geb gegr gem gen ggf ggfs hl hr hrn hrsg ing inkl insb jh jhd kap kath \
    lat lt max mind min mr mrs ms mtl nr no od orig phil prof rd resp rev sen jun jr sog st str \
    tel teilw tägl univ urspr usf vgl vol vs wg wiss zt zzgl e.g i.e z.b d.h u.a o.ä jan feb apr \
    aug sept sep okt oct nov dez dec fig approx dept",
    )
});

/// May end a sentence; does so where the next word opens one.
static OFTEN_LAST: Words = LazyLock::new(|| {
    words(
        "\
    usw etc inc ltd gmbh mio mrd tsd std sek u.s v.chr n.chr",
    )
});

/// Words that, with a capital, open a sentence much more often than they follow an ordinal or an abbreviation.
static OPENERS: Words = LazyLock::new(|| {
    words(
        "\
    aber alle allerdings als am an and auch auf aus außerdem bei beim bis but da dabei dafür damit \
    danach dann daran das dass dazu dem den denn der deshalb die dies diese dieser dieses doch \
    durch ein eine einen einer er erst es für gegen he hier ich ihr ihre im in it ja jedoch jetzt \
    laut man mit nach nein nicht nun nur ob obwohl oder ohne she sie sein seine seit so sogar \
    sondern that the there these they this trotzdem über um und unter viele vom von vor während \
    was we weil weitere wenn wer wie wir wo zu zudem zum zur zwar",
    )
});

/// The rest of the passage's sentence: what stands before it and what behind it, each at most [`MAX_GRAPHEMES`] long.
///
/// White space next to the passage is kept, so that before, passage and after read on as they stand.
#[must_use]
pub fn sentence_around(prefix: &str, exact: &str, suffix: &str) -> (String, String) {
    sentence_around_within(prefix, exact, suffix, MAX_GRAPHEMES)
}

/// As [`sentence_around`], with at most `max` graphemes on each side („…“ not counted).
#[must_use]
pub fn sentence_around_within(
    prefix: &str,
    exact: &str,
    suffix: &str,
    max: usize,
) -> (String, String) {
    let text = [prefix, exact, suffix].concat();
    let start = prefix.len() + (exact.len() - exact.trim_start().len());
    let end = prefix.len() + exact.trim_end().len();
    let borders = borders(&text);
    let from = borders.iter().copied().rfind(|&at| at <= start);
    let to = borders.iter().copied().find(|&at| at >= end.max(start));

    let before = text
        .get(from.unwrap_or(0)..prefix.len())
        .unwrap_or_default()
        .trim_start();
    let after = text
        .get(prefix.len() + exact.len()..to.unwrap_or(text.len()))
        .unwrap_or_default()
        .trim_end();
    let open_before = from.is_none() && starts_within_sentence(before);
    let open_after = to.is_none() && ends_within_sentence(after);
    (
        keep_end(before, max, open_before),
        keep_start(after, max, open_after),
    )
}

/// The true sentence borders inside the text, in bytes.
fn borders(text: &str) -> Vec<usize> {
    let mut borders: Vec<usize> = text
        .split_sentence_bound_indices()
        .map(|(at, _)| at)
        .filter(|&at| at > 0 && ends_sentence(&text[..at], &text[at..]))
        .collect();
    borders.extend(text.match_indices('\n').map(|(at, _)| at + 1));
    borders.sort_unstable();
    borders.dedup();
    borders
}

fn ends_sentence(head: &str, tail: &str) -> bool {
    let spoken = head.trim_end();
    if head[spoken.len()..].contains('\n') {
        return true;
    }
    if spoken.len() == head.len() && tail.chars().next().is_some_and(char::is_alphanumeric) {
        return false; // „Web2.0.Neu“, „heise.De“: no space, no border.
    }
    let next = first_word(tail);
    if next.chars().next().is_some_and(char::is_lowercase) {
        return false;
    }
    let Some(stopped) = spoken.strip_suffix('.') else {
        return true;
    };
    let opens = OPENERS.contains(next.to_lowercase().as_str());
    let last = stopped
        .rsplit(|c: char| c.is_whitespace() || "([{„“\"'‚‘»«–—/-".contains(c))
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let is_ordinal =
        !last.is_empty() && last.len() <= 3 && last.bytes().all(|b| b.is_ascii_digit());
    let is_roman =
        !last.is_empty() && last.len() <= 5 && last.bytes().all(|b| b"ivxlc".contains(&b));
    let is_initial = last.chars().count() == 1 && last.chars().all(char::is_alphabetic);
    if ABBREVIATIONS.contains(last.as_str()) {
        return false;
    }
    if is_initial && !opens {
        return false;
    }
    if is_ordinal || is_roman || OFTEN_LAST.contains(last.as_str()) || is_initial {
        return opens;
    }
    true
}

fn words(list: &'static str) -> HashSet<&'static str> {
    list.split(' ').collect()
}

/// The first word of what follows, quotes and brackets before it skipped.
fn first_word(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '\n');
    let end = text
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(text.len());
    &text[..end]
}

/// Whether surroundings without a border in them begin in the middle of their sentence, as far as one can see.
fn starts_within_sentence(before: &str) -> bool {
    before.chars().next().is_some_and(|c| {
        c.is_lowercase() || (!c.is_alphanumeric() && !"„“\"'‚‘»«›‹([–—-¿¡…".contains(c))
    })
}

/// The same for their end: nothing closes the sentence, and they are as long as cut surroundings are.
fn ends_within_sentence(after: &str) -> bool {
    let closed = after
        .trim_end_matches(|c: char| "“”\"'‘’»«›‹)]".contains(c))
        .ends_with(['.', '!', '?', '…', ':']);
    !closed && after.chars().count() + 1 >= FULL_CONTEXT
}

fn keep_end(text: &str, max: usize, open: bool) -> String {
    let graphemes: Vec<(usize, &str)> = text.grapheme_indices(true).collect();
    if graphemes.len() <= max {
        let mark = if open { "… " } else { "" };
        return format!("{mark}{text}");
    }
    let cut = graphemes
        .get(graphemes.len() - max)
        .map_or(text.len(), |&(at, _)| at);
    let at_word = text[..cut].ends_with(char::is_whitespace);
    let kept = &text[cut..];
    let kept = match kept.find(char::is_whitespace) {
        Some(space) if !at_word && !kept[space..].trim().is_empty() => &kept[space..],
        _ => kept,
    };
    format!("… {}", kept.trim_start())
}

fn keep_start(text: &str, max: usize, open: bool) -> String {
    let mut graphemes = text.grapheme_indices(true).skip(max);
    let Some((cut, _)) = graphemes.next() else {
        let mark = if open { " …" } else { "" };
        return format!("{text}{mark}");
    };
    let at_word = text[cut..].starts_with(char::is_whitespace);
    let kept = &text[..cut];
    let kept = match kept.rfind(char::is_whitespace) {
        Some(space) if !at_word && !kept[..space].trim().is_empty() => &kept[..space],
        _ => kept,
    };
    format!("{} …", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The sentence around the words between `[` and `]`, with the brackets.
    fn around(marked: &str) -> String {
        let (prefix, rest) = marked.split_once('[').unwrap();
        let (exact, suffix) = rest.split_once(']').unwrap();
        let (before, after) = sentence_around(prefix, exact, suffix);
        format!("{before}[{exact}]{after}")
    }

    #[test]
    fn the_sentence_and_no_more() {
        assert_eq!(
            around("Davor. Hier steht ein [Feler] im Satz. Danach."),
            "Hier steht ein [Feler] im Satz."
        );
        assert_eq!(
            around("Davor! [Feler] am Anfang? Danach."),
            "[Feler] am Anfang?"
        );
        assert_eq!(
            around("Davor. Am Ende ein [Feler.] Danach."),
            "Am Ende ein [Feler.]"
        );
        assert_eq!(
            around("Davor. Eins [zwei. Drei] vier. Fünf."),
            "Eins [zwei. Drei] vier."
        );
        assert_eq!(
            around("Er sagte: „Das ist [Feler].“ Dann ging er."),
            "Er sagte: „Das ist [Feler].“"
        );
        assert_eq!(
            around("„Ist das ein [Feler]?“ fragte sie. Ja."),
            "„Ist das ein [Feler]?“ fragte sie."
        );
    }

    #[test]
    fn blocks_end_sentences() {
        assert_eq!(
            around("Überschrift\nEin [Feler] hier\nNächster Absatz"),
            "Ein [Feler] hier"
        );
        assert_eq!(around("Überschrift\n[Feler]\nNächster"), "[Feler]");
        assert_eq!(around("[Feler]"), "[Feler]");
        assert_eq!(around("[]"), "[]");
    }

    #[test]
    fn abbreviations_do_not_end_sentences() {
        for sentence in [
            "Es kostet z. B. Strom, [Feler] usw. und mehr.",
            "Es kostet z.B. Strom und [Feler].",
            "Der [Feler] von Dr. Müller und Prof. Dr. Meier kostet ca. 100 Euro.",
            "Das [Gerät] kam am 3. Oktober in den Handel.",
            "Am 24. Dezember 2019 war der [Rechner] im 2. Weltkrieg.",
            "Friedrich II. König von [Preußen] war da.",
            "J. R. R. Tolkien schrieb [Bücher] u. a. Romane.",
            "The [chip] of Mr. Smith, e.g. Ryzen, costs approx. 100 dollars.",
            "Sie nahm bzw. Er nahm das [Gerät] inkl. Mwst. heim.",
        ] {
            assert_eq!(
                around(&format!(
                    "Davor steht was. {sentence} Danach kommt noch mehr."
                )),
                sentence
            );
        }
    }

    #[test]
    fn numbers_and_enumerations_may_end_sentences() {
        assert_eq!(
            around("Das war 2019. Ein [Feler] kam. Gut."),
            "Ein [Feler] kam."
        );
        assert_eq!(
            around("Er bekam eine 3. Das [Gerät] nicht. Gut."),
            "Das [Gerät] nicht."
        );
        assert_eq!(
            around("Kabel, Netzteil usw. Das [Gerät] kam. Gut."),
            "Das [Gerät] kam."
        );
        assert_eq!(
            around("Es gibt Plan B. Der [Plan] steht. Gut."),
            "Der [Plan] steht."
        );
    }

    #[test]
    fn cut_surroundings_show_it() {
        assert_eq!(
            around("mitten im Satz ein [Feler] der"),
            "… mitten im Satz ein [Feler] der"
        );
        assert_eq!(
            around("Ein [Feler], der in einem langen Satz steht, dessen Ende"),
            "Ein [Feler], der in einem langen Satz steht, dessen Ende …"
        );
    }

    #[test]
    fn long_sentences_are_cut_at_words() {
        let (before, after) = sentence_around_within("Aa bbbb cccc ", "x", " dddd eeee ff.", 10);
        assert_eq!(
            (before.as_str(), after.as_str()),
            ("… bbbb cccc ", " dddd eeee …")
        );
        let (before, after) = sentence_around_within("Aa bbbb cccc ", "x", " dddd eeee ff.", 8);
        assert_eq!((before.as_str(), after.as_str()), ("… cccc ", " dddd …"));
        let (before, after) = sentence_around_within("äääääääää", "x", "ööööööööö", 4);
        assert_eq!((before.as_str(), after.as_str()), ("… ääää", "öööö …"));
    }

    fn prose() -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec![
            "Das",
            "ist",
            "z. B.",
            "Dr.",
            "3.",
            "Oktober",
            "gut.",
            "Ja!",
            "„Nein?“",
            "\n",
            " ",
            "o\u{308}",
            "👩‍💻",
            "usw.",
            "\u{A0}",
            "…",
            "x",
        ]);
        prop::collection::vec(word, 0..30).prop_map(|words| words.join(" "))
    }

    proptest! {
        #[test]
        fn both_ends_are_of_the_text(prefix in prose(), exact in prose(), suffix in prose(), max in 0_usize..40) {
            let (before, after) = sentence_around_within(&prefix, &exact, &suffix, max);
            let inner_before = before.strip_prefix("… ").unwrap_or(&before);
            let inner_after = after.strip_suffix(" …").unwrap_or(&after);
            prop_assert!(prefix.ends_with(inner_before) || prefix.ends_with(before.as_str()));
            prop_assert!(suffix.starts_with(inner_after) || suffix.starts_with(after.as_str()));
            prop_assert!(before.graphemes(true).count() <= max + 2);
            prop_assert!(after.graphemes(true).count() <= max + 2);
            prop_assert!(!before.contains('\n') && !after.contains('\n'));
        }

        #[test]
        fn never_panics(prefix in any::<String>(), exact in any::<String>(), suffix in any::<String>(), max in 0_usize..9) {
            let _ = sentence_around_within(&prefix, &exact, &suffix, max);
        }
    }
}
