//! Queries: URL parameters and the search request (RFC 7644 §3.4.2, §3.4.3, RFC 9865 §2).

use crate::{ScimError, ScimType, Selection, messages, urn};
use serde_json::{Map, Value};

/// Page size of a request that names none.
pub const DEFAULT_COUNT: u32 = 100;
/// Largest page size; more is cut to it (S10).
pub const MAX_COUNT: u32 = 200;
/// Longest `cursor`, in bytes.
pub const MAX_CURSOR: usize = 2048;

/// A query for resources.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListQuery {
    /// `filter`, not yet parsed.
    pub filter: Option<String>,
    /// `sortBy`, not yet parsed.
    pub sort_by: Option<String>,
    /// `sortOrder` is `descending`.
    pub descending: bool,
    /// Where the page begins.
    pub start: Start,
    /// How many resources the page may have: 0 to [`MAX_COUNT`].
    pub count: Count,
    /// `attributes` or `excludedAttributes`.
    pub selection: Selection,
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// By index (RFC 7644 §3.4.2.4): `startIndex`, at least 1.
    Index(u64),
    /// By cursor (RFC 9865): the first page.
    FirstCursor,
    /// By cursor: the page that an earlier answer pointed at.
    Cursor(String),
}

impl Default for Start {
    fn default() -> Self {
        Self::Index(1)
    }
}

/// `count`: a page size within bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count(u32);

impl Count {
    /// The page size.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl Default for Count {
    fn default() -> Self {
        Self(DEFAULT_COUNT)
    }
}

/// The members of a query, in either form, before they are understood.
#[derive(Default)]
struct Raw {
    filter: Option<String>,
    sort_by: Option<String>,
    sort_order: Option<String>,
    start_index: Option<i64>,
    count: Option<i64>,
    cursor: Option<String>,
}

impl ListQuery {
    /// Reads the parameters of a URL's query, already decoded.
    ///
    /// Names are exact; unknown ones are ignored. Errors: 400 `invalidValue` for a parameter given
    /// twice, a number that is none, a `sortOrder` that is none, or both kinds of paging.
    pub fn from_params<'a>(
        params: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, ScimError> {
        let mut raw = Raw::default();
        let (mut attributes, mut excluded) = (None, None);
        for (name, value) in params {
            match name {
                "filter" => once(name, &mut raw.filter, value.to_owned())?,
                "sortBy" => once(name, &mut raw.sort_by, value.to_owned())?,
                "sortOrder" => once(name, &mut raw.sort_order, value.to_owned())?,
                "startIndex" => once(name, &mut raw.start_index, integer(name, value)?)?,
                "count" => once(name, &mut raw.count, integer(name, value)?)?,
                "cursor" => once(name, &mut raw.cursor, value.to_owned())?,
                "attributes" => once(name, &mut attributes, value)?,
                "excludedAttributes" => once(name, &mut excluded, value)?,
                _ => {}
            }
        }
        raw.understand(Selection::parse(attributes, excluded)?)
    }

    /// Reads the body of `POST …/.search` (RFC 7644 §3.4.3), strictly.
    ///
    /// Member names ignore case. Errors: as [`from_params`](Self::from_params), and `invalidSyntax`
    /// for wrong `schemas` and unknown members.
    pub fn from_search_request(body: Map<String, Value>) -> Result<Self, ScimError> {
        let mut raw = Raw::default();
        let (mut attributes, mut excluded) = (None, None);
        for (name, value) in messages::members(body, urn::SEARCH_REQUEST)? {
            if value.is_null() {
                continue;
            }
            match name.to_ascii_lowercase().as_str() {
                "filter" => once(&name, &mut raw.filter, string(&name, value)?)?,
                "sortby" => once(&name, &mut raw.sort_by, string(&name, value)?)?,
                "sortorder" => once(&name, &mut raw.sort_order, string(&name, value)?)?,
                "startindex" => once(&name, &mut raw.start_index, number(&name, &value)?)?,
                "count" => once(&name, &mut raw.count, number(&name, &value)?)?,
                "cursor" => once(&name, &mut raw.cursor, string(&name, value)?)?,
                "attributes" => once(&name, &mut attributes, strings(&name, value)?)?,
                "excludedattributes" => once(&name, &mut excluded, strings(&name, value)?)?,
                _ => return Err(messages::unknown_member(&name)),
            }
        }
        raw.understand(Selection::of_names(attributes, excluded)?)
    }
}

impl Raw {
    fn understand(self, selection: Selection) -> Result<ListQuery, ScimError> {
        let descending = match self.sort_order.as_deref() {
            None | Some("ascending") => false,
            Some("descending") => true,
            Some(_) => {
                return Err(ScimError::invalid_value(
                    "`sortOrder` must be `ascending` or `descending`",
                ));
            }
        };
        let start = match (self.cursor, self.start_index) {
            (Some(_), Some(_)) => {
                return Err(ScimError::invalid_value(
                    "give either `startIndex` or `cursor`, not both",
                ));
            }
            // RFC 9865 §2: `cursor` without a value asks for the first page.
            (Some(cursor), None) if cursor.is_empty() => Start::FirstCursor,
            (Some(cursor), None) if cursor.len() > MAX_CURSOR => {
                return Err(ScimError::bad_request(
                    ScimType::InvalidCursor,
                    "`cursor` is not one of this server's",
                ));
            }
            (Some(cursor), None) => Start::Cursor(cursor),
            // RFC 7644 §3.4.2.4: "A value less than 1 SHALL be interpreted as 1."
            (None, index) => Start::Index(
                index
                    .and_then(|i| u64::try_from(i).ok())
                    .unwrap_or(1)
                    .max(1),
            ),
        };
        // RFC 7644 §3.4.2.4: "A negative value SHALL be interpreted as 0."
        let count = self.count.map_or(Count::default(), |count| {
            Count(
                u32::try_from(count.max(0))
                    .unwrap_or(MAX_COUNT)
                    .min(MAX_COUNT),
            )
        });
        Ok(ListQuery {
            filter: self.filter,
            sort_by: self.sort_by,
            descending,
            start,
            count,
            selection,
        })
    }
}

fn once<T>(name: &str, slot: &mut Option<T>, value: T) -> Result<(), ScimError> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(ScimError::invalid_value(format!("`{name}` is given twice"))),
    }
}

fn integer(name: &str, text: &str) -> Result<i64, ScimError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ScimError::invalid_value(format!(
            "`{name}` must be a whole number"
        )));
    }
    // Beyond 64 bits is beyond any bound as well.
    Ok(text
        .parse()
        .unwrap_or(if digits == text { i64::MAX } else { i64::MIN }))
}

fn number(name: &str, value: &Value) -> Result<i64, ScimError> {
    value
        .as_i64()
        .ok_or_else(|| ScimError::invalid_value(format!("`{name}` must be a whole number")))
}

fn string(name: &str, value: Value) -> Result<String, ScimError> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(ScimError::invalid_value(format!(
            "`{name}` must be a string"
        ))),
    }
}

fn strings(name: &str, value: Value) -> Result<Vec<String>, ScimError> {
    match value {
        Value::Array(names) => names.into_iter().map(|value| string(name, value)).collect(),
        _ => Err(ScimError::invalid_value(format!(
            "`{name}` must be an array of strings"
        ))),
    }
}
