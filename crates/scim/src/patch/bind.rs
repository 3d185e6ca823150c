//! From operations to changes of attributes.

use super::{Op, PatchOperation, PatchPath, PatchRequest};
use crate::{
    AttributeSet, Mutability, Node, Part, ResourceSchema, ScimError, ScimType, element,
    filter::{BoundFilter, bind_element},
    validate,
};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A PATCH request whose paths and values fit a schema.
#[derive(Debug, Clone)]
pub struct BoundPatch<'a> {
    pub(super) schema: &'a ResourceSchema,
    /// What the caller sees.
    pub(super) visible: AttributeSet,
    pub(super) changes: Vec<Change<'a>>,
    /// Required attributes that lose a part, which must not be the last.
    pub(super) must_remain: BTreeSet<&'a str>,
    touched: AttributeSet,
    /// The id of the resource to be changed.
    id: &'a str,
    /// How many bytes of JSON the request brings.
    pub(super) written: usize,
}

impl BoundPatch<'_> {
    /// The leaves that the request writes: if one is outside of what the caller may modify, the answer
    /// is 403 and the request is not [applied](Self::apply).
    pub fn touched(&self) -> &AttributeSet {
        &self.touched
    }
}

/// One change to make.
#[derive(Debug, Clone)]
pub(super) enum Change<'a> {
    /// Give an attribute a value; no complex one but as an array.
    Set(&'a Node, Value),
    /// Add values to a multi-valued attribute.
    Append(&'a Node, Vec<Value>),
    /// Unassign an attribute.
    Unset(&'a Node),
    /// Change elements of a multi-valued complex attribute.
    Elements {
        list: &'a Node,
        /// Which; all if `None`.
        filter: Option<BoundFilter>,
        change: ElementChange<'a>,
    },
}

/// What becomes of a selected element.
#[derive(Debug, Clone)]
pub(super) enum ElementChange<'a> {
    /// These sub-attributes are set.
    Merge(Map<String, Value>),
    /// These sub-attributes are set, and the others unassigned.
    Replace(Map<String, Value>),
    /// This sub-attribute is unassigned.
    Unset(&'a Node),
    /// It is removed.
    Delete,
}

/// Binds a request for the resource `id` to `schema`. `visible` is what the caller may retrieve or search: a value filter
/// may test only that, and anything else is answered as an unknown attribute (S2, S8).
///
/// Errors: 400 `invalidPath` for a path that leads nowhere, `invalidFilter` for brackets after a
/// single-valued attribute, `invalidValue` for a value that doesn't fit, `mutability` for a readOnly
/// target or the removal of a required attribute.
pub fn bind<'a>(
    request: &PatchRequest,
    schema: &'a ResourceSchema,
    visible: &AttributeSet,
    id: &'a str,
) -> Result<BoundPatch<'a>, ScimError> {
    let values = request.operations.iter().map(|o| o.value.as_ref());
    let mut patch = BoundPatch {
        schema,
        visible: schema.returnable(visible),
        changes: Vec::new(),
        must_remain: BTreeSet::new(),
        touched: AttributeSet::new(),
        id,
        written: values.flatten().map(validate::size).sum(),
    };
    for operation in &request.operations {
        patch.operation(operation)?;
    }
    Ok(patch)
}

impl<'a> BoundPatch<'a> {
    fn operation(&mut self, operation: &PatchOperation) -> Result<(), ScimError> {
        let value = operation.value.clone();
        match (&operation.path, value) {
            (Some(path), value) => self.at_path(operation.op, path, value, ScimType::InvalidPath),
            (None, Some(Value::Object(members))) => members
                .into_iter()
                .filter(|(key, _)| !key.eq_ignore_ascii_case("schemas"))
                .try_for_each(|(key, value)| self.at_key(operation.op, &key, value)),
            (None, _) => Err(ScimError::invalid_value(
                "without `path`, `value` must be an object",
            )),
        }
    }

    /// A member of the value of an operation without path: its key is a path too.
    fn at_key(&mut self, op: Op, key: &str, value: Value) -> Result<(), ScimError> {
        let unknown = || validate::unknown(ScimType::InvalidValue, key);
        if let Some(node) = self.schema.root(key) {
            // Clients that send a resource echo the id that the URL has.
            let echoed = node.part == Part::Common && node.key() == "id" && value == self.id;
            return match echoed {
                true => Ok(()),
                false => self.write(op, node, Some(value)),
            };
        }
        let path = PatchPath::parse(key).map_err(|_| unknown())?;
        self.at_path(op, &path, Some(value), ScimType::InvalidValue)
    }

