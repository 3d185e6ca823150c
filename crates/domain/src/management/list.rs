//! Lists: a page at a time, in order of ids, of what a filter matches (product §7).

use super::{Field, FieldError, FieldKind, ManagementError, Object, Target, field, table::Managed};
use crate::{Secrets, access::Caller};
use jose::base64url;
use scim::{
    Attribute, AttributeSet, AttributeType, ResourceSchema, ResourceType, Schema, ScimError,
    filter::{self, BoundFilter, CompareOp, Filter, Literal},
};
use serde_json::Value;

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
    /// The things, each whole.
    pub items: Vec<Value>,
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
                    let size = value.parse().ok().filter(|size| (1..=MAX_PAGE_SIZE).contains(size));
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
    parsed: Option<Filter>,
    filter: Option<(ResourceSchema, BoundFilter)>,
    /// Only things with a greater id.
    pub(super) after: Option<String>,
    page_size: usize,
}

impl<'a> Listing<'a> {
    /// Reads the query of a list of `R`s, whose fields are `fields`.
    pub(super) fn new<R: Managed>(
        secrets: &'a Secrets,
        caller: &Caller,
        target: &Target,
        query: &ListQuery,
        fields: &[Field],
    ) -> Result<Self, FieldError> {
        let purpose = purpose::<R>(caller, target, query);
        let after = match &query.page_token {
            Some(token) => Some(open(secrets, &purpose, token)?),
            None => None,
        };
        let parsed = query.filter.as_deref().map(parse).transpose()?;
        let filter = parsed.as_ref().map(|filter| bind(filter, fields)).transpose()?;
        Ok(Self { secrets, purpose, parsed, filter, after, page_size: query.page_size() })
    }

    /// What the filter demands a field to be equal to, where it says so with `eq`, alone or beside
    /// other demands.
    pub(super) fn equal_to(&self, field: &str) -> Option<&str> {
        let demands = match self.parsed.as_ref()? {
            Filter::And(all) => all.as_slice(),
            one => std::slice::from_ref(one),
        };
        demands.iter().find_map(|demand| match demand {
            Filter::Compare { path, op: CompareOp::Eq, literal: Literal::String(text) }
                if path.as_str().eq_ignore_ascii_case(field) =>
            {
                Some(text.as_str())
            }
            _ => None,
        })
    }

    /// Whether the filter matches.
    pub(super) fn matches(&self, object: &Value) -> bool {
        self.filter.as_ref().is_none_or(|(schema, filter)| filter::matches(filter, schema, object))
    }

    /// The page of `all`, which come with their ids and in order of them.
    pub(super) fn page(
        &self,
        all: impl Iterator<Item = (String, Object)>,
    ) -> Result<ListPage, ManagementError> {
        let mut items = Vec::new();
        let mut last = None;
        for (id, object) in all {
            let object = Value::Object(object);
            if self.after.as_ref().is_some_and(|after| id <= *after) || !self.matches(&object) {
                continue;
            }
            if items.len() == self.page_size {
                return self.ending_at(items, last.as_deref());
            }
            items.push(object);
            last = Some(id);
        }
        self.ending_at(items, None)
    }

    /// A page after whose `last` thing more may follow.
    pub(super) fn ending_at(
        &self,
        items: Vec<Value>,
        last: Option<&str>,
    ) -> Result<ListPage, ManagementError> {
        let seal = |id: &str| self.secrets.cursors().seal(&self.purpose, id.as_bytes());
        let next_page_token = last.map(seal).transpose()?.map(base64url::encode);
        Ok(ListPage { items, next_page_token })
    }
}

/// What a page token is bound to, so that it is good for nothing else (T8): the parts are
/// length-prefixed, so that no two lists have the same (G6).
fn purpose<R: Managed>(caller: &Caller, target: &Target, query: &ListQuery) -> Vec<u8> {
    let realm = caller.realm();
    let (client, subject) = (caller.grant().client().to_string(), &caller.token().subject);
    let mut parts = vec!["page token", realm.tenant(), realm.realm(), R::COLLECTION];
    parts.extend(target.0.iter().map(|(_, value)| value.as_str()));
    parts.extend([client.as_str(), subject.as_str(), query.filter.as_deref().unwrap_or_default()]);
    parts.iter().map(|part| format!("{}:{part}", part.len())).collect::<String>().into_bytes()
}

/// The id in a page token. Whatever is wrong with it, the answer is the same.
fn open(secrets: &Secrets, purpose: &[u8], token: &str) -> Result<String, FieldError> {
    let opened = base64url::decode(token).and_then(|sealed| secrets.cursors().open(purpose, &sealed));
    let id = opened.ok().and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    id.ok_or_else(|| {
        FieldError::invalid("page_token", "is not one that was given to you for this list")
    })
}

