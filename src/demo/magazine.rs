//! The magazine's pages, under the strict CSP of a careful publisher, on an origin that is not ours.

use std::sync::Arc;

use minijinja::{Value, context};
use poem::{
    Endpoint, EndpointExt, Request, Response, Route,
    error::InternalServerError,
    get, handler,
    http::{StatusCode, header},
    web::{Data, Path},
};
use rust_embed::RustEmbed;

use super::{
    archive,
    articles::DemoArticle,
    shelf::{Shelf, ShelvedArticle},
};
use crate::{
    domain::article_text::{ArticleText, article_text},
    rendering::{RenderError, Renderer},
};

/// CSS selector of what holds an article's text.
pub const ARTICLE_SELECTOR: &str = ".entry-header h1, .entry-teaser, .entry-content";

#[derive(RustEmbed)]
#[folder = "templates/demo/magazine/"]
#[include = "*.css"]
#[include = "*.js"]
#[include = "images/*"]
struct Files;

/// Where the site's own links lead; each is one of the page's sections.
pub const CONTACT: &str = "/kontakt";

/// The magazine: its shelf, and where it and we stand.
#[derive(Clone)]
pub struct Magazine {
    shelf: Arc<Shelf>,
    renderer: Renderer,
    site_key: String,
    melder: String,
    origin: String,
}

impl std::fmt::Debug for Magazine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Magazine")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl Magazine {
    /// A magazine of those articles. `melder` is our own origin, `origin` the magazine's.
    #[must_use]
    pub fn new(
        shelf: Arc<Shelf>,
        renderer: Renderer,
        site_key: String,
        melder: String,
        origin: String,
    ) -> Self {
        Self {
            shelf,
            renderer,
            site_key,
            melder,
            origin,
        }
    }

    /// The magazine's routes.
    #[must_use]
    pub fn routes(self) -> impl Endpoint<Output = Response> + 'static {
        Route::new()
            .at("/", get(front))
            .at("/artikel/:slug", get(show))
            .at("/archiv/:number", get(archived))
            .at(CONTACT, get(contact))
            .at("/style.css", get(asset))
            .at("/comments.js", get(asset))
            .at("/images/:name", get(asset))
            .data(self)
            .map_to_response()
    }

    /// Where an article stands.
    #[must_use]
    pub fn url_of(&self, slug: &str) -> String {
        article_url(&self.origin, slug)
    }

    /// What an article says, by the rule of `docs/article-text.md`: as its page is read, and as a content system would send it.
    #[must_use]
    pub fn text_of(&self, shelved: &ShelvedArticle) -> Option<String> {
        let own = context! { article => view(shelved), more => Vec::<Value>::new() };
        let url = article_url(&self.origin, &shelved.article.slug);
        let html = self.html("demo/magazine/article.html", own, url).ok()?;
        article_text(&html, Some(ARTICLE_SELECTOR))
            .ok()
            .map(ArticleText::into_string)
    }

    fn html(&self, template: &str, own: Value, url: String) -> Result<String, RenderError> {
        let context = context! { origin => self.origin.as_str(), melder => self.melder.as_str(), url => url, site_key => self.site_key.as_str(), ..own };
        self.renderer.render(template, &context)
    }

    fn page(&self, template: &str, own: Value, url: String) -> Response {
        match self.html(template, own, url) {
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
    let articles: Vec<Value> = magazine.shelf.articles().iter().map(view).collect();
    magazine.page(
        "demo/magazine/index.html",
        context! { articles => articles },
        format!("{}/", magazine.origin),
    )
}

#[handler]
fn contact(Data(magazine): Data<&Magazine>) -> Response {
    let url = format!("{}{CONTACT}", magazine.origin);
    magazine.page("demo/magazine/kontakt.html", context! {}, url)
}

#[handler]
fn show(Path(slug): Path<String>, Data(magazine): Data<&Magazine>) -> poem::Result<Response> {
    let all = magazine.shelf.articles();
    let found = all
        .iter()
        .find(|a| a.article.slug == slug)
        .ok_or_else(|| poem::Error::from_status(StatusCode::NOT_FOUND))?;
    let more: Vec<Value> = all
        .iter()
        .filter(|a| a.article.slug != slug)
        .take(3)
        .map(view)
        .collect();
    let edit_url = format!("{}{}", magazine.melder, editor_path(&slug));
    let own = context! { article => view(found), more => more, edit_url => edit_url };
    Ok(magazine.page(
        "demo/magazine/article.html",
        own,
        article_url(&magazine.origin, &slug),
    ))
}

#[handler]
fn archived(Path(number): Path<u64>, Data(magazine): Data<&Magazine>) -> poem::Result<Response> {
    let not_found = || poem::Error::from_status(StatusCode::NOT_FOUND);
    // What was never generated was never published.
    if number == 0 || number > archive::published(magazine.shelf.generated()) {
        return Err(not_found());
    }
    let made = archive::article(archive::phrases().map_err(InternalServerError)?, number);
    let paragraphs: Vec<String> = made
        .paragraphs
        .iter()
        .map(|p| format!("<p>{p}</p>"))
        .collect();
    let article = context! {
        slug => number, lang => "de", title => made.title, sections => made.sections, authors => [made.author],
        body => paragraphs.join("\n"), teaser => (), published_at => (), modified_at => (), image => (),
    };
    let own = context! { article => article, more => Vec::<Value>::new() };
    let url = format!("{}{}", magazine.origin, archive::path(number));
    Ok(magazine.page("demo/magazine/article.html", own, url))
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

/// Where an article of the magazine at that origin stands.
#[must_use]
pub fn article_url(origin: &str, slug: &str) -> String {
    format!("{origin}/artikel/{slug}")
}

/// Where an article of the magazine is edited, on our own origin.
#[must_use]
pub fn editor_path(slug: &str) -> String {
    format!("/demo/articles/{slug}")
}

fn view(shelved: &ShelvedArticle) -> Value {
    let article: &DemoArticle = &shelved.article;
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

/// What tells a request to the magazine from one to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MagazineIs {
    /// The `Host` it names: one listener, two names. A browser sees two origins.
    AtHost(String),
    /// The port it came to: two listeners.
    AtPort(u16),
}

impl MagazineIs {
    fn asked(&self, request: &Request) -> bool {
        match self {
            Self::AtHost(host) => request
                .headers()
                .get(header::HOST)
                .is_some_and(|asked| asked.as_bytes().eq_ignore_ascii_case(host.as_bytes())),
            Self::AtPort(port) => request
                .local_addr()
                .as_socket_addr()
                .is_some_and(|address| address.port() == *port),
        }
    }
}

/// The magazine, the demo's own pages, and the application beside them.
pub struct Houses<A, B, C> {
    /// How the magazine is found.
    pub magazine_is: MagazineIs,
    /// The magazine.
    pub magazine: A,
    /// What stands below `/demo/`.
    pub demo: B,
    /// Everything else.
    pub melder: C,
}

impl<A, B, C> Endpoint for Houses<A, B, C>
where
    A: Endpoint<Output = Response>,
    B: Endpoint<Output = Response>,
    C: Endpoint<Output = Response>,
{
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if self.magazine_is.asked(&request) {
            Ok(self.magazine.get_response(request).await)
        } else if request.uri().path().starts_with("/demo/") {
            self.demo.call(request).await
        } else {
            self.melder.call(request).await
        }
    }
}
