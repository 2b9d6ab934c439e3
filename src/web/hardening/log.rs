//! One log line a request: method, route, status, time. Never an address, a user agent, a query or a secret.

use std::time::Instant;

use poem::http::{Method, StatusCode};
use poem::{PathPattern, Response};

use super::Asked;

/// Paths are shortened to this many characters where no route gives a pattern.
const MAX_PATH: usize = 120;
/// A part of a path of this length is taken for a secret. The longest of our own names is shorter.
const SECRET_LENGTH: usize = 20;

/// A request that is being answered. Dropped without an end, it was given up: the client went away.
pub(super) struct LogLine {
    method: Method,
    path: String,
    began: Instant,
    ended: bool,
}

impl LogLine {
    pub(super) fn begin(asked: &Asked) -> Self {
        Self {
            method: asked.method.clone(),
            path: masked(asked.uri.path()),
            began: Instant::now(),
            ended: false,
        }
    }

    pub(super) fn end(mut self, response: &Response) {
        self.ended = true;
        let status = response.status();
        metrics::counter!("fehlermelder_requests_total", "status" => class(status)).increment(1);
        let route = response
            .data::<PathPattern>()
            .map_or(self.path.as_str(), |pattern| &*pattern.0);
        self.write(route, status.as_u16(), status);
    }

    fn write(&self, route: &str, number: u16, status: StatusCode) {
        let method = self.method.as_str();
        let duration_ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        if status.is_server_error() {
            tracing::error!(method, route, status = number, duration_ms, "answered");
        } else {
            tracing::info!(method, route, status = number, duration_ms, "answered");
        }
    }
}

const fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        ..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}

impl Drop for LogLine {
    fn drop(&mut self) {
        // A panic of a layer unwinds through here as well; the server's loop answers it and the hook has written it.
        if !self.ended && !std::thread::panicking() {
            let duration_ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
            tracing::info!(
                method = self.method.as_str(),
                route = self.path,
                duration_ms,
                "given up by the client"
            );
        }
    }
}

/// The path with everything hidden that could be a secret: what follows `/r/`, and long parts that are no file name.
///
/// Only for requests that no route has answered; routes are logged by their pattern.
pub(super) fn masked(path: &str) -> String {
    let mut shown = String::new();
    let mut previous = "";
    for (index, part) in path.split('/').enumerate() {
        if index > 0 {
            shown.push('/');
        }
        let secret = previous == "r" || (part.len() >= SECRET_LENGTH && !part.contains('.'));
        shown.push_str(if secret && !part.is_empty() {
            "…"
        } else {
            part
        });
        previous = part;
    }
    if let Some((end, _)) = shown.char_indices().nth(MAX_PATH) {
        shown.truncate(end);
        shown.push('…');
    }
    shown
}
