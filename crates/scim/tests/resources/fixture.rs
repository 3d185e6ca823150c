//! Schemas and resources that the tests share.

use scim::{
    Attribute, AttributeSet, AttributeType, Mutability, ResourceSchema, ResourceType, Returned,
    Schema, SchemaExtension, core,
};
use serde_json::{Map, Value, json};

pub(crate) const EXTENSION: &str = "urn:example:extension";

pub(crate) fn users() -> ResourceSchema {
    compiled("User")
}

pub(crate) fn groups() -> ResourceSchema {
    compiled("Group")
}

fn compiled(name: &str) -> ResourceSchema {
    let schemas = core::schemas();
    let resource_type = core::resource_types()
        .into_iter()
        .find(|t| t.name == name)
        .unwrap();
    ResourceSchema::compile(resource_type, |urn| schemas.iter().find(|s| s.id == urn)).unwrap()
}

/// A type with every combination of characteristics that the rules of writing turn on.
pub(crate) fn things() -> ResourceSchema {
    let string = |name: &str| Attribute::string(name, "");
    let thing = Schema {
        id: "urn:example:Thing".to_owned(),
        name: None,
        description: None,
        attributes: vec![
            string("title").required(),
            string("note"),
            string("serial").immutable(),
            string("state").read_only(),
            string("secret")
                .mutability(Mutability::WriteOnly)
                .returned(Returned::Never),
            string("shy").returned(Returned::Request),
            string("tags").multi_valued(),
            Attribute::new("size", AttributeType::Integer, ""),
            Attribute::new("weight", AttributeType::Decimal, ""),
            Attribute::new("made", AttributeType::DateTime, ""),
            Attribute::complex("badge", "", vec![string("number"), string("color")]).immutable(),
            Attribute::complex(
                "info",
                "",
                vec![string("a"), string("b"), string("c").case_exact()],
            )
            .required(),
            Attribute::complex(
                "items",
                "",
                vec![
                    string("value"),
                    string("type"),
                    string("note"),
                    Attribute::boolean("primary", ""),
                    string("origin").read_only(),
                ],
            )
            .multi_valued(),
            Attribute::complex("keys", "", vec![string("value"), string("type")])
                .multi_valued()
                .immutable(),
            Attribute::complex(
                "parts",
                "",
                vec![
                    string("value").case_exact().immutable(),
                    string("type").immutable(),
                    string("note"),
                ],
            )
            .multi_valued(),
            Attribute::complex("must", "", vec![string("value").required(), string("note")])
                .multi_valued()
                .required(),
        ],
    };
    let extension = Schema {
        id: EXTENSION.to_owned(),
        name: None,
        description: None,
        attributes: vec![
            string("level"),
            Attribute::complex("place", "", vec![string("room"), string("floor")]),
            Attribute::complex("links", "", vec![string("value"), string("type")]).multi_valued(),
        ],
    };
    let resource_type = ResourceType {
        id: "Thing".to_owned(),
        name: "Thing".to_owned(),
        description: None,
        endpoint: "/Things".to_owned(),
        schema: thing.id.clone(),
        schema_extensions: vec![SchemaExtension {
            schema: extension.id.clone(),
            required: false,
        }],
    };
    let all = [thing, extension];
    ResourceSchema::compile(resource_type, |urn| all.iter().find(|s| s.id == urn)).unwrap()
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

/// The leaves of the given paths; `*` is all.
pub(crate) fn set(schema: &ResourceSchema, paths: &str) -> AttributeSet {
    let mut set = AttributeSet::new();
    for path in paths.split_whitespace() {
        if path == "*" {
            set.union_with(schema.all_attributes());
        } else {
            let node = schema
                .lookup(path)
                .unwrap_or_else(|| panic!("no attribute {path}"));
            set.union_with(&schema.leaves(node.id));
        }
    }
    set
}

/// The paths of a set's leaves, for messages and comparison.
pub(crate) fn paths(schema: &ResourceSchema, set: &AttributeSet) -> String {
    let paths: Vec<&str> = set.iter().map(|id| schema.node(id).path.as_str()).collect();
    paths.join(" ")
}

/// Error as `status scimType`.
pub(crate) fn code(error: &scim::ScimError) -> String {
    let keyword = serde_json::to_value(error.scim_type).unwrap();
    format!("{} {}", error.status, keyword.as_str().unwrap_or("-"))
}

/// RFC 7643 §8.2, shortened.
pub(crate) fn barbara() -> Map<String, Value> {
    object(json!({
        "schemas": [scim::urn::USER],
        "id": "2819c223-7f76-453a-919d-413861904646",
        "externalId": "701984",
        "userName": "bjensen@example.com",
        "name": {
            "formatted": "Ms. Barbara J Jensen, III",
            "familyName": "Jensen",
            "givenName": "Barbara",
        },
        "displayName": "Babs Jensen",
        "emails": [
            { "value": "bjensen@example.com", "type": "work", "primary": true },
            { "value": "babs@jensen.org", "type": "home" },
        ],
        "addresses": [
            { "type": "work", "streetAddress": "100 Universal City Plaza", "locality": "Hollywood", "primary": true },
            { "type": "home", "streetAddress": "456 Hollywood Blvd", "locality": "Hollywood" },
        ],
        "groups": [{ "value": "e9e30dba", "display": "Tour Guides" }],
        "active": true,
        "meta": { "resourceType": "User", "created": "2010-01-23T04:56:22Z" },
    }))
}
