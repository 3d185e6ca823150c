//! Core schemas and discovery (RFC 7643 §4 to §8; RFC 7644 §4).

use super::fixture::users;
use scim::{
    Attribute, AttributeType, Mutability, Returned, Schema, Uniqueness, core, discovery, urn,
};
use serde_json::{Value, json};

const BASE: &str = "https://id.example.com/scim/v2";

fn attribute<'a>(schema: &'a Schema, path: &str) -> &'a Attribute {
    let mut attributes = &schema.attributes;
    let mut found = None;
    for name in path.split('.') {
        let attribute = attributes
            .iter()
            .find(|a| a.name == name)
            .unwrap_or_else(|| panic!("{path}"));
        attributes = &attribute.sub_attributes;
        found = Some(attribute);
    }
    found.unwrap()
}

#[test]
fn user_schema_is_that_of_rfc_7643_section_8_7_1() {
    let user = core::user();
    let names: Vec<&str> = user.attributes.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "userName",
            "name",
            "displayName",
            "nickName",
            "profileUrl",
            "title",
            "userType",
            "preferredLanguage",
            "locale",
            "timezone",
            "active",
            "password",
            "emails",
            "phoneNumbers",
            "ims",
            "photos",
            "addresses",
            "groups",
            "entitlements",
            "roles",
            "x509Certificates",
        ]
    );
    let user_name = attribute(&user, "userName");
    assert!(
        user_name.required && !user_name.case_exact && user_name.uniqueness == Uniqueness::Server
    );
    let password = attribute(&user, "password");
    assert_eq!(
        (password.mutability, password.returned),
        (Mutability::WriteOnly, Returned::Never)
    );
    assert_eq!(attribute(&user, "groups").mutability, Mutability::ReadOnly);
    assert_eq!(attribute(&user, "active").kind, AttributeType::Boolean);
    assert_eq!(
        attribute(&user, "photos.value").kind,
        AttributeType::Reference
    );
    assert_eq!(
        attribute(&user, "x509Certificates.value").kind,
        AttributeType::Binary
    );
    assert_eq!(
        attribute(&user, "emails.type").canonical_values,
        ["work", "home", "other"]
    );
    for plural in user
        .attributes
        .iter()
        .filter(|a| a.multi_valued && a.name != "groups")
    {
        assert_eq!(
            attribute(&user, &format!("{}.primary", plural.name)).kind,
            AttributeType::Boolean
        );
    }
}

#[test]
fn group_and_enterprise_schemas() {
    let group = core::group();
    assert!(attribute(&group, "displayName").required);
    for sub in ["members.value", "members.$ref", "members.type"] {
        assert_eq!(attribute(&group, sub).mutability, Mutability::Immutable);
    }
    let display = attribute(&group, "members.display");
    assert_eq!(
        (display.mutability, display.returned),
        (Mutability::ReadOnly, Returned::Request)
    );
    let enterprise = core::enterprise_user();
    assert_eq!(
        attribute(&enterprise, "manager.displayName").mutability,
        Mutability::ReadOnly
    );
    assert_eq!(
        attribute(&enterprise, "manager.value").mutability,
        Mutability::ReadWrite
    );
    assert_eq!(enterprise.attributes.len(), 6);
}

#[test]
fn effective_characteristics_follow_the_parent() {
    let schema = users();
    let id = |path: &str| schema.lookup(path).unwrap().id;
    assert!(schema.is_read_only(id("groups")) && schema.is_read_only(id("meta.created")));
    assert!(!schema.is_read_only(id(&format!("{}:manager", urn::ENTERPRISE_USER))));
    assert_eq!(schema.mutability(id("emails.value")), Mutability::ReadWrite);
    assert!(schema.is_never_returned(id("password")));
    assert!(
        !schema
            .returnable(schema.all_attributes())
            .contains(id("password"))
    );
}

#[test]
fn every_schema_keeps_its_meaning_through_json() {
    for schema in core::schemas().into_iter().chain(core::discovery_schemas()) {
        let resource = discovery::schema(&schema, BASE);
        assert_eq!(
            serde_json::from_value::<Schema>(resource.clone()).unwrap(),
            schema
        );
        assert_eq!(resource["schemas"], json!([urn::SCHEMA]));
        assert_eq!(
            resource["meta"]["location"],
            format!("{BASE}/Schemas/{}", schema.id)
        );
        check_characteristics(&resource["attributes"]);
    }
}

/// RFC 7643 §7: what each attribute definition must tell.
fn check_characteristics(attributes: &Value) {
    for attribute in attributes.as_array().unwrap() {
        for name in [
            "name",
            "type",
            "multiValued",
            "description",
            "required",
            "caseExact",
            "mutability",
            "returned",
            "uniqueness",
        ] {
            assert!(attribute.get(name).is_some(), "{name} of {attribute}");
        }
        assert!(
            !attribute["description"].as_str().unwrap().is_empty(),
            "{attribute}"
        );
        assert_eq!(
            attribute["type"] == "reference",
            attribute.get("referenceTypes").is_some(),
            "{attribute}"
        );
        assert_eq!(
            attribute["type"] == "complex",
            attribute.get("subAttributes").is_some(),
            "{attribute}"
        );
        attribute
            .get("subAttributes")
            .into_iter()
            .for_each(check_characteristics);
    }
}

/// Whether a discovery resource has only what its own schema declares, and all that it requires.
fn conforms(attributes: &[Attribute], resource: &Value) {
    let members = resource.as_object().unwrap();
    for key in members
        .keys()
        .filter(|k| !["schemas", "id", "meta"].contains(&k.as_str()))
    {
        assert!(
            attributes.iter().any(|a| a.name == *key),
            "{key} is not declared"
        );
    }
    for attribute in attributes {
        let Some(value) = members.get(&attribute.name) else {
            assert!(!attribute.required, "{} is missing", attribute.name);
            continue;
        };
        assert_eq!(
            value.is_array(),
            attribute.multi_valued,
            "{}",
            attribute.name
        );
        let values = value
            .as_array()
            .map_or(std::slice::from_ref(value), Vec::as_slice);
        for value in values
            .iter()
            .filter(|_| attribute.kind == AttributeType::Complex)
        {
            conforms(&attribute.sub_attributes, value);
        }
    }
}

#[test]
fn discovery_resources_conform_to_their_schemas() {
    let config = discovery::service_provider_config(BASE);
    conforms(&core::service_provider_config().attributes, &config);
    assert_eq!(
        config["bulk"],
        json!({"supported": true, "maxOperations": 1000, "maxPayloadSize": 1_048_576})
    );
    assert_eq!(config["filter"]["maxResults"], 200);
    assert_eq!(config["pagination"]["cursor"], true);
    assert_eq!(
        config["authenticationSchemes"][0]["type"],
        "oauthbearertoken"
    );
    assert_eq!(
        config["meta"]["location"],
        format!("{BASE}/ServiceProviderConfig")
    );
    for resource_type in core::resource_types() {
        let resource = discovery::resource_type(&resource_type, BASE);
        conforms(&core::resource_type().attributes, &resource);
        assert_eq!(resource["schemas"], json!([urn::RESOURCE_TYPE]));
        assert_eq!(
            resource["meta"]["location"],
            format!("{BASE}/ResourceTypes/{}", resource_type.id)
        );
    }
    // Not the schema of schemas: describing itself it would need one level more (RFC 7643 §8.7.2).
    let other = [core::service_provider_config(), core::resource_type()];
    for schema in core::schemas().iter().chain(&other) {
        conforms(&core::schema().attributes, &discovery::schema(schema, BASE));
    }
}
