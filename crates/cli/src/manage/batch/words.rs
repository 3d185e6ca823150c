//! A line of words, quoted as in a shell: read, and written so that a shell reads the same.

/// Why a line can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum WordsError {
    /// A quotation mark without its fellow.
    #[error("a quotation mark ({0}) is never closed")]
    Unclosed(char),
    /// A backslash at the very end.
    #[error("the line ends with a backslash that nothing follows")]
    Dangling,
    /// An escape in `$'…'` that has no meaning.
    #[error("the escape \\{0} is not known in $'…'")]
    Escape(char),
}

/// Splits a line into words: `'…'` takes everything as it is, `"…"` everything but `\"`, `\\`, `\$`
/// and `` \` ``, `$'…'` knows `\n`, `\t`, `\r`, `\\`, `\'`, `\xHH` and `\uHHHH`, and outside a backslash takes
/// the next character as it is. Nothing is ever expanded.
pub(super) fn split(line: &str) -> Result<Vec<String>, WordsError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            c if c.is_ascii_whitespace() => words.extend(word.take()),
            '\'' => literal(&mut rest, word.get_or_insert_default())?,
            '"' => double(&mut rest, word.get_or_insert_default())?,
            '$' if rest.peek() == Some(&'\'') => {
                rest.next();
                escaped(&mut rest, word.get_or_insert_default())?;
            }
            '\\' => {
                let next = rest.next().ok_or(WordsError::Dangling)?;
                word.get_or_insert_default().push(next);
            }
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}

fn literal(rest: &mut impl Iterator<Item = char>, word: &mut String) -> Result<(), WordsError> {
    for c in rest {
        match c {
            '\'' => return Ok(()),
            c => word.push(c),
        }
    }
    Err(WordsError::Unclosed('\''))
}

fn double(rest: &mut impl Iterator<Item = char>, word: &mut String) -> Result<(), WordsError> {
    while let Some(c) = rest.next() {
        match c {
            '"' => return Ok(()),
            '\\' => match rest.next().ok_or(WordsError::Unclosed('"'))? {
                c @ ('"' | '\\' | '$' | '`') => word.push(c),
                c => word.extend(['\\', c]),
            },
            c => word.push(c),
        }
    }
    Err(WordsError::Unclosed('"'))
}

fn escaped(rest: &mut impl Iterator<Item = char>, word: &mut String) -> Result<(), WordsError> {
    let unclosed = WordsError::Unclosed('\'');
    while let Some(c) = rest.next() {
        match c {
            '\'' => return Ok(()),
            '\\' => match rest.next().ok_or(unclosed)? {
                'n' => word.push('\n'),
                't' => word.push('\t'),
                'r' => word.push('\r'),
                c @ ('\\' | '\'') => word.push(c),
                // Bytes beyond ASCII would be parts of a character in a shell.
                'x' => word.push(
                    code(rest, 2)
                        .filter(char::is_ascii)
                        .ok_or(WordsError::Escape('x'))?,
                ),
                'u' => word.push(code(rest, 4).ok_or(WordsError::Escape('u'))?),
                c => return Err(WordsError::Escape(c)),
            },
            c => word.push(c),
        }
    }
    Err(unclosed)
}

/// The character of this many hexadecimal digits.
fn code(rest: &mut impl Iterator<Item = char>, digits: usize) -> Option<char> {
    let mut value = 0;
    for _ in 0..digits {
        value = value * 16 + rest.next()?.to_digit(16)?;
    }
    char::from_u32(value)
}

/// A word as a shell and [`split`] read it back.
pub(super) fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,@%+=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    if !word.chars().any(char::is_control) && !word.ends_with('\\') {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    let mut quoted = String::from("$'");
    for c in word.chars() {
        match c {
            '\n' => quoted.push_str(r"\n"),
            '\t' => quoted.push_str(r"\t"),
            '\r' => quoted.push_str(r"\r"),
            '\\' => quoted.push_str(r"\\"),
            '\'' => quoted.push_str(r"\'"),
            c if c.is_ascii_control() => quoted.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('\'');
    quoted
}

/// Words as one line.
pub(in crate::manage) fn join<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(quote).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(line: &str) -> Vec<String> {
        split(line).unwrap()
    }

    #[test]
    fn words_are_quoted_as_in_a_shell() {
        assert_eq!(read("a  'b c'\t\"d e\""), ["a", "b c", "d e"]);
        assert_eq!(
            read(r#"a\ b 'c\d' "e\"f\n\\""#),
            ["a b", r"c\d", r#"e"f\n\"#]
        );
        assert_eq!(read(r"x:'it'\''s'"), ["x:it's"]);
        assert_eq!(
            read(r"$'a\nb\x1b\u0085' '' $x"),
            ["a\nb\u{1b}\u{85}", "", "$x"]
        );
        assert_eq!(read("a#b *"), ["a#b", "*"]);
    }

    #[test]
    fn what_is_never_closed_is_refused() {
        assert_eq!(split("a 'b"), Err(WordsError::Unclosed('\'')));
        assert_eq!(split("a \"b"), Err(WordsError::Unclosed('"')));
        assert_eq!(split("$'b\\'"), Err(WordsError::Unclosed('\'')));
        assert_eq!(split("a\\"), Err(WordsError::Dangling));
        assert_eq!(split(r"$'\q'"), Err(WordsError::Escape('q')));
        assert_eq!(split(r"$'\xff'"), Err(WordsError::Escape('x')));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(words in proptest::collection::vec(any::<String>(), 0..5)) {
            prop_assert_eq!(split(&join(words.iter().map(String::as_str))), Ok(words));
        }

        #[test]
        fn no_line_is_too_odd_to_read(line in any::<String>()) {
            let _ = split(&line);
        }
    }
}
