//! Evaluating a bound filter over a resource: the oracle for every store's own evaluation.

use super::{BoundFilter, CompareOp};
use crate::{AttrId, Attribute, Node, ResourceSchema, Typed, value::comparable};
use serde_json::Value;
use std::cmp::Ordering;

/// Whether `resource`, a whole resource with its members in the schema's spelling, satisfies a
/// filter bound to the same schema.
pub fn matches(filter: &BoundFilter, schema: &ResourceSchema, resource: &Value) -> bool {
    Subject {
        schema,
        value: resource,
        is_element: false,
    }
    .satisfies(filter)
}

/// Whether `element` of a multi-valued complex attribute satisfies a filter bound by
/// [`bind_element`](super::bind_element).
pub fn matches_element(filter: &BoundFilter, schema: &ResourceSchema, element: &Value) -> bool {
    Subject {
        schema,
        value: element,
        is_element: true,
    }
    .satisfies(filter)
}

/// What a filter is asked of: a resource, or an element of a multi-valued complex attribute.
struct Subject<'a> {
    schema: &'a ResourceSchema,
    value: &'a Value,
    is_element: bool,
}

impl Subject<'_> {
    fn satisfies(&self, filter: &BoundFilter) -> bool {
        match filter {
            BoundFilter::Constant(value) => *value,
            BoundFilter::And(all) => all.iter().all(|f| self.satisfies(f)),
            BoundFilter::Or(any) => any.iter().any(|f| self.satisfies(f)),
            BoundFilter::Not(inner) => !self.satisfies(inner),
            BoundFilter::Compare { attr, op, value } => self.any(*attr, &|attribute, found| {
                compare(attribute, found, *op, value)
            }),
            BoundFilter::Present(attrs) => attrs.iter().any(|attr| self.any(*attr, &has_content)),
            BoundFilter::Element { parent, filter } => self.any(*parent, &|_, element| {
                matches_element(filter, self.schema, element)
            }),
        }
    }

    /// Whether some value of the attribute passes the test.
    fn any(&self, attr: AttrId, test: &dyn Fn(&Attribute, &Value) -> bool) -> bool {
        let node = self.schema.node(attr);
        let test = &|value: &Value| test(&node.attribute, value);
        if self.is_element {
            any_member(node, self.value, test)
        } else {
            any_value(self.schema, node, self.value, test)
        }
    }
}

/// Walks from the resource down to the attribute's values.
fn any_value(
    schema: &ResourceSchema,
    node: &Node,
    resource: &Value,
    test: &dyn Fn(&Value) -> bool,
) -> bool {
    match node.parent {
        None => any_member(node, resource, test),
        Some(parent) => any_value(schema, schema.node(parent), resource, &|container| {
            any_member(node, container, test)
        }),
    }
}

fn any_member(node: &Node, container: &Value, test: &dyn Fn(&Value) -> bool) -> bool {
    match container.get(node.key()) {
        Some(Value::Array(values)) if node.attribute.multi_valued => values.iter().any(test),
        Some(value) if !node.attribute.multi_valued => test(value),
        _ => false,
    }
}

fn compare(attribute: &Attribute, found: &Value, op: CompareOp, wanted: &Typed) -> bool {
    match (found, wanted) {
        (Value::String(found), Typed::Text(wanted)) => {
            relates_text(op, &comparable(attribute, found), wanted)
        }
        _ => Typed::of(attribute, found).is_some_and(|found| relates(op, &found, wanted)),
    }
}

fn has_content(attribute: &Attribute, value: &Value) -> bool {
    Typed::of(attribute, value).is_some_and(|value| !value.is_empty())
}

/// Whether `found` is in the relation `op` to `wanted`, a value of the same attribute.
pub(super) fn relates(op: CompareOp, found: &Typed, wanted: &Typed) -> bool {
    match (found, wanted) {
        (Typed::Text(found), Typed::Text(wanted)) => relates_text(op, found, wanted),
        _ => found
            .partial_cmp(wanted)
            .is_some_and(|order| in_order(op, order)),
    }
}

fn relates_text(op: CompareOp, found: &str, wanted: &str) -> bool {
    match op {
        CompareOp::Co => found.contains(wanted),
        CompareOp::Sw => found.starts_with(wanted),
        CompareOp::Ew => found.ends_with(wanted),
        _ => in_order(op, found.cmp(wanted)),
    }
}

/// Whether the order is one that `op`, which looks for no substring, asks for.
fn in_order(op: CompareOp, order: Ordering) -> bool {
    match op {
        CompareOp::Eq => order.is_eq(),
        CompareOp::Ne => order.is_ne(),
        CompareOp::Gt => order.is_gt(),
        CompareOp::Ge => order.is_ge(),
        CompareOp::Lt => order.is_lt(),
        CompareOp::Le => order.is_le(),
        CompareOp::Co | CompareOp::Sw | CompareOp::Ew => false,
    }
}
