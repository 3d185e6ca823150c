//! Identity providers and claims: what a realm knows of people elsewhere, and says of its own.

use crate::{RealmKey, Secrets, Timestamp};
use jose::{JoseError, base64url};
use oauth::Secret;
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

impl IdentityProvider {
    /// Seals our secret at the provider `id`, for that place alone.
    pub(crate) fn seal_secret(
        realm: &RealmKey,
        id: Uuid,
        secret: &str,
        secrets: &Secrets,
    ) -> Result<String, JoseError> {
        let key = secrets.provider_secrets();
        let sealed = key.seal(&purpose(realm, id), secret.as_bytes())?;
        Ok(base64url::encode(sealed))
    }

    /// Our secret at the provider, if there is one.
    ///
    /// # Errors
    /// If it was sealed for another place, or under another key.
    pub fn secret(&self, realm: &RealmKey, secrets: &Secrets) -> Result<Option<Secret>, JoseError> {
        let Some(sealed) = &self.sealed_secret else {
            return Ok(None);
        };
        let key = secrets.provider_secrets();
        let opened = key.open(&purpose(realm, self.id), &base64url::decode(sealed)?)?;
        let text = std::str::from_utf8(&opened).map_err(|_| JoseError::Crypto)?;
        Ok(Some(Secret::new(text)))
    }
}

/// What a sealed secret is bound to, so that it can't be moved to another provider.
fn purpose(realm: &RealmKey, id: Uuid) -> Vec<u8> {
    format!("identity provider {realm}:{id}").into_bytes()
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
