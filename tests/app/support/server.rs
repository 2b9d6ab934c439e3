//! The web of a newsroom: on a real socket for what a browser meets, or without one where thousands of requests are tried.

use std::sync::Arc;

use fehlermelder::domain::clock::Clock as _;
use fehlermelder::domain::editor::Editor;
use fehlermelder::domain::secret::sha256;
use fehlermelder::rendering::Renderer;
use fehlermelder::services::file_report::SiteCache;
use fehlermelder::storage::sessions::{self, Session};
use fehlermelder::web::client_network::ClientNetworks;
use fehlermelder::web::confirmation_limit::ConfirmationLimit;
use fehlermelder::web::rate_limit::RateLimit;
use fehlermelder::web::request_limits::RequestLimits;
use fehlermelder::web::server::{ServerLimits, bind, serve};
use fehlermelder::web::{AppState, WebSettings, assets, routes};
use poem::Endpoint;
use reqwest::{RequestBuilder, StatusCode, header::HeaderMap};
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::http::http_client;
use super::newsroom::TestNewsroom;

/// The largest submission, in bytes.
pub const MAX_BODY: usize = 64 * 1024;

/// The whole application.
pub fn app(
    newsroom: &TestNewsroom,
    reports_a_minute: u32,
) -> impl Endpoint<Output = poem::Response> + 'static {
    routes::build_app(
        state(newsroom, reports_a_minute),
        true,
        RequestLimits::default(),
    )
}

/// What its handlers work with. Believes a proxy on this machine, as behind a reverse proxy.
fn state(newsroom: &TestNewsroom, reports_a_minute: u32) -> AppState {
    let clock = Arc::clone(&newsroom.clock);
    let trusted = vec!["127.0.0.1/32".parse().expect("a network")];
    AppState {
        services: newsroom.services.clone(),
        intake: newsroom.intake(),
        sites: SiteCache::default(),
        renderer: Renderer::new(clock, None, assets::asset_url),
        networks: Arc::new(ClientNetworks::new(trusted).expect("randomness")),
        waves: Arc::default(),
        rate_limit: Arc::new(RateLimit::new(reports_a_minute, reports_a_minute)),
        repeat_limit: Arc::new(RateLimit::new(reports_a_minute, reports_a_minute)),
        confirmations: Arc::new(ConfirmationLimit::new(reports_a_minute > 0)),
        settings: Arc::new(WebSettings {
            https: true,
            max_body_bytes: MAX_BODY,
            demo: None,
        }),
    }
}

/// A server that listens. Ends when dropped.
pub struct TestServer {
    url: String,
    client: reqwest::Client,
    state: AppState,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<()>>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl TestServer {
    /// Without a rate limit.
    pub async fn of(newsroom: &TestNewsroom) -> Self {
        Self::with_rate_limit(newsroom, 0).await
    }

    pub async fn with_rate_limit(newsroom: &TestNewsroom, reports_a_minute: u32) -> Self {
        let listener = bind(([127, 0, 0, 1], 0).into()).await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let state = state(newsroom, reports_a_minute);
        let app = routes::build_app(state.clone(), true, RequestLimits::default());
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            let served = serve(vec![listener], app, ServerLimits::default(), stopped);
            served.await.expect("a listener");
        });
        Self {
            url,
            client: http_client(),
            state,
            stop: Some(stop),
            serving: Some(serving),
        }
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.url))
    }

    /// What a worker does half a second later.
    pub async fn marks_waves(&self) {
        self.state.waves.store_marks(&self.state.services).await;
    }

    /// A form as a browser sends it.
    pub fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        self.post(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(body.finish())
    }

    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = method.parse().expect("a method");
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// Stops as on SIGTERM: what is in flight is finished.
    pub async fn stops(mut self) {
        drop(self.stop.take());
        if let Some(serving) = self.serving.take() {
            serving.await.expect("the server ends");
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if let Some(serving) = &self.serving {
            serving.abort();
        }
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("a header's text"))
    }
}

/// Sends it.
pub async fn ask(request: RequestBuilder) -> Answer {
    let answer = request.send().await.expect("an answer");
    Answer {
        status: answer.status(),
        headers: answer.headers().clone(),
        body: answer.text().await.expect("all of the answer"),
    }
}

/// A session of that editor: the cookie to send along, and the token that forms carry.
pub async fn signed_in(newsroom: &TestNewsroom, editor: &Editor) -> (String, String) {
    let token = newsroom.services.new_secret();
    let session = Session {
        token_hash: sha256(token.as_bytes()).to_vec(),
        editor: editor.id,
        created_at: newsroom.clock.now(),
        last_seen_at: newsroom.clock.now(),
        id: Some(newsroom.services.new_id()),
        device: String::new(),
        confirmed_at: newsroom.clock.now(),
        awaits_factor: false,
    };
    let transaction = newsroom
        .services
        .store
        .begin()
        .await
        .expect("a transaction");
    sessions::add(&transaction, &session)
        .await
        .expect("a session");
    transaction.commit().await.expect("a session");
    let csrf = newsroom.services.key.csrf_token(&session.token_hash);
    (format!("__Host-fehlermelder={token}"), csrf)
}
