//! Addresses on the web that a client registers, other than redirection URIs: pages that people
//! are shown links to, and what this server calls (RFC 7591 §2; H2).

use crate::redirect_uri::{MAX_REDIRECT_URI_BYTES, authority, is_normal};
use crate::resource::is_uri_byte;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;
use url::{Host, Url};

/// An `https` URL in normal form, of a host with a name, without credentials and fragment. Where
/// the name leads is another question: whoever calls it vets the address it connects to (F1).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebUri(String);

/// The text is no such address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "must be an https URL in normal form, of a public host name, without credentials or fragment"
)]
pub struct WebUriError;

impl WebUri {
    /// The address as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WebUri {
    type Err = WebUriError;

    fn from_str(text: &str) -> Result<Self, WebUriError> {
        let url = Url::parse(text).map_err(|_| WebUriError)?;
        let bare = url.username().is_empty() && !authority(text).contains('@');
        let written = text.len() <= MAX_REDIRECT_URI_BYTES && text.bytes().all(is_uri_byte);
        let named = match url.host() {
            Some(Host::Domain(name)) => is_public(name),
            Some(Host::Ipv4(_) | Host::Ipv6(_)) | None => false,
        };
        if url.scheme() == "https" && bare && written && named && is_normal(text, &url) {
            Ok(Self(text.to_owned()))
        } else {
            Err(WebUriError)
        }
    }
}

/// Whether a name may be one of the public web: never this machine's (RFC 6761 §6.3), and never
/// one that only a local network knows.
fn is_public(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let top = name.rsplit_once('.').map(|(_, top)| top);
    top.is_some_and(|top| !matches!(top, "" | "localhost" | "local" | "internal"))
}

impl TryFrom<String> for WebUri {
    type Error = WebUriError;

    fn try_from(text: String) -> Result<Self, WebUriError> {
        text.parse()
    }
}

impl From<WebUri> for String {
    fn from(uri: WebUri) -> Self {
        uri.0
    }
}

impl fmt::Display for WebUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn h2_f1_public_https_addresses_only() {
        for text in [
            "https://client.example.org",
            "https://client.example.org/logo.png",
            "https://client.example.org:8443/logout?a=1",
            "https://xn--bcher-kva.example/",
        ] {
            assert_eq!(text.parse::<WebUri>().unwrap().as_str(), text);
        }
        for text in [
            "",
            "client.example.org",
            "//client.example.org/",
            "http://client.example.org/",
            "HTTPS://client.example.org/",
            "https://Client.example.org/",
            "https://client.example.org:443/",
            "https://client.example.org/a/../b",
            "https://client.example.org/#f",
            "https://client.example.org/#",
            "https://user@client.example.org/",
            "https://@client.example.org/",
            "https://client.example.org\\@evil.example/",
            "https://client.example.org/ ",
            "https://client.example.org/\n",
            "https://é.example/",
            "https://localhost/",
            "https://localhost./",
            "https://a.localhost/",
            "https://printer.local/",
            "https://metadata.google.internal/",
            "https://intranet/",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://169.254.169.254/latest",
            "https://10.0.0.1/",
            "https://192.0.2.7/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "javascript:alert(1)",
            "JaVaScRiPt://client.example.org/%0aalert(1)",
            "data:text/html,x",
            "data:image/svg+xml;base64,AAAA",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:https://client.example.org/x",
            "ftp://client.example.org/",
            "gopher://client.example.org/",
            "com.example.app:/x",
        ] {
            assert_eq!(text.parse::<WebUri>(), Err(WebUriError), "{text:?}");
            assert!(serde_json::from_value::<WebUri>(text.into()).is_err());
        }
        let long = |length: usize| {
            format!("https://x.example/{}", "a".repeat(length - 18)).parse::<WebUri>()
        };
        assert!(long(2048).is_ok() && long(2049).is_err());
    }
}
