//! Literals as values of the attribute that they are compared with.

use super::{CompareOp, Literal};
use crate::{
    Attribute, AttributePath, AttributeType, ScimError, Typed, messages, parse_date_time, value,
};
use serde_json::Number;

/// The literal as a value of the attribute, if both it and the operator fit the attribute's type
/// (RFC 7644 §3.4.2.2, Table 3).
pub(super) fn typed(
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
        let path = messages::cut(path.as_str());
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
        let term = format!("{path} {op} {literal}");
        let (term, expected) = (messages::cut(&term), expected(kind));
        ScimError::invalid_filter(format!("`{term}`: expected {expected}"))
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
