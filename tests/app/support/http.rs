//! A client for the servers of the tests.

use std::time::Duration;

/// A client that asks nobody on the way, follows no redirect and waits for no answer without end.
pub fn http_client() -> reqwest::Client {
    // Fails when another test of this process was first.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(10))
        .build()
        .expect("a client")
}
