//! What is kept for whoever has shown nothing yet: flows, and what public clients ask for. Anybody
//! can have any number of these made, so that a realm keeps the latest ones only (RFC 6819 §4.4.1.11:
//! bounded storage); each goes after its own time anyway.

use crate::{
    Core, RealmKey,
    store::{Change, EntryKey, EntryKind},
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

/// How much of a realm's may be kept: as many sign-ins as begin in a minute or two, at a rate that no
/// server here could finish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StrangerLimits {
    /// Entries.
    pub entries: usize,
    /// Their bytes.
    pub bytes: usize,
}

impl Default for StrangerLimits {
    fn default() -> Self {
        Self {
            entries: 50_000,
            bytes: 256 * 1024 * 1024,
        }
    }
}

/// What is kept, by realm, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Strangers {
    limits: StrangerLimits,
    realms: Mutex<HashMap<RealmKey, Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<(EntryKind, EntryKey, usize)>,
    bytes: usize,
}

impl Strangers {
    /// With other limits.
    pub(crate) fn new(limits: StrangerLimits) -> Self {
        Self {
            limits,
            realms: Mutex::default(),
        }
    }

    /// Something is about to be kept; answers what must go for it.
    fn admit(
        &self,
        realm: &RealmKey,
        kind: EntryKind,
        key: EntryKey,
        bytes: usize,
    ) -> Vec<(EntryKind, EntryKey)> {
        let mut realms = self.realms.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = realms.entry(realm.clone()).or_default();
        kept.entries.push_back((kind, key, bytes));
        kept.bytes += bytes;
        let mut gone = Vec::new();
        while kept.entries.len() > self.limits.entries || kept.bytes > self.limits.bytes {
            let Some((kind, key, bytes)) = kept.entries.pop_front() else {
                break;
            };
            kept.bytes -= bytes;
            gone.push((kind, key));
        }
        gone
    }
}

impl Core {
    /// The same server, keeping another amount for whoever has shown nothing.
    pub fn with_stranger_limits(mut self, limits: StrangerLimits) -> Self {
        self.strangers = Strangers::new(limits);
        self
    }

    /// `changes` that keep something new for whoever has shown nothing, and those by which the oldest
    /// of that goes where it is too much.
    pub(crate) fn making_room(&self, realm: &RealmKey, mut changes: Vec<Change>) -> Vec<Change> {
        let mut gone = Vec::new();
        for change in &changes {
            if let Change::PutEntry { entry, .. } = change {
                let bytes = entry.body.len();
                gone.extend(self.strangers.admit(realm, entry.kind, entry.key, bytes));
            }
        }
        let delete = |(kind, key)| Change::DeleteEntry {
            kind,
            key,
            version: None,
        };
        changes.extend(gone.into_iter().map(delete));
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_for_the_latest() {
        let limits = StrangerLimits {
            entries: 3,
            bytes: 100,
        };
        let (strangers, realm) = (Strangers::new(limits), RealmKey::system());
        let admit = |number: u8, bytes| {
            let key = EntryKey([number; 32]);
            let gone = strangers.admit(&realm, EntryKind::Flow, key, bytes);
            gone.iter().map(|(_, key)| key.0[0]).collect::<Vec<u8>>()
        };
        for number in 1..=3 {
            assert!(admit(number, 10).is_empty());
        }
        assert_eq!(admit(4, 10), [1]);
        assert_eq!(admit(5, 90), [2, 3], "10 and 90 are left");
        assert_eq!(admit(6, 1), [4]);
        // What is too large for itself is not kept at all.
        assert_eq!(admit(7, 101), [5, 6, 7]);
        assert!(admit(8, 100).is_empty());
    }
}
