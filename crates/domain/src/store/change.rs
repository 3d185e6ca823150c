//! A write as a value.

use super::{
    AuditAppend, ConfigRow, Entry, EntryKey, EntryKind, GrantId, GrantRecord, GrantsOf, Kind,
    ResourceId, ResourceWrite, ScopeSet, StoreError, TokenKey, TokenRecord, TypeName,
};
use crate::{RealmKey, Timestamp};
use scope::{ClientId, ScopeId};

/// A list of changes that are applied together, in order, or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Commit {
    /// Where all of it happens.
    pub realm: RealmKey,
    /// What happens.
    pub changes: Vec<Change>,
}

/// What a resource write expects to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// No such resource.
    Absent,
    /// The resource at this version.
    Version(u64),
}

/// One change, with what it expects to find.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Raises the place's configuration revision from `expected` by one; otherwise
    /// [`Conflict::StaleRevision`]. Every configuration commit begins with it.
    AdvanceRevision {
        /// The revision that the decision was made on.
        expected: u64,
    },
    /// The configuration that the commit was decided on is still in force, and stays so until the
    /// commit; otherwise [`Conflict::StaleRevision`] (T6).
    ExpectRevision {
        /// The revision that the decision was made on.
        revision: u64,
    },
    /// No resource of the type exists, and none appears that was decided on the configuration
    /// before this commit; otherwise [`Conflict::HasResources`] (T6).
    ExpectNoResources(TypeName),
    /// The resource exists, and can't be deleted by what was decided on the configuration before this
    /// commit; otherwise [`Conflict::Unknown`] (T6).
    ExpectResource {
        /// Its type.
        resource_type: TypeName,
        /// Its id.
        id: ResourceId,
    },
    /// Creates or replaces a configuration object. Its `realm` may be another place than the
    /// commit's (a new realm's objects, created from the system realm).
    PutConfig(ConfigRow),
    /// Deletes a configuration object. [`Conflict::InUse`] if a token still refers to it.
    DeleteConfig {
        /// Where it lives.
        realm: RealmKey,
        /// What it is.
        kind: Kind,
        /// Its id.
        id: String,
    },
    /// Adds events to an audit trail that ends where it is expected to; otherwise
    /// [`Conflict::StaleRevision`].
    AppendAudit(Box<AuditAppend>),
    /// Deletes everything that lives in a realm: objects, tokens, resources. Its audit trail stays.
    DeleteRealm(RealmKey),
    /// Deletes the scope sets that only expired or revoked tokens and grants still carry, with
    /// those, so that the scope can be deleted; live ones are left (and the delete then conflicts).
    ReleaseScope {
        /// The scope to be deleted.
        scope: ScopeId,
        /// Tokens that expire at or before this time, or are revoked, are no longer live.
        now: Timestamp,
    },
    /// Records a set of scopes unless it is recorded already. [`Conflict::Gone`] if one of the
    /// scopes, or the client, no longer exists.
    EnsureScopeSet(ScopeSet),
    /// Records a token. [`Conflict::Gone`] if its scope set no longer exists.
    InsertToken(TokenRecord),
    /// Revokes a token that is not revoked; touches no row otherwise.
    RevokeToken {
        /// Which.
        key: TokenKey,
        /// When.
        at: Timestamp,
    },
    /// Records a grant. [`Conflict::Gone`] if its scope set no longer exists.
    InsertGrant(GrantRecord),
    /// Moves a grant from one generation to another, which may be the same. [`Conflict::Version`]
    /// if it has another one, [`Conflict::Gone`] if it is revoked or does not exist.
    RenewGrant {
        /// Which.
        id: GrantId,
        /// The generation that it must have.
        generation: u64,
        /// The generation that it gets.
        next: u64,
        /// When.
        at: Timestamp,
        /// When it ends from now on.
        expires_at: Timestamp,
    },
    /// Revokes grants that are not revoked, with their tokens.
    RevokeGrants {
        /// Which.
        of: GrantsOf,
        /// When.
        at: Timestamp,
    },
    /// Creates an entry ([`Conflict::Exists`] if there is one) or replaces a version of it
    /// ([`Conflict::Version`] if it has another, or is gone). [`Conflict::Gone`] if its client, or
    /// the realm, no longer exists.
    PutEntry {
        /// What must be there.
        expect: Expect,
        /// What is written.
        entry: Entry,
    },
    /// Creates an entry in a realm that the commit makes; otherwise as [`Change::PutEntry`].
    PutEntryIn {
        /// The realm.
        realm: RealmKey,
        /// What is written.
        entry: Entry,
    },
    /// Makes another version of an entry, so that whoever read it writes nothing; an empty one
    /// where there was none.
    TouchEntry {
        /// Its kind.
        kind: EntryKind,
        /// Its key.
        key: EntryKey,
        /// Whose it is.
        person: ResourceId,
    },
    /// Deletes an entry. [`Conflict::Version`] if it must have a version and has not.
    DeleteEntry {
        /// Its kind.
        kind: EntryKind,
        /// Its key.
        key: EntryKey,
        /// The version that it must have, if that matters.
        version: Option<u64>,
    },
    /// The entry has this version, and keeps it until the commit; otherwise
    /// [`Conflict::Version`].
    ExpectEntry {
        /// Its kind.
        kind: EntryKind,
        /// Its key.
        key: EntryKey,
        /// The version.
        version: u64,
    },
    /// Deletes the entries of a kind that belong to a person, but one.
    DeleteEntriesOf {
        /// Whose.
        person: ResourceId,
        /// Of which kind.
        kind: EntryKind,
        /// The one that stays.
        but: Option<EntryKey>,
    },
    /// Replaces the password of a resource. [`Conflict::Missing`] if it does not exist.
    SetPassword {
        /// Its type.
        resource_type: TypeName,
        /// Its id.
        id: ResourceId,
        /// The PHC string.
        hash: String,
    },
    /// Deletes every token, grant, entry and scope set of a client.
    DeleteTokensOfClient(ClientId),
    /// Remembers a client assertion's `jti` until it expires; [`Conflict::Replayed`] if it is
    /// known (C1, RFC 7523 §3).
    UseAssertion {
        /// SHA-256 over client and `jti`.
        key: TokenKey,
        /// When it may be forgotten.
        expires_at: Timestamp,
    },
    /// Creates or replaces a SCIM resource with its index and unique values.
    PutResource {
        /// [`Conflict::Exists`] / [`Conflict::Missing`] / [`Conflict::Version`] otherwise.
        expect: Expect,
        /// What is written.
        write: Box<ResourceWrite>,
    },
    /// Deletes a SCIM resource with its index; it leaves every group and is nobody's manager any
    /// more, and what referred to it gets a new version. [`Conflict::Missing`] or
    /// [`Conflict::Version`] otherwise.
    DeleteResource {
        /// Its type.
        resource_type: TypeName,
        /// Its id.
        id: ResourceId,
        /// The version that it must have, if that matters.
        version: Option<u64>,
        /// When: `meta.lastModified` of what referred to it.
        at: Timestamp,
    },
}

