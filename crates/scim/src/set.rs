//! Sets of attributes as bits over one [`crate::ResourceSchema`].

use crate::AttrId;
use smallvec::SmallVec;

/// A set of *leaf* attributes of one [`crate::ResourceSchema`].
///
/// A complex attribute is in the set as far as its sub-attributes are; the schema's
/// [`any`](crate::ResourceSchema::any) and [`all`](crate::ResourceSchema::all) answer for it.
/// Up to 256 attributes fit without allocation.
#[derive(Clone, Default, PartialEq, Eq, Hash, Debug)]
pub struct AttributeSet {
    /// No trailing zero words, so that equal sets are equal values.
    words: SmallVec<[u64; 4]>,
}

impl AttributeSet {
    /// The empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the set has no attribute.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How many leaf attributes are in the set.
    pub fn len(&self) -> usize {
        self.words.iter().map(|w| w.count_ones() as usize).sum()
    }

    /// Whether the leaf `id` is in the set.
    pub fn contains(&self, id: AttrId) -> bool {
        let (word, bit) = position(id);
        self.words.get(word).is_some_and(|w| w & bit != 0)
    }

    /// Adds the leaf `id`.
    pub fn insert(&mut self, id: AttrId) {
        let (word, bit) = position(id);
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        if let Some(w) = self.words.get_mut(word) {
            *w |= bit;
        }
    }

    /// Takes the leaf `id` out.
    pub fn remove(&mut self, id: AttrId) {
        let (word, bit) = position(id);
        if let Some(w) = self.words.get_mut(word) {
            *w &= !bit;
        }
        self.trim();
    }

    /// Adds every attribute of `other`.
    pub fn union_with(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (w, o) in self.words.iter_mut().zip(&other.words) {
            *w |= o;
        }
    }

    /// Keeps only what is also in `other`.
    pub fn intersect_with(&mut self, other: &Self) {
        self.words.truncate(other.words.len());
        for (w, o) in self.words.iter_mut().zip(&other.words) {
            *w &= o;
        }
        self.trim();
    }

    /// Takes out everything that is in `other`.
    pub fn subtract(&mut self, other: &Self) {
        for (w, o) in self.words.iter_mut().zip(&other.words) {
            *w &= !o;
        }
        self.trim();
    }

    /// Whether every attribute of the set is in `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.words
            .iter()
            .enumerate()
            .all(|(i, w)| w & !other.words.get(i).copied().unwrap_or(0) == 0)
    }

    /// The leaves in the set, in schema order.
    pub fn iter(&self) -> impl Iterator<Item = AttrId> + '_ {
        self.words.iter().enumerate().flat_map(|(i, &word)| {
            (0..64)
                .filter(move |b| word & (1 << b) != 0)
                .map(move |b| AttrId::from_index(i * 64 + b))
        })
    }

    fn trim(&mut self) {
        while self.words.last() == Some(&0) {
            self.words.pop();
        }
    }
}

impl FromIterator<AttrId> for AttributeSet {
    fn from_iter<I: IntoIterator<Item = AttrId>>(ids: I) -> Self {
        let mut set = Self::new();
        for id in ids {
            set.insert(id);
        }
        set
    }
}

fn position(id: AttrId) -> (usize, u64) {
    (id.index() / 64, 1 << (id.index() % 64))
}
