//! Assets made from fixtures, asked for as a browser does.

use std::io::Read;

use poem::http::Uri;
use poem::http::header::ACCEPT_ENCODING;

use super::*;

const LOADER_JS: &str = "// The loader.\nconst open = () => import('./embed/dialog.js');\n";
const DIALOG_JS: &str = "import { text } from './text.js';\nexport const dialog = text;\n";
const TEXT_JS: &str = "/** The text. */\nexport const text = 'some text, some text, some text, some text, some text';\n";

static FIXTURE: LazyLock<Assets> = LazyLock::new(|| {
    let files = [
        ("embed/loader.js", LOADER_JS),
        ("embed/dialog.js", DIALOG_JS),
        ("embed/text.js", TEXT_JS),
        ("desk/pages.css", ".page{}\n"),
        ("desk/base.css", "body{}\n"),
        ("desk/tokens.css", ":root{}\n"),
        ("desk/desk.js", "run();\n"),
        ("desk/icon.svg", "<svg/>\n"),
    ];
    Assets::of(
        files
            .into_iter()
            .map(|(path, content)| (path.to_owned(), Cow::Borrowed(content.as_bytes()))),
    )
});

async fn ask(stock: Stock, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = Request::builder()
        .method(method)
        .uri(path.parse::<Uri>().unwrap());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let served = Served {
        stock,
        assets: || &FIXTURE,
    };
    served.get_response(request.finish()).await
}

