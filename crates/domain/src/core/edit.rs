//! The one way in which configuration changes.

use super::{Certainty, Core, LoadError};
use crate::{
    RealmKey, Timestamp,
    access::Caller,
    config::ConfigObject,
    directory::Directory,
    snapshot::{ConfigError, RealmSnapshot},
    store::{Change, Commit, CommitError, Conflict, Kind, StoreError},
    tokens::AuthenticateError,
};
use std::sync::Arc;
use tokio::sync::MutexGuard;

/// A change of a realm's configuration, decided but not yet made.
#[derive(Debug)]
pub struct Edit<T> {
    /// Objects to create or replace.
    pub puts: Vec<ConfigObject>,
    /// Objects to delete.
    pub deletes: Vec<(Kind, String)>,
    /// Other changes of the same commit, made before these.
    pub before: Vec<Change>,
    /// What the use case answers once the change is durable and in force.
    pub answer: T,
}

impl<T> Edit<T> {
    /// A change of nothing.
    pub fn none(answer: T) -> Self {
        Self {
            puts: Vec::new(),
            deletes: Vec::new(),
            before: Vec::new(),
            answer,
        }
    }

    /// The same change with another answer.
    pub fn answering<U>(self, answer: U) -> Edit<U> {
        Edit {
            puts: self.puts,
            deletes: self.deletes,
            before: self.before,
            answer,
        }
    }

    /// Adds an object to create or replace.
    pub fn put(mut self, object: ConfigObject) -> Self {
        self.puts.push(object);
        self
    }

    /// Adds an object to delete.
    pub fn delete(mut self, kind: Kind, id: impl ToString) -> Self {
        self.deletes.push((kind, id.to_string()));
        self
    }

    /// Adds another change to be made first.
    pub fn first(mut self, change: Change) -> Self {
        self.before.push(change);
        self
    }
}

/// Why a change was not made. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum EditError<E> {
    /// The use case refused it.
    #[error("refused")]
    Refused(E),
    /// The realm does not exist (any more).
    #[error("the realm does not exist")]
    NoSuchRealm,
    /// The configuration that would result is not valid.
    #[error(transparent)]
    Invalid(#[from] ConfigError),
    /// Something stood in the way.
    #[error(transparent)]
    Conflict(Conflict),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl<E> From<CommitError> for EditError<E> {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict(conflict) => Self::Conflict(conflict),
            CommitError::Store(error) => Self::Store(error),
        }
    }
}

impl Core {
    /// Changes a realm: `decide` sees the realm as it is and answers an [`Edit`].
    ///
    /// What results is compiled before anything is written, written with its revision in one
    /// commit, and in force on this node before this answers. One change runs at a time, so
    /// `decide` is never overtaken.
    pub async fn edit<T, E>(
        &self,
        realm: &RealmKey,
        decide: impl FnOnce(&Arc<RealmSnapshot>, Timestamp) -> Result<Edit<T>, E>,
    ) -> Result<T, EditError<E>> {
        let change = self.change_begins().await?;
        self.edit_in(change, realm, decide).await
    }

    /// As [`edit`](Self::edit), on behalf of `caller`, in its realm: `decide` sees the caller, and by
    /// it the realm, as they are once no other change is under way (T6).
    pub(crate) async fn edit_by<T, E: From<AuthenticateError>>(
        &self,
        caller: &Caller,
        decide: impl FnOnce(&Caller, Timestamp) -> Result<Edit<T>, E>,
    ) -> Result<T, EditError<E>> {
        let change = self.change_begins().await?;
        let caller = self.renewed(caller).await?;
        let decide = |_: &Arc<RealmSnapshot>, now| decide(&caller, now);
        self.edit_in(change, caller.realm(), decide).await
    }

    /// The caller as of now. The writer lock must be held.
    pub(super) async fn renewed<E: From<AuthenticateError>>(
        &self,
        caller: &Caller,
    ) -> Result<Caller, EditError<E>> {
        let renewed = self.renew(caller).await;
        renewed.map_err(|error| EditError::Refused(error.into()))
    }

