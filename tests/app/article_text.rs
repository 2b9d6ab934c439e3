//! Every page of the corpus in `tests/article-text` has the text that stands beside it. That a browser reads the same
//! there is proven in `tests/browser/text`.

use std::fs;
use std::path::Path;

use fehlermelder::domain::article_text::article_text;

#[test]
fn every_page_of_the_corpus_has_its_text() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/article-text");
    let mut pages = 0;
    for entry in fs::read_dir(corpus).unwrap() {
        let page = entry.unwrap().path();
        if page.extension().is_none_or(|extension| extension != "html") {
            continue;
        }
        let html = fs::read(&page).unwrap();
        let expected = fs::read_to_string(page.with_extension("txt")).unwrap();
        let text = article_text(&String::from_utf8_lossy(&html), None).unwrap();
        assert_eq!(text.as_str(), expected, "{}", page.display());
        pages += 1;
    }
    assert!(pages >= 60, "only {pages} pages");
}
