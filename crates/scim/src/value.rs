//! Scalar values as comparisons see them.

use crate::{Attribute, AttributeType, fold};
use jiff::civil;
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
    let since_epoch = local.duration_since(civil::datetime(1970, 1, 1, 0, 0, 0, 0));
    let micros = i64::try_from(since_epoch.as_nanos().div_euclid(1_000)).ok()?;
    let extra = if midnight { 86_400 } else { i64::from(leap) };
    Some(micros + (extra - parse_offset(offset)?) * 1_000_000)
}

/// `Z`, `±hh:mm` up to 14 hours, or nothing, which is UTC: the seconds that it is ahead of UTC.
fn parse_offset(text: &str) -> Option<i64> {
    let sign = match text.chars().next() {
        None => return Some(0),
        Some('Z') => return (text.len() == 1).then_some(0),
        Some('-') => -1,
        Some(_) => 1,
    };
    let [hour, minute] = split::<2>(text.get(1..)?, ':')?;
    let (hour, minute) = (digits(hour, 2)?, digits(minute, 2)?);
    let minutes = hour * 60 + minute;
    (minute <= 59 && minutes <= 14 * 60).then_some(sign * i64::from(minutes) * 60)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_times_are_instants() {
        const NOON: i64 = 1_330_516_800_000_000;
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2012-02-29T12:00:00Z", Some(NOON)),
            ("2012-02-29T12:00:00", Some(NOON)),
            ("2012-02-29T12:00:00-00:00", Some(NOON)),
            ("2012-02-29T17:30:00.5+05:30", Some(NOON + 500_000)),
            ("2012-02-28T22:00:00-14:00", Some(NOON)),
            ("2012-02-29T12:00:00.1234567891234Z", Some(NOON + 123_456)),
            ("1969-12-31T23:59:59.9999999Z", Some(-1)),
            ("2012-02-28T24:00:00Z", Some(NOON - 43_200_000_000)),
            (
                "2016-12-31T23:59:60Z",
                parse_date_time("2017-01-01T00:00:00Z"),
            ),
            ("0000-01-01T00:00:00Z", Some(-62_167_219_200_000_000)),
            ("9999-12-31T23:59:59Z", Some(253_402_300_799_000_000)),
            ("2011-02-29T12:00:00Z", None),
            ("2012-02-29T24:00:01Z", None),
            ("2012-02-29T12:60:00Z", None),
            ("2012-02-29T12:30:60Z", None),
            ("2012-02-29T12:00:00+14:01", None),
            ("2012-02-29T12:00:00+05:60", None),
            ("2012-02-29T12:00:00+0530", None),
            ("2012-02-29T12:00:00ZZ", None),
            ("2012-02-29T12:00:00.Z", None),
            ("2012-02-29T12:00:00,5Z", None),
            ("2012-02-29T12:00Z", None),
            ("2012-02-29t12:00:00z", None),
            ("2012-02-29 12:00:00Z", None),
            ("2012-02-29", None),
            ("-001-02-28T12:00:00Z", None),
            ("12012-02-29T12:00:00Z", None),
            ("20120229T120000Z", None),
            ("٢٠١٢-02-29T12:00:00Z", None),
            ("", None),
        ] {
            assert_eq!(parse_date_time(text), expected, "{text}");
        }
    }

    #[test]
    fn a_value_has_its_attributes_type_or_none() {
        let of = |kind, json: Value| Typed::of(&Attribute::new("a", kind, ""), &json);
        let text = |text: &str| Some(Typed::Text(text.to_owned()));
        assert_eq!(of(AttributeType::String, "Ä".into()), text("ä"));
        assert_eq!(of(AttributeType::Reference, "Ä".into()), text("Ä"));
        assert_eq!(of(AttributeType::String, 5.into()), None);
        assert_eq!(
            of(AttributeType::Integer, 5.into()),
            Some(Typed::Integer(5))
        );
        assert_eq!(of(AttributeType::Integer, 5.5.into()), None);
        assert_eq!(
            of(AttributeType::Decimal, 5.into()),
            Some(Typed::Decimal(5.0))
        );
        assert_eq!(of(AttributeType::Boolean, "true".into()), None);
        assert_eq!(
            of(AttributeType::DateTime, "2012-02-30T12:00:00Z".into()),
            None
        );
        assert_eq!(of(AttributeType::Complex, serde_json::json!({})), None);
    }
}
