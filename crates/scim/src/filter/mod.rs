//! Filters (RFC 7644 §3.4.2.2): parsed ([`Filter`]), bound to a schema ([`BoundFilter`]), evaluated
//! ([`matches()`]).
//!
//! What a filter means, where the standard leaves room:
//! - Logic has two values. A comparison is false where the attribute has no value, and `not` simply
//!   negates.
//! - A comparison of a multi-valued attribute holds if *any* of its values matches, `ne` too.
//!   `ne` holds besides where no value equals the literal, so where there is no value at all.
//! - In a value path, `emails[type eq "work" and value co "@x"]`, one and the same element must
//!   satisfy the whole bracket; the element must have something that the caller may filter on.
//! - Strings compare [folded](crate::fold()) unless `caseExact`, in order of code points.
//! - `pr` does not count the empty string as a value. `eq null` holds where nothing is assigned
//!   (RFC 7643 §2.5), and the empty string is something.
//! - A complex attribute without sub-attribute means its `value`, but `pr` any sub-attribute.

mod bind;
mod bound;
mod display;
mod eval;
mod lexer;
mod literal;
mod parser;

pub use bind::{bind, bind_each, bind_element};
pub use bound::BoundFilter;
pub use eval::{matches, matches_element};

use crate::AttributePath;

/// Longest filter, in bytes (S9).
pub const MAX_LENGTH: usize = 4096;
/// Deepest nesting of parentheses and brackets (S9).
pub const MAX_DEPTH: usize = 32;
/// Most attribute expressions in one filter (S9).
pub const MAX_TERMS: usize = 64;
/// Most `co`, `sw` and `ew` in one filter (S9).
pub const MAX_SUBSTRING_TERMS: usize = 8;

/// A filter as written: the `FILTER` of RFC 7644 §3.4.2.2.
///
/// Its `FromStr` keeps the limits of this module; printing a parsed filter and parsing the text
/// gives the same filter, unless the text is too long, as a number may print longer than it was written.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// All of at least two hold.
    And(Vec<Filter>),
    /// One of at least two holds.
    Or(Vec<Filter>),
    /// The inner one does not hold.
    Not(Box<Filter>),
    /// `path pr`.
    Present(AttributePath),
    /// `path op literal`.
    Compare {
        /// What is compared.
        path: AttributePath,
        /// How.
        op: CompareOp,
        /// With what.
        literal: Literal,
    },
    /// `path[filter]`: a value path.
    Element {
        /// The multi-valued attribute.
        path: AttributePath,
        /// What one of its elements must satisfy; its paths are names of sub-attributes.
        filter: Box<Filter>,
    },
}

/// `compareOp` of RFC 7644 §3.4.2.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompareOp {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Contains.
    Co,
    /// Starts with.
    Sw,
    /// Ends with.
    Ew,
    /// Greater than.
    Gt,
    /// Greater than or equal to.
    Ge,
    /// Less than.
    Lt,
    /// Less than or equal to.
    Le,
}

impl CompareOp {
    /// Every operator.
    pub const ALL: [Self; 9] = [
        Self::Eq,
        Self::Ne,
        Self::Co,
        Self::Sw,
        Self::Ew,
        Self::Gt,
        Self::Ge,
        Self::Lt,
        Self::Le,
    ];

    /// The operator's keyword, in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Co => "co",
            Self::Sw => "sw",
            Self::Ew => "ew",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }

    /// Whether it looks for a part of a string.
    pub fn is_substring(self) -> bool {
        matches!(self, Self::Co | Self::Sw | Self::Ew)
    }

    /// Whether it asks for the order of two values.
    pub fn is_ordering(self) -> bool {
        matches!(self, Self::Gt | Self::Ge | Self::Lt | Self::Le)
    }
}

/// `compValue` of RFC 7644 §3.4.2.2: a JSON scalar.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum Literal {
    Null,
    Boolean(bool),
    Number(serde_json::Number),
    String(String),
}
