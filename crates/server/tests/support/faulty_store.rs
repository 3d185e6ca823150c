//! A real store that fails when it is told to (R7).

use domain::{
    RealmKey, Timestamp,
    store::{
        AssignmentUse, AuditHead, AuditQuery, AuditRow, Commit, CommitError, ConfigRow, Entry,
        EntryKey, EntryKind, EntryQuery, GrantId, GrantQuery, GrantRecord, GrantsOf, Membership,
        Page, ResourceId, ResourcePage, ResourceQuery, Store, StoreError, StoredResource, TokenKey,
        TokenQuery, TokenRecord, TokenUse, TypeName,
    },
};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::oneshot;

/// A store, and whether its writes and reads fail.
pub struct FaultyStore {
    store: Arc<dyn Store>,
    writes_fail: AtomicBool,
    answers_are_lost: AtomicBool,
    reads_fail: AtomicBool,
    ownership_is_lost: AtomicBool,
    held: Mutex<Option<oneshot::Receiver<()>>>,
    failing: Mutex<Option<Failing>>,
}

/// One call that fails.
struct Failing {
    /// How many calls come before it.
    left: u64,
    /// Whether it is applied nevertheless, if it is a commit.
    applied: bool,
    seen: Seen,
}

/// What came since one call was told to fail.
#[derive(Debug, Default, Clone, Copy)]
pub struct Seen {
    /// Whether that call came.
    pub failed: bool,
    /// How many commits were applied.
    pub commits: u32,
}

impl FaultyStore {
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            writes_fail: AtomicBool::new(false),
            answers_are_lost: AtomicBool::new(false),
            reads_fail: AtomicBool::new(false),
            ownership_is_lost: AtomicBool::new(false),
            held: Mutex::new(None),
            failing: Mutex::new(None),
        }
    }

    /// The `nth` call from now on fails; if it is a commit and `applied`, after it was applied.
    pub fn fail_call(&self, nth: u64, applied: bool) {
        *self.failing.lock().unwrap() = Some(Failing {
            left: nth - 1,
            applied,
            seen: Seen::default(),
        });
    }

    /// No call fails any more; answers what came.
    pub fn stop_failing(&self) -> Seen {
        let failing = self.failing.lock().unwrap().take();
        failing.map(|failing| failing.seen).unwrap_or_default()
    }

    fn count_commit(&self) {
        if let Some(failing) = self.failing.lock().unwrap().as_mut() {
            failing.seen.commits += 1;
        }
    }

    /// Whether this is the call that fails, and whether it is applied nevertheless.
    fn next_call(&self) -> Option<bool> {
        let mut failing = self.failing.lock().unwrap();
        let failing = failing.as_mut().filter(|failing| !failing.seen.failed)?;
        match failing.left.checked_sub(1) {
            Some(left) => {
                failing.left = left;
                None
            }
            None => {
                failing.seen.failed = true;
                Some(failing.applied)
            }
        }
    }

    /// Whether commits fail from now on.
    pub fn fail_writes(&self, fail: bool) {
        self.writes_fail.store(fail, Ordering::SeqCst);
    }

    /// Whether commits are applied from now on, and fail nevertheless.
    pub fn lose_answers(&self, lose: bool) {
        self.answers_are_lost.store(lose, Ordering::SeqCst);
    }

    /// The next commit is applied, and answered when what this gives is dropped.
    pub fn hold_next_answer(&self) -> oneshot::Sender<()> {
        let (release, held) = oneshot::channel();
        *self.held.lock().unwrap() = Some(held);
        release
    }

    /// Whether the commit that is to be held was made.
    pub fn holds_an_answer(&self) -> bool {
        self.held.lock().unwrap().is_none()
    }

    /// Whether questions fail from now on.
    pub fn fail_reads(&self, fail: bool) {
        self.reads_fail.store(fail, Ordering::SeqCst);
    }

    /// Another process has the store from now on.
    pub fn lose_ownership(&self) {
        self.ownership_is_lost.store(true, Ordering::SeqCst);
    }

    fn read(&self) -> Result<&dyn Store, StoreError> {
        if self.reads_fail.load(Ordering::SeqCst) || self.next_call().is_some() {
            return Err(StoreError::Unavailable("told to fail".into()));
        }
        Ok(&*self.store)
    }
}

#[async_trait::async_trait]
impl Store for FaultyStore {
    async fn commit(&self, commit: Commit) -> Result<Vec<u64>, CommitError> {
        let fails = self.next_call();
        if self.writes_fail.load(Ordering::SeqCst) || fails == Some(false) {
            return Err(StoreError::Unavailable("told to fail".into()).into());
        }
        let outcome = self.store.commit(commit).await;
        if outcome.is_ok() {
            self.count_commit();
        }
        let held = self.held.lock().unwrap().take();
        if let Some(held) = held {
            held.await.unwrap_or_default();
        }
        if self.answers_are_lost.load(Ordering::SeqCst) || fails == Some(true) {
            return Err(StoreError::Unavailable("told to lose the answer".into()).into());
        }
        outcome
    }

