//! Reads pages of other people's servers: politely, and so that no address somebody wrote into a report makes us ask where we
//! should not.
//!
//! Only the site's own origins are asked; only public addresses are connected to, checked where the connection is made
//! ([`super::resolver`]); redirects are followed here, by hand and by the same rules, at most three; no proxy; five seconds in
//! all and two mebibytes; HTML only. One page at a time from one host, with a pause between two.

use std::{
    collections::{BTreeSet, HashMap},
    error::Error,
    net::IpAddr,
    sync::{Arc, Mutex as StdMutex, PoisonError},
    time::Duration,
};

use futures_util::future::BoxFuture;
use reqwest::{
    Client, Response, StatusCode,
    header::{
        ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
        HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION,
        RETRY_AFTER,
    },
};
use tokio::{
    sync::{Mutex, OnceCell},
    time::Instant,
};
use url::{Host, Url};

use super::{
    addresses::is_public,
    page::{self, Form, MAX_PAGE},
    resolver::{LookUpName, NotPublic, PublicOnly, SystemNames},
};
use crate::{
    domain::{
        article_watch::FetchError,
        clock::{Clock, SECOND},
        embed_check::InspectedPage,
        site::Origin,
    },
    services::watch_articles::{ArticleSource, Fetched, Page},
};

/// For all of a page, redirects included, unless a test is in a hurry.
const LIMIT: Duration = Duration::from_secs(5);
/// How many redirects are followed.
const MAX_REDIRECTS: usize = 3;
/// The longest validator that is kept.
const MAX_VALIDATOR: usize = 500;

/// What an operator sets.
#[derive(Debug, Clone)]
pub struct FetchSettings {
    /// Hosts, by name or address, that may lead to addresses that are not public.
    pub inner_hosts: Vec<String>,
    /// Our own address, for the server's owner to find us.
    pub public_url: String,
    /// Between two pages of one host.
    pub pause: Duration,
    /// For all of a page, redirects included.
    pub limit: Duration,
}

impl Default for FetchSettings {
    fn default() -> Self {
        Self {
            inner_hosts: Vec::new(),
            public_url: "http://localhost".to_owned(),
            pause: Duration::from_secs(1),
            limit: LIMIT,
        }
    }
}

/// Reads pages over HTTP.
pub struct HttpSource {
    settings: FetchSettings,
    clock: Arc<dyn Clock>,
    resolver: PublicOnly,
    /// Made with the first page: a server that watches nothing does not pay for it.
    client: OnceCell<Client>,
    hosts: StdMutex<HashMap<String, Arc<Mutex<Option<Instant>>>>>,
}

impl HttpSource {
    /// On the machine's own resolver.
    #[must_use]
    pub fn new(settings: FetchSettings, clock: Arc<dyn Clock>) -> Self {
        Self::with_names(settings, clock, Arc::new(SystemNames))
    }

    /// On that resolver.
    #[must_use]
    pub fn with_names(
        settings: FetchSettings,
        clock: Arc<dyn Clock>,
        names: Arc<dyn LookUpName>,
    ) -> Self {
        let inner: BTreeSet<String> = settings
            .inner_hosts
            .iter()
            .map(|host| host.trim_matches(['[', ']']).to_ascii_lowercase())
            .collect();
        Self {
            resolver: PublicOnly {
                names,
                inner_hosts: Arc::new(inner),
            },
            settings,
            clock,
            client: OnceCell::new(),
            hosts: StdMutex::default(),
        }
    }

    async fn client(&self) -> Result<&Client, FetchError> {
        self.client
            .get_or_try_init(async || {
                Client::builder()
                    .user_agent(format!(
                        "Fehlermelder/{} (+{})",
                        env!("CARGO_PKG_VERSION"),
                        self.settings.public_url
                    ))
                    .dns_resolver(Arc::new(self.resolver.clone()))
                    .redirect(reqwest::redirect::Policy::none())
                    .no_proxy()
                    .referer(false)
                    // A connection kept open is one whose address was checked long ago.
                    .pool_max_idle_per_host(0)
                    .timeout(self.settings.limit)
                    .build()
                    .map_err(|_| FetchError::Unreachable)
            })
            .await
    }

