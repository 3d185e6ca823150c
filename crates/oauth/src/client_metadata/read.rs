//! Reading client metadata, and the rules between its members.

use super::members::{Members, wrong};
use super::refused::refuse;
use super::{ApplicationType, ClientMetadata, SubjectType};
use crate::{ErrorCode, GrantType, OAuthError, RedirectUri, RedirectUriError, ResponseType};
use crate::{TokenEndpointAuthMethod, UnknownName};
use serde_json::{Map, Value};

/// JWS algorithms that may be named (RFC 7518 §3.1, RFC 8037, RFC 9864): signatures only, never
/// `none` or a MAC with the client's secret (J2, J3).
pub const SIGNATURE_ALGORITHMS: [&str; 11] = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    "Ed25519",
];

/// Most redirection URIs of one kind.
const MAX_URIS: usize = 50;
/// Most members of any other list.
const MAX_LIST: usize = 20;
/// Longest key set, in bytes.
const MAX_JWKS_BYTES: usize = 16 * 1024;
/// What only private and secret keys have (RFC 7518 §6.2.2, §6.3.2, §6.4.1).
const PRIVATE: [&str; 8] = ["d", "dp", "dq", "k", "oth", "p", "q", "qi"];

impl ClientMetadata {
    /// Reads and checks the metadata in a registration or update.
    ///
    /// # Errors
    /// `invalid_redirect_uri` for `redirect_uris` and `post_logout_redirect_uris`, and
    /// `invalid_client_metadata` naming any other member (RFC 7591 §3.2.2).
    pub fn from_json(json: &Map<String, Value>) -> Result<Self, OAuthError> {
        let members = Members(json);
        refuse(&members)?;
        let grant_types = grant_types(&members)?;
        let metadata = Self {
            redirect_uris: members
                .all_parsed("redirect_uris", MAX_URIS, |e| uri("redirect_uris", e))?
                .unwrap_or_default(),
            token_endpoint_auth_method: auth_method(&members)?,
            response_types: response_types(&members, &grant_types)?,
            grant_types,
            application_type: application_type(&members)?,
            client_name: members.text("client_name")?,
            client_uri: members.parsed("client_uri")?,
            logo_uri: members.parsed("logo_uri")?,
            policy_uri: members.parsed("policy_uri")?,
            tos_uri: members.parsed("tos_uri")?,
            contacts: members.texts("contacts", MAX_LIST)?,
            scope: members.parsed("scope")?,
            jwks: jwks(&members)?,
            software_id: members.text("software_id")?,
            software_version: members.text("software_version")?,
            token_endpoint_auth_signing_alg: algorithm(
                &members,
                "token_endpoint_auth_signing_alg",
            )?,
            id_token_signed_response_alg: algorithm(&members, "id_token_signed_response_alg")?,
            userinfo_signed_response_alg: algorithm(&members, "userinfo_signed_response_alg")?,
            request_object_signing_alg: algorithm(&members, "request_object_signing_alg")?,
            subject_type: members
                .one_of("subject_type", &["public"])?
                .map(|_| SubjectType::Public),
            default_max_age: members.seconds("default_max_age")?,
            require_auth_time: members.flag("require_auth_time")?,
            default_acr_values: members.texts("default_acr_values", MAX_LIST)?,
            post_logout_redirect_uris: members
                .all_parsed("post_logout_redirect_uris", MAX_URIS, |e| {
                    uri("post_logout_redirect_uris", e)
                })?
                .unwrap_or_default(),
            backchannel_logout_uri: members.parsed("backchannel_logout_uri")?,
            backchannel_logout_session_required: members
                .flag("backchannel_logout_session_required")?,
            require_pushed_authorization_requests: members
                .flag("require_pushed_authorization_requests")?,
            require_signed_request_object: members.flag("require_signed_request_object")?,
        };
        metadata.check()?;
        Ok(metadata)
    }

    /// The rules between members.
    fn check(&self) -> Result<(), OAuthError> {
        let uses = |grant| self.grant_types.contains(&grant);
        if uses(GrantType::AuthorizationCode) && self.redirect_uris.is_empty() {
            let problem = "member 'redirect_uris' is required for the grant authorization_code";
            return Err(OAuthError::new(ErrorCode::InvalidRedirectUri, problem));
        }
        if let Some(kind) = self.application_type {
            kind.check(&self.redirect_uris)?;
        }
        let method = self.token_endpoint_auth_method;
        let keyless = self.jwks.is_none();
        let rules = [
            (
                method == TokenEndpointAuthMethod::None && uses(GrantType::ClientCredentials),
                "grant_types",
                "has client_credentials, which a public client can't use (RFC 6749 §4.4)",
            ),
            (
                method == TokenEndpointAuthMethod::PrivateKeyJwt && keyless,
                "jwks",
                "is required for private_key_jwt",
            ),
            (
                self.require_signed_request_object && keyless,
                "jwks",
                "is required for signed request objects",
            ),
            (
                self.backchannel_logout_session_required && self.backchannel_logout_uri.is_none(),
                "backchannel_logout_uri",
                "is required with 'backchannel_logout_session_required'",
            ),
        ];
        match rules.into_iter().find(|(broken, ..)| *broken) {
            Some((_, name, why)) => Err(wrong(name, why)),
            None => Ok(()),
        }
    }
}

