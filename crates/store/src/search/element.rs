//! Value paths (RFC 7644 §3.4.2.2): one and the same element satisfies a filter.

use super::{
    Composer, any_row,
    compare::constant,
    filter::{Probe, Subject, share, unordered},
    source::{Place, Source},
};
use scim::{
    AttrId, Typed,
    filter::{BoundFilter, CompareOp},
};

impl Composer<'_> {
    /// The condition that an element of the resource satisfies `filter`: one of those that a
    /// comparison in it finds, or else of all that have any of the values that it asks for.
    pub(super) fn element(&mut self, filter: &BoundFilter, probe: Probe) -> String {
        let mut rest: Vec<&BoundFilter> = match filter {
            BoundFilter::And(all) => all.iter().collect(),
            other => vec![other],
        };
        let compares = |(_, f): &(usize, &&BoundFilter)| matches!(f, BoundFilter::Compare { .. });
        let lead = rest.iter().enumerate().filter(compares);
        let lead = lead.max_by_key(|(_, f)| self.yields(f)).map(|(at, _)| at);
        let lead = lead.map(|at| rest.swap_remove(at));
        let probe = match (probe, lead) {
            (Probe::Whole, Some(lead)) if self.is_range(lead) => Probe::Whole,
            (probe, _) => share(probe),
        };
        let (elements, key) = match lead {
            Some(BoundFilter::Compare { attr, op, value }) => {
                self.elements_with(*attr, Some((*op, value)))
            }
            _ => {
                let mut attrs = Vec::new();
                mentioned(filter, &mut attrs);
                let sets: Vec<_> = attrs
                    .into_iter()
                    .map(|attr| self.elements_with(attr, None))
                    .collect();
                // All are attributes of one, and found alike.
                let key = sets.first().map_or("r.number", |(_, key)| *key);
                let sets: Vec<_> = sets.into_iter().map(|(set, _)| set).collect();
                (sets.join(" UNION "), key)
            }
        };
        let mut narrowed = String::new();
        for condition in rest {
            let condition = self.condition(condition, Subject::Element, Probe::Each);
            narrowed = format!("{narrowed} AND {condition}");
        }
        match probe {
            Probe::Whole | Probe::Share => {
                let key = match probe {
                    Probe::Share => unordered(key),
                    _ => key.to_owned(),
                };
                format!("{key} IN (SELECT e.resource FROM ({elements}) e WHERE 1 = 1{narrowed})")
            }
            Probe::Each => any_row(&format!(
                "FROM ({elements}) e WHERE e.resource = {key}{narrowed}"
            )),
        }
    }

    /// The elements that have a value of `attr`, of those that `compared` finds; and what of `r`
    /// says whose they are.
    fn elements_with(
        &mut self,
        attr: AttrId,
        compared: Option<(CompareOp, &Typed)>,
    ) -> (String, &'static str) {
        let Place::Rows(source) = self.place(self.schema.node(attr)) else {
            // No multi-valued attribute is a column.
            let never = constant(false);
            let none =
                format!("SELECT r.number AS resource, 0 AS element FROM resource r WHERE {never}");
            return (none, "r.number");
        };
        let condition = compared.map_or_else(
            || constant(true).to_owned(),
            |(op, value)| self.compare(source.value, op, value),
        );
        let Source {
            from,
            resource,
            key,
            element,
            ..
        } = source;
        let elements =
            format!("SELECT {resource} AS resource, {element} AS element {from} AND {condition}");
        (elements, key)
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