    /// The turn of a host: whoever holds it may ask.
    fn turn(&self, host: &str) -> Arc<Mutex<Option<Instant>>> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        // Hosts are the sites' own, so that they are few.
        Arc::clone(hosts.entry(host.to_owned()).or_default())
    }

    async fn read(&self, asked: &Page) -> Result<Fetched, Failure> {
        match self.arrive(asked).await? {
            Some((_, answer)) => text(answer, asked.selector.clone()).await,
            None => Ok(Fetched::NotModified),
        }
    }

    async fn look_at(&self, asked: &Page) -> Result<InspectedPage, Failure> {
        let Some((url, answer)) = self.arrive(asked).await? else {
            return Err(FetchError::ServerError.into());
        };
        let policies: Vec<String> = answer
            .headers()
            .get_all(CONTENT_SECURITY_POLICY)
            .iter()
            .filter_map(|value| value.to_str().ok().map(str::to_owned))
            .collect();
        let (bytes, form) = body(answer).await?;
        let selector = asked.selector.clone();
        let inspect =
            move || page::inspect(bytes, &form, url.as_str(), policies, selector.as_deref());
        tokio::task::spawn_blocking(inspect)
            .await
            .map_err(|_| FetchError::ServerError)?
            .map_err(Failure::from)
    }

    /// Follows an address to its answer; nothing where it is the same as last time.
    async fn arrive(&self, asked: &Page) -> Result<Option<(Url, Response)>, Failure> {
        let mut url = Url::parse(&asked.url).map_err(|_| FetchError::ForeignHost)?;
        for _ in 0..=MAX_REDIRECTS {
            self.check(&url, &asked.origins)?;
            let answer = self.ask(&url, asked).await?;
            let status = answer.status();
            if status == StatusCode::NOT_MODIFIED {
                return Ok(None);
            }
            if let Some(target) = redirect(&answer, &url) {
                let target = target?;
                if !is_own(&target, &asked.origins) {
                    return Err(FetchError::RedirectedAway.into());
                }
                url = target;
                continue;
            }
            if status != StatusCode::OK {
                return Err(self.refusal(status, answer.headers()));
            }
            return Ok(Some((url, answer)));
        }
        Err(FetchError::TooManyRedirects.into())
    }

    /// Whether that address may be asked at all. Names are checked again where they are resolved.
    fn check(&self, url: &Url, origins: &[Origin]) -> Result<(), FetchError> {
        if !is_own(url, origins) {
            return Err(FetchError::ForeignHost);
        }
        // A literal is connected to without a look at the resolver. Decimal and octal ones were read as addresses by `url`.
        let literal: IpAddr = match url.host() {
            Some(Host::Ipv4(v4)) => v4.into(),
            Some(Host::Ipv6(v6)) => v6.into(),
            Some(Host::Domain(_)) => return Ok(()),
            None => return Err(FetchError::ForeignHost),
        };
        if is_public(literal) || self.resolver.inner_hosts.contains(&literal.to_string()) {
            Ok(())
        } else {
            Err(FetchError::NotPublic)
        }
    }

    async fn ask(&self, url: &Url, asked: &Page) -> Result<Response, FetchError> {
        let mut request = self
            .client()
            .await?
            .get(url.clone())
            .header(ACCEPT, "text/html,application/xhtml+xml")
            .header(ACCEPT_ENCODING, "gzip");
        if let Some(etag) = &asked.etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        if let Some(date) = &asked.last_modified {
            request = request.header(IF_MODIFIED_SINCE, date);
        }
        request.send().await.map_err(|error| cause(&error))
    }

    fn refusal(&self, status: StatusCode, headers: &HeaderMap) -> Failure {
        let error = match status.as_u16() {
            404 => FetchError::NotFound,
            410 => FetchError::Removed,
            429 | 503 => FetchError::Overloaded,
            400..=499 => FetchError::Refused,
            _ => FetchError::ServerError,
        };
        Failure {
            error,
            retry_after: header(headers, &RETRY_AFTER)
                .and_then(|value| retry_after(&value, self.clock.as_ref())),
        }
    }
}

