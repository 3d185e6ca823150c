//! Token introspection (RFC 7662).

use crate::form::Parameters;
use crate::{Audience, OAuthError, Scope, TokenTypeHint};
use bytes::Bytes;
use serde::Serialize;
use std::fmt;
use std::sync::Arc;

/// A request about a token (RFC 7662 §2.1). `Debug` does not show it.
#[derive(Clone, Copy)]
pub struct IntrospectionRequest<'a> {
    /// The token asked about.
    pub token: &'a str,
    /// What the caller thinks it is.
    pub token_type_hint: Option<TokenTypeHint>,
}

impl<'a> IntrospectionRequest<'a> {
    /// Reads the request.
    ///
    /// # Errors
    /// `invalid_request` without `token`.
    pub fn parse(parameters: &'a Parameters) -> Result<Self, OAuthError> {
        Ok(Self {
            token: parameters.required("token")?,
            token_type_hint: TokenTypeHint::read(parameters),
        })
    }
}

impl fmt::Debug for IntrospectionRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntrospectionRequest")
            .field("token_type_hint", &self.token_type_hint)
            .finish_non_exhaustive()
    }
}

/// The answer (RFC 7662 §2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntrospectionResponse {
    /// Not active, not known, or not the caller's business: written as exactly
    /// `{"active":false}`, so that nothing can be told apart (G8, REG-11).
    Inactive,
    /// Active, and the caller may know.
    Active(Arc<WrittenToken>),
}

impl IntrospectionResponse {
    /// The answer as JSON.
    pub fn json(&self) -> Bytes {
        match self {
            Self::Inactive => Bytes::from_static(br#"{"active":false}"#),
            Self::Active(token) => token.json.clone(),
        }
    }
}

/// An active token, and what is said of it, written once: it is asked about often, and says the
/// same as long as the realm is as it is.
#[derive(Debug, PartialEq, Eq)]
pub struct WrittenToken {
    json: Bytes,
}

impl WrittenToken {
    /// Writes what is said of a token.
    ///
    /// # Errors
    /// None is expected: all of it is text and numbers.
    pub fn new(token: &ActiveToken) -> Result<Self, serde_json::Error> {
        #[derive(Serialize)]
        struct Active<'a> {
            active: bool,
            #[serde(flatten)]
            token: &'a ActiveToken,
        }
        let active = Active {
            active: true,
            token,
        };
        serde_json::to_vec(&active).map(|json| Self { json: json.into() })
    }
}

/// What is said of an active token. Dates are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActiveToken {
    /// The effective scope now.
    #[serde(skip_serializing_if = "Scope::is_empty")]
    pub scope: Scope,
    /// The client that holds the token.
    pub client_id: String,
    /// The person, by the name a person would read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// `Bearer`, or another type (RFC 6749 §7.1).
    pub token_type: &'static str,
    /// Invalid from this second on.
    pub exp: i64,
    /// When it was issued.
    pub iat: i64,
    /// The subject.
    pub sub: String,
    /// For whom it is.
    pub aud: Audience,
    /// Who issued it.
    pub iss: String,
    /// When the person was authenticated (RFC 9470 §6.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// How well the person was authenticated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// Its unique name.
    pub jti: String,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn g8_inactive_is_exactly_one_member() {
        let json = IntrospectionResponse::Inactive.json();
        assert_eq!(json, r#"{"active":false}"#);
    }

    #[test]
    fn rfc7662_2_2_active() {
        let mut token = ActiveToken {
            scope: "a b".parse().unwrap(),
            client_id: "c".into(),
            username: None,
            token_type: "Bearer",
            exp: 2,
            iat: 1,
            sub: "s".into(),
            aud: Audience::from_iter(["https://rs".to_owned()]),
            iss: "https://as".into(),
            auth_time: None,
            acr: None,
            jti: "j".into(),
        };
        let json = |token: &ActiveToken| -> serde_json::Value {
            let written = Arc::new(WrittenToken::new(token).unwrap());
            serde_json::from_slice(&IntrospectionResponse::Active(written).json()).unwrap()
        };
        assert_eq!(
            json(&token),
            json!({
                "active": true, "scope": "a b", "client_id": "c", "token_type": "Bearer",
                "exp": 2, "iat": 1, "sub": "s", "aud": "https://rs", "iss": "https://as",
                "jti": "j",
            })
        );
        token.scope = Scope::default();
        token.username = Some("ada".into());
        assert_eq!(json(&token).get("scope"), None);
        assert_eq!(json(&token)["username"], "ada");
    }

    #[test]
    fn rfc7662_2_1_token_is_required() {
        let form = Parameters::parse(b"token_type_hint=access_token").unwrap();
        assert_eq!(
            IntrospectionRequest::parse(&form)
                .unwrap_err()
                .http_status(),
            400
        );
        let form = Parameters::parse(b"token=t&token_type_hint=access_token").unwrap();
        let request = IntrospectionRequest::parse(&form).unwrap();
        assert_eq!(request.token, "t");
        assert_eq!(request.token_type_hint, Some(TokenTypeHint::AccessToken));
        assert!(!format!("{request:?}").contains("\"t\""));
    }
}
