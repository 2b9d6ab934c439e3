//! Who is believed about whom.

use poem::http::HeaderName;

use super::*;

const PROXY: &str = "10.0.0.1";

/// The address that a request is counted under: from `peer`, with these headers, trusting 10.0.0.0/8 and `fd00::/8`.
fn client(peer: &str, lines: &[(&'static str, &str)]) -> String {
    let networks = ClientNetworks::new(vec![
        "10.0.0.0/8".parse().unwrap(),
        "fd00::/8".parse().unwrap(),
    ])
    .unwrap();
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(*name, value.parse().unwrap());
    }
    networks
        .client(peer.parse::<IpAddr>().unwrap().to_canonical(), &headers)
        .to_string()
}

fn behind_proxy(value: &str) -> String {
    client(PROXY, &[("x-forwarded-for", value)])
}

#[test]
fn a_stranger_is_not_believed() {
    assert_eq!(
        client("192.0.2.1", &[("x-forwarded-for", "198.51.100.1")]),
        "192.0.2.1"
    );
    assert_eq!(
        client("192.0.2.1", &[("forwarded", "for=198.51.100.1")]),
        "192.0.2.1"
    );
}

#[test]
fn a_trusted_proxy_is_believed_from_the_right() {
    assert_eq!(behind_proxy("192.0.2.1"), "192.0.2.1");
    assert_eq!(
        behind_proxy("198.51.100.1, 192.0.2.1"),
        "192.0.2.1",
        "what the client sent along"
    );
    assert_eq!(
        behind_proxy("198.51.100.1, 192.0.2.1, 10.9.9.9"),
        "192.0.2.1",
        "two proxies of ours"
    );
    assert_eq!(
        client(
            PROXY,
            &[
                ("x-forwarded-for", "198.51.100.1"),
                ("x-forwarded-for", "192.0.2.1")
            ]
        ),
        "192.0.2.1"
    );
    assert_eq!(
        behind_proxy("10.1.1.1, 10.2.2.2"),
        "10.1.1.1",
        "a colleague within the house"
    );
    assert_eq!(client(PROXY, &[]), PROXY);
    assert_eq!(
        client("::ffff:10.0.0.1", &[("x-forwarded-for", "192.0.2.1")]),
        "192.0.2.1"
    );
}

#[test]
fn what_cannot_be_read_ends_the_walk() {
    assert_eq!(behind_proxy("198.51.100.1, unknown"), PROXY);
    assert_eq!(behind_proxy("198.51.100.1, nonsense, 10.9.9.9"), "10.9.9.9");
    assert_eq!(behind_proxy(""), PROXY);
    assert_eq!(
        client(PROXY, &[("forwarded", "for=198.51.100.1, for=_hidden")]),
        PROXY
    );
    assert_eq!(
        client(PROXY, &[("forwarded", "for=\"198.51.100.1, for=192.0.2.1")]),
        "192.0.2.1"
    );
}

#[test]
fn both_headers_are_read_in_every_form() {
    for value in ["192.0.2.1:4711", "::ffff:192.0.2.1"] {
        assert_eq!(behind_proxy(value), "192.0.2.1");
    }
    for value in ["2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:80"] {
        assert_eq!(behind_proxy(value), "2001:db8::1");
    }
    assert_eq!(
        client(
            PROXY,
            &[(
                "forwarded",
                "proto=https;For=\"[2001:db8::1]:80\";by=10.0.0.1"
            )]
        ),
        "2001:db8::1"
    );
    assert_eq!(
        client(
            PROXY,
            &[("forwarded", "for=198.51.100.1, for=192.0.2.1;proto=https")]
        ),
        "192.0.2.1"
    );
}

#[test]
fn a_header_that_the_proxy_did_not_write_gains_nothing() {
    let both = |forwarded: &str| {
        client(
            PROXY,
            &[("x-forwarded-for", "192.0.2.1"), ("forwarded", forwarded)],
        )
    };
    assert_eq!(both("for=198.51.100.1"), PROXY);
    assert_eq!(both("for=192.0.2.1"), "192.0.2.1");
}

#[test]
fn a_network_has_one_key_for_a_day_and_another_tomorrow() {
    let networks = ClientNetworks::new(Vec::new()).unwrap();
    let now = Instant::now();
    let key = |address: &str, now: Instant| {
        networks.key_at(Some(address.parse().unwrap()), &HeaderMap::new(), now)
    };
    assert_eq!(key("192.0.2.1", now), key("192.0.2.200", now));
    assert_ne!(key("192.0.2.1", now), key("192.0.3.1", now));
    assert_eq!(key("2001:db8:0:1::1", now), key("2001:db8:0:ff::2", now));
    assert_ne!(key("2001:db8:0:1::1", now), key("2001:db8:0:100::1", now));
    assert_eq!(key("::ffff:192.0.2.1", now), key("192.0.2.9", now));
    let today = key("192.0.2.1", now);
    assert_eq!(today, key("192.0.2.1", now + KEY_LIFE / 2));
    assert_ne!(today, key("192.0.2.1", now + KEY_LIFE));
}

#[test]
fn nothing_of_an_address_is_shown() {
    let networks = ClientNetworks::new(Vec::new()).unwrap();
    let request = Request::default();
    assert_eq!(format!("{:?}", networks.key(&request)), "NetworkKey(…)");
}

#[test]
fn what_a_proxy_passes_on_is_not_from_this_machine() {
    let local = |peer: &str, trusted: &[&str], lines: &[(&'static str, &str)]| {
        let trusted = trusted.iter().map(|t| t.parse().unwrap()).collect();
        let headers = lines
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        ClientNetworks::new(trusted)
            .unwrap()
            .is_local_at(peer.parse().unwrap(), &headers)
    };
    let reader = [("x-forwarded-for", "192.0.2.1")];
    let here = [("x-forwarded-for", "127.0.0.1")];
    assert!(local("127.0.0.1", &[], &[]) && local("::1", &[], &[]));
    assert!(local("::ffff:127.0.0.1", &[], &[]));
    assert!(!local("192.0.2.1", &[], &[]) && !local("192.0.2.1", &[], &here));
    assert!(!local("127.0.0.1", &[], &reader) && !local("127.0.0.1", &[], &here));
    assert!(!local("127.0.0.1", &[], &[("via", "1.1 proxy")]));
    assert!(!local("127.0.0.1", &["127.0.0.0/8"], &reader));
    assert!(local("127.0.0.1", &["127.0.0.0/8"], &[]));
    assert!(!local("10.0.0.1", &["10.0.0.0/8"], &[]));
}