impl HttpSource {
    /// When it is the turn of the page's host, and within the limit.
    async fn in_turn<T>(
        &self,
        page: &Page,
        reading: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let host = Url::parse(&page.url)
            .ok()
            .and_then(|u| u.host_str().map(str::to_owned))
            .unwrap_or_default();
        let turn = self.turn(&host);
        let mut last = turn.lock().await;
        if let Some(at) = *last {
            tokio::time::sleep_until(at + self.settings.pause).await;
        }
        let read = tokio::time::timeout(self.settings.limit, reading).await;
        *last = Some(Instant::now());
        read.unwrap_or_else(|_| Err(FetchError::TimedOut.into()))
    }
}

impl ArticleSource for HttpSource {
    fn fetch<'a>(&'a self, page: &'a Page) -> BoxFuture<'a, Fetched> {
        Box::pin(async move {
            match self.in_turn(page, self.read(page)).await {
                Ok(fetched) => fetched,
                Err(Failure { error, retry_after }) => Fetched::Failed { error, retry_after },
            }
        })
    }

    fn inspect<'a>(&'a self, page: &'a Page) -> BoxFuture<'a, Result<InspectedPage, FetchError>> {
        Box::pin(async move {
            let looking = self.look_at(page);
            self.in_turn(page, looking).await.map_err(|f| f.error)
        })
    }
}

struct Failure {
    error: FetchError,
    retry_after: Option<i64>,
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        Self {
            error,
            retry_after: None,
        }
    }
}

/// Whether an address is one of the site's own: one of its origins, or the same host by https on its usual port.
fn is_own(url: &Url, origins: &[Origin]) -> bool {
    if !matches!(url.scheme(), "http" | "https")
        || !url.username().is_empty()
        || url.password().is_some()
    {
        return false;
    }
    let origin = url.origin().ascii_serialization();
    origins.iter().any(|own| {
        own.as_str() == origin
            || (url.scheme() == "https"
                && url.port().is_none()
                && Url::parse(own.as_str())
                    .is_ok_and(|own| own.port().is_none() && own.host() == url.host()))
    })
}

/// Where an answer leads: nothing where it is no redirect, an error where it leads nowhere.
fn redirect(answer: &Response, from: &Url) -> Option<Result<Url, FetchError>> {
    matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308).then(|| {
        let target = header(answer.headers(), &LOCATION).ok_or(FetchError::ServerError)?;
        let mut target = from.join(&target).map_err(|_| FetchError::ServerError)?;
        target.set_fragment(None);
        Ok(target)
    })
}

async fn text(answer: Response, selector: Option<String>) -> Result<Fetched, Failure> {
    let validator = |name| header(answer.headers(), name).filter(|v| v.len() <= MAX_VALIDATOR);
    let (etag, last_modified) = (validator(&ETAG), validator(&LAST_MODIFIED));
    let (bytes, form) = body(answer).await?;
    let read = move || page::read(bytes, &form, selector.as_deref());
    let (text, page) = tokio::task::spawn_blocking(read)
        .await
        .map_err(|_| FetchError::ServerError)??;
    Ok(Fetched::Text {
        text,
        page,
        etag,
        last_modified,
    })
}

