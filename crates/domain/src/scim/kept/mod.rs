//! Answers kept as they were written, so that a resource that did not change is not read again.
//!
//! This process alone writes to its store, so it knows when something changes ([`stamps`]). What is
//! kept is found by all that it depends on: the resource, and everything that decides what is seen
//! of it ([`view`]; G6, T1). Nothing here decides: whoever asks has its permit already.

mod finds;
mod roster;
mod stamps;
mod view;
mod written;

pub(super) use finds::Sole;
pub(super) use roster::{Census, MOST, Roster};
pub(super) use stamps::{Matter, Noted, Writing};
pub(super) use view::{Asking, View, location};

use super::Representation;
use crate::{
    RealmKey,
    access::Caller,
    snapshot::TypeEntry,
    store::{Change, ResourceId, StoredResource, TypeName},
};
use finds::Finds;
use quick_cache::{Equivalent, Weighter, sync::Cache};
use roster::Rosters;
use scim::AttributeSet;
use smallvec::SmallVec;
use stamps::Stamps;
use std::sync::Arc;
use view::Views;
use written::Written;

/// Most bytes of answers kept: those of a hundred thousand people as one kind of client sees them.
/// None is reserved before there are any.
const MAX_BYTES: u64 = 144 * 1024 * 1024;
/// About how large one is.
const USUAL_BYTES: u64 = 1024;
/// What one takes besides its texts, about.
const OVERHEAD: usize = 256;
/// Most other resources that one may show something of.
const MAX_SHOWN: usize = 256;

/// The stamps that an answer depends on: of the resource, of deletions, and of others shown in it.
pub(super) type Basis = SmallVec<[Noted; 3]>;

#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    view: u64,
    id: ResourceId,
}

#[derive(Hash)]
struct Wanted<'a> {
    view: u64,
    id: &'a str,
}

impl Equivalent<Key> for Wanted<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.view == key.view && *self.id == *key.id.0
    }
}

#[derive(Debug, Clone)]
struct Bytes;

