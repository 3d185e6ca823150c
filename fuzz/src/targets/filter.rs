//! A SCIM filter (RFC 7644 §3.4.2.2): parsed, printed, bound and evaluated.

use super::samples::{OTHER_WORLD, SOME, USER, USERS};
use scim::{
    AttributeSet,
    filter::{
        self, BoundFilter, Filter, Literal, MAX_DEPTH, MAX_LENGTH, MAX_SUBSTRING_TERMS, MAX_TERMS,
    },
};
use serde_json::Value;

/// S9: what is accepted is within the limits. Printing and parsing again gives the same filter, which
/// means the same; evaluation is total; `not` negates; and what the caller cannot see matters to no
/// outcome (S2).
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let filter: Filter = match text.parse() {
        Ok(filter) => filter,
        Err(error) => {
            assert_eq!(error.status, 400);
            assert!(error.detail.len() < 512, "an error repeats what it refuses");
            return;
        }
    };
    let size = Size::of(&filter);
    assert!(text.len() <= MAX_LENGTH && size.depth <= MAX_DEPTH);
    assert!(size.terms <= MAX_TERMS && size.substrings <= MAX_SUBSTRING_TERMS);

    let printed = filter.to_string();
    let again: Option<Filter> = match printed.len() {
        0..=MAX_LENGTH => Some(printed.parse().expect("a printed filter parses")),
        // Numbers may print longer than they were written.
        _ => None,
    };
    if let Some(again) = &again {
        assert_eq!(again, &filter, "{printed}");
    }

    let all = USERS.all_attributes();
    let seen = evaluate(&filter, all, &USER);
    if let Some(again) = &again {
        assert_eq!(evaluate(again, all, &USER), seen, "{printed}");
    }
    let negated = Filter::Not(Box::new(filter.clone()));
    assert_eq!(
        evaluate(&negated, all, &USER),
        seen.map(|holds| !holds),
        "{printed}"
    );

    let here = evaluate(&filter, &SOME, &USER);
    assert_eq!(
        here,
        evaluate(&filter, &SOME, &OTHER_WORLD),
        "S2: {printed}"
    );
    assert!(
        here.is_none() || seen.is_some(),
        "what some see, all see: {printed}"
    );
}

/// Whether the user matches, if the filter means something to who sees `visible`.
fn evaluate(
    filter: &Filter,
    visible: &AttributeSet,
    user: &serde_json::Map<String, Value>,
) -> Option<bool> {
    let bound: BoundFilter = filter::bind(filter, &USERS, visible).ok()?;
    assert!(bound.terms() <= USERS.nodes().len() * MAX_TERMS);
    Some(filter::matches(
        &bound,
        &USERS,
        &Value::Object(user.clone()),
    ))
}

/// The measures of S9, taken of the tree and not of the text.
#[derive(Default)]
struct Size {
    depth: usize,
    terms: usize,
    substrings: usize,
}

impl Size {
    fn of(filter: &Filter) -> Self {
        match filter {
            Filter::And(inner) | Filter::Or(inner) => {
                assert!(inner.len() >= 2, "of at least two");
                inner.iter().map(Self::of).fold(Self::default(), Self::join)
            }
            Filter::Not(inner) => Self::of(inner),
            Filter::Element { filter, .. } => {
                let inner = Self::of(filter);
                Self {
                    depth: inner.depth + 1,
                    ..inner
                }
            }
            Filter::Present(_) => Self::term(false),
            Filter::Compare { op, literal, .. } => {
                if let Literal::String(text) = literal {
                    assert!(!text.contains('\0'));
                }
                Self::term(op.is_substring())
            }
        }
    }

    fn term(substring: bool) -> Self {
        Self {
            depth: 0,
            terms: 1,
            substrings: usize::from(substring),
        }
    }

    fn join(self, other: Self) -> Self {
        Self {
            depth: self.depth.max(other.depth),
            terms: self.terms + other.terms,
            substrings: self.substrings + other.substrings,
        }
    }
}
