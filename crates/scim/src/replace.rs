//! PUT (RFC 7644 §3.5.1) by a caller who may read and write only a part of the resource.

use crate::{
    AttributeSet, Mutability, Node, ResourceSchema, ScimError, element,
    element::Elements,
    project,
    project::{looks_same, part, set_schemas},
    tree::put_in_order,
    validate,
};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet, VecDeque};

/// What a PUT comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The resource afterwards, canonical, with `schemas` set.
    pub resource: Map<String, Value>,
    /// The leaves whose change needs the right to modify; if one is outside it, the PUT is refused
    /// with 403 and `resource` is of no use.
    pub touched: AttributeSet,
    /// Whether the resource keeps its version: nothing changed, and the caller sees all that was
    /// written, so that the version tells nothing about what is hidden.
    pub unchanged: bool,
}

/// Plans the replacement of `current` by `incoming`, which is
/// canonical as [`validate::replacement`] makes it.
///
/// - A present attribute is set. It is touched unless it is readable and as it was.
/// - An absent attribute is removed if the caller may both modify and retrieve it; else it is kept.
/// - So with each sub-attribute of a singular complex attribute and each attribute of an extension.
/// - Elements of a multi-valued complex attribute are matched by what the caller sees of them.
///   Matched ones keep the rest; new ones are added, as is one that is sent with more than the caller
///   sees. That a visible one vanishes touches the whole attribute. Elements of which the caller sees
///   nothing are kept, and so are those that look like one that was sent. A caller who sees nothing
///   of the attribute at all replaces it whole, which touches all of it.
/// - readOnly values stay; an immutable one can be set once (RFC 7643 §2.2): a change is refused if the
///   caller sees the old value, and without effect if not.
///
/// Neither outcome nor error depends on values outside `retrieve` (S2, S4).
///
/// Errors: 400 `mutability` for an immutable attribute, `invalidValue` for a required one that is
/// missing, 413 if the resource grows [too large](validate::check_size).
pub fn plan(
    schema: &ResourceSchema,
    current: &Map<String, Value>,
    incoming: Map<String, Value>,
    retrieve: &AttributeSet,
    modify: &AttributeSet,
) -> Result<Plan, ScimError> {
    let readable = schema.returnable(retrieve);
    let mut put = Put {
        schema,
        readable: &readable,
        modify,
        touched: AttributeSet::new(),
    };
    let written = validate::size(&incoming);
    let mut resource = current.clone();
    put.members(
        schema.roots().filter(|r| r.key() != "schemas"),
        &mut resource,
        incoming,
        true,
    )?;
    let touched = put.touched;
    let unchanged = touched.is_subset(&readable)
        && looks_same(schema, schema.root_ids(), (current, &resource), &readable);
    if unchanged {
        resource = current.clone();
    }
    put_in_order(schema, &mut resource);
    set_schemas(schema, &mut resource);
    if !unchanged {
        let visible = || project(schema, &resource, &readable);
        validate::check_size(visible, written, &resource)?;
    }
    Ok(Plan {
        resource,
        touched,
        unchanged,
    })
}

struct Put<'a> {
    schema: &'a ResourceSchema,
    readable: &'a AttributeSet,
    modify: &'a AttributeSet,
    touched: AttributeSet,
}

