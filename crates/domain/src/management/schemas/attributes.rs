//! Attribute definitions (RFC 7643 §7) in the management API's spelling.

use super::super::{FieldError, Object, body::Body, field};
use scim::{Attribute, AttributeType, Mutability, Returned, Uniqueness};
use serde_json::{Value, json};

/// Most attributes at one level.
const MAX_ATTRIBUTES: usize = 500;

const KEYS: [&str; 12] = [
    "name",
    "type",
    "multi_valued",
    "description",
    "required",
    "canonical_values",
    "case_exact",
    "mutability",
    "returned",
    "uniqueness",
    "reference_types",
    "sub_attributes",
];

const TYPES: [(&str, AttributeType); 8] = [
    ("string", AttributeType::String),
    ("boolean", AttributeType::Boolean),
    ("decimal", AttributeType::Decimal),
    ("integer", AttributeType::Integer),
    ("dateTime", AttributeType::DateTime),
    ("reference", AttributeType::Reference),
    ("binary", AttributeType::Binary),
    ("complex", AttributeType::Complex),
];

const MUTABILITIES: [(&str, Mutability); 4] = [
    ("readOnly", Mutability::ReadOnly),
    ("readWrite", Mutability::ReadWrite),
    ("immutable", Mutability::Immutable),
    ("writeOnly", Mutability::WriteOnly),
];

const RETURNED: [(&str, Returned); 4] = [
    ("always", Returned::Always),
    ("never", Returned::Never),
    ("default", Returned::Default),
    ("request", Returned::Request),
];

const UNIQUENESS: [(&str, Uniqueness); 3] = [
    ("none", Uniqueness::None),
    ("server", Uniqueness::Server),
    ("global", Uniqueness::Global),
];

/// Reads a list of definitions; errors name the field within `outer`.
pub(super) fn read(outer: &str, value: &Value) -> Result<Vec<Attribute>, FieldError> {
    let invalid = |detail: &str| FieldError::invalid(outer, detail);
    let values = value
        .as_array()
        .ok_or_else(|| invalid("must be an array of objects"))?;
    if values.len() > MAX_ATTRIBUTES {
        return Err(invalid(&format!(
            "has more than {MAX_ATTRIBUTES} definitions"
        )));
    }
    let each = values.iter().enumerate().map(|(index, value)| {
        let outer = format!("{outer}[{index}]");
        let object = value
            .as_object()
            .ok_or_else(|| FieldError::invalid(&outer, "must be an object"))?;
        attribute(&outer, object)
    });
    each.collect()
}

fn attribute(outer: &str, object: &Object) -> Result<Attribute, FieldError> {
    let within = |error: FieldError| error.within(outer);
    if let Some(name) = object.keys().find(|name| !KEYS.contains(&name.as_str())) {
        return Err(within(field::unknown(name, KEYS.into_iter())));
    }
    let body = Body(object);
    let subs = body.value("sub_attributes");
    let attribute = fields(body).map_err(within)?;
    let sub_attributes = subs
        .map(|subs| read(&format!("{outer}.sub_attributes"), subs))
        .transpose()?;
    Ok(Attribute {
        sub_attributes: sub_attributes.unwrap_or_default(),
        ..attribute
    })
}

/// Everything but the sub-attributes, and the rules between them.
fn fields(body: Body<'_>) -> Result<Attribute, FieldError> {
    let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
    let name = body.required_text("name")?;
    let kind = body.one_of("type", &TYPES)?.unwrap_or_default();
    let attribute = Attribute {
        multi_valued: body.boolean("multi_valued")?.unwrap_or(false),
        required: body.boolean("required")?.unwrap_or(false),
        canonical_values: body
            .texts("canonical_values")?
            .map(owned)
            .unwrap_or_default(),
        case_exact: body.boolean("case_exact")?.unwrap_or(false),
        mutability: body
            .one_of("mutability", &MUTABILITIES)?
            .unwrap_or_default(),
        returned: body.one_of("returned", &RETURNED)?.unwrap_or_default(),
        uniqueness: body.one_of("uniqueness", &UNIQUENESS)?.unwrap_or_default(),
        reference_types: body
            .texts("reference_types")?
            .map(owned)
            .unwrap_or_default(),
        ..Attribute::new(name, kind, body.text("description")?.unwrap_or_default())
    };
    // S6: who may not read a value must not learn from a conflict that it exists.
    if attribute.uniqueness != Uniqueness::None && is_hidden(&attribute) {
        let detail = "can't be other than `none` for an attribute that is never returned";
        return Err(FieldError::invalid("uniqueness", detail));
    }
    if attribute.required && attribute.mutability == Mutability::ReadOnly {
        let detail = "can't be true for a readOnly attribute: nobody could give it a value";
        return Err(FieldError::invalid("required", detail));
    }
    Ok(attribute)
}

/// The definitions as [`read`] reads them; what is as RFC 7643 §2.2 has it by default is there too.
pub(super) fn write(attributes: &[Attribute]) -> Value {
    attributes
        .iter()
        .map(|attribute| Value::Object(one(attribute)))
        .collect()
}

