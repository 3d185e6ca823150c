//! Tenants, realms, scopes, resource servers, schemas and resource types as kept.

use super::{DEFAULT_PROJECT, DEFAULT_SERVICE_PREFIX, RegistrationPolicy};
use crate::{Slug, Timestamp};
use factors::password::PasswordPolicy;
use jose::Algorithm;
use scope::{ResourceServerId, ScopeDefinition, ScopeId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An owner of realms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tenant {
    /// Its name in addresses.
    pub name: Slug,
    /// Human-readable name.
    pub display_name: Option<String>,
    /// Whether anything in it may be used (B11).
    pub active: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// A realm: everything but tenants and realms lives in exactly one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Realm {
    /// The tenant that owns it.
    pub tenant: Slug,
    /// Its name in addresses.
    pub name: Slug,
    /// Human-readable name.
    pub display_name: Option<String>,
    /// Whether anything in it may be used (B11).
    pub active: bool,
    /// What holds for the whole realm.
    pub settings: RealmSettings,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// What holds for a whole realm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RealmSettings {
    /// What access tokens are signed with.
    pub signing_algorithm: Algorithm,
    /// Lifetime of access tokens, in seconds, where the client sets none.
    pub access_token_lifetime: u32,
    /// What passwords must be.
    #[serde(default)]
    pub password_policy: PasswordPolicy,
    /// Whether clients may register themselves.
    #[serde(default)]
    pub registration: RegistrationPolicy,
    /// What every service URL begins with.
    #[serde(default = "service_prefix")]
    pub service_prefix: String,
    /// The projects whose services are offered to those who choose some for a scope.
    #[serde(default = "service_projects")]
    pub service_projects: Vec<String>,
}

fn service_prefix() -> String {
    DEFAULT_SERVICE_PREFIX.to_owned()
}

fn service_projects() -> Vec<String> {
    vec![DEFAULT_PROJECT.to_owned()]
}

impl Default for RealmSettings {
    fn default() -> Self {
        Self {
            signing_algorithm: Algorithm::Es256,
            access_token_lifetime: 3600,
            password_policy: PasswordPolicy::default(),
            registration: RegistrationPolicy::default(),
            service_prefix: service_prefix(),
            service_projects: service_projects(),
        }
    }
}

/// A scope as kept: its current definition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScopeRecord {
    /// Its id, never used again.
    pub id: ScopeId,
    /// Counts its definitions from 1.
    pub version: u32,
    /// The definition.
    #[serde(with = "definition")]
    pub definition: ScopeDefinition,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// An earlier definition of a scope: grants are measured by what they were given (product §2.4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScopeVersion {
    /// The scope.
    pub scope: ScopeId,
    /// Which definition of it.
    pub version: u32,
    /// The definition.
    #[serde(with = "definition")]
    pub definition: ScopeDefinition,
}

/// A third-party API whose identifier becomes the audience of tokens (RFC 8707).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResourceServer {
    /// Its id.
    pub id: ResourceServerId,
    /// Absolute URI without fragment (RFC 8707 §2), unique in the realm.
    pub identifier: String,
    /// Human-readable name.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// A SCIM schema as kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SchemaRecord {
    /// Its id.
    pub id: Uuid,
    /// Whether Ambit brought it; it can't be changed or deleted then.
    pub built_in: bool,
    /// The schema.
    pub schema: scim::Schema,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// A SCIM resource type as kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResourceTypeRecord {
    /// Its id.
    pub id: Uuid,
    /// Whether Ambit brought it; it can't be deleted then, but may get extensions.
    pub built_in: bool,
    /// The resource type.
    pub resource_type: scim::ResourceType,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// Scope definitions serialise as `scope` writes them.
mod definition {
    use scope::ScopeDefinition;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
    use serde_json::{Map, Value};

    pub(super) fn serialize<S: Serializer>(
        definition: &ScopeDefinition,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        definition.to_json().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<ScopeDefinition, D::Error> {
        let map = Map::<String, Value>::deserialize(deserializer)?;
        ScopeDefinition::from_json(&map).map_err(D::Error::custom)
    }
}
