//! The magazine's pages, under the strict CSP of a careful publisher, on an origin that is not ours.

use std::{
    collections::BTreeMap,
    sync::{Arc, RwLock},
};

use minijinja::{Value, context};
use poem::{
    Endpoint, EndpointExt, Request, Response, Route, get, handler,
    http::{StatusCode, header},
    web::{Data, Path},
};
use rust_embed::RustEmbed;

use super::articles::DemoArticle;
use crate::rendering::Renderer;

#[derive(RustEmbed)]
#[folder = "templates/demo/magazine/"]
#[include = "*.css"]
#[include = "*.js"]
#[include = "images/*"]
struct Files;

/// The magazine as it stands now: articles may be edited while the demo runs.
#[derive(Clone)]
pub struct Magazine {
    shelf: Arc<RwLock<BTreeMap<String, DemoArticle>>>,
    renderer: Renderer,
    site_key: String,
    melder: String,
    origin: String,
}

impl Magazine {
    /// A magazine of those articles. `melder` is our own origin, `origin` the magazine's.
    #[must_use]
    pub fn new(
        articles: Vec<DemoArticle>,
        renderer: Renderer,
        site_key: String,
        melder: String,
        origin: String,
    ) -> Self {
        let shelf = articles.into_iter().map(|a| (a.slug.clone(), a)).collect();
        Self {
            shelf: Arc::new(RwLock::new(shelf)),
            renderer,
            site_key,
            melder,
            origin,
        }
    }

    /// Puts an article on the shelf, in place of one of the same slug.
    pub fn put(&self, article: DemoArticle) {
        if let Ok(mut shelf) = self.shelf.write() {
            shelf.insert(article.slug.clone(), article);
        }
    }

    /// The articles as they stand now, newest first.
    #[must_use]
    pub fn articles(&self) -> Vec<DemoArticle> {
        let mut all: Vec<DemoArticle> = self
            .shelf
            .read()
            .map(|s| s.values().cloned().collect())
            .unwrap_or_default();
        all.sort_by(|a, b| b.published_at.cmp(&a.published_at));
        all
    }

    /// Where an article stands.
    #[must_use]
    pub fn article_url(&self, slug: &str) -> String {
        format!("{}/artikel/{slug}", self.origin)
    }

    /// The magazine's routes.
    pub fn routes(self) -> impl Endpoint<Output = Response> + 'static {
        Route::new()
            .at("/", get(front))
            .at("/artikel/:slug", get(show))
            .at("/style.css", get(asset))
            .at("/comments.js", get(asset))
            .at("/images/:name", get(asset))
            .data(self)
            .map_to_response()
    }

    fn page(&self, template: &str, own: Value, url: String) -> Response {
        let context = context! { origin => self.origin.as_str(), melder => self.melder.as_str(), url => url, site_key => self.site_key.as_str(), ..own };
        match self.renderer.render(template, &context) {
            Ok(html) => {
                let (melder, upgrade) = (&self.melder, "require-trusted-types-for 'script'");
                let policy = format!(
                    "default-src 'none'; script-src 'self' {melder}; connect-src 'self' {melder}; style-src 'self'; img-src 'self' data:; \
                     base-uri 'none'; form-action 'self' {melder}; {upgrade}"
                );
                Response::builder()
                    .content_type("text/html; charset=utf-8")
                    .header(header::CONTENT_SECURITY_POLICY, policy)
                    .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
                    .body(html)
            }
            Err(error) => {
                tracing::error!(%error, "a page of the demo cannot be rendered");
                Response::builder()
                    .status(StatusCode::INTERNAL_SERVER_ERROR)
                    .finish()
            }
        }
    }
}

#[handler]
fn front(Data(magazine): Data<&Magazine>) -> Response {
    let articles = magazine.articles().iter().map(view).collect::<Vec<_>>();
    magazine.page(
        "demo/magazine/index.html",
        context! { articles => articles },
        format!("{}/", magazine.origin),
    )
}

#[handler]
fn show(Path(slug): Path<String>, Data(magazine): Data<&Magazine>) -> poem::Result<Response> {
    let all = magazine.articles();
    let found = all
        .iter()
        .find(|a| a.slug == slug)
        .ok_or_else(|| poem::Error::from_status(StatusCode::NOT_FOUND))?;
    let more: Vec<Value> = all
        .iter()
        .filter(|a| a.slug != slug)
        .take(3)
        .map(view)
        .collect();
    let own = context! { article => view(found), more => more };
    Ok(magazine.page(
        "demo/magazine/article.html",
        own,
        magazine.article_url(&slug),
    ))
}

#[handler]
fn asset(request: &Request) -> poem::Result<Response> {
    let name = request.uri().path().trim_start_matches('/');
    let file = Files::get(name).ok_or_else(|| poem::Error::from_status(StatusCode::NOT_FOUND))?;
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    Ok(Response::builder()
        .content_type(kind)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(file.data.into_owned()))
}

fn view(article: &DemoArticle) -> Value {
    context! {
        slug => article.slug.as_str(),
        lang => article.lang.as_str(),
        title => article.title.as_str(),
        teaser => article.teaser.as_deref(),
        sections => article.sections.clone(),
        authors => article.authors.clone(),
        published_at => article.published_at.as_deref(),
        modified_at => article.modified_at.as_deref(),
        body => article.body.as_str(),
        image => article.image.as_ref().map(|i| context! {
            file => i.file.as_str(), alt => i.alt.as_str(), caption => i.caption.as_deref(), credit => i.credit.as_deref(),
        }),
    }
}

/// One server, two names: requests to the magazine's host go there, all others to us. A browser sees two origins.
pub struct TwoHosts<A, B> {
    /// The magazine's host and port.
    pub magazine_host: String,
    /// The magazine.
    pub magazine: A,
    /// Us.
    pub melder: B,
}

impl<A: Endpoint<Output = Response>, B: Endpoint<Output = Response>> Endpoint for TwoHosts<A, B> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let host = request
            .headers()
            .get(header::HOST)
            .and_then(|v| v.to_str().ok());
        if host == Some(self.magazine_host.as_str()) {
            Ok(self.magazine.get_response(request).await)
        } else {
            self.melder.call(request).await
        }
    }
}
