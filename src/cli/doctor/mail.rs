//! Mail: whether the relay answers, and whether the sender is one that others believe.

use super::{Finding, one_line};
use crate::{
    cli::compose,
    config::{Config, MailTransport},
};

const MAIL: &str = "mail";
const SENDER: &str = "mail sender";

pub(super) async fn relay(config: &Config) -> Finding {
    if config.mail.transport == MailTransport::File && !config.mail.dir.exists() {
        // Setting up the transport would make it.
        return Finding::warn(
            MAIL,
            format!(
                "mails will be written to {} and reach nobody: set mail.transport to \"smtp\"",
                config.mail.dir.display()
            ),
        );
    }
    let transport = match compose::transport(config) {
        Ok(transport) => transport,
        Err(error) => return Finding::fail(MAIL, one_line(&error)),
    };
    if let Err(error) = transport.check().await {
        let place = match config.mail.transport {
            MailTransport::File => config.mail.dir.display().to_string(),
            MailTransport::Smtp => "the relay (mail.url)".to_owned(),
        };
        return Finding::fail(MAIL, format!("{place} does not take mails: {error}"));
    }
    if !config.mail.enabled {
        return Finding::warn(MAIL, "mail.enabled is false: mails wait in the outbox");
    }
    match config.mail.transport {
        MailTransport::Smtp => Finding::ok(MAIL, "the relay answers"),
        MailTransport::File => Finding::warn(
            MAIL,
            format!(
                "mails are written to {} and reach nobody: set mail.transport to \"smtp\"",
                config.mail.dir.display()
            ),
        ),
    }
}

pub(super) fn sender(config: &Config) -> Vec<Finding> {
    let from = config.mail.from.email.domain().to_lowercase();
    let real = is_real(&from);
    let mut findings = Vec::new();
    findings.push(match (real, config.mail.transport) {
        (true, _) => Finding::ok(SENDER, format!("{from} is a domain to send from")),
        (false, MailTransport::Smtp) => Finding::fail(
            SENDER,
            format!(
                "nobody believes mails from {from}: set mail.from to an address of your domain"
            ),
        ),
        (false, MailTransport::File) => Finding::ok(
            SENDER,
            format!(
                "{from} will do for files; a relay needs an address of your domain in mail.from"
            ),
        ),
    });
    if let Some(envelope) = &config.mail.envelope_from {
        let envelope = envelope.domain().to_lowercase();
        if !is_aligned(&from, &envelope) {
            findings.push(Finding::warn(
                SENDER,
                format!(
                    "mail.envelope_from is of {envelope}, mail.from of {from}: under DMARC only the relay's DKIM signature of {from} makes mails credible"
                ),
            ));
        }
    }
    findings
}

/// Names that exist nowhere, or only for examples (RFC 2606, RFC 6761).
fn is_real(domain: &str) -> bool {
    const RESERVED: [&str; 6] = [
        "localhost",
        "local",
        "test",
        "invalid",
        "example",
        "internal",
    ];
    let last = domain.rsplit('.').next().unwrap_or(domain);
    domain.contains('.')
        && !RESERVED.contains(&last)
        && !["example.org", "example.com", "example.net"]
            .iter()
            .any(|example| domain == *example || domain.ends_with(&format!(".{example}")))
}

/// One is the other, or lies below it (relaxed alignment, without the list of public suffixes).
fn is_aligned(a: &str, b: &str) -> bool {
    a == b || a.ends_with(&format!(".{b}")) || b.ends_with(&format!(".{a}"))
}

#[cfg(test)]
mod tests {
    use super::{is_aligned, is_real};

    #[test]
    fn senders_are_judged_by_their_domain() {
        for domain in ["blatt.de", "mail.blatt.de"] {
            assert!(is_real(domain), "{domain}");
        }
        for domain in [
            "localhost",
            "blatt",
            "example.org",
            "a.example.com",
            "x.test",
        ] {
            assert!(!is_real(domain), "{domain}");
        }
        assert!(is_aligned("blatt.de", "bounce.blatt.de") && is_aligned("blatt.de", "blatt.de"));
        assert!(!is_aligned("blatt.de", "anderesblatt.de"));
    }
}
