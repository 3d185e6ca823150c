//! Writing a filter back as text.

use super::{CompareOp, Filter, Literal};
use std::fmt;

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(all) => join(f, all, " and ", |inner| {
                matches!(inner, Self::And(_) | Self::Or(_))
            }),
            Self::Or(any) => join(f, any, " or ", |inner| matches!(inner, Self::Or(_))),
            Self::Not(inner) => write!(f, "not ({inner})"),
            Self::Present(path) => write!(f, "{path} pr"),
            Self::Compare { path, op, literal } => write!(f, "{path} {op} {literal}"),
            Self::Element { path, filter } => write!(f, "{path}[{filter}]"),
        }
    }
}

/// Writes `filters` with `between`, in parentheses those that would otherwise be read differently.
fn join(
    f: &mut fmt::Formatter<'_>,
    filters: &[Filter],
    between: &str,
    needs_parentheses: impl Fn(&Filter) -> bool,
) -> fmt::Result {
    for (i, filter) in filters.iter().enumerate() {
        if i > 0 {
            f.write_str(between)?;
        }
        if needs_parentheses(filter) {
            write!(f, "({filter})")?;
        } else {
            write!(f, "{filter}")?;
        }
    }
    Ok(())
}

impl fmt::Display for CompareOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
            // `Display` of a JSON value is its text, quoted and escaped.
            Self::String(text) => write!(f, "{}", serde_json::Value::from(text.as_str())),
        }
    }
}
