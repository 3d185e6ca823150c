//! Sorting (RFC 7644 §3.4.2.3).

use crate::{
    AttrId, AttributePath, AttributeSet, AttributeType, Part, ResourceSchema, ScimError, Typed,
    index,
};
use serde_json::Value;
use std::{cmp::Ordering, str::FromStr};

/// `sortOrder`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub enum SortOrder {
    #[default]
    Ascending,
    Descending,
}

impl FromStr for SortOrder {
    type Err = ScimError;

    /// 400 `invalidValue` for anything but the two words of RFC 7644 §3.4.2.3.
    fn from_str(text: &str) -> Result<Self, ScimError> {
        match text {
            "ascending" => Ok(Self::Ascending),
            "descending" => Ok(Self::Descending),
            _ => Err(ScimError::invalid_value(
                "sortOrder: expected `ascending` or `descending`",
            )),
        }
    }
}

/// What a list is sorted by. Equal keys are in ascending order of `id`, whatever the direction.
///
/// Resources without a value are last when ascending and first when descending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortBy {
    /// A leaf attribute; `id` too stands for those that every resource of the type has the same.
    pub attr: AttrId,
    /// Whether the greatest comes first.
    pub descending: bool,
    /// Whether the `primary` element of a multi-valued attribute stands for it, if it has a value;
    /// else the first element that has one does. Only where the caller may see which is primary.
    pub primary_visible: bool,
}

/// Binds `sortBy` to `schema`, in which only the leaves in `visible` exist.
///
/// A complex attribute means its `value`.
///
/// # Errors
/// 400 `invalidPath`, in the same words whether the attribute is unknown, not visible (S2), not
/// filterable, complex, or binary, which has no order.
pub fn bind(
    path: &AttributePath,
    order: SortOrder,
    schema: &ResourceSchema,
    visible: &AttributeSet,
) -> Result<SortBy, ScimError> {
    let unknown = || {
        ScimError::invalid_path(format!(
            "sortBy: `{path}` is not an attribute that can be sorted by; see the resource type's schema"
        ))
    };
    let named = schema.resolve(path).ok_or_else(unknown)?;
    let extension = named.part == Part::Extension && named.parent.is_none();
    let leaf = match named.is_leaf() {
        true => Some(named),
        false if extension => None,
        false => schema.child(named.id, "value"),
    };
    let leaf = leaf
        .filter(|n| visible.contains(n.id) && index::is_filterable(schema, n))
        .filter(|n| n.attribute.kind != AttributeType::Binary)
        .ok_or_else(unknown)?;
    if ["schemas", "meta.resourceType"].contains(&&*leaf.path) {
        let id = schema.root("id").ok_or_else(unknown)?;
        return Ok(SortBy {
            attr: id.id,
            descending: false,
            primary_visible: false,
        });
    }
    let primary = schema
        .multi_valued_parent(leaf.id)
        .and_then(|parent| schema.child(parent.id, "primary"))
        .is_some_and(|primary| visible.contains(primary.id));
    let descending = order == SortOrder::Descending;
    Ok(SortBy {
        attr: leaf.id,
        descending,
        primary_visible: primary,
    })
}

/// The value that a resource is sorted by, if it has one.
pub fn key(by: &SortBy, schema: &ResourceSchema, resource: &Value) -> Option<Typed> {
    let leaf = schema.node(by.attr);
    let mut ancestors: Vec<_> = schema.with_ancestors(by.attr).skip(1).collect();
    ancestors.reverse();
    let mut containers = vec![resource];
    for ancestor in ancestors {
        containers = containers
            .iter()
            .filter_map(|c| c.get(ancestor.key()))
            .flat_map(each)
            .collect();
    }
    let is_primary = |container: &&&Value| container.get("primary") == Some(&Value::Bool(true));
    let primary = containers
        .iter()
        .find(is_primary)
        .filter(|_| by.primary_visible);
    primary
        .into_iter()
        .chain(&containers)
        .find_map(|container| {
            each(container.get(leaf.key())?).find_map(|value| Typed::of(&leaf.attribute, value))
        })
}

/// The order of two resources of the type.
pub fn compare(by: &SortBy, schema: &ResourceSchema, a: &Value, b: &Value) -> Ordering {
    let id = |resource: &Value| {
        resource
            .get("id")
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let order = match (key(by, schema, a), key(by, schema, b)) {
        (Some(a), Some(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
        (a, b) => a.is_none().cmp(&b.is_none()),
    };
    let order = if by.descending {
        order.reverse()
    } else {
        order
    };
    order.then_with(|| id(a).cmp(&id(b)))
}

/// The elements of an array, or the value itself.
fn each(value: &Value) -> impl Iterator<Item = &Value> {
    let (elements, single) = match value {
        Value::Array(elements) => (elements.as_slice(), None),
        value => ([].as_slice(), Some(value)),
    };
    elements.iter().chain(single)
}
