#![allow(clippy::unwrap_used)]
use super::*;
use scim::{AttributePath, core, urn};
use serde_json::json;

fn user() -> Arc<ResourceSchema> {
    let schemas = core::schemas();
    let find = |urn: &str| schemas.iter().find(|schema| schema.id == urn);
    let mut types = core::resource_types().into_iter();
    let user = types.find(|known| known.name == "User").unwrap();
    Arc::new(ResourceSchema::compile(user, find).unwrap())
}

fn person() -> Map<String, Value> {
    let person = json!({
        "userName": "ada",
        "nickName": "",
        "name": {"formatted": "Ada Lovelace", "givenName": "Ada", "familyName": "Lovelace"},
        "emails": [
            {"value": "home@x.example", "type": "home"},
            {"type": "other", "primary": false},
            {"value": "work@x.example", "type": "work", "primary": true},
        ],
        "addresses": [
            {"type": "work", "primary": true, "streetAddress": "12 St James's Square",
             "postalCode": "SW1Y 4JH", "locality": "London", "country": "GB"},
        ],
        "roles": [],
        urn::ENTERPRISE_USER: {"department": "Engines", "manager": {"value": "26118915"}},
    });
    person.as_object().unwrap().clone()
}

fn set(schema: &ResourceSchema, paths: &[&str]) -> AttributeSet {
    let mut set = AttributeSet::new();
    for path in paths {
        let path: AttributePath = path.parse().unwrap();
        set.union_with(&schema.leaves(schema.resolve(&path).unwrap().id));
    }
    set
}

fn seen(text: &str) -> Option<Value> {
    let schema = user();
    let path = ClaimPath::parse(text, &schema).unwrap();
    path.value(&person(), schema.all_attributes())
}

#[test]
fn paths_give_what_is_there() {
    let enterprise = format!("{}:department", urn::ENTERPRISE_USER);
    let manager = format!("{}:manager.value", urn::ENTERPRISE_USER);
    for (path, value) in [
        ("userName", json!("ada")),
        ("USERNAME", json!("ada")),
        ("name.givenName", json!("Ada")),
        ("emails[primary eq true].value", json!("work@x.example")),
        ("emails[type eq \"HOME\"].value", json!("home@x.example")),
        ("emails[value pr].value", json!("home@x.example")),
        ("emails[type pr].value", json!("home@x.example")),
        ("emails.value", json!(["home@x.example", "work@x.example"])),
        (enterprise.as_str(), json!("Engines")),
        (manager.as_str(), json!("26118915")),
        (
            "name",
            json!({"formatted": "Ada Lovelace", "given_name": "Ada", "family_name": "Lovelace"}),
        ),
    ] {
        assert_eq!(seen(path), Some(value), "{path}");
    }
}

/// OpenID Connect Core §5.1.1.
#[test]
fn an_address_has_the_members_of_the_standard() {
    let address = json!({
        "street_address": "12 St James's Square", "postal_code": "SW1Y 4JH", "locality": "London",
        "country": "GB",
    });
    assert_eq!(seen("addresses[primary eq true]"), Some(address.clone()));
    assert_eq!(seen("addresses"), Some(json!([address])));
}

/// OpenID Connect Core §5.3.2: what has no value is left out.
#[test]
fn empty_is_no_value() {
    for path in [
        "nickName",
        "title",
        "roles.value",
        "roles[value pr].value",
        "emails[type eq \"fax\"].value",
        "name.middleName",
        "photos",
    ] {
        assert_eq!(seen(path), None, "{path}");
    }
}

/// S2: what is tested shows as much as what is given.
#[test]
fn s2_a_path_gives_nothing_unless_all_of_it_may_be_seen() {
    let schema = user();
    let value = |path: &str, allowed: &[&str]| {
        let path = ClaimPath::parse(path, &schema).unwrap();
        path.value(&person(), &set(&schema, allowed))
    };
    let primary = "emails[primary eq true].value";
    assert_eq!(value(primary, &["emails.value"]), None);
    assert_eq!(value(primary, &["emails.primary"]), None);
    assert!(value(primary, &["emails.value", "emails.primary"]).is_some());
    assert!(value("emails.value", &["emails.value"]).is_some());
    assert_eq!(value("name", &["name.givenName"]), None);
    assert!(value("name", &["name"]).is_some());
    // `not` is satisfied by what is hidden: all of the element must be seen.
    let not = "emails[not (type eq \"home\")].value";
    assert_eq!(value(not, &["emails.value", "emails.type"]), None);
    assert_eq!(value(not, &["emails"]), Some(json!("work@x.example")));
    let address = "addresses[primary eq true]";
    assert_eq!(value(address, &["addresses.locality"]), None);
    assert!(value(address, &["addresses"]).is_some());
}

#[test]
fn leaves_are_those_shown_and_those_tested() {
    let schema = user();
    for (path, leaves) in [
        ("userName", vec!["userName"]),
        ("name.givenName", vec!["name.givenName"]),
        (
            "emails[type eq \"work\" or display co \"x\"].value",
            vec!["emails.value", "emails.type", "emails.display"],
        ),
        (
            "addresses[primary eq true]",
            vec![
                "addresses.formatted",
                "addresses.streetAddress",
                "addresses.locality",
                "addresses.region",
                "addresses.postalCode",
                "addresses.country",
                "addresses.primary",
            ],
        ),
        ("emails.type", vec!["emails.type"]),
    ] {
        let read = ClaimPath::parse(path, &schema).unwrap();
        assert_eq!(read.leaves(), &set(&schema, &leaves), "{path}");
    }
}

#[test]
fn what_is_no_path_is_refused() {
    let schema = user();
    for bad in [
        "",
        " ",
        "noSuch",
        "name.noSuch",
        "emails[primary eq true].noSuch",
        "emails[noSuch eq true].value",
        "emails[primary eq \"x\"].value",
        "emails[primary eq true",
        "emails[primary eq true]value",
        "emails[]",
        "emails[].value",
        "name[givenName pr].familyName",
        "userName[value pr]",
        "name.givenName.x",
        // S5: a secret is no claim, nor is it tested.
        "password",
        urn::ENTERPRISE_USER,
        &format!("emails[value eq \"{}\"].value", "x".repeat(2000)),
    ] {
        assert!(ClaimPath::parse(bad, &schema).is_err(), "{bad}");
    }
}
