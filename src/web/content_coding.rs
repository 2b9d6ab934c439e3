//! Which form of a thing a client takes, and making the smaller forms.

use std::io::{self, Write};

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::body::Bytes;
use poem::http::HeaderMap;
use poem::http::header::ACCEPT_ENCODING;

/// Larger windows cost memory while compressing and gain nothing: none of our files is larger than this.
const WINDOW_BITS: i32 = 18;

/// A form in which bytes can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Brotli,
    Gzip,
    Identity,
}

impl Coding {
    /// The smallest form among those the client likes best.
    pub(super) fn accepted(headers: &HeaderMap) -> Self {
        let offers: Vec<(String, u16)> = headers
            .get_all(ACCEPT_ENCODING)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(offer)
            .collect();
        let named = |name: &str| {
            offers
                .iter()
                .find(|(offered, _)| offered == name)
                .map(|&(_, weight)| weight)
        };
        let weight = |name: &str| named(name).or_else(|| named("*")).unwrap_or(0);
        let (brotli, gzip) = (weight("br"), weight("gzip"));
        // Always possible unless refused, but what is named is liked better.
        let identity = named("identity").unwrap_or(0);
        if brotli > 0 && brotli >= gzip && brotli >= identity {
            Self::Brotli
        } else if gzip > 0 && gzip >= identity {
            Self::Gzip
        } else {
            Self::Identity
        }
    }

    /// The value of `Content-Encoding`.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    /// The bytes in this form, or `None` where it would not be smaller.
    pub(super) fn encode(self, plain: &[u8]) -> Option<Bytes> {
        let encoded = match self {
            Self::Brotli => brotli(plain),
            Self::Gzip => gzip(plain),
            Self::Identity => return None,
        };
        encoded
            .ok()
            .filter(|encoded| encoded.len() < plain.len())
            .map(Bytes::from)
    }
}

/// `br;q=0.8` as a name and thousandths. What cannot be read is passed over.
fn offer(text: &str) -> Option<(String, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts
        .next()
        .filter(|name| !name.is_empty())?
        .to_ascii_lowercase();
    let name = if name == "x-gzip" {
        "gzip".to_owned()
    } else {
        name
    };
    for parameter in parts {
        if let Some(weight) = parameter
            .strip_prefix("q=")
            .or_else(|| parameter.strip_prefix("Q="))
        {
            return Some((name, thousandths(weight)?));
        }
    }
    Some((name, 1000))
}

/// A weight as RFC 9110 writes it: `0`, `1`, and up to three digits after a point.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let fraction: u16 = format!("{fraction:0<3}").parse().ok()?;
    match (whole, fraction) {
        ("0", fraction) => Some(fraction),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

fn brotli(plain: &[u8]) -> io::Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality: 11,
        lgwin: WINDOW_BITS,
        size_hint: plain.len(),
        ..BrotliEncoderParams::default()
    };
    let mut encoded = Vec::new();
    brotli::BrotliCompress(&mut &*plain, &mut encoded, &parameters)?;
    Ok(encoded)
}

fn gzip(plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn the_form_is_chosen_by_weight_and_then_by_size() {
        let check = |header: &str, expected: Coding| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, header.parse().unwrap());
            assert_eq!(Coding::accepted(&headers), expected, "{header}");
        };
        check("gzip, deflate, br, zstd", Coding::Brotli);
        check("gzip, deflate", Coding::Gzip);
        check("GZIP;Q=0.5", Coding::Gzip);
        check("br;q=0, gzip", Coding::Gzip);
        check("br;q=0, gzip;q=0", Coding::Identity);
        check("br;q=0.000", Coding::Identity);
        check("br;q=0.5, gzip;q=0.8", Coding::Gzip);
        check("*", Coding::Brotli);
        check("*, br;q=0", Coding::Gzip);
        check("*;q=0", Coding::Identity);
        check("identity", Coding::Identity);
        check("identity;q=1, br;q=0.1", Coding::Identity);
        check("br;q=7, gzip;q=x", Coding::Identity);
        check("", Coding::Identity);
        assert_eq!(Coding::accepted(&HeaderMap::new()), Coding::Identity);
    }

    #[test]
    fn what_is_encoded_decodes_to_the_same() {
        let plain = b"let me be read again, ".repeat(50);
        let mut decoded = Vec::new();
        let encoded = Coding::Brotli.encode(&plain).unwrap();
        brotli::Decompressor::new(&*encoded, 4096)
            .read_to_end(&mut decoded)
            .unwrap();
        assert_eq!(decoded, plain);
        decoded.clear();
        let encoded = Coding::Gzip.encode(&plain).unwrap();
        flate2::read::GzDecoder::new(&*encoded)
            .read_to_end(&mut decoded)
            .unwrap();
        assert_eq!(decoded, plain);
        assert_eq!(Coding::Gzip.encode(b"x"), None);
    }
}
