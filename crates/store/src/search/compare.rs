//! Comparisons (RFC 7644 §3.4.2.2, Table 3) as conditions on a value's head and tail.

use super::{Composer, source::Stored};
use crate::index_value;
use scim::{Typed, filter::CompareOp, index};

/// A condition that always holds, and one that never does.
pub(super) const fn constant(holds: bool) -> &'static str {
    if holds { "1 = 1" } else { "1 = 0" }
}

impl Composer<'_> {
    /// The condition that `stored` is in the relation `op` to `wanted`.
    pub(super) fn compare(&mut self, stored: Stored, op: CompareOp, wanted: &Typed) -> String {
        let wanted = index::encode(wanted);
        match stored {
            Stored::Text { head, tail } => self.compare_text(head, tail, op, &wanted),
            Stored::Constant(value) => constant(relates(value, op, &wanted)).to_owned(),
        }
    }

    /// The condition that `stored` is not the empty string, which `pr` does not count as a value.
    pub(super) fn has_content(stored: Stored) -> String {
        match stored {
            Stored::Text { head, .. } => format!("{head} <> ''"),
            Stored::Constant(value) => constant(!value.is_empty()).to_owned(),
        }
    }

    /// The condition that a time column is in the relation `op` to `wanted`.
    pub(super) fn compare_time(&mut self, column: &str, op: CompareOp, wanted: &Typed) -> String {
        match (wanted, symbol(op)) {
            (Typed::DateTime(micros), Some(symbol)) => {
                format!("{column} {symbol} {}", self.bind(*micros))
            }
            _ => constant(false).to_owned(),
        }
    }

    fn compare_text(&mut self, head: &str, tail: &str, op: CompareOp, wanted: &str) -> String {
        match op {
            CompareOp::Co | CompareOp::Sw | CompareOp::Ew if wanted.is_empty() => {
                constant(true).to_owned()
            }
            CompareOp::Sw => self.starts_with(head, tail, wanted),
            // Functions that both engines have: taking the part out changes a text that has it.
            CompareOp::Co => {
                let part = self.bind(wanted);
                format!("replace({head} || {tail}, {part}, '') <> {head} || {tail}")
            }
            CompareOp::Ew => {
                let end = self.bind(wanted);
                format!(
                    "substr({head} || {tail}, \
                     length({head} || {tail}) - length(CAST({end} AS TEXT)) + 1) = {end}"
                )
            }
            CompareOp::Eq | CompareOp::Ne => {
                let (first, rest) = index_value::split(wanted);
                let (first, rest) = (self.bind(first), self.bind(rest));
                let equal = format!("{head} = {first} AND {tail} = {rest}");
                if op == CompareOp::Eq {
                    equal
                } else {
                    format!("NOT ({equal})")
                }
            }
            CompareOp::Gt | CompareOp::Ge | CompareOp::Lt | CompareOp::Le => {
                let (first, rest) = index_value::split(wanted);
                let (first, rest) = (self.bind(first), self.bind(rest));
                let symbol = symbol(op).unwrap_or("=");
                format!("({head}, {tail}) {symbol} ({first}, {rest})")
            }
        }
    }

    /// A range of the index: the texts that begin with a prefix are those from it up to the next.
    fn starts_with(&mut self, head: &str, tail: &str, prefix: &str) -> String {
        match index_value::split(prefix) {
            (first, "") => self.in_range(head, first),
            (first, rest) => {
                let range = self.in_range(tail, rest);
                format!("{head} = {} AND {range}", self.bind(first))
            }
        }
    }

    fn in_range(&mut self, column: &str, prefix: &str) -> String {
        let mut range = format!("{column} >= {}", self.bind(prefix));
        if let Some(end) = index_value::after_prefix(prefix) {
            range = format!("{range} AND {column} < {}", self.bind(end));
        }
        range
    }
}

/// The operator, unless it looks for a part of a text.
fn symbol(op: CompareOp) -> Option<&'static str> {
    Some(match op {
        CompareOp::Eq => "=",
        CompareOp::Ne => "<>",
        CompareOp::Gt => ">",
        CompareOp::Ge => ">=",
        CompareOp::Lt => "<",
        CompareOp::Le => "<=",
        CompareOp::Co | CompareOp::Sw | CompareOp::Ew => return None,
    })
}

fn relates(found: &str, op: CompareOp, wanted: &str) -> bool {
    match op {
        CompareOp::Eq => found == wanted,
        CompareOp::Ne => found != wanted,
        CompareOp::Gt => found > wanted,
        CompareOp::Ge => found >= wanted,
        CompareOp::Lt => found < wanted,
        CompareOp::Le => found <= wanted,
        CompareOp::Co => found.contains(wanted),
        CompareOp::Sw => found.starts_with(wanted),
        CompareOp::Ew => found.ends_with(wanted),
    }
}
