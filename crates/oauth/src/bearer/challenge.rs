//! The `WWW-Authenticate: Bearer` challenge (RFC 6750 §3, RFC 9728 §5.1).

use crate::error::quoted_string;
use crate::{ErrorCode, OAuthError, Scope};
use std::fmt;

/// A challenge under construction; `Display` writes the header's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    realm: String,
    error: Option<OAuthError>,
    scope: Option<Scope>,
    resource_metadata: Option<String>,
}

impl Challenge {
    /// A challenge without error: RFC 6750 §3.1: "If the request lacks any authentication
    /// information … the resource server SHOULD NOT include an error code".
    pub fn new(realm: impl Into<String>) -> Self {
        Self {
            realm: realm.into(),
            error: None,
            scope: None,
            resource_metadata: None,
        }
    }

    /// Says what was wrong with the request or its token.
    #[must_use]
    pub fn error(mut self, error: OAuthError) -> Self {
        self.error = Some(error);
        self
    }

    /// Names the scope that would do (RFC 6750 §3).
    #[must_use]
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = Some(scope);
        self
    }

    /// The address of the resource's metadata (RFC 9728 §5.1).
    #[must_use]
    pub fn resource_metadata(mut self, address: impl Into<String>) -> Self {
        self.resource_metadata = Some(address.into());
        self
    }

    /// The refusal of a token whose scope falls short, naming a scope that would do.
    pub fn insufficient_scope(realm: impl Into<String>, needed: Scope) -> Self {
        Self::new(realm)
            .error(OAuthError::new(
                ErrorCode::InsufficientScope,
                "the access token lacks a scope that this request needs",
            ))
            .scope(needed)
    }

    /// The HTTP status of the answer: the error's own, or 401 where no token was presented.
    pub fn http_status(&self) -> u16 {
        self.error.as_ref().map_or(401, OAuthError::http_status)
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bearer realm={}", quoted_string(&self.realm))?;
        if let Some(error) = &self.error {
            // A description's character set needs no quoting (RFC 6749 §5.2).
            write!(f, ", error=\"{}\"", error.code())?;
            write!(f, ", error_description=\"{}\"", error.description())?;
        }
        if let Some(scope) = self.scope.as_ref().filter(|scope| !scope.is_empty()) {
            write!(f, ", scope=\"{scope}\"")?;
        }
        if let Some(address) = &self.resource_metadata {
            write!(f, ", resource_metadata={}", quoted_string(address))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn rfc6750_3_without_a_token_there_is_no_error() {
        let challenge = Challenge::new("example");
        assert_eq!(challenge.to_string(), r#"Bearer realm="example""#);
        assert_eq!(challenge.http_status(), 401);
    }

    #[test]
    fn rfc6750_3_example_of_an_expired_token() {
        let expired = OAuthError::new(ErrorCode::InvalidToken, "The access token expired");
        let challenge = Challenge::new("example").error(expired);
        assert_eq!(
            challenge.to_string(),
            "Bearer realm=\"example\", error=\"invalid_token\", \
             error_description=\"The access token expired\""
        );
        assert_eq!(challenge.http_status(), 401);
    }

    #[test]
    fn insufficient_scope_names_what_would_do() {
        let challenge = Challenge::insufficient_scope("r", "a:read b".parse().unwrap())
            .resource_metadata("https://rs.example/.well-known/oauth-protected-resource");
        assert_eq!(
            challenge.to_string(),
            "Bearer realm=\"r\", error=\"insufficient_scope\", \
             error_description=\"the access token lacks a scope that this request needs\", \
             scope=\"a:read b\", \
             resource_metadata=\"https://rs.example/.well-known/oauth-protected-resource\""
        );
        assert_eq!(challenge.http_status(), 403);
    }

    #[test]
    fn hostile_text_stays_inside_its_quotes() {
        let error = OAuthError::new(
            ErrorCode::InvalidToken,
            "a\", scope=\"admin\r\nSet-Cookie: x",
        );
        let written = Challenge::new("r\"\\\r\n").error(error).to_string();
        assert_eq!(
            written,
            "Bearer realm=\"r\\\"\\\\??\", error=\"invalid_token\", \
             error_description=\"a', scope='admin??Set-Cookie: x\""
        );
    }
}
