//! The running server: the directory of realms, and the one way to change it.

mod above;
mod audited;
mod edit;
mod load;

pub(crate) use above::Above;
pub(crate) use audited::Turn;
pub(crate) use edit::Series;
pub use edit::{Edit, EditError};
pub use load::LoadError;

use crate::{
    Clock, Outbound, RealmKey, ResourceIds, Secrets, Timestamp,
    audit::Chains,
    directory::Directory,
    management::Texts,
    people::{Crowds, Strangers, Upstreams},
    scim::{Kept, Turns},
    snapshot::RealmSnapshot,
    snapshot::Surroundings,
    store::ResourceId,
    store::Store,
    tokens::{FreshGrants, LiveTokens},
    userinfo::Told,
};
use arc_swap::ArcSwap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Everything a use case needs: the store, the time, the secrets and the compiled realms.
pub struct Core {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    resource_ids: Arc<dyn ResourceIds>,
    outbound: Arc<dyn Outbound>,
    secrets: Secrets,
    base_url: String,
    directory: ArcSwap<Directory>,
    /// Held by the one registration that is under way: strangers have keys made one after another.
    registrations: Mutex<()>,
    /// Held by the one configuration change that is under way; readers never touch it.
    writer: Mutex<Writer>,
    live_tokens: Arc<LiveTokens>,
    fresh_grants: FreshGrants,
    kept: Kept,
    told: Told,
    turns: Turns,
    texts: Texts,
    upstreams: Upstreams,
    crowds: Crowds,
    pub(crate) strangers: Strangers,
}

/// What whoever changes the configuration must know.
#[derive(Debug)]
struct Writer {
    certainty: Certainty,
    /// Where the audit trails end.
    chains: Chains,
}

/// Whether what is in force here is what the store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Certainty {
    /// It is.
    Sure,
    /// A commit failed in a way that does not say whether it was applied.
    Unsure,
}

impl Core {
    /// The store. Only the domain reads and writes it.
    pub(crate) fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The store, for work that goes on by itself.
    pub(crate) fn shared_store(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    /// Whose turn it is to register a client.
    pub(crate) fn registrations(&self) -> &Mutex<()> {
        &self.registrations
    }

    /// What lists of configuration show.
    pub(crate) fn texts(&self) -> &Texts {
        &self.texts
    }

    /// Whose turn it is to write a resource.
    pub(crate) fn turns(&self) -> &Turns {
        &self.turns
    }

    /// What is remembered of identity providers.
    pub(crate) fn upstreams(&self) -> &Upstreams {
        &self.upstreams
    }

    /// Guesses that are counted for many at once.
    pub(crate) fn crowds(&self) -> &Crowds {
        &self.crowds
    }

    /// What is kept of resources.
    pub(crate) fn kept(&self) -> &Kept {
        &self.kept
    }

    /// What was told of people lately.
    pub(crate) fn told(&self) -> &Told {
        &self.told
    }

    /// The same server with another source of ids for new resources.
    pub fn with_resource_ids(self, resource_ids: Arc<dyn ResourceIds>) -> Self {
        Self {
            resource_ids,
            ..self
        }
    }

    /// The same server with a way to servers elsewhere; without, it asks none.
    pub fn with_outbound(self, outbound: Arc<dyn Outbound>) -> Self {
        Self { outbound, ..self }
    }

    /// The way to servers elsewhere.
    pub fn outbound(&self) -> &Arc<dyn Outbound> {
        &self.outbound
    }

    /// An id that no resource has had (T7).
    pub(crate) fn new_resource_id(&self) -> ResourceId {
        ResourceId(self.resource_ids.next().to_string().into())
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Keys derived from the master key.
    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The public base URL: an origin, without a path and without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Tokens seen lately.
    pub(crate) fn live_tokens(&self) -> &LiveTokens {
        &self.live_tokens
    }

    /// Grants whose code was just made.
    pub(crate) fn fresh_grants(&self) -> &FreshGrants {
        &self.fresh_grants
    }

    /// The same, for work that goes on by itself.
    pub(crate) fn shared_live_tokens(&self) -> Arc<LiveTokens> {
        self.live_tokens.clone()
    }

    /// All tenants and realms as they are now.
    pub fn directory(&self) -> Arc<Directory> {
        self.directory.load_full()
    }

    /// The realm at an address, if it exists and is active; another answers alike (404).
    pub fn realm(&self, tenant: &str, realm: &str) -> Option<Arc<RealmSnapshot>> {
        let directory = self.directory.load();
        directory
            .realm(tenant, realm)
            .filter(|snapshot| snapshot.is_active())
            .cloned()
    }

    /// The realm with the given key, active or not.
    pub fn realm_by_key(&self, key: &RealmKey) -> Option<Arc<RealmSnapshot>> {
        self.directory.load().realm_by_key(key).cloned()
    }

    fn around(&self, tenant_active: bool) -> Surroundings<'_> {
        Surroundings {
            base_url: &self.base_url,
            secrets: &self.secrets,
            tenant_active,
        }
    }

    /// Whether the server may decide: its store answers and is still its own.
    pub async fn check(&self) -> Result<(), crate::store::StoreError> {
        self.store.check().await
    }

    /// Whether the store is still this process's own. If not, nobody is authenticated any more, and
    /// the process had better end: only opening the store again can help.
    pub fn owns_its_store(&self) -> bool {
        self.store.owned()
    }

    /// Refuses to decide on what may have been changed by another process meanwhile.
    pub(crate) fn check_ownership(&self) -> Result<(), crate::store::StoreError> {
        if self.owns_its_store() {
            return Ok(());
        }
        Err(crate::store::StoreError::Unavailable(
            "its ownership was lost".to_owned(),
        ))
    }

    /// Deletes what has expired, a batch at a time; answers how much went.
    pub async fn purge(&self) -> Result<u64, crate::store::StoreError> {
        self.store.purge(self.now()).await
    }
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Core({})", self.base_url)
    }
}
