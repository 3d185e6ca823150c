//! The one port to storage: outcomes and pages, in the domain's words.
//!
//! A write is a value: a use case reads facts, decides purely and hands over one [`Commit`], which
//! the store applies whole or answers with the [`Conflict`] that it found. No code of ours runs
//! inside a transaction. Every call leads with the realm (T1).

mod audit;
mod change;
mod people;
mod query;
mod record;

pub use audit::{AuditAppend, AuditHead, AuditQuery, AuditRow};
pub use change::{Change, Commit, CommitError, Conflict, Expect};
pub use people::{
    Entry, EntryKey, EntryKind, EntryQuery, GrantId, GrantQuery, GrantRecord, GrantsOf,
};
pub use query::{
    After, AssignmentUse, Membership, Page, ResourcePage, ResourceQuery, TokenQuery, TokenUse,
    Window,
};
pub use record::{
    ConfigRow, IndexRow, Kind, ResourceId, ResourceWrite, ScopeSet, ScopeSetId, StoredResource,
    TokenKey, TokenRecord, TokenStatus, TypeName,
};

use crate::{RealmKey, Timestamp};
use async_trait::async_trait;

/// A store that failed. The text is for the log, never for a caller.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store can't be reached or is not ready; the same call may succeed later.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// What the store holds can't be read.
    #[error("the store holds something unreadable: {0}")]
    Corrupt(String),
    /// A search took longer than one may (S9).
    #[error("the search took longer than it may")]
    TooExpensive,
    /// Anything else the engine said.
    #[error("the store failed: {0}")]
    Engine(String),
}

/// Everything that Ambit keeps. Two engines implement it; one conformance suite holds them to it.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Applies every change of `commit`, or none. When it answers `Ok`, the change is durable.
    ///
    /// The answer has the number of rows that each change touched, in order.
    async fn commit(&self, commit: Commit) -> Result<Vec<u64>, CommitError>;

    /// Every configuration object of every tenant and realm, with each realm's revision.
    async fn load_configuration(&self) -> Result<Vec<ConfigRow>, StoreError>;

    /// The configuration revision of a place; 0 where nothing was ever configured.
    async fn revision(&self, realm: &RealmKey) -> Result<u64, StoreError>;

    /// The token of this realm with this key, whatever its state.
    async fn find_token(
        &self,
        realm: &RealmKey,
        key: &TokenKey,
    ) -> Result<Option<TokenRecord>, StoreError>;

    /// Tokens by key, in pages.
    async fn list_tokens(
        &self,
        realm: &RealmKey,
        query: &TokenQuery,
    ) -> Result<Page<TokenRecord>, StoreError>;

    /// How many live tokens carry a scope at `now`, and the keys of the first few.
    async fn token_use(
        &self,
        realm: &RealmKey,
        scope: &scope::ScopeId,
        now: Timestamp,
    ) -> Result<TokenUse, StoreError>;

    /// How many of a client's tokens and grants that live at `now` carry a scope; each is counted to
    /// `most`.
    async fn assignment_use(
        &self,
        realm: &RealmKey,
        client: &scope::ClientId,
        scope: &scope::ScopeId,
        now: Timestamp,
        most: u32,
    ) -> Result<AssignmentUse, StoreError>;

    /// The grant of this realm with this id, whatever its state.
    async fn find_grant(
        &self,
        realm: &RealmKey,
        id: &GrantId,
    ) -> Result<Option<GrantRecord>, StoreError>;

    /// Grants by id, in pages.
    async fn list_grants(
        &self,
        realm: &RealmKey,
        query: &GrantQuery,
    ) -> Result<Page<GrantRecord>, StoreError>;

    /// The keys of the tokens of grants, revoked or not, that have not expired at `now`.
    async fn tokens_of_grants(
        &self,
        realm: &RealmKey,
        of: &GrantsOf,
        now: Timestamp,
    ) -> Result<Vec<TokenKey>, StoreError>;

    /// The entry of this realm with this kind and key, expired or not.
    async fn find_entry(
        &self,
        realm: &RealmKey,
        kind: EntryKind,
        key: &EntryKey,
    ) -> Result<Option<Entry>, StoreError>;

    /// The entries of a kind that belong to a person, by key; at most `most` of them.
    async fn list_entries(
        &self,
        realm: &RealmKey,
        kind: EntryKind,
        person: &ResourceId,
        most: u32,
    ) -> Result<Vec<Entry>, StoreError>;

    /// The entries of a kind, by key, in pages.
    async fn list_entries_of_kind(
        &self,
        realm: &RealmKey,
        query: &EntryQuery,
    ) -> Result<Page<Entry>, StoreError>;

    /// The PHC string of a resource's password, if there is one.
    async fn find_password_hash(
        &self,
        realm: &RealmKey,
        resource_type: &TypeName,
        id: &ResourceId,
    ) -> Result<Option<String>, StoreError>;

    /// One SCIM resource as stored, without what is derived from others.
    async fn find_resource(
        &self,
        realm: &RealmKey,
        resource_type: &TypeName,
        id: &ResourceId,
    ) -> Result<Option<StoredResource>, StoreError>;

    /// The resources that match a filter, counted, ordered and paged.
    async fn search(
        &self,
        realm: &RealmKey,
        query: &ResourceQuery,
    ) -> Result<ResourcePage, StoreError>;

    /// The ids of the resources of a type, in ascending order; at most `most` of them.
    async fn list_resources(
        &self,
        realm: &RealmKey,
        resource_type: &TypeName,
        most: u32,
    ) -> Result<Vec<ResourceId>, StoreError>;

    /// Which of `ids` exist, of any type: their type and `displayName`, if they have one.
    async fn resolve_references(
        &self,
        realm: &RealmKey,
        ids: &[ResourceId],
    ) -> Result<Vec<(ResourceId, TypeName, Option<String>)>, StoreError>;

    /// The groups that have any of `members` as a direct member.
    async fn memberships(
        &self,
        realm: &RealmKey,
        members: &[ResourceId],
    ) -> Result<Vec<Membership>, StoreError>;

    /// Whether any resource of the type exists (a type in use can't be deleted).
    async fn has_resources(
        &self,
        realm: &RealmKey,
        resource_type: &TypeName,
    ) -> Result<bool, StoreError>;

    /// Events of a place's audit trail, in order of their numbers from one end or the other.
    async fn list_audit_events(
        &self,
        realm: &RealmKey,
        query: &AuditQuery,
    ) -> Result<Page<AuditRow>, StoreError>;

    /// Where a place's audit trail ends; nowhere if it never began.
    async fn audit_head(&self, realm: &RealmKey) -> Result<Option<AuditHead>, StoreError>;

    /// Where every audit trail ends, by place.
    async fn audit_heads(&self) -> Result<Vec<(RealmKey, AuditHead)>, StoreError>;

    /// Deletes what has expired at `now` and no longer counts: tokens, grants, entries, used
    /// assertions, and at last the scope sets that no token or grant has any more.
    /// Answers how many rows went; at most a small batch per call.
    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError>;

    /// Whether the store answers and this process still owns it.
    async fn check(&self) -> Result<(), StoreError>;

    /// Whether this process still owns the store, as far as is known without asking anyone: cheap
    /// enough for every request, and at most a moment old. A commit looks for itself. Once lost,
    /// ownership never comes back: another process may have changed everything, and what is known
    /// here counts no more.
    fn owned(&self) -> bool;
}