impl ApplicationType {
    /// OpenID Connect Registration §2: "Native Clients MUST only register redirect_uris using custom
    /// URI schemes or loopback URLs using the http scheme". A web application, which is not on the
    /// person's machine, is answered over TLS.
    fn check(self, redirect_uris: &[RedirectUri]) -> Result<(), OAuthError> {
        let is_web = |uri: &RedirectUri| uri.as_str().starts_with("https:");
        let (fits, must): (bool, _) = match self {
            Self::Web => (redirect_uris.iter().all(is_web), "https"),
            Self::Native => (
                !redirect_uris.iter().any(is_web),
                "a loopback address or a private-use scheme",
            ),
        };
        if fits {
            return Ok(());
        }
        let problem = format!("member 'redirect_uris' must have {must} for this application_type");
        Err(OAuthError::new(ErrorCode::InvalidRedirectUri, problem))
    }
}

fn application_type(members: &Members<'_>) -> Result<Option<ApplicationType>, OAuthError> {
    let said = members.one_of("application_type", &["native", "web"])?;
    Ok(said.map(|said| match said.as_str() {
        "native" => ApplicationType::Native,
        _ => ApplicationType::Web,
    }))
}

/// RFC 7591 §2: "If omitted, the default behavior is that the client will use only the
/// "authorization_code" Grant Type."
fn grant_types(members: &Members<'_>) -> Result<Vec<GrantType>, OAuthError> {
    let refuse = |_: UnknownName| wrong("grant_types", "has an unsupported grant type");
    match members.all_parsed("grant_types", MAX_LIST, refuse)? {
        Some(grants) if grants.is_empty() => Err(wrong("grant_types", "is empty")),
        Some(grants) => Ok(grants),
        None => Ok(vec![GrantType::AuthorizationCode]),
    }
}

/// RFC 7591 §2: "If unspecified or omitted, the default is "client_secret_basic"".
fn auth_method(members: &Members<'_>) -> Result<TokenEndpointAuthMethod, OAuthError> {
    let name = "token_endpoint_auth_method";
    let known = TokenEndpointAuthMethod::ALL.map(TokenEndpointAuthMethod::as_str);
    let method = members.one_of(name, &known)?;
    let method = method.and_then(|method| method.parse().ok());
    Ok(method.unwrap_or(TokenEndpointAuthMethod::ClientSecretBasic))
}

/// RFC 7591 §2.1: `code` goes with the grant `authorization_code`, and a server "SHOULD take steps
/// to ensure that a client cannot register itself into an inconsistent state" (REG-03).
fn response_types(
    members: &Members<'_>,
    grants: &[GrantType],
) -> Result<Vec<ResponseType>, OAuthError> {
    let fitting = match grants.contains(&GrantType::AuthorizationCode) {
        true => vec![ResponseType::Code],
        false => Vec::new(),
    };
    let refuse = |_: UnknownName| wrong("response_types", "has another value than code");
    let types: Option<Vec<ResponseType>> =
        members.all_parsed("response_types", MAX_LIST, refuse)?;
    match types {
        Some(types) if types != fitting => {
            Err(wrong("response_types", "does not fit 'grant_types'"))
        }
        _ => Ok(fitting),
    }
}

fn algorithm(members: &Members<'_>, name: &str) -> Result<Option<String>, OAuthError> {
    members.one_of(name, &SIGNATURE_ALGORITHMS)
}

/// The outside of a key set. Its keys are looked into where signatures are understood.
fn jwks(members: &Members<'_>) -> Result<Option<Map<String, Value>>, OAuthError> {
    let Some(value) = members.get("jwks") else {
        return Ok(None);
    };
    let keys = value.get("keys").and_then(Value::as_array);
    let (Value::Object(set), Some(keys)) = (value, keys) else {
        return Err(wrong("jwks", "must be a JWK Set (RFC 7517 §5)"));
    };
    if keys.is_empty() || keys.len() > MAX_LIST || value.to_string().len() > MAX_JWKS_BYTES {
        return Err(wrong("jwks", "has no key or too many"));
    }
    for key in keys {
        let key = key.as_object();
        let key = key.ok_or_else(|| wrong("jwks", "has a key that is no object"))?;
        if PRIVATE.iter().any(|name| key.contains_key(*name)) {
            return Err(wrong("jwks", "has a private or secret key"));
        }
    }
    Ok(Some(set.clone()))
}

fn uri(name: &str, error: RedirectUriError) -> OAuthError {
    let problem = format!("member '{name}' is refused: {error}");
    OAuthError::new(ErrorCode::InvalidRedirectUri, problem)
}
