//! What a token looks like, and what it is found by.

use crate::store::TokenKey;
use jose::{JoseError, base64url};
use std::{fmt, str::FromStr};

/// What an opaque access token begins with, so that secret scanners know it.
const OPAQUE_PREFIX: &str = "ambit_at_";

/// A new token's random part: 256 bits.
pub(super) struct Handle([u8; 32]);

impl Handle {
    pub(super) fn generate() -> Result<Self, JoseError> {
        jose::random_bytes().map(Self)
    }

    /// The `jti` of a JWT (RFC 7519 §4.1.7).
    pub(super) fn jti(&self) -> String {
        base64url::encode(self.0)
    }

    /// The text of an opaque token.
    pub(super) fn opaque(&self) -> String {
        format!("{OPAQUE_PREFIX}{}", base64url::encode(self.0))
    }
}

impl TokenKey {
    /// The key of a JWT, by its `jti`.
    ///
    /// The form is part of what is hashed: a `jti`, which is no secret, is never taken for an
    /// opaque token (B3, REG-07).
    pub(super) fn of_jti(jti: &str) -> Self {
        Self(jose::sha256(format!("jwt:{jti}").as_bytes()))
    }

    /// The key of an opaque token; none if the text has not its form.
    pub(super) fn of_opaque(token: &str) -> Option<Self> {
        let handle = base64url::decode(token.strip_prefix(OPAQUE_PREFIX)?).ok()?;
        (handle.len() == 32).then(|| Self(jose::sha256(format!("opaque:{token}").as_bytes())))
    }
}

/// The id under which administrators list and revoke a token; it says nothing of the token.
impl fmt::Display for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64url::encode(self.0))
    }
}

/// The text is no id of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no id of a token")]
pub struct InvalidTokenId;

impl FromStr for TokenKey {
    type Err = InvalidTokenId;

    fn from_str(text: &str) -> Result<Self, InvalidTokenId> {
        let bytes = base64url::decode(text).map_err(|_| InvalidTokenId)?;
        bytes.try_into().map(Self).map_err(|_| InvalidTokenId)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_written() {
        let key = TokenKey([7; 32]);
        assert_eq!(key.to_string().parse(), Ok(key));
        for text in [
            "",
            "AA",
            "Bwc=",
            &format!("{key}A"),
            "no id of a token, at all",
        ] {
            assert_eq!(text.parse::<TokenKey>(), Err(InvalidTokenId), "{text}");
        }
    }

    #[test]
    fn b3_keys_are_namespaced_by_form() {
        let handle = Handle::generate().unwrap();
        let opaque = TokenKey::of_opaque(&handle.opaque()).unwrap();
        assert_ne!(opaque, TokenKey::of_jti(&handle.jti()));
        assert_ne!(opaque, TokenKey::of_jti(&handle.opaque()));
        assert_eq!(TokenKey::of_opaque(&handle.jti()), None);
    }

    #[test]
    fn g8_a_cut_or_extended_opaque_token_has_no_key() {
        let token = Handle::generate().unwrap().opaque();
        for length in 0..token.len() {
            assert_eq!(TokenKey::of_opaque(&token[..length]), None, "{length}");
        }
        for end in ["A", "=", ".", "AAAA", " "] {
            assert_eq!(
                TokenKey::of_opaque(&format!("{token}{end}")),
                None,
                "{end:?}"
            );
        }
    }
}
