//! How many resources a filter can be expected to find, as far as its schema tells.

use super::Composer;
use scim::{
    Typed, Uniqueness,
    filter::{BoundFilter, CompareOp},
};

/// How many match, the fewest last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Yield {
    /// A share of all.
    Many,
    /// Those with one value of an attribute that has many values.
    Few,
    /// At most one.
    One,
}

impl Composer<'_> {
    /// Whether at most one resource can match, which the index finds at once.
    pub(super) fn is_lookup(&self, filter: &BoundFilter) -> bool {
        self.yields(filter) == Yield::One
    }

    /// Whether what matches is looked up by what the index finds: it is a range of values, not the
    /// share of all that has a label, or has anything at all.
    pub(super) fn is_range(&self, filter: &BoundFilter) -> bool {
        match filter {
            BoundFilter::Compare { op, .. } => match op {
                CompareOp::Eq => self.yields(filter) >= Yield::Few,
                CompareOp::Ne => false,
                _ => true,
            },
            _ => false,
        }
    }

    /// How many resources or elements can be expected to match.
    pub(super) fn yields(&self, filter: &BoundFilter) -> Yield {
        match filter {
            BoundFilter::And(all) => all
                .iter()
                .map(|f| self.yields(f))
                .max()
                .unwrap_or(Yield::Many),
            BoundFilter::Element { filter, .. } => self.yields(filter).min(Yield::Few),
            BoundFilter::Compare {
                attr,
                op: CompareOp::Eq,
                value,
            } => {
                let node = self.schema.node(*attr);
                let is_label = node.key() == "type" || !node.attribute.canonical_values.is_empty();
                match value {
                    _ if node.attribute.uniqueness != Uniqueness::None => Yield::One,
                    Typed::Boolean(_) => Yield::Many,
                    _ if is_label => Yield::Many,
                    _ => Yield::Few,
                }
            }
            _ => Yield::Many,
        }
    }
}
