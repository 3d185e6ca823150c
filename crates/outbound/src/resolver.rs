//! Names to addresses, looked at before anything connects to them.

use crate::policy::Policy;
use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Looks up names.
#[async_trait]
pub trait Resolver: Send + Sync + 'static {
    /// The addresses that `name` stands for.
    ///
    /// # Errors
    /// Whatever keeps them from being known.
    async fn addresses(&self, name: &str) -> std::io::Result<Vec<IpAddr>>;
}

/// The resolver of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn addresses(&self, name: &str) -> std::io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((name, 443)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// What the HTTP client asks when it connects: it gets addresses that the policy allows, or an error, and connects to no other.
pub(crate) struct Vetted {
    pub(crate) resolver: Arc<dyn Resolver>,
    pub(crate) policy: Policy,
}

impl Resolve for Vetted {
    fn resolve(&self, name: Name) -> Resolving {
        let (resolver, policy) = (Arc::clone(&self.resolver), self.policy.clone());
        Box::pin(async move {
            let addresses = resolver.addresses(name.as_str()).await?;
            policy.check_addresses(name.as_str(), &addresses)?;
            // Port 0 stands for the port of the URL.
            let sockets = addresses.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(sockets) as Addrs)
        })
    }
}