fn one(attribute: &Attribute) -> Object {
    let mut object = Object::new();
    object.insert("name".into(), attribute.name.clone().into());
    object.insert("type".into(), json!(attribute.kind));
    object.insert("multi_valued".into(), attribute.multi_valued.into());
    if !attribute.description.is_empty() {
        object.insert("description".into(), attribute.description.clone().into());
    }
    object.insert("required".into(), attribute.required.into());
    object.insert("case_exact".into(), attribute.case_exact.into());
    object.insert("mutability".into(), json!(attribute.mutability));
    object.insert("returned".into(), json!(attribute.returned));
    object.insert("uniqueness".into(), json!(attribute.uniqueness));
    for (name, values) in [
        ("canonical_values", &attribute.canonical_values),
        ("reference_types", &attribute.reference_types),
    ] {
        if !values.is_empty() {
            object.insert(name.into(), json!(values));
        }
    }
    if !attribute.sub_attributes.is_empty() {
        object.insert("sub_attributes".into(), write(&attribute.sub_attributes));
    }
    object
}

/// Whether nobody may ever see or search it (RFC 7643 §2.2, §7).
fn is_hidden(attribute: &Attribute) -> bool {
    attribute.returned == Returned::Never || attribute.mutability == Mutability::WriteOnly
}

/// What in `new` would make resources unreadable or invalid that were stored under `old`.
pub(super) fn breaks(old: &[Attribute], new: &[Attribute]) -> Option<String> {
    let find = |list: &'_ [Attribute], name: &str| -> Option<Attribute> {
        list.iter()
            .find(|a| a.name.eq_ignore_ascii_case(name))
            .cloned()
    };
    for before in old {
        let name = &before.name;
        let Some(after) = find(new, name) else {
            return Some(format!("`{name}` can't be removed"));
        };
        let same_value = (after.kind, after.multi_valued, after.case_exact)
            == (before.kind, before.multi_valued, before.case_exact);
        if after.name != *name || !same_value {
            return Some(format!(
                "`{name}` can't get another spelling, `type`, `multi_valued` or `case_exact`"
            ));
        }
        if after.uniqueness != before.uniqueness && after.uniqueness != Uniqueness::None {
            return Some(format!("`{name}` can't become unique"));
        }
        // Filters find what was indexed when it was written: secrets never were.
        if is_hidden(&after) != is_hidden(before) {
            return Some(format!(
                "`{name}` can't become, or cease to be, `writeOnly` or never returned"
            ));
        }
        if after.required && !before.required {
            return Some(format!("`{name}` can't become required"));
        }
        if let Some(broken) = breaks(&before.sub_attributes, &after.sub_attributes) {
            return Some(format!("in `{name}`, {broken}"));
        }
    }
    let added = new
        .iter()
        .find(|a| a.required && find(old, &a.name).is_none());
    added.map(|attribute| format!("`{}` is new and can't be required", attribute.name))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn built_in_definitions_are_read_as_they_are_written() {
        for schema in scim::core::schemas() {
            let written = write(&schema.attributes);
            assert_eq!(
                read("attributes", &written).unwrap(),
                schema.attributes,
                "{}",
                schema.id
            );
        }
    }

    #[test]
    fn an_error_names_the_field_within() {
        let subs = json!([{"name": "a", "type": "complex", "sub_attributes": [{"name": "b", "caseExact": true}]}]);
        let error = read("attributes", &subs).unwrap_err();
        assert_eq!(error.field, "attributes[0].sub_attributes[0].caseExact");
        assert!(error.detail.contains("`case_exact`"), "{error}");
        let error = read("attributes", &json!([{"name": "a", "type": "text"}])).unwrap_err();
        assert_eq!(error.field, "attributes[0].type");
    }

    #[test]
    fn s6_what_is_never_returned_is_not_unique() {
        for hidden in [
            json!({"returned": "never"}),
            json!({"mutability": "writeOnly"}),
        ] {
            let mut attribute = json!({"name": "a", "uniqueness": "server"});
            attribute
                .as_object_mut()
                .unwrap()
                .extend(hidden.as_object().unwrap().clone());
            let error = read("attributes", &json!([attribute])).unwrap_err();
            assert_eq!(error.field, "attributes[0].uniqueness");
        }
    }

    #[test]
    fn stored_resources_stay_readable() {
        let old = [Attribute::string("a", ""), Attribute::boolean("b", "")];
        let with = |attribute: Attribute| [old[0].clone(), old[1].clone(), attribute];
        assert_eq!(breaks(&old, &old), None);
        assert_eq!(breaks(&old, &with(Attribute::string("c", ""))), None);
        for new in [
            vec![old[0].clone()],
            vec![Attribute::boolean("a", ""), old[1].clone()],
            vec![Attribute::string("a", "").multi_valued(), old[1].clone()],
            vec![Attribute::string("a", "").required(), old[1].clone()],
            vec![
                Attribute::string("a", "").uniqueness(Uniqueness::Server),
                old[1].clone(),
            ],
            with(Attribute::string("c", "").required()).to_vec(),
        ] {
            assert!(breaks(&old, &new).is_some(), "{new:?}");
        }
        // What filters may find is what was indexed.
        let secrets = [
            Attribute {
                returned: Returned::Never,
                ..Attribute::string("a", "")
            },
            Attribute {
                mutability: Mutability::WriteOnly,
                ..Attribute::string("a", "")
            },
        ];
        for secret in secrets {
            let within = |attribute: &Attribute| Attribute {
                sub_attributes: vec![attribute.clone()],
                ..Attribute::new("c", AttributeType::Complex, "")
            };
            for (plain, secret) in [
                (old[0].clone(), secret.clone()),
                (within(&old[0]), within(&secret)),
            ] {
                let (plain, secret) = ([plain], [secret]);
                assert!(breaks(&plain, &secret).is_some(), "{secret:?}");
                assert!(breaks(&secret, &plain).is_some(), "{secret:?}");
                assert_eq!(breaks(&secret, &secret), None);
            }
        }
    }
}
