//! Values with a form of their own: each is read from a string and refused with a sentence.

use std::fmt::{self, Display};
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use ipnet::IpNet;
use lettre::Address;
use lettre::message::Mailbox;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use url::Url;

use super::{LogFormat, MailTransport, MetricsAccess};
use crate::domain::second_factor::FactorDuty;

/// The address under which we are reached: `https://melder.example`, without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PublicUrl(String);

impl PublicUrl {
    /// What a server that listens on `address` is called when nobody says otherwise.
    #[must_use]
    pub fn of_address(address: SocketAddr) -> Self {
        if address.ip().is_unspecified() {
            Self(format!("http://localhost:{}", address.port()))
        } else {
            Self(format!("http://{address}"))
        }
    }

    /// The URL, without a slash at its end. It has no path, so it is the origin as well.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it promises a secure connection: cookies can be `Secure`, HSTS can be sent.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl Display for PublicUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for PublicUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| "expected a URL such as https://melder.example")?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err("expected a URL that begins with https:// or http://");
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err("expected a URL without a path, a query or a fragment");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("expected a URL without a user name or a password");
        }
        Ok(Self(url.origin().ascii_serialization()))
    }
}

impl TryFrom<String> for PublicUrl {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl TryFrom<String> for MailTransport {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "file" => Ok(Self::File),
            "smtp" => Ok(Self::Smtp),
            _ => Err("expected \"file\" or \"smtp\""),
        }
    }
}

impl TryFrom<String> for MetricsAccess {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "off" => Ok(Self::Off),
            "loopback" => Ok(Self::Loopback),
            "all" => Ok(Self::All),
            _ => Err("expected \"off\", \"loopback\" or \"all\""),
        }
    }
}

impl TryFrom<String> for LogFormat {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "pretty" => Ok(Self::Pretty),
            "json" => Ok(Self::Json),
            _ => Err("expected \"pretty\" or \"json\""),
        }
    }
}

pub(super) fn socket_address<'de, D: Deserializer<'de>>(value: D) -> Result<SocketAddr, D::Error> {
    String::deserialize(value)?.parse().map_err(|_| {
        D::Error::custom("expected an address and a port such as 127.0.0.1:8080 or [::]:8080")
    })
}

pub(super) fn factor_duty<'de, D: Deserializer<'de>>(value: D) -> Result<FactorDuty, D::Error> {
    FactorDuty::parse(&String::deserialize(value)?)
        .ok_or_else(|| D::Error::custom("expected \"off\", \"admins\" or \"everyone\""))
}

/// A list, or one string with commas: the environment has no lists.
pub(super) fn networks<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<IpNet>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Together(String),
        Apart(Vec<String>),
    }
    let parts = match Written::deserialize(value)
        .map_err(|_| D::Error::custom("expected a list of addresses or networks"))?
    {
        Written::Together(text) => text.split([',', ' ']).map(str::to_owned).collect(),
        Written::Apart(parts) => parts,
    };
    parts
        .iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty())
        .map(|part| {
            part.parse::<IpNet>()
                .or_else(|_| part.parse::<IpAddr>().map(IpNet::from))
                .map_err(|_| {
                    D::Error::custom(format!(
                        "{part:?} is neither an address nor a network such as 10.0.0.0/8"
                    ))
                })
        })
        .collect()
}

/// A list of host names or addresses, or one string with commas: the environment has no lists.
pub(super) fn hosts<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Together(String),
        Apart(Vec<String>),
    }
    let parts = match Written::deserialize(value)
        .map_err(|_| D::Error::custom("expected a list of host names"))?
    {
        Written::Together(text) => text.split([',', ' ']).map(str::to_owned).collect(),
        Written::Apart(parts) => parts,
    };
    parts
        .iter()
        .map(|part| part.trim().trim_matches(['[', ']']))
        .filter(|part| !part.is_empty())
        .map(|part| {
            let is_address = part.parse::<IpAddr>().is_ok();
            if is_address || url::Host::parse(part).is_ok() {
                Ok(part.to_ascii_lowercase())
            } else {
                Err(D::Error::custom(format!(
                    "{part:?} is no host; expected a name such as cms.example.org, without scheme and port"
                )))
            }
        })
        .collect()
}

pub(super) fn mailbox<'de, D: Deserializer<'de>>(value: D) -> Result<Mailbox, D::Error> {
    parse_mailbox(&String::deserialize(value)?)
}

pub(super) fn optional_mailbox<'de, D: Deserializer<'de>>(
    value: D,
) -> Result<Option<Mailbox>, D::Error> {
    Option::<String>::deserialize(value)?
        .as_deref()
        .map(parse_mailbox)
        .transpose()
}

pub(super) fn optional_address<'de, D: Deserializer<'de>>(
    value: D,
) -> Result<Option<Address>, D::Error> {
    let Some(text) = Option::<String>::deserialize(value)? else {
        return Ok(None);
    };
    text.parse()
        .map(Some)
        .map_err(|_| D::Error::custom("expected an address such as bounces@example.org"))
}

fn parse_mailbox<E: Error>(text: &str) -> Result<Mailbox, E> {
    // lettre panics later at a line break in a name.
    if text.chars().any(char::is_control) {
        return Err(E::custom("expected an address without control characters"));
    }
    text.parse()
        .map_err(|_| E::custom("expected an address such as \"Newsroom <errors@example.org>\""))
}

/// The sender of a newsroom that has not configured one; good for mails as files, no relay will take it far.
pub(super) fn default_sender() -> Mailbox {
    #[expect(
        clippy::expect_used,
        reason = "a fixed, valid address; a test loads the defaults"
    )]
    let address =
        Address::new("fehlermelder", "localhost").expect("the default sender is an address");
    Mailbox::new(Some("Fehlermelder".to_owned()), address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_urls_are_normalised_or_refused() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(
                text.parse::<PublicUrl>()
                    .ok()
                    .as_ref()
                    .map(PublicUrl::as_str),
                expected,
                "{text}"
            );
        };
        check("https://melder.example", Some("https://melder.example"));
        check(
            "HTTPS://Melder.example:443/",
            Some("https://melder.example"),
        );
        check("http://127.0.0.1:8080/", Some("http://127.0.0.1:8080"));
        for bad in [
            "melder.example",
            "/melder",
            "ftp://a.example",
            "https://a.example/b",
            "https://a.example?b",
            "",
        ] {
            check(bad, None);
        }
        check("https://user@a.example", None);
        assert_eq!(
            PublicUrl::of_address("0.0.0.0:80".parse().unwrap()).as_str(),
            "http://localhost:80"
        );
    }
}
