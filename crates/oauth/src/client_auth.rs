//! How a client presents itself at an endpoint (RFC 6749 §2.3, RFC 7521 §4.2). Nothing here is
//! authenticated yet.

use crate::form::{Parameters, decode};
use crate::{OAuthError, Secret, TokenEndpointAuthMethod};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The `client_assertion_type` of a JWT (RFC 7523 §2.2).
pub const CLIENT_ASSERTION_TYPE_JWT: &str =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Longest client identifier, in bytes.
const MAX_CLIENT_ID_BYTES: usize = 256;

/// A client identifier (RFC 6749 §2.2): 1 to 256 printable ASCII characters (appendix A.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClientId(String);

impl ClientId {
    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClientId {
    type Err = OAuthError;

    /// # Errors
    /// `invalid_client`: such a client does not exist.
    fn from_str(text: &str) -> Result<Self, OAuthError> {
        let printable = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        if text.is_empty() || text.len() > MAX_CLIENT_ID_BYTES || !printable {
            return Err(OAuthError::invalid_client(
                "the client identifier is malformed",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for ClientId {
    type Error = OAuthError;

    fn try_from(text: String) -> Result<Self, OAuthError> {
        text.parse()
    }
}

impl From<ClientId> for String {
    fn from(id: ClientId) -> Self {
        id.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The one way in which a request presents its client.
#[derive(Debug, Clone)]
pub enum PresentedClient {
    /// `client_secret_basic` (RFC 6749 §2.3.1).
    Basic {
        /// The client.
        id: ClientId,
        /// Its secret, never empty.
        secret: Secret,
    },
    /// `client_secret_post` (RFC 6749 §2.3.1).
    Post {
        /// The client.
        id: ClientId,
        /// Its secret, never empty.
        secret: Secret,
    },
    /// `private_key_jwt` (RFC 7523 §2.2).
    Assertion {
        /// The JWT.
        assertion: Secret,
        /// `client_id`, if given: it must then equal the assertion's subject (RFC 7521 §4.2).
        client_id: Option<ClientId>,
    },
    /// `client_id` alone: a public client, or one known by its TLS certificate.
    None {
        /// The client.
        client_id: ClientId,
    },
}

impl PresentedClient {
    /// Reads the client from the values of all `Authorization` headers and the body.
    ///
    /// # Errors
    /// - `invalid_request`: more than one method (RFC 6749 §2.3: "The client MUST NOT use more
    ///   than one authentication method in each request"; C4), or a parameter that lacks its
    ///   companion;
    /// - `invalid_client`: no client at all, or a header, identifier or assertion type that is
    ///   malformed or unsupported.
    pub fn from_parts(authorization: &[&str], parameters: &Parameters) -> Result<Self, OAuthError> {
        let in_body = Self::from_body(parameters)?;
        let header = match authorization {
            [] => return in_body.ok_or_else(no_client),
            [header] => header,
            _ => return Err(OAuthError::invalid_request("several Authorization headers")),
        };
        let (id, secret) = basic(header)?;
        match in_body {
            None => Ok(Self::Basic { id, secret }),
            // Repeating the identifier in the body is no second method, if it is the same.
            Some(Self::None { client_id }) if client_id == id => Ok(Self::Basic { id, secret }),
            Some(Self::None { .. }) => Err(OAuthError::invalid_request(
                "parameter 'client_id' differs from the Authorization header",
            )),
            Some(_) => Err(several_methods()),
        }
    }

    fn from_body(parameters: &Parameters) -> Result<Option<Self>, OAuthError> {
        let client_id = parameters.get("client_id").map(str::parse).transpose()?;
        let secret = parameters.get("client_secret").map(Secret::new);
        let assertion = parameters.get("client_assertion").map(Secret::new);
        let assertion_type = parameters.get("client_assertion_type");
        match (client_id, secret, assertion, assertion_type) {
            (_, Some(_), Some(_), _) | (_, Some(_), _, Some(_)) => Err(several_methods()),
            (Some(id), Some(secret), None, None) => Ok(Some(Self::Post { id, secret })),
            (None, Some(_), None, None) => Err(OAuthError::missing("client_id")),
            (client_id, None, Some(assertion), Some(CLIENT_ASSERTION_TYPE_JWT)) => {
                Ok(Some(Self::Assertion {
                    assertion,
                    client_id,
                }))
            }
            (_, None, Some(_), Some(_)) => Err(OAuthError::invalid_client(
                "the client_assertion_type is not supported",
            )),
            (_, None, Some(_), None) => Err(OAuthError::missing("client_assertion_type")),
            (_, None, None, Some(_)) => Err(OAuthError::missing("client_assertion")),
            (Some(client_id), None, None, None) => Ok(Some(Self::None { client_id })),
            (None, None, None, None) => Ok(None),
        }
    }

    /// The client it says to be, where that needs no look into an assertion.
    pub const fn client_id(&self) -> Option<&ClientId> {
        match self {
            Self::Basic { id, .. } | Self::Post { id, .. } => Some(id),
            Self::Assertion { client_id, .. } => client_id.as_ref(),
            Self::None { client_id } => Some(client_id),
        }
    }

    /// The registered method that this is an attempt at; the client's own must be the same (C4).
    pub const fn method(&self) -> TokenEndpointAuthMethod {
        match self {
            Self::Basic { .. } => TokenEndpointAuthMethod::ClientSecretBasic,
            Self::Post { .. } => TokenEndpointAuthMethod::ClientSecretPost,
            Self::Assertion { .. } => TokenEndpointAuthMethod::PrivateKeyJwt,
            Self::None { .. } => TokenEndpointAuthMethod::None,
        }
    }
}

fn no_client() -> OAuthError {
    OAuthError::invalid_client("the request has no client authentication")
}

fn several_methods() -> OAuthError {
    OAuthError::invalid_request("the request uses more than one client authentication method")
}

/// HTTP Basic (RFC 7617) with both parts form-encoded first (RFC 6749 §2.3.1). Every failure is
/// `invalid_client`, because the client tried by header (RFC 6749 §5.2).
fn basic(header: &str) -> Result<(ClientId, Secret), OAuthError> {
    let malformed = || OAuthError::invalid_client("the Authorization header is malformed");
    let (scheme, credentials) = header.split_once(' ').ok_or_else(malformed)?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return Err(OAuthError::invalid_client(
            "the Authorization scheme must be Basic here",
        ));
    }
    let pair = STANDARD
        .decode(credentials.trim_start_matches(' '))
        .map_err(|_| malformed())?;
    let pair = Secret::new(String::from_utf8(pair).map_err(|_| malformed())?);
    let (id, secret) = pair.expose().split_once(':').ok_or_else(malformed)?;
    let id = decode(id.as_bytes()).ok_or_else(malformed)?.parse()?;
    let secret = decode(secret.as_bytes())
        .filter(|secret| !secret.is_empty())
        .ok_or_else(malformed)?;
    Ok((id, Secret::new(secret)))
}

#[cfg(test)]
mod tests;
