//! A page's bytes to its article's text: unpacked to a bound, decoded by the charset it names, read by the rule of
//! `docs/article-text.md`.

use std::io::Read as _;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use flate2::read::GzDecoder;

use crate::domain::{
    article_text::{Page, PageText},
    article_watch::FetchError,
    embed_check::InspectedPage,
};

/// The most that is read of a page, packed and unpacked, in bytes.
pub(super) const MAX_PAGE: usize = 2 * 1024 * 1024;
/// Where a page says its charset, at the latest (HTML, "prescan a byte stream").
const PRESCAN: usize = 1_024;

/// What the answer's head says of its body.
#[derive(Debug, Default)]
pub(super) struct Form {
    /// `Content-Encoding` was gzip.
    pub(super) packed: bool,
    /// The charset of `Content-Type`.
    pub(super) charset: Option<String>,
}

/// Reads the article's text, and the whole page's. Takes a moment: for a thread that may block.
pub(super) fn read(
    bytes: Vec<u8>,
    form: &Form,
    selector: Option<&str>,
) -> Result<(String, PageText), FetchError> {
    let bytes = if form.packed { unpack(&bytes)? } else { bytes };
    let html = decode(&bytes, form.charset.as_deref());
    let page = Page::parse(&html).map_err(|_| FetchError::TooLarge)?;
    let text = page.article_text(selector);
    if text.is_empty() {
        return Err(FetchError::NoText);
    }
    // PostgreSQL keeps no NUL.
    let text = text.into_string().replace('\0', "\u{FFFD}");
    Ok((text, page.page_text(selector)))
}

/// Looks how a page embeds our control. Takes a moment: for a thread that may block.
pub(super) fn inspect(
    bytes: Vec<u8>,
    form: &Form,
    url: &str,
    mut policies: Vec<String>,
    selector: Option<&str>,
) -> Result<InspectedPage, FetchError> {
    let bytes = if form.packed { unpack(&bytes)? } else { bytes };
    let html = decode(&bytes, form.charset.as_deref());
    let page = Page::parse(&html).map_err(|_| FetchError::TooLarge)?;
    let embedding = page.embedding();
    policies.extend(embedding.policies.iter().cloned());
    let meant = page
        .control_selector()
        .or_else(|| selector.map(str::to_owned));
    Ok(InspectedPage {
        url: url.to_owned(),
        policies,
        text_chars: page.article_text(selector).as_str().chars().count(),
        selector: meant.map(|selector| {
            let is_matched = page.is_matched(&selector);
            (selector, is_matched)
        }),
        embedding,
    })
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>, FetchError> {
    let mut unpacked = Vec::new();
    let limit = u64::try_from(MAX_PAGE).unwrap_or(u64::MAX) + 1;
    GzDecoder::new(bytes)
        .take(limit)
        .read_to_end(&mut unpacked)
        .map_err(|_| FetchError::ServerError)?;
    if unpacked.len() > MAX_PAGE {
        return Err(FetchError::TooLarge);
    }
    Ok(unpacked)
}

/// By byte order mark, else by the header, else by the page's own word, else UTF-8 if it is, else what old German pages are in.
fn decode(bytes: &[u8], charset: Option<&str>) -> String {
    let named = |label: &str| Encoding::for_label(label.as_bytes());
    let encoding = Encoding::for_bom(bytes)
        .map(|(encoding, _)| encoding)
        .or_else(|| charset.and_then(named))
        .or_else(|| meta_charset(bytes).as_deref().and_then(named))
        .unwrap_or(if std::str::from_utf8(bytes).is_ok() {
            UTF_8
        } else {
            WINDOWS_1252
        });
    encoding.decode(bytes).0.into_owned()
}

/// What follows `charset=` in the beginning of a page.
fn meta_charset(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(PRESCAN)]).to_ascii_lowercase();
    let at = head.find("charset=")?;
    let label: String = head[at + "charset=".len()..]
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'))
        .collect();
    // A page that could be read so far is in no form of UTF-16.
    Some(if label.starts_with("utf-16") {
        "utf-8".to_owned()
    } else {
        label
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_page_is_read_in_the_charset_that_it_names() {
        let latin = b"<article>Gr\xFC\xDFe</article>";
        let form = |charset: &str| Form {
            charset: Some(charset.to_owned()),
            ..Form::default()
        };
        let text = |bytes: &[u8], form: &Form| read(bytes.to_vec(), form, None).unwrap().0;
        assert_eq!(text(latin, &form("iso-8859-1")), "Grüße");
        assert_eq!(text(latin, &Form::default()), "Grüße");
        let meta = b"<meta charset=\"windows-1252\"><article>Gr\xFC\xDFe</article>";
        assert_eq!(text(meta, &Form::default()), "Grüße");
        let bom = "\u{FEFF}<article>Grüße</article>".as_bytes();
        assert_eq!(text(bom, &form("iso-8859-1")), "Grüße");
        assert_eq!(
            text("<article>Grüße</article>".as_bytes(), &form("x-no")),
            "Grüße"
        );
        assert_eq!(
            read(b"<p></p>".to_vec(), &Form::default(), None),
            Err(FetchError::NoText)
        );
    }

    #[test]
    fn a_packed_page_is_unpacked_to_a_bound() {
        let packed = |bytes: &[u8]| {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        };
        let form = Form {
            packed: true,
            charset: None,
        };
        assert_eq!(
            read(packed(b"<article>Text</article>"), &form, None)
                .unwrap()
                .0,
            "Text"
        );
        let bomb = packed(&vec![b' '; 2 * MAX_PAGE]);
        assert!(bomb.len() < 100_000);
        assert_eq!(read(bomb, &form, None), Err(FetchError::TooLarge));
        assert_eq!(
            read(b"no gzip".to_vec(), &form, None),
            Err(FetchError::ServerError)
        );
    }
}
