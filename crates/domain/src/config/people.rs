//! Identity providers and claims: what a realm knows of people elsewhere, and says of its own.

use crate::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An OpenID provider at which people may sign in (OpenID Connect Core §3.1).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct IdentityProvider {
    /// Its id.
    pub id: Uuid,
    /// Its name, unique in the realm ignoring ASCII case; people see it.
    pub name: String,
    /// Its issuer identifier, exactly as it says it itself.
    pub issuer: String,
    /// Our `client_id` there.
    pub client_id: String,
    /// Our secret there, sealed under the server's key, base64url.
    pub sealed_secret: Option<String>,
    /// The scopes that we ask for; `openid` is always among them.
    pub scopes: Vec<String>,
    /// Whether someone who is not known here gets an identity (just-in-time provisioning).
    pub creates_identities: bool,
    /// Which of its claims fill which attributes of such an identity: claim, attribute path.
    pub attributes: Vec<(String, String)>,
    /// Whether people may sign in there (B11).
    pub active: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

impl std::fmt::Debug for IdentityProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IdentityProvider({}, {})", self.id, self.issuer)
    }
}

/// A claim, and where its value comes from (product §4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClaimRecord {
    /// Its id.
    pub id: Uuid,
    /// Its name, unique in the realm; case-sensitive (RFC 7519 §4).
    pub name: String,
    /// Attribute paths, of which the first with a value gives it: `emails[primary eq true].value`.
    pub paths: Vec<String>,
    /// Whether Ambit brought it.
    pub built_in: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}
