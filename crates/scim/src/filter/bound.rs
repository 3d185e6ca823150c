//! Filters with their names resolved, and how they combine.

use super::CompareOp;
use crate::{AttrId, Typed};

/// A filter whose names are leaf attributes of one [`ResourceSchema`](crate::ResourceSchema).
///
/// What every resource of the type has the same (`meta.resourceType`, most of `schemas`, that there
/// is an `id`) is decided in binding. A `Constant` is only ever the whole filter.
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

impl BoundFilter {
    /// How many comparisons it takes at most to evaluate it once.
    pub fn terms(&self) -> usize {
        match self {
            Self::Constant(_) => 0,
            Self::And(filters) | Self::Or(filters) => filters.iter().map(Self::terms).sum(),
            Self::Not(filter) | Self::Element { filter, .. } => filter.terms(),
            Self::Compare { .. } => 1,
            Self::Present(attrs) => attrs.len(),
        }
    }
}

/// Conjunction, without constants.
pub(super) fn and(filters: impl IntoIterator<Item = BoundFilter>) -> BoundFilter {
    combine(filters, true, BoundFilter::And)
}

/// Disjunction, without constants.
pub(super) fn or(filters: impl IntoIterator<Item = BoundFilter>) -> BoundFilter {
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

/// Negation, without constants or double negations.
pub(super) fn not(filter: BoundFilter) -> BoundFilter {
    match filter {
        BoundFilter::Constant(value) => BoundFilter::Constant(!value),
        BoundFilter::Not(inner) => *inner,
        other => BoundFilter::Not(Box::new(other)),
    }
}
