//! The rule, point by point, and the bounds. What real parsers make of markup is tried in `tests/article_text.rs` and,
//! against a browser, in `tests/browser/text`.

use super::*;
use proptest::prelude::*;

fn text(html: &str) -> String {
    article_text(html, None).unwrap().into_string()
}

fn text_of(html: &str, selector: &str) -> String {
    article_text(html, Some(selector)).unwrap().into_string()
}

#[test]
fn roots_by_default() {
    assert_eq!(
        text("<p>a<article>b</article>c<article>d<article>e</article></article>"),
        "b\nd\ne"
    );
    assert_eq!(text("<p>a<main>b</main>c"), "b");
    assert_eq!(text("a<p>b"), "a\nb");
    assert_eq!(text(""), "");
    assert_eq!(text("<frameset><frame></frameset>"), "");
    assert_eq!(text("<svg><article>a</article></svg><main>b</main>"), "a");
}

#[test]
fn roots_by_selector() {
    let page =
        "<h1>A</h1><article><div class=t>b</div><div class=x>c<p class=t>d</p></div></article>";
    assert_eq!(text_of(page, "h1, .t"), "A\nb\nd");
    assert_eq!(text_of(page, ".x, .t"), "b\nc\nd");
    assert_eq!(text_of(page, ".nothing"), "b\nc\nd");
    assert_eq!(text_of(page, "][, not valid"), "b\nc\nd");
    assert_eq!(text_of(page, "h1:contains('A')"), "b\nc\nd");
    assert_eq!(text_of(page, ":root > body > h1"), "A");
    assert_eq!(
        text_of(
            page,
            &format!("{}h1{}", ":is(".repeat(400), ")".repeat(400))
        ),
        "b\nc\nd"
    );
}

#[test]
fn the_page_speaks_before_the_setting() {
    let page = "<fehler-melden></fehler-melden><p>a<b>c</b></p><i>d</i><fehler-melden article=b>Melden</fehler-melden>";
    assert_eq!(text_of(page, "i"), "c");
    assert_eq!(control_selector(page).unwrap().as_deref(), Some("b"));
    assert_eq!(
        control_selector("<fehler-melden article=''>").unwrap(),
        None
    );
    let unmatched = "<p>a</p><i>d</i><fehler-melden article='.gone'></fehler-melden>";
    assert_eq!(text_of(unmatched, "i"), "a\nd");
}

#[test]
fn left_out() {
    for out in [
        "script",
        "style",
        "template",
        "iframe",
        "object",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
        "select",
        "textarea",
        "button",
        "datalist",
        "fehler-melden",
        "noscript",
    ] {
        assert_eq!(text(&format!("<p>a<{out}>b</{out}>c")), "ac", "{out}");
    }
    assert_eq!(
        text(
            "<p>a<span hidden>b</span><span aria-hidden=TRUE>c</span><i data-fehler-ignore>d</i>e"
        ),
        "ae"
    );
    assert_eq!(
        text("<p>a<span hidden=until-found>b</span><span aria-hidden=false>c</span><!-- d -->e"),
        "ace"
    );
    assert_eq!(text("a<div hidden>b</div>c"), "ac");
    assert_eq!(
        text("<div hidden><article>a</article></div><article hidden>b</article>"),
        "a"
    );
    assert_eq!(
        text("<p>a<svg><text>b</text><foreignObject><p>c</p></foreignObject></svg>d"),
        "ad"
    );
}

#[test]
fn shadow_roots_are_not_entered() {
    let page = "<div id=h><template shadowrootmode=open><p>in</p><slot></slot></template><p class=a>light</p></div>";
    assert_eq!(text(page), "light");
    assert_eq!(
        text_of(&format!("{page}<p>x</p>"), "#h > :first-child"),
        "light"
    );
    let twice = "<div id=h><template shadowrootmode=open></template><template shadowrootmode=open></template>a<p>b</div>";
    assert_eq!(text_of(twice, "#h > p:nth-child(2)"), "b");
}

