//! What a store indexes of a resource so that filters and sorting need not read documents.

use crate::{
    AttrId, AttributeSet, Mutability, Node, Part, ResourceSchema, Returned, Typed, tree::present,
};
use serde_json::{Map, Value};

/// One value of one attribute of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexEntry<'a> {
    /// The leaf attribute.
    pub attr: AttrId,
    /// The attribute's [path](Node::path).
    pub path: &'a str,
    /// Which element of the multi-valued attribute the value is, or is part of; 0 if there is none.
    pub element: u32,
    /// Whether that element is the `primary` one.
    pub primary: bool,
    /// The value as [`encode`] writes it.
    pub value: String,
}

/// The value of every indexed attribute of `resource`, which is a whole resource with its members
/// in the schema's spelling.
pub fn entries<'a>(schema: &'a ResourceSchema, resource: &Value) -> Vec<IndexEntry<'a>> {
    resource
        .as_object()
        .map(|members| of_all(schema, members))
        .unwrap_or_default()
}

fn of_all<'a>(schema: &'a ResourceSchema, resource: &Map<String, Value>) -> Vec<IndexEntry<'a>> {
    let mut entries = Vec::new();
    for (node, value) in present(schema, schema.root_ids(), resource) {
        collect(schema, node, value, (0, false), &mut entries);
    }
    entries
}

/// As [`entries`], of what two versions of a resource have different values of: those of `before`,
/// and those of `after`. They differ in nothing but `written`, top-level attributes and extensions;
/// nothing `before` is a resource that is new.
pub fn changed<'a>(
    schema: &'a ResourceSchema,
    written: &[AttrId],
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> (Vec<IndexEntry<'a>>, Vec<IndexEntry<'a>>) {
    if before.is_empty() {
        return (Vec::new(), of_all(schema, after));
    }
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for node in written.iter().map(|root| schema.node(*root)) {
        let (was, is) = (before.get(node.key()), after.get(node.key()));
        if was == is {
            continue;
        }
        for (value, entries) in [(was, &mut old), (is, &mut new)] {
            if let Some(value) = value {
                collect(schema, node, value, (0, false), entries);
            }
        }
    }
    (old, new)
}

/// Whether a store indexes the leaf: whatever a filter may compare, except the common attributes
/// (`id`, `meta`, `schemas`), which it knows of every resource.
pub fn is_indexed(schema: &ResourceSchema, node: &Node) -> bool {
    node.is_leaf()
        && is_filterable(schema, node)
        && (node.part != Part::Common || node.key() == "externalId")
}

/// Whether a filter or sort may name the leaf at all.
///
/// What is never returned or write-only is not (S5), nor are the addresses and versions that are
/// derived for each response: `$ref`, `meta.location` and `meta.version`.
pub fn is_filterable(schema: &ResourceSchema, node: &Node) -> bool {
    let secret = schema.with_ancestors(node.id).any(|n| {
        n.attribute.returned == Returned::Never || n.attribute.mutability == Mutability::WriteOnly
    });
    !secret && node.key() != "$ref" && !["meta.location", "meta.version"].contains(&&*node.path)
}

/// The leaves of `id` that are in `visible` and filterable.
pub(crate) fn filterable_leaves(
    schema: &ResourceSchema,
    id: AttrId,
    visible: &AttributeSet,
) -> Vec<AttrId> {
    let mut leaves = schema.leaves(id);
    leaves.intersect_with(visible);
    leaves
        .iter()
        .filter(|leaf| is_filterable(schema, schema.node(*leaf)))
        .collect()
}

/// A value as text whose byte order and equality are those of the values of the same attribute.
///
/// Text is itself; integers and instants are 16 hexadecimal digits counted from the least one;
/// decimals are the 16 digits of their IEEE 754 bits, turned so that they sort.
pub fn encode(value: &Typed) -> String {
    match value {
        Typed::Text(text) | Typed::Binary(text) => text.clone(),
        Typed::Boolean(value) => value.to_string(),
        Typed::Integer(number) | Typed::DateTime(number) => {
            format!("{:016x}", number.cast_unsigned() ^ SIGN)
        }
        Typed::Decimal(number) => {
            let bits = number.to_bits();
            format!(
                "{:016x}",
                if bits & SIGN == 0 { bits | SIGN } else { !bits }
            )
        }
    }
}

const SIGN: u64 = 1 << 63;

fn collect<'a>(
    schema: &'a ResourceSchema,
    node: &'a Node,
    value: &Value,
    place: (u32, bool),
    entries: &mut Vec<IndexEntry<'a>>,
) {
    match value {
        // Values within an element are that element's, however many they are.
        Value::Array(values) if schema.multi_valued_parent(node.id).is_some() => {
            for value in values {
                collect_one(schema, node, value, place, entries);
            }
        }
        Value::Array(elements) if node.attribute.multi_valued => {
            for (element, value) in (0..).zip(elements) {
                let primary = value.get("primary") == Some(&Value::Bool(true));
                collect_one(schema, node, value, (element, primary), entries);
            }
        }
        value if !node.attribute.multi_valued => collect_one(schema, node, value, place, entries),
        _ => {}
    }
}

