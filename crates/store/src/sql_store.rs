//! The port over any driver.

use crate::{
    attributes::Attributes,
    audit, changes,
    driver::{Batch, Driver, IfBroken, Pace, Query, Step},
    entries, grants, reading, references, search, statements, tokens, usage,
    value::params,
};
use async_trait::async_trait;
use domain::{
    RealmKey, Timestamp,
    store::{
        AssignmentUse, AuditHead, AuditQuery, AuditRow, Change, Commit, CommitError, ConfigRow,
        Entry, EntryKey, EntryKind, EntryQuery, GrantId, GrantQuery, GrantRecord, GrantsOf,
        Membership, Page, ResourceId, ResourcePage, ResourceQuery, Store, StoreError,
        StoredResource, TokenKey, TokenQuery, TokenRecord, TokenUse, TypeName,
    },
};
use scope::{ClientId, ScopeId};

/// Most rows of each kind that one call of `purge` deletes.
const PURGED: u32 = 500;

/// [`Store`] as statements for a driver.
pub(crate) struct SqlStore<D> {
    driver: D,
    attributes: Attributes,
}

impl<D: Driver> SqlStore<D> {
    pub(crate) async fn open(driver: D) -> Result<Self, StoreError> {
        let attributes = Attributes::load(&driver).await?;
        Ok(Self { driver, attributes })
    }

    /// Runs steps that meet no conflict; answers how many rows they touched.
    async fn delete(&self, steps: Vec<Step>) -> Result<u64, StoreError> {
        let batch = Batch {
            changes: vec![steps.into_iter().map(Step::counted).collect()],
            ..Batch::default()
        };
        match self.driver.apply(batch).await {
            Ok(counts) => Ok(counts.iter().sum()),
            Err(CommitError::Store(error)) => Err(error),
            Err(CommitError::Conflict(conflict)) => Err(StoreError::Engine(conflict.to_string())),
        }
    }
}

#[async_trait]
impl<D: Driver> Store for SqlStore<D> {
    async fn commit(&self, commit: Commit) -> Result<Vec<u64>, CommitError> {
        let attributes = self.attributes.for_commit(&self.driver, &commit).await?;
        let number = || self.attributes.next_resource();
        let batch = changes::batch(&commit, &attributes, number);
        let counts = self.driver.apply(batch).await?;
        for change in &commit.changes {
            if let Change::DeleteRealm(realm) = change {
                self.attributes.forget(realm);
            }
        }
        Ok(counts)
    }

    async fn load_configuration(&self) -> Result<Vec<ConfigRow>, StoreError> {
        let query = Query::load(statements::LOAD_CONFIGURATION, Vec::new());
        self.driver
            .query(query)
            .await?
            .into_iter()
            .map(reading::config)
            .collect()
    }

    async fn revision(&self, realm: &RealmKey) -> Result<u64, StoreError> {
        let params = params![realm.tenant(), realm.realm()];
        let rows = self
            .driver
            .query(Query::point(statements::REVISION, params))
            .await?;
        rows.first().map_or(Ok(0), |row| row.count(0))
    }

    async fn find_token(
        &self,
        realm: &RealmKey,
        key: &TokenKey,
    ) -> Result<Option<TokenRecord>, StoreError> {
        tokens::find(&self.driver, realm, key).await
    }

    async fn list_tokens(
        &self,
        realm: &RealmKey,
        query: &TokenQuery,
    ) -> Result<Page<TokenRecord>, StoreError> {
        tokens::list(&self.driver, realm, query).await
    }

    async fn token_use(
        &self,
        realm: &RealmKey,
        scope: &ScopeId,
        now: Timestamp,
    ) -> Result<TokenUse, StoreError> {
        tokens::scope_use(&self.driver, realm, scope, now).await
    }

    async fn assignment_use(
        &self,
        realm: &RealmKey,
        client: &ClientId,
        scope: &ScopeId,
        now: Timestamp,
        most: u32,
    ) -> Result<AssignmentUse, StoreError> {
        usage::of(&self.driver, realm, (*client, *scope), now, most).await
    }

    async fn find_grant(
        &self,
        realm: &RealmKey,
        id: &GrantId,
    ) -> Result<Option<GrantRecord>, StoreError> {
        grants::find(&self.driver, realm, id).await
    }

    async fn list_grants(
        &self,
        realm: &RealmKey,
        query: &GrantQuery,
    ) -> Result<Page<GrantRecord>, StoreError> {
        grants::list(&self.driver, realm, query).await
    }

    async fn tokens_of_grants(
        &self,
        realm: &RealmKey,
        of: &GrantsOf,
        now: Timestamp,
    ) -> Result<Vec<TokenKey>, StoreError> {
        grants::tokens(&self.driver, realm, of, now).await
    }

    async fn find_entry(
        &self,
        realm: &RealmKey,
        kind: EntryKind,
        key: &EntryKey,
    ) -> Result<Option<Entry>, StoreError> {
        let (tenant, realm) = realm.names();
        let params = params![tenant, realm, kind.as_str(), key.0.as_slice()];
        let rows = self
            .driver
            .query(Query::point(statements::FIND_ENTRY, params))
            .await?;
        let row = rows.into_iter().next();
        row.map(|row| reading::entry(kind, row)).transpose()
    }

