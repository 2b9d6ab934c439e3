//! Names to addresses, public ones only. The client connects to what is answered here and asks nobody else, so that a name
//! cannot lead elsewhere between the check and the connection.

use std::{collections::BTreeSet, error::Error, io, net::IpAddr, net::SocketAddr, sync::Arc};

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::addresses::is_public;

/// Who looks names up.
pub trait LookUpName: Send + Sync {
    /// The addresses of a name.
    fn look_up(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// The machine's own resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemNames;

impl LookUpName for SystemNames {
    fn look_up(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// A name leads to an address that is not public, and the operator did not allow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name leads to an address that is not public (watch.inner_hosts allows it by name)")]
pub struct NotPublic;

/// Resolves names, and answers with public addresses only.
#[derive(Clone)]
pub struct PublicOnly {
    pub(super) names: Arc<dyn LookUpName>,
    /// Hosts that the operator allows wherever they lead, in lower case.
    pub(super) inner_hosts: Arc<BTreeSet<String>>,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().trim_end_matches('.').to_ascii_lowercase();
        let allowed = self.inner_hosts.contains(&host);
        let found = self.names.look_up(host);
        Box::pin(async move {
            let mut found = found.await?;
            if !allowed {
                // One inner address among public ones is how a rebinding begins: all or none.
                if found.iter().any(|address| !is_public(*address)) {
                    return Err(Box::new(NotPublic) as Box<dyn Error + Send + Sync>);
                }
            }
            found.truncate(8);
            let addresses: Addrs = Box::new(found.into_iter().map(|ip| SocketAddr::new(ip, 0)));
            Ok(addresses)
        })
    }
}
