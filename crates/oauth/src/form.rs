//! Request parameters in `application/x-www-form-urlencoded` (RFC 6749 appendix B): of a body,
//! or of a query. What is too long, repeated or badly encoded is refused and never dropped
//! (REG-09).

use crate::{OAuthError, Secret};
use bytes::Bytes;
use std::fmt;
use std::ops::Range;

/// The media type of a form.
pub const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";
/// Longest form, in bytes.
pub const MAX_BODY_BYTES: usize = 64 * 1024;
/// Most parameters of one form.
pub const MAX_PARAMETERS: usize = 64;
/// Longest parameter name, in bytes.
pub const MAX_NAME_BYTES: usize = 64;
/// Longest value, in bytes once decoded.
pub const MAX_VALUE_BYTES: usize = 8 * 1024;
/// Longest value of a parameter that carries a token or an assertion.
pub const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// The parameters that may be given more than once (RFC 8707 §2).
const REPEATABLE: [&str; 1] = ["resource"];
/// The parameters whose values are tokens or assertions.
const TOKENS: [&str; 8] = [
    "actor_token",
    "assertion",
    "client_assertion",
    "id_token_hint",
    "refresh_token",
    "request",
    "subject_token",
    "token",
];

/// Decoded request parameters. `Debug` prints their names only.
///
/// The form itself is kept, and what stands in it as it is meant is never copied.
pub struct Parameters {
    form: Bytes,
    pairs: Vec<(Text, Text)>,
}

/// A name or a value.
enum Text {
    /// Stands in the form as it is meant, in UTF-8.
    Plain(Range<usize>),
    /// Was encoded.
    Decoded(Secret),
}

impl Parameters {
    /// Decodes a form.
    ///
    /// # Errors
    /// As [`Self::of_body`].
    pub fn parse(form: &[u8]) -> Result<Self, OAuthError> {
        Self::of_body(Bytes::copy_from_slice(form))
    }

    /// Decodes the form in a body.
    ///
    /// # Errors
    /// `invalid_request`, naming the parameter where there is one: a limit of this module is
    /// exceeded, a parameter is repeated (RFC 6749 §3.2: "Request and response parameters MUST
    /// NOT be included more than once"; A9), or an encoding is invalid: a `%` without two
    /// hexadecimal digits, octets that are not UTF-8, a NUL.
    pub fn of_body(form: Bytes) -> Result<Self, OAuthError> {
        if form.len() > MAX_BODY_BYTES {
            return Err(OAuthError::invalid_request("the request is too long"));
        }
        let mut parameters = Self {
            form: form.clone(),
            pairs: Vec::new(),
        };
        let mut start = 0;
        for pair in form.split(|&byte| byte == b'&') {
            let at = start;
            start += pair.len() + 1;
            if pair.is_empty() {
                continue;
            }
            if parameters.pairs.len() == MAX_PARAMETERS {
                return Err(OAuthError::invalid_request("too many parameters"));
            }
            let pair = parameters.decode_pair(at, pair)?;
            parameters.pairs.push(pair);
        }
        Ok(parameters)
    }

    /// The value of a parameter that may be given once. An empty value is `None`: RFC 6749 §3.2:
    /// "Parameters sent without a value MUST be treated as if they were omitted".
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The non-empty values of a parameter that may be repeated, in order.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.pairs
            .iter()
            .filter(move |(own, _)| self.text(own) == name)
            .map(|(_, value)| self.text(value))
            .filter(|value| !value.is_empty())
    }

    /// The value of a parameter that must be there.
    ///
    /// # Errors
    /// `invalid_request` naming it.
    pub fn required(&self, name: &str) -> Result<&str, OAuthError> {
        self.get(name).ok_or_else(|| OAuthError::missing(name))
    }

    fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(own, _)| self.text(own) == name)
    }

    fn text<'a>(&'a self, text: &'a Text) -> &'a str {
        match text {
            // It was found to be UTF-8 when it was read.
            Text::Plain(place) => self
                .form
                .get(place.clone())
                .and_then(|text| std::str::from_utf8(text).ok())
                .unwrap_or_default(),
            Text::Decoded(text) => text.expose(),
        }
    }

    /// The name and value of the pair at `start`.
    fn decode_pair(&self, start: usize, pair: &[u8]) -> Result<(Text, Text), OAuthError> {
        let equals = pair.iter().position(|&byte| byte == b'=');
        let (name, value) = match equals.and_then(|at| pair.split_at_checked(at)) {
            Some((name, value)) => (name, value.strip_prefix(b"=").unwrap_or(value)),
            None => (pair, [].as_slice()),
        };
        let value_start = start + pair.len() - value.len();
        let name = Text::read(start, name);
        let name = name.filter(|name| self.text(name).len() <= MAX_NAME_BYTES);
        let name = name.ok_or_else(|| {
            OAuthError::invalid_request("a parameter name is invalid or too long")
        })?;
        let called = self.text(&name);
        let value = Text::read(value_start, value);
        let value = value.ok_or_else(|| refused(called, "is not well encoded"))?;
        let longest = if TOKENS.contains(&called) {
            MAX_TOKEN_BYTES
        } else {
            MAX_VALUE_BYTES
        };
        if self.text(&value).len() > longest {
            return Err(refused(called, "is too long"));
        }
        if !REPEATABLE.contains(&called) && self.has(called) {
            return Err(refused(called, "is repeated"));
        }
        Ok((name, value))
    }
}

impl Text {
    /// Reads what stands at `start`; `None` if it is not well encoded.
    fn read(start: usize, encoded: &[u8]) -> Option<Self> {
        if is_plain(encoded) {
            std::str::from_utf8(encoded).ok()?;
            return Some(Self::Plain(start..start + encoded.len()));
        }
        decode(encoded).map(|text| Self::Decoded(Secret::new(text)))
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.pairs.iter().map(|(name, _)| self.text(name)))
            .finish()
    }
}

/// Whether a `Content-Type` says that the body is a form; parameters such as `charset` do not
/// matter.
pub fn is_form(content_type: &str) -> bool {
    let essence = content_type
        .split_once(';')
        .map_or(content_type, |(essence, _)| essence);
    essence.trim_ascii().eq_ignore_ascii_case(MEDIA_TYPE)
}

fn refused(name: &str, why: &str) -> OAuthError {
    OAuthError::invalid_request(format!("parameter '{name}' {why}"))
}

/// Decodes one name or value strictly; `None` if it is not well encoded.
pub(crate) fn decode(encoded: &[u8]) -> Option<String> {
    if is_plain(encoded) {
        return std::str::from_utf8(encoded).ok().map(str::to_owned);
    }
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut bytes = encoded.iter();
    while let Some(&byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hex_digit(*bytes.next()?)? << 4 | hex_digit(*bytes.next()?)?,
            byte => byte,
        });
    }
    String::from_utf8(decoded)
        .ok()
        .filter(|text| !text.contains('\0'))
}

/// Whether every octet stands for itself.
fn is_plain(encoded: &[u8]) -> bool {
    !encoded.iter().any(|byte| matches!(byte, b'+' | b'%' | 0))
}

const fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