#[test]
fn scripting_is_on_for_noscript() {
    let page = "<head><noscript><img src=x><p>y</p></noscript><title>t</title><body><noscript></div><p></noscript>a<b>b</b>";
    assert_eq!(text(page), "ab");
}

#[test]
fn white_space_and_borders() {
    assert_eq!(
        text("<p> a\t\n\u{C}b &#13; c </p> <p>\u{A0}d\u{AD}e\u{2009}</p>"),
        "a b c\n\u{A0}d\u{AD}e\u{2009}"
    );
    assert_eq!(text("<pre>a\n  b</pre>"), "a b");
    assert_eq!(text("a <br> <br/> b<hr>c"), "a\nb\nc");
    assert_eq!(
        text("<ul><li>a<li>b</ul><table><tr><td>c<td>d</table>"),
        "a\nb\nc\nd"
    );
    assert_eq!(text("a<span>b</span><x-y>c</x-y> <em> d</em>"), "abc d");
    assert_eq!(text_of("<i>a</i><i>b</i>", "i"), "a\nb");
    assert_eq!(text("<p>a<span>\n</span></p>"), "a");
}

#[test]
fn bounds_hold() {
    assert_eq!(text(&format!("{}a", "<div>".repeat(900))), "a");
    for deep in [
        "<div>",
        "<b>",
        "<span>",
        "<svg>",
        "<template>",
        "<div><template shadowrootmode=open>",
        "<table><td>",
        "<ul><li>",
    ] {
        let html = format!("<p>x{}a", deep.repeat(100_000));
        assert_eq!(
            article_text(&html, None),
            Err(ArticleTextError::TooDeep),
            "{deep}"
        );
    }
    let spaces = " ".repeat(50_000);
    assert_eq!(
        article_text(&format!("<p {spaces}x>a"), None),
        Err(ArticleTextError::TooLarge)
    );
    let bodies = (0..2_000).fold(String::new(), |all, n| all + &format!("<body a{n}>"));
    assert_eq!(article_text(&bodies, None), Err(ArticleTextError::TooLarge));
    // Each paragraph opens all the fonts again.
    let fonts = (0..600).fold(String::new(), |all, n| all + &format!("<font a{n}>"));
    let html = format!("<p>{fonts}{}", "</p><p>x".repeat(2_000));
    assert_eq!(article_text(&html, None), Err(ArticleTextError::TooLarge));
}

#[test]
fn two_mebibytes_are_fine() {
    let html = "<p>Größe</p>".repeat(2 * 1024 * 1024 / 13);
    assert_eq!(text(&html).split('\n').count(), 2 * 1024 * 1024 / 13);
    let image = format!(
        "<p>a<img src='data:image/png;base64,{}'>b",
        format!("/{}", "AbC+".repeat(15)).repeat(20_000)
    );
    assert_eq!(text(&image), "ab");
}

#[test]
fn plain_text_has_its_lines_as_blocks() {
    assert_eq!(
        ArticleText::from_plain(" a  b\r\n\n\tc\n").as_str(),
        "a b\nc"
    );
    assert!(ArticleText::from_plain(" \n ").is_empty());
}

proptest! {
    #[test]
    fn text_is_in_its_own_normal_form(
        parts in prop::collection::vec(prop::sample::select(vec![
            "<p>", "</p>", "<div hidden>", "</div>", "<br>", "<b>", "</b>", " ", "\n", "a", "\u{A0}", "<table>", "<td>", "<li>",
            "<article>", "</article>", "<svg>", "</svg>", "<noscript>", "</noscript>", "\0", "&nbsp;", "<select>", "<button>",
        ]), 0..50),
    ) {
        let text = text(&parts.concat());
        let plain = ArticleText::from_plain(&text);
        prop_assert_eq!(plain.as_str(), text.as_str());
    }

    #[test]
    fn any_input_and_selector_will_do(html in any::<String>(), selector in any::<String>()) {
        let _ = article_text(&html, Some(&selector));
    }

    #[test]
    fn any_selector_like_thing_will_do(selector in "[a-z.#:>+~*,()\\[\\]=\"'^$| -]{0,40}") {
        let _ = article_text("<article><p class=a id=b>x</p></article>", Some(&selector));
    }
}
