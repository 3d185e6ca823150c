//! Attribute paths (RFC 7644 §3.10).

use std::{fmt, str::FromStr};

/// Longest attribute path accepted, in bytes.
pub const MAX_PATH: usize = 512;

/// `[schema-urn ":"] attribute ["." sub-attribute]` as written; names are case-insensitive and
/// find their meaning in [`crate::ResourceSchema::resolve`].
///
/// A bare schema URN, which names a whole extension, parses too: resolving tells them apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AttributePath {
    text: String,
    /// Where the attribute's name begins: after the URN's colon, or 0.
    name_at: usize,
    /// Where the sub-attribute's name begins, after the dot.
    sub_at: Option<usize>,
}

/// An attribute path that is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not an attribute path; write `attribute`, `attribute.subAttribute` or `urn:…:attribute`"
)]
pub struct InvalidPath(pub String);

impl AttributePath {
    /// The path as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The schema URN before the attribute, if one is written.
    pub fn urn(&self) -> Option<&str> {
        self.name_at
            .checked_sub(1)
            .and_then(|end| self.text.get(..end))
    }

    /// The attribute's name.
    pub fn name(&self) -> &str {
        let end = self.sub_at.map_or(self.text.len(), |at| at - 1);
        self.text.get(self.name_at..end).unwrap_or_default()
    }

    /// The sub-attribute's name.
    pub fn sub(&self) -> Option<&str> {
        self.sub_at.and_then(|at| self.text.get(at..))
    }
}

impl FromStr for AttributePath {
    type Err = InvalidPath;

    fn from_str(text: &str) -> Result<Self, InvalidPath> {
        let invalid = || InvalidPath(text.chars().take(80).collect());
        if text.is_empty() || text.len() > MAX_PATH {
            return Err(invalid());
        }
        let is_urn = text
            .get(..4)
            .is_some_and(|p| p.eq_ignore_ascii_case("urn:"));
        let name_at = if is_urn {
            text.rfind(':').map_or(0, |at| at + 1)
        } else {
            0
        };
        let (urn, rest) = text.split_at(name_at);
        if !urn.bytes().all(is_urn_byte) {
            return Err(invalid());
        }
        let (name, sub) = match rest.split_once('.') {
            Some((name, sub)) => (name, Some(sub)),
            None => (rest, None),
        };
        if !is_name(name) || !sub.is_none_or(is_name) {
            // A bare URN may end in what is no attribute name (`…:2.0`): resolving tells.
            let bare = is_urn && !rest.is_empty() && rest.bytes().all(is_urn_byte);
            let whole = Self {
                text: text.to_owned(),
                name_at,
                sub_at: None,
            };
            return if bare { Ok(whole) } else { Err(invalid()) };
        }
        let sub_at = sub.map(|_| name_at + name.len() + 1);
        Ok(Self {
            text: text.to_owned(),
            name_at,
            sub_at,
        })
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn is_urn_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b":.-_()+,=@;$!*'%/#~".contains(&b)
}

/// `ATTRNAME` of RFC 7644 §3.4.2.2, and `$ref`.
pub fn is_name(name: &str) -> bool {
    let name = name.strip_prefix('$').unwrap_or(name);
    name.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
