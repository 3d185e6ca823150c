//! Reading a body, one field at a time: an error always names the field.

use super::{FieldError, Object};
use serde_json::Value;
use std::{collections::HashSet, fmt::Display, ops::RangeInclusive, str::FromStr};

/// Longest text, in characters.
const MAX_TEXT: usize = 4096;
/// Most values of one list.
pub(super) const MAX_VALUES: usize = 1000;

/// A JSON object being read; `null` is as good as absent (RFC 7396).
#[derive(Clone, Copy)]
pub(super) struct Body<'a>(pub(super) &'a Object);

impl<'a> Body<'a> {
    pub(super) fn value(self, field: &str) -> Option<&'a Value> {
        self.0.get(field).filter(|value| !value.is_null())
    }

    /// A text that is neither blank nor over-long, without control characters.
    pub(super) fn text(self, field: &str) -> Result<Option<&'a str>, FieldError> {
        self.value(field)
            .map(|value| text(field, value))
            .transpose()
    }

    /// A text that must be there.
    pub(super) fn required_text(self, field: &str) -> Result<&'a str, FieldError> {
        self.text(field)?.ok_or_else(|| FieldError::required(field))
    }

    /// A text of at most `most` characters, kept.
    pub(super) fn owned(self, field: &str, most: usize) -> Result<Option<String>, FieldError> {
        match self.text(field)? {
            Some(text) if text.chars().count() > most => Err(FieldError::invalid(
                field,
                format!("has more than {most} characters"),
            )),
            text => Ok(text.map(str::to_owned)),
        }
    }

    /// A text in some grammar.
    pub(super) fn parsed<T: FromStr<Err: Display>>(
        self,
        field: &str,
    ) -> Result<Option<T>, FieldError> {
        self.text(field)?.map(|text| parse(field, text)).transpose()
    }

    /// An object of at most [`MAX_VALUES`] members, which are `what`.
    pub(super) fn members(self, field: &str, what: &str) -> Result<Option<&'a Object>, FieldError> {
        match self.value(field) {
            None => Ok(None),
            Some(Value::Object(members)) if members.len() <= MAX_VALUES => Ok(Some(members)),
            Some(Value::Object(_)) => {
                let detail = format!("has more than {MAX_VALUES} members");
                Err(FieldError::invalid(field, detail))
            }
            Some(_) => Err(FieldError::invalid(
                field,
                format!("must be an object of {what}"),
            )),
        }
    }

    /// One of a closed list of words.
    pub(super) fn one_of<T: Copy>(
        self,
        field: &str,
        words: &[(&str, T)],
    ) -> Result<Option<T>, FieldError> {
        self.text(field)?
            .map(|text| word(field, text, words))
            .transpose()
    }

    /// Some of a closed list of words, each at most once.
    pub(super) fn some_of<T: Copy>(
        self,
        field: &str,
        words: &[(&str, T)],
    ) -> Result<Option<Vec<T>>, FieldError> {
        let Some(texts) = self.texts(field)? else {
            return Ok(None);
        };
        texts
            .into_iter()
            .map(|text| word(field, text, words))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    pub(super) fn boolean(self, field: &str) -> Result<Option<bool>, FieldError> {
        self.value(field)
            .map(|value| {
                value
                    .as_bool()
                    .ok_or_else(|| FieldError::invalid(field, "must be true or false"))
            })
            .transpose()
    }

    /// A whole number within bounds.
    pub(super) fn number(
        self,
        field: &str,
        within: RangeInclusive<u32>,
    ) -> Result<Option<u32>, FieldError> {
        let Some(value) = self.value(field) else {
            return Ok(None);
        };
        let number = value.as_u64().and_then(|n| u32::try_from(n).ok());
        number
            .filter(|n| within.contains(n))
            .map(Some)
            .ok_or_else(|| {
                let (from, to) = (within.start(), within.end());
                FieldError::invalid(field, format!("must be a whole number from {from} to {to}"))
            })
    }

    /// A list of texts, each at most once, ignoring ASCII case.
    pub(super) fn texts(self, field: &str) -> Result<Option<Vec<&'a str>>, FieldError> {
        let Some(value) = self.value(field) else {
            return Ok(None);
        };
        let Value::Array(values) = value else {
            return Err(FieldError::invalid(field, "must be an array of strings"));
        };
        if values.len() > MAX_VALUES {
            return Err(FieldError::invalid(
                field,
                format!("has more than {MAX_VALUES} values"),
            ));
        }
        let texts: Vec<&str> = values
            .iter()
            .map(|v| text(field, v))
            .collect::<Result<_, _>>()?;
        let mut seen = HashSet::new();
        match texts
            .iter()
            .find(|text| !seen.insert(text.to_ascii_lowercase()))
        {
            Some(twice) => Err(FieldError::invalid(
                field,
                format!("has `{}` twice", short(twice)),
            )),
            None => Ok(Some(texts)),
        }
    }
}

