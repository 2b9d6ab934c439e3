//! Every answer carries the headers; every failure has a status; the log holds no secret.

use std::future::Future;
use std::time::Duration;

use poem::endpoint::make;
use poem::error::{InternalServerError, NotFoundError};
use poem::http::Method;
use poem::{Body, Route};

use super::log::masked;
use super::*;

fn app() -> Hardened<Route> {
    hardened(RequestLimits::default())
}

fn hardened(limits: RequestLimits) -> Hardened<Route> {
    let routes = Route::new()
        .at("/fine", make(|_| async { "fine" }))
        .at(
            "/panic",
            make(|_| async { panic!("on purpose") as &'static str }),
        )
        .at(
            "/broken",
            make(|_| async {
                Err::<&'static str, _>(InternalServerError(std::io::Error::other("the cause")))
            }),
        )
        .at("/slow", make(|_| std::future::pending::<&'static str>()))
        .at(
            "/embed",
            make(|_| async {
                Response::builder()
                    .header("cross-origin-resource-policy", "cross-origin")
                    .header("referrer-policy", "no-referrer")
                    .finish()
            }),
        )
        .at(
            "/length",
            make(|mut request: Request| async move {
                Ok::<_, Error>(
                    request
                        .take_body()
                        .into_bytes_limit(100)
                        .await?
                        .len()
                        .to_string(),
                )
            }),
        );
    Hardening::new(SecurityHeaders::new(true), limits).around(routes)
}

async fn get(path: &'static str) -> Response {
    app()
        .get_response(Request::builder().uri(Uri::from_static(path)).finish())
        .await
}

fn assert_complete(response: &Response) {
    for name in [
        "content-security-policy",
        "strict-transport-security",
        "x-content-type-options",
        "referrer-policy",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "permissions-policy",
        "cache-control",
        "x-request-id",
    ] {
        assert!(
            response.headers().contains_key(name),
            "{name} is missing from {}",
            response.status()
        );
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_whatever_went_wrong() {
    for (path, status) in [
        ("/fine", StatusCode::OK),
        ("/missing", StatusCode::NOT_FOUND),
        ("/panic", StatusCode::INTERNAL_SERVER_ERROR),
        ("/broken", StatusCode::INTERNAL_SERVER_ERROR),
    ] {
        let response = get(path).await;
        assert_eq!(response.status(), status);
        assert_complete(&response);
    }
}

#[tokio::test]
async fn a_response_keeps_the_headers_it_set_itself() {
    let response = get("/embed").await;
    assert_eq!(
        response.headers()["cross-origin-resource-policy"],
        "cross-origin"
    );
    assert_eq!(response.headers()["referrer-policy"], "no-referrer");
    assert_complete(&response);
}

#[tokio::test]
async fn transport_security_is_promised_only_where_it_holds() {
    let mut headers = HeaderMap::new();
    SecurityHeaders::new(false).complete(&mut headers);
    assert!(!headers.contains_key("strict-transport-security"));
}

#[tokio::test]
async fn a_server_error_does_not_tell_its_cause() {
    let text = get("/broken")
        .await
        .into_body()
        .into_string()
        .await
        .unwrap();
    assert_eq!(text, "Internal Server Error");
}

#[tokio::test]
async fn a_request_id_from_outside_is_ignored() {
    let request = Request::builder()
        .uri(Uri::from_static("/fine"))
        .header("x-request-id", "mine")
        .finish();
    let response = app().get_response(request).await;
    let ids: Vec<_> = response.headers().get_all("x-request-id").iter().collect();
    assert_eq!(ids.len(), 1);
    let id = Uuid::parse_str(ids[0].to_str().unwrap()).unwrap();
    assert_eq!(id.get_version_num(), 7);
}

#[tokio::test]
async fn a_compressed_body_is_refused() {
    let request = |coding: &'static str| {
        Request::builder()
            .method(Method::POST)
            .uri(Uri::from_static("/length"))
            .header("content-encoding", coding)
            .body("abc")
    };
    assert_eq!(
        app().get_response(request("gzip")).await.status(),
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    assert_eq!(
        app().get_response(request("identity")).await.status(),
        StatusCode::OK
    );
}

#[tokio::test(start_paused = true)]
async fn a_slow_handler_is_answered_for() {
    let response = get("/slow").await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()["retry-after"], "5");
    assert_complete(&response);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stalls_or_drips_is_a_408() {
    for pause in [Duration::from_hours(1), Duration::from_secs(1)] {
        let drip = futures_util::stream::unfold((), move |()| async move {
            tokio::time::sleep(pause).await;
            Some((Ok::<_, std::io::Error>("x"), ()))
        });
        let request = Request::builder()
            .method(Method::POST)
            .uri(Uri::from_static("/length"))
            .body(Body::from_bytes_stream(drip));
        let began = tokio::time::Instant::now();
        let response = app().get_response(request).await;
        assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
        assert!(began.elapsed() <= Duration::from_secs(21));
        assert_complete(&response);
    }
}

#[tokio::test]
async fn a_body_in_time_arrives_whole() {
    let request = Request::builder()
        .method(Method::POST)
        .uri(Uri::from_static("/length"))
        .body("abc");
    let response = app().get_response(request).await;
    assert_eq!(response.into_body().into_string().await.unwrap(), "3");
}

#[tokio::test]
async fn a_long_address_is_a_414() {
    let limits = RequestLimits {
        max_uri_bytes: 100,
        ..RequestLimits::default()
    };
    let uri: Uri = format!("/fine?{}", "x".repeat(100)).parse().unwrap();
    let response = hardened(limits)
        .get_response(Request::builder().uri(uri).finish())
        .await;
    assert_eq!(response.status(), StatusCode::URI_TOO_LONG);
    assert_complete(&response);
}

/// What is logged while `work` runs on this thread.
async fn log_of(work: impl Future<Output = ()>) -> String {
    #[derive(Clone, Default)]
    struct Lines(Arc<std::sync::Mutex<Vec<u8>>>);
    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    work.await;
    drop(guard);
    String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
}

#[tokio::test]
async fn the_log_names_the_route_and_the_request_and_nothing_of_the_reader() {
    let log = log_of(async {
        let status = Route::new().at("/:token", make(|_| async { "fine" })).at(
            "/:token/gone",
            make(|_| async { Err::<&'static str, Error>(NotFoundError.into()) }),
        );
        let app = Hardening::new(SecurityHeaders::new(false), RequestLimits::default())
            .around(Route::new().nest("/r", status));
        for path in [
            "/r/geheim?name=Meier",
            "/r/geheim/gone",
            "/r/geheim/nowhere",
        ] {
            let request = Request::builder()
                .uri(path.parse().unwrap())
                .header("user-agent", "Browser")
                .header("x-request-id", "mine")
                .finish();
            let _ = app.get_response(request).await;
        }
    })
    .await;
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 3, "{log}");
    assert!(
        lines[0].contains("\"route\":\"/r/:token\"") && lines[0].contains("\"status\":200"),
        "{log}"
    );
    assert!(
        lines[1].contains("\"route\":\"/r/:token/gone\"") && lines[1].contains("\"status\":404"),
        "{log}"
    );
    assert!(
        lines[2].contains("\"route\":\"/r\"") && lines[2].contains("\"status\":404"),
        "{log}"
    );
    for line in lines {
        assert!(
            line.contains("\"request.id\":\"")
                && line.contains("\"method\":\"GET\"")
                && line.contains("duration_ms")
        );
    }
    for secret in ["geheim", "Meier", "Browser", "mine"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_goes_away_is_logged_as_well() {
    let log = log_of(async {
        let app = app();
        let waiting = app.get_response(Request::builder().uri(Uri::from_static("/slow")).finish());
        assert!(timeout(Duration::from_secs(1), waiting).await.is_err());
    })
    .await;
    assert!(
        log.contains("given up by the client") && log.contains("\"route\":\"/slow\""),
        "{log}"
    );
}

#[test]
fn secrets_in_paths_are_masked() {
    let check = |path: &str, expected: &str| assert_eq!(masked(path), expected);
    check("/r/abc", "/r/…");
    check("/r/abc/withdrawal", "/r/…/withdrawal");
    check("/r/", "/r/");
    check("/api/v1/tickets/FM-1042", "/api/v1/tickets/FM-1042");
    check("/confirm/0123456789abcdef0123", "/confirm/…");
    check(
        "/assets/desk.0123456789ab.css",
        "/assets/desk.0123456789ab.css",
    );
    assert_eq!(
        masked(&format!("/{}", "a/".repeat(300))).chars().count(),
        121
    );
}