/// What stood in the way of a commit; nothing of it was applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// The configuration changed since it was read: read again and decide again.
    #[error("the configuration has changed meanwhile")]
    StaleRevision,
    /// Another object of the kind has that key.
    #[error("another {} has that name", kind.as_str())]
    Duplicate {
        /// The kind.
        kind: Kind,
    },
    /// A scope or client that the token needs, or the realm of a resource, no longer exists.
    #[error("what it depends on no longer exists")]
    Gone,
    /// A live token still refers to the object.
    #[error("a live token still refers to it")]
    InUse,
    /// There are resources of the type.
    #[error("there are resources of type {resource_type}")]
    HasResources {
        /// The type.
        resource_type: TypeName,
    },
    /// A resource that the configuration shall name does not exist.
    #[error("there is no {resource_type} with the id {id}")]
    Unknown {
        /// Its type.
        resource_type: TypeName,
        /// Its id.
        id: ResourceId,
    },
    /// The assertion was used before.
    #[error("the assertion was used before")]
    Replayed,
    /// The resource exists already.
    #[error("the resource exists already")]
    Exists,
    /// The resource does not exist.
    #[error("the resource does not exist")]
    Missing,
    /// The resource has another version.
    #[error("the resource has another version")]
    Version,
    /// Another resource of the type has the value.
    #[error("another resource has that {path}")]
    Unique {
        /// The attribute.
        path: String,
    },
}

/// Why a commit was not applied.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// It met something that it did not expect.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
