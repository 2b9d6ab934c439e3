//! What becomes of pasted articles.

use super::*;

#[test]
fn plain_text_becomes_paragraphs_under_its_first_line() {
    let article = read(
        "",
        "Über Äpfel\r\n\r\nEin Satz\r\nund noch einer.\r\n\r\n3 < 5 & so.",
        0,
    )
    .unwrap();
    assert_eq!(
        (article.title.as_str(), article.slug.as_str()),
        ("Über Äpfel", "ueber-aepfel")
    );
    assert_eq!(article.body.matches("<p>").count(), 2);
    assert!(
        article.body.contains("<br>") && article.body.contains("&lt;"),
        "{}",
        article.body
    );
    let lines = read("Titel", "Eine Zeile.\nNoch eine.", 0).unwrap();
    assert_eq!(
        (lines.title.as_str(), lines.body.matches("<p>").count()),
        ("Titel", 2)
    );
    assert_eq!(read("", "Nur ein Satz.", 0).unwrap().title, "Nur ein Satz.");
}

#[test]
fn html_keeps_its_words_and_loses_what_acts() {
    let html = "<html lang=en><body><nav>Menu</nav><article><h1>A <em>title</em></h1><p onclick=x() style='color:red'>One<script>alert(1)</script> \
        <a href='javascript:alert(1)'>two</a> <a href=https://x.example/a>three</a><img src=x onerror=alert(1)></p>\
        <style>p{}</style><iframe src=//evil></iframe><form><input></form></article></body></html>";
    let article = read("", html, 0).unwrap();
    assert_eq!(
        (article.title.as_str(), article.lang.as_str()),
        ("A title", "en")
    );
    for gone in [
        "script",
        "alert",
        "style",
        "onclick",
        "iframe",
        "javascript",
        "img",
        "input",
        "Menu",
        "h1",
    ] {
        assert!(!article.body.contains(gone), "{gone}: {}", article.body);
    }
    assert!(
        article.body.contains("<a href=\"https://x.example/a\""),
        "{}",
        article.body
    );
}

#[test]
fn what_cannot_be_shown_says_why() {
    assert_eq!(read("", " \n ", 0).unwrap_err(), Fault::Empty);
    assert_eq!(
        read("Titel", "<script>x</script>", 0).unwrap_err(),
        Fault::Empty
    );
    assert_eq!(
        read("", &"x".repeat(MAX_TEXT + 1), 0).unwrap_err(),
        Fault::TextTooLong
    );
    assert_eq!(
        read(&"x".repeat(MAX_TITLE + 1), "y", 0).unwrap_err(),
        Fault::TitleTooLong
    );
}

#[test]
fn the_language_is_read_off_the_words() {
    assert_eq!(
        read(
            "",
            "The quick fox\n\nIt is the end of the story and that is good.",
            0
        )
        .unwrap()
        .lang,
        "en"
    );
    assert_eq!(
        read("", "Der Fuchs\n\nDas ist das Ende und nicht der Anfang.", 0)
            .unwrap()
            .lang,
        "de"
    );
}

proptest::proptest! {
    #[test]
    fn nothing_makes_it_panic(headline in "\\PC{0,40}", text in "[<>/a-zé\\n &;\"'=!-]{0,200}") {
        let _ = read(&headline, &text, 0);
    }
}
