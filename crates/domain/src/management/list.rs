//! Lists: a page at a time, in order of ids, of what a filter matches (product §7).

use super::{
    FieldError, ManagementError, Object, Target, field, filter::ObjectFilter, table::Managed,
};
use crate::{Secrets, access::Caller};
use jose::base64url;
use scim::filter::{CompareOp, Literal};
use serde_json::Value;
use std::sync::Arc;

/// Page size where none is asked for.
const DEFAULT_PAGE_SIZE: usize = 20;
/// Largest page size.
const MAX_PAGE_SIZE: usize = 200;
/// Parameters of a list.
const PARAMETERS: [&str; 3] = ["page_size", "page_token", "filter"];

/// What to list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListQuery {
    page_size: Option<usize>,
    page_token: Option<String>,
    filter: Option<String>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListPage {
    /// The things, each whole, as JSON texts.
    pub items: Vec<Arc<str>>,
    /// What to ask for to get the next page, if there is one.
    pub next_page_token: Option<String>,
}

impl ListQuery {
    /// Reads the parameters of a query, decoded.
    ///
    /// # Errors
    /// For a parameter that is unknown, there twice or not acceptable.
    pub fn parse<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, FieldError> {
        let mut query = Self::default();
        for (name, value) in pairs {
            let twice = || FieldError::invalid(name, "is given twice");
            match name {
                "page_size" => {
                    let size = value
                        .parse()
                        .ok()
                        .filter(|size| (1..=MAX_PAGE_SIZE).contains(size));
                    let size = size.ok_or_else(|| {
                        let detail = format!("must be a whole number from 1 to {MAX_PAGE_SIZE}");
                        FieldError::invalid(name, detail)
                    })?;
                    if query.page_size.replace(size).is_some() {
                        return Err(twice());
                    }
                }
                "page_token" if query.page_token.is_none() => {
                    query.page_token = Some(value.to_owned());
                }
                "filter" if query.filter.is_none() => query.filter = Some(value.to_owned()),
                "page_token" | "filter" => return Err(twice()),
                _ => return Err(field::unknown(name, PARAMETERS.into_iter())),
            }
        }
        Ok(query)
    }

    /// How many things a page has at most.
    pub(super) fn page_size(&self) -> usize {
        self.page_size.unwrap_or(DEFAULT_PAGE_SIZE)
    }
}

/// A list being made for one caller: what it matches, and where it begins.
pub(super) struct Listing<'a> {
    secrets: &'a Secrets,
    purpose: Vec<u8>,
    filter: Option<ObjectFilter>,
    /// Only things with a greater id.
    pub(super) after: Option<String>,
    page_size: usize,
}

impl<'a> Listing<'a> {
    /// Reads the query of a list of `R`s.
    pub(super) fn new<R: Managed>(
        secrets: &'a Secrets,
        caller: &Caller,
        target: &Target,
        query: &ListQuery,
    ) -> Result<Self, FieldError> {
        let purpose = purpose::<R>(caller, target, query);
        let after = match &query.page_token {
            Some(token) => Some(open(secrets, &purpose, token)?),
            None => None,
        };
        let filter = query
            .filter
            .as_deref()
            .map(|text| ObjectFilter::read(text, R::DEFINITION.fields))
            .transpose()?;
        Ok(Self {
            secrets,
            purpose,
            filter,
            after,
            page_size: query.page_size(),
        })
    }

    /// What the filter demands a field to be equal to.
    pub(super) fn equal_to(&self, field: &str) -> Option<&str> {
        self.filter.as_ref()?.equal_to(field)
    }

    /// What the filter demands a field to be compared with.
    pub(super) fn compared(&self, field: &str) -> impl Iterator<Item = (CompareOp, &Literal)> {
        let filter = self.filter.iter();
        filter.flat_map(move |filter| filter.compared(field))
    }

    /// Whether the filter matches.
    pub(super) fn matches(&self, object: &Value) -> bool {
        self.filter
            .as_ref()
            .is_none_or(|filter| filter.matches(object))
    }

    /// The page of `all`, which come with their ids and in order of them; only what may be of the page
    /// is made JSON of, by `show`.
    pub(super) fn page<T>(
        &self,
        all: impl Iterator<Item = (String, T)>,
        show: impl Fn(T) -> Object,
    ) -> Result<ListPage, ManagementError> {
        self.page_of_texts(all, |record| {
            let object = Value::Object(show(record));
            self.matches(&object).then(|| object.to_string().into())
        })
    }