impl Weighter<Key, Arc<Representation>> for Bytes {
    fn weight(&self, _: &Key, one: &Arc<Representation>) -> u64 {
        let basis = one.basis.len() * size_of::<Noted>();
        let bytes = one.location.len() + one.etag.len() + one.body.len() + basis + OVERHEAD;
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

/// A resource as it was when it was read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen(Noted);

/// What is kept, and the stamps that say for how long.
#[derive(Debug)]
pub(crate) struct Kept {
    stamps: Arc<Stamps>,
    views: Views,
    entries: Cache<Key, Arc<Representation>, Bytes>,
    rosters: Rosters,
    finds: Finds,
    written: Written,
}

impl Default for Kept {
    fn default() -> Self {
        let usual = usize::try_from(MAX_BYTES / USUAL_BYTES).unwrap_or(usize::MAX);
        Self {
            stamps: Arc::default(),
            views: Views::default(),
            entries: Cache::with_weighter(usual, MAX_BYTES, Bytes),
            rosters: Rosters::default(),
            finds: Finds::default(),
            written: Written::default(),
        }
    }
}

/// What tells a view from others.
fn number(view: &View) -> u64 {
    #[cfg(feature = "leaks")]
    if super::leaks::is(super::leaks::Leak::KeptForAnyone) {
        return 0;
    }
    view.number
}

impl Kept {
    /// Begins a write of what `changes` touch; it must be ended before it is acknowledged.
    pub(super) fn begin(&self, realm: &RealmKey, changes: &[Change]) -> Writing {
        self.stamps.begin(realm, changes)
    }

    /// The stamp of what is about to be read.
    pub(super) fn note(&self, matter: &Matter<'_>) -> Noted {
        self.stamps.note(matter)
    }

    /// Whether what was read after `noted` is still so.
    pub(super) fn holds(&self, noted: &[Noted]) -> bool {
        self.stamps.hold(noted)
    }

    /// Notes a resource that is about to be read for another use than SCIM's.
    pub(crate) fn see(&self, realm: &RealmKey, id: &ResourceId) -> Seen {
        Seen(self.note(&Matter::Resource(realm, id)))
    }

    /// Whether the resource is still as it was.
    pub(crate) fn still(&self, seen: &Seen) -> bool {
        self.holds(&[seen.0])
    }

    /// What is seen of what was asked for.
    pub(super) fn view(&self, asking: &Asking<'_>) -> Arc<View> {
        self.views.of(asking)
    }

    /// What is seen if exactly `visible` is.
    pub(super) fn view_showing(
        &self,
        caller: &Caller,
        entry: &TypeEntry,
        visible: AttributeSet,
    ) -> Arc<View> {
        self.views.showing(caller, entry, visible)
    }

    /// A resource as it is seen, if that is known.
    pub(super) fn get(&self, view: &View, id: &str) -> Option<Arc<Representation>> {
        let wanted = Wanted {
            view: number(view),
            id,
        };
        let found = self.entries.get(&wanted)?;
        self.holds(&found.basis).then_some(found)
    }

    /// The one resource with a value as it is seen, if that is known.
    pub(super) fn find(&self, view: &View, sole: &Sole<'_>) -> Option<Arc<Representation>> {
        let (id, version) = self.finds.get(sole)?;
        let found = self.get(view, &id.0)?;
        (found.version == version).then_some(found)
    }

    /// Keeps that a search for the one resource with a value found this one.
    pub(super) fn keep_found(&self, sole: &Sole<'_>, found: &Representation) {
        self.finds.keep(sole, found.id.clone(), found.version);
    }

    /// Keeps a resource as it is seen, unless it was written meanwhile.
    pub(super) fn keep(&self, view: &View, representation: &Arc<Representation>) {
        let basis = &representation.basis;
        if basis.len() > MAX_SHOWN || basis.is_empty() || !self.holds(basis) {
            return;
        }
        let key = Key {
            view: number(view),
            id: representation.id.clone(),
        };
        self.entries.insert(key, representation.clone());
    }

    /// What a resource that is about to be written will rest on, once that has been done.
    pub(super) fn before_writing(&self, realm: &RealmKey, id: &ResourceId) -> Basis {
        let resource = self.note(&Matter::Resource(realm, id)).after_one_write();
        let deletions = self.note(&Matter::Deletions(realm));
        Basis::from_slice(&[resource, deletions])
    }

    /// Keeps a resource as it has been written, unless others wrote it too since `basis` was noted.
    pub(super) fn keep_written(
        &self,
        realm: &RealmKey,
        resource_type: &TypeName,
        resource: &Arc<StoredResource>,
        basis: Basis,
    ) {
        if self.holds(&basis) {
            let resource = resource.clone();
            self.written.keep(realm, resource_type, resource, basis);
        }
    }

    /// A resource as its store has it, if it was written lately.
    pub(super) fn written(
        &self,
        realm: &RealmKey,
        resource_type: &TypeName,
        id: &ResourceId,
    ) -> Option<Arc<StoredResource>> {
        let (resource, basis) = self.written.get(realm, resource_type, id)?;
        self.holds(&basis).then_some(resource)
    }

    /// The resources of a type in order of their ids, if that is known.
    pub(super) fn roster(&self, realm: &RealmKey, type_name: &TypeName) -> Option<Arc<Roster>> {
        self.rosters.get(&self.stamps, realm, type_name)
    }

    /// The right to read which resources of a type there are, if it is worth while and nobody else
    /// does so.
    pub(super) fn census(&self, realm: &RealmKey, type_name: &TypeName) -> Option<Census> {
        self.rosters.census(&self.stamps, realm, type_name)
    }

    /// Keeps what a census came to.
    pub(super) fn keep_roster(&self, census: &Census, ids: &[ResourceId]) -> Option<Arc<Roster>> {
        self.rosters.keep(&self.stamps, census, ids)
    }
}
