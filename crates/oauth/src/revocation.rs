//! Token revocation (RFC 7009).

use crate::form::Parameters;
use crate::{OAuthError, Secret};

/// `token_type_hint` (RFC 7009 §2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenTypeHint {
    /// `access_token`.
    AccessToken,
    /// `refresh_token`.
    RefreshToken,
}

impl TokenTypeHint {
    /// A hint that is not known says nothing: where a token is looked for never depends on the
    /// hint alone (RFC 7009 §2.1, RFC 7662 §2.1).
    pub(crate) fn read(parameters: &Parameters) -> Option<Self> {
        match parameters.get("token_type_hint") {
            Some("access_token") => Some(Self::AccessToken),
            Some("refresh_token") => Some(Self::RefreshToken),
            _ => None,
        }
    }
}

/// A request to revoke a token (RFC 7009 §2.1).
#[derive(Debug, Clone)]
pub struct RevocationRequest {
    /// The token.
    pub token: Secret,
    /// What the client thinks it is.
    pub token_type_hint: Option<TokenTypeHint>,
}

impl RevocationRequest {
    /// Reads the request.
    ///
    /// # Errors
    /// `invalid_request` without `token`.
    pub fn parse(parameters: &Parameters) -> Result<Self, OAuthError> {
        Ok(Self {
            token: Secret::new(parameters.required("token")?),
            token_type_hint: TokenTypeHint::read(parameters),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parse(form: &str) -> Result<RevocationRequest, OAuthError> {
        RevocationRequest::parse(&Parameters::parse(form.as_bytes()).unwrap())
    }

    #[test]
    fn rfc7009_2_1_token_and_hint() {
        for (form, hint) in [
            ("token=t", None),
            (
                "token=t&token_type_hint=access_token",
                Some(TokenTypeHint::AccessToken),
            ),
            (
                "token=t&token_type_hint=refresh_token",
                Some(TokenTypeHint::RefreshToken),
            ),
            ("token=t&token_type_hint=pct", None),
        ] {
            let request = parse(form).unwrap();
            assert_eq!(request.token.expose(), "t");
            assert_eq!(request.token_type_hint, hint, "{form}");
        }
        assert_eq!(
            parse("token=").unwrap_err().description(),
            "parameter 'token' is missing"
        );
    }
}