    async fn list_entries(
        &self,
        realm: &RealmKey,
        kind: EntryKind,
        person: &ResourceId,
        most: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        let (tenant, realm) = realm.names();
        let query = Query {
            sql: statements::LIST_ENTRIES.into(),
            params: params![tenant, realm, &person.0, kind.as_str(), most],
            pace: Pace::Scan,
        };
        let rows = self.driver.query(query).await?;
        rows.into_iter()
            .map(|row| reading::entry(kind, row))
            .collect()
    }

    async fn list_entries_of_kind(
        &self,
        realm: &RealmKey,
        query: &EntryQuery,
    ) -> Result<Page<Entry>, StoreError> {
        entries::list(&self.driver, realm, query).await
    }

    async fn find_password_hash(
        &self,
        realm: &RealmKey,
        resource_type: &TypeName,
        id: &ResourceId,
    ) -> Result<Option<String>, StoreError> {
        let (tenant, realm) = realm.names();
        let params = params![tenant, realm, &id.0, resource_type];
        let rows = self
            .driver
            .query(Query::point(statements::PASSWORD_HASH, params))
            .await?;
        let row = rows.into_iter().next();
        row.map_or(Ok(None), |mut row| row.optional_text(0))
    }

    async fn find_resource(
        &self,
        realm: &RealmKey,
        resource_type: &TypeName,
        id: &ResourceId,
    ) -> Result<Option<StoredResource>, StoreError> {
        let (tenant, realm) = realm.names();
        let params = params![tenant, realm, &id.0, resource_type];
        let rows = self
            .driver
            .query(Query::point(statements::FIND_RESOURCE, params))
            .await?;
        rows.into_iter()
            .next()
            .map(|mut row| reading::resource(&mut row))
            .transpose()
    }

    async fn search(
        &self,
        realm: &RealmKey,
        query: &ResourceQuery,
    ) -> Result<ResourcePage, StoreError> {
        let attributes = self.attributes.of(realm);
        search::search(&self.driver, realm, &attributes, query).await
    }

    async fn list_resources(
        &self,
        realm: &RealmKey,
        resource_type: &TypeName,
        most: u32,
    ) -> Result<Vec<ResourceId>, StoreError> {
        let query = Query {
            sql: statements::LIST_RESOURCES.into(),
            params: params![realm.tenant(), realm.realm(), &**resource_type, most],
            pace: Pace::Scan,
        };
        let rows = self.driver.query(query).await?;
        rows.into_iter()
            .map(|mut row| Ok(ResourceId(row.text(0)?.into())))
            .collect()
    }

    async fn resolve_references(
        &self,
        realm: &RealmKey,
        ids: &[ResourceId],
    ) -> Result<Vec<(ResourceId, TypeName, Option<String>)>, StoreError> {
        references::resolve(&self.driver, realm, ids).await
    }

    async fn memberships(
        &self,
        realm: &RealmKey,
        members: &[ResourceId],
    ) -> Result<Vec<Membership>, StoreError> {
        let attributes = self.attributes.of(realm);
        references::memberships(&self.driver, realm, &attributes, members).await
    }

    async fn has_resources(
        &self,
        realm: &RealmKey,
        resource_type: &TypeName,
    ) -> Result<bool, StoreError> {
        let params = params![realm.tenant(), realm.realm(), &**resource_type];
        let rows = self
            .driver
            .query(Query::point(statements::HAS_RESOURCES, params))
            .await?;
        Ok(!rows.is_empty())
    }

    async fn list_audit_events(
        &self,
        realm: &RealmKey,
        query: &AuditQuery,
    ) -> Result<Page<AuditRow>, StoreError> {
        audit::list(&self.driver, realm, query).await
    }

    async fn audit_head(&self, realm: &RealmKey) -> Result<Option<AuditHead>, StoreError> {
        audit::head(&self.driver, realm).await
    }

    async fn audit_heads(&self) -> Result<Vec<(RealmKey, AuditHead)>, StoreError> {
        audit::heads(&self.driver).await
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        let by_time = [
            statements::PURGE_TOKENS,
            statements::PURGE_ASSERTIONS,
            statements::PURGE_GRANTS,
            statements::PURGE_ENTRIES,
        ]
        .map(|sql| Step::new(sql, params![now.micros(), PURGED]));
        let gone = self.delete(by_time.into()).await?;
        if gone > 0 {
            return Ok(gone);
        }
        // Last, and once: finding the sets that no token has left means looking at all.
        // A token that appears meanwhile keeps its set when this is tried again.
        let sets = Step::new(statements::PURGE_SCOPE_SETS, params![PURGED]);
        self.delete(vec![sets.if_dangling(IfBroken::Retry)]).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.driver.check().await
    }

    fn owned(&self) -> bool {
        self.driver.owned()
    }
}
