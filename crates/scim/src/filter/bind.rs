//! Giving a filter its meaning in one resource type, within what the caller may search.

use super::{CompareOp, Filter, Literal, eval};
use crate::{
    AttrId, Attribute, AttributePath, AttributeSet, AttributeType, Node, Part, ResourceSchema,
    ScimError, Typed, index, parse_date_time, value,
};
use serde_json::{Number, Value};

/// A filter whose names are attributes of one [`ResourceSchema`], all leaves.
///
/// No `Compare` or `Present` is of `schemas`, `id pr` or `meta.resourceType`: what every resource of
/// the type has the same is a `Constant`. A `Constant` is only ever the whole filter.
#[derive(Debug, Clone, PartialEq)]
pub enum BoundFilter {
    /// The same for every resource of the type.
    Constant(bool),
    /// All of at least two hold.
    And(Vec<BoundFilter>),
    /// One of at least two holds.
    Or(Vec<BoundFilter>),
    /// The inner one does not hold.
    Not(Box<BoundFilter>),
    /// Some value of the attribute is in this relation to `value`; false if it has none.
    ///
    /// `Ne`, too, asks for some value that differs, and occurs for multi-valued attributes only.
    Compare {
        /// The attribute.
        attr: AttrId,
        /// The relation.
        op: CompareOp,
        /// Of the attribute's type.
        value: Typed,
    },
    /// Some of these attributes has a value that is not the empty string.
    Present(Vec<AttrId>),
    /// One and the same element of a multi-valued complex attribute satisfies the inner filter,
    /// which compares sub-attributes of that attribute and is false of an element without any value.
    Element {
        /// The multi-valued complex attribute.
        parent: AttrId,
        /// What the element satisfies.
        filter: Box<BoundFilter>,
    },
}

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
/// §3.4.2.1): an expression that fits only some of the types is false for the others.
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
                    Ok(BoundFilter::Constant(false))
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
            } => Ok(not(self.present(path)?)),
            Filter::Compare {
                path,
                op: CompareOp::Ne,
                literal: Literal::Null,
            }
            | Filter::Present(path) => self.present(path),
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
                    BoundFilter::Present(leaves)
                }
            });
        or(std::iter::once(base).chain(extensions))
    }
}

/// Whether every resource has it.
fn is_given(node: &Node) -> bool {
    node.part == Part::Common && node.key() != "externalId"
}

/// The one answer for what does not exist and for what the caller may not search.
fn unknown(path: &AttributePath) -> ScimError {
    ScimError::invalid_filter(format!(
        "`{path}` is not an attribute that can be filtered on here; see the resource type's schema"
    ))
}

/// The literal as a value of the attribute, if both it and the operator fit the attribute's type
/// (RFC 7644 §3.4.2.2, Table 3).
fn typed(
    path: &AttributePath,
    attribute: &Attribute,
    op: CompareOp,
    literal: &Literal,
) -> Result<Typed, ScimError> {
    use AttributeType::{Binary, Boolean, Complex, DateTime, Decimal, Integer, Reference, String};
    let kind = attribute.kind;
    let fits = match kind {
        String | Reference => true,
        Boolean | Binary => !op.is_ordering() && !op.is_substring(),
        Decimal | Integer | DateTime => !op.is_substring(),
        Complex => false,
    };
    if !fits {
        return Err(ScimError::invalid_filter(format!(
            "`{path} {op}`: the operator does not apply to the attribute's type"
        )));
    }
    let value = match (kind, literal) {
        (String | Reference, Literal::String(text)) => {
            Some(Typed::Text(value::comparable(attribute, text).into_owned()))
        }
        (Boolean, Literal::Boolean(value)) => Some(Typed::Boolean(*value)),
        // Microsoft Entra ID quotes booleans.
        (Boolean, Literal::String(text)) => {
            text.to_ascii_lowercase().parse().ok().map(Typed::Boolean)
        }
        (Integer, Literal::Number(number)) => integer(number).map(Typed::Integer),
        (Decimal, Literal::Number(number)) => number.as_f64().and_then(Typed::decimal),
        (DateTime, Literal::String(text)) => parse_date_time(text).map(Typed::DateTime),
        (Binary, Literal::String(text)) => Some(Typed::Binary(text.clone())),
        _ => None,
    };
    value.ok_or_else(|| {
        ScimError::invalid_filter(format!(
            "`{path} {op} {literal}`: expected {}",
            expected(kind)
        ))
    })
}

/// The integer that a JSON number is, also as `3.0` or `3e2`.
fn integer(number: &Number) -> Option<i64> {
    const LIMIT: f64 = 9_007_199_254_740_992.0; // 2⁵³: beyond it a double is no exact integer.
    number.as_i64().or_else(|| {
        let value = number.as_f64()?;
        (value.fract() == 0.0 && value.abs() <= LIMIT).then_some(value as i64)
    })
}

fn expected(kind: AttributeType) -> &'static str {
    match kind {
        AttributeType::Boolean => "true or false",
        AttributeType::Integer => "a whole number of at most 64 bits",
        AttributeType::Decimal => "a number",
        AttributeType::DateTime => "a dateTime such as \"2026-01-31T12:00:00Z\"",
        AttributeType::String
        | AttributeType::Reference
        | AttributeType::Binary
        | AttributeType::Complex => "a string in double quotes",
    }
}

/// Conjunction, without constants.
fn and(filters: impl IntoIterator<Item = BoundFilter>) -> BoundFilter {
    combine(filters, true, BoundFilter::And)
}

/// Disjunction, without constants.
fn or(filters: impl IntoIterator<Item = BoundFilter>) -> BoundFilter {
    combine(filters, false, BoundFilter::Or)
}

/// Drops the `neutral` constant; the other one decides alone.
fn combine(
    filters: impl IntoIterator<Item = BoundFilter>,
    neutral: bool,
    join: fn(Vec<BoundFilter>) -> BoundFilter,
) -> BoundFilter {
    let neutral = BoundFilter::Constant(neutral);
    let kept: Vec<_> = filters.into_iter().filter(|f| *f != neutral).collect();
    if let Some(decided) = kept.iter().find(|f| matches!(f, BoundFilter::Constant(_))) {
        return decided.clone();
    }
    match <[BoundFilter; 1]>::try_from(kept) {
        Ok([only]) => only,
        Err(kept) if kept.is_empty() => neutral,
        Err(kept) => join(kept),
    }
}

fn not(filter: BoundFilter) -> BoundFilter {
    match filter {
        BoundFilter::Constant(value) => BoundFilter::Constant(!value),
        BoundFilter::Not(inner) => *inner,
        other => BoundFilter::Not(Box::new(other)),
    }
}
