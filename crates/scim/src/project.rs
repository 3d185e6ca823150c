//! What a caller gets to see of a resource (RFC 7643 §2.2 `returned`, RFC 7644 §3.9; S2).

use crate::{AttrId, AttributeSet, Node, ResourceSchema};
use serde_json::{Map, Value};

/// The part of a resource that lies in `visible`, which is what
/// [`Selection::visible`](crate::Selection::visible) makes of what the caller may read.
///
/// Complex values and extensions that have nothing visible vanish; `schemas` lists the base schema
/// and the extensions that have something left. Two resources that differ only outside `visible`
/// have the same projection.
pub fn project(
    schema: &ResourceSchema,
    resource: &Map<String, Value>,
    visible: &AttributeSet,
) -> Map<String, Value> {
    let mut projection = Map::new();
    for (key, value) in resource {
        let Some(node) = schema.root(key) else {
            continue;
        };
        if let Some(value) = part(schema, node, value, visible) {
            projection.insert(key.clone(), value);
        }
    }
    if projection.contains_key("schemas") {
        set_schemas(schema, &mut projection);
    }
    projection
}

/// Whether two versions of a resource that differ in nothing but `written`, top-level attributes and
/// extensions, have the same [projection](project).
pub(crate) fn looks_same(
    schema: &ResourceSchema,
    written: &[AttrId],
    (before, after): (&Map<String, Value>, &Map<String, Value>),
    visible: &AttributeSet,
) -> bool {
    let seen = |resource: &Map<String, Value>, node: &Node| {
        let value = resource.get(node.key());
        value.and_then(|value| part(schema, node, value, visible))
    };
    let mut written = written.iter().map(|root| schema.node(*root));
    // `schemas` follows from the others.
    written.all(|node| node.key() == "schemas" || seen(before, node) == seen(after, node))
}

/// The visible part of a value of `node`, if there is any.
pub(crate) fn part(
    schema: &ResourceSchema,
    node: &Node,
    value: &Value,
    visible: &AttributeSet,
) -> Option<Value> {
    if node.is_leaf() {
        return visible.contains(node.id).then(|| value.clone());
    }
    if !schema.any(visible, node.id) {
        return None;
    }
    match value {
        Value::Array(elements) => {
            let elements: Vec<Value> = elements
                .iter()
                .filter_map(|e| members(schema, node, e, visible))
                .collect();
            (!elements.is_empty()).then_some(Value::Array(elements))
        }
        object => members(schema, node, object, visible),
    }
}

fn members(
    schema: &ResourceSchema,
    node: &Node,
    object: &Value,
    visible: &AttributeSet,
) -> Option<Value> {
    let mut kept = Map::new();
    for (key, value) in object.as_object()? {
        let child = schema.child(node.id, key);
        if let Some(value) = child.and_then(|child| part(schema, child, value, visible)) {
            kept.insert(key.clone(), value);
        }
    }
    (!kept.is_empty()).then_some(Value::Object(kept))
}

/// Sets `schemas` to the base schema and the extensions that have data (RFC 7643 §3), in front.
pub(crate) fn set_schemas(schema: &ResourceSchema, resource: &mut Map<String, Value>) {
    let urns = schemas(schema, |extension| resource.contains_key(extension.key()));
    if let Some((first, now)) = resource.iter().next()
        && first == "schemas"
        && *now == urns
    {
        return;
    }
    resource.shift_remove("schemas");
    resource.shift_insert(0, "schemas".to_owned(), urns);
}

/// `schemas` of a resource: the base schema and the extensions that are `present` (RFC 7643 §3).
pub(crate) fn schemas(schema: &ResourceSchema, present: impl Fn(&Node) -> bool) -> Value {
    let extensions = schema.extensions().filter(|extension| present(extension));
    let urns = std::iter::once(schema.base_urn()).chain(extensions.map(Node::key));
    urns.map(Value::from).collect()
}
