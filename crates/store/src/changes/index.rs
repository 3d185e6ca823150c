//! The rows by which a resource is found, and which of them a write changes.

use crate::{
    attributes::Paths,
    driver::Step,
    index_value, statements,
    value::{Value, params},
};
use domain::store::{Conflict, IndexRow, ResourceWrite};
use std::{collections::BTreeSet, sync::LazyLock};

/// A row of the index as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kept<'a> {
    attribute: i64,
    head: &'a str,
    /// 0 for the first that is no longer than its head, which may be the one that guards.
    duplicate: u32,
    tail: &'a str,
    /// Whether its key is one that no other resource may have.
    guards: bool,
    ordinal: u32,
    row: &'a IndexRow,
}

/// `rows`, all of one resource, as they are kept, in the order of the index.
pub(super) fn kept<'a>(rows: &'a [IndexRow], paths: Option<&Paths>) -> Vec<Kept<'a>> {
    let one = |row: &'a IndexRow| {
        let attribute = *paths?.get(&*row.path)?;
        let (head, tail) = index_value::split(&row.value);
        Some(Kept {
            attribute,
            head,
            duplicate: 0,
            tail,
            guards: false,
            ordinal: 0,
            row,
        })
    };
    let mut kept: Vec<Kept<'_>> = rows.iter().filter_map(one).collect();
    // What is equal stays in its order.
    kept.sort_by_key(|row| row.attribute);
    for values in kept.chunk_by_mut(|a, b| a.attribute == b.attribute) {
        for (row, ordinal) in values.iter_mut().zip(1..) {
            row.ordinal = ordinal;
        }
        values.sort_by_key(|row| row.head);
        values
            .chunk_by_mut(|a, b| a.head == b.head)
            .for_each(tell_apart);
    }
    kept
}

/// Tells the rows of one head apart.
fn tell_apart(rows: &mut [Kept<'_>]) {
    // Whether or not it is unique: that may end while the row is kept.
    let first = rows.iter().position(|row| row.tail.is_empty());
    for (index, (row, place)) in rows.iter_mut().zip(1..).enumerate() {
        let is_first = Some(index) == first;
        row.guards = is_first && row.row.unique;
        row.duplicate = if is_first { 0 } else { place };
    }
}

impl Kept<'_> {
    fn taken(&self) -> Conflict {
        let path = self.row.path.to_string();
        Conflict::Unique { path }
    }

    /// Deletes it, whether or not it was unique when it was written: only the first of its head
    /// may have been.
    fn deleted(&self, resource: i64) -> impl Iterator<Item = Step> {
        let (attribute, head, duplicate) = (self.attribute, self.head, self.duplicate);
        let guarding = (duplicate == 0).then_some(Value::Int(0));
        let owners = std::iter::once(Value::from(resource)).chain(guarding);
        owners.map(move |owner| {
            let mut params = params![attribute, head];
            params.extend([owner, duplicate.into(), resource.into()]);
            Step::new(statements::DELETE_INDEX_ROW, params)
        })
    }

    /// As a row of [`INSERT_ROWS`].
    fn values(&self, resource: i64) -> [Value; 8] {
        let owner = if self.guards { 0 } else { resource };
        [
            self.attribute.into(),
            self.head.into(),
            owner.into(),
            self.duplicate.into(),
            self.ordinal.into(),
            self.row.element.into(),
            self.row.primary.into(),
            self.tail.into(),
        ]
    }
}

/// How many rows one statement may insert. A statement with several notes every page that it
/// changes, so that it can be undone: worth while for many rows of one attribute only.
const ROWS: [usize; 2] = [64, 1];

/// The statements that insert [`ROWS`] rows of a resource, whose number is `?1`.
static INSERT_ROWS: LazyLock<[String; ROWS.len()]> = LazyLock::new(|| {
    ROWS.map(|rows| {
        let row = |row: usize| {
            let places: Vec<String> = (0..8).map(|p| format!("?{}", 2 + 8 * row + p)).collect();
            format!("(?1, {})", places.join(", "))
        };
        let values: Vec<String> = (0..rows).map(row).collect();
        format!(
            "INSERT INTO resource_index (resource, attribute, head, owner, duplicate, ordinal, \
             element, is_primary, tail) VALUES {}",
            values.join(", ")
        )
    })
});

