//! Static files from within the binary: the control in article pages, and style and script of our own pages.
//!
//! They lie in `src/web/assets`. `embed/loader.js` is `/embed.js`; a page keeps it and asks each time whether it is
//! still the newest. The rest of `embed/` is `/embed/…` under names that hold a hash of their content and are kept for
//! a year; so are the files of `desk/` under `/assets/…`. A page that was opened before an update asks for names that
//! are gone: it gets the current file of that name, which is compatible, and keeps it not at all.
//!
//! Nothing is prepared before somebody asks. Brotli at its best takes some milliseconds a file, once, off the
//! threads that answer.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use hyper::body::Bytes;
use poem::error::NotFoundError;
use poem::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY, X_CONTENT_TYPE_OPTIONS,
};
use poem::http::{HeaderMap, HeaderValue, Method, StatusCode};
use poem::{Endpoint, Request, Response, Result};
use rust_embed::RustEmbed;

use super::asset_building::{
    hash_of, hashed_name, link, stripped, with_hashed_imports, without_hash,
};
use super::content_coding::Coding;

#[cfg(test)]
#[path = "assets_tests.rs"]
mod tests;

#[derive(RustEmbed)]
#[folder = "src/web/assets"]
#[include = "embed/*.js"]
#[include = "desk/*"]
#[exclude = "**/*.md"]
#[allow_missing = true]
struct Files;

/// The stylesheets that make up `desk.css`, in the order in which they override one another.
const DESK_STYLES: [&str; 10] = [
    "tokens.css",
    "base.css",
    "components.css",
    "notes.css",
    "deciding.css",
    "statistics.css",
    "pages.css",
    "settings.css",
    "lists.css",
    "hands.css",
];
const LOADER: &str = "loader.js";

static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    Assets::of(
        Files::iter()
            .filter_map(|path| Files::get(&path).map(|file| (path.into_owned(), file.data))),
    )
});

/// Where a page finds the desk's asset of this name: `/assets/desk.0123456789ab.css` for `desk.css`.
#[must_use]
pub fn asset_url(name: &str) -> Option<String> {
    let asset = ASSETS.desk.get(name)?;
    Some(format!("/assets/{}", hashed_name(name, &asset.hash)))
}

/// Serves `/embed.js`.
#[must_use]
pub fn embed_loader() -> impl Endpoint<Output = Response> + 'static {
    Served {
        stock: Stock::Loader,
        assets: || &ASSETS,
    }
}

/// Serves `/embed/:part`.
#[must_use]
pub fn embed_part() -> impl Endpoint<Output = Response> + 'static {
    Served {
        stock: Stock::Parts,
        assets: || &ASSETS,
    }
}

/// Serves `/assets/:file`.
#[must_use]
pub fn desk_asset() -> impl Endpoint<Output = Response> + 'static {
    Served {
        stock: Stock::Desk,
        assets: || &ASSETS,
    }
}

/// How long a client may keep an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// As long as it likes, but it has to ask each time whether it is still right.
    Revalidate,
    /// A year: this content is all that this name will ever mean.
    Forever,
    /// Not at all: the name belongs to another version.
    Never,
}

impl Keep {
    fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Revalidate => "no-cache",
            Self::Forever => "public, max-age=31536000, immutable",
            Self::Never => "no-store",
        })
    }
}

/// Which assets a route serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stock {
    Loader,
    Parts,
    Desk,
}

/// One file, and its smaller forms once somebody has asked for them.
struct Asset {
    content_type: HeaderValue,
    hash: String,
    plain: Bytes,
    brotli: OnceLock<Option<Bytes>>,
    gzip: OnceLock<Option<Bytes>>,
}

impl Asset {
    fn new(name: &str, plain: impl Into<Bytes>) -> Self {
        let plain = plain.into();
        Self {
            content_type: HeaderValue::from_static(content_type(name)),
            hash: hash_of(&plain),
            plain,
            brotli: OnceLock::new(),
            gzip: OnceLock::new(),
        }
    }

    /// The bytes in this form, made on first use; as they are where the form would not be smaller.
    fn encoded(&self, coding: Coding) -> (Coding, Bytes) {
        let cell = match coding {
            Coding::Brotli => &self.brotli,
            Coding::Gzip => &self.gzip,
            Coding::Identity => return (coding, self.plain.clone()),
        };
        match cell.get_or_init(|| coding.encode(&self.plain)) {
            Some(bytes) => (coding, bytes.clone()),
            None => (Coding::Identity, self.plain.clone()),
        }
    }

