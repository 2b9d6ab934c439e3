use super::*;
use crate::{
    demo::articles::all,
    domain::article_text::{ArticleText, article_text},
};

fn text(body: &str) -> String {
    article_text(&format!("<article>{body}</article>"), None)
        .map(ArticleText::into_string)
        .unwrap()
}

#[test]
fn what_nobody_changed_says_the_same_to_the_letter() {
    for article in all().unwrap() {
        let draft = draft(&article);
        assert!(draft.blocks.len() > 5, "{}", article.slug);
        let saved = rewrite(&draft).unwrap();
        assert_eq!(saved.title, article.title);
        assert_eq!(saved.teaser, article.teaser);
        assert_eq!(text(&saved.body), text(&article.body), "{}", article.slug);
        // Links of the magazine's own and the table's look are not lost.
        assert_eq!(
            saved.body.matches("href=\"/").count(),
            article.body.matches("href=\"/").count()
        );
        assert_eq!(
            saved.body.matches("class=").count(),
            article.body.matches("class=").count()
        );
        let again = DemoArticle {
            body: saved.body.clone(),
            ..article
        };
        assert_eq!(rewrite(&super::draft(&again)).unwrap(), saved);
    }
}

fn one(tag: &str, text: &str) -> Draft {
    Draft {
        headline: "  Über  Möwen\n".into(),
        teaser: String::new(),
        blocks: vec![Block {
            tag: tag.into(),
            text: text.into(),
        }],
    }
}

#[test]
fn a_draft_is_cleaned_and_blank_lines_part_paragraphs() {
    let saved = rewrite(&one(
        "h2",
        "Die <b onclick='x()'>Möwe</b>\r\n\r\n \nfliegt<script>alert(1)</script>, 5 < 6 &c.",
    ))
    .unwrap();
    assert_eq!(saved.title, "Über Möwen");
    assert_eq!(saved.teaser, None);
    assert_eq!(
        saved.body,
        "<h2>Die <b>Möwe</b></h2>\n<p>fliegt, 5 &lt; 6 &amp;c.</p>"
    );
    let whole = rewrite(&one(
        "svg",
        "<ul class=\"x\"><li>Eins</li></ul><img src=x onerror=alert(2)>",
    ))
    .unwrap();
    assert_eq!(whole.body, "<ul class=\"x\"><li>Eins</li></ul>");
}

#[test]
fn what_cannot_be_saved_is_named() {
    for empty in ["", " \n ", "<p> </p>", "<script>x</script>"] {
        assert_eq!(rewrite(&one("p", empty)), Err(Fault::Empty), "{empty}");
    }
    let mut draft = one("p", "Text");
    draft.headline = " \u{200b} ".into();
    assert_eq!(rewrite(&draft), Err(Fault::HeadlineMissing));
    draft.headline = "ä".repeat(MAX_TITLE + 1);
    assert_eq!(rewrite(&draft), Err(Fault::HeadlineTooLong));
    draft.headline = "Ä".into();
    draft.teaser = "ä".repeat(MAX_TEASER + 1);
    assert_eq!(rewrite(&draft), Err(Fault::TeaserTooLong));
    draft.teaser = String::new();
    draft.blocks[0].text = "ä".repeat(MAX_TEXT + 1);
    assert_eq!(rewrite(&draft), Err(Fault::TextTooLong));
}
