//! What is seen of the resources of a type: by whom does not matter, only with what rights.

use crate::{
    RealmKey,
    access::Caller,
    snapshot::{RealmSnapshot, TypeEntry},
};
use quick_cache::{Equivalent, sync::Cache};
use scim::{AttributeSet, Projection, ResourceSchema, Selection};
use scope::{EffectiveGrant, Operation, TypeId};
use std::{
    hash::{Hash, Hasher},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

/// Most views kept, and most ways to one.
const MAX: usize = 1_000;

/// One way to see the resources of one type in one revision of a realm.
#[derive(Debug)]
pub(in crate::scim) struct View {
    /// No other view has it, nor ever had.
    pub(super) number: u64,
    /// The attributes seen.
    pub(in crate::scim) visible: AttributeSet,
    /// The same, compiled.
    pub(in crate::scim) projection: Projection,
    /// What the URLs of the resources begin with.
    pub(in crate::scim) location: String,
}

/// All that decides what is seen (G6): two who have it in common see the same, to the byte.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Sight {
    realm: RealmKey,
    revision: u64,
    resource_type: TypeId,
    visible: AttributeSet,
    /// Whether the display names of users, and of groups, may be read wherever they stand (S3).
    names: [bool; 2],
}

/// A grant, by what it is and not by what it says: a short way to the sight that it gives.
#[derive(Debug)]
struct Granted(Arc<EffectiveGrant>);

impl PartialEq for Granted {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Granted {}

impl Hash for Granted {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).hash(state);
    }
}

/// Who asks, and what was asked for.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Asked {
    realm: RealmKey,
    revision: u64,
    resource_type: TypeId,
    grant: Granted,
    readable: AttributeSet,
    selection: Selection,
}

/// As [`Asked`], without a copy of anything.
pub(in crate::scim) struct Asking<'a> {
    pub(in crate::scim) caller: &'a Caller,
    pub(in crate::scim) entry: &'a TypeEntry,
    pub(in crate::scim) readable: &'a AttributeSet,
    pub(in crate::scim) selection: &'a Selection,
}

impl Hash for Asking<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.caller.realm().hash(state);
        self.caller.snapshot().revision().hash(state);
        self.entry.id.hash(state);
        Arc::as_ptr(self.caller.shared_grant()).hash(state);
        self.readable.hash(state);
        self.selection.hash(state);
    }
}

impl Equivalent<Asked> for Asking<'_> {
    fn equivalent(&self, key: &Asked) -> bool {
        Arc::ptr_eq(self.caller.shared_grant(), &key.grant.0)
            && self.entry.id == key.resource_type
            && self.caller.snapshot().revision() == key.revision
            && *self.readable == key.readable
            && *self.selection == key.selection
            && *self.caller.realm() == key.realm
    }
}

/// Views in use.
#[derive(Debug)]
pub(super) struct Views {
    asked: Cache<Asked, Arc<View>>,
    views: Cache<Sight, Arc<View>>,
    next: AtomicU64,
}

impl Default for Views {
    fn default() -> Self {
        Self {
            asked: Cache::new(MAX),
            views: Cache::new(MAX),
            next: AtomicU64::new(0),
        }
    }
}

impl Views {
    /// What is seen of what was asked for.
    pub(super) fn of(&self, asking: &Asking<'_>) -> Arc<View> {
        if let Some(view) = self.asked.get(asking) {
            return view;
        }
        let Asking {
            caller,
            entry,
            readable,
            selection,
        } = asking;
        let view = self.showing(caller, entry, selection.visible(&entry.schema, readable));
        let asked = Asked {
            realm: caller.realm().clone(),
            revision: caller.snapshot().revision(),
            resource_type: entry.id,
            grant: Granted(caller.shared_grant().clone()),
            readable: AttributeSet::clone(readable),
            selection: Selection::clone(selection),
        };
        self.asked.insert(asked, view.clone());
        view
    }

    /// What is seen if exactly `visible` is.
    pub(super) fn showing(
        &self,
        caller: &Caller,
        entry: &TypeEntry,
        visible: AttributeSet,
    ) -> Arc<View> {
        let snapshot = caller.snapshot();
        let sight = Sight {
            realm: caller.realm().clone(),
            revision: snapshot.revision(),
            resource_type: entry.id,
            visible,
            names: ["User", "Group"].map(|name| may_read_name(caller, snapshot, name)),
        };
        if let Some(view) = self.views.get(&sight) {
            return view;
        }
        let view = Arc::new(View {
            number: self.next.fetch_add(1, Relaxed),
            projection: Projection::compile(&entry.schema, &sight.visible),
            visible: sight.visible.clone(),
            location: location(snapshot, &entry.schema),
        });
        self.views.insert(sight, view.clone());
        view
    }
}

fn may_read_name(caller: &Caller, snapshot: &RealmSnapshot, type_name: &str) -> bool {
    let readable = |entry: &TypeEntry| {
        let name = entry.schema.lookup("displayName")?;
        let readable = caller.grant().attributes(entry.id, Operation::Retrieve)?;
        Some(readable.contains(name.id))
    };
    let entry = snapshot.types().by_name(type_name);
    entry.and_then(readable).unwrap_or(false)
}

/// What the URLs of a type's resources begin with.
pub(in crate::scim) fn location(snapshot: &RealmSnapshot, schema: &ResourceSchema) -> String {
    let endpoint = schema.resource_type().endpoint.trim_start_matches('/');
    format!("{}/scim/v2/{endpoint}/", snapshot.issuer().as_str())
}