    fn is_encoded(&self, coding: Coding) -> bool {
        match coding {
            Coding::Brotli => self.brotli.get().is_some(),
            Coding::Gzip => self.gzip.get().is_some(),
            Coding::Identity => true,
        }
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml; charset=utf-8",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("json" | "webmanifest") => "application/json; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[derive(Default)]
struct Assets {
    loader: Option<Asset>,
    parts: BTreeMap<String, Asset>,
    desk: BTreeMap<String, Asset>,
}

impl Assets {
    fn of(files: impl Iterator<Item = (String, Cow<'static, [u8]>)>) -> Self {
        let mut assets = Self::default();
        let mut modules = BTreeMap::new();
        let mut styles = BTreeMap::new();
        let mut scripts = BTreeMap::new();
        for (path, content) in files {
            if let Some(name) = path.strip_prefix("embed/") {
                modules.insert(
                    name.to_owned(),
                    stripped(&String::from_utf8_lossy(&content)),
                );
            } else if let Some(name) = path.strip_prefix("desk/") {
                if DESK_STYLES.contains(&name) {
                    styles.insert(name.to_owned(), content);
                } else if content_type(name).starts_with("text/javascript") {
                    scripts.insert(
                        name.to_owned(),
                        stripped(&String::from_utf8_lossy(&content)),
                    );
                } else {
                    assets
                        .desk
                        .insert(name.to_owned(), Asset::new(name, content.into_owned()));
                }
            }
        }
        let loader = modules.remove(LOADER);
        let linked = link(&modules);
        if let Some(loader) = loader {
            let hashes = linked
                .iter()
                .map(|(name, (hash, _))| (name.clone(), hash.clone()))
                .collect();
            assets.loader = Some(Asset::new(
                LOADER,
                with_hashed_imports(&loader, "./embed/", &hashes),
            ));
        }
        for (name, (_, content)) in linked {
            let asset = Asset::new(&name, content);
            assets.parts.insert(name, asset);
        }
        for (name, (_, content)) in link(&scripts) {
            let asset = Asset::new(&name, content);
            assets.desk.insert(name, asset);
        }
        if !styles.is_empty() {
            let sheets = DESK_STYLES.iter().filter_map(|name| styles.get(*name));
            let sheet: Vec<u8> = sheets.flat_map(|sheet| sheet.iter().copied()).collect();
            assets
                .desk
                .insert("desk.css".to_owned(), Asset::new("desk.css", sheet));
        }
        assets
    }

    fn find(&self, stock: Stock, name: &str) -> Option<(&Asset, Keep)> {
        let assets = match stock {
            Stock::Loader => return Some((self.loader.as_ref()?, Keep::Revalidate)),
            Stock::Parts => &self.parts,
            Stock::Desk => &self.desk,
        };
        let (name, hash) = without_hash(name);
        let asset = assets.get(&name)?;
        let keep = if hash == Some(asset.hash.as_str()) {
            Keep::Forever
        } else {
            Keep::Never
        };
        Some((asset, keep))
    }
}

/// An endpoint that finds an asset by the last part of the path.
struct Served {
    stock: Stock,
    assets: fn() -> &'static Assets,
}

impl Endpoint for Served {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let name = request.uri().path().rsplit('/').next().unwrap_or_default();
        let (asset, keep) = (self.assets)()
            .find(self.stock, name)
            .ok_or(NotFoundError)?;
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Ok(Response::builder()
                .status(StatusCode::METHOD_NOT_ALLOWED)
                .header(ALLOW, "GET, HEAD")
                .finish());
        }
        if let (Stock::Parts, Some(again)) = (self.stock, again(&request)) {
            let other = Asset::new(name, with_query(&asset.plain, again));
            // Made for this answer alone, so in the form that is made quickest.
            let coding = match Coding::accepted(request.headers()) {
                Coding::Brotli => Coding::Gzip,
                other => other,
            };
            return Ok(respond(&other, coding, Keep::Never, self.stock, &request));
        }
        let coding = Coding::accepted(request.headers());
        if !asset.is_encoded(coding) {
            // Compressing blocks for a moment. Should it fail, the next line does it here.
            let _ = tokio::task::spawn_blocking(move || asset.encoded(coding)).await;
        }
        Ok(respond(asset, coding, keep, self.stock, &request))
    }
}

/// What the loader asks with when a module could not be fetched: a browser keeps that failure under the module's address, so all of
/// them are fetched under other ones.
fn again(request: &Request) -> Option<&str> {
    let again = request.uri().query()?;
    let is_number = (1..=20).contains(&again.len()) && again.bytes().all(|b| b.is_ascii_digit());
    is_number.then_some(again)
}

/// A module that imports others under the same query.
fn with_query(module: &[u8], again: &str) -> Vec<u8> {
    String::from_utf8_lossy(module)
        .replace(".js'", &format!(".js?{again}'"))
        .into_bytes()
}

fn respond(asset: &Asset, coding: Coding, keep: Keep, stock: Stock, request: &Request) -> Response {
    let (coding, bytes) = asset.encoded(coding);
    // A strong tag is one of exact bytes, so each form has its own.
    let tag = format!(
        "\"{}{}\"",
        asset.hash,
        coding
            .name()
            .map(|name| format!("-{name}"))
            .unwrap_or_default()
    );
    let unchanged = keep != Keep::Never && names_tag(request.headers(), &tag);
    let mut response = Response::builder()
        .header(ETAG, tag)
        .header(CACHE_CONTROL, keep.header())
        .header(VARY, HeaderValue::from_static("accept-encoding"))
        .header(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if stock != Stock::Desk {
        // A page of any origin loads the control, and modules are always fetched with CORS.
        response = response
            .header(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"))
            .header(
                "cross-origin-resource-policy",
                HeaderValue::from_static("cross-origin"),
            );
    }
    if unchanged {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    response = response.header(CONTENT_TYPE, asset.content_type.clone());
    if let Some(name) = coding.name() {
        response = response.header(CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    response = response.header(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    if *request.method() == Method::HEAD {
        response.finish()
    } else {
        response.body(bytes)
    }
}

/// Whether `If-None-Match` names the tag. A proxy may have weakened it on the way.
pub(super) fn names_tag(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|named| named == "*" || named.strip_prefix("W/").unwrap_or(named) == tag)
}
