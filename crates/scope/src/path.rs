//! Request paths, and the patterns of service URLs that they match (product §6.4; G4).
//!
//! A path is judged in one canonical form or not at all: what two parsers might read differently
//! (dot segments, empty segments, `;`, encoded slashes, backslashes, control bytes, needless or
//! broken percent-encodings) is refused, never guessed at.

use std::{borrow::Cow, fmt, str::FromStr};

/// Longest path, in bytes.
pub const MAX_PATH_BYTES: usize = 8192;
/// Most segments of a pattern.
pub const MAX_PATTERN_SEGMENTS: usize = 64;

/// A path that has exactly one reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CanonicalPath<'a>(&'a str);

/// Why a path is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum AmbiguousPath {
    /// It does not begin with `/`.
    #[error("the path does not begin with `/`")]
    NotAbsolute,
    /// It is longer than [`MAX_PATH_BYTES`].
    #[error("the path has more than {MAX_PATH_BYTES} bytes")]
    TooLong,
    /// It has `//`.
    #[error("the path has an empty segment")]
    EmptySegment,
    /// It has a segment `.` or `..`, encoded or not.
    #[error("the path has a dot segment")]
    DotSegment,
    /// It has a byte that RFC 3986 §3.3 does not allow in a segment, or `;`.
    #[error("the path has a character that must not stand there")]
    Character,
    /// A `%` is not followed by two hexadecimal digits, or the bytes are not UTF-8.
    #[error("the path has a broken percent-encoding")]
    Encoding,
    /// It encodes a slash, a backslash, `;`, a control byte, what needs no encoding, or an encoding.
    #[error("the path encodes a character that must not be encoded")]
    Encoded,
}

impl<'a> CanonicalPath<'a> {
    /// Accepts a path, without query, that has exactly one reading.
    pub fn parse(path: &'a str) -> Result<Self, AmbiguousPath> {
        let rest = path.strip_prefix('/').ok_or(AmbiguousPath::NotAbsolute)?;
        if path.len() > MAX_PATH_BYTES {
            return Err(AmbiguousPath::TooLong);
        }
        let mut segments = rest.split('/').peekable();
        while let Some(segment) = segments.next() {
            // A path may end in a slash: its last segment is empty.
            if segment.is_empty() && segments.peek().is_some() {
                return Err(AmbiguousPath::EmptySegment);
            }
            check_segment(segment)?;
        }
        Ok(Self(path))
    }

    /// The path.
    pub fn as_str(self) -> &'a str {
        self.0
    }

    /// What follows the first slash: segments, separated by slashes.
    pub(crate) fn segments(self) -> &'a str {
        self.0.get(1..).unwrap_or_default()
    }
}

/// `*pchar` of RFC 3986 §3.3 without `;`, in the normal form of §6.2.2 but for what
/// [`normal_segment`] makes one.
fn check_segment(segment: &str) -> Result<(), AmbiguousPath> {
    if segment == "." || segment == ".." {
        return Err(AmbiguousPath::DotSegment);
    }
    let mut bytes = segment.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => match encoded(&mut bytes)? {
                // A dot is unreserved too, so that `%2e%2e` is refused here.
                b if is_unreserved(b) || b.is_ascii_control() => {
                    return Err(AmbiguousPath::Encoded);
                }
                b'/' | b'\\' | b';' => return Err(AmbiguousPath::Encoded),
                // Decoded twice, it would be another path.
                b'%' if bytes.clone().take(2).filter(u8::is_ascii_hexdigit).count() == 2 => {
                    return Err(AmbiguousPath::Encoded);
                }
                b if !b.is_ascii() => rest_of_character(b, &mut bytes)?,
                _ => {}
            },
            b if is_unreserved(b) || may_be_plain(b) => {}
            _ => return Err(AmbiguousPath::Character),
        }
    }
    Ok(())
}

/// The byte that two hexadecimal digits write.
fn encoded(bytes: &mut std::str::Bytes<'_>) -> Result<u8, AmbiguousPath> {
    let mut digit = || {
        let byte = bytes.next().ok_or(AmbiguousPath::Encoding)?;
        char::from(byte).to_digit(16).ok_or(AmbiguousPath::Encoding)
    };
    let value = digit()? * 16 + digit()?;
    u8::try_from(value).map_err(|_| AmbiguousPath::Encoding)
}

