//! JSON text as it is stored, taken apart without making a tree of it.
//!
//! It is text that this project itself wrote: well-formed, without space between its tokens. Of any
//! other text an iterator ends early, with [`Malformed`]; nothing panics.

/// Text that is not what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// Whether a stored resource has an extension: its `schemas`, which come first, say so.
///
/// # Errors
/// [`Malformed`] if they do not come first.
pub fn has_extension(document: &str, urn: &str) -> Result<bool, Malformed> {
    let first = Members::of(document).and_then(|mut members| members.next());
    let Some(Ok(("schemas", urns))) = first else {
        return Err(Malformed);
    };
    let mut urns = Elements::of(urns).ok_or(Malformed)?;
    let is = |one: &str| one.strip_prefix('"').and_then(|one| one.strip_suffix('"')) == Some(urn);
    Ok(urns.any(|one| one.is_ok_and(is)))
}

/// The members of an object: each name as it is written between its quotes, and the text of its
/// value.
#[derive(Debug, Clone)]
pub struct Members<'a>(Items<'a>);

impl<'a> Members<'a> {
    /// Those of `text`; none if it is no object.
    pub fn of(text: &'a str) -> Option<Self> {
        text.strip_prefix('{').map(|rest| Self(Items::new(rest)))
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = Result<(&'a str, &'a str), Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next(b'}', |rest| {
            let name = string_end(rest, 0)?;
            let value = rest.get(name..)?.strip_prefix(':')?;
            let end = value_end(value)?;
            let inner = rest.get(1..name.checked_sub(1)?)?;
            Some(((inner, value.get(..end)?), value.get(end..)?))
        })
    }
}

/// The text of each element of an array.
#[derive(Debug, Clone)]
pub struct Elements<'a>(Items<'a>);

impl<'a> Elements<'a> {
    /// Those of `text`; none if it is no array.
    pub fn of(text: &'a str) -> Option<Self> {
        text.strip_prefix('[').map(|rest| Self(Items::new(rest)))
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<&'a str, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next(b']', |rest| {
            let end = value_end(rest)?;
            Some((rest.get(..end)?, rest.get(end..)?))
        })
    }
}

/// What is left between a bracket and its counterpart.
#[derive(Debug, Clone)]
struct Items<'a> {
    rest: &'a str,
    first: bool,
}

impl<'a> Items<'a> {
    fn new(rest: &'a str) -> Self {
        Self { rest, first: true }
    }

    fn next<T>(
        &mut self,
        close: u8,
        read: impl FnOnce(&'a str) -> Option<(T, &'a str)>,
    ) -> Option<Result<T, Malformed>> {
        let item = match (self.rest.as_bytes().first(), self.first) {
            (None, _) => None,
            (Some(byte), _) if *byte == close => return None,
            (Some(_), true) => read(self.rest),
            (Some(_), false) => self.rest.strip_prefix(',').and_then(read),
        };
        self.first = false;
        match item {
            Some((item, rest)) => {
                self.rest = rest;
                Some(Ok(item))
            }
            None => {
                // Whoever goes on after the error finds the end.
                self.rest = if close == b'}' { "}" } else { "]" };
                Some(Err(Malformed))
            }
        }
    }
}

/// Where the value at the beginning of `text` ends.
fn value_end(text: &str) -> Option<usize> {
    match text.as_bytes().first()? {
        b'"' => string_end(text, 0),
        b'{' | b'[' => bracket_end(text),
        _ => {
            let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']');
            text.bytes()
                .position(|byte| ends(&byte))
                .or(Some(text.len()))
                .filter(|end| *end > 0)
        }
    }
}

fn bracket_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0_usize, 0_usize);
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = string_end(text, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Where the string that begins at `at` ends, its quotes included.
fn string_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(at) != Some(&b'"') {
        return None;
    }
    let mut at = at + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            _ => at += 2,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    /// The value that `text` is, put together again from what it was taken apart into.
    fn again(text: &str) -> Result<Value, Malformed> {
        if let Some(members) = Members::of(text) {
            let member = |member: Result<(&str, &str), Malformed>| {
                let (name, value) = member?;
                let name = serde_json::from_str(&format!("\"{name}\"")).unwrap();
                Ok((name, again(value)?))
            };
            return Ok(Value::Object(
                members.map(member).collect::<Result<_, _>>()?,
            ));
        }
        match Elements::of(text) {
            Some(elements) => {
                let elements = elements.map(|element| again(element?));
                Ok(Value::Array(elements.collect::<Result<_, _>>()?))
            }
            None => Ok(serde_json::from_str(text).unwrap()),
        }
    }

    #[test]
    fn schemas_say_which_extensions_there_are() {
        let document = r#"{"schemas":["urn:a","urn:b"],"userName":"urn:c","urn:b":{}}"#;
        let has = |urn: &str| has_extension(document, urn);
        assert_eq!(
            ["urn:b", "urn:c", "urn"].map(has),
            [Ok(true), Ok(false), Ok(false)]
        );
        for other in [
            "",
            "[]",
            "{}",
            r#"{"a":1,"schemas":["urn:b"]}"#,
            r#"{"schemas":1}"#,
        ] {
            assert_eq!(has_extension(other, "urn:b"), Err(Malformed), "{other}");
        }
    }

    fn arb_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<i32>().prop_map(|n| Value::from(f64::from(n) / 8.0)),
            ".*".prop_map(Value::from),
            "[\"\\\\{}\\[\\],:\u{0}-\u{1f}é]*".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[a-c\"\\\\}é]*", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_was_written_is_taken_apart_rightly(value in arb_json()) {
            prop_assert_eq!(again(&value.to_string()), Ok(value));
        }

        #[test]
        fn no_text_makes_it_panic_or_go_on_for_ever(text in "[\\[{]?[\\[{}\\],:\"\\\\a1 é]*") {
            let most = text.len() + 2;
            let members = Members::of(&text).map_or(0, |members| members.take(most).count());
            let elements = Elements::of(&text).map_or(0, |elements| elements.take(most).count());
            prop_assert!(members < most && elements < most);
        }
    }
}