/// Why [`has_common_numbers`] does not hold.
pub(super) const UNCOMMON: &str = "has a whole number beyond 2^53 - 1, which not everyone reads alike (RFC 7493 §2.2): write it as a text";

/// Whether everyone reads all whole numbers in `value` alike (RFC 7493 §2.2).
pub(super) fn has_common_numbers(value: &Value) -> bool {
    const GREATEST: u64 = (1 << 53) - 1;
    match value {
        Value::Object(members) => members.values().all(has_common_numbers),
        Value::Array(items) => items.iter().all(has_common_numbers),
        Value::Number(number) => {
            let whole = number.as_u64().or(number.as_i64().map(i64::unsigned_abs));
            whole.is_none_or(|whole| whole <= GREATEST)
        }
        _ => true,
    }
}

/// Reads a text in some grammar.
pub(super) fn parse<T: FromStr<Err: Display>>(field: &str, text: &str) -> Result<T, FieldError> {
    text.parse()
        .map_err(|error: T::Err| FieldError::invalid(field, format!("is invalid: {error}")))
}

/// A text as errors may echo it.
pub(super) fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

fn word<T: Copy>(field: &str, text: &str, words: &[(&str, T)]) -> Result<T, FieldError> {
    words
        .iter()
        .find(|(word, _)| *word == text)
        .map(|(_, value)| *value)
        .ok_or_else(|| {
            let known: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            let known = known.join(", ");
            FieldError::invalid(
                field,
                format!("has `{}`, which is none of {known}", short(text)),
            )
        })
}

fn text<'a>(field: &str, value: &'a Value) -> Result<&'a str, FieldError> {
    let text = value
        .as_str()
        .ok_or_else(|| FieldError::invalid(field, "must be a string"))?;
    if text.trim().is_empty() {
        return Err(FieldError::invalid(field, "must not be empty"));
    }
    if text.chars().count() > MAX_TEXT {
        return Err(FieldError::invalid(
            field,
            format!("has more than {MAX_TEXT} characters"),
        ));
    }
    if text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t')
    {
        return Err(FieldError::invalid(field, "has a control character"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn with(value: Value) -> Object {
        Object::from_iter([("f".to_owned(), value)])
    }

    #[test]
    fn texts_are_neither_blank_nor_over_long_nor_unprintable() {
        for bad in [
            json!(""),
            json!("  "),
            json!("a\u{7}"),
            json!(1),
            json!("x".repeat(4097)),
        ] {
            assert_eq!(Body(&with(bad)).text("f").unwrap_err().field, "f");
        }
        assert_eq!(Body(&with(json!("é"))).text("f"), Ok(Some("é")));
        assert_eq!(Body(&with(Value::Null)).text("f"), Ok(None));
        assert_eq!(
            Body(&with(Value::Null))
                .required_text("f")
                .unwrap_err()
                .rule,
            "required"
        );
    }

    #[test]
    fn numbers_are_whole_and_within_bounds() {
        for bad in [json!(0), json!(11), json!(-1), json!(1.5), json!("1")] {
            assert!(Body(&with(bad)).number("f", 1..=10).is_err());
        }
        assert_eq!(Body(&with(json!(10))).number("f", 1..=10), Ok(Some(10)));
    }

    #[test]
    fn lists_have_no_value_twice() {
        assert!(Body(&with(json!(["a", "A"]))).texts("f").is_err());
        assert!(Body(&with(json!("a"))).texts("f").is_err());
        assert_eq!(
            Body(&with(json!(["a", "b"]))).texts("f"),
            Ok(Some(vec!["a", "b"]))
        );
    }

    #[test]
    fn words_come_from_their_list() {
        let words = [("yes", true), ("no", false)];
        assert_eq!(
            Body(&with(json!("yes"))).one_of("f", &words),
            Ok(Some(true))
        );
        let error = Body(&with(json!("maybe"))).one_of("f", &words).unwrap_err();
        assert_eq!(error.detail, "has `maybe`, which is none of `yes`, `no`");
    }
}
