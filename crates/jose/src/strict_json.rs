//! JSON in which no object may name a member twice, at any depth (RFC 7515 §4, RFC 7519 §4,
//! RFC 8725 §2.4). Two parsers that pick different copies of a member see different tokens.

use crate::JoseError;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

const DUPLICATE: &str = "duplicate member";

/// A JSON value read without tolerance for duplicate members.
#[derive(Debug, Clone, PartialEq)]
pub struct StrictValue(pub Value);

/// Parses a JSON object in UTF-8. Nesting is bounded by the parser (128 levels).
///
/// # Errors
/// [`JoseError::DuplicateMember`], or [`JoseError::Json`] for anything else that is not exactly
/// one object.
pub fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>, JoseError> {
    match serde_json::from_slice(bytes) {
        Ok(StrictValue(Value::Object(object))) => Ok(object),
        Ok(_) => Err(JoseError::Json),
        Err(error) if error.is_data() => Err(JoseError::DuplicateMember),
        Err(_) => Err(JoseError::Json),
    }
}

impl<'de> Deserialize<'de> for StrictValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value without duplicate members")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("a number is not finite"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(StrictValue(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom(DUPLICATE));
            }
            let StrictValue(value) = map.next_value()?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn j12_duplicate_members_are_refused_at_every_depth() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"o":{"a":1,"b":2,"a":3}}"#,
            r#"{"o":[[{"a":null,"a":null}]]}"#,
        ] {
            assert_eq!(
                parse_object(text.as_bytes()),
                Err(JoseError::DuplicateMember),
                "{text}"
            );
        }
        assert!(parse_object(br#"{"a":{"a":{"a":[]}},"A":1}"#).is_ok());
    }

    #[test]
    fn j12_only_one_utf8_object_is_accepted() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200));
        let not_objects: [&[u8]; 9] = [
            b"",
            b"[]",
            b"\"a\"",
            b"{} {}",
            b"{\"a\":1,}",
            b"{\"a\":NaN}",
            b"{\"a\":\"\xff\"}",
            b"{\"a\":\"\\ud800\"}",
            deep.as_bytes(),
        ];
        for bytes in not_objects {
            assert_eq!(parse_object(bytes), Err(JoseError::Json), "{bytes:?}");
        }
    }

    #[test]
    fn agrees_with_the_ordinary_parser_on_ordinary_json() {
        let text = br#"{"s":"\u00e9","n":-1,"u":18446744073709551615,"f":1.5,"b":true,"z":null,"l":[{"x":[]}]}"#;
        let plain: Map<String, Value> = serde_json::from_slice(text).unwrap();
        assert_eq!(parse_object(text).unwrap(), plain);
    }
}
