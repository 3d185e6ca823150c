//! When something was last written: what tells whether that which is kept of it still holds.
//!
//! A stamp counts the writes that are under way and those that have ended. Whoever reads notes the
//! stamps of what it is about to read *before* it reads; what it made holds as long as they show
//! the same, with no write under way. A write is under way from before its commit until after it,
//! and ends before it is acknowledged. So what holds is what the store would answer: nothing older
//! than what was acknowledged, or was seen by anyone, is ever given.
//!
//! A write whose outcome is unknown never ends: what it may have changed is read anew from then on.

use crate::{
    RealmKey,
    store::{Change, ResourceId, TypeName},
};
use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
};

/// How many stamps there are. What shares one is taken for written together.
const SLOTS: usize = 1 << 16;
/// A write that is under way, in a stamp's lower half.
const UNDER_WAY: u64 = 1;
/// A write that has ended, in its upper half.
const ENDED: u64 = 1 << 32;

/// What is written, and read.
#[derive(Debug, Hash)]
pub(in crate::scim) enum Matter<'a> {
    /// A resource as its store keeps it, its version and its memberships.
    Resource(&'a RealmKey, &'a ResourceId),
    /// Which resources of a type there are.
    Population(&'a RealmKey, &'a TypeName),
    /// Any of what deletions in a realm change: who referred to what is gone is the store's to find.
    Deletions(&'a RealmKey),
    /// Any resource of any realm.
    All,
}

/// The stamp of a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slot(usize);

/// A stamp as it was at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scim) struct Noted {
    slot: Slot,
    stamp: u64,
}

impl Noted {
    /// The stamp as it will be when one write has ended and no other has begun: holds then, if none
    /// was under way.
    pub(in crate::scim) fn after_one_write(self) -> Self {
        Self {
            stamp: self.stamp.wrapping_add(ENDED),
            ..self
        }
    }
}

/// The stamps of everything.
#[derive(Debug)]
pub(in crate::scim) struct Stamps {
    slots: Box<[AtomicU64]>,
    hash: RandomState,
}

impl Default for Stamps {
    fn default() -> Self {
        Self {
            slots: (0..SLOTS).map(|_| AtomicU64::new(0)).collect(),
            hash: RandomState::new(),
        }
    }
}

impl Stamps {
    /// The stamp as it is now.
    pub(in crate::scim) fn note(&self, matter: &Matter<'_>) -> Noted {
        let slot = self.slot(matter);
        let stamp = self
            .stamp(slot)
            .map_or(UNDER_WAY, |stamp| stamp.load(SeqCst));
        Noted { slot, stamp }
    }

    /// Whether nothing was written since, nor was being written then.
    pub(in crate::scim) fn hold(&self, noted: &[Noted]) -> bool {
        let quiet = |noted: &Noted| noted.stamp & (ENDED - 1) == 0;
        let same = |noted: &Noted| {
            self.stamp(noted.slot)
                .is_some_and(|stamp| stamp.load(SeqCst) == noted.stamp)
        };
        noted.iter().all(|noted| quiet(noted) && same(noted))
    }

    /// Begins a write of all that `changes` touch.
    pub(in crate::scim) fn begin(
        self: &Arc<Self>,
        realm: &RealmKey,
        changes: &[Change],
    ) -> Writing {
        let mut slots = vec![self.slot(&Matter::All)];
        for change in changes {
            match change {
                Change::PutResource { expect, write } => {
                    let written = std::iter::once(&write.resource.id).chain(&write.touches);
                    slots.extend(written.map(|id| self.slot(&Matter::Resource(realm, id))));
                    if *expect == crate::store::Expect::Absent {
                        slots.push(self.slot(&Matter::Population(realm, &write.resource_type)));
                    }
                }
                Change::DeleteResource { .. } => {
                    slots.push(self.slot(&Matter::Deletions(realm)));
                }
                _ => {}
            }
        }
        let writing = Writing {
            stamps: self.clone(),
            slots,
        };
        writing.add(UNDER_WAY);
        writing
    }

    fn slot(&self, matter: &Matter<'_>) -> Slot {
        let hash = usize::try_from(self.hash.hash_one(matter) % (SLOTS as u64));
        Slot(hash.unwrap_or_default())
    }

    fn stamp(&self, slot: Slot) -> Option<&AtomicU64> {
        self.slots.get(slot.0)
    }
}

/// A write that is under way. To drop it is to say that its outcome is unknown.
#[derive(Debug)]
#[must_use]
pub(in crate::scim) struct Writing {
    stamps: Arc<Stamps>,
    slots: Vec<Slot>,
}

impl Writing {
    /// The write has come to its end, whether or not anything was written.
    pub(in crate::scim) fn end(self) {
        self.add(ENDED - UNDER_WAY);
    }

    fn add(&self, what: u64) {
        for stamp in self
            .slots
            .iter()
            .filter_map(|slot| self.stamps.stamp(*slot))
        {
            stamp.fetch_add(what, SeqCst);
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
