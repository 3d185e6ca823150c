//! Changes of what lives above realms: tenants, and realms as wholes.

use super::{Core, EditError, Writer};
use crate::{
    RealmKey, Slug, Timestamp,
    access::Caller,
    audit::{self, Actor, Appended, Event},
    config::{ConfigObject, Realm, RealmConfig, Tenant},
    directory::Directory,
    snapshot::RealmSnapshot,
    store::{Change, Commit, Entry, Kind, StoreError},
    tokens::AuthenticateError,
};
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::MutexGuard;

/// One change above realms.
#[derive(Debug)]
pub(crate) enum Above {
    /// A tenant is made, or replaced.
    PutTenant(Arc<Tenant>),
    /// A tenant without realms goes, and its name with it (T7).
    DeleteTenant(Slug),
    /// A realm is made with all that is in it from the first moment.
    CreateRealm(Arc<Realm>, Vec<ConfigObject>),
    /// An entry of a realm that was just made.
    PutEntry(RealmKey, Entry),
    /// A realm goes with everything in it, and its name with it (T7).
    DeleteRealm(Arc<Realm>),
}

impl Core {
    /// Changes what lives above realms: `decide` sees all there is and answers the changes, and
    /// what the use case answers once they are durable and in force.
    ///
    /// `place` is where the change is counted: [`RealmKey::above_tenants`] or
    /// [`RealmKey::above_realms`]. It shares the writer with [`Core::edit`], so that neither
    /// overtakes the other.
    pub(crate) async fn edit_above<T, E>(
        &self,
        place: RealmKey,
        decide: impl FnOnce(&Directory, Timestamp) -> Result<(Vec<Above>, T), E> + Send,
    ) -> Result<T, EditError<E>> {
        let change = self.change_begins().await?;
        self.edit_above_in(change, &Actor::SetUp, place, decide)
            .await
    }

    /// As [`edit_above`](Self::edit_above), on behalf of `caller`, whom `decide` sees as of then (T6).
    pub(crate) async fn edit_above_by<T, E: From<AuthenticateError>>(
        &self,
        caller: &Caller,
        place: RealmKey,
        decide: impl FnOnce(&Caller, &Directory, Timestamp) -> Result<(Vec<Above>, T), E> + Send,
    ) -> Result<T, EditError<E>> {
        let change = self.change_begins().await?;
        let caller = self.renewed(caller).await?;
        let decide = |directory: &Directory, now| decide(&caller, directory, now);
        self.edit_above_in(change, &Actor::of(&caller), place, decide)
            .await
    }

    async fn edit_above_in<T, E>(
        &self,
        mut writer: MutexGuard<'_, Writer>,
        actor: &Actor,
        place: RealmKey,
        decide: impl FnOnce(&Directory, Timestamp) -> Result<(Vec<Above>, T), E> + Send,
    ) -> Result<T, EditError<E>> {
        let at = self.now();
        let (edits, answer) = decide(&self.directory.load(), at).map_err(EditError::Refused)?;
        let mut after = Directory::clone(&self.directory.load());
        let expected = self.store.revision(&place).await?;
        let mut changes = vec![Change::AdvanceRevision { expected }];
        for edit in &edits {
            changes.extend(self.apply(&mut after, edit)?);
        }
        let appended = self.noted(&writer, &edits, &after, (actor, at));
        let commit = Commit {
            realm: place,
            changes,
        };
        self.commit_noted(&mut writer, commit, appended).await?;
        self.swap(|directory| *directory = after);
        Ok(answer)
    }

