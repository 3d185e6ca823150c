//! Browsers, as pages know them.

use jose::{JoseError, base64url};
use oauth::Secret;
use std::net::{IpAddr, Ipv6Addr};

/// What a browser says of itself.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    /// The hash of its cookie.
    pub id: String,
    /// `User-Agent`, cut to a bearable length.
    pub user_agent: String,
    /// Where it is, if that is known for sure.
    pub network: Option<Network>,
}

/// Where requests come from, for counting: an IPv4 address, or the first 64 bits of an IPv6 address,
/// for whoever has one of those has them all (U3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
        })
    }
}

/// The cookie by which a browser is known again: what begins in it goes on in it only (REG-05).
#[derive(Debug, Clone)]
pub struct BrowserCookie(Secret);

impl BrowserCookie {
    /// A cookie for a browser that has none.
    ///
    /// # Errors
    /// If there is no randomness.
    pub fn generate() -> Result<Self, JoseError> {
        let chance = jose::random_bytes::<32>()?;
        Ok(Self(Secret::new(base64url::encode(chance))))
    }

    /// What a browser presented, if it has the form of one.
    pub fn parse(text: &str) -> Option<Self> {
        base64url::decode_array::<32>(text).ok()?;
        Some(Self(Secret::new(text)))
    }

    /// The cookie's value.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What is kept of it.
    pub fn id(&self) -> String {
        let hash = jose::sha256_parts(&[b"browser:", self.0.expose().as_bytes()]);
        base64url::encode(hash)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn u3_whoever_has_a_prefix_is_one() {
        let network = |text: &str| Network::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::2"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }
}
