//! A bound filter as a condition on resources called `r`.
//!
//! A comparison is a question to the index: "is the resource among those that have such a value?".
//! It is asked in one of two ways, by [`Probe`]: of the whole index at once, or of each resource
//! by itself where another condition has already narrowed them down to a few.

use super::{
    Composer, any_row,
    compare::constant,
    source::{Place, Source, Stored},
    yields::Yield,
};
use scim::{
    AttrId, Typed,
    filter::{BoundFilter, CompareOp},
};

/// How the index is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Probe {
    /// Once, for all resources that match: they are looked up by what the index finds.
    Whole,
    /// Once, for all resources that match, which are a share of all: all are gone through in their
    /// order, so that a page needs no more of them than it shows.
    Share,
    /// For each resource that is left.
    Each,
}

/// What a condition is about.
#[derive(Clone, Copy)]
pub(super) enum Subject {
    /// The resource `r`.
    Resource,
    /// The element `e.element` of the resource `e.resource`.
    Element,
}

impl Composer<'_> {
    /// The condition that `filter` is.
    pub(super) fn filter(&mut self, filter: &BoundFilter) -> String {
        self.condition(filter, Subject::Resource, Probe::Whole)
    }

    pub(super) fn condition(
        &mut self,
        filter: &BoundFilter,
        subject: Subject,
        probe: Probe,
    ) -> String {
        match filter {
            BoundFilter::Constant(value) => constant(*value).to_owned(),
            BoundFilter::And(all) => self.all(all, subject, probe),
            BoundFilter::Or(any) => {
                let any: Vec<_> = any
                    .iter()
                    .map(|f| self.condition(f, subject, probe))
                    .collect();
                format!("({})", any.join(" OR "))
            }
            BoundFilter::Not(inner) => format!("NOT ({})", self.condition(inner, subject, probe)),
            BoundFilter::Compare { attr, op, value } => {
                let probe = match probe {
                    Probe::Whole if !self.is_range(filter) => Probe::Share,
                    probe => probe,
                };
                self.compared(*attr, *op, value, subject, probe)
            }
            BoundFilter::Present(attrs) => {
                let any: Vec<_> = attrs
                    .iter()
                    .map(|attr| self.present(*attr, subject, share(probe)))
                    .collect();
                format!("({})", any.join(" OR "))
            }
            BoundFilter::Element { filter, .. } => self.element(filter, probe),
        }
    }

    /// The most selective condition narrows the resources down for the others.
    fn all(&mut self, all: &[BoundFilter], subject: Subject, probe: Probe) -> String {
        let few = |f: &BoundFilter| self.yields(f) >= Yield::Few;
        let few: Vec<bool> = all.iter().map(few).collect();
        let narrowed = probe != Probe::Each && few.contains(&true);
        let all: Vec<_> = all
            .iter()
            .zip(few)
            .map(|(f, few)| {
                let probe = if narrowed && !few { Probe::Each } else { probe };
                self.condition(f, subject, probe)
            })
            .collect();
        format!("({})", all.join(" AND "))
    }

    fn compared(
        &mut self,
        attr: AttrId,
        op: CompareOp,
        value: &Typed,
        subject: Subject,
        probe: Probe,
    ) -> String {
        match self.place(self.schema.node(attr)) {
            Place::Text(column) => {
                let stored = Stored::Text {
                    head: column,
                    tail: "''",
                };
                format!("({})", self.compare(stored, op, value))
            }
            Place::Time(column) => self.compare_time(column, op, value),
            Place::Rows(source) => {
                let condition = self.compare(source.value, op, value);
                found(&source, &condition, subject, probe)
            }
        }
    }

    fn present(&mut self, attr: AttrId, subject: Subject, probe: Probe) -> String {
        match self.place(self.schema.node(attr)) {
            Place::Text(_) | Place::Time(_) => constant(true).to_owned(),
            Place::Rows(source) => {
                let condition = Self::has_content(source.value);
                found(&source, &condition, subject, probe)
            }
        }
    }
}

/// As `probe`, for what finds a share of all.
pub(super) const fn share(probe: Probe) -> Probe {
    match probe {
        Probe::Whole => Probe::Share,
        probe => probe,
    }
}

/// `key` such that neither engine looks resources up by it.
pub(super) fn unordered(key: &str) -> String {
    match key {
        "r.number" => format!("+{key}"),
        key => key.to_owned(),
    }
}

/// The condition that the subject is among the rows of `source` that satisfy `condition`.
fn found(source: &Source, condition: &str, subject: Subject, probe: Probe) -> String {
    let Source {
        from,
        resource,
        key,
        element,
        ..
    } = source;
    match (subject, probe) {
        (Subject::Resource, Probe::Whole) => {
            format!("{key} IN (SELECT {resource} {from} AND {condition})")
        }
        (Subject::Resource, Probe::Share) => {
            let key = unordered(key);
            format!("{key} IN (SELECT {resource} {from} AND {condition})")
        }
        (Subject::Resource, Probe::Each) => {
            any_row(&format!("{from} AND {condition} AND {resource} = {key}"))
        }
        (Subject::Element, _) => any_row(&format!(
            "{from} AND {condition} AND {resource} = e.resource AND {element} = e.element"
        )),
    }
}
