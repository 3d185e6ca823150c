//! What a client says of itself when it registers (RFC 7591 §2, OpenID Connect Dynamic Client
//! Registration §2, and the members that logout, RFC 9101 and RFC 9126 add).
//!
//! Here is decided what makes sense at all; what this client may have is the server's policy (H3).
//! An update is read as a registration is, whole and by the same rules (H4).

use crate::{
    GrantType, OAuthError, PostLogoutRedirectUri, RedirectUri, ResponseType, Scope,
    TokenEndpointAuthMethod, WebUri, strict_json,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

mod information;
mod members;
mod read;
mod refused;

pub use information::{ClientInformation, ClientUpdate, IssuedSecret};
pub use read::SIGNATURE_ALGORITHMS;

/// Levels of nesting in a body: more than any member needs.
const MAX_DEPTH: usize = 8;

/// The metadata of a client. Members that are not known are ignored (RFC 7591 §2), and those of a
/// wrong type refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub struct ClientMetadata {
    /// Where answers may be sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub redirect_uris: Vec<RedirectUri>,
    /// How the client authenticates; `client_secret_basic` if it did not say.
    pub token_endpoint_auth_method: TokenEndpointAuthMethod,
    /// The grants that it will use; `authorization_code` if it did not say.
    pub grant_types: Vec<GrantType>,
    /// `code`, if it uses the grant `authorization_code`.
    pub response_types: Vec<ResponseType>,
    /// Which kind of application it is, if it said so: its redirection URIs are held to that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_type: Option<ApplicationType>,
    /// Its name, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// Its home page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<WebUri>,
    /// Its logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<WebUri>,
    /// How it uses data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<WebUri>,
    /// Its terms of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<WebUri>,
    /// Whom to ask about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<String>,
    /// The scope that it may ask for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Its public keys, a JWK Set whose keys have not been looked into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Map<String, Value>>,
    /// Which software it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_id: Option<String>,
    /// Which version of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_version: Option<String>,
    /// The one JWS algorithm of its client assertions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<String>,
    /// The JWS algorithm of its ID tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<String>,
    /// The JWS algorithm of its userinfo answers, which are else not signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<String>,
    /// The one JWS algorithm of its request objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_signing_alg: Option<String>,
    /// What `sub` is to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_type: Option<SubjectType>,
    /// `max_age` where its requests have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u64>,
    /// Whether its ID tokens always have `auth_time`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub require_auth_time: bool,
    /// `acr_values` where its requests have none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub default_acr_values: Vec<String>,
    /// Where a browser may be sent after a logout (RP-Initiated Logout §3.1).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<PostLogoutRedirectUri>,
    /// Where it is told of logouts (Back-Channel Logout §2.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<WebUri>,
    /// Whether it must be told of them with `sid`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub backchannel_logout_session_required: bool,
    /// Whether its authorization requests must be pushed (RFC 9126 §6).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub require_pushed_authorization_requests: bool,
    /// Whether they must be signed (RFC 9101 §10.5).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub require_signed_request_object: bool,
}

/// Which kind of application a client is (OpenID Connect Registration §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationType {
    /// One on a device: it is answered at a loopback address or a private-use scheme.
    Native,
    /// One on a server: it is answered at an `https` address.
    Web,
}

/// What `sub` is to a client (OIDC Core §8): the same for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    /// Every client sees the same `sub`.
    Public,
}

impl ClientMetadata {
    /// Longest body of a registration or update, in bytes.
    pub const MAX_BODY_BYTES: usize = 64 * 1024;

    /// The members of a registration or update (RFC 7591 §3.1).
    ///
    /// # Errors
    /// `invalid_request` if the body is too long or no JSON object, has a member twice (J12), or
    /// nests too deep.
    pub fn members(body: &[u8]) -> Result<Map<String, Value>, OAuthError> {
        if body.len() > Self::MAX_BODY_BYTES {
            let problem = format!("the body has more than {} bytes", Self::MAX_BODY_BYTES);
            return Err(OAuthError::invalid_request(problem));
        }
        let text = std::str::from_utf8(body).ok();
        match text.and_then(|text| strict_json::parse(text, MAX_DEPTH)) {
            Some(Value::Object(members)) => Ok(members),
            _ => Err(OAuthError::invalid_request(
                "the body must be one JSON object, which has no member twice",
            )),
        }
    }
}

impl TryFrom<Map<String, Value>> for ClientMetadata {
    type Error = OAuthError;

    fn try_from(members: Map<String, Value>) -> Result<Self, OAuthError> {
        Self::from_json(&members)
    }
}

#[cfg(test)]
mod tests;
