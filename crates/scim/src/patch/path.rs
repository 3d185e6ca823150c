//! The path of a PATCH operation (RFC 7644 §3.5.2, Figure 7).

use crate::{AttributePath, ScimError, filter, filter::Filter, is_name};

/// `PATH = attrPath / valuePath [subAttr]`, as written.
#[derive(Debug, Clone, PartialEq)]
pub struct PatchPath {
    /// The attribute, or the extension as a whole.
    pub attribute: AttributePath,
    /// Which of its values; the filter's names are sub-attributes.
    pub filter: Option<Filter>,
    /// The sub-attribute after the brackets.
    pub sub: Option<String>,
}

impl PatchPath {
    /// Reads a path.
    ///
    /// Errors: 400 `invalidPath`.
    pub fn parse(text: &str) -> Result<Self, ScimError> {
        let attribute = |text: &str| {
            text.parse::<AttributePath>()
                .map_err(|e| ScimError::invalid_path(format!("`path`: {e}")))
        };
        let Some((before, bracket)) = text.split_once('[') else {
            return Ok(Self {
                attribute: attribute(text)?,
                filter: None,
                sub: None,
            });
        };
        let unclosed = || ScimError::invalid_path("`path`: a `[` has no `]`");
        // Strings within the brackets may hold brackets; after the last one is only a name.
        let (inner, after) = bracket.rsplit_once(']').ok_or_else(unclosed)?;
        if inner.len() > filter::MAX_LENGTH {
            return Err(ScimError::invalid_path("`path` is too long"));
        }
        let filter = inner
            .parse::<Filter>()
            .map_err(|e| ScimError::invalid_path(format!("`path`: {e}")))?;
        let sub = match after.strip_prefix('.') {
            None if after.is_empty() => None,
            Some(name) if is_name(name) => Some(name.to_owned()),
            _ => {
                return Err(ScimError::invalid_path(
                    "`path`: after `]` comes nothing or `.subAttribute`",
                ));
            }
        };
        Ok(Self {
            attribute: attribute(before)?,
            filter: Some(filter),
            sub,
        })
    }
}
