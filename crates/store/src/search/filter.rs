//! A bound filter as a condition on resources called `r`.
//!
//! A comparison is a question to the index: "is the resource among those that have such a value?".
//! It is asked in one of two ways, by [`Probe`]: of the whole index at once, or of each resource
//! by itself where another condition has already narrowed them down to a few.

use super::{
    Composer,
    any_row,
    compare::constant,
    source::{Place, Source},
};
use scim::{
    AttrId, Typed, Uniqueness,
    filter::{BoundFilter, CompareOp},
};

/// How the index is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Probe {
    /// Once, for all resources that match.
    Whole,
    /// For each resource that is left.
    Each,
}

/// What a condition is about.
#[derive(Clone, Copy)]
enum Subject {
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

    /// Whether at most one resource can match, which the index finds at once.
    pub(super) fn is_lookup(&self, filter: &BoundFilter) -> bool {
        match filter {
            BoundFilter::And(all) => all.iter().any(|f| self.is_lookup(f)),
            BoundFilter::Compare {
                attr,
                op: CompareOp::Eq,
                ..
            } => self.schema.node(*attr).attribute.uniqueness != Uniqueness::None,
            _ => false,
        }
    }

    fn condition(&mut self, filter: &BoundFilter, subject: Subject, probe: Probe) -> String {
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
                self.compared(*attr, *op, value, subject, probe)
            }
            BoundFilter::Present(attrs) => {
                let any: Vec<_> = attrs
                    .iter()
                    .map(|attr| self.present(*attr, subject, probe))
                    .collect();
                format!("({})", any.join(" OR "))
            }
            BoundFilter::Element { filter, .. } => self.element(filter, probe),
        }
    }

    /// The most selective condition narrows the resources down for the others.
    fn all(&mut self, all: &[BoundFilter], subject: Subject, probe: Probe) -> String {
        let narrowed = probe == Probe::Whole && all.iter().any(is_selective);
        let all: Vec<_> = all
            .iter()
            .map(|f| {
                let probe = if narrowed && !is_selective(f) {
                    Probe::Each
                } else {
                    probe
                };
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
                let stored = super::source::Stored::Text {
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

    /// One element satisfies `filter`: it is looked for among those that one condition of it
    /// finds, or else among all that have any of the values that it asks for.
    fn element(&mut self, filter: &BoundFilter, probe: Probe) -> String {
        let conditions = match filter {
            BoundFilter::And(all) => all.as_slice(),
            other => std::slice::from_ref(other),
        };
        let lead = conditions.iter().position(is_selective).or_else(|| {
            conditions
                .iter()
                .position(|f| matches!(f, BoundFilter::Compare { .. }))
        });
        let (elements, rest): (_, Vec<_>) = match lead.and_then(|at| conditions.get(at)) {
            Some(BoundFilter::Compare { attr, op, value }) => (
                self.elements_with(*attr, Some((*op, value))),
                conditions
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| Some(*at) != lead)
                    .map(|(_, condition)| condition)
                    .collect(),
            ),
            _ => {
                let mut attrs = Vec::new();
                conditions
                    .iter()
                    .for_each(|condition| mentioned(condition, &mut attrs));
                let sets: Vec<_> = attrs
                    .iter()
                    .map(|attr| self.elements_with(*attr, None))
                    .collect();
                (sets.join(" UNION "), conditions.iter().collect())
            }
        };
        let mut narrowed = String::new();
        for condition in rest {
            let condition = self.condition(condition, Subject::Element, Probe::Each);
            narrowed = format!("{narrowed} AND {condition}");
        }
        match probe {
            Probe::Whole => {
                format!("r.id IN (SELECT e.resource FROM ({elements}) e WHERE 1 = 1{narrowed})")
            }
            Probe::Each => any_row(&format!("FROM ({elements}) e WHERE e.resource = r.id{narrowed}")),
        }
    }

    /// The elements that have a value of `attr`, of those that `compared` finds.
    fn elements_with(&mut self, attr: AttrId, compared: Option<(CompareOp, &Typed)>) -> String {
        let Place::Rows(source) = self.place(self.schema.node(attr)) else {
            return format!(
                "SELECT r.id AS resource, 0 AS element FROM resource r WHERE {}",
                constant(false)
            );
        };
        let condition = compared.map_or_else(
            || constant(true).to_owned(),
            |(op, value)| self.compare(source.value, op, value),
        );
        let Source {
            from,
            resource,
            element,
            ..
        } = source;
        format!("SELECT {resource} AS resource, {element} AS element {from} AND {condition}")
    }
}

/// The condition that the subject is among the rows of `source` that satisfy `condition`.
fn found(source: &Source, condition: &str, subject: Subject, probe: Probe) -> String {
    let Source {
        from,
        resource,
        element,
        ..
    } = source;
    match (subject, probe) {
        (Subject::Resource, Probe::Whole) => {
            format!("r.id IN (SELECT {resource} {from} AND {condition})")
        }
        (Subject::Resource, Probe::Each) => {
            any_row(&format!("{from} AND {condition} AND {resource} = r.id"))
        }
        (Subject::Element, _) => any_row(&format!(
            "{from} AND {condition} AND {resource} = e.resource AND {element} = e.element"
        )),
    }
}

/// Whether few resources can be expected to match.
fn is_selective(filter: &BoundFilter) -> bool {
    match filter {
        BoundFilter::Compare {
            op: CompareOp::Eq,
            value,
            ..
        } => !matches!(value, Typed::Boolean(_)),
        BoundFilter::Element { filter, .. } => match &**filter {
            BoundFilter::And(all) => all.iter().any(is_selective),
            other => is_selective(other),
        },
        _ => false,
    }
}

/// The attributes that a filter asks about. One that is false of an element without any value is
/// true only of elements that have a value of one of these.
fn mentioned(filter: &BoundFilter, attrs: &mut Vec<AttrId>) {
    let found: &[AttrId] = match filter {
        BoundFilter::Constant(_) => &[],
        BoundFilter::And(inner) | BoundFilter::Or(inner) => {
            return inner.iter().for_each(|f| mentioned(f, attrs));
        }
        BoundFilter::Not(inner) | BoundFilter::Element { filter: inner, .. } => {
            return mentioned(inner, attrs);
        }
        BoundFilter::Compare { attr, .. } => std::slice::from_ref(attr),
        BoundFilter::Present(found) => found,
    };
    for attr in found {
        if !attrs.contains(attr) {
            attrs.push(*attr);
        }
    }
}
