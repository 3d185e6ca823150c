//! Authorization server metadata (RFC 8414 §2, OpenID Connect Discovery §3).

use crate::{GrantType, Issuer, ScopeToken, TokenEndpointAuthMethod};
use serde::Serialize;

/// The metadata document. Members that don't apply are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServerMetadata {
    /// The issuer identifier.
    pub issuer: Issuer,
    /// Address of the authorization endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_endpoint: Option<String>,
    /// Address of the token endpoint.
    pub token_endpoint: String,
    /// Address of the key set.
    pub jwks_uri: String,
    /// Address of the userinfo endpoint (Discovery §3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_endpoint: Option<String>,
    /// Scopes that may be asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes_supported: Vec<ScopeToken>,
    /// Response types; required even when there is no authorization endpoint.
    pub response_types_supported: Vec<String>,
    /// Grant types.
    pub grant_types_supported: Vec<GrantType>,
    /// How clients authenticate at the token endpoint.
    pub token_endpoint_auth_methods_supported: Vec<TokenEndpointAuthMethod>,
    /// JWS algorithms of client assertions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub token_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// Address of the introspection endpoint (RFC 7662).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_endpoint: Option<String>,
    /// How callers authenticate there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub introspection_endpoint_auth_methods_supported: Vec<TokenEndpointAuthMethod>,
    /// JWS algorithms of assertions there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub introspection_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// Address of the revocation endpoint (RFC 7009).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation_endpoint: Option<String>,
    /// How clients authenticate there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub revocation_endpoint_auth_methods_supported: Vec<TokenEndpointAuthMethod>,
    /// JWS algorithms of assertions there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub revocation_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// PKCE methods (RFC 7636).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub code_challenge_methods_supported: Vec<String>,
    /// Whether authorization answers carry `iss` (RFC 9207).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub authorization_response_iss_parameter_supported: bool,
    /// Subject types (Discovery §3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subject_types_supported: Vec<String>,
    /// JWS algorithms of ID tokens (Discovery §3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// Resources that use this server (RFC 9728 §4).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub protected_resources: Vec<String>,
}

impl ServerMetadata {
    /// A document with what is required and nothing else; `token_endpoint_auth_methods` is
    /// always written, because its absence would mean `client_secret_basic` (RFC 8414 §2).
    pub fn new(issuer: Issuer, token_endpoint: String, jwks_uri: String) -> Self {
        Self {
            issuer,
            authorization_endpoint: None,
            token_endpoint,
            jwks_uri,
            userinfo_endpoint: None,
            scopes_supported: Vec::new(),
            response_types_supported: Vec::new(),
            grant_types_supported: Vec::new(),
            token_endpoint_auth_methods_supported: Vec::new(),
            token_endpoint_auth_signing_alg_values_supported: Vec::new(),
            introspection_endpoint: None,
            introspection_endpoint_auth_methods_supported: Vec::new(),
            introspection_endpoint_auth_signing_alg_values_supported: Vec::new(),
            revocation_endpoint: None,
            revocation_endpoint_auth_methods_supported: Vec::new(),
            revocation_endpoint_auth_signing_alg_values_supported: Vec::new(),
            code_challenge_methods_supported: Vec::new(),
            authorization_response_iss_parameter_supported: false,
            subject_types_supported: Vec::new(),
            id_token_signing_alg_values_supported: Vec::new(),
            protected_resources: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn rfc8414_2_what_does_not_apply_is_left_out() {
        let mut metadata = ServerMetadata::new(
            "https://as.example/r".parse().unwrap(),
            "https://as.example/r/token".into(),
            "https://as.example/r/jwks".into(),
        );
        metadata.grant_types_supported = vec![GrantType::ClientCredentials];
        metadata.token_endpoint_auth_methods_supported =
            vec![TokenEndpointAuthMethod::PrivateKeyJwt];
        metadata.scopes_supported = vec!["scim:read".parse().unwrap()];
        assert_eq!(
            serde_json::to_value(&metadata).unwrap(),
            json!({
                "issuer": "https://as.example/r",
                "token_endpoint": "https://as.example/r/token",
                "jwks_uri": "https://as.example/r/jwks",
                "scopes_supported": ["scim:read"],
                "response_types_supported": [],
                "grant_types_supported": ["client_credentials"],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            })
        );
    }
}
