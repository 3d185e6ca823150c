//! A scope: the set of scope tokens asked for or granted (RFC 6749 §3.3).
//!
//! ```abnf
//! scope = scope-token *( SP scope-token )
//! ```

use crate::{ErrorCode, OAuthError, ScopeToken, ScopeTokenError};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// Most tokens in one scope (G9).
pub const MAX_SCOPE_TOKENS: usize = 100;
/// Longest scope text, in bytes (G9).
pub const MAX_SCOPE_BYTES: usize = 4 * 1024;

/// A set of scope tokens in the order given. Written, it is the tokens joined by one space.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(Vec<ScopeToken>);

/// Why a text is no scope.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScopeError {
    /// It is longer than [`MAX_SCOPE_BYTES`].
    #[error("the scope has more than {MAX_SCOPE_BYTES} bytes")]
    TooLong,
    /// It has more than [`MAX_SCOPE_TOKENS`] tokens.
    #[error("the scope has more than {MAX_SCOPE_TOKENS} names")]
    TooMany,
    /// It is empty, or spaces are doubled, leading or trailing.
    #[error("scope names are separated by exactly one space")]
    Separator,
    /// A token is none.
    #[error(transparent)]
    Token(#[from] ScopeTokenError),
}

impl Scope {
    /// The tokens, each once, in the order given.
    pub fn iter(&self) -> std::slice::Iter<'_, ScopeToken> {
        self.0.iter()
    }

    /// How many tokens there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no token. A parsed scope always has one; a computed one may not.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the token is in the set, by exact comparison: never by prefix or case (G9).
    pub fn contains(&self, token: &ScopeToken) -> bool {
        self.0.contains(token)
    }
}

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        if text.len() > MAX_SCOPE_BYTES {
            return Err(ScopeError::TooLong);
        }
        if text.split(' ').any(str::is_empty) {
            return Err(ScopeError::Separator);
        }
        if text.split(' ').count() > MAX_SCOPE_TOKENS {
            return Err(ScopeError::TooMany);
        }
        let tokens: Result<Self, ScopeTokenError> = text.split(' ').map(str::parse).collect();
        Ok(tokens?)
    }
}

impl FromIterator<ScopeToken> for Scope {
    /// Keeps the first of equal tokens.
    fn from_iter<I: IntoIterator<Item = ScopeToken>>(tokens: I) -> Self {
        let mut set = Self::default();
        for token in tokens {
            if !set.contains(&token) {
                set.0.push(token);
            }
        }
        set
    }
}

impl IntoIterator for Scope {
    type Item = ScopeToken;
    type IntoIter = std::vec::IntoIter<ScopeToken>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Scope {
    type Item = &'a ScopeToken;
    type IntoIter = std::slice::Iter<'a, ScopeToken>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, token) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(token.as_str())?;
        }
        Ok(())
    }
}

impl TryFrom<String> for Scope {
    type Error = ScopeError;

    fn try_from(text: String) -> Result<Self, ScopeError> {
        text.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

/// RFC 6749 §5.2: "The requested scope is invalid, unknown, malformed …".
impl From<ScopeError> for OAuthError {
    fn from(error: ScopeError) -> Self {
        Self::new(ErrorCode::InvalidScope, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn order_is_kept_and_exact_duplicates_go() {
        let scope: Scope = "b a b A a".parse().unwrap();
        assert_eq!(scope.to_string(), "b a A");
        assert_eq!(scope.len(), 3);
        assert!(scope.contains(&"A".parse().unwrap()));
        assert!(!scope.contains(&"B".parse().unwrap()));
    }

    #[test]
    fn rfc6749_3_3_only_single_spaces_separate() {
        for text in ["", " ", " a", "a ", "a  b"] {
            assert_eq!(
                text.parse::<Scope>(),
                Err(ScopeError::Separator),
                "{text:?}"
            );
        }
        for text in ["a\tb", "a\nb", "a,b", "a+b", "a\u{a0}b", "é", "a\"b"] {
            let character = Err(ScopeTokenError::Character.into());
            assert_eq!(text.parse::<Scope>(), character, "{text:?}");
        }
    }

    #[test]
    fn g9_limits_count_before_duplicates_are_removed() {
        assert_eq!(["a"; 100].join(" ").parse::<Scope>().unwrap().len(), 1);
        assert_eq!(
            ["a"; 101].join(" ").parse::<Scope>(),
            Err(ScopeError::TooMany)
        );
        let exact = [vec!["x".repeat(199); 20].join(" "), "y".repeat(96)].join(" ");
        assert_eq!(exact.len(), MAX_SCOPE_BYTES);
        assert!(exact.parse::<Scope>().is_ok());
        assert_eq!(
            format!("{exact}y").parse::<Scope>(),
            Err(ScopeError::TooLong)
        );
    }

    #[test]
    fn a_bad_scope_is_invalid_scope() {
        let error = OAuthError::from("a  b".parse::<Scope>().unwrap_err());
        assert_eq!(error.code(), ErrorCode::InvalidScope);
    }

    proptest! {
        #[test]
        fn what_parses_prints_and_parses_again(text in "[a-c:A ]{0,12}|\\PC{0,20}") {
            if let Ok(scope) = text.parse::<Scope>() {
                prop_assert_eq!(&scope.to_string().parse::<Scope>().unwrap(), &scope);
                let json = serde_json::to_string(&scope).unwrap();
                prop_assert_eq!(serde_json::from_str::<Scope>(&json).unwrap(), scope);
            }
        }
    }
}