    fn at_path(
        &mut self,
        op: Op,
        path: &PatchPath,
        value: Option<Value>,
        unknown_as: ScimType,
    ) -> Result<(), ScimError> {
        let unknown = |name: &str| validate::unknown(unknown_as, name);
        let attribute = &path.attribute;
        let node = self
            .schema
            .resolve(attribute)
            .ok_or_else(|| unknown(attribute.as_str()))?;
        let Some(filter) = &path.filter else {
            return self.write(op, node, value);
        };
        if !node.is_list() {
            let detail = format!("`{}` has no elements that a filter could select", node.path);
            return Err(ScimError::invalid_filter(detail));
        }
        let sub = match &path.sub {
            None => None,
            Some(sub) => {
                let named = || unknown(&format!("{attribute}.{sub}"));
                Some(self.schema.child(node.id, sub).ok_or_else(named)?)
            }
        };
        self.refuse_read_only(sub.unwrap_or(node))?;
        let filter = bind_element(filter, node.id, self.schema, &self.visible)
            .map_err(|e| ScimError::invalid_path(format!("`path`: {e}")))?;
        match sub {
            Some(sub) => self.sub(op, node, Some(filter), sub, value),
            None => self.elements(op, node, filter, value),
        }
    }

    /// Writes to a node that is not inside a selected element.
    fn write(&mut self, op: Op, node: &'a Node, value: Option<Value>) -> Result<(), ScimError> {
        if node.part == Part::Common && node.key() == "schemas" {
            return self.schemas(op, value);
        }
        self.refuse_read_only(node)?;
        if let Some(list) = self.schema.multi_valued_parent(node.id) {
            return self.sub(op, list, None, node, value);
        }
        let value = value.unwrap_or_default();
        if value.is_null() {
            return if op == Op::Add {
                Ok(())
            } else {
                self.unset(node)
            };
        }
        if node.is_object() {
            return self.object(op, node, value);
        }
        let value = if node.attribute.multi_valued
            && !value.is_array()
            && (value.is_object() == node.is_list())
        {
            Value::Array(vec![value])
        } else {
            value
        };
        match validate::value(self.schema, node, value, ScimType::InvalidValue)? {
            None if op == Op::Add => Ok(()),
            None => self.unset(node),
            Some(Value::Array(elements)) if node.attribute.multi_valued => {
                self.values(op, node, elements)
            }
            Some(value) => {
                self.refuse_empty(node, &value)?;
                self.touched.insert(node.id);
                self.changes.push(Change::Set(node, value));
                Ok(())
            }
        }
    }

    /// Adds to, or replaces, a multi-valued attribute.
    fn values(
        &mut self,
        op: Op,
        node: &'a Node,
        mut elements: Vec<Value>,
    ) -> Result<(), ScimError> {
        element::drop_repeated(self.schema, node, &mut elements);
        elements
            .iter()
            .try_for_each(|e| validate::check_required_subs(self.schema, node, e))?;
        if op == Op::Replace {
            self.touched.union_with(&self.schema.writable(node.id));
            self.changes.push(Change::Set(node, Value::Array(elements)));
            return Ok(());
        }
        for element in &elements {
            self.touched
                .union_with(&validate::leaves_in(self.schema, node, element));
        }
        // Many clients add one member per operation: one look at the members serves them all.
        match self.changes.last_mut() {
            Some(Change::Append(last, more)) if last.id == node.id => more.extend(elements),
            _ => self.changes.push(Change::Append(node, elements)),
        }
        Ok(())
    }

    /// Sets the members of a singular complex attribute or an extension.
    fn object(&mut self, op: Op, node: &'a Node, value: Value) -> Result<(), ScimError> {
        let Value::Object(members) = value else {
            return Err(ScimError::invalid_value(format!(
                "`{}` must be an object",
                node.path
            )));
        };
        let mut seen = BTreeSet::new();
        for (key, value) in members {
            if validate::is_schemas_of_extension(node, &key) {
                continue;
            }
            let unknown = || validate::unknown_child(ScimType::InvalidValue, node, &key);
            let child = self.schema.child(node.id, &key).ok_or_else(unknown)?;
            if !seen.insert(child.id) {
                return Err(validate::twice(&child.path));
            }
            // Clients echo what they were shown; it is neither stored nor refused.
            if self.schema.is_derived(child.id) {
                continue;
            }
            self.write(op, child, Some(value))?;
        }
        Ok(())
    }

