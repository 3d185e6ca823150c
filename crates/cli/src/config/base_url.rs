//! The public base URL, the only source of every absolute URL (product §1).

use std::{fmt, net::IpAddr, str::FromStr};
use url::{Host, Url};

/// An origin: scheme, host and port, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    origin: String,
    encrypted: bool,
    loopback: bool,
}

/// Why a text is no base URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BaseUrlError {
    /// It does not parse, or its scheme is neither `https` nor `http`.
    #[error("the base URL must be an absolute https (or http) URL, like https://id.example.com")]
    NotHttp,
    /// It has more than an origin.
    #[error("the base URL must be an origin: {0} has no place in it")]
    MoreThanOrigin(&'static str),
}

impl BaseUrl {
    /// Whether it is `https`.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// Whether its host is this machine by name or address (RFC 6761 §6.3).
    pub(crate) fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// `https://host:port`, without a slash at the end.
    pub(crate) fn as_str(&self) -> &str {
        &self.origin
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        let url = Url::parse(text).map_err(|_| BaseUrlError::NotHttp)?;
        let encrypted = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(BaseUrlError::NotHttp),
        };
        let surplus = [
            (url.path() != "/", "a path"),
            (url.query().is_some(), "a query"),
            (url.fragment().is_some(), "a fragment"),
            (
                !url.username().is_empty() || url.password().is_some(),
                "a user name or password",
            ),
        ];
        if let Some((_, what)) = surplus.iter().find(|(present, _)| *present) {
            return Err(BaseUrlError::MoreThanOrigin(what));
        }
        let loopback = is_loopback_host(&url);
        Ok(Self {
            origin: url.origin().ascii_serialization(),
            encrypted,
            loopback,
        })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

/// Whether a URL's host is this machine: `localhost` or a loopback address.
pub(crate) fn is_loopback_host(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name.eq_ignore_ascii_case("localhost")
                || name.to_ascii_lowercase().ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_origin_is_kept_in_its_canonical_spelling() {
        for (given, kept) in [
            ("https://ID.Example.com/", "https://id.example.com"),
            ("https://id.example.com:443", "https://id.example.com"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:80", "http://[::1]"),
        ] {
            assert_eq!(given.parse::<BaseUrl>().unwrap().as_str(), kept);
        }
    }

    #[test]
    fn more_than_an_origin_is_refused() {
        for (url, what) in [
            ("https://a.example/ambit", "a path"),
            ("https://a.example/?x", "a query"),
            ("https://a.example/#x", "a fragment"),
            ("https://u@a.example", "a user name or password"),
            ("https://:p@a.example", "a user name or password"),
        ] {
            assert_eq!(
                url.parse::<BaseUrl>(),
                Err(BaseUrlError::MoreThanOrigin(what)),
                "{url}"
            );
        }
        for url in [
            "",
            "id.example.com",
            "ftp://a.example",
            "https://",
            "https:",
        ] {
            assert_eq!(url.parse::<BaseUrl>(), Err(BaseUrlError::NotHttp), "{url}");
        }
    }

    #[test]
    fn loopback_is_told_by_the_host_alone() {
        for (url, loopback) in [
            ("http://localhost:1", true),
            ("http://a.localhost", true),
            ("http://127.9.9.9", true),
            ("http://[::1]", true),
            ("http://localhost.example", false),
            ("http://10.0.0.1", false),
        ] {
            assert_eq!(
                url.parse::<BaseUrl>().unwrap().is_loopback(),
                loopback,
                "{url}"
            );
        }
    }
}
