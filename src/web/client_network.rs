//! From which network a request comes, without knowing whose it is.
//!
//! Rate limits need to tell networks apart, and nothing more. So the address is shortened to its /24 or /56 and goes
//! through an HMAC under a key that exists in memory only and is replaced every day. What is left is a number that
//! nobody can turn back; the address itself is neither stored nor logged.
//!
//! Behind a reverse proxy the address of the connection is the proxy's. What the proxy says is believed only if it is
//! listed in `trusted_proxies`, and then read from the right, where trusted hands wrote: what stands further left is
//! whatever the client sent along.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use ipnet::IpNet;
use poem::Request;
use poem::http::header::FORWARDED;
use poem::http::{HeaderMap, HeaderName};
use sha2::Sha256;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// How long a key lives.
const KEY_LIFE: Duration = Duration::from_hours(24);
/// A chain of proxies longer than this is not one of ours.
const MAX_HOPS: usize = 32;

/// A network, for a day. Equal for requests from the same one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct NetworkKey([u8; 16]);

impl NetworkKey {
    /// A network from which no request comes, for what is only played.
    #[must_use]
    pub const fn invented(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The opaque bytes, to be hashed further: they name no address.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

#[cfg(test)]
impl NetworkKey {
    /// One of 65,536 networks.
    pub(super) fn for_test(number: u16) -> Self {
        let mut bytes = [0; 16];
        bytes[..2].copy_from_slice(&number.to_be_bytes());
        Self(bytes)
    }
}

impl fmt::Debug for NetworkKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("NetworkKey(…)")
    }
}

/// Turns requests into [`NetworkKey`]s.
pub struct ClientNetworks {
    trusted: Vec<IpNet>,
    key: Mutex<DailyKey>,
}

struct DailyKey {
    bytes: [u8; 32],
    made: Instant,
}

impl DailyKey {
    fn new(now: Instant) -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self { bytes, made: now })
    }
}

impl ClientNetworks {
    /// Believes what the proxies in `trusted` say about where a request comes from.
    ///
    /// # Errors
    ///
    /// When the system gives no random bytes.
    pub fn new(trusted: Vec<IpNet>) -> Result<Self, getrandom::Error> {
        Ok(Self {
            trusted,
            key: Mutex::new(DailyKey::new(Instant::now())?),
        })
    }

    /// The network that the request comes from. Requests over something other than TCP count as one network.
    #[must_use]
    pub fn key(&self, request: &Request) -> NetworkKey {
        self.key_at(
            request.remote_addr().as_socket_addr().map(SocketAddr::ip),
            request.headers(),
            Instant::now(),
        )
    }

    /// Whether the request comes from this machine, and not through a proxy on it.
    #[must_use]
    pub fn is_local(&self, request: &Request) -> bool {
        let peer = request.remote_addr().as_socket_addr().map(SocketAddr::ip);
        peer.is_some_and(|peer| self.is_local_at(peer, request.headers()))
    }

    fn is_local_at(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        let peer = peer.to_canonical();
        // A proxy that nobody told us of is a stranger's way in, whatever address it has itself.
        let passed_on = ["forwarded", "x-forwarded-for", "x-real-ip", "via"]
            .iter()
            .any(|name| headers.contains_key(*name));
        peer.is_loopback()
            && (!passed_on || self.trusts(peer))
            && self.client(peer, headers).to_canonical().is_loopback()
    }

    fn key_at(&self, peer: Option<IpAddr>, headers: &HeaderMap, now: Instant) -> NetworkKey {
        let network = peer.map(|peer| shortened(self.client(peer.to_canonical(), headers)));
        self.keyed(
            network.as_ref().map_or(&[][..], |network| &network[..]),
            now,
        )
    }

    /// The address that is nobody's whom we trust.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.trusts(peer) {
            return peer;
        }
        let chains = [x_forwarded_for(headers), forwarded(headers)];
        let mut found = chains
            .iter()
            .filter(|chain| !chain.is_empty())
            .map(|chain| self.last_stranger(peer, chain));
        let first = found.next().unwrap_or(peer);
        // A proxy writes one of the two headers and may pass the other on as the client sent it. If they disagree, one
        // is forged, and nobody can say which: such requests count as the proxy's own.
        if found.all(|other| other == first) {
            first
        } else {
            peer
        }
    }

    /// Walks from the nearest hop outwards. A hop that cannot be read ends the walk: what lies beyond is hearsay.
    fn last_stranger(&self, peer: IpAddr, chain: &[Option<IpAddr>]) -> IpAddr {
        let mut reached = peer;
        for hop in chain.iter().rev().take(MAX_HOPS) {
            match hop {
                Some(address) => reached = *address,
                None => break,
            }
            if !self.trusts(reached) {
                break;
            }
        }
        reached
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted
            .iter()
            .any(|network| network.contains(&address))
    }

    fn keyed(&self, network: &[u8], now: Instant) -> NetworkKey {
        let mut key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_duration_since(key.made) >= KEY_LIFE {
            match DailyKey::new(now) {
                Ok(new) => *key = new,
                Err(error) => tracing::error!(%error, "no random bytes for a new network key"),
            }
        }
        let bytes = key.bytes;
        drop(key);
        // HMAC takes a key of any length, so this is never empty.
        let digest = Hmac::<Sha256>::new_from_slice(&bytes)
            .map(|hmac| hmac.chain_update(network).finalize().into_bytes());
        let mut short = [0; 16];
        if let Ok(digest) = digest {
            short.copy_from_slice(&digest[..16]);
        }
        NetworkKey(short)
    }
}

/// What one household or office shares: the first 24 bits of an IPv4 address, the first 56 of an IPv6 one, and which of
/// the two it is.
fn shortened(address: IpAddr) -> [u8; 8] {
    let mut network = [0; 8];
    match address {
        IpAddr::V4(address) => {
            network[0] = 4;
            network[1..4].copy_from_slice(&address.octets()[..3]);
        }
        IpAddr::V6(address) => {
            network[0] = 6;
            network[1..].copy_from_slice(&address.octets()[..7]);
        }
    }
    network
}

/// The hops of `X-Forwarded-For`, the nearest last; `None` for one that cannot be read.
fn x_forwarded_for(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    entries(headers, &X_FORWARDED_FOR)
        .map(|entry| entry.as_deref().and_then(address))
        .collect()
}

/// The hops of `Forwarded`, the nearest last; `None` for one that cannot be read or hides itself.
fn forwarded(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let hop = |entry: String| {
        entry.split(';').find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case("for")
                .then(|| address(value.trim().trim_matches('"')))?
        })
    };
    entries(headers, &FORWARDED)
        .map(|entry| entry.and_then(hop))
        .collect()
}

/// The parts between commas of all headers of this name, in order; `None` for a header that is not text.
fn entries<'a>(
    headers: &'a HeaderMap,
    name: &'a HeaderName,
) -> impl Iterator<Item = Option<String>> + 'a {
    headers
        .get_all(name)
        .iter()
        .flat_map(|value| match value.to_str() {
            Ok(text) => text
                .split(',')
                .map(|part| Some(part.trim().to_owned()))
                .collect(),
            Err(_) => vec![None],
        })
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
fn address(text: &str) -> Option<IpAddr> {
    let bare = || {
        text.strip_prefix('[')?
            .strip_suffix(']')?
            .parse::<IpAddr>()
            .ok()
    };
    text.parse::<IpAddr>()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
        .or_else(bare)
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests;
