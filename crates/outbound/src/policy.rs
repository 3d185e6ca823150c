//! Which URLs are asked at all (F1), and how long and how much (F3).

use std::net::IpAddr;
use std::time::Duration;
use thiserror::Error;
use url::{Host, Url};

use crate::address::is_public;

/// The ports of the Web that are not used for anything else.
const PORTS: [u16; 2] = [443, 8443];
/// The longest URL that is looked at.
const LONGEST_URL: usize = 2048;
/// Top-level domains that mean something else in every network (RFC 6761, 6762, 7686, 8375, 9476, and ICANN's `internal`).
const SPECIAL: [&str; 9] = [
    "localhost",
    "local",
    "internal",
    "intranet",
    "home.arpa",
    "in-addr.arpa",
    "ip6.arpa",
    "onion",
    "alt",
];

/// What is allowed. The default is for production.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Whether `localhost` and loopback addresses may be asked, over plain `http` and at any port: for development and tests.
    pub loopback_allowed: bool,
    /// How long a request may take, from looking up the name to the last byte: at most five seconds.
    pub timeout: Duration,
    /// How large an answer may be, in bytes: at most 256 KiB.
    pub max_body: usize,
    /// Certificates, as DER, of authorities that are trusted besides those of the system: for providers within a company.
    pub extra_roots: Vec<Vec<u8>>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            loopback_allowed: false,
            timeout: Duration::from_secs(5),
            max_body: 256 * 1024,
            extra_roots: Vec::new(),
        }
    }
}

/// Why a URL or an address is not asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Forbidden {
    /// It is no absolute URL, or longer than 2048 bytes.
    #[error("not a URL")]
    NotAnUrl,
    /// It is not `https`.
    #[error("the scheme is not https")]
    Scheme,
    /// The port is neither 443 nor 8443.
    #[error("the port is {0}")]
    Port(u16),
    /// It has a username or a password.
    #[error("it has a username or password")]
    Userinfo,
    /// The name is not one of the public domain name system.
    #[error("the name {0} is not public")]
    Name(String),
    /// The address is not public.
    #[error("the address {0} is not public")]
    Address(IpAddr),
    /// The name stands for no address.
    #[error("the name stands for no address")]
    NoAddress,
}

impl Policy {
    /// Whether a URL may be asked, as far as that can be told without looking up its name: for saying so when it is configured
    /// (H2). It is asked again, with addresses, at every request.
    ///
    /// # Errors
    /// [`Forbidden`] with the rule that it breaks.
    pub fn check_url(&self, url: &str) -> Result<Url, Forbidden> {
        if url.len() > LONGEST_URL {
            return Err(Forbidden::NotAnUrl);
        }
        let url = Url::parse(url).map_err(|_| Forbidden::NotAnUrl)?;
        let scheme = url.scheme();
        if scheme != "https" && scheme != "http" {
            return Err(Forbidden::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Forbidden::Userinfo);
        }
        let host = url.host().ok_or(Forbidden::NotAnUrl)?;
        if self.is_allowed_loopback(&host) {
            return Ok(url);
        }
        if scheme != "https" {
            return Err(Forbidden::Scheme);
        }
        let port = url.port_or_known_default().ok_or(Forbidden::NotAnUrl)?;
        if !PORTS.contains(&port) {
            return Err(Forbidden::Port(port));
        }
        match host {
            Host::Domain(name) => check_name(name)?,
            Host::Ipv4(address) => check_address(address.into())?,
            Host::Ipv6(address) => check_address(address.into())?,
        }
        Ok(url)
    }

    /// The policy, with no more time and room than F3 allows.
    pub(crate) fn bounded(self) -> Self {
        let most = Self::default();
        Self {
            timeout: self.timeout.min(most.timeout),
            max_body: self.max_body.min(most.max_body),
            ..self
        }
    }

    /// Whether the addresses that `name` stands for may all be connected to. One that may not is as bad as all.
    pub(crate) fn check_addresses(
        &self,
        name: &str,
        addresses: &[IpAddr],
    ) -> Result<(), Forbidden> {
        if addresses.is_empty() {
            return Err(Forbidden::NoAddress);
        }
        let loopback = self.is_allowed_loopback(&Host::Domain(name));
        for address in addresses {
            if loopback && address.is_loopback() {
                continue;
            }
            check_address(*address)?;
        }
        Ok(())
    }

    fn is_allowed_loopback(&self, host: &Host<&str>) -> bool {
        let is_loopback = match host {
            Host::Domain(name) => is_below(name, "localhost"),
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        self.loopback_allowed && is_loopback
    }
}

fn check_name(name: &str) -> Result<(), Forbidden> {
    // A name without a dot is looked up in the search list of the machine, and one with a last dot never.
    let has_dot = name.trim_end_matches('.').contains('.');
    let is_special = SPECIAL.iter().any(|special| is_below(name, special));
    if has_dot && !is_special {
        Ok(())
    } else {
        Err(Forbidden::Name(name.to_owned()))
    }
}

fn check_address(address: IpAddr) -> Result<(), Forbidden> {
    if is_public(address) {
        Ok(())
    } else {
        Err(Forbidden::Address(address))
    }
}

/// Whether `name` is `domain` or ends with it.
fn is_below(name: &str, domain: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name.strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// F3: nobody configures it away.
    #[test]
    fn time_and_room_are_bounded() {
        let generous = Policy {
            timeout: Duration::from_secs(600),
            max_body: usize::MAX,
            ..Policy::default()
        };
        let bounded = generous.bounded();
        assert_eq!(bounded.timeout, Duration::from_secs(5));
        assert_eq!(bounded.max_body, 256 * 1024);
        let strict = Policy {
            timeout: Duration::from_secs(1),
            max_body: 10,
            ..Policy::default()
        };
        let bounded = strict.bounded();
        assert_eq!((bounded.timeout.as_secs(), bounded.max_body), (1, 10));
    }
}
