//! Filters of lists, in SCIM's grammar (RFC 7644 §3.4.2.2) over the fields of a resource.

use super::{Field, FieldError, FieldKind};
use scim::{
    Attribute, AttributeSet, AttributeType, ResourceSchema, ResourceType, Schema, ScimError,
    filter::{self, BoundFilter, CompareOp, Filter, Literal},
};
use serde_json::Value;

/// A filter with its meaning for one resource of the management API.
pub(super) struct ObjectFilter {
    written: Filter,
    schema: ResourceSchema,
    bound: BoundFilter,
}

impl ObjectFilter {
    /// Reads a filter over `fields`; those that are structures can't be named in it.
    pub(super) fn read(text: &str, fields: &[Field]) -> Result<Self, FieldError> {
        let written: Filter = text
            .parse()
            .map_err(|error: ScimError| invalid(&error.detail))?;
        let schema = schema(fields).map_err(|error| invalid(&error.to_string()))?;
        let visible: AttributeSet = fields
            .iter()
            .filter_map(|field| schema.lookup(field.name))
            .map(|node| node.id)
            .collect();
        let bound = filter::bind(&written, &schema, &visible);
        let bound = bound.map_err(|error| invalid(&error.detail))?;
        Ok(Self {
            written,
            schema,
            bound,
        })
    }

    /// Whether it matches the JSON of a thing.
    pub(super) fn matches(&self, object: &Value) -> bool {
        filter::matches(&self.bound, &self.schema, object)
    }

    /// What it demands a field to be equal to, where it says so with `eq`, alone or beside other
    /// demands.
    pub(super) fn equal_to(&self, field: &str) -> Option<&str> {
        self.compared(field).find_map(|demand| match demand {
            (CompareOp::Eq, Literal::String(text)) => Some(text.as_str()),
            _ => None,
        })
    }

    /// What it demands a field to be compared with, alone or beside other demands.
    pub(super) fn compared(&self, field: &str) -> impl Iterator<Item = (CompareOp, &Literal)> {
        let demands = match &self.written {
            Filter::And(all) => all.as_slice(),
            one => std::slice::from_ref(one),
        };
        demands.iter().filter_map(move |demand| match demand {
            Filter::Compare { path, op, literal } if path.as_str().eq_ignore_ascii_case(field) => {
                Some((*op, literal))
            }
            _ => None,
        })
    }
}

fn invalid(detail: &str) -> FieldError {
    FieldError::invalid("filter", format!("is invalid: {detail}"))
}

/// The fields as SCIM attributes, for their filters.
fn schema(fields: &[Field]) -> Result<ResourceSchema, scim::SchemaError> {
    const URN: &str = "urn:ambit:management";
    let schema = Schema {
        id: URN.to_owned(),
        name: None,
        description: None,
        attributes: fields
            .iter()
            .filter(|f| f.name != "id")
            .filter_map(attribute)
            .collect(),
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
    if !field.filtered {
        return None;
    }
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
        Field::id(),
        Field::writable("name", FieldKind::Text, "a"),
        Field::writable("tags", FieldKind::Texts, "a"),
        Field::writable("active", FieldKind::Boolean, "a"),
        Field::writable("lifetime", FieldKind::Integer, "a"),
        Field::writable("jwks", FieldKind::Structure, "a"),
        Field::created(),
    ];

    fn matches(text: &str, object: &Value) -> bool {
        ObjectFilter::read(text, FIELDS).unwrap().matches(object)
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
        for no in [
            "name eq \"pay\"",
            "tags eq \"c\"",
            "lifetime gt 60",
            "active eq false",
        ] {
            assert!(!matches(no, &object), "{no}");
        }
    }

    #[test]
    fn a_filter_on_anything_else_is_refused() {
        for bad in [
            "",
            "name",
            "nme eq \"x\"",
            "jwks pr",
            "meta.created pr",
            "externalId pr",
            "schemas pr",
            "lifetime eq \"x\"",
            "name eq 'x'",
        ] {
            let refused = ObjectFilter::read(bad, FIELDS).err().unwrap();
            assert_eq!(refused.field, "filter", "{bad}");
        }
    }

    #[test]
    fn what_is_demanded_with_eq_is_known() {
        let demanded = |text: &str| {
            let filter = ObjectFilter::read(text, FIELDS).unwrap();
            filter.equal_to("name").map(str::to_owned)
        };
        assert_eq!(demanded("name eq \"a\"").as_deref(), Some("a"));
        assert_eq!(
            demanded("active eq true and Name eq \"a\"").as_deref(),
            Some("a")
        );
        for other in [
            "name ne \"a\"",
            "not (name eq \"a\")",
            "name eq \"a\" or active eq true",
        ] {
            assert_eq!(demanded(other), None, "{other}");
        }
    }
}
