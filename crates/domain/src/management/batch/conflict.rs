//! Which operation of a batch the store refused.

use super::super::ManagementError;
use crate::{Edit, config::ConfigObject, snapshot::RealmSnapshot, store::Kind};
use std::collections::HashMap;

/// The first operation that gives a thing the name of another, where that is what is wrong.
pub(super) fn culprit(
    before: &RealmSnapshot,
    edits: &[Edit<()>],
    error: &ManagementError,
) -> Option<usize> {
    match error {
        ManagementError::Blocked(blocked) if blocked.code == "duplicate" => {}
        _ => return None,
    }
    let key = |object: &ConfigObject| Some((object.kind(), object.unique_key()?));
    let mut owners: HashMap<(Kind, String), String> = HashMap::new();
    for object in before.config().objects() {
        if let Some(key) = key(&object) {
            owners.insert(key, object.id());
        }
    }
    for (index, edit) in edits.iter().enumerate() {
        for (kind, id) in &edit.deletes {
            owners.retain(|(of, _), owner| of != kind || owner != id);
        }
        for object in &edit.puts {
            let (kind, id) = (object.kind(), object.id());
            owners.retain(|(of, _), owner| *of != kind || *owner != id);
            let Some(key) = key(object) else { continue };
            if owners.insert(key, id).is_some() {
                return Some(index);
            }
        }
    }
    None
}
