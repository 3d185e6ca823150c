//! Which operation of a batch the store refused.

use crate::{
    Edit,
    config::ConfigObject,
    snapshot::RealmSnapshot,
    store::{Change, Kind},
};
use std::collections::HashMap;

/// What is remembered of an operation until all of them are made.
pub(super) struct Trace {
    /// What it expects of the store.
    pub(super) expected: Vec<Change>,
    deletes: Vec<(Kind, String)>,
    /// The kind, the id and the other unique key of what it puts.
    puts: Vec<(Kind, String, Option<String>)>,
}

impl Trace {
    pub(super) fn of(edit: &Edit<()>) -> Self {
        let expected = |change: &&Change| {
            matches!(
                change,
                Change::ReleaseScope { .. }
                    | Change::ExpectResource { .. }
                    | Change::ExpectNoResources(_)
            )
        };
        let put = |o: &ConfigObject| (o.kind(), o.id(), o.unique_key());
        Self {
            expected: edit.before.iter().filter(expected).cloned().collect(),
            deletes: edit.deletes.clone(),
            puts: edit.puts.iter().map(put).collect(),
        }
    }
}

/// The first operation that gives a thing the name of another, and of what kind they are.
pub(super) fn duplicate(before: &RealmSnapshot, traces: &[Trace]) -> Option<(usize, Kind)> {
    // Of each key whose it is, and of each thing which key it has.
    let mut owners: HashMap<(Kind, String), String> = HashMap::new();
    let mut keys: HashMap<(Kind, String), String> = HashMap::new();
    for object in before.config().objects() {
        if let Some(key) = object.unique_key() {
            owners.insert((object.kind(), key.clone()), object.id());
            keys.insert((object.kind(), object.id()), key);
        }
    }
    for (index, trace) in traces.iter().enumerate() {
        for (kind, id) in &trace.deletes {
            if let Some(key) = keys.remove(&(*kind, id.clone())) {
                owners.remove(&(*kind, key));
            }
        }
        for (kind, id, key) in &trace.puts {
            if let Some(former) = keys.remove(&(*kind, id.clone())) {
                owners.remove(&(*kind, former));
            }
            let Some(key) = key else { continue };
            keys.insert((*kind, id.clone()), key.clone());
            if owners.insert((*kind, key.clone()), id.clone()).is_some() {
                return Some((index, *kind));
            }
        }
    }
    None
}
