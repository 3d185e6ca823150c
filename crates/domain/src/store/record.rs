//! What is kept.

use crate::{RealmKey, Timestamp};
use scope::{ClientId, GrantedScope};
use std::{fmt, sync::Arc};

/// The kinds of configuration object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Kind {
    Tenant,
    Realm,
    Scope,
    /// An earlier definition of a scope, which live grants are still measured by.
    ScopeVersion,
    Application,
    ResourceServer,
    Schema,
    ResourceType,
    Key,
    IdentityProvider,
    Claim,
    Service,
    Policy,
    SyncProfile,
    Connector,
    Role,
    /// A tenant or realm name that was used and is never given out again (T7).
    Retired,
}

impl Kind {
    /// The name under which a store keeps it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Realm => "realm",
            Self::Scope => "scope",
            Self::ScopeVersion => "scope-version",
            Self::Application => "application",
            Self::ResourceServer => "resource-server",
            Self::Schema => "schema",
            Self::ResourceType => "resource-type",
            Self::Key => "key",
            Self::IdentityProvider => "identity-provider",
            Self::Claim => "claim",
            Self::Service => "service",
            Self::Policy => "policy",
            Self::SyncProfile => "sync-profile",
            Self::Connector => "connector",
            Self::Role => "role",
            Self::Retired => "retired",
        }
    }

    /// The resource of the management API that objects of the kind are; none of those that are parts
    /// of others.
    pub const fn resource(self) -> Option<&'static str> {
        Some(match self {
            Self::Tenant => "tenants",
            Self::Realm => "realms",
            Self::Scope => "scopes",
            Self::Application => "applications",
            Self::ResourceServer => "resource-servers",
            Self::Schema => "schemas",
            Self::ResourceType => "resource-types",
            Self::Key => "keys",
            Self::IdentityProvider => "identity-providers",
            Self::Claim => "claims",
            Self::Role => "roles",
            Self::Service => "services",
            Self::Policy => "policies",
            Self::SyncProfile => "sync-profiles",
            Self::Connector => "connectors",
            Self::ScopeVersion | Self::Retired => return None,
        })
    }

    /// The resources of the management API that are kept as parts of such objects.
    pub const fn parts(self) -> &'static [&'static str] {
        match self {
            Self::Application => &["assigned-scopes", "secrets"],
            _ => &[],
        }
    }

    /// The kind with the given stored name.
    pub fn from_stored(name: &str) -> Option<Self> {
        [
            Self::Tenant,
            Self::Realm,
            Self::Scope,
            Self::ScopeVersion,
            Self::Application,
            Self::ResourceServer,
            Self::Schema,
            Self::ResourceType,
            Self::Key,
            Self::IdentityProvider,
            Self::Claim,
            Self::Service,
            Self::Policy,
            Self::SyncProfile,
            Self::Connector,
            Self::Role,
            Self::Retired,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == name)
    }
}

/// One configuration object as a row: the body is the domain's JSON, opaque to the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigRow {
    /// Where it lives.
    pub realm: RealmKey,
    /// What it is.
    pub kind: Kind,
    /// Its id, unique within the place and kind.
    pub id: String,
    /// A second key that is unique within the place and kind (a folded name), if it has one.
    pub unique_key: Option<String>,
    /// The object.
    pub body: String,
}

/// What a token is found by: when it was made, and a SHA-256 of its handle (opaque) or `jti` (JWT).
/// Keys are in order of time, so that what is made together is kept together.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenKey(pub [u8; 32]);

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenKey")
    }
}

/// A name for one set of granted scopes of one client: a hash of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeSetId(pub [u8; 16]);

/// A set of scopes, with the version of each that was granted, as carried by tokens of one client.
///
/// Many tokens share one set; the set refers to the scopes and the client, so that neither can go
/// while a token has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeSet {
    /// Its name.
    pub id: ScopeSetId,
    /// The client that was granted it.
    pub client: ClientId,
    /// The scopes and their versions, sorted.
    pub scopes: Vec<GrantedScope>,
}

/// What may still be done with a recorded token, besides expiring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenStatus {
    /// It counts until it expires.
    Issued,
    /// It was revoked at this time.
    Revoked(Timestamp),
}

/// A token as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRecord {
    /// What it is found by.
    pub key: TokenKey,
    /// The granted scopes and their client.
    pub scope_set: Arc<ScopeSet>,
    /// `sub` (RFC 9068 §2.2).
    pub subject: String,
    /// `aud`.
    pub audience: Vec<String>,
    /// `iat`.
    pub issued_at: Timestamp,
    /// `exp`.
    pub expires_at: Timestamp,
    /// Revoked or not.
    pub status: TokenStatus,
    /// The grant that it hangs from: it then speaks for a person, the subject; without, for its
    /// client.
    pub grant: Option<super::GrantId>,
}

/// The name of a SCIM resource type, such as `User`.
pub type TypeName = Arc<str>;

/// The id of a SCIM resource: made by the server, never used again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceId(pub Arc<str>);

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A SCIM resource as stored: `document` has everything but `id`, `meta` and derived values.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredResource {
    /// Its id.
    pub id: ResourceId,
    /// What the store calls it, which is its own affair and always the same: none until it is
    /// there; whoever replaces it must say so.
    pub number: Option<i64>,
    /// Counts its changes from 1.
    pub version: u64,
    /// `meta.created`.
    pub created: Timestamp,
    /// `meta.lastModified`.
    pub modified: Timestamp,
    /// JSON text of an object with canonical member names.
    pub document: String,
}

/// A SCIM resource to be written, with what it is found by.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceWrite {
    /// Its type.
    pub resource_type: TypeName,
    /// The row itself, its version the new one.
    pub resource: StoredResource,
    /// `scim::index::entries` of the whole resource, group `members.value` among them; or, if it
    /// replaces a version, at least of all attributes that change.
    pub index: Vec<IndexRow>,
    /// The entries that the same attributes had in the version that it replaces.
    pub replaced: Vec<IndexRow>,
    /// Resources whose representation this write changes too (members that come or go):
    /// their version rises, their `modified` stays.
    pub touches: Vec<ResourceId>,
    /// `displayName` as written, for those that refer to it.
    pub display: Option<String>,
    /// PHC string of the password; `None` keeps what is there.
    pub password_hash: Option<String>,
}

/// One row of the attribute index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndexRow {
    /// Canonical attribute path (`emails.value`).
    pub path: Arc<str>,
    /// Ordinal of the element of the multi-valued attribute; 0 for a single value.
    pub element: u32,
    /// Whether that element has `primary` true.
    pub primary: bool,
    /// Whether no other resource of the type may have the value (RFC 7643 §7 `uniqueness`, S6).
    pub unique: bool,
    /// The value in the order-preserving encoding of `scim::index`.
    pub value: String,
}
