//! What no single value shows: ranges, and values that need each other.

use std::ops::RangeInclusive;

use secrecy::ExposeSecret;
use tracing_subscriber::EnvFilter;
use url::{Host, Url};

use super::{Config, MailTransport, SecretKey};

type Complaint = (&'static str, String);

pub(super) fn check(config: &Config) -> Result<(), Complaint> {
    check_ranges(config)?;
    let url = config.database_url.expose_secret();
    if !["sqlite:", "postgres:", "postgresql:"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
    {
        return Err((
            "database_url",
            "expected sqlite://… or postgres://…".to_owned(),
        ));
    }
    if let Some(key) = &config.secret_key {
        SecretKey::parse(key.expose_secret())
            .map_err(|reason| ("secret_key", reason.to_owned()))?;
    }
    EnvFilter::try_new(&config.log.level).map_err(|_| {
        (
            "log.level",
            "expected off, error, warn, info, debug, trace, or directives".to_owned(),
        )
    })?;
    check_mail_url(config).map_err(|reason| ("mail.url", reason.to_owned()))
}

fn check_ranges(config: &Config) -> Result<(), Complaint> {
    const SECONDS: RangeInclusive<u64> = 1..=3600;
    let server = &config.server;
    let ranges: [(&'static str, u64, RangeInclusive<u64>); 18] = [
        (
            "database.max_connections",
            config.database.max_connections.into(),
            1..=1000,
        ),
        (
            "mail.send_timeout_seconds",
            config.mail.send_timeout_seconds,
            SECONDS,
        ),
        (
            "mail.alerts_per_hour",
            config.mail.alerts_per_hour.into(),
            1..=1000,
        ),
        (
            "intake.burst",
            config.intake.burst.unwrap_or(1).into(),
            1..=100_000,
        ),
        (
            "intake.max_body_bytes",
            as_u64(config.intake.max_body_bytes),
            1024..=16 * 1024 * 1024,
        ),
        (
            "server.max_connections",
            as_u64(server.max_connections),
            1..=1_000_000,
        ),
        (
            "server.header_timeout_seconds",
            server.header_timeout_seconds,
            SECONDS,
        ),
        (
            "server.body_timeout_seconds",
            server.body_timeout_seconds,
            SECONDS,
        ),
        (
            "server.request_timeout_seconds",
            server.request_timeout_seconds,
            SECONDS,
        ),
        (
            "server.idle_timeout_seconds",
            server.idle_timeout_seconds,
            SECONDS,
        ),
        (
            "server.write_timeout_seconds",
            server.write_timeout_seconds,
            SECONDS,
        ),
        ("server.shutdown_seconds", server.shutdown_seconds, 0..=3600),
        (
            "sessions.idle_hours",
            config.sessions.idle_hours.into(),
            1..=24 * 365,
        ),
        (
            "sessions.absolute_days",
            config.sessions.absolute_days.into(),
            1..=365,
        ),
        (
            "watch.shortest_minutes",
            config.watch.shortest_minutes.into(),
            1..=24 * 60,
        ),
        (
            "watch.longest_hours",
            config.watch.longest_hours.into(),
            1..=24 * 30,
        ),
        ("watch.pause_ms", config.watch.pause_ms, 0..=20_000),
        (
            "watch.version_days",
            config.watch.version_days.into(),
            1..=3650,
        ),
    ];
    for (key, value, range) in ranges {
        if !range.contains(&value) {
            return Err((
                key,
                format!(
                    "expected a number from {} to {}, not {value}",
                    range.start(),
                    range.end()
                ),
            ));
        }
    }
    Ok(())
}

fn check_mail_url(config: &Config) -> Result<(), &'static str> {
    let Some(url) = &config.mail.url else {
        return match config.mail.transport {
            MailTransport::Smtp => Err("is missing, and mail.transport is \"smtp\""),
            MailTransport::File => Ok(()),
        };
    };
    let url = Url::parse(url.expose_secret())
        .map_err(|_| "expected smtps://user:password@host or smtp://host:587?tls=required")?;
    let Some(host) = url.host() else {
        return Err("expected the name of a host");
    };
    let tls = url
        .query_pairs()
        .find(|(name, _)| name == "tls")
        .map(|(_, value)| value.into_owned());
    let encrypted = match (url.scheme(), tls.as_deref()) {
        ("smtps", _) | ("smtp", Some("required")) => true,
        // Opportunistic means that whoever sits on the line decides.
        ("smtp", None | Some("opportunistic")) => false,
        ("smtp", Some(_)) => return Err("expected tls=required or tls=opportunistic"),
        _ => return Err("expected a URL that begins with smtps:// or smtp://"),
    };
    if url.password().is_some() && !encrypted && !is_loopback(&host) {
        return Err("would send the password unencrypted; use smtps:// or add ?tls=required");
    }
    Ok(())
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        // A scheme that is not a web one leaves addresses unparsed.
        Host::Domain(name) => {
            *name == "localhost"
                || name
                    .parse()
                    .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
        }
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

fn as_u64(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
