//! Elements of multi-valued attributes: which one is which, and which is `primary`
//! (RFC 7643 §2.4).

use crate::{
    AttributeSet, AttributeType, Mutability, Node, ResourceSchema, ScimError, Typed, index,
};
use serde_json::Value;
use std::collections::HashSet;

/// How the elements of one multi-valued complex attribute are told apart by somebody who sees only
/// some of its sub-attributes (S2).
///
/// Two elements are the same if all that is visible and writable of them is equal, strings folded
/// unless `caseExact`; or, where `value` never changes once set (as in `members`), if their `value` is.
pub(crate) struct Elements<'a> {
    schema: &'a ResourceSchema,
    node: &'a Node,
    /// The sub-attributes that tell.
    telling: Vec<&'a Node>,
    /// The one of them that tells alone where it is present.
    fixed: Option<&'a Node>,
    /// All that the caller sees.
    visible: AttributeSet,
}

impl<'a> Elements<'a> {
    pub(crate) fn new(schema: &'a ResourceSchema, node: &'a Node, visible: &AttributeSet) -> Self {
        let mut visible = visible.clone();
        visible.intersect_with(&schema.leaves(node.id));
        let told = |child: &&Node| {
            schema.mutability(child.id) != Mutability::ReadOnly && visible.contains(child.id)
        };
        let telling: Vec<&Node> = schema.children(node.id).filter(told).collect();
        let is_fixed = |child: &&Node| {
            child.key() == "value" && child.attribute.mutability == Mutability::Immutable
        };
        let fixed = telling.iter().copied().find(is_fixed);
        Self {
            schema,
            node,
            telling,
            fixed,
            visible,
        }
    }

    /// Whether the caller sees nothing by which to tell elements apart.
    pub(crate) fn is_blind(&self) -> bool {
        self.telling.is_empty()
    }

    /// Whether anything of the element is visible.
    pub(crate) fn is_visible(&self, element: &Value) -> bool {
        self.schema
            .children(self.node.id)
            .any(|c| self.visible.contains(c.id) && element.get(c.key()).is_some())
    }

    /// Whether the [`key`](Self::key) of an element that was sent is enough to tell which one it is:
    /// not if the caller sees only a part of it, for what looks the same may differ in the rest.
    pub(crate) fn tells(&self, sent: &Value) -> bool {
        let given = |child: &Node| sent.get(child.key()).is_some();
        let hidden = |child: &Node| given(child) && !self.visible.contains(child.id);
        self.fixed.is_some_and(given)
            || !self.is_visible(sent)
            || !self.schema.children(self.node.id).any(hidden)
    }

    /// What tells the element from others; `None` if nothing of it is visible.
    pub(crate) fn key(&self, element: &Value) -> Option<String> {
        let fixed = self
            .fixed
            .filter(|child| element.get(child.key()).is_some());
        let telling = fixed.as_slice();
        let telling = if telling.is_empty() {
            &self.telling
        } else {
            telling
        };
        let mut key = String::new();
        for child in telling {
            if let Some(value) = element.get(child.key()) {
                // Strings have no U+0000, so that no two elements run into one key.
                key.push_str(child.key());
                key.push('\0');
                key.push_str(&scalar_key(child, value));
                key.push('\0');
            }
        }
        (!key.is_empty()).then_some(key)
    }
}

/// Text that is equal for values which the attribute holds to be equal.
fn scalar_key(node: &Node, value: &Value) -> String {
    Typed::of(&node.attribute, value)
        .map_or_else(|| value.to_string(), |typed| index::encode(&typed))
}

/// Whether two values of an attribute are the same: the same elements in any order, if it has several.
pub(crate) fn same_value(a: &Value, b: &Value) -> bool {
    let (Value::Array(a), Value::Array(b)) = (a, b) else {
        return a == b;
    };
    let sorted = |elements: &[Value]| {
        let mut texts: Vec<String> = elements.iter().map(Value::to_string).collect();
        texts.sort_unstable();
        texts
    };
    a.len() == b.len() && sorted(a) == sorted(b)
}

/// Drops elements that are the same as an earlier one.
pub(crate) fn drop_repeated(schema: &ResourceSchema, node: &Node, elements: &mut Vec<Value>) {
    if elements.len() < 2 {
        return;
    }
    let mut seen = HashSet::new();
    if node.is_leaf() {
        elements.retain(|element| seen.insert(scalar_key(node, element)));
    } else {
        let all = Elements::new(schema, node, schema.all_attributes());
        elements.retain(|element| all.key(element).is_none_or(|key| seen.insert(key)));
    }
}

/// RFC 7643 §2.4: "The primary attribute value 'true' MUST appear no more than once."
///
/// Errors: 400 `invalidValue`.
pub(crate) fn check_primary(node: &Node, elements: &[Value]) -> Result<(), ScimError> {
    if elements.iter().filter(|e| is_primary(e)).count() <= 1 {
        return Ok(());
    }
    Err(ScimError::invalid_value(format!(
        "`primary` can be true for one value of `{}` only",
        node.path
    )))
}

/// Makes every primary element that `keep` does not hold an ordinary one (RFC 7644 §3.5.2).
pub(crate) fn demote_others(elements: &mut [Value], keep: impl Fn(usize) -> bool) {
    let others = elements
        .iter_mut()
        .enumerate()
        .filter(|(index, e)| !keep(*index) && is_primary(e));
    for (_, element) in others {
        if let Some(primary) = element.get_mut("primary") {
            *primary = Value::Bool(false);
        }
    }
}

pub(crate) fn is_primary(element: &Value) -> bool {
    element.get("primary") == Some(&Value::Bool(true))
}

/// Whether the attribute has a `primary` sub-attribute in the standard's sense.
pub(crate) fn has_primary(schema: &ResourceSchema, node: &Node) -> bool {
    schema
        .child(node.id, "primary")
        .is_some_and(|p| p.attribute.kind == AttributeType::Boolean)
}
