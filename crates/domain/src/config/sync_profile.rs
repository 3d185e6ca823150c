//! Sync profiles: which directory a connector reads, and how (product §13).

use crate::{RealmKey, Secrets, Timestamp};
use jose::{JoseError, base64url};
use oauth::Secret;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a connector needs to know to read a directory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SyncProfile {
    /// Its id.
    pub id: Uuid,
    /// Its name, unique in the realm ignoring ASCII case.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// The directory.
    pub source: SyncSource,
    /// Which attribute of the directory gives which SCIM attribute: theirs, path of ours.
    pub attribute_mapping: Vec<(String, String)>,
    /// Seconds between runs.
    pub schedule: u32,
    /// The connector that runs it, and alone reads its secret.
    pub connector: Option<Uuid>,
    /// Whether it is to be run.
    pub active: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// A directory, with what reading it takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SyncSource {
    /// An LDAP directory (RFC 4511).
    Ldap {
        /// `ldap:` or `ldaps:` URL.
        server: String,
        /// Distinguished name below which people and groups are (RFC 4514).
        base: String,
        /// Filter that people match (RFC 4515).
        user_filter: String,
        /// Filter that groups match; without, groups are left alone.
        group_filter: Option<String>,
        /// Distinguished name to bind as; anonymous without.
        bind_name: Option<String>,
        /// The password of that name.
        bind_password: Option<SealedSecret>,
    },
    /// Microsoft Entra ID, by Microsoft Graph.
    Entra {
        /// `https:` URL.
        server: String,
        /// The directory's id or domain.
        tenant_id: String,
        /// Our `client_id` there.
        client_id: String,
        /// Our secret there.
        client_secret: Option<SealedSecret>,
    },
}

/// A secret of a profile, sealed under the server's key, base64url.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedSecret(String);

impl SealedSecret {
    /// Seals a secret of the profile `id`, for that place alone.
    pub fn seal(
        realm: &RealmKey,
        id: Uuid,
        secret: &Secret,
        secrets: &Secrets,
    ) -> Result<Self, JoseError> {
        let key = secrets.sync_secrets();
        let sealed = key.seal(&purpose(realm, id), secret.expose().as_bytes())?;
        Ok(Self(base64url::encode(sealed)))
    }

    /// The secret.
    ///
    /// # Errors
    /// If it was sealed for another place, or under another key.
    pub fn open(&self, realm: &RealmKey, id: Uuid, secrets: &Secrets) -> Result<Secret, JoseError> {
        let key = secrets.sync_secrets();
        let opened = key.open(&purpose(realm, id), &base64url::decode(&self.0)?)?;
        let text = std::str::from_utf8(&opened).map_err(|_| JoseError::Crypto)?;
        Ok(Secret::new(text))
    }
}

/// What a sealed secret is bound to, so that it can't be moved to another profile.
fn purpose(realm: &RealmKey, id: Uuid) -> Vec<u8> {
    format!("sync profile {realm}:{id}").into_bytes()
}

impl std::fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedSecret")
    }
}

impl SyncSource {
    /// The word for it in the management API.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Ldap { .. } => "ldap",
            Self::Entra { .. } => "entra",
        }
    }

    /// The one secret that reading it takes, if there is one.
    pub fn secret(&self) -> Option<&SealedSecret> {
        match self {
            Self::Ldap { bind_password, .. } => bind_password.as_ref(),
            Self::Entra { client_secret, .. } => client_secret.as_ref(),
        }
    }

    /// The name of that secret in the management API.
    pub fn secret_field(&self) -> &'static str {
        match self {
            Self::Ldap { .. } => "bind_password",
            Self::Entra { .. } => "client_secret",
        }
    }

    /// Whether a secret of `other` would go to the same place here: the same server and, where that
    /// says where it goes, the same directory (REG-26).
    pub fn reaches_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Ldap { server: a, .. }, Self::Ldap { server: b, .. }) => a == b,
            (
                Self::Entra {
                    server,
                    tenant_id,
                    client_id,
                    ..
                },
                Self::Entra {
                    server: other_server,
                    tenant_id: other_tenant,
                    client_id: other_client,
                    ..
                },
            ) => (server, tenant_id, client_id) == (other_server, other_tenant, other_client),
            _ => false,
        }
    }

    /// The same with another secret, or none.
    pub fn with_secret(mut self, sealed: Option<SealedSecret>) -> Self {
        match &mut self {
            Self::Ldap { bind_password, .. } => *bind_password = sealed,
            Self::Entra { client_secret, .. } => *client_secret = sealed,
        }
        self
    }
}
