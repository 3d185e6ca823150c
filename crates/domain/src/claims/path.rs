//! Where a claim's value comes from: `emails[primary eq true].value`.

use scim::{
    AttrId, AttributeSet, Node, Part, ResourceSchema,
    filter::{self, BoundFilter, Filter},
    patch::PatchPath,
};
use serde_json::{Map, Value};
use std::{fmt, sync::Arc};

/// Longest path, in bytes.
const MAX_LENGTH: usize = 1024;

/// Sub-attributes that say what an element is among others, and are no part of what it says.
const LABELS: [&str; 3] = ["type", "primary", "$ref"];

/// An attribute path with a meaning in one resource type.
///
/// - A path without brackets gives what is there; of a multi-valued attribute, every value, as an
///   array.
/// - Brackets choose the first element that satisfies them.
/// - A complex value becomes an object whose members are in snake_case, without `type`, `primary`
///   and `$ref`: of `addresses`, what OpenID Connect Core §5.1.1 calls `street_address`, and so on.
/// - The empty string, array and object are no value.
#[derive(Clone)]
pub struct ClaimPath {
    schema: Arc<ResourceSchema>,
    /// The attribute before the brackets or the dot.
    attribute: AttrId,
    /// What one of its elements must satisfy.
    filter: Option<BoundFilter>,
    /// The sub-attribute of it that is shown, if not all of them.
    sub: Option<AttrId>,
    leaves: AttributeSet,
}

/// Why a text is no path of a claim.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ClaimPathError(String);

impl ClaimPath {
    /// Reads a path, as RFC 7644 §3.5.2 writes them, for resources of a type.
    ///
    /// # Errors
    /// If it is malformed, names what the type has not, or what is never shown (S5).
    pub fn parse(text: &str, schema: &Arc<ResourceSchema>) -> Result<Self, ClaimPathError> {
        let refuse = |why: &str| ClaimPathError(why.to_owned());
        if text.len() > MAX_LENGTH {
            return Err(ClaimPathError(format!(
                "it has more than {MAX_LENGTH} bytes"
            )));
        }
        let written = PatchPath::parse(text).map_err(|error| ClaimPathError(error.detail))?;
        let node = schema
            .resolve(&written.attribute)
            .ok_or_else(|| refuse("it names no attribute of people"))?;
        // `name.givenName` is read as one attribute: what is chosen from is the one above.
        let (attribute, sub) = match (&written.filter, &written.sub) {
            (Some(_), Some(sub)) => {
                let child = schema.child(node.id, sub);
                let child = child.ok_or_else(|| refuse("it names no sub-attribute of it"))?;
                (node, Some(child))
            }
            (Some(_), None) => (node, None),
            (None, _) => match above(schema, node) {
                Some(parent) => (parent, Some(node)),
                None => (node, None),
            },
        };
        if is_extension(attribute) {
            return Err(refuse("it names an extension as a whole"));
        }
        let shown = sub.unwrap_or(attribute);
        let mut leaves = shown_leaves(schema, shown);
        if leaves.is_empty() {
            return Err(refuse("what it names is never shown"));
        }
        let filter = written
            .filter
            .map(|filter| bind(&filter, attribute, schema, &mut leaves))
            .transpose()?;
        Ok(Self {
            schema: schema.clone(),
            attribute: attribute.id,
            filter,
            sub: sub.map(|node| node.id),
            leaves,
        })
    }

    /// Every leaf that it shows, and every one that its brackets test: what they test shows too.
    pub fn leaves(&self) -> &AttributeSet {
        &self.leaves
    }

