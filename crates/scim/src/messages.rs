//! What SCIM messages have in common, and the list response (RFC 7644 §3.4.2, RFC 9865 §2).

use crate::{ScimError, urn};
use serde::Serialize;
use serde_json::{Map, Value};
use std::{collections::HashSet, ops::Deref};

/// A list of resources: `urn:ietf:params:scim:api:messages:2.0:ListResponse`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListResponse<R = Value> {
    schemas: [&'static str; 1],
    /// How many resources the query has, on all pages.
    pub total_results: u64,
    /// The index of the first one of this page; absent when paging by cursor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_index: Option<u64>,
    /// How many this page has.
    pub items_per_page: usize,
    /// The cursor of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// The cursor of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_cursor: Option<String>,
    /// The resources; an empty array if there are none.
    #[serde(rename = "Resources")]
    pub resources: Vec<R>,
}

impl<R> ListResponse<R> {
    /// A page by index (RFC 7644 §3.4.2.4).
    pub fn by_index(total_results: u64, start_index: u64, resources: Vec<R>) -> Self {
        Self {
            start_index: Some(start_index),
            ..Self::by_cursor(total_results, None, None, resources)
        }
    }

    /// A page by cursor (RFC 9865 §2).
    pub fn by_cursor(
        total_results: u64,
        previous_cursor: Option<String>,
        next_cursor: Option<String>,
        resources: Vec<R>,
    ) -> Self {
        Self {
            schemas: [urn::LIST_RESPONSE],
            total_results,
            start_index: None,
            items_per_page: resources.len(),
            next_cursor,
            previous_cursor,
            resources,
        }
    }

    /// Everything on one page, as discovery answers.
    pub fn all(resources: Vec<R>) -> Self {
        let total = u64::try_from(resources.len()).unwrap_or(u64::MAX);
        Self::by_index(total, 1, resources)
    }
}

impl<R: Deref<Target: AsRef<[u8]>>> ListResponse<R> {
    /// The response as JSON, of resources that are JSON already.
    pub fn to_json(&self) -> Vec<u8> {
        let head = ListResponse::<()> {
            schemas: self.schemas,
            total_results: self.total_results,
            start_index: self.start_index,
            items_per_page: self.items_per_page,
            next_cursor: self.next_cursor.clone(),
            previous_cursor: self.previous_cursor.clone(),
            resources: Vec::new(),
        };
        let sizes = self.resources.iter().map(|one| (**one).as_ref().len() + 1);
        let mut json = Vec::with_capacity(512 + sizes.sum::<usize>());
        // Numbers and texts: writing them to memory does not fail.
        let _ = serde_json::to_writer(&mut json, &head);
        // `Resources` comes last, and is empty: `[]}`.
        json.truncate(json.len().saturating_sub(2));
        for (index, resource) in self.resources.iter().enumerate() {
            if index > 0 {
                json.push(b',');
            }
            json.extend_from_slice((**resource).as_ref());
        }
        json.extend_from_slice(b"]}");
        json
    }
}

/// The members of a message's body other than `schemas`, which must have the message's URN.
pub(crate) fn members(
    body: Map<String, Value>,
    urn: &str,
) -> Result<impl Iterator<Item = (String, Value)>, ScimError> {
    check_distinct(&body)?;
    let is_schemas = |name: &str| name.eq_ignore_ascii_case("schemas");
    let schemas = body
        .iter()
        .filter(|(name, _)| is_schemas(name))
        .map(|(_, value)| value);
    let lists = |list: &Value| {
        list.as_array().is_some_and(|urns| {
            urns.iter()
                .any(|u| u.as_str().is_some_and(|u| u.eq_ignore_ascii_case(urn)))
        })
    };
    if !schemas.into_iter().all(lists) || !body.keys().any(|name| is_schemas(name)) {
        return Err(ScimError::invalid_syntax(format!(
            "`schemas` must be [\"{urn}\"]"
        )));
    }
    Ok(body.into_iter().filter(move |(name, _)| !is_schemas(name)))
}

/// That no two members of a message have one name: letter case does not matter (S8).
pub(crate) fn check_distinct(members: &Map<String, Value>) -> Result<(), ScimError> {
    let mut seen = HashSet::new();
    let few = members.len() <= 8;
    let is_repeated = |(at, name): &(usize, &String)| match few {
        // Nearly every message: nothing is copied.
        true => members
            .keys()
            .take(*at)
            .any(|other| other.eq_ignore_ascii_case(name)),
        false => !seen.insert(name.to_ascii_lowercase()),
    };
    let repeated = members.keys().enumerate().find(is_repeated);
    match repeated.map(|(_, name)| name) {
        None => Ok(()),
        Some(name) => Err(ScimError::invalid_syntax(format!(
            "`{}` is given twice",
            cut(name)
        ))),
    }
}

/// What a caller wrote, as messages repeat it: its first 200 characters.
pub(crate) fn cut(text: &str) -> &str {
    let end = text
        .char_indices()
        .nth(200)
        .map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or_default()
}

pub(crate) fn unknown_member(name: &str) -> ScimError {
    let name = cut(name);
    ScimError::invalid_syntax(format!("`{name}` is not a member of this message"))
}