    /// The same, where `text` answers the JSON of those that match.
    pub(super) fn page_of_texts<T>(
        &self,
        all: impl Iterator<Item = (String, T)>,
        text: impl Fn(T) -> Option<Arc<str>>,
    ) -> Result<ListPage, ManagementError> {
        let (items, last) = self.first(all, text);
        self.ending(items, last.as_deref())
    }

    /// What is of the page, as objects with what they are of; and the id of the last, if more may follow.
    pub(super) fn objects<T: Copy>(
        &self,
        all: impl Iterator<Item = (String, T)>,
        show: impl Fn(T) -> Object,
    ) -> (Vec<(T, Object)>, Option<String>) {
        self.first(all, |record| match Value::Object(show(record)) {
            shown if !self.matches(&shown) => None,
            Value::Object(object) => Some((record, object)),
            _ => None,
        })
    }

    /// The first that `take` takes of `all` after where the page begins, as many as it may have; and the id of
    /// the last, if there is another.
    fn first<T, I>(
        &self,
        all: impl Iterator<Item = (String, T)>,
        take: impl Fn(T) -> Option<I>,
    ) -> (Vec<I>, Option<String>) {
        let (mut items, mut last) = (Vec::new(), None);
        for (id, record) in all {
            if self.after.as_ref().is_some_and(|after| id <= *after) {
                continue;
            }
            let Some(item) = take(record) else {
                continue;
            };
            if items.len() == self.page_size {
                return (items, last);
            }
            items.push(item);
            last = Some(id);
        }
        (items, None)
    }

    /// How many things the page has at most.
    pub(super) fn page_size(&self) -> usize {
        self.page_size
    }

    /// Whether everything matches.
    pub(super) fn is_unfiltered(&self) -> bool {
        self.filter.is_none()
    }

    /// A page after whose `last` thing more may follow.
    pub(super) fn ending_at(
        &self,
        items: Vec<Value>,
        last: Option<&str>,
    ) -> Result<ListPage, ManagementError> {
        let texts = items.iter().map(|item| item.to_string().into());
        self.ending(texts.collect(), last)
    }

    fn ending(
        &self,
        items: Vec<Arc<str>>,
        last: Option<&str>,
    ) -> Result<ListPage, ManagementError> {
        let seal = |id: &str| self.secrets.cursors().seal(&self.purpose, id.as_bytes());
        let next_page_token = last.map(seal).transpose()?.map(base64url::encode);
        Ok(ListPage {
            items,
            next_page_token,
        })
    }
}

/// What a page token is bound to, so that it is good for nothing else (T8): the parts are
/// length-prefixed, so that no two lists have the same (G6).
fn purpose<R: Managed>(caller: &Caller, target: &Target, query: &ListQuery) -> Vec<u8> {
    let realm = caller.realm();
    let (client, subject) = (caller.grant().client().to_string(), &caller.token().subject);
    let mut parts = vec!["page token", realm.tenant(), realm.realm(), R::COLLECTION];
    parts.extend(target.0.iter().map(|(_, value)| value.as_str()));
    parts.extend([
        client.as_str(),
        subject.as_str(),
        query.filter.as_deref().unwrap_or_default(),
    ]);
    parts
        .iter()
        .map(|part| format!("{}:{part}", part.len()))
        .collect::<String>()
        .into_bytes()
}

/// The id in a page token. Whatever is wrong with it, the answer is the same.
fn open(secrets: &Secrets, purpose: &[u8], token: &str) -> Result<String, FieldError> {
    let opened =
        base64url::decode(token).and_then(|sealed| secrets.cursors().open(purpose, &sealed));
    let id = opened
        .ok()
        .and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    id.ok_or_else(|| {
        FieldError::invalid(
            "page_token",
            "is not one that was given to you for this list",
        )
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_query_is_read_strictly() {
        assert_eq!(ListQuery::parse([]).unwrap().page_size(), 20);
        assert_eq!(
            ListQuery::parse([("page_size", "200")])
                .unwrap()
                .page_size(),
            200
        );
        for (name, value) in [
            ("page_size", "0"),
            ("page_size", "201"),
            ("page_size", "x"),
            ("page", "1"),
        ] {
            assert_eq!(ListQuery::parse([(name, value)]).unwrap_err().field, name);
        }
        for name in PARAMETERS {
            assert!(
                ListQuery::parse([(name, "1"), (name, "1")]).is_err(),
                "{name}"
            );
        }
    }
}