fn collect_one<'a>(
    schema: &'a ResourceSchema,
    node: &'a Node,
    value: &Value,
    place: (u32, bool),
    entries: &mut Vec<IndexEntry<'a>>,
) {
    if let Some(members) = value.as_object().filter(|_| !node.is_leaf()) {
        for (child, value) in present(schema, &node.children, members) {
            collect(schema, child, value, place, entries);
        }
    }
    if is_indexed(schema, node)
        && let Some(value) = Typed::of(&node.attribute, value)
    {
        let (element, primary) = place;
        let value = encode(&value);
        entries.push(IndexEntry {
            attr: node.id,
            path: &node.path,
            element,
            primary,
            value,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decimal() -> impl Strategy<Value = Typed> {
        let special = prop::sample::select(vec![
            0.0,
            -0.0,
            f64::MIN,
            f64::MAX,
            f64::MIN_POSITIVE,
            -f64::MIN_POSITIVE,
            5e-324,
            -5e-324,
        ]);
        prop_oneof![any::<f64>(), special].prop_filter_map("finite", Typed::decimal)
    }

    /// Two values of one attribute.
    fn pair() -> impl Strategy<Value = (Typed, Typed)> {
        let instant = || any::<i64>().prop_map(Typed::DateTime);
        let text = || "[a-c\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}]{0,4}".prop_map(Typed::Text);
        let small = || (-3i64..3).prop_map(Typed::Integer);
        prop_oneof![
            (any::<bool>(), any::<bool>())
                .prop_map(|(a, b)| (Typed::Boolean(a), Typed::Boolean(b))),
            (any::<i64>(), any::<i64>()).prop_map(|(a, b)| (Typed::Integer(a), Typed::Integer(b))),
            (small(), small()),
            (instant(), instant()),
            (decimal(), decimal()),
            (text(), text()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn encoding_keeps_order_and_equality((a, b) in pair()) {
            prop_assert_eq!(a.partial_cmp(&b), Some(encode(&a).cmp(&encode(&b))));
            prop_assert_eq!(a == b, encode(&a) == encode(&b));
        }
    }

    #[test]
    fn several_values_within_an_element_are_that_element_s() {
        let tags = crate::Attribute::string("tags", "").multi_valued();
        let value = crate::Attribute::string("value", "");
        let items = crate::Attribute::complex("items", "", vec![value, tags]).multi_valued();
        let schema = crate::Schema {
            id: "urn:x:Thing".to_owned(),
            name: None,
            description: None,
            attributes: vec![items],
        };
        let of_type = crate::ResourceType {
            id: "Thing".to_owned(),
            name: "Thing".to_owned(),
            description: None,
            endpoint: "/Things".to_owned(),
            schema: schema.id.clone(),
            schema_extensions: Vec::new(),
        };
        let compiled = ResourceSchema::compile(of_type, |_| Some(&schema));
        let compiled = compiled.expect("the schema compiles");
        let items = serde_json::json!([
            { "value": "a" },
            { "primary": true, "tags": ["x", "y"] },
        ]);
        let rows: Vec<_> = entries(&compiled, &serde_json::json!({ "items": items }))
            .into_iter()
            .map(|e| format!("{} {} {} {}", e.path, e.element, e.primary, e.value))
            .collect();
        assert_eq!(
            rows,
            [
                "items.value 0 false a",
                "items.tags 1 true x",
                "items.tags 1 true y"
            ]
        );
    }

    #[test]
    fn entries_of_a_user() {
        let schemas = crate::core::schemas();
        let user = crate::core::resource_types()
            .into_iter()
            .find(|t| t.name == "User");
        let find = |urn: &str| schemas.iter().find(|s| s.id == urn);
        let schema = user.and_then(|user| ResourceSchema::compile(user, find).ok());
        let schema = schema.expect("the core schema compiles");
        let resource = serde_json::json!({
            "schemas": [crate::urn::USER],
            "id": "1",
            "externalId": "E",
            "userName": "Ada",
            "password": "secret",
            "active": false,
            "emails": [
                { "type": "work", "$ref": "x" },
                { "value": "A@example.com", "primary": true },
            ],
            "meta": { "created": "2011-05-13T04:42:34Z" },
            crate::urn::ENTERPRISE_USER: { "manager": { "value": "M" } },
        });
        let rows: Vec<_> = entries(&schema, &resource)
            .into_iter()
            .map(|e| format!("{} {} {} {}", e.path, e.element, e.primary, e.value))
            .collect();
        assert_eq!(
            rows,
            [
                "externalId 0 false E",
                "userName 0 false ada",
                "active 0 false false",
                "emails.type 0 false work",
                "emails.value 1 true a@example.com",
                "emails.primary 1 true true",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value 0 false M",
            ]
        );
    }
}