/// A statement that inserts `rows`, as many as it has places for.
fn inserted(text: &'static str, rows: &[&Kept<'_>], resource: i64) -> Step {
    let mut params = Vec::with_capacity(1 + 8 * rows.len());
    params.push(resource.into());
    params.extend(rows.iter().flat_map(|row| row.values(resource)));
    Step::new(text, params)
}

/// The statements that take the values that must be unique: before anything else of a new resource,
/// so that one whose values are taken leaves nothing to undo.
///
/// One step per value, so that the conflict can name the attribute (S6: never the owner).
pub(super) fn guards<'k>(
    rows: impl IntoIterator<Item = &'k Kept<'k>>,
    resource: i64,
) -> impl Iterator<Item = Step> {
    let [.., one] = &*INSERT_ROWS;
    let guards = rows.into_iter().filter(|row| row.guards);
    guards.map(move |row| inserted(one, &[row], resource).if_duplicate(row.taken()))
}

/// The statements that insert the other rows.
pub(super) fn others<'k>(rows: impl IntoIterator<Item = &'k Kept<'k>>, resource: i64) -> Vec<Step> {
    let rows: Vec<_> = rows.into_iter().filter(|row| !row.guards).collect();
    let mut rows = rows.as_slice();
    let mut steps = Vec::with_capacity(rows.len());
    for (text, size) in INSERT_ROWS.iter().zip(ROWS) {
        while let Some((chunk, rest)) = rows.split_at_checked(size) {
            steps.push(inserted(text, chunk, resource));
            rows = rest;
        }
    }
    steps
}

/// The statements that make of the rows of what is replaced those of what is written.
///
/// `?1` to `?4` of what is about long values are `key`, those of the resource.
pub(super) fn difference(
    key: &[Value],
    number: i64,
    write: &ResourceWrite,
    paths: Option<&Paths>,
) -> Vec<Step> {
    let mut before = kept(&write.replaced, paths);
    let mut after = kept(&write.index, paths);
    before.sort_unstable();
    after.sort_unstable();
    let gone = before
        .iter()
        .filter(|row| after.binary_search(row).is_err());
    let come: Vec<_> = after
        .iter()
        .filter(|row| before.binary_search(row).is_err())
        .collect();
    let (old, new) = (long_uniques(&before), long_uniques(&after));
    let freed = old.difference(&new).map(|value| value.freed(key));
    let taken = new.difference(&old).map(|value| value.taken(key));
    gone.flat_map(|row| row.deleted(number))
        .chain(freed)
        .chain(taken)
        .chain(guards(come.iter().copied(), number))
        .chain(others(come.iter().copied(), number))
        .collect()
}

/// A value that must be unique and is too long for a key: its hash is kept in a table.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LongUnique<'a> {
    path: &'a str,
    value: &'a str,
}

/// Those of a resource.
pub(super) fn long_uniques<'a>(rows: &[Kept<'a>]) -> BTreeSet<LongUnique<'a>> {
    let long = rows
        .iter()
        .filter(|row| row.row.unique && !row.tail.is_empty());
    long.map(|row| LongUnique {
        path: &row.row.path,
        value: &row.row.value,
    })
    .collect()
}

impl LongUnique<'_> {
    /// `?1` to `?4` are those of the resource.
    pub(super) fn taken(&self, resource: &[Value]) -> Step {
        let path = self.path.to_owned();
        Step::new(statements::INSERT_UNIQUE, self.params(resource))
            .if_duplicate(Conflict::Unique { path })
    }

    fn freed(&self, resource: &[Value]) -> Step {
        Step::new(statements::DELETE_UNIQUE_VALUE, self.params(resource))
    }

    fn params(&self, resource: &[Value]) -> Vec<Value> {
        let hash = jose::sha256(self.value.as_bytes());
        let mut params = resource.to_vec();
        params.extend(params![self.path, hash.as_slice()]);
        params
    }
}
