//! A strict reader of JSON bodies: bounded, without duplicate members (S8, J12).

use crate::{ScimError, messages};
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Largest body accepted, in bytes.
pub const MAX_BODY: usize = 1 << 20;
/// Deepest nesting of arrays and objects accepted.
pub const MAX_DEPTH: usize = 32;

/// Reads a body of at most [`MAX_BODY`] bytes and [`MAX_DEPTH`] levels.
///
/// Stricter than RFC 8259, and everything it accepts it keeps exactly: a member twice in one object,
/// U+0000 in a string, a whole number beyond 64 bits, and bytes that are not UTF-8 are refused.
/// Errors: 413 if it is too large, else 400 `invalidSyntax` that says where.
pub fn read(bytes: &[u8]) -> Result<Value, ScimError> {
    read_bounded(bytes, MAX_BODY, MAX_DEPTH)
}

/// As [`read`], with other bounds.
pub fn read_bounded(bytes: &[u8], max_bytes: usize, max_depth: usize) -> Result<Value, ScimError> {
    if bytes.len() > max_bytes {
        let detail = format!(
            "the body has {} bytes; at most {max_bytes} are accepted",
            bytes.len()
        );
        return Err(ScimError::new(413, None, detail));
    }
    let refuse = |e: serde_json::Error| {
        ScimError::invalid_syntax(format!("the body is not acceptable JSON: {e}"))
    };
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Level { left: max_depth }
        .deserialize(&mut reader)
        .map_err(refuse)?;
    reader.end().map_err(refuse)?;
    Ok(value)
}

/// As [`read`], for a body that must be an object.
pub fn read_object(bytes: &[u8]) -> Result<Map<String, Value>, ScimError> {
    read_object_within(bytes, MAX_BODY)
}

/// As [`read_object`], of at most so many bytes.
pub fn read_object_within(bytes: &[u8], max_bytes: usize) -> Result<Map<String, Value>, ScimError> {
    match read_bounded(bytes, max_bytes, MAX_DEPTH)? {
        Value::Object(map) => Ok(map),
        _ => Err(ScimError::invalid_syntax("the body must be a JSON object")),
    }
}

/// One value, with how many levels may still open below it.
#[derive(Clone, Copy)]
struct Level {
    left: usize,
}

impl Level {
    fn below<E: Error>(self) -> Result<Self, E> {
        let left = self
            .left
            .checked_sub(1)
            .ok_or_else(|| E::custom("nested too deeply"))?;
        Ok(Self { left })
    }
}

impl<'de> DeserializeSeed<'de> for Level {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        i64::try_from(value)
            .map(Value::from)
            .map_err(|_| E::custom("number out of range"))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        // A whole number of more than 64 bits arrives here, already rounded.
        let exact = value.fract() != 0.0 || value.abs() < 9_223_372_036_854_775_808.0;
        let number = Number::from_f64(value).filter(|_| exact);
        number
            .map(Value::Number)
            .ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        text(value.to_owned()).map(Value::String)
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        text(value).map(Value::String)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element_seed(below)? {
            elements.push(element);
        }
        Ok(Value::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut map = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            let name = text(name)?;
            if map.contains_key(&name) {
                let name = messages::cut(&name);
                return Err(Error::custom(format_args!(
                    "member `{name}` appears twice in one object"
                )));
            }
            let value = access.next_value_seed(below)?;
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

fn text<E: Error>(text: String) -> Result<String, E> {
    if text.contains('\0') {
        Err(E::custom("U+0000 in a string"))
    } else {
        Ok(text)
    }
}