async fn get(stock: Stock, path: &str) -> Response {
    ask(stock, Method::GET, path, &[]).await
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

async fn text(response: Response) -> String {
    response.into_body().into_string().await.unwrap()
}

fn dialog_path() -> String {
    format!(
        "/embed/{}",
        hashed_name("dialog.js", &FIXTURE.parts["dialog.js"].hash)
    )
}

#[tokio::test]
async fn the_loader_names_what_it_loads_and_is_asked_after() {
    let response = get(Stock::Loader, "/embed.js").await;
    assert_eq!(
        header(&response, "content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(header(&response, "cache-control"), "no-cache");
    assert_eq!(header(&response, "access-control-allow-origin"), "*");
    assert_eq!(
        header(&response, "cross-origin-resource-policy"),
        "cross-origin"
    );
    assert_eq!(header(&response, "x-content-type-options"), "nosniff");
    assert_eq!(header(&response, "vary"), "accept-encoding");
    let tag = header(&response, "etag").to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() == 14);
    let body = text(response).await;
    assert_eq!(
        body,
        format!("const open = () => import('.{}');\n", dialog_path())
    );

    for named in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
        let again = ask(
            Stock::Loader,
            Method::GET,
            "/embed.js",
            &[("if-none-match", &named)],
        )
        .await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(header(&again, "etag"), tag);
        assert_eq!(header(&again, "access-control-allow-origin"), "*");
        assert_eq!(text(again).await, "");
    }
    let other = ask(
        Stock::Loader,
        Method::GET,
        "/embed.js",
        &[("if-none-match", "\"other\"")],
    )
    .await;
    assert_eq!(other.status(), StatusCode::OK);
}

#[tokio::test]
async fn parts_are_kept_for_a_year_and_import_hashed_names() {
    let response = get(Stock::Parts, &dialog_path()).await;
    assert_eq!(
        header(&response, "cache-control"),
        "public, max-age=31536000, immutable"
    );
    let hash = &FIXTURE.parts["text.js"].hash;
    assert!(
        text(response)
            .await
            .starts_with(&format!("import {{ text }} from './text.{hash}.js';\n"))
    );
}

#[tokio::test]
async fn who_asks_again_gets_modules_under_other_addresses_all_the_way() {
    let response = get(Stock::Parts, &format!("{}?1795828309165", dialog_path())).await;
    assert_eq!(header(&response, "cache-control"), "no-store");
    let hash = &FIXTURE.parts["text.js"].hash;
    let import = format!("import {{ text }} from './text.{hash}.js?1795828309165';\n");
    assert!(text(response).await.starts_with(&import));
    for query in ["?", "?x=1", "?1'", "?123456789012345678901"] {
        let response = get(Stock::Parts, &format!("{}{query}", dialog_path())).await;
        let plain = format!("import {{ text }} from './text.{hash}.js';\n");
        assert!(text(response).await.starts_with(&plain), "{query}");
    }
}

#[tokio::test]
async fn a_name_of_another_version_gets_the_current_file_uncached() {
    for path in ["/embed/dialog.000000000000.js", "/embed/dialog.js"] {
        let response = get(Stock::Parts, path).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, "cache-control"), "no-store");
    }
    for path in [
        "/embed/missing.js",
        "/embed/missing.000000000000.js",
        "/embed/",
        "/embed/loader.js",
    ] {
        assert_eq!(
            get(Stock::Parts, path).await.status(),
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_smaller_form_is_sent_to_who_takes_it() {
    let text_path = format!(
        "/embed/{}",
        hashed_name("text.js", &FIXTURE.parts["text.js"].hash)
    );
    let plain = text(get(Stock::Parts, &text_path).await).await;
    let mut tags = Vec::new();
    for (accepted, coding) in [
        ("gzip, br", "br"),
        ("br;q=0, gzip", "gzip"),
        ("identity", ""),
    ] {
        let response = ask(
            Stock::Parts,
            Method::GET,
            &text_path,
            &[(ACCEPT_ENCODING.as_str(), accepted)],
        )
        .await;
        assert_eq!(header(&response, "content-encoding"), coding);
        tags.push(header(&response, "etag").to_owned());
        let length: usize = header(&response, "content-length").parse().unwrap();
        let bytes = response.into_body().into_bytes().await.unwrap();
        assert_eq!(bytes.len(), length);
        let mut decoded = String::new();
        match coding {
            "br" => brotli::Decompressor::new(&*bytes, 4096)
                .read_to_string(&mut decoded)
                .unwrap(),
            "gzip" => flate2::read::GzDecoder::new(&*bytes)
                .read_to_string(&mut decoded)
                .unwrap(),
            _ => (&*bytes).read_to_string(&mut decoded).unwrap(),
        };
        assert_eq!(decoded, plain);
    }
    tags.dedup();
    assert_eq!(tags.len(), 3, "each form has its own tag");
}

#[tokio::test]
async fn a_file_that_does_not_shrink_is_sent_as_it_is() {
    let path = asset_path("icon.svg");
    let response = ask(
        Stock::Desk,
        Method::GET,
        &path,
        &[("accept-encoding", "br, gzip")],
    )
    .await;
    assert_eq!(header(&response, "content-encoding"), "");
    assert_eq!(text(response).await, "<svg/>\n");
}

fn asset_path(name: &str) -> String {
    format!("/assets/{}", hashed_name(name, &FIXTURE.desk[name].hash))
}

#[tokio::test]
async fn head_tells_the_same_without_the_body() {
    let path = dialog_path();
    let (head, get) = tokio::join!(
        ask(Stock::Parts, Method::HEAD, &path, &[]),
        get(Stock::Parts, &path)
    );
    assert_eq!(head.headers(), get.headers());
    assert_eq!(text(head).await, "");
    let posted = ask(Stock::Parts, Method::POST, &path, &[]).await;
    assert_eq!(posted.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(header(&posted, "allow"), "GET, HEAD");
}

#[tokio::test]
async fn the_styles_of_the_desk_are_one_sheet_in_order_and_for_our_pages_only() {
    let response = get(Stock::Desk, &asset_path("desk.css")).await;
    assert_eq!(header(&response, "content-type"), "text/css; charset=utf-8");
    assert_eq!(header(&response, "access-control-allow-origin"), "");
    assert_eq!(text(response).await, ":root{}\nbody{}\n.page{}\n");
    assert_eq!(
        FIXTURE.desk.keys().collect::<Vec<_>>(),
        ["desk.css", "desk.js", "icon.svg"]
    );
}

#[test]
fn without_files_there_are_no_assets() {
    let assets = Assets::of(std::iter::empty());
    assert!(assets.find(Stock::Loader, "embed.js").is_none());
    assert!(assets.find(Stock::Parts, "dialog.js").is_none());
    assert_eq!(asset_url("missing.css"), None);
}

#[test]
fn the_files_that_are_served_import_nothing_by_a_plain_name() {
    let plain = |content: &[u8], folder: &str| {
        let content = String::from_utf8_lossy(content).into_owned();
        let names = ASSETS.parts.keys();
        names
            .filter(|name| {
                ['\'', '"']
                    .iter()
                    .any(|quote| content.contains(&format!("{quote}{folder}{name}{quote}")))
            })
            .cloned()
            .collect::<Vec<_>>()
    };
    for (name, asset) in &ASSETS.parts {
        assert_eq!(
            plain(&asset.plain, "./"),
            [""; 0],
            "in {name}: do modules import one another in a circle?"
        );
    }
    if let Some(loader) = &ASSETS.loader {
        assert_eq!(plain(&loader.plain, "./embed/"), [""; 0], "in the loader");
    }
}
