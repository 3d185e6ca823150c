//! Which resources of a type there are, in order of their ids: what a page of a whole type is cut
//! out of, and how many there are in all.

use super::stamps::{Matter, Noted, Stamps};
use crate::{
    RealmKey,
    store::{ResourceId, TypeName, Window},
};
use quick_cache::{Weighter, sync::Cache};
use std::{ops::Range, sync::Arc};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Most resources of a type that has a roster; larger types are asked of the store.
pub(in crate::scim) const MOST: u32 = 250_000;
/// Most bytes of rosters kept.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// The ids of the resources of a type, in order.
#[derive(Debug)]
pub(in crate::scim) struct Roster {
    basis: [Noted; 2],
    /// All ids, one after another.
    text: String,
    /// Where each ends.
    ends: Vec<u32>,
}

impl Roster {
    /// How many there are.
    pub(in crate::scim) fn len(&self) -> usize {
        self.ends.len()
    }

    /// What it depends on.
    pub(in crate::scim) fn basis(&self) -> &[Noted] {
        &self.basis
    }

    /// The one at `index`.
    pub(in crate::scim) fn id(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let begin = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        let place: Range<usize> = usize::try_from(begin).ok()?..usize::try_from(end).ok()?;
        self.text.get(place)
    }

    /// The place of a page of at most `count`.
    pub(in crate::scim) fn page(&self, window: &Window, count: u32) -> Range<usize> {
        let begin = match window {
            Window::Offset(offset) => usize::try_from(*offset).unwrap_or(usize::MAX),
            Window::After(after) => self.after(&after.id.0),
        };
        let begin = begin.min(self.len());
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        begin..begin.saturating_add(count).min(self.len())
    }

    /// How many do not come after `id`.
    fn after(&self, id: &str) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.id(middle).is_some_and(|found| found <= id) {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        low
    }

    /// Of ids in ascending order; none if they are not, or are too many.
    fn of(basis: [Noted; 2], ids: &[ResourceId]) -> Option<Self> {
        let ordered = ids.is_sorted_by(|a, b| a < b);
        if !ordered || ids.len() > usize::try_from(MOST).unwrap_or(usize::MAX) {
            return None;
        }
        let mut text = String::with_capacity(ids.iter().map(|id| id.0.len()).sum());
        let mut ends = Vec::with_capacity(ids.len());
        for id in ids {
            text.push_str(&id.0);
            ends.push(u32::try_from(text.len()).ok()?);
        }
        Some(Self { basis, text, ends })
    }
}

/// What is known of one type.
#[derive(Debug, Clone)]
enum Known {
    /// It was asked for once: reading all of it is worth while if it is asked for again before
    /// another resource comes or goes.
    Asked {
        basis: [Noted; 2],
        /// Held by whoever reads.
        reading: Arc<Mutex<()>>,
    },
    /// All.
    Roster(Arc<Roster>),
    /// There are too many to keep.
    TooMany([Noted; 2]),
}

impl Known {
    fn basis(&self) -> &[Noted; 2] {
        match self {
            Self::Asked { basis, .. } | Self::TooMany(basis) => basis,
            Self::Roster(roster) => &roster.basis,
        }
    }
}

/// The right to read which resources of a type there are.
#[derive(Debug)]
pub(in crate::scim) struct Census {
    key: (RealmKey, TypeName),
    basis: [Noted; 2],
    _reading: OwnedMutexGuard<()>,
}

#[derive(Debug, Clone)]
struct Bytes;

impl Weighter<(RealmKey, TypeName), Known> for Bytes {
    fn weight(&self, _: &(RealmKey, TypeName), known: &Known) -> u64 {
        let bytes = match known {
            Known::Asked { .. } | Known::TooMany(_) => 0,
            Known::Roster(roster) => roster.text.capacity() + roster.ends.capacity() * 4,
        };
        u64::try_from(bytes + 256).unwrap_or(u64::MAX)
    }
}

/// The rosters of types that are listed.
#[derive(Debug)]
pub(super) struct Rosters(Cache<(RealmKey, TypeName), Known, Bytes>);

impl Default for Rosters {
    fn default() -> Self {
        Self(Cache::with_weighter(1_000, MAX_BYTES, Bytes))
    }
}

impl Rosters {
    pub(super) fn get(
        &self,
        stamps: &Stamps,
        realm: &RealmKey,
        type_name: &TypeName,
    ) -> Option<Arc<Roster>> {
        match self.0.get(&(realm.clone(), type_name.clone()))? {
            Known::Roster(roster) if stamps.hold(&roster.basis) => Some(roster),
            _ => None,
        }
    }

    pub(super) fn census(
        &self,
        stamps: &Stamps,
        realm: &RealmKey,
        type_name: &TypeName,
    ) -> Option<Census> {
        let key = (realm.clone(), type_name.clone());
        let known = self.0.get(&key);
        match known.filter(|known| stamps.hold(known.basis())) {
            Some(Known::Asked { basis, reading }) => Some(Census {
                key,
                basis,
                _reading: reading.try_lock_owned().ok()?,
            }),
            Some(Known::Roster(_) | Known::TooMany(_)) => None,
            None => {
                let asked = Known::Asked {
                    basis: [
                        stamps.note(&Matter::Population(realm, type_name)),
                        stamps.note(&Matter::Deletions(realm)),
                    ],
                    reading: Arc::default(),
                };
                self.0.insert(key, asked);
                None
            }
        }
    }

    pub(super) fn keep(
        &self,
        stamps: &Stamps,
        census: &Census,
        ids: &[ResourceId],
    ) -> Option<Arc<Roster>> {
        let roster = Roster::of(census.basis, ids).map(Arc::new);
        let known = match &roster {
            Some(roster) => Known::Roster(roster.clone()),
            None => Known::TooMany(census.basis),
        };
        if !stamps.hold(&census.basis) {
            return None;
        }
        self.0.insert(census.key.clone(), known);
        roster
    }
}

#[cfg(test)]
mod tests;
