//! Giving a filter its meaning in one resource type, within what the caller may search.

use super::{
    BoundFilter, CompareOp, Filter, Literal,
    bound::{and, not, or},
    eval,
    literal::typed,
};
use crate::{
    AttrId, AttributePath, AttributeSet, AttributeType, Node, Part, ResourceSchema, ScimError,
    Typed, index, messages,
};
use serde_json::Value;

/// Binds `filter` to `schema`, in which only the leaves in `visible` exist.
///
/// # Errors
/// 400 `invalidFilter` if it names an attribute that is not there, not visible or not
/// [filterable](index::is_filterable), all in the same words (S2), or if an operator or literal
/// does not fit an attribute's type.
pub fn bind(
    filter: &Filter,
    schema: &ResourceSchema,
    visible: &AttributeSet,
) -> Result<BoundFilter, ScimError> {
    let scope = Scope {
        schema,
        visible,
        element: None,
    };
    bind_scoped(filter, scope, &[scope])
}

/// Binds `filter` to several resource types at once, for a search over all of them (RFC 7644
/// §3.4.2.1): for the types that an expression does not fit, the attribute has no value.
///
/// # Errors
/// As [`bind`], for an expression that fits none of the types.
pub fn bind_each(
    filter: &Filter,
    types: &[(&ResourceSchema, &AttributeSet)],
) -> Result<Vec<BoundFilter>, ScimError> {
    let scopes: Vec<_> = types
        .iter()
        .map(|(schema, visible)| Scope {
            schema,
            visible,
            element: None,
        })
        .collect();
    scopes
        .iter()
        .map(|scope| bind_scoped(filter, *scope, &scopes))
        .collect()
}

/// Binds the filter inside the brackets of a value path to the elements of `parent`.
///
/// # Errors
/// As [`bind`]; also if `parent` is not multi-valued and complex.
pub fn bind_element(
    filter: &Filter,
    parent: AttrId,
    schema: &ResourceSchema,
    visible: &AttributeSet,
) -> Result<BoundFilter, ScimError> {
    let node = schema.node(parent);
    if !node.attribute.multi_valued || node.is_leaf() {
        return Err(ScimError::invalid_filter(format!(
            "`{}`: only a multi-valued complex attribute takes a filter in brackets",
            node.path
        )));
    }
    let scope = Scope {
        schema,
        visible,
        element: Some(parent),
    };
    let bound = bind_scoped(filter, scope, &[scope])?;
    // An element of which the caller may see nothing must not be told apart from none (S2).
    if eval::matches_element(&bound, schema, &Value::Null) {
        let leaves = index::filterable_leaves(schema, parent, visible);
        return Ok(and([BoundFilter::Present(leaves), bound]));
    }
    Ok(bound)
}

/// Where names are looked up.
#[derive(Clone, Copy)]
struct Scope<'a> {
    schema: &'a ResourceSchema,
    visible: &'a AttributeSet,
    /// The attribute whose element is looked at.
    element: Option<AttrId>,
}