    /// What the audit trails say of changes that lead from one directory to another. That of a place
    /// that comes to be begins.
    fn noted(
        &self,
        writer: &Writer,
        edits: &[Above],
        after: &Directory,
        who: (&Actor, Timestamp),
    ) -> Appended {
        let before = self.directory.load();
        let mut places: BTreeMap<RealmKey, Vec<Event>> = BTreeMap::new();
        let mut note = |place: RealmKey, event: Option<Event>| {
            places.entry(place).or_default().extend(event);
        };
        for edit in edits {
            match edit {
                Above::PutTenant(tenant) => {
                    let event = audit::of_tenant(tenant.name.as_str(), &before, after);
                    note(RealmKey::above_tenants(), event);
                    note(RealmKey::above_realms(&tenant.name), None);
                }
                Above::DeleteTenant(name) => {
                    let event = audit::of_tenant(name.as_str(), &before, after);
                    note(RealmKey::above_tenants(), event);
                }
                Above::CreateRealm(realm, _) => {
                    let key = RealmKey::new(&realm.tenant, &realm.name);
                    let event = audit::of_realm(&key, &before, after);
                    note(RealmKey::above_realms(&realm.tenant), event);
                    note(key, None);
                }
                Above::DeleteRealm(realm) => {
                    let key = RealmKey::new(&realm.tenant, &realm.name);
                    let event = audit::of_realm(&key, &before, after);
                    note(RealmKey::above_realms(&realm.tenant), event);
                }
                Above::PutEntry(..) => {}
            }
        }
        let places = places.iter();
        places.fold(Appended::default(), |all, (place, events)| {
            all.and(self.append(writer, place, events, who))
        })
    }

    /// Applies one change to the directory to be; answers what keeps it.
    fn apply<E>(&self, after: &mut Directory, edit: &Above) -> Result<Vec<Change>, EditError<E>> {
        Ok(match edit {
            Above::PutTenant(tenant) => {
                after.put_tenant(tenant.clone());
                let realms: Vec<_> = after.realms_of(tenant.name.as_str()).cloned().collect();
                for realm in realms {
                    let revised = realm.revised(self.around(tenant.active))?;
                    after.put_realm(Arc::new(revised));
                }
                vec![put(
                    &RealmKey::above_tenants(),
                    &ConfigObject::Tenant(tenant.clone()),
                )?]
            }
            Above::DeleteTenant(name) => {
                after.remove_tenant(name);
                after.retire(name.as_str(), "");
                let place = RealmKey::above_tenants();
                delete(&place, Kind::Tenant, name.as_str())?
            }
            Above::CreateRealm(realm, objects) => {
                let key = RealmKey::new(&realm.tenant, &realm.name);
                let tenant_active = after.tenant(key.tenant()).is_some_and(|t| t.active);
                let place = RealmKey::above_realms(&realm.tenant);
                let mut changes = vec![put(&place, &ConfigObject::Realm(realm.clone()))?];
                let mut config = RealmConfig::new(realm.clone());
                for object in objects {
                    config.put(object);
                    changes.push(put(&key, object)?);
                }
                let around = self.around(tenant_active);
                let snapshot = RealmSnapshot::compile(key, config, 0, around, None)?;
                after.put_realm(Arc::new(snapshot));
                changes
            }
            Above::PutEntry(realm, entry) => {
                let (realm, entry) = (realm.clone(), entry.clone());
                vec![Change::PutEntryIn { realm, entry }]
            }
            Above::DeleteRealm(realm) => {
                let key = RealmKey::new(&realm.tenant, &realm.name);
                after.remove_realm(&key);
                after.retire(key.tenant(), key.realm());
                let place = RealmKey::above_realms(&realm.tenant);
                let mut changes = vec![Change::DeleteRealm(key)];
                changes.extend(delete(&place, Kind::Realm, realm.name.as_str())?);
                changes
            }
        })
    }
}

fn put(place: &RealmKey, object: &ConfigObject) -> Result<Change, StoreError> {
    Ok(Change::PutConfig(object.to_row(place.clone())?))
}

/// The object goes; that its name was used stays (T7).
fn delete(place: &RealmKey, kind: Kind, name: &str) -> Result<Vec<Change>, StoreError> {
    let gone = Change::DeleteConfig {
        realm: place.clone(),
        kind,
        id: name.to_owned(),
    };
    Ok(vec![
        gone,
        put(place, &ConfigObject::Retired(name.to_owned()))?,
    ])
}
