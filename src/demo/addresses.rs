//! Where the demo listens, so that the magazine is another origin than we are: on this machine by another name for the
//! same port, in a network by the next port.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
};

use tokio::net::TcpListener;

use super::magazine::MagazineIs;
use crate::web::server::{self, ServerError};

/// How often another free port is tried when none was asked for.
const TRIES: usize = 20;

/// Open sockets and the addresses that lead to them.
#[derive(Debug)]
pub struct Addresses {
    /// Everything that listens.
    pub listeners: Vec<TcpListener>,
    /// Our own origin.
    pub melder: String,
    /// The magazine's origin, and by what other names it can be reached.
    pub magazine: Vec<String>,
    /// How requests to the magazine are told from those to us.
    pub magazine_is: MagazineIs,
    /// Whether other machines reach it.
    pub in_network: bool,
}

/// Opens the sockets. With port 0 a free one is chosen.
///
/// # Errors
/// [`ServerError::Bind`] names the address.
pub async fn open(listen: SocketAddr) -> Result<Addresses, ServerError> {
    let mut tries = TRIES;
    loop {
        tries -= 1;
        let opened = if listen.ip().is_loopback() {
            on_this_machine(listen).await
        } else {
            in_network(listen).await
        };
        match opened {
            // The port that was chosen is free here and taken there.
            Err(ServerError::Bind { source, .. })
                if listen.port() == 0 && tries > 0 && source.kind() == io::ErrorKind::AddrInUse => {
            }
            result => return result,
        }
    }
}

async fn on_this_machine(listen: SocketAddr) -> Result<Addresses, ServerError> {
    let first = server::bind(listen).await?;
    let own = address_of(&first, listen)?;
    let port = own.port();
    let mut listeners = vec![first];
    // `localhost` may be either of these.
    for ip in [
        IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::LOCALHOST),
    ] {
        if ip == own.ip() {
            continue;
        }
        match server::bind((ip, port).into()).await {
            Ok(listener) => listeners.push(listener),
            // Somebody else would answer for the magazine.
            Err(ServerError::Bind { address, source })
                if source.kind() == io::ErrorKind::AddrInUse =>
            {
                return Err(ServerError::Bind { address, source });
            }
            // A machine without IPv6.
            Err(_) => {}
        }
    }
    let host = if port == 80 {
        "localhost".to_owned()
    } else {
        format!("localhost:{port}")
    };
    Ok(Addresses {
        listeners,
        melder: origin(own.ip(), port),
        magazine: vec![format!("http://{host}")],
        magazine_is: MagazineIs::AtHost(host),
        in_network: false,
    })
}

async fn in_network(listen: SocketAddr) -> Result<Addresses, ServerError> {
    let first = server::bind(listen).await?;
    let port = address_of(&first, listen)?.port();
    let next = port.checked_add(1).ok_or_else(|| ServerError::Bind {
        address: listen,
        source: io::Error::new(
            io::ErrorKind::InvalidInput,
            "the magazine needs the port after it",
        ),
    })?;
    let second = server::bind((listen.ip(), next).into()).await?;
    let ip = if listen.ip().is_unspecified() {
        own_address()
    } else {
        listen.ip()
    };
    let mut magazine = vec![origin(ip, next)];
    if listen.ip().is_unspecified() {
        magazine.push(format!("http://localhost:{next}"));
        magazine.push(format!("http://127.0.0.1:{next}"));
    }
    Ok(Addresses {
        listeners: vec![first, second],
        melder: origin(ip, port),
        magazine,
        magazine_is: MagazineIs::AtPort(next),
        in_network: true,
    })
}

fn address_of(listener: &TcpListener, asked: SocketAddr) -> Result<SocketAddr, ServerError> {
    listener.local_addr().map_err(|source| ServerError::Bind {
        address: asked,
        source,
    })
}

fn origin(ip: IpAddr, port: u16) -> String {
    let host = match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    if port == 80 {
        format!("http://{host}")
    } else {
        format!("http://{host}:{port}")
    }
}

/// The address under which other machines of the network see this one: what it would send from. Nothing is sent.
fn own_address() -> IpAddr {
    // Addresses for documentation (RFC 5737, RFC 3849): routed like any other, and nobody's.
    let ways: [(IpAddr, &str); 2] = [
        (IpAddr::V4(Ipv4Addr::UNSPECIFIED), "192.0.2.1:9"),
        (IpAddr::V6(Ipv6Addr::UNSPECIFIED), "[2001:db8::1]:9"),
    ];
    ways.iter()
        .find_map(|(from, to)| {
            let socket = UdpSocket::bind((*from, 0)).ok()?;
            socket.connect(to).ok()?;
            socket
                .local_addr()
                .ok()
                .map(|a| a.ip())
                .filter(|ip| !ip.is_unspecified())
        })
        .unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn on_this_machine_the_magazine_is_another_name() {
        let opened = open("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let port = opened.listeners[0].local_addr().unwrap().port();
        assert_eq!(opened.melder, format!("http://127.0.0.1:{port}"));
        assert_eq!(opened.magazine, [format!("http://localhost:{port}")]);
        assert!(!opened.in_network);
        let taken = open(([127, 0, 0, 1], port).into()).await.unwrap_err();
        assert!(
            taken.to_string().contains(&format!("127.0.0.1:{port}")),
            "{taken}"
        );
    }

    #[tokio::test]
    async fn in_a_network_the_magazine_is_the_next_port() {
        let opened = open("0.0.0.0:0".parse().unwrap()).await.unwrap();
        let port = opened.listeners[0].local_addr().unwrap().port();
        assert!(opened.in_network && opened.melder.ends_with(&format!(":{port}")));
        assert_eq!(opened.magazine_is, MagazineIs::AtPort(port + 1));
        assert!(!opened.melder.contains("0.0.0.0"), "{}", opened.melder);
    }
}
