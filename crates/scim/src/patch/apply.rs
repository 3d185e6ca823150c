//! Applying the changes of a PATCH to a resource.

use super::{
    BoundPatch,
    bind::{Change, ElementChange},
};
use crate::{
    AttrId, Mutability, Node, ScimError, ScimType, element,
    element::Elements,
    filter::{BoundFilter, matches_element},
    project,
    project::{looks_same, part, set_schemas},
    tree::{get, get_mut, put_in_order, set, unset},
    validate,
};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};

/// Most comparisons of elements that one request may ask for.
pub const MAX_WORK: usize = 5_000_000;

/// A resource after a PATCH.
#[derive(Debug, Clone, PartialEq)]
pub struct Patched {
    /// The resource, canonical, with `schemas` set.
    pub resource: Map<String, Value>,
    /// Whether it keeps its version (RFC 7644 §3.5.2.1): nothing changed, and the caller sees all that
    /// was written, so that the version tells nothing about what is hidden.
    pub unchanged: bool,
}

impl BoundPatch<'_> {
    /// The resource that the changes make of `current`, which is canonical and stays as it is.
    ///
    /// Errors: 400 `noTarget` for a value filter that selects nothing, `mutability` for a visible
    /// immutable value that would change or a required attribute that would vanish, `invalidValue` for
    /// a second primary value; 413 if the resource grows [too large](validate::check_size), or if the
    /// request asks for more than [`MAX_WORK`] comparisons of elements.
    pub fn apply(&self, current: &Map<String, Value>) -> Result<Patched, ScimError> {
        let patched = self.changed(current)?;
        if !patched.unchanged {
            let visible = || project(self.schema, &patched.resource, &self.visible);
            validate::check_size(visible, self.written, &patched.resource)?;
        }
        Ok(patched)
    }

    /// As [`apply`](Self::apply), of a resource of which only the attributes [written to](Self::roots)
    /// are there, the others being `elsewhere` with as many bytes; `schemas` is for who has them to set.
    /// None if it could grow too large, so that all of it must be seen.
    pub fn apply_to_excerpt(
        &self,
        excerpt: &Map<String, Value>,
        elsewhere: usize,
    ) -> Result<Option<Patched>, ScimError> {
        let patched = self.changed(excerpt)?;
        let size = validate::size(&patched.resource).saturating_add(elsewhere);
        let fits = size.saturating_add(self.written) <= validate::MAX_VISIBLE;
        Ok(Some(patched).filter(|_| fits))
    }

    fn changed(&self, current: &Map<String, Value>) -> Result<Patched, ScimError> {
        let mut resource = current.clone();
        let mut work = 0;
        for change in &self.changes {
            work += self.work(&resource, change);
            if work > MAX_WORK {
                let detail = format!(
                    "the request compares more than {MAX_WORK} elements of multi-valued attributes; \
                     send fewer operations at a time, or one operation with all values"
                );
                return Err(ScimError::new(413, None, detail));
            }
            self.change(&mut resource, change)?;
        }
        self.keep_immutable(current, &mut resource)?;
        self.keep_required(&resource)?;
        let unchanged = self.touched().is_subset(&self.visible)
            && looks_same(
                self.schema,
                &self.roots(),
                (current, &resource),
                &self.visible,
            );
        if unchanged {
            resource = current.clone();
        }
        put_in_order(self.schema, &mut resource);
        set_schemas(self.schema, &mut resource);
        Ok(Patched {
            resource,
            unchanged,
        })
    }

    /// The top-level attributes and extensions that the request writes to: nothing else of a resource
    /// changes but `schemas`, which follows from them.
    pub fn roots(&self) -> Vec<AttrId> {
        let roots = self.changes.iter().map(|change| {
            let (Change::Set(node, _)
            | Change::Append(node, _)
            | Change::Unset(node)
            | Change::Elements { list: node, .. }) = change;
            let above = self.schema.with_ancestors(node.id).last();
            above.map_or(node.id, |root| root.id)
        });
        let roots: BTreeSet<AttrId> = roots.collect();
        roots.into_iter().collect()
    }

    /// That what was there of required attributes is there still, as far as the caller sees it.
    fn keep_required(&self, resource: &Map<String, Value>) -> Result<(), ScimError> {
        if self.must_remain.is_empty() {
            return Ok(());
        }
        let visible = project(self.schema, resource, &self.visible);
        let gone = self.must_remain.iter().find(|path| {
            let node = self.schema.lookup(path);
            let value = node.and_then(|node| get(&visible, &self.schema.keys(node.id)));
            value.is_none()
        });
        gone.map_or(Ok(()), |path| {
            let detail = format!("`{path}` is required and can't be removed");
            Err(ScimError::mutability(detail))
        })
    }

    /// How many comparisons a change takes: each visible element that there is, once for each term
    /// of the filter, and each that is added.
    fn work(&self, resource: &Map<String, Value>, change: &Change<'_>) -> usize {
        let (list, each, added) = match change {
            Change::Set(..) | Change::Unset(_) => return 0,
            Change::Append(list, values) => (list, 1, values.len()),
            Change::Elements { list, filter, .. } => {
                (list, filter.as_ref().map_or(1, BoundFilter::terms), 0)
            }
        };
        let elements = get(resource, &self.schema.keys(list.id)).and_then(Value::as_array);
        let seen = Elements::new(self.schema, list, &self.visible);
        let visible = |element: &&Value| seen.is_blind() || seen.is_visible(element);
        let there = elements.map_or(0, |elements| elements.iter().filter(visible).count());
        there.saturating_mul(each).saturating_add(added)
    }

    fn change(
        &self,
        resource: &mut Map<String, Value>,
        change: &Change<'_>,
    ) -> Result<(), ScimError> {
        match change {
            Change::Set(node, value) => set(resource, &self.schema.keys(node.id), value.clone()),
            Change::Unset(node) => unset(resource, &self.schema.keys(node.id)),
            Change::Append(node, values) => {
                self.in_array(resource, node, |elements| {
                    self.append(node, elements, values);
                    Ok(())
                })?;
            }
            Change::Elements {
                list,
                filter,
                change,
            } => {
                self.in_array(resource, list, |elements| {
                    let seen = Elements::new(self.schema, list, &self.visible);
                    let is_target = |element: &Value| match filter {
                        Some(filter) => {
                            seen.is_visible(element)
                                && matches_element(filter, self.schema, element)
                        }
                        None => seen.is_blind() || seen.is_visible(element),
                    };
                    let targets: Vec<usize> = elements
                        .iter()
                        .enumerate()
                        .filter(|(_, e)| is_target(e))
                        .map(|(index, _)| index)
                        .collect();
                    if targets.is_empty() && filter.is_some() {
                        let detail = format!(
                            "no value of `{}` is selected by the path's filter",
                            list.path
                        );
                        return Err(ScimError::bad_request(ScimType::NoTarget, detail));
                    }
                    self.change_elements(list, elements, &targets, change)
                })?;
            }
        }
        Ok(())
    }

    /// Changes an array in place; one that ends empty is unassigned.
    fn in_array(
        &self,
        resource: &mut Map<String, Value>,
        node: &Node,
        change: impl FnOnce(&mut Vec<Value>) -> Result<(), ScimError>,
    ) -> Result<(), ScimError> {
        let keys = self.schema.keys(node.id);
        let mut elements = match get_mut(resource, &keys).map(Value::take) {
            Some(Value::Array(elements)) => elements,
            _ => Vec::new(),
        };
        change(&mut elements)?;
        if elements.is_empty() {
            unset(resource, &keys);
        } else {
            set(resource, &keys, Value::Array(elements));
        }
        Ok(())
    }

    /// Adds values that are not there yet (RFC 7644 §3.5.2.1).
    fn append(&self, node: &Node, elements: &mut Vec<Value>, values: &[Value]) {
        if node.is_leaf() {
            elements.extend_from_slice(values);
            return element::drop_repeated(self.schema, node, elements);
        }
        let seen = Elements::new(self.schema, node, &self.visible);
        let mut by_key: HashMap<String, usize> = HashMap::new();
        // What the caller sees nothing of is the same only if all of it is.
        let key = |element: &Value| seen.key(element).unwrap_or_else(|| element.to_string());
        for (index, element) in elements.iter().enumerate() {
            by_key.entry(key(element)).or_insert(index);
        }
        for value in values {
            let new = elements.len();
            let same = *by_key.entry(key(value)).or_insert(new);
            let at = if seen.tells(value) { same } else { new };
            match elements.get_mut(at) {
                Some(existing) => self.complete(node, existing, value),
                None => elements.push(value.clone()),
            }
            if element::is_primary(value) && element::has_primary(self.schema, node) {
                element::demote_others(elements, |index| index == at);
            }
        }
    }

    /// Gives an element that is there what it lacks of an equal one that was added.
    fn complete(&self, node: &Node, existing: &mut Value, added: &Value) {
        let (Some(existing), Some(added)) = (existing.as_object_mut(), added.as_object()) else {
            return;
        };
        for (key, value) in added {
            let Some(sub) = self.schema.child(node.id, key) else {
                continue;
            };
            let fixed = self.visible.contains(sub.id)
                || self.schema.mutability(sub.id) == Mutability::Immutable;
            if !(fixed && existing.contains_key(key)) {
                existing.insert(key.clone(), value.clone());
            }
        }
    }

    fn change_elements(
        &self,
        list: &Node,
        elements: &mut Vec<Value>,
        targets: &[usize],
        change: &ElementChange<'_>,
    ) -> Result<(), ScimError> {
        match change {
            ElementChange::Delete => remove_all(elements, targets),
            ElementChange::Unset(sub) => {
                for index in targets {
                    self.write_sub(sub, elements.get_mut(*index), None)?;
                }
                elements.retain(|element| element != &Value::Object(Map::new()));
            }
            ElementChange::Merge(members) if targets.is_empty() => {
                let element = Value::Object(members.clone());
                match self.check_new(list, &element) {
                    Ok(()) => elements.push(element),
                    // Whether there are others is not for such a caller to learn.
                    Err(_) if Elements::new(self.schema, list, &self.visible).is_blind() => {}
                    Err(incomplete) => return Err(incomplete),
                }
            }
            ElementChange::Merge(members) | ElementChange::Replace(members) => {
                let whole = matches!(change, ElementChange::Replace(_));
                for sub in self.schema.children(list.id) {
                    let value = members.get(sub.key());
                    // What is immutable goes with its element only.
                    let stays = match self.schema.mutability(sub.id) {
                        Mutability::ReadOnly => true,
                        Mutability::Immutable => value.is_none(),
                        Mutability::ReadWrite | Mutability::WriteOnly => value.is_none() && !whole,
                    };
                    for index in targets.iter().filter(|_| !stays) {
                        self.write_sub(sub, elements.get_mut(*index), value)?;
                    }
                }
                let primary = members.get("primary") == Some(&Value::Bool(true));
                if primary && element::has_primary(self.schema, list) {
                    if targets.len() > 1 {
                        let detail =
                            format!("`{}.primary` can be true for one value only", list.path);
                        return Err(ScimError::invalid_value(detail));
                    }
                    element::demote_others(elements, |index| targets.binary_search(&index).is_ok());
                }
            }
        }
        Ok(())
    }

    /// That an element has what it must, and what tells it from others.
    fn check_new(&self, list: &Node, element: &Value) -> Result<(), ScimError> {
        let value = self.schema.child(list.id, "value");
        let telling = value.filter(|v| v.attribute.mutability == Mutability::Immutable);
        if let Some(value) = telling.filter(|v| element.get(v.key()).is_none()) {
            return Err(validate::missing(value));
        }
        validate::check_required_subs(self.schema, list, element)
    }

    /// Sets or unassigns a sub-attribute of an element; an immutable one only once (RFC 7643 §2.2).
    fn write_sub(
        &self,
        sub: &Node,
        element: Option<&mut Value>,
        value: Option<&Value>,
    ) -> Result<(), ScimError> {
        let Some(members) = element.and_then(Value::as_object_mut) else {
            return Ok(());
        };
        let old = members.get(sub.key());
        if old.is_some() && old != value && self.schema.mutability(sub.id) == Mutability::Immutable
        {
            return if self.visible.contains(sub.id) {
                Err(immutable(sub))
            } else {
                Ok(())
            };
        }
        match value {
            Some(value) => members.insert(sub.key().to_owned(), value.clone()),
            None => members.shift_remove(sub.key()),
        };
        Ok(())
    }

    /// Restores immutable attributes that had a value before: refused if the caller sees the change,
    /// silent if not.
    fn keep_immutable(
        &self,
        before: &Map<String, Value>,
        after: &mut Map<String, Value>,
    ) -> Result<(), ScimError> {
        for change in &self.changes {
            let (Change::Set(top, _)
            | Change::Append(top, _)
            | Change::Unset(top)
            | Change::Elements { list: top, .. }) = change;
            for node in self.immutable(top) {
                let keys = self.schema.keys(node.id);
                let (Some(old), new) = (get(before, &keys), get(after, &keys)) else {
                    continue;
                };
                let seen = |value| part(self.schema, node, value, &self.visible);
                let old_seen = seen(old);
                if old_seen.is_some() && new.and_then(seen) != old_seen {
                    return Err(immutable(node));
                }
                // What adds, or writes to elements, has left hidden values alone.
                let overwrites = matches!(change, Change::Set(..) | Change::Unset(_));
                if overwrites && old_seen.is_none() && new != Some(old) {
                    let restored = restored(old, new.filter(|_| node.is_list()));
                    set(after, &keys, restored);
                }
            }
        }
        Ok(())
    }

    /// What is immutable of the node and what is below it, down to arrays of objects.
    fn immutable(&self, top: &Node) -> impl Iterator<Item = &Node> {
        self.schema.subtree(top.id).iter().filter(|n| {
            self.schema.mutability(n.id) == Mutability::Immutable
                && self.schema.multi_valued_parent(n.id).is_none()
                && !n.is_object()
        })
    }
}

/// Hidden elements, and the visible ones that were set beside them.
fn restored(old: &Value, new: Option<&Value>) -> Value {
    let (Some(hidden), Some(set)) = (old.as_array(), new.and_then(Value::as_array)) else {
        return old.clone();
    };
    let added = set.iter().filter(|element| !hidden.contains(element));
    Value::Array(hidden.iter().chain(added).cloned().collect())
}

fn immutable(node: &Node) -> ScimError {
    ScimError::mutability(format!("`{}` is immutable and has a value", node.path))
}

/// Removes the elements at the indexes given, which are in order.
fn remove_all(elements: &mut Vec<Value>, targets: &[usize]) {
    let mut index = 0;
    elements.retain(|_| {
        index += 1;
        targets.binary_search(&(index - 1)).is_err()
    });
}
