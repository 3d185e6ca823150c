//! Preconditions: `If-Match` and `If-None-Match` (RFC 7644 §3.14, RFC 9110 §13.1).

use crate::ScimError;

/// Most entity tags in one header.
pub const MAX_TAGS: usize = 100;

/// The value of `If-Match` or `If-None-Match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntityTags {
    /// `*`: any version of a resource that exists.
    Any,
    /// The opaque parts of the tags listed, without quotes and `W/`.
    List(Vec<String>),
}

impl EntityTags {
    /// Reads a header's value; values of repeated headers are joined with `,` first.
    ///
    /// Errors: 400 `invalidSyntax`.
    pub fn parse(header: &str) -> Result<Self, ScimError> {
        let header = header.trim();
        if header == "*" {
            return Ok(Self::Any);
        }
        let malformed = || {
            ScimError::invalid_syntax(
                "write a precondition as `*` or as entity tags, such as W/\"3694e05e\"",
            )
        };
        let mut tags = Vec::new();
        let mut rest = header;
        loop {
            // RFC 9110 §5.6.1.2: empty list elements are accepted.
            rest = rest.trim_start_matches([' ', '\t', ',']);
            if rest.is_empty() {
                break;
            }
            let quoted = rest.strip_prefix("W/").unwrap_or(rest);
            let (tag, after) = quoted
                .strip_prefix('"')
                .and_then(|t| t.split_once('"'))
                .ok_or_else(malformed)?;
            let after = after.trim_start();
            let ends = after.is_empty() || after.starts_with(',');
            if !ends || !tag.chars().all(is_etagc) || tags.len() == MAX_TAGS {
                return Err(malformed());
            }
            tags.push(tag.to_owned());
            rest = after;
        }
        if tags.is_empty() {
            Err(malformed())
        } else {
            Ok(Self::List(tags))
        }
    }

    /// Whether `etag`, the current one of an existing resource, is among the tags.
    ///
    /// Compares weakly for both headers: SCIM's tags are weak, and RFC 7644 §3.14 uses them with
    /// `If-Match` all the same.
    pub fn matches(&self, etag: &str) -> bool {
        let current = etag.strip_prefix("W/").unwrap_or(etag).trim_matches('"');
        match self {
            Self::Any => true,
            Self::List(tags) => tags.iter().any(|tag| tag == current),
        }
    }
}

/// `etagc` of RFC 9110 §8.8.3.
fn is_etagc(c: char) -> bool {
    c == '!' || ('#'..='~').contains(&c) || c >= '\u{80}'
}
