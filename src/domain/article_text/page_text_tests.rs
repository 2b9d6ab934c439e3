use super::*;
use proptest::prelude::*;

fn page(html: &str) -> PageText {
    Page::parse(html).unwrap().page_text(None)
}

#[test]
fn the_whole_page_is_read() {
    for (html, expected) in [
        (
            "<title>t</title><nav>a <a>b</a></nav><article><h1>c</h1>d<button>e</button></article><footer>f",
            "a b\nc\nd\ne\nf",
        ),
        (
            "<p aria-hidden=true>a</p><p data-fehler-ignore>b</p><p hidden>x</p><p hidden=until-found>c",
            "a\nb\nc",
        ),
        (
            "<details><summary>a</summary>b</details><dialog>x</dialog><dialog open>c</dialog>",
            "a\nb\nc",
        ),
        (
            "<p>a<script>x</script><style>x</style><template>x</template><noscript>x</noscript>b",
            "ab",
        ),
        (
            "<p>a <img alt=x> b<iframe>x</iframe>c <canvas>x</canvas> d",
            "a bc \u{FFFC} d",
        ),
        (
            "<p>a<input value='b c'><input type=hidden value=x><input type=checkbox value=x><textarea>d\ne</textarea>",
            "a\nb c\nd\ne",
        ),
        (
            "<p><select><option>x</select><select multiple><option>a<option>b</select>",
            "a\nb",
        ),
        (
            "<p>a<svg><title>x</title>x<text>b</text></svg>c<ruby>d<rp>(</rp><rt>e</rt></ruby>",
            "a\nb\ncde",
        ),
        ("<pre>a  b\n c d</pre>", "a\nb\nc d"),
        ("", ""),
    ] {
        assert_eq!(page(html).as_str(), expected, "{html}");
    }
}

#[test]
fn passages_of_the_article_are_found_in_the_page() {
    let html = "<nav>ein Satz</nav><article><p>Ein <b>Sa</b>tz <button>ein</button>\nist <span aria-hidden=true>weg</span>da.</p><p>Ende</p></article><p>Satz";
    let read = Page::parse(html).unwrap();
    let article = read.article_text(None);
    let page = read.page_text(None);
    assert_eq!(article.as_str(), "Ein Satz ist da.\nEnde");
    let words = |from: usize, to: usize| {
        page.as_str()
            .chars()
            .skip(from)
            .take(to - from)
            .collect::<String>()
    };
    for (quote, expected) in [
        ("Satz", "Satz"),
        ("Ein", "Ein"),
        ("Satz ist", "Satz\nein\nist"),
        ("ist da", "ist wegda"),
        ("da.\nEnde", "da.\nEnde"),
        ("z i", "z\nein\ni"),
    ] {
        let at = article.as_str().find(quote).unwrap();
        let (from, to) = page.place(at, at + quote.len()).unwrap();
        assert_eq!(words(from, to), expected);
    }
    assert_eq!(page.place(3, 3), None);
    assert_eq!(page.place(100, 101), None);
}

proptest! {
    #[test]
    fn the_article_is_read_as_always(
        parts in prop::collection::vec(prop::sample::select(vec![
            "<p>", "</p>", "<article>", "</article>", "<main>", "<b>", "</b>", "<br>", " ", "\n", "eins", "zwei ", "drei", "ä\u{301}",
            "<button>", "</button>", "<pre>", "</pre>", "<div hidden>", "</div>", "<div aria-hidden=true>", "<table><tr><td>", "</table>",
            "<img>", "<svg><text>", "</text></svg>", "<textarea>x", "</textarea>", "<dialog>", "</dialog>", "<select><option>",
            "</select>", "<canvas>", "</canvas>", "<template>", "</template>", "<!-- x -->",
        ]), 0..40),
        selector in prop::sample::select(vec![None, Some("p"), Some("div, b"), Some("body"), Some("html")]),
    ) {
        let read = Page::parse(&parts.concat()).unwrap();
        let (page, article) = read.both_texts(selector);
        prop_assert_eq!(&article, &read.article_text(selector));
        let points: Vec<char> = article.as_str().chars().collect();
        let page_points: Vec<char> = page.as_str().chars().collect();
        for run in &page.runs {
            prop_assert_eq!(&points[run.article..run.article + run.length], &page_points[run.page..run.page + run.length]);
        }
        for (at, c) in points.iter().enumerate() {
            if let (Some((from, to)), false) = (page.place(at, at + 1), c.is_whitespace()) {
                prop_assert_eq!(&page_points[from..to], &[*c]);
            }
        }
    }
}