    /// What it gives of a resource, for who may see `allowed`: nothing unless that is all of
    /// [`leaves`](Self::leaves).
    ///
    /// The resource has its members in the schema's spelling.
    pub fn value(&self, document: &Map<String, Value>, allowed: &AttributeSet) -> Option<Value> {
        if !self.leaves.is_subset(allowed) {
            return None;
        }
        let node = self.schema.node(self.attribute);
        let container = match node.parent {
            None => document,
            Some(extension) => document
                .get(self.schema.node(extension).key())?
                .as_object()?,
        };
        let found = container.get(node.key())?;
        match (found, &self.filter) {
            (Value::Array(elements), Some(filter)) => elements
                .iter()
                .filter(|element| filter::matches_element(filter, &self.schema, element))
                .find_map(|element| self.shown(element)),
            (Value::Array(elements), None) => {
                let all: Vec<Value> = elements.iter().filter_map(|e| self.shown(e)).collect();
                (!all.is_empty()).then_some(Value::Array(all))
            }
            (_, Some(_)) => None,
            (value, None) => self.shown(value),
        }
    }

    /// What is shown of a value of the attribute.
    fn shown(&self, value: &Value) -> Option<Value> {
        match self.sub {
            Some(sub) => present(value.get(self.schema.node(sub).key())?.clone()),
            None if self.schema.node(self.attribute).is_leaf() => present(value.clone()),
            None => self.object(value),
        }
    }

    fn object(&self, value: &Value) -> Option<Value> {
        let children = self.schema.children(self.attribute);
        let members = children.filter(|child| self.leaves.contains(child.id) && !is_label(child));
        let members: Map<String, Value> = members
            .filter_map(|child| {
                let value = present(value.get(child.key())?.clone())?;
                Some((snake_case(child.key()), value))
            })
            .collect();
        (!members.is_empty()).then_some(Value::Object(members))
    }
}

impl fmt::Debug for ClaimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.schema.node(self.sub.unwrap_or(self.attribute));
        write!(f, "ClaimPath({})", shown.path)
    }
}

/// The complex attribute that a sub-attribute is part of. An extension is none.
fn above<'s>(schema: &'s ResourceSchema, node: &Node) -> Option<&'s Node> {
    let parent = schema.node(node.parent?);
    (!is_extension(parent)).then_some(parent)
}

fn is_extension(node: &Node) -> bool {
    node.part == Part::Extension && node.parent.is_none()
}

fn is_label(node: &Node) -> bool {
    LABELS.contains(&node.key())
}

/// The leaves of an attribute that are ever shown; of a complex one, without the labels.
fn shown_leaves(schema: &ResourceSchema, node: &Node) -> AttributeSet {
    let leaves = schema.leaves(node.id);
    let shown = |leaf: &AttrId| {
        let label = *leaf != node.id && is_label(schema.node(*leaf));
        !label && !schema.is_never_returned(*leaf)
    };
    leaves.iter().filter(shown).collect()
}

/// Gives brackets their meaning, and adds what they test to `leaves`.
fn bind(
    filter: &Filter,
    attribute: &Node,
    schema: &ResourceSchema,
    leaves: &mut AttributeSet,
) -> Result<BoundFilter, ClaimPathError> {
    let bound = filter::bind_element(filter, attribute.id, schema, schema.all_attributes())
        .map_err(|error| ClaimPathError(error.detail))?;
    add_tested(&bound, leaves);
    Ok(bound)
}

fn add_tested(filter: &BoundFilter, leaves: &mut AttributeSet) {
    match filter {
        BoundFilter::Constant(_) => {}
        BoundFilter::And(filters) | BoundFilter::Or(filters) => {
            filters.iter().for_each(|filter| add_tested(filter, leaves));
        }
        BoundFilter::Not(filter) | BoundFilter::Element { filter, .. } => {
            add_tested(filter, leaves)
        }
        BoundFilter::Compare { attr, .. } => leaves.insert(*attr),
        BoundFilter::Present(attrs) => attrs.iter().for_each(|attr| leaves.insert(*attr)),
    }
}

/// A value, unless it is empty.
fn present(value: Value) -> Option<Value> {
    let empty = match &value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    };
    (!empty).then_some(value)
}

/// `streetAddress` as `street_address`.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 2);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            if !snake.is_empty() {
                snake.push('_');
            }
            snake.push(letter.to_ascii_lowercase());
        } else {
            snake.push(letter);
        }
    }
    snake
}

#[cfg(test)]
mod tests;
