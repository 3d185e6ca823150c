//! Authorization server metadata (RFC 8414 §2, OpenID Connect Discovery §3, and the members that
//! the extensions add).

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
    /// Address of the pushed authorization request endpoint (RFC 9126 §5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pushed_authorization_request_endpoint: Option<String>,
    /// Whether authorization requests must be pushed (RFC 9126 §5).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub require_pushed_authorization_requests: bool,
    /// Address of the device authorization endpoint (RFC 8628 §4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_authorization_endpoint: Option<String>,
    /// Address of the registration endpoint (RFC 7591).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_endpoint: Option<String>,
    /// Address of the logout endpoint (RP-Initiated Logout §2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_session_endpoint: Option<String>,
    /// Response modes; their absence would mean `query` and `fragment`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub response_modes_supported: Vec<String>,
    /// Values of `prompt` (Initiating User Registration §4).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub prompt_values_supported: Vec<String>,
    /// Authentication context classes (Discovery §3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acr_values_supported: Vec<String>,
    /// Claims that may be had (Discovery §3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claims_supported: Vec<String>,
    /// Whether the `claims` parameter is read (Discovery §3).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub claims_parameter_supported: bool,
    /// Whether the `request` parameter is read (Discovery §3, RFC 9101 §10.5).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub request_parameter_supported: bool,
    /// Whether a `request_uri` of the client's own is fetched (Discovery §3). Its absence would
    /// mean that it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_uri_parameter_supported: Option<bool>,
    /// JWS algorithms of request objects (Discovery §3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub request_object_signing_alg_values_supported: Vec<String>,
    /// JWS algorithms of signed userinfo answers (Discovery §3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub userinfo_signing_alg_values_supported: Vec<String>,
    /// Whether clients are told of a logout (Back-Channel Logout §2.1).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub backchannel_logout_supported: bool,
    /// Whether they are told with `sid` (Back-Channel Logout §2.1).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub backchannel_logout_session_supported: bool,
    /// Languages of the pages, as BCP 47 tags (Discovery §3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ui_locales_supported: Vec<String>,
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
            pushed_authorization_request_endpoint: None,
            require_pushed_authorization_requests: false,
            device_authorization_endpoint: None,
            registration_endpoint: None,
            end_session_endpoint: None,
            response_modes_supported: Vec::new(),
            prompt_values_supported: Vec::new(),
            acr_values_supported: Vec::new(),
            claims_supported: Vec::new(),
            claims_parameter_supported: false,
            request_parameter_supported: false,
            request_uri_parameter_supported: None,
            request_object_signing_alg_values_supported: Vec::new(),
            userinfo_signing_alg_values_supported: Vec::new(),
            backchannel_logout_supported: false,
            backchannel_logout_session_supported: false,
            ui_locales_supported: Vec::new(),
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

    /// RFC 9126 §5, RFC 8628 §4, OIDC Discovery §3, RP-Initiated Logout §2.1, Back-Channel
    /// Logout §2.1. `request_uri_parameter_supported` is written when it is false, too.
    #[test]
    fn members_of_the_extensions_have_their_registered_names() {
        let plain = ServerMetadata::new(
            "https://as.example/r".parse().unwrap(),
            "https://as.example/r/token".into(),
            "https://as.example/r/jwks".into(),
        );
        let metadata = ServerMetadata {
            pushed_authorization_request_endpoint: Some("https://as.example/x".into()),
            require_pushed_authorization_requests: true,
            device_authorization_endpoint: Some("https://as.example/x".into()),
            registration_endpoint: Some("https://as.example/x".into()),
            end_session_endpoint: Some("https://as.example/x".into()),
            response_modes_supported: vec!["x".into()],
            prompt_values_supported: vec!["x".into()],
            acr_values_supported: vec!["x".into()],
            claims_supported: vec!["x".into()],
            claims_parameter_supported: true,
            request_parameter_supported: true,
            request_uri_parameter_supported: Some(false),
            request_object_signing_alg_values_supported: vec!["x".into()],
            userinfo_signing_alg_values_supported: vec!["x".into()],
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
            ui_locales_supported: vec!["x".into()],
            ..plain.clone()
        };
        let mut written = serde_json::to_value(&metadata).unwrap();
        let written = written.as_object_mut().unwrap();
        for name in serde_json::to_value(&plain)
            .unwrap()
            .as_object()
            .unwrap()
            .keys()
        {
            written.remove(name);
        }
        let expected = json!({
            "pushed_authorization_request_endpoint": "https://as.example/x",
            "require_pushed_authorization_requests": true,
            "device_authorization_endpoint": "https://as.example/x",
            "registration_endpoint": "https://as.example/x",
            "end_session_endpoint": "https://as.example/x",
            "response_modes_supported": ["x"],
            "prompt_values_supported": ["x"],
            "acr_values_supported": ["x"],
            "claims_supported": ["x"],
            "claims_parameter_supported": true,
            "request_parameter_supported": true,
            "request_uri_parameter_supported": false,
            "request_object_signing_alg_values_supported": ["x"],
            "userinfo_signing_alg_values_supported": ["x"],
            "backchannel_logout_supported": true,
            "backchannel_logout_session_supported": true,
            "ui_locales_supported": ["x"],
        });
        assert_eq!(written, expected.as_object().unwrap());
    }
}