    async fn edit_in<T, E>(
        &self,
        mut certainty: MutexGuard<'_, Certainty>,
        realm: &RealmKey,
        decide: impl FnOnce(&Arc<RealmSnapshot>, Timestamp) -> Result<Edit<T>, E>,
    ) -> Result<T, EditError<E>> {
        let before = self.realm_by_key(realm).ok_or(EditError::NoSuchRealm)?;
        let edit = decide(&before, self.now()).map_err(EditError::Refused)?;
        let after = self.compiled(&before, &edit)?;
        let changes = changes(realm, before.revision(), &edit)?;
        let commit = Commit {
            realm: realm.clone(),
            changes,
        };
        self.commit_configuration(&mut certainty, commit).await?;
        self.swap(|directory| directory.put_realm(Arc::new(after)));
        Ok(edit.answer)
    }

    /// Waits until no other change is under way, and makes sure that what is in force is what the
    /// store holds.
    pub(super) async fn change_begins(&self) -> Result<MutexGuard<'_, Certainty>, StoreError> {
        let mut certainty = self.writer.lock().await;
        self.settle(&mut certainty)
            .await
            .map_err(|error| match error {
                LoadError::Store(error) => error,
                error @ LoadError::Config { .. } => StoreError::Corrupt(error.to_string()),
            })?;
        Ok(certainty)
    }

    /// Makes up for what a failing store left in doubt.
    pub(crate) async fn clear_doubts(&self) -> Result<(), StoreError> {
        self.change_begins().await.map(drop)
    }

    /// Commits a change of configuration. A store that fails may have applied it nevertheless: then
    /// nothing is certain until the configuration was read again, by the next change or by
    /// [`maintain`](Core::maintain).
    pub(super) async fn commit_configuration(
        &self,
        certainty: &mut Certainty,
        commit: Commit,
    ) -> Result<(), CommitError> {
        // Beforehand, for whoever waits for this may stop waiting.
        *certainty = Certainty::Unsure;
        let outcome = self.store.commit(commit).await;
        let in_doubt = matches!(
            outcome,
            Err(CommitError::Store(_) | CommitError::Conflict(Conflict::StaleRevision))
        );
        if !in_doubt {
            *certainty = Certainty::Sure;
        }
        outcome.map(drop)
    }

    fn compiled<T>(
        &self,
        before: &RealmSnapshot,
        edit: &Edit<T>,
    ) -> Result<RealmSnapshot, ConfigError> {
        let mut config = before.config().clone();
        for (kind, id) in &edit.deletes {
            config.remove(*kind, id);
        }
        for object in &edit.puts {
            config.put(object);
        }
        let key = before.key().clone();
        let tenant_active = self
            .directory
            .load()
            .tenant(key.tenant())
            .is_some_and(|tenant| tenant.active);
        let around = self.around(tenant_active);
        RealmSnapshot::compile(key, config, before.revision() + 1, around, Some(before))
    }

    /// Replaces the directory by a changed copy. The writer lock must be held.
    pub(super) fn swap(&self, change: impl FnOnce(&mut Directory)) {
        let mut directory = Directory::clone(&self.directory.load());
        change(&mut directory);
        self.directory.store(Arc::new(directory));
    }
}

fn changes<T>(realm: &RealmKey, revision: u64, edit: &Edit<T>) -> Result<Vec<Change>, StoreError> {
    let mut changes = vec![Change::AdvanceRevision { expected: revision }];
    changes.extend(edit.before.iter().cloned());
    for (kind, id) in &edit.deletes {
        changes.push(Change::DeleteConfig {
            realm: realm.clone(),
            kind: *kind,
            id: id.clone(),
        });
    }
    for object in &edit.puts {
        changes.push(Change::PutConfig(object.to_row(place(realm, object))?));
    }
    Ok(changes)
}

/// Where an object of a realm is kept: a realm itself lives above realms.
pub(super) fn place(realm: &RealmKey, object: &ConfigObject) -> RealmKey {
    match object {
        ConfigObject::Realm(realm) => RealmKey::above_realms(&realm.tenant),
        _ => realm.clone(),
    }
}