    async fn load_configuration(&self) -> Result<Vec<ConfigRow>, StoreError> {
        self.read()?.load_configuration().await
    }

    async fn revision(&self, realm: &RealmKey) -> Result<u64, StoreError> {
        self.read()?.revision(realm).await
    }

    async fn find_token(
        &self,
        realm: &RealmKey,
        key: &TokenKey,
    ) -> Result<Option<TokenRecord>, StoreError> {
        self.read()?.find_token(realm, key).await
    }

    async fn list_tokens(
        &self,
        realm: &RealmKey,
        query: &TokenQuery,
    ) -> Result<Page<TokenRecord>, StoreError> {
        self.read()?.list_tokens(realm, query).await
    }

    async fn token_use(
        &self,
        realm: &RealmKey,
        scope: &scope::ScopeId,
        now: Timestamp,
    ) -> Result<TokenUse, StoreError> {
        self.read()?.token_use(realm, scope, now).await
    }

    async fn assignment_use(
        &self,
        realm: &RealmKey,
        client: &scope::ClientId,
        scope: &scope::ScopeId,
        now: Timestamp,
        most: u32,
    ) -> Result<AssignmentUse, StoreError> {
        let store = self.read()?;
        store.assignment_use(realm, client, scope, now, most).await
    }

    async fn find_grant(
        &self,
        realm: &RealmKey,
        id: &GrantId,
    ) -> Result<Option<GrantRecord>, StoreError> {
        self.read()?.find_grant(realm, id).await
    }

    async fn list_grants(
        &self,
        realm: &RealmKey,
        query: &GrantQuery,
    ) -> Result<Page<GrantRecord>, StoreError> {
        self.read()?.list_grants(realm, query).await
    }

    async fn tokens_of_grants(
        &self,
        realm: &RealmKey,
        of: &GrantsOf,
        now: Timestamp,
    ) -> Result<Vec<TokenKey>, StoreError> {
        self.read()?.tokens_of_grants(realm, of, now).await
    }

    async fn find_entry(
        &self,
        realm: &RealmKey,
        kind: EntryKind,
        key: &EntryKey,
    ) -> Result<Option<Entry>, StoreError> {
        self.read()?.find_entry(realm, kind, key).await
    }

    async fn list_entries(
        &self,
        realm: &RealmKey,
        kind: EntryKind,
        person: &ResourceId,
        most: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        self.read()?.list_entries(realm, kind, person, most).await
    }

    async fn list_entries_of_kind(
        &self,
        realm: &RealmKey,
        query: &EntryQuery,
    ) -> Result<Page<Entry>, StoreError> {
        self.read()?.list_entries_of_kind(realm, query).await
    }

    async fn find_password_hash(
        &self,
        realm: &RealmKey,
        resource_type: &TypeName,
        id: &ResourceId,
    ) -> Result<Option<String>, StoreError> {
        self.read()?
            .find_password_hash(realm, resource_type, id)
            .await
    }

    async fn find_resource(
        &self,
        realm: &RealmKey,
        resource_type: &TypeName,
        id: &ResourceId,
    ) -> Result<Option<StoredResource>, StoreError> {
        self.read()?.find_resource(realm, resource_type, id).await
    }

    async fn search(
        &self,
        realm: &RealmKey,
        query: &ResourceQuery,
    ) -> Result<ResourcePage, StoreError> {
        self.read()?.search(realm, query).await
    }

    async fn list_resources(
        &self,
        realm: &RealmKey,
        resource_type: &TypeName,
        most: u32,
    ) -> Result<Vec<ResourceId>, StoreError> {
        self.read()?
            .list_resources(realm, resource_type, most)
            .await
    }

    async fn resolve_references(
        &self,
        realm: &RealmKey,
        ids: &[ResourceId],
    ) -> Result<Vec<(ResourceId, TypeName, Option<String>)>, StoreError> {
        self.read()?.resolve_references(realm, ids).await
    }

    async fn memberships(
        &self,
        realm: &RealmKey,
        members: &[ResourceId],
    ) -> Result<Vec<Membership>, StoreError> {
        self.read()?.memberships(realm, members).await
    }

    async fn has_resources(
        &self,
        realm: &RealmKey,
        resource_type: &TypeName,
    ) -> Result<bool, StoreError> {
        self.read()?.has_resources(realm, resource_type).await
    }

    async fn list_audit_events(
        &self,
        realm: &RealmKey,
        query: &AuditQuery,
    ) -> Result<Page<AuditRow>, StoreError> {
        self.read()?.list_audit_events(realm, query).await
    }

    async fn audit_head(&self, realm: &RealmKey) -> Result<Option<AuditHead>, StoreError> {
        self.read()?.audit_head(realm).await
    }

    async fn audit_heads(&self) -> Result<Vec<(RealmKey, AuditHead)>, StoreError> {
        self.read()?.audit_heads().await
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.read()?.purge(now).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.read()?.check().await
    }

    fn owned(&self) -> bool {
        !self.ownership_is_lost.load(Ordering::SeqCst) && self.store.owned()
    }
}
