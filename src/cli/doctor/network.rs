//! The public address: whether it is a safe one, and whether this server answers there.

use std::time::Duration;

use url::{Host, Url};

use super::Finding;
use crate::config::Config;

const ADDRESS: &str = "public address";
/// For the whole of asking ourselves.
const LIMIT: Duration = Duration::from_secs(5);
/// Our own answer is three bytes; more is another's.
const MAX_ANSWER: usize = 100;

pub(super) async fn public_url(config: &Config) -> Vec<Finding> {
    let url = config.public_url.as_str();
    let here = is_loopback(url);
    let mut findings = Vec::new();
    if !config.public_url.is_https() && !here {
        findings.push(Finding::warn(
            ADDRESS,
            format!("{url} is not https: whoever sits on the line reads passwords along"),
        ));
    }
    findings.push(match ask(url).await {
        Ok(answer) if answer == "ok" => Finding::ok(ADDRESS, format!("{url} answers")),
        Ok(_) => Finding::fail(ADDRESS, format!("another program than this answers at {url}")),
        // Before the first start that is as it should be.
        Err(why) if here => Finding::warn(
            ADDRESS,
            format!("nothing answers at {url}: the server is not running ({why})"),
        ),
        Err(why) => Finding::fail(
            ADDRESS,
            format!("nothing answers at {url}: check the name, the reverse proxy and the certificate ({why})"),
        ),
    });
    findings
}

async fn ask(url: &str) -> Result<String, String> {
    let client = reqwest::Client::builder()
        .timeout(LIMIT)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(|error| words(&error))?;
    let request = client.get(format!("{url}/healthz")).send();
    let mut answer = request.await.map_err(|error| words(&error))?;
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| words(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ANSWER {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&body).trim().to_owned())
}

/// The innermost cause: "connection refused" says more than that sending failed.
fn words(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no answer within {} s", LIMIT.as_secs());
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

fn is_loopback(url: &str) -> bool {
    match Url::parse(url).ok().as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
