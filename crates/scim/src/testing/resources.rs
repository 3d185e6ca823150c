//! Random resources.

use super::vocabulary;
use crate::{AttributeType, Node, Part, ResourceSchema};
use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Map, Value};

/// A whole resource of the type, with `schemas`, `id` and `meta`, every other attribute that is
/// ever returned being there more often than not.
///
/// Its readOnly attributes are as random as the others: who derives them must replace them.
pub fn arb_resource(schema: &ResourceSchema) -> BoxedStrategy<Value> {
    let (mut keys, mut values) = (Vec::new(), Vec::new());
    for node in schema
        .roots()
        .filter(|n| n.part != Part::Common || n.key() == "externalId")
    {
        if !schema.is_never_returned(node.id) {
            keys.push(node.key().to_owned());
            values.push(arb_value(schema, node));
        }
    }
    let base_urn = schema.base_urn().to_owned();
    let extensions: Vec<_> = schema.extensions().map(|n| n.key().to_owned()).collect();
    (any::<u128>(), arb_meta(schema), values)
        .prop_map(move |(id, meta, values)| {
            let members = object(&keys, values);
            let present = extensions.iter().filter(|urn| members.contains_key(*urn));
            let schemas = std::iter::once(&base_urn).chain(present).cloned().collect();
            let mut resource = Map::from_iter([
                ("schemas".to_owned(), schemas),
                ("id".to_owned(), format!("{id:032x}").into()),
                ("meta".to_owned(), meta),
            ]);
            resource.extend(members);
            Value::Object(resource)
        })
        .boxed()
}

fn arb_meta(schema: &ResourceSchema) -> impl Strategy<Value = Value> + use<> {
    let dates = schema
        .lookup("meta.created")
        .map(|n| vocabulary::values(&n.attribute));
    let dates = dates.unwrap_or_default();
    let resource_type = schema.resource_type().name.clone();
    (select(dates.clone()), select(dates)).prop_map(move |(created, modified)| {
        serde_json::json!({
            "resourceType": resource_type,
            "created": created,
            "lastModified": modified,
            "location": "https://example.com/scim/v2/1",
            "version": "W/\"1\"",
        })
    })
}

/// A value of the attribute, or none.
fn arb_value(schema: &ResourceSchema, node: &Node) -> BoxedStrategy<Option<Value>> {
    let one = if node.attribute.kind == AttributeType::Complex {
        let keys: Vec<_> = schema
            .children(node.id)
            .map(|n| n.key().to_owned())
            .collect();
        let values: Vec<_> = schema
            .children(node.id)
            .map(|n| arb_value(schema, n))
            .collect();
        values
            .prop_map(move |values| Value::Object(object(&keys, values)))
            .boxed()
    } else {
        select(vocabulary::values(&node.attribute)).boxed()
    };
    let value = if node.attribute.multi_valued {
        vec(one, 0..=3)
            .prop_map(|values| Value::Array(one_primary(values)))
            .boxed()
    } else {
        one
    };
    let unassigned = |value: &Value| match value {
        Value::Array(values) => values.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    };
    option::weighted(0.7, value)
        .prop_map(move |v| v.filter(|v| !unassigned(v)))
        .boxed()
}

fn object(keys: &[String], values: Vec<Option<Value>>) -> Map<String, Value> {
    keys.iter()
        .cloned()
        .zip(values)
        .filter_map(|(key, value)| Some((key, value?)))
        .collect()
}

/// Leaves at most one `primary: true` (RFC 7643 §2.4) and no empty element.
fn one_primary(mut values: Vec<Value>) -> Vec<Value> {
    values.retain(|value| value.as_object().is_none_or(|members| !members.is_empty()));
    let primaries = values
        .iter_mut()
        .filter_map(|value| value.get_mut("primary"));
    for other in primaries
        .filter(|primary| **primary == Value::Bool(true))
        .skip(1)
    {
        *other = Value::Bool(false);
    }
    values
}
