//! Index values as the schema keeps them: a short head, which keys are made of, and the rest.

/// How many characters (code points) of a value its head has at most.
const HEAD: usize = 128;

/// Splits a value into head and tail. Pairs are ordered as the values are, by code point.
pub(crate) fn split(value: &str) -> (&str, &str) {
    match value.char_indices().nth(HEAD) {
        Some((at, _)) => value.split_at_checked(at).unwrap_or((value, "")),
        None => (value, ""),
    }
}

/// The least text that is greater than every text that begins with `prefix`; none if there is no
/// such text. Surrogates are no characters: U+E000 follows U+D7FF.
pub(crate) fn after_prefix(prefix: &str) -> Option<String> {
    let mut text = prefix.to_owned();
    while let Some(last) = text.pop() {
        let next = match last {
            '\u{D7FF}' => Some('\u{E000}'),
            other => char::from_u32(u32::from(other) + 1),
        };
        if let Some(next) = next {
            text.push(next);
            return Some(text);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_value_is_its_head_and_its_tail() {
        for (length, head) in [(0, 0), (1, 1), (128, 128), (129, 128), (400, 128)] {
            let value = "ß".repeat(length);
            let (first, rest) = split(&value);
            assert_eq!(
                (first.chars().count(), format!("{first}{rest}")),
                (head, value.clone())
            );
        }
    }

    #[test]
    fn what_follows_a_prefix_is_the_next_code_point() {
        assert_eq!(after_prefix("ab").as_deref(), Some("ac"));
        assert_eq!(after_prefix("a\u{D7FF}").as_deref(), Some("a\u{E000}"));
        assert_eq!(after_prefix("a\u{10FFFF}").as_deref(), Some("b"));
        assert_eq!(after_prefix("\u{10FFFF}"), None);
        assert_eq!(after_prefix(""), None);
        for prefix in ["a", "\u{D7FF}", "é", "x\u{10FFFF}"] {
            let bound = after_prefix(prefix).unwrap();
            assert!(format!("{prefix}\u{10FFFF}\u{10FFFF}") < bound && *prefix < *bound);
        }
    }
}
