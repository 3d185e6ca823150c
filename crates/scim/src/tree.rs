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

/// The members of an object with their attributes, which are among `attributes` and spelt as the
/// schema spells them.
pub(crate) fn present<'s, 'v>(
    schema: &'s ResourceSchema,
    attributes: &'s [AttrId],
    members: &'v Map<String, Value>,
) -> impl Iterator<Item = (&'s Node, &'v Value)> {
    let mut following = attributes.iter();
    members.iter().filter_map(move |(key, value)| {
        let is = |id: &&AttrId| schema.node(**id).key() == key;
        let mut ahead = following.clone();
        // As nearly always, members stand in order, and each attribute is looked at once.
        let found = match ahead.find(is) {
            Some(found) => {
                following = ahead;
                found
            }
            None => attributes.iter().find(is)?,
        };
        Some((schema.node(*found), value))
    })
}

/// Puts members into the schema's order, at every level. The order in which they came would tell of
/// what is hidden: of an attribute that had a hidden part before it got a visible one (S2).
pub(crate) fn put_in_order(schema: &ResourceSchema, resource: &mut Map<String, Value>) {
    order(schema, schema.root_ids(), resource);
}

fn order(schema: &ResourceSchema, attributes: &[AttrId], members: &mut Map<String, Value>) {
    let named = |key: &str| {
        let mut nodes = attributes.iter().map(|id| schema.node(*id));
        nodes.find(|node| node.key().eq_ignore_ascii_case(key))
    };
    let mut following = attributes.iter().map(|id| schema.node(*id));
    let mut in_order = true;
    for (key, value) in members.iter_mut() {
        // As nearly always: what stands in order is found by one look at each attribute.
        let follows = in_order.then(|| following.find(|node| node.key() == key));
        let node = follows.flatten().or_else(|| {
            in_order = false;
            named(key)
        });
        let Some(holder) = node.filter(|node| !node.is_leaf()) else {
            continue;
        };
        let elements = match value {
            Value::Array(elements) => elements.as_mut_slice(),
            object => std::slice::from_mut(object),
        };
        for element in elements.iter_mut().filter_map(Value::as_object_mut) {
            order(schema, &holder.children, element);
        }
    }
    if !in_order {
        let place = |key: &str| -> Option<AttrId> { named(key).map(|node| node.id) };
        let mut sorted: Vec<(String, Value)> = std::mem::take(members).into_iter().collect();
        sorted.sort_by_cached_key(|(key, _)| place(key));
        members.extend(sorted);
    }
}
