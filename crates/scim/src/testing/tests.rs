//! Properties of filters, the index and sorting over random resources.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use super::{arb_filter, arb_resource};
use crate::{
    AttrId, AttributePath, AttributeSet, ResourceSchema, Schema, core,
    filter::{self, BoundFilter, CompareOp, Filter},
    index::{self, IndexEntry, encode},
    sort::{self, SortOrder},
};
use proptest::{
    collection::vec, prelude::*, sample::select, strategy::ValueTree, test_runner::TestRunner,
};
use serde_json::{Value, json};
use std::{cmp::Ordering, sync::LazyLock};

static USER: LazyLock<ResourceSchema> = LazyLock::new(|| {
    let schemas = core::schemas();
    let user = core::resource_types()
        .into_iter()
        .find(|t| t.name == "User")
        .unwrap();
    ResourceSchema::compile(user, |urn| schemas.iter().find(|s| s.id == urn)).unwrap()
});

/// A resource type with every kind of attribute.
static DEVICE: LazyLock<ResourceSchema> = LazyLock::new(|| {
    let kinds = json!([
        { "name": "label" },
        { "name": "serial", "caseExact": true },
        { "name": "tags", "multiValued": true },
        { "name": "count", "type": "integer" },
        { "name": "weight", "type": "decimal" },
        { "name": "inUse", "type": "boolean" },
        { "name": "bought", "type": "dateTime" },
        { "name": "image", "type": "binary" },
        { "name": "manual", "type": "reference" },
    ]);
    let mut parts = kinds.as_array().unwrap().clone();
    parts.extend([
        json!({ "name": "primary", "type": "boolean" }),
        json!({ "name": "value" }),
    ]);
    let mut attributes = kinds.as_array().unwrap().clone();
    attributes.push(json!({
        "name": "parts", "type": "complex", "multiValued": true, "subAttributes": parts
    }));
    attributes.push(json!({ "name": "box", "type": "complex", "subAttributes": parts }));
    let device: Schema =
        serde_json::from_value(json!({ "id": "urn:x:Device", "attributes": attributes })).unwrap();
    let more: Schema =
        serde_json::from_value(json!({ "id": "urn:x:More:Device", "attributes": attributes }))
            .unwrap();
    let device_type = serde_json::from_value(json!({
        "id": "Device", "name": "Device", "endpoint": "/Devices", "schema": device.id,
        "schemaExtensions": [{ "schema": more.id, "required": false }],
    }));
    let find = |urn: &str| [&device, &more].into_iter().find(|s| s.id == urn);
    ResourceSchema::compile(device_type.unwrap(), find).unwrap()
});

fn bind_all(filter: &Filter, schema: &ResourceSchema) -> BoundFilter {
    filter::bind(filter, schema, schema.all_attributes()).unwrap()
}

/// One of the two types, printed briefly.
#[derive(Debug, Clone, Copy)]
enum Type {
    User,
    Device,
}

impl Type {
    fn schema(self) -> &'static ResourceSchema {
        match self {
            Self::User => &USER,
            Self::Device => &DEVICE,
        }
    }
}

fn filter_and_resource(of: Type) -> impl Strategy<Value = (Type, Filter, Value)> {
    (Just(of), arb_filter(of.schema()), arb_resource(of.schema()))
}

fn any_case() -> impl Strategy<Value = (Type, Filter, Value)> {
    prop_oneof![
        filter_and_resource(Type::User),
        filter_and_resource(Type::Device)
    ]
}