/// The bytes of an HTML page, to a bound, and what its head says of them.
async fn body(mut answer: Response) -> Result<(Vec<u8>, Form), Failure> {
    let headers = answer.headers();
    let kind = header(headers, &CONTENT_TYPE).unwrap_or_default();
    let mut parts = kind.split(';').map(str::trim);
    let is_html = parts.next().is_some_and(|kind| {
        ["text/html", "application/xhtml+xml"]
            .iter()
            .any(|html| kind.eq_ignore_ascii_case(html))
    });
    let packed = match header(headers, &CONTENT_ENCODING).as_deref() {
        None | Some("" | "identity") => false,
        Some("gzip" | "x-gzip") => true,
        Some(_) => return Err(FetchError::NotHtml.into()),
    };
    if !is_html {
        return Err(FetchError::NotHtml.into());
    }
    let form = Form {
        packed,
        charset: parts
            .find_map(|part| {
                part.split_once('=')
                    .filter(|(n, _)| n.trim().eq_ignore_ascii_case("charset"))
            })
            .map(|(_, value)| value.trim().trim_matches('"').to_owned()),
    };
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| cause(&error))? {
        if bytes.len() + chunk.len() > MAX_PAGE {
            return Err(FetchError::TooLarge.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((bytes, form))
}

fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.trim().to_owned())
}

/// `Retry-After` in milliseconds from now: seconds, or a date (RFC 9110 §10.2.3).
fn retry_after(value: &str, clock: &dyn Clock) -> Option<i64> {
    if let Ok(seconds) = value.parse::<u32>() {
        return Some(i64::from(seconds) * SECOND);
    }
    let at = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
    Some((at.as_millisecond() - clock.now()).max(0))
}

/// Why there was no answer.
fn cause(error: &reqwest::Error) -> FetchError {
    let mut inner: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(here) = inner {
        if here.is::<NotPublic>() {
            return FetchError::NotPublic;
        }
        inner = here.source();
    }
    if error.is_timeout() {
        FetchError::TimedOut
    } else if error.is_connect() || error.is_builder() {
        FetchError::Unreachable
    } else {
        FetchError::ServerError
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::FixedClock;

    #[test]
    fn only_the_sites_own_hosts_are_asked() {
        let own = [
            Origin::parse("http://magazin.example").unwrap(),
            Origin::parse("https://www.magazin.example:8443").unwrap(),
        ];
        for (url, expected) in [
            ("http://magazin.example/a", true),
            ("https://magazin.example/a", true),
            ("https://www.magazin.example:8443/", true),
            ("https://www.magazin.example/", false),
            ("http://magazin.example:8080/", false),
            ("https://magazin.example.evil.example/", false),
            ("https://u@magazin.example/", false),
            ("ftp://magazin.example/", false),
            ("http://127.0.0.1/", false),
        ] {
            assert_eq!(is_own(&Url::parse(url).unwrap(), &own), expected, "{url}");
        }
    }

    #[test]
    fn a_literal_that_is_not_public_is_refused_in_every_spelling() {
        let source = HttpSource::new(FetchSettings::default(), Arc::new(FixedClock::at(0)));
        for host in [
            "127.0.0.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.1",
            "[::1]",
            "[::ffff:7f00:1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "169.254.169.254",
            "0",
        ] {
            let url = Url::parse(&format!("http://{host}/")).unwrap();
            let own = [Origin::parse(&url.origin().ascii_serialization()).unwrap()];
            assert_eq!(
                source.check(&url, &own),
                Err(FetchError::NotPublic),
                "{host}"
            );
        }
        let allowed = FetchSettings {
            inner_hosts: vec!["127.0.0.1".into(), "[::1]".into()],
            ..FetchSettings::default()
        };
        let source = HttpSource::new(allowed, Arc::new(FixedClock::at(0)));
        for host in ["127.0.0.1", "2130706433", "[::1]"] {
            let url = Url::parse(&format!("http://{host}/")).unwrap();
            let own = [Origin::parse(&url.origin().ascii_serialization()).unwrap()];
            assert_eq!(source.check(&url, &own), Ok(()), "{host}");
        }
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        // 2026-11-26 23:00:00 UTC
        let clock = FixedClock::at(1_795_734_000_000);
        assert_eq!(retry_after("120", &clock), Some(120 * SECOND));
        let date = "Thu, 26 Nov 2026 23:05:00 GMT";
        assert_eq!(retry_after(date, &clock), Some(300 * SECOND));
        assert_eq!(
            retry_after("Thu, 26 Nov 2026 22:05:00 GMT", &clock),
            Some(0)
        );
        assert_eq!(retry_after("soon", &clock), None);
    }
}
