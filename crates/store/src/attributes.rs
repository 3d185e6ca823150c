//! The numbers that index rows are made of: one for each attribute of a type in a realm, one for
//! each resource.
//!
//! The store belongs to this process, so what is known here is all there is: numbers are given out
//! from here, and an attribute's is kept before any row has it.

use crate::{
    driver::{Batch, Driver, IfBroken, Query, Step},
    statements,
    value::params,
};
use domain::{
    RealmKey,
    store::{Change, Commit, CommitError, Conflict, Expect, StoreError, TypeName},
};
use foldhash::fast::RandomState;
use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};

/// The path of what stands for a type itself.
pub(crate) const TYPE: &str = "";

/// The numbers of the attributes of one type by path.
pub(crate) type Paths = HashMap<Box<str>, i64, RandomState>;

/// The attributes of a realm that any resource has had.
#[derive(Debug, Default, Clone)]
pub(crate) struct RealmAttributes(HashMap<TypeName, Paths, RandomState>);

impl RealmAttributes {
    /// Those of a type.
    pub(crate) fn of_type(&self, resource_type: &str) -> Option<&Paths> {
        self.0.get(resource_type)
    }

    /// The number of an attribute, if any resource has had it.
    pub(crate) fn number(&self, resource_type: &str, path: &str) -> Option<i64> {
        self.of_type(resource_type)?.get(path).copied()
    }

    fn insert(&mut self, resource_type: TypeName, path: &str, number: i64) {
        let paths = self.0.entry(resource_type).or_default();
        paths.insert(path.into(), number);
    }
}

/// All numbers.
pub(crate) struct Attributes {
    known: RwLock<HashMap<RealmKey, Arc<RealmAttributes>, RandomState>>,
    /// One at a time adds attributes.
    adding: tokio::sync::Mutex<()>,
    last_attribute: AtomicI64,
    last_resource: AtomicI64,
}

impl Attributes {
    /// Reads what there is.
    pub(crate) async fn load(driver: &dyn Driver) -> Result<Self, StoreError> {
        let ask = |sql: &'static str| driver.query(Query::load(sql, Vec::new()));
        let mut known: HashMap<RealmKey, RealmAttributes> = HashMap::new();
        let mut last = 0;
        for mut row in ask(statements::LOAD_ATTRIBUTES).await? {
            let number = row.int(0)?;
            let (tenant, realm) = (row.text(1)?, row.text(2)?);
            let (resource_type, path) = (row.text(3)?, row.text(4)?);
            last = last.max(number);
            let realm = known
                .entry(RealmKey::from_store(&tenant, &realm))
                .or_default();
            realm.insert(resource_type.into(), &path, number);
        }
        let rows = ask(statements::LAST_RESOURCE).await?;
        let last_resource = rows.first().map_or(Ok(0), |row| row.int(0))?;
        let known = known.into_iter().map(|(key, all)| (key, Arc::new(all)));
        Ok(Self {
            known: RwLock::new(known.collect()),
            adding: tokio::sync::Mutex::new(()),
            last_attribute: AtomicI64::new(last),
            last_resource: AtomicI64::new(last_resource),
        })
    }

    /// The attributes of a realm, as far as any resource has had them.
    pub(crate) fn of(&self, realm: &RealmKey) -> Arc<RealmAttributes> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(realm).cloned().unwrap_or_default()
    }

    /// A number that no resource has, and that none had since the store was opened.
    pub(crate) fn next_resource(&self) -> i64 {
        self.last_resource.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// The attributes of the commit's realm, with all that the commit writes.
    pub(crate) async fn for_commit(
        &self,
        driver: &dyn Driver,
        commit: &Commit,
    ) -> Result<Arc<RealmAttributes>, CommitError> {
        let known = self.of(&commit.realm);
        if missing(&known, commit).is_empty() {
            return Ok(known);
        }
        let _adding = self.adding.lock().await;
        let realm = &commit.realm;
        let insert = |(resource_type, path): (&TypeName, &str)| {
            let number = self.last_attribute.fetch_add(1, Ordering::Relaxed) + 1;
            let key = params![
                realm.tenant(),
                realm.realm(),
                path,
                &**resource_type,
                number
            ];
            let gone = IfBroken::Conflict(without_realm(commit));
            Step::new(statements::ENSURE_ATTRIBUTE, key).if_dangling(gone)
        };
        let missing = missing(&self.of(realm), commit);
        let changes = vec![missing.into_iter().map(insert).collect()];
        let batch = Batch {
            changes,
            ..Batch::default()
        };
        driver.apply(batch).await?;
        // What there is counts, whatever became of earlier attempts to add to it.
        let params = params![realm.tenant(), realm.realm()];
        let mut all = RealmAttributes::default();
        let query = Query::load(statements::ATTRIBUTES, params);
        for mut row in driver.query(query).await? {
            let (resource_type, path) = (row.text(1)?, row.text(2)?);
            all.insert(resource_type.into(), &path, row.int(0)?);
        }
        let all = Arc::new(all);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(realm.clone(), Arc::clone(&all));
        Ok(all)
    }

    /// Forgets a realm that was deleted.
    pub(crate) fn forget(&self, realm: &RealmKey) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.remove(realm);
    }
}

/// What a commit that writes resources meets first where its realm does not exist.
fn without_realm(commit: &Commit) -> Conflict {
    let met = commit.changes.iter().find_map(|change| match change {
        Change::ExpectRevision { .. } => Some(Conflict::StaleRevision),
        Change::PutResource {
            expect: Expect::Version(_),
            ..
        }
        | Change::DeleteResource { .. } => Some(Conflict::Missing),
        _ => None,
    });
    met.unwrap_or(Conflict::Gone)
}

/// What the commit writes and `known` lacks.
fn missing<'c>(known: &RealmAttributes, commit: &'c Commit) -> BTreeSet<(&'c TypeName, &'c str)> {
    let mut missing = BTreeSet::new();
    for change in &commit.changes {
        let Change::PutResource { write, .. } = change else {
            continue;
        };
        let paths = known.of_type(&write.resource_type);
        let written = write.index.iter().map(|row| &*row.path);
        missing.extend(
            std::iter::once(TYPE)
                .chain(written)
                .filter(|path| paths.is_none_or(|paths| !paths.contains_key(*path)))
                .map(|path| (&write.resource_type, path)),
        );
    }
    missing
}
