//! Random filters.

use super::vocabulary;
use crate::{
    Attribute, AttributePath, AttributeType, Node, Part, ResourceSchema,
    filter::{CompareOp, Filter, Literal},
    index,
};
use proptest::{collection::vec, prelude::*, sample::Index};
use serde_json::Value;
use std::sync::Arc;

/// A filter that binds to the schema where every attribute is visible, within the limits of
/// [`crate::filter`].
pub fn arb_filter(schema: &ResourceSchema) -> BoxedStrategy<Filter> {
    let mut plain = Vec::new();
    let mut value_paths = Vec::new();
    for node in schema.nodes() {
        plain.push(expressions(schema, node, &node.path));
        let is_list = !node.is_leaf() && node.attribute.multi_valued;
        if let (true, Ok(path)) = (is_list, node.path.parse::<AttributePath>()) {
            let children = schema
                .children(node.id)
                .map(|n| expressions(schema, n, n.key()));
            let filter = combined(one_of(children.collect()), 1);
            value_paths.push(
                filter
                    .prop_map(move |filter| Filter::Element {
                        path: path.clone(),
                        filter: Box::new(filter),
                    })
                    .boxed(),
            );
        }
    }
    let plain = one_of(plain);
    let term = if value_paths.is_empty() {
        plain
    } else {
        prop_oneof![3 => plain, 1 => proptest::strategy::Union::new(value_paths)].boxed()
    };
    combined(term, 2)
        .prop_filter("the limits of a filter", |f| {
            f.to_string().parse::<Filter>().is_ok()
        })
        .boxed()
}

/// `and`, `or` and `not` over `term`, up to `depth` levels of up to three each.
fn combined(term: BoxedStrategy<Filter>, depth: u32) -> BoxedStrategy<Filter> {
    term.prop_recursive(depth, 9, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 2..=3).prop_map(Filter::And),
            vec(inner.clone(), 2..=3).prop_map(Filter::Or),
            inner.prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
    })
    .boxed()
}

/// One of the filters of one of the groups, each group as likely as another.
fn one_of(groups: Vec<Vec<Filter>>) -> BoxedStrategy<Filter> {
    let groups: Arc<Vec<_>> = Arc::new(groups.into_iter().filter(|g| !g.is_empty()).collect());
    (any::<Index>(), any::<Index>())
        .prop_map(move |(group, filter)| {
            filter.get(group.get(groups.as_slice()).as_slice()).clone()
        })
        .boxed()
}

/// Every expression about the node that its type allows, the node written as `path`.
fn expressions(schema: &ResourceSchema, node: &Node, path: &str) -> Vec<Filter> {
    let Ok(path) = path.parse::<AttributePath>() else {
        return Vec::new();
    };
    let is_extension = node.part == Part::Extension && node.parent.is_none();
    let compared = match node.is_leaf() {
        true => Some(node),
        false if is_extension => None,
        false => schema.child(node.id, "value"),
    };
    let compared = compared.filter(|n| index::is_filterable(schema, n));
    let mut expressions = Vec::new();
    if schema
        .leaves(node.id)
        .iter()
        .any(|n| index::is_filterable(schema, schema.node(n)))
    {
        let null = |op| Filter::Compare {
            path: path.clone(),
            op,
            literal: Literal::Null,
        };
        let present = Filter::Present(path.clone());
        expressions.extend([present, null(CompareOp::Eq), null(CompareOp::Ne)]);
    }
    for op in compared.into_iter().flat_map(|n| operators(&n.attribute)) {
        for literal in compared.into_iter().flat_map(|n| literals(schema, n, op)) {
            expressions.push(Filter::Compare {
                path: path.clone(),
                op,
                literal,
            });
        }
    }
    expressions
}

fn operators(attribute: &Attribute) -> impl Iterator<Item = CompareOp> {
    let kind = attribute.kind;
    CompareOp::ALL.into_iter().filter(move |op| match kind {
        AttributeType::String | AttributeType::Reference => true,
        AttributeType::Boolean | AttributeType::Binary => !op.is_substring() && !op.is_ordering(),
        _ => !op.is_substring(),
    })
}

fn literals(schema: &ResourceSchema, node: &Node, op: CompareOp) -> Vec<Literal> {
    let urns = schema
        .roots()
        .filter(|n| n.part == Part::Extension)
        .map(|n| n.key().into());
    let values = match node.path.as_str() {
        _ if op.is_substring() => vocabulary::parts(),
        "schemas" => urns.chain([schema.base_urn().into()]).collect(),
        "meta.resourceType" => vec![schema.resource_type().name.as_str().into(), "x".into()],
        "id" => ["4", "8", "c"].map(Value::from).to_vec(),
        _ => vocabulary::values(&node.attribute),
    };
    values.into_iter().filter_map(literal).collect()
}

fn literal(value: Value) -> Option<Literal> {
    match value {
        Value::Bool(value) => Some(Literal::Boolean(value)),
        Value::Number(value) => Some(Literal::Number(value)),
        Value::String(value) => Some(Literal::String(value)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