/// Reads the rest of a multi-byte UTF-8 character, all percent-encoded; over-long forms are none.
fn rest_of_character(first: u8, bytes: &mut std::str::Bytes<'_>) -> Result<(), AmbiguousPath> {
    let mut character = [first, 0, 0, 0];
    let length = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return Err(AmbiguousPath::Encoding),
    };
    for slot in character.iter_mut().take(length).skip(1) {
        if bytes.next() != Some(b'%') {
            return Err(AmbiguousPath::Encoding);
        }
        *slot = encoded(bytes)?;
    }
    let whole = character.get(..length).unwrap_or_default();
    let text = std::str::from_utf8(whole).map_err(|_| AmbiguousPath::Encoding)?;
    if text.chars().any(char::is_control) {
        return Err(AmbiguousPath::Encoded);
    }
    Ok(())
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// What `pchar` of RFC 3986 §3.3 allows beside unreserved characters, but for `;`: servers read it
/// alike whether it is encoded or not.
fn may_be_plain(byte: u8) -> bool {
    b"!$&'()*+,=:@".contains(&byte)
}

/// The one spelling of an accepted segment: sub-delims, `:` and `@` as they are, and what stays
/// percent-encoded in upper case (RFC 3986 §6.2.2.1).
pub(crate) fn normal_segment(segment: &str) -> Cow<'_, str> {
    if !segment.contains('%') {
        return Cow::Borrowed(segment);
    }
    let mut parts = segment.split('%');
    let mut normal = String::with_capacity(segment.len());
    normal.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        match u8::from_str_radix(digits, 16) {
            Ok(byte) if may_be_plain(byte) => normal.push(char::from(byte)),
            _ => {
                normal.push('%');
                normal.push_str(&digits.to_ascii_uppercase());
            }
        }
        normal.push_str(rest);
    }
    Cow::Owned(normal)
}

/// A segment of a [`PathPattern`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Segment {
    /// Exactly this.
    Literal(String),
    /// Any one segment that is not empty.
    Variable,
}

/// The URL of a service: exact, with `{variable}` segments, or with a trailing `/*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathPattern {
    text: String,
    pub(crate) segments: Vec<Segment>,
    /// Whether it ends in `/*`: whatever follows the slash.
    pub(crate) open: bool,
}

/// A service URL that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum InvalidPattern {
    #[error("the service URL is not one: {0}")]
    Path(#[from] AmbiguousPath),
    #[error("`{0}` is no variable segment; write `{{name}}`")]
    Variable(String),
    #[error("`*` may stand only at the end, after a slash")]
    Wildcard,
    #[error("the service URL has more than {MAX_PATTERN_SEGMENTS} segments")]
    TooMany,
}

impl PathPattern {
    /// The pattern as a path.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether every path that the pattern matches lies below `prefix`, at a segment boundary.
    pub fn is_below(&self, prefix: &str) -> bool {
        let prefix = prefix.trim_end_matches('/');
        self.text
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl FromStr for PathPattern {
    type Err = InvalidPattern;

    /// An absolute URL is reduced to its path.
    fn from_str(text: &str) -> Result<Self, InvalidPattern> {
        let path = path_of(text);
        let (closed, open) = match path.strip_suffix("/*") {
            Some(closed) => (closed, true),
            None => (path, false),
        };
        let mut segments = Vec::new();
        // `/*` alone has no segment before the star.
        let listed = closed.strip_prefix('/');
        if listed.is_none() && !(open && closed.is_empty()) {
            return Err(AmbiguousPath::NotAbsolute.into());
        }
        let mut rest = listed.into_iter().flat_map(|l| l.split('/')).peekable();
        while let Some(segment) = rest.next() {
            if segment.is_empty() && (open || rest.peek().is_some()) {
                return Err(AmbiguousPath::EmptySegment.into());
            }
            segments.push(pattern_segment(segment)?);
        }
        if segments.len() > MAX_PATTERN_SEGMENTS {
            return Err(InvalidPattern::TooMany);
        }
        Ok(Self {
            text: path.to_owned(),
            segments,
            open,
        })
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn pattern_segment(segment: &str) -> Result<Segment, InvalidPattern> {
    if segment.contains('*') {
        return Err(InvalidPattern::Wildcard);
    }
    if !segment.contains(['{', '}']) {
        check_segment(segment)?;
        return Ok(Segment::Literal(normal_segment(segment).into_owned()));
    }
    let name = segment.strip_prefix('{').and_then(|s| s.strip_suffix('}'));
    match name {
        Some(name) if !name.is_empty() && name.bytes().all(is_unreserved) => Ok(Segment::Variable),
        _ => Err(InvalidPattern::Variable(segment.chars().take(80).collect())),
    }
}

/// `https://host:1/a` → `/a`.
fn path_of(text: &str) -> &str {
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| lower.starts_with(scheme));
    let Some(rest) = scheme.and_then(|scheme| text.get(scheme.len()..)) else {
        return text;
    };
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
}
