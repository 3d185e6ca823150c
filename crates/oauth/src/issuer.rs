//! Issuer identifiers (RFC 8414 §2).

use crate::resource::is_uri_byte;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;
use url::Url;

/// The identifier of an authorization server, kept and compared as written: an `https` URL
/// without user information, query or fragment. `http` is taken too, for a server on loopback;
/// whether it may be used is decided by the server's configuration.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Issuer {
    text: String,
    origin_len: usize,
}

/// The text is no issuer identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an issuer is an https URL without user information, query, fragment or dot segments")]
pub struct IssuerError;

impl Issuer {
    /// The identifier as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme and authority: `https://host:8443`.
    pub fn origin(&self) -> &str {
        self.text.get(..self.origin_len).unwrap_or_default()
    }

    /// What follows the origin: empty, or beginning with a slash.
    pub fn path(&self) -> &str {
        self.text.get(self.origin_len..).unwrap_or_default()
    }
}

impl FromStr for Issuer {
    type Err = IssuerError;

    /// RFC 8414 §2: "a URL that uses the "https" scheme and has no query or fragment
    /// components". Only the normal form is taken, so that equal issuers are equal texts.
    fn from_str(text: &str) -> Result<Self, IssuerError> {
        let url = Url::parse(text).map_err(|_| IssuerError)?;
        let normal = url.as_str();
        let is_normal = normal == text || normal.strip_suffix('/') == Some(text);
        let web = matches!(url.scheme(), "https" | "http");
        let bare = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if !(is_normal && web && bare && text.bytes().all(is_uri_byte)) {
            return Err(IssuerError);
        }
        let origin_len = normal.len() - url.path().len();
        Ok(Self {
            text: text.to_owned(),
            origin_len,
        })
    }
}

impl TryFrom<String> for Issuer {
    type Error = IssuerError;

    fn try_from(text: String) -> Result<Self, IssuerError> {
        text.parse()
    }
}

impl From<Issuer> for String {
    fn from(issuer: Issuer) -> Self {
        issuer.text
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn rfc8414_2_issuers() {
        for (text, origin, path) in [
            ("https://as.example", "https://as.example", ""),
            ("https://as.example/", "https://as.example", "/"),
            (
                "https://as.example:8443/v1/realms/r",
                "https://as.example:8443",
                "/v1/realms/r",
            ),
            ("http://[::1]:8080/a/", "http://[::1]:8080", "/a/"),
        ] {
            let issuer: Issuer = text.parse().unwrap();
            assert_eq!(
                (issuer.as_str(), issuer.origin(), issuer.path()),
                (text, origin, path)
            );
        }
        for text in [
            "",
            "as.example",
            "ftp://as.example",
            "https://as.example?x",
            "https://as.example/#",
            "https://u@as.example",
            "https://u:p@as.example",
            "https://AS.example",
            "https://as.example:443",
            "https://as.example/a/../b",
            "https://as.example/a b",
            "https://as.example\\a",
            " https://as.example",
        ] {
            assert_eq!(text.parse::<Issuer>(), Err(IssuerError), "{text:?}");
        }
    }
}
