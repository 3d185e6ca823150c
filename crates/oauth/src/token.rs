//! The token endpoint's request and answer (RFC 6749 §3.2, §4.4.2, §5.1).

use crate::bounded::Source;
use crate::form::Parameters;
use crate::{ErrorCode, GrantType, OAuthError, ResourceIndicator, Scope, Secret};
use serde::Serialize;

/// A token request, by grant type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// RFC 6749 §4.4.2.
    ClientCredentials(ClientCredentialsRequest),
}

/// A request for a token of the client's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCredentialsRequest {
    /// The scope asked for; `None` asks for the client's default (RFC 6749 §3.3).
    pub scope: Option<Scope>,
    /// The resources at which the token will be used (RFC 8707 §2.2), each once.
    pub resource: Vec<ResourceIndicator>,
}

impl TokenRequest {
    /// Reads the request.
    ///
    /// # Errors
    /// `invalid_request` without `grant_type`, `unsupported_grant_type`, `invalid_scope`,
    /// `invalid_target`.
    pub fn parse(parameters: &Parameters) -> Result<Self, OAuthError> {
        match parameters.required("grant_type")?.parse() {
            Ok(GrantType::ClientCredentials) => {
                Ok(Self::ClientCredentials(ClientCredentialsRequest {
                    scope: scope(parameters)?,
                    resource: resources(parameters)?,
                }))
            }
            Ok(_) | Err(_) => Err(OAuthError::new(
                ErrorCode::UnsupportedGrantType,
                "the grant type is not supported",
            )),
        }
    }

    /// The grant type asked for.
    pub const fn grant_type(&self) -> GrantType {
        match self {
            Self::ClientCredentials(_) => GrantType::ClientCredentials,
        }
    }
}

pub(crate) fn scope(parameters: &impl Source) -> Result<Option<Scope>, OAuthError> {
    Ok(parameters
        .get("scope")
        .map(str::parse::<Scope>)
        .transpose()?)
}

pub(crate) fn resources(parameters: &impl Source) -> Result<Vec<ResourceIndicator>, OAuthError> {
    let mut resources = Vec::new();
    for text in parameters.all("resource") {
        let resource = text.parse()?;
        if !resources.contains(&resource) {
            resources.push(resource);
        }
    }
    Ok(resources)
}

/// A successful answer (RFC 6749 §5.1). `Debug` shows no token.
#[derive(Debug, Clone, Serialize)]
pub struct TokenResponse {
    /// The access token.
    #[serde(serialize_with = "Secret::serialize_exposed")]
    pub access_token: Secret,
    /// `Bearer` (RFC 6750).
    pub token_type: &'static str,
    /// Lifetime in seconds.
    pub expires_in: u64,
    /// The scope granted, always said, even when it is the one asked for.
    pub scope: Scope,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn parse(form: &str) -> Result<TokenRequest, OAuthError> {
        TokenRequest::parse(&Parameters::parse(form.as_bytes()).unwrap())
    }

    #[test]
    fn rfc6749_4_4_2_client_credentials() {
        let request = parse(
            "grant_type=client_credentials&scope=a+b&resource=https%3A%2F%2Fx&resource=urn%3Ay\
             &resource=urn%3Ay&unknown=1",
        )
        .unwrap();
        assert_eq!(request.grant_type(), GrantType::ClientCredentials);
        let TokenRequest::ClientCredentials(request) = request;
        assert_eq!(request.scope.unwrap().to_string(), "a b");
        let resources: Vec<_> = request
            .resource
            .iter()
            .map(ResourceIndicator::as_str)
            .collect();
        assert_eq!(resources, ["https://x", "urn:y"]);

        let TokenRequest::ClientCredentials(bare) =
            parse("grant_type=client_credentials&scope=").unwrap();
        assert_eq!(
            bare,
            ClientCredentialsRequest {
                scope: None,
                resource: vec![]
            }
        );
    }

    #[test]
    fn each_error_has_its_code() {
        for (form, code) in [
            ("", ErrorCode::InvalidRequest),
            ("grant_type=", ErrorCode::InvalidRequest),
            ("grant_type=password", ErrorCode::UnsupportedGrantType),
            (
                "grant_type=authorization_code",
                ErrorCode::UnsupportedGrantType,
            ),
            (
                "grant_type=CLIENT_CREDENTIALS",
                ErrorCode::UnsupportedGrantType,
            ),
            (
                "grant_type=client_credentials&scope=a++b",
                ErrorCode::InvalidScope,
            ),
            (
                "grant_type=client_credentials&scope=%22",
                ErrorCode::InvalidScope,
            ),
            (
                "grant_type=client_credentials&resource=x",
                ErrorCode::InvalidTarget,
            ),
            (
                "grant_type=client_credentials&resource=urn%3Aa%23b",
                ErrorCode::InvalidTarget,
            ),
        ] {
            assert_eq!(parse(form).unwrap_err().code(), code, "{form}");
        }
    }

    #[test]
    fn rfc6749_5_1_answer() {
        let response = TokenResponse {
            access_token: Secret::new("at"),
            token_type: "Bearer",
            expires_in: 300,
            scope: "a".parse().unwrap(),
        };
        assert_eq!(
            serde_json::to_value(&response).unwrap(),
            json!({"access_token": "at", "token_type": "Bearer", "expires_in": 300, "scope": "a"})
        );
        assert!(!format!("{response:?}").contains("\"at\""));
    }
}
