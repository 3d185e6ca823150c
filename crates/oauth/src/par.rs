//! Pushed authorization requests (RFC 9126): the answer, and the `request_uri` that stands for the
//! request from then on. What is pushed is an authorization request as any other.

use crate::{ErrorCode, OAuthError};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What every `request_uri` of a pushed request begins with (RFC 9126 §2.2).
pub const REQUEST_URI_PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// Longest reference behind the prefix, in bytes.
const MAX_REFERENCE_BYTES: usize = 128;

/// The `request_uri` of a pushed request: the prefix and a reference that can't be guessed.
/// `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequestUri(String);

impl RequestUri {
    /// The URI of a reference: 1 to 128 characters of base64url.
    ///
    /// # Errors
    /// `invalid_request_uri` if it is none.
    pub fn new(reference: &str) -> Result<Self, OAuthError> {
        format!("{REQUEST_URI_PREFIX}{reference}").parse()
    }

    /// The URI.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the prefix: the key of the request.
    pub fn reference(&self) -> &str {
        self.0.strip_prefix(REQUEST_URI_PREFIX).unwrap_or_default()
    }
}

impl FromStr for RequestUri {
    type Err = OAuthError;

    /// # Errors
    /// `request_uri_not_supported` for an address of the client's own (nothing is fetched; F5),
    /// `invalid_request_uri` for one that this server can't have made.
    fn from_str(text: &str) -> Result<Self, OAuthError> {
        let Some(reference) = text.strip_prefix(REQUEST_URI_PREFIX) else {
            return Err(OAuthError::new(
                ErrorCode::RequestUriNotSupported,
                "parameter 'request_uri' must come from the pushed authorization request endpoint",
            ));
        };
        let base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let long = (1..=MAX_REFERENCE_BYTES).contains(&reference.len());
        if long && reference.bytes().all(base64url) {
            Ok(Self(text.to_owned()))
        } else {
            Err(OAuthError::new(
                ErrorCode::InvalidRequestUri,
                "parameter 'request_uri' is unknown or expired",
            ))
        }
    }
}

impl TryFrom<String> for RequestUri {
    type Error = OAuthError;

    fn try_from(text: String) -> Result<Self, OAuthError> {
        text.parse()
    }
}

impl From<RequestUri> for String {
    fn from(uri: RequestUri) -> Self {
        uri.0
    }
}

impl fmt::Debug for RequestUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestUri")
    }
}

/// The answer to a pushed request (RFC 9126 §2.2), sent with status 201.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PushedAuthorizationResponse {
    /// What stands for the request.
    pub request_uri: RequestUri,
    /// Lifetime in seconds.
    pub expires_in: u64,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn rfc9126_2_2_answer() {
        let request_uri = RequestUri::new("6esc_11ACC5bwc014ltc14eY22c").unwrap();
        assert_eq!(request_uri.reference(), "6esc_11ACC5bwc014ltc14eY22c");
        assert!(!format!("{request_uri:?}").contains("6esc"));
        assert_eq!(request_uri.as_str().parse(), Ok(request_uri.clone()));
        let response = PushedAuthorizationResponse {
            request_uri,
            expires_in: 60,
        };
        assert_eq!(
            serde_json::to_value(&response).unwrap(),
            json!({
                "request_uri": "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c",
                "expires_in": 60,
            })
        );
    }

    #[test]
    fn a13_f5_no_other_request_uri_is_taken() {
        for text in [
            "https://client.example.com/request.jwt",
            "http://169.254.169.254/",
            "urn:example:x",
            "URN:ietf:params:oauth:request_uri:abc",
            " urn:ietf:params:oauth:request_uri:abc",
        ] {
            let error = text.parse::<RequestUri>().unwrap_err();
            assert_eq!(error.code(), ErrorCode::RequestUriNotSupported, "{text}");
        }
        for reference in ["", "a b", "a\n", "a/b", "a%20", "é", "a:b", "a#b"] {
            let error = RequestUri::new(reference).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidRequestUri, "{reference}");
        }
        assert!(RequestUri::new(&"a".repeat(128)).is_ok());
        assert!(RequestUri::new(&"a".repeat(129)).is_err());
    }
}