#[test]
fn at_least_a_third_of_the_filters_match_some_but_not_all() {
    let mut runner = TestRunner::deterministic();
    for schema in [&*USER, &*DEVICE] {
        let resources = vec(arb_resource(schema), 20)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        let filters = vec(arb_filter(schema), 2000)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        let telling = filters.iter().filter(|filter| {
            let bound = bind_all(filter, schema);
            let matched = resources
                .iter()
                .filter(|r| filter::matches(&bound, schema, r))
                .count();
            (1..20).contains(&matched)
        });
        let telling = telling.count();
        assert!(
            telling * 3 >= filters.len(),
            "{telling} of {}",
            filters.len()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn printing_and_parsing_is_the_identity((_, filter, _) in any_case()) {
        prop_assert_eq!(filter.to_string().parse::<Filter>(), Ok(filter));
    }

    /// What stores rely on: constants are whole filters, lists are no shorter than said, and
    /// `ne` is only of several values.
    #[test]
    fn a_bound_filter_has_the_documented_shape((of, filter, _) in any_case()) {
        let schema = of.schema();
        let bound = bind_all(&filter, schema);
        let fits = matches!(bound, BoundFilter::Constant(_)) || has_shape(&bound, schema, false);
        prop_assert!(fits, "{:?}", bound);
    }

    #[test]
    fn the_index_answers_as_the_evaluator((of, filter, resource) in any_case()) {
        let schema = of.schema();
        let bound = bind_all(&filter, schema);
        let rows = rows(schema, &resource);
        prop_assert_eq!(
            by_rows(&bound, schema, &rows),
            filter::matches(&bound, schema, &resource),
            "{}", filter
        );
    }

    /// S2: what the caller may not search decides nothing.
    #[test]
    fn hidden_attributes_do_not_interfere(
        (of, filter, resource) in any_case(),
        hidden in vec(any::<prop::sample::Index>(), 1..40),
    ) {
        let schema = of.schema();
        let leaves: Vec<_> = schema.all_attributes().iter().collect();
        let mut visible = schema.all_attributes().clone();
        hidden.iter().for_each(|i| visible.remove(*i.get(&leaves)));
        let mut stripped = resource.clone();
        strip(schema, &mut stripped, &visible);
        if let Ok(bound) = filter::bind(&filter, schema, &visible) {
            prop_assert_eq!(
                filter::matches(&bound, schema, &resource),
                filter::matches(&bound, schema, &stripped),
                "{}", filter
            );
        }
        for node in schema.nodes() {
            let path: AttributePath = node.path.parse().unwrap();
            let by = sort::bind(&path, SortOrder::Ascending, schema, &visible);
            // By id every list is sorted in the end.
            if let Some(by) = by.ok().filter(|by| schema.node(by.attr).key() != "id") {
                let key = sort::key(&by, schema, &resource);
                prop_assert_eq!(key, sort::key(&by, schema, &stripped), "{}", path);
            }
        }
    }

    #[test]
    fn the_index_sorts_as_the_oracle(
        (of, a, b) in prop_oneof![two_resources(Type::User), two_resources(Type::Device)],
        node in any::<prop::sample::Index>(),
        order in select(vec![SortOrder::Ascending, SortOrder::Descending]),
        primary_hidden in any::<bool>(),
    ) {
        let schema = of.schema();
        let node = node.get(schema.nodes());
        let mut visible = schema.all_attributes().clone();
        if primary_hidden {
            schema.nodes().iter().filter(|n| n.key() == "primary").for_each(|n| visible.remove(n.id));
        }
        let path: AttributePath = node.path.parse().unwrap();
        let Ok(by) = sort::bind(&path, order, schema, &visible) else { return Ok(()) };
        let key = |resource: &Value| {
            let mut rows = rows(schema, resource);
            rows.retain(|row| row.attr == by.attr);
            rows.sort_by_key(|row| (by.primary_visible && !row.primary, row.element));
            rows.into_iter().next().map(|row| row.value)
        };
        let missing_last = match (key(&a), key(&b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        let expected = if by.descending { missing_last.reverse() } else { missing_last };
        let expected = expected.then(a["id"].as_str().cmp(&b["id"].as_str()));
        prop_assert_eq!(sort::compare(&by, schema, &a, &b), expected, "{}", path);
        prop_assert_eq!(sort::compare(&by, schema, &a, &a), Ordering::Equal);
    }
}

fn two_resources(of: Type) -> impl Strategy<Value = (Type, Value, Value)> {
    (
        Just(of),
        arb_resource(of.schema()),
        arb_resource(of.schema()),
    )
}

fn has_shape(filter: &BoundFilter, schema: &ResourceSchema, within: bool) -> bool {
    let several = |attr: AttrId| {
        let in_list = schema.multi_valued_parent(attr).is_some();
        schema.node(attr).attribute.multi_valued || (in_list && !within)
    };
    match filter {
        BoundFilter::Constant(_) => false,
        BoundFilter::And(f) | BoundFilter::Or(f) => {
            f.len() > 1 && f.iter().all(|f| has_shape(f, schema, within))
        }
        BoundFilter::Not(f) => has_shape(f, schema, within),
        BoundFilter::Element { filter, .. } => has_shape(filter, schema, true),
        BoundFilter::Present(attrs) => !attrs.is_empty(),
        BoundFilter::Compare { attr, op, .. } => *op != CompareOp::Ne || several(*attr),
    }
}

/// The index entries, and `id` and `meta` as a store would have them in columns.
fn rows<'a>(schema: &'a ResourceSchema, resource: &Value) -> Vec<IndexEntry<'a>> {
    let mut rows = index::entries(schema, resource);
    for path in ["id", "meta.created", "meta.lastModified"] {
        let node = schema.lookup(path).unwrap();
        let pointer = format!("/{}", path.replace('.', "/"));
        let value = crate::Typed::of(&node.attribute, resource.pointer(&pointer).unwrap());
        let value = encode(&value.unwrap());
        rows.push(IndexEntry {
            attr: node.id,
            path: &node.path,
            element: 0,
            primary: false,
            value,
        });
    }
    rows
}

/// Evaluates a filter as a store does: on encoded values only.
fn by_rows(filter: &BoundFilter, schema: &ResourceSchema, rows: &[IndexEntry<'_>]) -> bool {
    match filter {
        BoundFilter::Constant(value) => *value,
        BoundFilter::And(all) => all.iter().all(|f| by_rows(f, schema, rows)),
        BoundFilter::Or(any) => any.iter().any(|f| by_rows(f, schema, rows)),
        BoundFilter::Not(inner) => !by_rows(inner, schema, rows),
        BoundFilter::Present(attrs) => rows
            .iter()
            .any(|row| attrs.contains(&row.attr) && !row.value.is_empty()),
        BoundFilter::Compare { attr, op, value } => {
            let (op, wanted) = (*op, encode(value));
            values(rows, *attr).any(|found| match op {
                CompareOp::Eq => found == wanted,
                CompareOp::Ne => found != wanted,
                CompareOp::Co => found.contains(&wanted),
                CompareOp::Sw => found.starts_with(&wanted),
                CompareOp::Ew => found.ends_with(&wanted),
                CompareOp::Gt => found > &*wanted,
                CompareOp::Ge => found >= &*wanted,
                CompareOp::Lt => found < &*wanted,
                CompareOp::Le => found <= &*wanted,
            })
        }
        BoundFilter::Element { parent, filter } => {
            let is_part = |row: &&IndexEntry<'_>| schema.node(row.attr).parent == Some(*parent);
            let last = rows.iter().filter(is_part).map(|row| row.element).max();
            last.is_some_and(|last| {
                (0..=last).any(|element| {
                    let of_element = rows.iter().filter(is_part).filter(|r| r.element == element);
                    by_rows(filter, schema, &of_element.cloned().collect::<Vec<_>>())
                })
            })
        }
    }
}

fn values<'a>(rows: &'a [IndexEntry<'_>], attr: AttrId) -> impl Iterator<Item = &'a str> {
    rows.iter()
        .filter(move |row| row.attr == attr)
        .map(|row| row.value.as_str())
}

/// Takes every leaf outside `visible` out, and what is empty then.
fn strip(schema: &ResourceSchema, resource: &mut Value, visible: &AttributeSet) {
    fn keep(
        schema: &ResourceSchema,
        id: AttrId,
        value: &mut Value,
        visible: &AttributeSet,
    ) -> bool {
        if let Value::Array(elements) = value {
            elements.retain_mut(|element| keep(schema, id, element, visible));
            return !elements.is_empty();
        }
        let Value::Object(members) = value else {
            return visible.contains(id);
        };
        members.retain(|key, value| {
            let child = schema.child(id, key).expect("a member of the schema");
            keep(schema, child.id, value, visible)
        });
        !members.is_empty()
    }
    resource.as_object_mut().unwrap().retain(|key, value| {
        let root = schema.root(key).expect("a member of the schema");
        keep(schema, root.id, value, visible)
    });
}
