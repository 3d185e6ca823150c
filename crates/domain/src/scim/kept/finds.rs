//! Who has a value that at most one resource of a type may have, as a search found it.
//!
//! A finding holds as long as the resource is at the version at which it was found: it has the
//! value then, and so nobody else does. An attribute of a type that has resources never becomes
//! unique, and the store refuses a second resource with the value (S6).

use crate::{
    RealmKey,
    store::{ResourceId, ResourceQuery, Window},
};
use quick_cache::{Equivalent, sync::Cache};
use scim::{
    AttrId, Typed, Uniqueness,
    filter::{BoundFilter, CompareOp},
};
use scope::TypeId;

/// Most findings kept.
const MAX: usize = 120_000;

#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    realm: RealmKey,
    revision: u64,
    resource_type: TypeId,
    attr: AttrId,
    value: String,
}

/// A question for the one resource with a value.
#[derive(Debug, Clone, Copy, Hash)]
pub(in crate::scim) struct Sole<'a> {
    realm: &'a RealmKey,
    revision: u64,
    resource_type: TypeId,
    attr: AttrId,
    value: &'a str,
}

impl<'a> Sole<'a> {
    /// The question that `query` is, if it is one.
    pub(in crate::scim) fn of(
        (realm, revision): (&'a RealmKey, u64),
        resource_type: TypeId,
        query: &'a ResourceQuery,
    ) -> Option<Self> {
        let Some(BoundFilter::Compare {
            attr,
            op: CompareOp::Eq,
            value: Typed::Text(value),
        }) = &query.filter
        else {
            return None;
        };
        let unique = query.schema.node(*attr).attribute.uniqueness != Uniqueness::None;
        (unique && query.count > 0 && query.window == Window::Offset(0)).then_some(Self {
            realm,
            revision,
            resource_type,
            attr: *attr,
            value,
        })
    }
}

impl Equivalent<Key> for Sole<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.revision == key.revision
            && self.resource_type == key.resource_type
            && self.attr == key.attr
            && *self.value == key.value
            && *self.realm == key.realm
    }
}

/// What was found.
#[derive(Debug)]
pub(super) struct Finds(Cache<Key, (ResourceId, u64)>);

impl Default for Finds {
    fn default() -> Self {
        Self(Cache::new(MAX))
    }
}

impl Finds {
    /// The resource that had the value, and the version at which it had it.
    pub(super) fn get(&self, sole: &Sole<'_>) -> Option<(ResourceId, u64)> {
        self.0.get(sole)
    }

    pub(super) fn keep(&self, sole: &Sole<'_>, id: ResourceId, version: u64) {
        let key = Key {
            realm: sole.realm.clone(),
            revision: sole.revision,
            resource_type: sole.resource_type,
            attr: sole.attr,
            value: sole.value.to_owned(),
        };
        self.0.insert(key, (id, version));
    }
}