impl Put<'_> {
    /// Merges the members of `incoming` into those of `current`. `given`: the client sent the object,
    /// so that what it lacks is missing.
    fn members<'n>(
        &mut self,
        nodes: impl Iterator<Item = &'n Node>,
        current: &mut Map<String, Value>,
        mut incoming: Map<String, Value>,
        given: bool,
    ) -> Result<(), ScimError> {
        for node in nodes {
            let sent = incoming.shift_remove(node.key());
            match self.attribute(node, current.get(node.key()), sent, given)? {
                Some(value) => {
                    current.insert(node.key().to_owned(), value);
                }
                None => {
                    current.shift_remove(node.key());
                }
            }
        }
        Ok(())
    }

    fn attribute(
        &mut self,
        node: &Node,
        current: Option<&Value>,
        sent: Option<Value>,
        given: bool,
    ) -> Result<Option<Value>, ScimError> {
        if self.schema.mutability(node.id) == Mutability::ReadOnly {
            return Ok(current.cloned());
        }
        match sent {
            _ if node.is_object() => self.object(node, current, sent, given),
            None => self.absent(node, current, given),
            Some(Value::Array(elements)) if node.is_list() => self.list(node, current, elements),
            Some(value) => self.leaf(node, current, value),
        }
    }

    /// A simple attribute that was sent.
    fn leaf(
        &mut self,
        node: &Node,
        current: Option<&Value>,
        sent: Value,
    ) -> Result<Option<Value>, ScimError> {
        let readable = self.readable.contains(node.id);
        if readable && current.is_some_and(|c| element::same_value(c, &sent)) {
            return Ok(current.cloned());
        }
        self.touched.insert(node.id);
        if node.attribute.required && !validate::has_value(&sent) {
            return Err(validate::missing(node));
        }
        if current.is_some() && self.schema.mutability(node.id) == Mutability::Immutable {
            self.set_once(node, readable)?;
            return Ok(current.cloned());
        }
        Ok(Some(sent))
    }

    /// A simple or multi-valued attribute that was not sent.
    fn absent(
        &mut self,
        node: &Node,
        current: Option<&Value>,
        given: bool,
    ) -> Result<Option<Value>, ScimError> {
        let immutable = self.schema.mutability(node.id) == Mutability::Immutable;
        if !self.governs(node) || immutable {
            return Ok(current.cloned());
        }
        if node.attribute.required && given {
            Err(validate::missing(node))
        } else {
            Ok(None)
        }
    }

    /// A singular complex attribute or an extension, sent or not: leaf by leaf.
    fn object(
        &mut self,
        node: &Node,
        current: Option<&Value>,
        sent: Option<Value>,
        given: bool,
    ) -> Result<Option<Value>, ScimError> {
        let sent = match sent {
            Some(Value::Object(members)) => Some(members),
            _ => None,
        };
        if sent.is_none() && node.attribute.required && given && self.governs(node) {
            return Err(validate::missing(node));
        }
        let absent = sent.is_none();
        let mut merged = current
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        let children = self.schema.children(node.id);
        self.members(children, &mut merged, sent.unwrap_or_default(), !absent)?;
        let merged = (!merged.is_empty()).then_some(Value::Object(merged));
        // A required attribute of which the caller governs a part must not lose all that it sees.
        let seen = |value: Option<&Value>| {
            value
                .and_then(|v| part(self.schema, node, v, self.readable))
                .is_some()
        };
        if absent && node.attribute.required && seen(current) && !seen(merged.as_ref()) {
            return Err(validate::missing(node));
        }
        Ok(merged)
    }

    /// A multi-valued complex attribute that was sent.
    fn list(
        &mut self,
        node: &Node,
        current: Option<&Value>,
        sent: Vec<Value>,
    ) -> Result<Option<Value>, ScimError> {
        let elements = Elements::new(self.schema, node, self.readable);
        let existing = current
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        if self.schema.mutability(node.id) == Mutability::Immutable {
            return self.immutable_list(node, &elements, existing, sent);
        }
        if elements.is_blind() {
            self.touched.union_with(&self.schema.writable(node.id));
            return self.new_list(node, Vec::new(), sent);
        }
        let mut by_key: HashMap<String, VecDeque<usize>> = HashMap::new();
        let mut left: Vec<Option<Value>> = Vec::with_capacity(existing.len());
        for (index, element) in existing.into_iter().enumerate() {
            if let Some(key) = elements.key(&element) {
                by_key.entry(key).or_default().push_back(index);
            }
            left.push(Some(element));
        }
        let whole = Elements::new(self.schema, node, self.schema.all_attributes());
        let (mut sent_keys, mut sent_whole) = (HashSet::new(), HashSet::new());
        let mut merged = Vec::with_capacity(sent.len());
        for element in sent {
            let key = elements.key(&element);
            let queue = key.as_ref().filter(|_| elements.tells(&element));
            let place = queue.and_then(|key| by_key.get_mut(key)?.pop_front());
            let matched = place.and_then(|at| left.get_mut(at)?.take());
            sent_keys.extend(key);
            let is_repeated = whole
                .key(&element)
                .is_some_and(|key| !sent_whole.insert(key));
            if is_repeated && matched.is_none() {
                continue;
            }
            let primary = element::is_primary(&element);
            let element = match (matched, element) {
                (Some(Value::Object(mut old)), Value::Object(new)) => {
                    self.members(self.schema.children(node.id), &mut old, new, true)?;
                    Value::Object(old)
                }
                (_, element) => self.new_element(node, element)?,
            };
            merged.push((place, primary, element));
        }
        // Only who sees all of the elements can mean one of several that look alike to vanish.
        let sees_all = self.schema.writable(node.id).is_subset(self.readable);
        let mut kept = Vec::new();
        for (place, element) in left.into_iter().enumerate() {
            let Some(element) = element else { continue };
            let key = elements.key(&element);
            if key.is_some_and(|key| sees_all || !sent_keys.contains(&key)) {
                self.touched.union_with(&self.schema.writable(node.id));
            } else {
                kept.push((place, element));
            }
        }
        let (mut result, mut primary) = (Vec::with_capacity(merged.len() + kept.len()), None);
        let mut kept = kept.into_iter().peekable();
        for (place, is_primary, element) in merged {
            // What was before an element stays before it.
            let before = |(other, _): &(usize, _)| place.is_some_and(|place| *other < place);
            while let Some((_, other)) = kept.next_if(before) {
                result.push(other);
            }
            primary = is_primary.then_some(result.len()).or(primary);
            result.push(element);
        }
        result.extend(kept.map(|(_, element)| element));
        if primary.is_some() && element::has_primary(self.schema, node) {
            element::demote_others(&mut result, |index| Some(index) == primary);
        }
        Ok((!result.is_empty()).then_some(Value::Array(result)))
    }

    /// Set once as a whole: what the caller sees of it must stay as it is.
    fn immutable_list(
        &mut self,
        node: &Node,
        elements: &Elements<'_>,
        existing: Vec<Value>,
        sent: Vec<Value>,
    ) -> Result<Option<Value>, ScimError> {
        let keys = |list: &[Value]| {
            let mut keys: Vec<String> = list.iter().filter_map(|e| elements.key(e)).collect();
            keys.sort_unstable();
            keys
        };
        let before = keys(&existing);
        for element in &sent {
            let mut leaves = validate::leaves_in(self.schema, node, element);
            if before == keys(&sent) {
                leaves.subtract(self.readable);
            }
            self.touched.union_with(&leaves);
        }
        if !before.is_empty() && before != keys(&sent) {
            self.set_once(node, true)?;
        }
        // Hidden elements can't keep the caller from setting what looks unset, nor be seen to.
        let unset = if elements.is_blind() {
            existing.is_empty()
        } else {
            before.is_empty()
        };
        if !unset {
            return Ok(Some(Value::Array(existing)));
        }
        self.new_list(node, existing, sent)
    }

    /// `sent`, each element once, after what is there.
    fn new_list(
        &self,
        node: &Node,
        mut existing: Vec<Value>,
        mut sent: Vec<Value>,
    ) -> Result<Option<Value>, ScimError> {
        sent.iter()
            .try_for_each(|e| validate::check_required_subs(self.schema, node, e))?;
        element::drop_repeated(self.schema, node, &mut sent);
        existing.extend(sent);
        Ok(Some(Value::Array(existing)))
    }

    fn new_element(&mut self, node: &Node, element: Value) -> Result<Value, ScimError> {
        self.touched
            .union_with(&validate::leaves_in(self.schema, node, &element));
        validate::check_required_subs(self.schema, node, &element)?;
        Ok(element)
    }

    /// Refuses the change of an immutable value that the caller sees and might otherwise modify;
    /// without the right to modify, the 403 comes first.
    fn set_once(&self, node: &Node, readable: bool) -> Result<(), ScimError> {
        if readable && self.schema.writable(node.id).is_subset(self.modify) {
            return Err(ScimError::mutability(format!(
                "`{}` is immutable and has a value",
                node.path
            )));
        }
        Ok(())
    }

    /// Whether the caller may both modify and retrieve all of the node that can be written.
    fn governs(&self, node: &Node) -> bool {
        let writable = self.schema.writable(node.id);
        writable.is_subset(self.modify) && writable.is_subset(self.readable)
    }
}