/// Reads a filter in SCIM's grammar (RFC 7644 §3.4.2.2).
fn parse(text: &str) -> Result<Filter, FieldError> {
    text.parse().map_err(|error: ScimError| invalid_filter(&error.detail))
}

fn invalid_filter(detail: &str) -> FieldError {
    FieldError::invalid("filter", format!("is invalid: {detail}"))
}

/// Gives a filter its meaning over the fields of a resource.
fn bind(filter: &Filter, fields: &[Field]) -> Result<(ResourceSchema, BoundFilter), FieldError> {
    let schema = schema(fields).map_err(|e| invalid_filter(&e.to_string()))?;
    let visible: AttributeSet = fields
        .iter()
        .filter_map(|field| schema.lookup(field.name))
        .map(|node| node.id)
        .collect();
    let bound =
        filter::bind(filter, &schema, &visible).map_err(|e| invalid_filter(&e.detail))?;
    Ok((schema, bound))
}

/// The fields as SCIM attributes, for their filters.
fn schema(fields: &[Field]) -> Result<ResourceSchema, scim::SchemaError> {
    const URN: &str = "urn:ambit:management";
    let schema = Schema {
        id: URN.to_owned(),
        name: None,
        description: None,
        attributes: fields.iter().filter(|f| f.name != "id").filter_map(attribute).collect(),
    };
    let resource_type = ResourceType {
        id: "Object".to_owned(),
        name: "Object".to_owned(),
        description: None,
        endpoint: "/Objects".to_owned(),
        schema: URN.to_owned(),
        schema_extensions: Vec::new(),
    };
    ResourceSchema::compile(resource_type, |_| Some(&schema))
}

fn attribute(field: &Field) -> Option<Attribute> {
    let of = |kind| Attribute::new(field.name, kind, "");
    Some(match field.kind {
        FieldKind::Text => of(AttributeType::String),
        FieldKind::Exact => of(AttributeType::String).case_exact(),
        FieldKind::Texts => of(AttributeType::String).multi_valued(),
        FieldKind::Exacts => of(AttributeType::String).multi_valued().case_exact(),
        FieldKind::Boolean => of(AttributeType::Boolean),
        FieldKind::Integer => of(AttributeType::Integer),
        FieldKind::Time => of(AttributeType::DateTime),
        FieldKind::Structure => return None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    const FIELDS: &[Field] = &[
        Field::by_server("id", FieldKind::Exact),
        Field::writable("name", FieldKind::Text),
        Field::writable("tags", FieldKind::Texts),
        Field::writable("active", FieldKind::Boolean),
        Field::writable("lifetime", FieldKind::Integer),
        Field::writable("jwks", FieldKind::Structure),
        Field::by_server("created", FieldKind::Time),
    ];

    fn matches(text: &str, object: &Value) -> bool {
        let (schema, filter) = parse(text).and_then(|f| bind(&f, FIELDS)).unwrap();
        filter::matches(&filter, &schema, object)
    }

    #[test]
    fn filters_know_the_fields_and_their_types() {
        let object = json!({
            "id": "7", "name": "Payroll", "tags": ["a", "B"], "active": true, "lifetime": 60,
            "created": "2026-11-21T19:57:56Z", "jwks": {"keys": []},
        });
        for yes in [
            "name eq \"payroll\"",
            "id eq \"7\"",
            "tags eq \"b\" and active eq true",
            "lifetime lt 61",
            "created gt \"2026-11-21T00:00:00+01:00\"",
            "not (name co \"x\") or name sw \"z\"",
        ] {
            assert!(matches(yes, &object), "{yes}");
        }
        for no in ["name eq \"pay\"", "tags eq \"c\"", "lifetime gt 60", "active eq false"] {
            assert!(!matches(no, &object), "{no}");
        }
    }

    #[test]
    fn a_filter_on_anything_else_is_refused() {
        for bad in ["", "name", "nme eq \"x\"", "jwks pr", "meta.created pr", "externalId pr",
            "schemas pr", "lifetime eq \"x\"", "name eq 'x'"] {
            let refused = parse(bad).and_then(|filter| bind(&filter, FIELDS)).unwrap_err();
            assert_eq!(refused.field, "filter", "{bad}");
        }
    }

    #[test]
    fn the_query_is_read_strictly() {
        assert_eq!(ListQuery::parse([]).unwrap().page_size(), 20);
        assert_eq!(ListQuery::parse([("page_size", "200")]).unwrap().page_size(), 200);
        for (name, value) in [("page_size", "0"), ("page_size", "201"), ("page_size", "x"), ("page", "1")] {
            assert_eq!(ListQuery::parse([(name, value)]).unwrap_err().field, name);
        }
        for name in PARAMETERS {
            assert!(ListQuery::parse([(name, "1"), (name, "1")]).is_err(), "{name}");
        }
    }
}