    /// Writes to one sub-attribute of the elements of `list`.
    fn sub(
        &mut self,
        op: Op,
        list: &'a Node,
        filter: Option<BoundFilter>,
        sub: &'a Node,
        value: Option<Value>,
    ) -> Result<(), ScimError> {
        self.refuse_read_only(sub)?;
        self.touched.insert(sub.id);
        let value = match value.unwrap_or_default() {
            Value::Null if op == Op::Add => return Ok(()),
            Value::Null => None,
            value => validate::value(self.schema, sub, value, ScimType::InvalidValue)?,
        };
        let change = match value {
            Some(value) => {
                self.refuse_empty(sub, &value)?;
                if filter.is_none() && sub.key() == "primary" && value == Value::Bool(true) {
                    let detail = format!(
                        "`{}` can be true for one value only; select it by a filter",
                        sub.path
                    );
                    return Err(ScimError::invalid_value(detail));
                }
                ElementChange::Merge(Map::from_iter([(sub.key().to_owned(), value)]))
            }
            None => {
                self.refuse_required(sub)?;
                self.keep_part_of(list);
                ElementChange::Unset(sub)
            }
        };
        self.changes.push(Change::Elements {
            list,
            filter,
            change,
        });
        Ok(())
    }

    /// Writes to whole elements of `list`.
    fn elements(
        &mut self,
        op: Op,
        list: &'a Node,
        filter: BoundFilter,
        value: Option<Value>,
    ) -> Result<(), ScimError> {
        let change = match value.unwrap_or_default() {
            Value::Null if op == Op::Add => return Ok(()),
            Value::Null => {
                self.touched.union_with(&self.schema.writable(list.id));
                self.keep_part_of(list);
                ElementChange::Delete
            }
            value @ Value::Object(_) => {
                let one = Value::Array(vec![value]);
                let one = validate::value(self.schema, list, one, ScimType::InvalidValue)?;
                let first = one
                    .as_ref()
                    .and_then(|list| list.get(0))
                    .and_then(Value::as_object);
                let members = first.cloned().unwrap_or_default();
                for (key, value) in &members {
                    if let Some(sub) = self.schema.child(list.id, key) {
                        self.refuse_empty(sub, value)?;
                        self.touched.insert(sub.id);
                    }
                }
                match op {
                    Op::Replace if !members.is_empty() => {
                        validate::check_required_subs(self.schema, list, &members.clone().into())?;
                        self.touched.union_with(&self.schema.writable(list.id));
                        ElementChange::Replace(members)
                    }
                    _ => ElementChange::Merge(members),
                }
            }
            _ => {
                return Err(ScimError::invalid_value(format!(
                    "`{}[…]` must be an object",
                    list.path
                )));
            }
        };
        self.changes.push(Change::Elements {
            list,
            filter: Some(filter),
            change,
        });
        Ok(())
    }

    fn unset(&mut self, node: &'a Node) -> Result<(), ScimError> {
        self.refuse_required(node)?;
        self.touched.union_with(&self.schema.writable(node.id));
        if let Some(parent) = node.parent {
            self.keep_part_of(self.schema.node(parent));
        }
        self.changes.push(Change::Unset(node));
        Ok(())
    }

    /// `schemas` follows from the data (RFC 7643 §3): naming the type's own schemas changes nothing.
    fn schemas(&self, op: Op, value: Option<Value>) -> Result<(), ScimError> {
        match value {
            Some(Value::Array(urns)) if op != Op::Remove && !urns.is_empty() => {
                validate::check_urns(self.schema, &urns, ScimType::InvalidValue)
            }
            _ => Err(ScimError::mutability(
                "`schemas` follows from the data and can't be removed",
            )),
        }
    }

    /// RFC 7644 §3.5.2: a readOnly target is refused.
    fn refuse_read_only(&self, node: &Node) -> Result<(), ScimError> {
        if self.schema.mutability(node.id) == Mutability::ReadOnly {
            return Err(ScimError::mutability(format!(
                "`{}` is readOnly",
                node.path
            )));
        }
        Ok(())
    }

    /// RFC 7644 §3.5.2.2: a required attribute can't be removed.
    fn refuse_required(&self, node: &Node) -> Result<(), ScimError> {
        if node.attribute.required {
            return Err(ScimError::mutability(format!(
                "`{}` is required and can't be removed",
                node.path
            )));
        }
        Ok(())
    }

    fn refuse_empty(&self, node: &Node, value: &Value) -> Result<(), ScimError> {
        if node.attribute.required && !validate::has_value(value) {
            Err(validate::missing(node))
        } else {
            Ok(())
        }
    }

    /// Notes that `node` loses a part, which must not be the last of a required attribute.
    fn keep_part_of(&mut self, node: &'a Node) {
        let required = self
            .schema
            .with_ancestors(node.id)
            .filter(|n| n.attribute.required);
        self.must_remain.extend(required.map(|n| n.path.as_str()));
    }
}
