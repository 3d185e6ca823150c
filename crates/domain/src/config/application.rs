//! Clients (RFC 6749 §2; product §3), which administrators know as applications.

use super::OpenIdSettings;
use crate::Timestamp;
use oauth::{GrantType, TokenEndpointAuthMethod};
use scope::{ClientId, ResourceServerId, ScopeId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A registered client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Application {
    /// Its id, which is also its `client_id`: made by the server (B12, H6).
    pub id: ClientId,
    /// Name, unique together with `version`, ignoring ASCII case.
    pub name: String,
    /// Version of the application.
    pub version: Option<String>,
    /// Free text.
    pub description: Option<String>,
    /// Whether it can keep a secret (RFC 6749 §2.1).
    pub kind: ApplicationKind,
    /// Redirection endpoints (RFC 6749 §3.1.2).
    pub redirect_uris: Vec<String>,
    /// The grants it may use.
    pub grant_types: Vec<GrantType>,
    /// The one way it authenticates (C4).
    pub auth_method: TokenEndpointAuthMethod,
    /// Shape of its access tokens.
    pub access_token_format: AccessTokenFormat,
    /// Lifetime of its access tokens, in seconds.
    pub access_token_lifetime: u32,
    /// How often one grant may be refreshed; no limit if none.
    pub refresh_limit: Option<u32>,
    /// Labels that policies examine.
    pub tags: Vec<String>,
    /// Whether it may do anything at all (B11).
    pub active: bool,
    /// Whether it may act for itself (client credentials).
    pub service_account: bool,
    /// What to do with a scope that it asks for and is not assigned.
    pub unassigned_scopes: UnassignedScopes,
    /// Scopes it may be granted.
    pub assigned: Vec<Assignment>,
    /// Hashes of its secrets; two may overlap during rotation.
    pub secrets: Vec<ClientSecret>,
    /// Its public keys as a JWK Set (RFC 7517), for `private_key_jwt`.
    pub jwks: Option<serde_json::Value>,
    /// The resource server that it is, if it is one: its identifier is then an audience whose
    /// tokens it may introspect (G8).
    pub resource_server: Option<ResourceServerId>,
    /// How it signs people in.
    #[serde(default)]
    pub openid: OpenIdSettings,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// The `client_id` that the command line has in every realm, so that nobody has to be told it.
pub const COMMAND_LINE: ClientId =
    ClientId(Uuid::from_u128(0x616d_6269_7400_8000_8000_0000_0000_0001));

impl Application {
    /// Whether Ambit brought it and needs it: it can be switched off, and not be deleted.
    pub fn is_built_in(&self) -> bool {
        self.id == COMMAND_LINE
    }

    /// The key under which (name, version) is unique.
    pub fn unique_key(&self) -> String {
        let version = self.version.as_deref().unwrap_or_default();
        // Length-prefixed, so that no name and version collide with another pair (G6).
        format!("{}:{}{}", self.name.len(), self.name, version).to_ascii_lowercase()
    }

    /// The `client_id` of the OAuth endpoints.
    pub fn client_id(&self) -> String {
        self.id.to_string()
    }
}

/// Client type (RFC 6749 §2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ApplicationKind {
    Confidential,
    Public,
}

/// The shape of an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessTokenFormat {
    /// `at+jwt` (RFC 9068).
    Jwt,
    /// A reference that only Ambit can read.
    Opaque,
}

/// What becomes of a requested scope that is not assigned to the client (product §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnassignedScopes {
    /// `invalid_scope`, naming it.
    Reject,
    /// It is dropped, and the response's `scope` says so.
    Intersect,
}

/// A scope that a client may be granted, and how (product §3).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// The scope.
    pub scope: ScopeId,
    /// Whether a person may leave it out.
    pub optional: bool,
    /// Whether it is granted when the request names no scope.
    pub default: bool,
    /// Whether a person must consent to it.
    pub consent_required: bool,
    /// The authentication context that it needs (RFC 9470).
    pub required_acr: Option<String>,
}

impl Assignment {
    /// An assignment as it is if nothing is said about it (product §3).
    pub fn new(scope: ScopeId) -> Self {
        Self {
            scope,
            optional: false,
            default: false,
            consent_required: true,
            required_acr: None,
        }
    }
}

/// A client secret as kept: a keyed hash, never the secret (C5).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSecret {
    /// Names the secret where secrets are rotated.
    pub id: Uuid,
    /// HMAC-SHA-256 of the secret under the server's key, base64url.
    pub hash: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends, if it does.
    pub expires: Option<Timestamp>,
}

impl std::fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ClientSecret({})", self.id)
    }
}
