//! Resource indicators (RFC 8707 §2).

use crate::{ErrorCode, Issuer, OAuthError};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;
use url::Url;

/// A `resource` value: an absolute URI without fragment, kept and compared as written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResourceIndicator(String);

/// The text is no absolute URI, or it has a fragment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a resource is an absolute URI without a fragment")]
pub struct ResourceError;

impl ResourceIndicator {
    /// The URI as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ResourceIndicator {
    type Err = ResourceError;

    /// RFC 8707 §2: "Its value MUST be an absolute URI … The URI MUST NOT include a fragment
    /// component."
    fn from_str(text: &str) -> Result<Self, ResourceError> {
        if text.bytes().all(is_uri_byte) && Url::parse(text).is_ok() {
            Ok(Self(text.to_owned()))
        } else {
            Err(ResourceError)
        }
    }
}

/// The characters of RFC 3986 §2 without `#`; the URL parser itself repairs others silently.
pub(crate) const fn is_uri_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9')
        || matches!(
            byte,
            b'-' | b'.' | b'_' | b'~' | b'%' | b':' | b'/' | b'?' | b'[' | b']' | b'@'
        )
        || matches!(
            byte,
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
        )
}

impl From<&Issuer> for ResourceIndicator {
    fn from(issuer: &Issuer) -> Self {
        Self(issuer.as_str().to_owned())
    }
}

impl TryFrom<String> for ResourceIndicator {
    type Error = ResourceError;

    fn try_from(text: String) -> Result<Self, ResourceError> {
        text.parse()
    }
}

impl From<ResourceIndicator> for String {
    fn from(resource: ResourceIndicator) -> Self {
        resource.0
    }
}

impl fmt::Display for ResourceIndicator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// RFC 8707 §2: `invalid_target` for a resource that is "invalid, missing, unknown, or
/// malformed".
impl From<ResourceError> for OAuthError {
    fn from(error: ResourceError) -> Self {
        Self::new(ErrorCode::InvalidTarget, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc8707_2_absolute_without_fragment() {
        for text in [
            "https://api.example.com/app/",
            "https://x?y=z",
            "urn:example:api",
            "tag:a,2020:b",
        ] {
            assert_eq!(
                text.parse::<ResourceIndicator>().map(String::from),
                Ok(text.to_owned())
            );
        }
        for text in [
            "",
            "api",
            "/app",
            "//host/app",
            "https://",
            "https://x#",
            "https://x#f",
            " https://x",
            "https://x y",
            "https:\\\\x",
            "https://é.example",
            "https://x\n",
            "https://x:99999/",
        ] {
            assert_eq!(
                text.parse::<ResourceIndicator>(),
                Err(ResourceError),
                "{text:?}"
            );
        }
        assert_eq!(
            OAuthError::from(ResourceError).code(),
            ErrorCode::InvalidTarget
        );
    }
}
