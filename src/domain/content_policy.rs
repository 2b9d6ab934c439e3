//! What a page's Content Security Policy lets our control do (CSP Level 3, §6.7 "Matching algorithms"), as far as it takes to say whether the two
//! lines work.

use url::Url;

/// Whether the policies let the page load a script from there; `None` where all do, else the directive that does not.
#[must_use]
pub fn script_refused_by(
    policies: &[String],
    script: &Url,
    page: &Url,
    has_nonce: bool,
) -> Option<String> {
    refused_by(
        policies,
        &["script-src-elem", "script-src", "default-src"],
        script,
        page,
        has_nonce,
    )
}

/// Whether the policies let the page send to there; `None` where all do, else the directive that does not.
#[must_use]
pub fn connection_refused_by(policies: &[String], to: &Url, page: &Url) -> Option<String> {
    refused_by(policies, &["connect-src", "default-src"], to, page, false)
}

fn refused_by(
    policies: &[String],
    names: &[&str],
    to: &Url,
    page: &Url,
    has_nonce: bool,
) -> Option<String> {
    policies
        .iter()
        // A header may hold several policies; each must allow it.
        .flat_map(|header| header.split(','))
        .find_map(|policy| {
            let directives: Vec<(String, &str)> = policy
                .split(';')
                .map(str::trim)
                .map(|directive| {
                    let (name, values) = directive
                        .split_once(|c: char| c.is_ascii_whitespace())
                        .unwrap_or((directive, ""));
                    (name.to_ascii_lowercase(), values)
                })
                .collect();
            let (name, values) = names
                .iter()
                .find_map(|name| directives.iter().find(|(known, _)| known == name))?;
            (!is_allowed(values, to, page, has_nonce)).then(|| format!("{name} {values}"))
        })
}

fn is_allowed(values: &str, to: &Url, page: &Url, has_nonce: bool) -> bool {
    let sources: Vec<String> = values
        .split_ascii_whitespace()
        .map(str::to_ascii_lowercase)
        .collect();
    let names_nonces = sources.iter().any(|s| s.starts_with("'nonce-"));
    // Whether the nonce is the right one only the page's server knows.
    if has_nonce && names_nonces {
        return true;
    }
    if sources.iter().any(|s| s == "'strict-dynamic'") {
        return false;
    }
    sources.iter().any(|source| matches(source, to, page))
}

fn matches(source: &str, to: &Url, page: &Url) -> bool {
    if source == "'self'" {
        return to.origin() == page.origin();
    }
    if source == "*" {
        return matches!(to.scheme(), "http" | "https");
    }
    if let Some(scheme) = source.strip_suffix(':') {
        return scheme == to.scheme() || (scheme == "http" && to.scheme() == "https");
    }
    if source.starts_with('\'') {
        return false;
    }
    let (scheme, rest) = match source.split_once("://") {
        Some((scheme, rest)) => (scheme, rest),
        None => (page.scheme(), source),
    };
    if scheme != to.scheme() && !(scheme == "http" && to.scheme() == "https") {
        return false;
    }
    let (authority, path) = match rest.split_once('/') {
        Some((authority, path)) => (authority, format!("/{path}")),
        None => (rest, String::new()),
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let own_host = to.host_str().unwrap_or_default();
    let host_fits = match host.strip_prefix("*.") {
        Some(parent) => own_host
            .strip_suffix(parent)
            .is_some_and(|sub| sub.ends_with('.')),
        None => host == own_host || host == "*",
    };
    let port_fits = match port {
        Some("*") => true,
        Some(port) => to.port_or_known_default().map(|p| p.to_string()).as_deref() == Some(port),
        None => to.port().is_none(),
    };
    let path_fits = match path.as_str() {
        "" | "/" => true,
        path if path.ends_with('/') => to.path().starts_with(path),
        path => to.path() == path,
    };
    host_fits && port_fits && path_fits
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{connection_refused_by, script_refused_by};

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_policy_lets_the_loader_in_or_is_named() {
        let script = url("https://melder.example/embed.js");
        let page = url("https://magazin.example/a");
        for (policy, nonce, allowed) in [
            ("", false, true),
            ("script-src 'self' https://melder.example", false, true),
            ("script-src 'self' melder.example", false, true),
            ("script-src https://melder.example/embed.js", false, true),
            ("script-src https://melder.example/embed/", false, false),
            ("script-src https:", false, true),
            ("script-src *", false, true),
            ("script-src *.example", false, true),
            ("script-src *.melder.example", false, false),
            ("script-src https://melder.example:8443", false, false),
            ("script-src 'self'", false, false),
            ("default-src 'self'", false, false),
            (
                "default-src 'self'; script-src-elem https://melder.example",
                false,
                true,
            ),
            ("script-src 'none'", false, false),
            ("script-src 'nonce-x'", true, true),
            ("script-src 'nonce-x'", false, false),
            (
                "script-src 'nonce-x' 'strict-dynamic' https://melder.example",
                false,
                false,
            ),
            ("img-src 'self'", false, true),
            (
                "script-src https://melder.example, default-src 'self'",
                false,
                false,
            ),
            ("SCRIPT-SRC HTTPS://MELDER.EXAMPLE", false, true),
        ] {
            let refused = script_refused_by(&[policy.to_owned()], &script, &page, nonce);
            assert_eq!(refused.is_none(), allowed, "{policy}: {refused:?}");
        }
    }

    #[test]
    fn every_policy_must_let_the_report_out() {
        let to = url("https://melder.example/api/v1/reports");
        let page = url("https://magazin.example/a");
        let policies = [
            "default-src https:".to_owned(),
            "connect-src 'self'".to_owned(),
        ];
        let refused = connection_refused_by(&policies, &to, &page);
        assert_eq!(refused.as_deref(), Some("connect-src 'self'"));
        assert_eq!(connection_refused_by(&policies[..1], &to, &page), None);
    }
}
