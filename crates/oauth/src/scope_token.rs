//! One scope token (RFC 6749 §3.3).
//!
//! ```abnf
//! scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
//! ```

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use thiserror::Error;

/// Longest scope token, in bytes (all are ASCII).
pub const MAX_SCOPE_TOKEN_BYTES: usize = 200;

/// A scope token, of this server's stricter kind: without `+` and `,`, which clients confuse
/// with separators, and at most [`MAX_SCOPE_TOKEN_BYTES`] long. Equality and order are by exact
/// bytes; looking a name up ignores ASCII case, by [`Self::fold`].
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScopeToken(Arc<str>);

/// Why a text is no scope token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ScopeTokenError {
    /// It is empty.
    #[error("a scope name must not be empty")]
    Empty,
    /// It is longer than [`MAX_SCOPE_TOKEN_BYTES`].
    #[error("a scope name has at most {MAX_SCOPE_TOKEN_BYTES} characters")]
    TooLong,
    /// It has a character outside the grammar.
    #[error("a scope name consists of visible ASCII characters except \" \\ + and ,")]
    Character,
}

impl ScopeToken {
    /// The token as it is spelt.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The token in ASCII lower case: the key under which names are unique and found.
    pub fn fold(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// What stands before the **last** colon, if there is one: `sync:profile` of
    /// `sync:profile:read`.
    pub fn resource(&self) -> Option<&str> {
        self.0.rsplit_once(':').map(|(resource, _)| resource)
    }

    /// What stands after the last colon, if there is one: `read` of `sync:profile:read`.
    pub fn action(&self) -> Option<&str> {
        self.0.rsplit_once(':').map(|(_, action)| action)
    }

    /// Whether the name has the form `resource:action` with neither part empty.
    pub fn follows_convention(&self) -> bool {
        self.0
            .rsplit_once(':')
            .is_some_and(|(resource, action)| !resource.is_empty() && !action.is_empty())
    }
}

impl FromStr for ScopeToken {
    type Err = ScopeTokenError;

    fn from_str(text: &str) -> Result<Self, ScopeTokenError> {
        if text.is_empty() {
            return Err(ScopeTokenError::Empty);
        }
        if text.len() > MAX_SCOPE_TOKEN_BYTES {
            return Err(ScopeTokenError::TooLong);
        }
        let allowed =
            |byte| matches!(byte, 0x21..=0x7e) && !matches!(byte, b'"' | b'\\' | b'+' | b',');
        if !text.bytes().all(allowed) {
            return Err(ScopeTokenError::Character);
        }
        Ok(Self(text.into()))
    }
}

impl TryFrom<String> for ScopeToken {
    type Error = ScopeTokenError;

    fn try_from(text: String) -> Result<Self, ScopeTokenError> {
        text.parse()
    }
}

impl From<ScopeToken> for String {
    fn from(token: ScopeToken) -> Self {
        token.as_str().to_owned()
    }
}

impl AsRef<str> for ScopeToken {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ScopeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ScopeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn token(text: &str) -> ScopeToken {
        text.parse().unwrap()
    }

    #[test]
    fn rfc6749_3_3_exactly_the_allowed_characters() {
        for character in (0..=0x2ff).filter_map(char::from_u32) {
            let in_rfc = matches!(character, '!' | '#'..='[' | ']'..='~');
            let ours = in_rfc && character != '+' && character != ',';
            let parsed = ScopeToken::from_str(&format!("a{character}"));
            assert_eq!(parsed.is_ok(), ours, "{character:?}");
        }
    }

    #[test]
    fn one_to_two_hundred_characters() {
        assert_eq!(ScopeToken::from_str(""), Err(ScopeTokenError::Empty));
        assert!(ScopeToken::from_str(&"a".repeat(200)).is_ok());
        assert_eq!(
            ScopeToken::from_str(&"a".repeat(201)),
            Err(ScopeTokenError::TooLong)
        );
    }

    #[test]
    fn the_last_colon_separates_the_action() {
        for (name, resource, action, follows) in [
            ("scim:read", Some("scim"), Some("read"), true),
            (
                "sync:profile:read",
                Some("sync:profile"),
                Some("read"),
                true,
            ),
            ("urn:x:y", Some("urn:x"), Some("y"), true),
            ("openid", None, None, false),
            (":read", Some(""), Some("read"), false),
            ("scim:", Some("scim"), Some(""), false),
            (":", Some(""), Some(""), false),
        ] {
            let token = token(name);
            assert_eq!(token.resource(), resource, "{name}");
            assert_eq!(token.action(), action, "{name}");
            assert_eq!(token.follows_convention(), follows, "{name}");
        }
    }

    #[test]
    fn g9_equality_is_exact_and_fold_ignores_ascii_case() {
        assert_ne!(token("Scim:Read"), token("scim:read"));
        assert_eq!(token("Scim:Read").fold(), token("scim:rEAD").fold());
        assert_eq!(token("Scim:Read").to_string(), "Scim:Read");
    }

    #[test]
    fn json_form_is_checked() {
        let read: ScopeToken = serde_json::from_str(r#""scim:read""#).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), r#""scim:read""#);
        assert!(serde_json::from_str::<ScopeToken>(r#""two words""#).is_err());
    }
}
