//! Scalar values as comparisons see them.

use crate::{Attribute, AttributeType, fold};
use jiff::{civil, tz::Offset};
use serde_json::Value;
use std::borrow::Cow;

/// A scalar of one attribute, ready to be compared with another of the same attribute.
///
/// Text is in order of code points.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
pub enum Typed {
    /// A string or reference: [folded](crate::fold()) unless its attribute compares exactly.
    Text(String),
    /// A boolean; false is before true.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// A finite decimal, never the negative zero.
    Decimal(f64),
    /// An instant: microseconds since 1970 in UTC, finer digits cut off.
    DateTime(i64),
    /// Base64 text, compared exactly.
    Binary(String),
}

impl Typed {
    /// The value that `json` is for `attribute`, or `None` if it is not of its type (RFC 7643 §2.3)
    /// or the attribute is complex.
    pub fn of(attribute: &Attribute, json: &Value) -> Option<Self> {
        match attribute.kind {
            AttributeType::String | AttributeType::Reference => json
                .as_str()
                .map(|text| Self::Text(comparable(attribute, text).into_owned())),
            AttributeType::Boolean => json.as_bool().map(Self::Boolean),
            AttributeType::Integer => json.as_i64().map(Self::Integer),
            AttributeType::Decimal => json.as_f64().and_then(Self::decimal),
            AttributeType::DateTime => json.as_str().and_then(parse_date_time).map(Self::DateTime),
            AttributeType::Binary => json.as_str().map(|text| Self::Binary(text.to_owned())),
            AttributeType::Complex => None,
        }
    }

    /// A decimal: finite, and zero without a sign.
    pub fn decimal(number: f64) -> Option<Self> {
        number.is_finite().then_some(Self::Decimal(number + 0.0))
    }

    /// Whether it is the empty string, which `pr` does not count as a value
    /// (RFC 7644 §3.4.2.2, Table 3: "a non-empty or non-null value").
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) | Self::Binary(text) if text.is_empty())
    }
}

/// Whether strings of the attribute compare exactly: `caseExact`, and references always
/// (RFC 7643 §2.3.7).
pub fn is_exact(attribute: &Attribute) -> bool {
    attribute.case_exact || attribute.kind == AttributeType::Reference
}

/// The text as comparisons of the attribute see it.
pub(crate) fn comparable<'a>(attribute: &Attribute, text: &'a str) -> Cow<'a, str> {
    if is_exact(attribute) {
        Cow::Borrowed(text)
    } else {
        fold(text)
    }
}

/// Reads an `xsd:dateTime` (RFC 7643 §2.3.5) of the years 0000 to 9999 as microseconds since 1970.
///
/// Without an offset it is UTC. `24:00:00` is the next midnight, and the leap second `:60`, which
/// only RFC 3339 knows, is the second after `:59`. Digits below the microsecond are cut off.
pub fn parse_date_time(text: &str) -> Option<i64> {
    let (date, time) = text.split_once('T')?;
    let [year, month, day] = split::<3>(date, '-')?;
    let at = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, offset) = time.split_at_checked(at)?;
    let (clock, fraction) = match clock.split_once('.') {
        Some((clock, fraction)) => (clock, nanoseconds(fraction)?),
        None => (clock, 0),
    };
    let [hour, minute, second] = split::<3>(clock, ':')?;
    let (hour, minute, second) = (digits(hour, 2)?, digits(minute, 2)?, digits(second, 2)?);
    let midnight = (hour, minute, second, fraction) == (24, 0, 0, 0);
    let leap = (minute, second) == (59, 60);
    let local = civil::DateTime::new(
        i16::try_from(digits(year, 4)?).ok()?,
        i8::try_from(digits(month, 2)?).ok()?,
        i8::try_from(digits(day, 2)?).ok()?,
        i8::try_from(if midnight { 0 } else { hour }).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(if leap { 59 } else { second }).ok()?,
        fraction,
    )
    .ok()?;
    let instant = parse_offset(offset)?.to_timestamp(local).ok()?;
    let micros = i64::try_from(instant.as_nanosecond().div_euclid(1_000)).ok()?;
    Some(
        micros
            + if midnight {
                86_400_000_000
            } else {
                i64::from(leap) * 1_000_000
            },
    )
}

/// `Z`, `±hh:mm` up to 14 hours, or nothing, which is UTC.
fn parse_offset(text: &str) -> Option<Offset> {
    let sign = match text.chars().next() {
        None => return Some(Offset::UTC),
        Some('Z') => return (text.len() == 1).then_some(Offset::UTC),
        Some('-') => -1,
        Some(_) => 1,
    };
    let [hour, minute] = split::<2>(text.get(1..)?, ':')?;
    let (hour, minute) = (digits(hour, 2)?, digits(minute, 2)?);
    let minutes = hour * 60 + minute;
    if minute > 59 || minutes > 14 * 60 {
        return None;
    }
    Offset::from_seconds(sign * i32::try_from(minutes).ok()? * 60).ok()
}

fn split<const N: usize>(text: &str, at: char) -> Option<[&str; N]> {
    text.split(at).collect::<Vec<_>>().try_into().ok()
}

/// A number of exactly `length` ASCII digits.
fn digits(text: &str, length: usize) -> Option<u32> {
    let plain = text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

fn nanoseconds(fraction: &str) -> Option<i32> {
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let kept = fraction.get(..fraction.len().min(9))?;
    format!("{kept:0<9}").parse().ok()
}
