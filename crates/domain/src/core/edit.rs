//! The one way in which configuration changes.

use super::{Certainty, Core, LoadError, Writer};
use crate::{
    RealmKey, Timestamp,
    access::Caller,
    audit::{self, Actor, Appended, Event, Noted},
    config::ConfigObject,
    directory::Directory,
    snapshot::{ConfigError, RealmSnapshot},
    store::{Change, Commit, CommitError, Conflict, Kind, StoreError},
    tokens::AuthenticateError,
};
use std::sync::Arc;
use tokio::sync::MutexGuard;

/// A change of a realm's configuration, decided but not yet made.
#[derive(Debug, Clone)]
pub struct Edit<T> {
    /// Objects to create or replace.
    pub puts: Vec<ConfigObject>,
    /// Objects to delete.
    pub deletes: Vec<(Kind, String)>,
    /// Other changes of the same commit, made before these.
    pub before: Vec<Change>,
    /// What the audit trail says of it. What becomes of objects that none of this is about, it says
    /// besides.
    pub events: Vec<Event>,
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
            events: Vec::new(),
            answer,
        }
    }

    /// The same change with another answer.
    pub fn answering<U>(self, answer: U) -> Edit<U> {
        Edit {
            puts: self.puts,
            deletes: self.deletes,
            before: self.before,
            events: self.events,
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

    /// Adds what the audit trail says of it.
    pub fn noting(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }

    /// The same, said before what is said of it already.
    pub fn noting_first(mut self, event: Event) -> Self {
        self.events.insert(0, event);
        self
    }

    /// Adds another change to be made first.
    pub fn first(mut self, change: Change) -> Self {
        self.before.push(change);
        self
    }
}

impl<T> Edit<T> {
    /// The answer, and the change without it.
    pub(crate) fn split(self) -> (T, Edit<()>) {
        let Self {
            puts,
            deletes,
            before,
            events,
            answer,
        } = self;
        let edit = Edit {
            puts,
            deletes,
            before,
            events,
            answer: (),
        };
        (answer, edit)
    }
}

/// Changes of one realm that were decided one after the other, each on what the one before leaves,
/// and are made together.
pub(crate) struct Series<T> {
    /// The changes; without any, nothing happens.
    pub(crate) edits: Vec<Edit<()>>,
    /// The realm with all of them.
    pub(crate) after: Arc<RealmSnapshot>,
    /// What the use case answers once they are durable and in force.
    pub(crate) answer: T,
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
    /// What results is compiled before anything is written, written with its revision and its audit
    /// events in one commit, and in force on this node before this answers. One change runs at a
    /// time, so `decide` is never overtaken. What Ambit does by itself is done so.
    pub async fn edit<T, E>(
        &self,
        realm: &RealmKey,
        decide: impl FnOnce(&Arc<RealmSnapshot>, Timestamp) -> Result<Edit<T>, E>,
    ) -> Result<T, EditError<E>> {
        self.edit_as(&Actor::Server, realm, decide).await
    }

    /// As [`edit`](Self::edit), on behalf of someone who shows no access token.
    pub(crate) async fn edit_as<T, E>(
        &self,
        actor: &Actor,
        realm: &RealmKey,
        decide: impl FnOnce(&Arc<RealmSnapshot>, Timestamp) -> Result<Edit<T>, E>,
    ) -> Result<T, EditError<E>> {
        let change = self.change_begins().await?;
        let decide = |before: &Arc<RealmSnapshot>, now| {
            let edit = decide(before, now).map_err(EditError::Refused)?;
            let after = Arc::new(self.compiled(before, &edit)?);
            let (answer, edit) = edit.split();
            Ok(Series {
                edits: vec![edit],
                after,
                answer,
            })
        };
        self.edit_in(change, actor, realm, decide).await
    }

    /// As [`edit`](Self::edit), on behalf of `caller`, in its realm: `decide` sees the caller, and by
    /// it the realm, as they are once no other change is under way (T6), and answers all that is to be
    /// made together.
    pub(crate) async fn edit_by<T, E: From<AuthenticateError>>(
        &self,
        caller: &Caller,
        decide: impl FnOnce(&Caller, Timestamp) -> Result<Series<T>, E>,
    ) -> Result<T, EditError<E>> {
        let change = self.change_begins().await?;
        let caller = self.renewed(caller).await?;
        let decide = |_: &Arc<RealmSnapshot>, now| decide(&caller, now).map_err(EditError::Refused);
        self.edit_in(change, &Actor::of(&caller), caller.realm(), decide)
            .await
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
        mut writer: MutexGuard<'_, Writer>,
        actor: &Actor,
        realm: &RealmKey,
        decide: impl FnOnce(&Arc<RealmSnapshot>, Timestamp) -> Result<Series<T>, EditError<E>>,
    ) -> Result<T, EditError<E>> {
        let before = self.realm_by_key(realm).ok_or(EditError::NoSuchRealm)?;
        let at = self.now();
        let Series {
            edits,
            after,
            answer,
        } = decide(&before, at)?;
        if edits.is_empty() {
            return Ok(answer);
        }
        let mut changes = vec![Change::AdvanceRevision {
            expected: before.revision(),
        }];
        for edit in &edits {
            changes.extend(edit.changes(realm)?);
        }
        let commit = Commit {
            realm: realm.clone(),
            changes,
        };
        let events = edits.iter();
        let events = events.flat_map(|edit| audit::of_edit(&before, &after, edit));
        let events: Vec<Event> = events.collect();
        let appended = self.append(&writer, realm, &events, (actor, at));
        self.commit_noted(&mut writer, commit, appended).await?;
        self.swap(|directory| directory.put_realm(after));
        Ok(answer)
    }

    /// Waits until no other change is under way, and makes sure that what is in force is what the
    /// store holds.
    pub(super) async fn change_begins(&self) -> Result<MutexGuard<'_, Writer>, StoreError> {
        let mut writer = self.writer.lock().await;
        self.settle(&mut writer)
            .await
            .map_err(|error| match error {
                LoadError::Store(error) => error,
                error @ LoadError::Config { .. } => StoreError::Corrupt(error.to_string()),
            })?;
        Ok(writer)
    }

    /// Makes up for what a failing store left in doubt.
    pub(crate) async fn clear_doubts(&self) -> Result<(), StoreError> {
        self.change_begins().await.map(drop)
    }

    /// What it takes to add events to the audit trail of a place.
    pub(super) fn append(
        &self,
        writer: &Writer,
        realm: &RealmKey,
        events: &[Event],
        (actor, at): (&Actor, Timestamp),
    ) -> Appended {
        let noted = Noted {
            realm,
            events,
            actor,
            at,
        };
        let directory = self.directory.load();
        writer
            .chains
            .append(&noted, &directory, self.secrets.audit())
    }

    /// Commits a change with what the audit trail says of it; what it revokes is forgotten. A store that fails
    /// may have applied it nevertheless: then nothing is certain until the configuration was read again, by the
    /// next change or by [`maintain`](Core::maintain).
    pub(super) async fn commit_noted(
        &self,
        writer: &mut Writer,
        mut commit: Commit,
        appended: Appended,
    ) -> Result<(), CommitError> {
        // Beforehand, for whoever waits for this may stop waiting.
        writer.certainty = Certainty::Unsure;
        commit.changes.extend(appended.changes.iter().cloned());
        let outcome = self.commit_ending(&commit.realm, commit.changes).await;
        let in_doubt = matches!(
            outcome,
            Err(CommitError::Store(_) | CommitError::Conflict(Conflict::StaleRevision))
        );
        if !in_doubt {
            writer.certainty = Certainty::Sure;
        }
        outcome?;
        writer.chains.advance(appended);
        Ok(())
    }

    /// The realm `before`, which is in force or follows what is, with `edit`. It has the revision
    /// that the change which is under way will have.
    pub(crate) fn compiled<T>(
        &self,
        before: &RealmSnapshot,
        edit: &Edit<T>,
    ) -> Result<RealmSnapshot, ConfigError> {
        let in_force = self.realm_by_key(before.key());
        let revision = in_force.map_or(before.revision(), |realm| realm.revision()) + 1;
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
        RealmSnapshot::compile(key, config, revision, around, Some(before))
    }

    /// Replaces the directory by a changed copy. The writer lock must be held.
    pub(super) fn swap(&self, change: impl FnOnce(&mut Directory)) {
        let mut directory = Directory::clone(&self.directory.load());
        change(&mut directory);
        self.directory.store(Arc::new(directory));
    }
}

impl<T> Edit<T> {
    /// What the store does: what comes first, then deletions, which may make room for what is put.
    fn changes(&self, realm: &RealmKey) -> Result<Vec<Change>, StoreError> {
        let mut changes = self.before.clone();
        for (kind, id) in &self.deletes {
            changes.push(Change::DeleteConfig {
                realm: realm.clone(),
                kind: *kind,
                id: id.clone(),
            });
        }
        for object in &self.puts {
            changes.push(Change::PutConfig(object.to_row(place(realm, object))?));
        }
        Ok(changes)
    }
}

/// Where an object of a realm is kept: a realm itself lives above realms.
pub(super) fn place(realm: &RealmKey, object: &ConfigObject) -> RealmKey {
    match object {
        ConfigObject::Realm(realm) => RealmKey::above_realms(&realm.tenant),
        _ => realm.clone(),
    }
}
