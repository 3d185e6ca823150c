//! The tokens of a filter.

use super::Literal;
use crate::ScimError;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    /// An attribute path, operator or keyword.
    Word(&'a str),
    /// A JSON string, number, `true`, `false` or `null`.
    Literal(Literal),
    /// One of `()[]`.
    Bracket(char),
    End,
}

/// A token, where it begins (in bytes), and whether a space or the beginning is before it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spanned<'a> {
    pub(super) token: Token<'a>,
    pub(super) at: usize,
    pub(super) spaced: bool,
}

pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next token; [`Token::End`] for ever once there is none.
    pub(super) fn next(&mut self) -> Result<Spanned<'a>, ScimError> {
        let before = self.rest();
        let rest = before.trim_start_matches(' ');
        let spaced = self.at == 0 || rest.len() < before.len();
        let at = self.text.len() - rest.len();
        let (token, length) = match rest.chars().next() {
            None => (Token::End, 0),
            Some(c @ ('(' | ')' | '[' | ']')) => (Token::Bracket(c), 1),
            Some('"') => self.string(rest, at)?,
            Some('-' | '0'..='9') => self.number(rest, at)?,
            Some(_) => self.word(rest, at)?,
        };
        self.at = at + length;
        Ok(Spanned { token, at, spaced })
    }

    /// What went wrong at byte `at`, in words that hold only what the caller wrote.
    pub(super) fn error(&self, at: usize, expected: &str) -> ScimError {
        let (before, rest) = self.text.split_at_checked(at).unwrap_or((self.text, ""));
        let found: String = rest.chars().take(24).collect();
        let found = if found.is_empty() {
            "the end".into()
        } else {
            format!("`{found}`")
        };
        let position = before.chars().count() + 1;
        ScimError::invalid_filter(format!(
            "filter, character {position}: expected {expected}, found {found}"
        ))
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// A JSON string (RFC 8259 §7), all its escapes understood.
    fn string(&self, rest: &'a str, at: usize) -> Result<(Token<'a>, usize), ScimError> {
        let mut escaped = false;
        let end = rest.char_indices().skip(1).find_map(|(i, c)| {
            let closes = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            closes.then_some(i + 1)
        });
        let end = end.ok_or_else(|| self.error(at, "a string that ends in `\"`"))?;
        let decoded = rest
            .get(..end)
            .and_then(|text| serde_json::from_str::<String>(text).ok());
        match decoded {
            Some(text) if !text.contains('\0') => Ok((Token::Literal(Literal::String(text)), end)),
            _ => Err(self.error(at, "a JSON string without U+0000")),
        }
    }

    /// A JSON number (RFC 8259 §6) that fits 64 bits.
    fn number(&self, rest: &'a str, at: usize) -> Result<(Token<'a>, usize), ScimError> {
        let text = until_delimiter(rest);
        let number = serde_json::from_str(text);
        let number = number.map_err(|_| self.error(at, "a JSON number of at most 64 bits"))?;
        Ok((Token::Literal(Literal::Number(number)), text.len()))
    }

    fn word(&self, rest: &'a str, at: usize) -> Result<(Token<'a>, usize), ScimError> {
        let word = until_delimiter(rest);
        if !word.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(self.error(at, "an attribute, an operator or a JSON value"));
        }
        let token = match word {
            "true" => Token::Literal(Literal::Boolean(true)),
            "false" => Token::Literal(Literal::Boolean(false)),
            "null" => Token::Literal(Literal::Null),
            _ => Token::Word(word),
        };
        Ok((token, word.len()))
    }
}

fn until_delimiter(text: &str) -> &str {
    text.split([' ', '(', ')', '[', ']', '"'])
        .next()
        .unwrap_or(text)
}
