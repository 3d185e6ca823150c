//! Places in a resource, as the member names that lead there.

use crate::{AttrId, Node, ResourceSchema};
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

/// Puts members into the schema's order, at every level. The order in which they came would tell of
/// what is hidden: of an attribute that had a hidden part before it got a visible one (S2).
pub(crate) fn put_in_order(schema: &ResourceSchema, resource: &mut Map<String, Value>) {
    order(schema, resource, &|key| schema.root(key));
}

fn order<'s>(
    schema: &'s ResourceSchema,
    members: &mut Map<String, Value>,
    node: &dyn Fn(&str) -> Option<&'s Node>,
) {
    for (key, value) in members.iter_mut() {
        let Some(holder) = node(key).filter(|node| !node.is_leaf()) else {
            continue;
        };
        let elements = match value {
            Value::Array(elements) => elements.as_mut_slice(),
            object => std::slice::from_mut(object),
        };
        for element in elements.iter_mut().filter_map(Value::as_object_mut) {
            order(schema, element, &|key| schema.child(holder.id, key));
        }
    }
    let place = |key: &str| -> Option<AttrId> { node(key).map(|node| node.id) };
    if !members.keys().is_sorted_by_key(|key| place(key)) {
        let mut sorted: Vec<(String, Value)> = std::mem::take(members).into_iter().collect();
        sorted.sort_by_key(|(key, _)| place(key));
        members.extend(sorted);
    }
}