fn bind_scoped(
    filter: &Filter,
    scope: Scope<'_>,
    all: &[Scope<'_>],
) -> Result<BoundFilter, ScimError> {
    let each = |filters: &[Filter]| -> Result<Vec<BoundFilter>, ScimError> {
        filters.iter().map(|f| bind_scoped(f, scope, all)).collect()
    };
    match filter {
        Filter::And(filters) => Ok(and(each(filters)?)),
        Filter::Or(filters) => Ok(or(each(filters)?)),
        Filter::Not(filter) => Ok(not(bind_scoped(filter, scope, all)?)),
        Filter::Present(_) | Filter::Compare { .. } | Filter::Element { .. } => {
            scope.term(filter).or_else(|error| {
                let elsewhere = all.iter().any(|other| other.term(filter).is_ok());
                if elsewhere {
                    Ok(BoundFilter::Constant(holds_without_value(filter)))
                } else {
                    Err(error)
                }
            })
        }
    }
}

impl Scope<'_> {
    fn term(&self, filter: &Filter) -> Result<BoundFilter, ScimError> {
        match filter {
            Filter::Compare {
                path,
                op: CompareOp::Eq,
                literal: Literal::Null,
            } => Ok(not(self.given(path)?)),
            Filter::Compare {
                path,
                op: CompareOp::Ne,
                literal: Literal::Null,
            } => self.given(path),
            Filter::Present(path) => self.present(path),
            Filter::Compare { path, op, literal } => self.compare(path, *op, literal),
            Filter::Element { path, filter } => self.value_path(path, filter),
            Filter::And(_) | Filter::Or(_) | Filter::Not(_) => bind_scoped(filter, *self, &[*self]),
        }
    }

    /// The attribute, if the caller may search some of it.
    fn resolve(&self, path: &AttributePath) -> Result<&Node, ScimError> {
        let node = match self.element {
            None => self.schema.resolve(path),
            Some(_) if path.urn().is_some() || path.sub().is_some() => None,
            Some(parent) => self.schema.child(parent, path.name()),
        };
        #[cfg(feature = "leaks")]
        if node.is_some_and(|n| !self.schema.any(self.visible, n.id))
            && crate::leaks::is(crate::leaks::Leak::NameOfHidden)
        {
            return Err(ScimError::invalid_filter("you may not search by that"));
        }
        node.filter(|n| self.schema.any(self.visible, n.id))
            .ok_or_else(|| unknown(path))
    }

    fn present(&self, path: &AttributePath) -> Result<BoundFilter, ScimError> {
        let node = self.resolve(path)?;
        if is_given(node) {
            return Ok(BoundFilter::Constant(true));
        }
        let leaves = index::filterable_leaves(self.schema, node.id, self.visible);
        if leaves.is_empty() {
            Err(unknown(path))
        } else {
            Ok(BoundFilter::Present(leaves))
        }
    }

    fn compare(
        &self,
        path: &AttributePath,
        op: CompareOp,
        literal: &Literal,
    ) -> Result<BoundFilter, ScimError> {
        let node = self
            .leaf(self.resolve(path)?)
            .ok_or_else(|| unknown(path))?;
        let value = typed(path, &node.attribute, op, literal)?;
        if node.path == "schemas" {
            return Ok(self.schemas(op, &value));
        }
        if node.path == "meta.resourceType" {
            let name = Typed::Text(self.schema.resource_type().name.clone());
            return Ok(BoundFilter::Constant(eval::relates(op, &name, &value)));
        }
        let attr = node.id;
        if op != CompareOp::Ne {
            return Ok(BoundFilter::Compare { attr, op, value });
        }
        let equal = BoundFilter::Compare {
            attr,
            op: CompareOp::Eq,
            value: value.clone(),
        };
        Ok(if self.is_multi_valued(node) {
            or([BoundFilter::Compare { attr, op, value }, not(equal)])
        } else {
            not(equal)
        })
    }

    /// The leaf that a comparison of `node` is about: itself, or its `value` (RFC 7643 §2.4).
    fn leaf<'b>(&'b self, node: &'b Node) -> Option<&'b Node> {
        let extension = node.part == Part::Extension && node.parent.is_none();
        let leaf = match node.is_leaf() {
            true => Some(node),
            false if extension => None,
            false => self.schema.child(node.id, "value"),
        };
        leaf.filter(|n| self.visible.contains(n.id) && index::is_filterable(self.schema, n))
    }

    fn is_multi_valued(&self, node: &Node) -> bool {
        node.attribute.multi_valued
            || (self.element.is_none() && self.schema.multi_valued_parent(node.id).is_some())
    }

    fn value_path(&self, path: &AttributePath, filter: &Filter) -> Result<BoundFilter, ScimError> {
        if self.element.is_some() {
            return Err(unknown(path));
        }
        let parent = self.resolve(path)?.id;
        let filter = Box::new(bind_element(filter, parent, self.schema, self.visible)?);
        Ok(BoundFilter::Element { parent, filter })
    }

    /// `schemas` holds the base schema's URN, and an extension's where the resource has data of it
    /// that the caller may search: a hidden extension can't be told from an absent one (S2).
    fn schemas(&self, op: CompareOp, wanted: &Typed) -> BoundFilter {
        let matches = |urn: &str| eval::relates(op, &Typed::Text(urn.to_owned()), wanted);
        let base = BoundFilter::Constant(matches(self.schema.base_urn()));
        let extensions = self
            .schema
            .extensions()
            .filter(|n| matches(n.key()))
            .map(|extension| {
                let leaves = index::filterable_leaves(self.schema, extension.id, self.visible);
                if leaves.is_empty() {
                    BoundFilter::Constant(false)
                } else {
                    self.any_given(leaves)
                }
            });
        or(std::iter::once(base).chain(extensions))
    }

    /// That the attribute is assigned: `null` is what is not (RFC 7643 §2.5).
    fn given(&self, path: &AttributePath) -> Result<BoundFilter, ScimError> {
        Ok(match self.present(path)? {
            BoundFilter::Present(leaves) => self.any_given(leaves),
            constant => constant,
        })
    }

    fn any_given(&self, leaves: Vec<AttrId>) -> BoundFilter {
        let empty: Vec<_> = leaves
            .iter()
            .filter_map(|leaf| self.is_empty_text(*leaf))
            .collect();
        or(std::iter::once(BoundFilter::Present(leaves)).chain(empty))
    }

    /// That the leaf is the empty string, which is data though `pr` does not count it.
    fn is_empty_text(&self, leaf: AttrId) -> Option<BoundFilter> {
        let value = match self.schema.node(leaf).attribute.kind {
            AttributeType::String => Typed::Text(String::new()),
            AttributeType::Binary => Typed::Binary(String::new()),
            _ => return None,
        };
        Some(BoundFilter::Compare {
            attr: leaf,
            op: CompareOp::Eq,
            value,
        })
    }
}

/// Whether the expression holds where its attribute has no value.
fn holds_without_value(filter: &Filter) -> bool {
    match filter {
        Filter::Compare { op, literal, .. } => match literal {
            Literal::Null => *op == CompareOp::Eq,
            _ => *op == CompareOp::Ne,
        },
        _ => false,
    }
}

/// Whether every resource has it.
fn is_given(node: &Node) -> bool {
    node.part == Part::Common && node.key() != "externalId"
}

/// The one answer for what does not exist and for what the caller may not search.
fn unknown(path: &AttributePath) -> ScimError {
    let path = messages::cut(path.as_str());
    ScimError::invalid_filter(format!(
        "`{path}` is not an attribute that can be filtered on here; see the resource type's schema"
    ))
}
