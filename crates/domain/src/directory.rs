//! Every tenant and realm, as one value that is swapped whole.

use crate::{RealmKey, Slug, config::Tenant, snapshot::RealmSnapshot};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The realms of all tenants, each with its compiled configuration.
///
/// Readers hold a reference to one directory and never wait; a change makes a new one.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    tenants: BTreeMap<Arc<str>, TenantEntry>,
    retired: BTreeSet<(String, String)>,
}

#[derive(Debug, Clone)]
struct TenantEntry {
    tenant: Arc<Tenant>,
    realms: BTreeMap<Arc<str>, Arc<RealmSnapshot>>,
}

impl Directory {
    /// The tenant with the given name.
    pub fn tenant(&self, name: &str) -> Option<&Arc<Tenant>> {
        self.tenants.get(name).map(|entry| &entry.tenant)
    }

    /// The tenants by name.
    pub fn tenants(&self) -> impl Iterator<Item = &Arc<Tenant>> {
        self.tenants.values().map(|entry| &entry.tenant)
    }

    /// The realm at the given address.
    pub fn realm(&self, tenant: &str, realm: &str) -> Option<&Arc<RealmSnapshot>> {
        self.tenants.get(tenant)?.realms.get(realm)
    }

    /// The realm with the given key.
    pub fn realm_by_key(&self, key: &RealmKey) -> Option<&Arc<RealmSnapshot>> {
        self.realm(key.tenant(), key.realm())
    }

    /// The realms of a tenant by name.
    pub fn realms_of(&self, tenant: &str) -> impl Iterator<Item = &Arc<RealmSnapshot>> {
        self.tenants
            .get(tenant)
            .into_iter()
            .flat_map(|entry| entry.realms.values())
    }

    /// Every realm.
    pub fn realms(&self) -> impl Iterator<Item = &Arc<RealmSnapshot>> {
        self.tenants
            .values()
            .flat_map(|entry| entry.realms.values())
    }

    /// Whether there never was a tenant.
    pub(crate) fn is_new(&self) -> bool {
        self.tenants.is_empty() && self.retired.is_empty()
    }

    /// Whether a tenant (`realm` empty) or realm of this name existed once; it is never given out
    /// again (T7).
    pub fn is_retired(&self, tenant: &str, realm: &str) -> bool {
        self.retired
            .contains(&(tenant.to_owned(), realm.to_owned()))
    }

    /// Adds or replaces a tenant.
    pub(crate) fn put_tenant(&mut self, tenant: Arc<Tenant>) {
        let name: Arc<str> = tenant.name.as_str().into();
        match self.tenants.get_mut(&name) {
            Some(entry) => entry.tenant = tenant,
            None => {
                self.tenants.insert(
                    name,
                    TenantEntry {
                        tenant,
                        realms: BTreeMap::new(),
                    },
                );
            }
        }
    }

    /// Takes out a tenant; it must have no realms.
    pub(crate) fn remove_tenant(&mut self, name: &Slug) {
        self.tenants.remove(name.as_str());
    }

    /// Adds or replaces a realm of an existing tenant.
    pub(crate) fn put_realm(&mut self, snapshot: Arc<RealmSnapshot>) {
        let key = snapshot.key();
        if let Some(entry) = self.tenants.get_mut(key.tenant()) {
            entry.realms.insert(key.realm().into(), snapshot);
        }
    }

    /// Takes out a realm.
    pub(crate) fn remove_realm(&mut self, key: &RealmKey) {
        if let Some(entry) = self.tenants.get_mut(key.tenant()) {
            entry.realms.remove(key.realm());
        }
    }

    /// Remembers that a name is gone for good.
    pub(crate) fn retire(&mut self, tenant: &str, realm: &str) {
        self.retired.insert((tenant.to_owned(), realm.to_owned()));
    }
}
