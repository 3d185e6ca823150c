//! Resources as they were last written, so that who writes one again need not read it first.

use super::Basis;
use crate::{
    RealmKey,
    store::{ResourceId, StoredResource, TypeName},
};
use quick_cache::{Equivalent, Weighter, sync::Cache};
use std::sync::Arc;

/// Most bytes of them.
const MAX_BYTES: u64 = 16 * 1024 * 1024;
/// About how large one is.
const USUAL_BYTES: u64 = 1024;
/// What one takes besides its text, about.
const OVERHEAD: usize = 320;

#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    realm: RealmKey,
    resource_type: TypeName,
    id: ResourceId,
}

#[derive(Hash)]
struct Wanted<'a> {
    realm: &'a RealmKey,
    resource_type: &'a TypeName,
    id: &'a ResourceId,
}

impl Equivalent<Key> for Wanted<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        *self.id == key.id && *self.resource_type == key.resource_type && *self.realm == key.realm
    }
}

#[derive(Debug, Clone)]
struct Kept {
    resource: Arc<StoredResource>,
    basis: Basis,
}

#[derive(Debug, Clone)]
struct Bytes;

impl Weighter<Key, Kept> for Bytes {
    fn weight(&self, _: &Key, one: &Kept) -> u64 {
        u64::try_from(one.resource.document.len() + OVERHEAD).unwrap_or(u64::MAX)
    }
}

/// What is kept of what was written.
#[derive(Debug)]
pub(super) struct Written(Cache<Key, Kept, Bytes>);

impl Default for Written {
    fn default() -> Self {
        let usual = usize::try_from(MAX_BYTES / USUAL_BYTES).unwrap_or(usize::MAX);
        Self(Cache::with_weighter(usual, MAX_BYTES, Bytes))
    }
}

impl Written {
    /// The resource as it was written last, and what that rests on.
    pub(super) fn get(
        &self,
        realm: &RealmKey,
        resource_type: &TypeName,
        id: &ResourceId,
    ) -> Option<(Arc<StoredResource>, Basis)> {
        let wanted = Wanted {
            realm,
            resource_type,
            id,
        };
        self.0.get(&wanted).map(|kept| (kept.resource, kept.basis))
    }

    pub(super) fn keep(
        &self,
        realm: &RealmKey,
        resource_type: &TypeName,
        resource: Arc<StoredResource>,
        basis: Basis,
    ) {
        let key = Key {
            realm: realm.clone(),
            resource_type: resource_type.clone(),
            id: resource.id.clone(),
        };
        self.0.insert(key, Kept { resource, basis });
    }
}
