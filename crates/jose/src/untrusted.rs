//! What must be read of a token before a key can be chosen. Anyone may have written it: use it
//! to look something up, never to decide.

use crate::header::Parts;
use crate::{Algorithm, JoseError, base64url, parse_object};
use serde_json::Value;

/// The header of a token whose signature has not been verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unverified {
    /// `alg`.
    pub algorithm: Algorithm,
    /// `kid`.
    pub kid: Option<String>,
    /// `typ`.
    pub typ: Option<String>,
}

impl Unverified {
    /// Reads the header.
    ///
    /// # Errors
    /// [`JoseError`] if the token would be refused for its form, whatever its signature.
    pub fn peek(token: &str) -> Result<Self, JoseError> {
        let header = Parts::split(token)?.header;
        Ok(Self {
            algorithm: header.algorithm,
            kid: header.kid,
            typ: header.typ,
        })
    }
}

/// `iss` and `sub` of a token whose signature has not been verified: who it *says* it is from,
/// to find the keys it must then verify with (RFC 7523 §3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UntrustedClaims {
    /// `iss`, if it is a string.
    pub iss: Option<String>,
    /// `sub`, if it is a string.
    pub sub: Option<String>,
}

impl UntrustedClaims {
    /// Reads the claims.
    ///
    /// # Errors
    /// [`JoseError`] if the token would be refused for its form, whatever its signature.
    pub fn peek(token: &str) -> Result<Self, JoseError> {
        let payload = base64url::decode(Parts::split(token)?.payload)?;
        let mut claims = parse_object(&payload)?;
        let mut text = |name| match claims.get_mut(name).map(Value::take) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        Ok(Self {
            iss: text("iss"),
            sub: text("sub"),
        })
    }
}
