//! A map in parts, which an edit shares with the map before it: only the part with the edited entry
//! is copied, and hashed anew.
//!
//! The digest is a tree of hashes: of each entry, of the entries of a part in order of their keys,
//! of the parts. Its shape follows from the keys alone, so that two maps have the same digest exactly
//! when they have the same entries, however they came by them.

use super::digest::{Digest, Hasher};
use crate::id::{ClientId, ScopeId};
use std::{
    borrow::Borrow,
    sync::{Arc, OnceLock},
};

/// With ten thousand entries a part has some forty.
const PARTS: usize = 256;

/// What entries are found by. Two nodes must find a key in the same part.
pub(super) trait Key: Ord {
    /// Which part; evenly spread, or edits take longer.
    fn part(&self) -> u8;
}

impl Key for ScopeId {
    fn part(&self) -> u8 {
        chance(self.0.as_bytes())
    }
}

impl Key for ClientId {
    fn part(&self) -> u8 {
        chance(self.0.as_bytes())
    }
}

impl Key for str {
    /// FNV-1a, of which the high bits are the better ones.
    fn part(&self) -> u8 {
        let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        let [part, ..] = self.bytes().fold(0x811c_9dc5, mix).to_be_bytes();
        part
    }
}

impl Key for String {
    fn part(&self) -> u8 {
        self.as_str().part()
    }
}

/// The last byte of an id, which is chance (RFC 9562 §5.7).
fn chance([.., last]: &[u8; 16]) -> u8 {
    *last
}

/// What an entry adds to the digest; it covers the key.
pub(super) trait Hashed {
    fn digest(&self) -> &Digest;
}

/// The map.
#[derive(Debug, Clone)]
pub(super) struct Parts<K, V>(Vec<Arc<Part<K, V>>>);

#[derive(Debug, Clone)]
struct Part<K, V> {
    /// In order of the keys.
    entries: Vec<(K, V)>,
    digest: OnceLock<Digest>,
}

impl<K, V> Default for Parts<K, V> {
    fn default() -> Self {
        // One empty part for all: whoever changes a part has its own.
        let empty = Arc::new(Part {
            entries: Vec::new(),
            digest: OnceLock::new(),
        });
        Self(std::iter::repeat_n(empty, PARTS).collect())
    }
}

impl<K: Key + Clone, V: Clone> Parts<K, V> {
    pub(super) fn get<Q: Key + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let entries = &self.0.get(usize::from(key.part()))?.entries;
        let at = entries.binary_search_by(|(k, _)| k.borrow().cmp(key));
        entries.get(at.ok()?).map(|(_, value)| value)
    }

    /// Adds an entry, or replaces the one with its key.
    pub(super) fn insert(&mut self, key: K, value: V) {
        let Some(entries) = self.entries_of(&key) else {
            return;
        };
        match entries.binary_search_by(|(k, _)| k.cmp(&key)) {
            Ok(at) => {
                if let Some(entry) = entries.get_mut(at) {
                    entry.1 = value;
                }
            }
            Err(at) => entries.insert(at, (key, value)),
        }
    }

    /// Takes out an entry, and answers it.
    pub(super) fn remove<Q: Key + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.get(key)?;
        let entries = self.entries_of(key)?;
        let at = entries.binary_search_by(|(k, _)| k.borrow().cmp(key));
        Some(entries.remove(at.ok()?).1)
    }

    /// The entries of a key's part, to be changed.
    fn entries_of<Q: Key + ?Sized>(&mut self, key: &Q) -> Option<&mut Vec<(K, V)>> {
        let part = Arc::make_mut(self.0.get_mut(usize::from(key.part()))?);
        part.digest = OnceLock::new();
        Some(&mut part.entries)
    }
}

impl<K, V> Parts<K, V> {
    /// Every value, in no order.
    pub(super) fn values(&self) -> impl Iterator<Item = &V> {
        let entries = self.0.iter().flat_map(|part| &part.entries);
        entries.map(|(_, value)| value)
    }
}

impl<K, V: Hashed> Parts<K, V> {
    /// The digest of the whole; parts that did not change have theirs already.
    pub(super) fn digest(&self) -> Digest {
        let mut hasher = Hasher::default();
        for (number, part) in self.0.iter().enumerate() {
            if !part.entries.is_empty() {
                hasher.part(&(number as u64).to_be_bytes());
                hasher.part(part.digest());
            }
        }
        hasher.finish()
    }
}

impl<K, V: Hashed> Part<K, V> {
    fn digest(&self) -> &Digest {
        self.digest.get_or_init(|| {
            let mut hasher = Hasher::default();
            for (_, value) in &self.entries {
                hasher.part(value.digest());
            }
            hasher.finish()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use uuid::Uuid;

    impl Hashed for Digest {
        fn digest(&self) -> &Digest {
            self
        }
    }

    fn id(number: u128) -> ScopeId {
        ScopeId(Uuid::from_u128(number))
    }

    fn digest(key: u128, value: u8) -> Digest {
        let mut hasher = Hasher::default();
        hasher.part(&key.to_be_bytes());
        hasher.part(&[value]);
        hasher.finish()
    }

    /// A map of the same entries, made at once and in order.
    fn anew(model: &BTreeMap<u128, u8>) -> Parts<ScopeId, Digest> {
        let mut parts = Parts::default();
        for (key, value) in model {
            parts.insert(id(*key), digest(*key, *value));
        }
        parts
    }

    /// However the entries were changed, the map is the same as another with the same entries, and
    /// its digest is that of no other seen (REG-15).
    #[test]
    fn edits_lead_to_the_same_map_and_digest_as_making_it_anew() {
        let (mut parts, mut model) = (Parts::default(), BTreeMap::new());
        let mut seen: BTreeMap<Digest, BTreeMap<u128, u8>> = BTreeMap::new();
        let mut chance = 7_u64;
        for step in 0..3000 {
            chance = chance.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            // Several keys fall in one part, and the same key comes again.
            let key = u128::from(chance >> 33) % 700;
            if (chance >> 20).is_multiple_of(3) {
                assert_eq!(
                    parts.remove(&id(key)).is_some(),
                    model.remove(&key).is_some()
                );
            } else {
                parts.insert(id(key), digest(key, (chance >> 25) as u8));
                model.insert(key, (chance >> 25) as u8);
            }
            if step % 10 == 0 {
                assert_eq!(parts.digest(), anew(&model).digest());
                let before = seen.insert(parts.digest(), model.clone());
                assert!(before.is_none_or(|before| before == model));
            }
        }
        assert_eq!(parts.values().count(), model.len());
        for key in 0..700 {
            let value = model.get(&key).map(|value| digest(key, *value));
            assert_eq!(parts.get(&id(key)), value.as_ref());
        }
    }

    #[test]
    fn an_edit_leaves_the_map_before_as_it_was_and_shares_the_other_parts() {
        let before = anew(&(0..1000).map(|key| (key, 1)).collect());
        let mut after = before.clone();
        after.insert(id(3), digest(3, 2));
        assert_eq!(before.get(&id(3)), Some(&digest(3, 1)));
        assert_ne!(before.digest(), after.digest());
        let shared = before.0.iter().zip(&after.0);
        assert_eq!(shared.filter(|(a, b)| Arc::ptr_eq(a, b)).count(), PARTS - 1);
    }

    #[test]
    fn names_are_spread_over_the_parts() {
        let mut counts = [0; PARTS];
        for number in 0..10_000 {
            counts[usize::from(format!("people:{number}:read").part())] += 1;
        }
        assert!(
            counts.iter().all(|count| (10..=100).contains(count)),
            "{counts:?}"
        );
    }
}
