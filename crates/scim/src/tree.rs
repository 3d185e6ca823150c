//! Places in a resource, as the member names that lead there.

use serde_json::{Map, Value};

pub(crate) fn get<'v>(resource: &'v Map<String, Value>, keys: &[&str]) -> Option<&'v Value> {
    let (first, rest) = keys.split_first()?;
    rest.iter()
        .try_fold(resource.get(*first)?, |value, key| value.get(key))
}

pub(crate) fn get_mut<'v>(
    resource: &'v mut Map<String, Value>,
    keys: &[&str],
) -> Option<&'v mut Value> {
    let (first, rest) = keys.split_first()?;
    rest.iter()
        .try_fold(resource.get_mut(*first)?, |value, key| value.get_mut(key))
}

/// Sets a value, and creates the objects that lead to it.
pub(crate) fn set(resource: &mut Map<String, Value>, keys: &[&str], value: Value) {
    match keys {
        [] => {}
        [key] => {
            resource.insert((*key).to_owned(), value);
        }
        [key, rest @ ..] => {
            let holder = resource
                .entry(*key)
                .or_insert_with(|| Value::Object(Map::new()));
            if let Some(members) = holder.as_object_mut() {
                set(members, rest, value);
            }
        }
    }
}

/// Removes a value, and the objects that it leaves empty.
pub(crate) fn unset(resource: &mut Map<String, Value>, keys: &[&str]) {
    match keys {
        [] => {}
        [key] => {
            resource.shift_remove(*key);
        }
        [key, rest @ ..] => {
            let Some(members) = resource.get_mut(*key).and_then(Value::as_object_mut) else {
                return;
            };
            unset(members, rest);
            if members.is_empty() {
                resource.shift_remove(*key);
            }
        }
    }
}
