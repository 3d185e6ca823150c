//! What PATCH does (RFC 7644 §3.5.2), for a caller who sees everything.

use super::fixture::{EXTENSION, barbara, code, groups, object, set, things, users};
use scim::{
    ResourceSchema, ScimError,
    patch::{PatchRequest, Patched, bind},
    urn,
};
use serde_json::{Map, Value, json};

pub(crate) fn request(operations: Value) -> Result<PatchRequest, ScimError> {
    PatchRequest::parse(object(
        json!({ "schemas": [urn::PATCH_OP], "Operations": operations }),
    ))
}

pub(crate) fn patched(
    schema: &ResourceSchema,
    visible: &str,
    resource: &Map<String, Value>,
    operations: Value,
) -> Result<Patched, ScimError> {
    let id = resource.get("id").and_then(Value::as_str).unwrap_or("1");
    bind(&request(operations)?, schema, &set(schema, visible), id)?.apply(resource)
}

/// The named attributes of a user after one operation.
fn user(operation: Value, names: &[&str]) -> Value {
    let outcome = patched(&users(), "*", &barbara(), json!([operation])).unwrap();
    let mut resource = outcome.resource;
    resource.retain(|key, _| names.contains(&key.as_str()));
    Value::Object(resource)
}

#[test]
fn add() {
    for (operation, expected) in [
        // §3.5.2.1: a single-valued attribute is replaced.
        (
            json!({"op": "add", "path": "title", "value": "Guide"}),
            json!({"title": "Guide"}),
        ),
        (
            json!({"op": "Add", "path": "displayName", "value": "B"}),
            json!({"displayName": "B"}),
        ),
        // A complex attribute's sub-attributes are added, the others stay.
        (
            json!({"op": "add", "path": "name", "value": {"givenName": "B", "middleName": "J"}}),
            json!({"name": {"formatted": "Ms. Barbara J Jensen, III", "familyName": "Jensen", "givenName": "B", "middleName": "J"}}),
        ),
        (
            json!({"op": "add", "path": "NAME.MIDDLENAME", "value": "J"}),
            json!({"name": {"formatted": "Ms. Barbara J Jensen, III", "familyName": "Jensen", "givenName": "Barbara", "middleName": "J"}}),
        ),
        // A multi-valued attribute gets new values; one that is there is not added again.
        (
            json!({"op": "add", "path": "emails", "value": [{"type": "HOME", "value": "Babs@jensen.org"}, {"value": "new@x"}]}),
            json!({"emails": [
                {"value": "bjensen@example.com", "type": "work", "primary": true},
                {"value": "babs@jensen.org", "type": "home"},
                {"value": "new@x"},
            ]}),
        ),
        // One object for an array of one; a new primary value takes the place of the old one.
        (
            json!({"op": "add", "path": "emails", "value": {"value": "new@x", "primary": true}}),
            json!({"emails": [
                {"value": "bjensen@example.com", "type": "work", "primary": false},
                {"value": "babs@jensen.org", "type": "home"},
                {"value": "new@x", "primary": true},
            ]}),
        ),
        (
            json!({"op": "add", "path": "photos", "value": []}),
            json!({}),
        ),
        // Values that a filter selects.
        (
            json!({"op": "add", "path": "emails[type eq \"home\"].display", "value": "Home"}),
            json!({"emails": [
                {"value": "bjensen@example.com", "type": "work", "primary": true},
                {"value": "babs@jensen.org", "type": "home", "display": "Home"},
            ]}),
        ),
        // All spellings of an extension attribute.
        (
            json!({"op": "add", "path": format!("{}:department", urn::ENTERPRISE_USER), "value": "Tours"}),
            json!({urn::ENTERPRISE_USER: {"department": "Tours"}}),
        ),
        (
            json!({"op": "add", "path": urn::ENTERPRISE_USER, "value": {"department": "Tours", "manager": {"value": "m"}}}),
            json!({urn::ENTERPRISE_USER: {"department": "Tours", "manager": {"value": "m"}}}),
        ),
        (
            json!({"op": "add", "path": format!("{}:displayName", urn::USER), "value": "B"}),
            json!({"displayName": "B"}),
        ),
        // Without path: names, paths, extensions.
        (
            json!({"op": "add", "value": {
                "schemas": ["ignored"],
                "DisplayName": "B",
                "name.familyName": "J",
                (urn::ENTERPRISE_USER): {"department": "Tours"},
                format!("{}:costCenter", urn::ENTERPRISE_USER): "7",
                "emails[type eq \"home\"].value": "h@x",
            }}),
            json!({
                "displayName": "B",
                "name": {"formatted": "Ms. Barbara J Jensen, III", "familyName": "J", "givenName": "Barbara"},
                urn::ENTERPRISE_USER: {"department": "Tours", "costCenter": "7"},
                "emails": [
                    {"value": "bjensen@example.com", "type": "work", "primary": true},
                    {"value": "h@x", "type": "home"},
                ],
            }),
        ),
    ] {
        let names = names(&operation, &expected);
        assert_eq!(user(operation.clone(), &names), expected, "{operation}");
    }
}

/// The attributes that an operation is about: those expected, or the one it names.
fn names<'a>(operation: &'a Value, expected: &'a Value) -> Vec<&'a str> {
    let mut names: Vec<&str> = expected
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    names.extend(operation["path"].as_str());
    names
}

#[test]
fn replace() {
    for (operation, expected) in [
        (
            json!({"op": "replace", "path": "displayName", "value": "B"}),
            json!({"displayName": "B"}),
        ),
        (
            json!({"op": "REPLACE", "path": "title", "value": "Guide"}),
            json!({"title": "Guide"}),
        ),
        (
            json!({"op": "replace", "path": "displayName", "value": null}),
            json!({}),
        ),
        (
            json!({"op": "replace", "path": "emails", "value": []}),
            json!({}),
        ),
        (
            json!({"op": "replace", "path": "emails", "value": [{"value": "one@x"}]}),
            json!({"emails": [{"value": "one@x"}]}),
        ),
        // §3.5.2.3: sub-attributes that are not specified are left unchanged.
        (
            json!({"op": "replace", "path": "name", "value": {"givenName": "B", "formatted": null}}),
            json!({"name": {"familyName": "Jensen", "givenName": "B"}}),
        ),
        // Figure 5 of §3.5.2.3: values selected by a filter.
        (
            json!({"op": "replace", "path": "addresses[type eq \"work\"]", "value": {"type": "work", "streetAddress": "911 Universal City Plaza", "primary": true}}),
            json!({"addresses": [
                {"type": "work", "streetAddress": "911 Universal City Plaza", "primary": true},
                {"type": "home", "streetAddress": "456 Hollywood Blvd", "locality": "Hollywood"},
            ]}),
        ),
        // Figure 6: a sub-attribute of the selected values.
        (
            json!({"op": "replace", "path": "addresses[type eq \"work\"].streetAddress", "value": "1010 Broadway Ave"}),
            json!({"addresses": [
                {"type": "work", "streetAddress": "1010 Broadway Ave", "locality": "Hollywood", "primary": true},
                {"type": "home", "streetAddress": "456 Hollywood Blvd", "locality": "Hollywood"},
            ]}),
        ),
        (
            json!({"op": "replace", "path": "addresses[locality eq \"hollywood\"].region", "value": "CA"}),
            json!({"addresses": [
                {"type": "work", "streetAddress": "100 Universal City Plaza", "locality": "Hollywood", "primary": true, "region": "CA"},
                {"type": "home", "streetAddress": "456 Hollywood Blvd", "locality": "Hollywood", "region": "CA"},
            ]}),
        ),
        // Without a filter, every value's.
        (
            json!({"op": "replace", "path": "emails.type", "value": "other"}),
            json!({"emails": [
                {"value": "bjensen@example.com", "type": "other", "primary": true},
                {"value": "babs@jensen.org", "type": "other"},
            ]}),
        ),
        (
            json!({"op": "replace", "path": "photos.type", "value": "photo"}),
            json!({"photos": [{"type": "photo"}]}),
        ),
        // Another value becomes the primary one.
        (
            json!({"op": "replace", "path": "emails[type eq \"home\"].primary", "value": "True"}),
            json!({"emails": [
                {"value": "bjensen@example.com", "type": "work", "primary": false},
                {"value": "babs@jensen.org", "type": "home", "primary": true},
            ]}),
        ),
        (
            json!({"op": "replace", "value": {"active": false, "title": null}}),
            json!({"active": false}),
        ),
    ] {
        let names = names(&operation, &expected);
        assert_eq!(user(operation.clone(), &names), expected, "{operation}");
    }
}

#[test]
fn remove() {
    let work = json!({"value": "bjensen@example.com", "type": "work", "primary": true});
    for (path, expected) in [
        ("displayName", json!({})),
        ("title", json!({})),
        ("name", json!({})),
        (
            "name.formatted",
            json!({"name": {"familyName": "Jensen", "givenName": "Barbara"}}),
        ),
        ("emails", json!({})),
        (
            "emails[type eq \"home\" and value ew \"@jensen.org\"]",
            json!({"emails": [work]}),
        ),
        ("emails[value pr]", json!({})),
        (
            "emails[type eq \"home\"].value",
            json!({"emails": [work, {"type": "home"}]}),
        ),
        (
            "emails.primary",
            json!({"emails": [{"value": "bjensen@example.com", "type": "work"}, {"value": "babs@jensen.org", "type": "home"}]}),
        ),
        (
            "emails.display",
            json!({"emails": [work, {"value": "babs@jensen.org", "type": "home"}]}),
        ),
    ] {
        let name = path.split(['.', '[']).next().unwrap();
        assert_eq!(
            user(json!({"op": "remove", "path": path}), &[name]),
            expected,
            "{path}"
        );
    }
}

#[test]
fn what_ends_empty_is_unassigned() {
    let schema = things();
    let thing = object(json!({
        "schemas": ["urn:example:Thing"],
        "tags": ["a", "b"],
        "items": [{"value": "v"}],
        EXTENSION: {"place": {"room": "1"}},
    }));
    let after = |path: &str| {
        patched(
            &schema,
            "*",
            &thing,
            json!([{"op": "remove", "path": path}]),
        )
        .unwrap()
        .resource
    };
    assert_eq!(after("items.value").get("items"), None);
    let gone = after(&format!("{EXTENSION}:place.room"));
    assert_eq!(gone.get(EXTENSION), None);
    assert_eq!(gone["schemas"], json!(["urn:example:Thing"]));
    assert_eq!(after(EXTENSION).get(EXTENSION), None);
    assert_eq!(after("tags").get("tags"), None);

    let add = |value: Value| {
        patched(
            &schema,
            "*",
            &thing,
            json!([{"op": "add", "path": "tags", "value": value}]),
        )
        .unwrap()
    };
    assert_eq!(
        add(json!(["B", "c"])).resource["tags"],
        json!(["a", "b", "c"])
    );
    assert_eq!(add(json!("c")).resource["tags"], json!(["a", "b", "c"]));
    let room = json!([{"op": "add", "path": format!("{EXTENSION}:level"), "value": "9"}]);
    assert_eq!(
        patched(&schema, "*", &thing, room).unwrap().resource["schemas"],
        json!(["urn:example:Thing", EXTENSION])
    );
}

#[test]
fn operations_build_on_each_other() {
    let operations = json!([
        {"op": "remove", "path": "emails"},
        {"op": "add", "path": "emails", "value": [{"value": "a@x", "type": "work"}]},
        {"op": "replace", "path": "emails[type eq \"work\"].value", "value": "b@x"},
        {"op": "add", "path": "emails", "value": [{"value": "c@x"}]},
        {"op": "add", "path": "emails", "value": [{"value": "C@x"}]},
    ]);
    let user = patched(&users(), "*", &barbara(), operations)
        .unwrap()
        .resource;
    assert_eq!(
        user["emails"],
        json!([{"value": "b@x", "type": "work"}, {"value": "c@x"}])
    );
}

#[test]
fn s8_one_failing_operation_fails_all() {
    let operations = json!([
        {"op": "replace", "path": "displayName", "value": "changed"},
        {"op": "remove", "path": "emails[type eq \"den\"]"},
    ]);
    let before = barbara();
    assert!(patched(&users(), "*", &before, operations).is_err());
    assert_eq!(before, barbara());
}

#[test]
fn what_is_derived_from_others_is_ignored_in_values() {
    let user =
        object(json!({ "userName": "u", urn::ENTERPRISE_USER: {"manager": {"value": "m"}} }));
    let shown = json!({"value": "m", "$ref": "https://x/Users/m", "displayName": "Max"});
    let manager = format!("{}:manager", urn::ENTERPRISE_USER);
    for operation in [
        json!({"op": "replace", "path": manager, "value": shown}),
        json!({"op": "add", "value": {manager.clone(): shown}}),
        json!({"op": "replace", "value": {urn::ENTERPRISE_USER: {"manager": shown}}}),
    ] {
        let outcome = patched(&users(), "*", &user, json!([operation])).unwrap();
        assert!(outcome.unchanged, "{operation}");
    }
    let group = object(json!({ "displayName": "g", "members": [{"value": "1", "type": "User"}] }));
    let shown =
        json!([{"value": "1", "type": "User", "$ref": "https://x/Users/1", "display": "Ada"}]);
    let replace = json!([{"op": "replace", "path": "members", "value": shown}]);
    assert!(patched(&groups(), "*", &group, replace).unwrap().unchanged);
    for (schema, resource, path) in [
        (users(), &user, format!("{manager}.$ref")),
        (groups(), &group, "members.$ref".to_owned()),
        (groups(), &group, "members[value eq \"1\"].$ref".to_owned()),
    ] {
        let named = json!([{"op": "replace", "path": path, "value": "https://x"}]);
        let refused = patched(&schema, "*", resource, named).unwrap_err();
        assert_eq!(code(&refused), "400 mutability", "{path}");
    }
}

#[test]
fn members_come_and_go_by_value() {
    let schema = groups();
    let group = object(json!({
        "schemas": [urn::GROUP], "displayName": "Tour Guides",
        "members": [{"value": "1", "type": "User"}, {"value": "2", "$ref": "https://x/Users/2"}],
    }));
    let after = |operations| patched(&schema, "*", &group, operations).unwrap();
    // Figure 3 of §3.5.2.1; `display` is readOnly and ignored.
    let added = after(json!([{"op": "add", "path": "members", "value": [
        {"display": "Babs", "value": "3"}, {"value": "2", "$ref": "../Users/2", "type": "User"},
    ]}]));
    let members = json!([{"value": "1", "type": "User"}, {"value": "2", "$ref": "https://x/Users/2", "type": "User"}, {"value": "3"}]);
    assert_eq!(added.resource["members"], members);
    let same = after(json!([{"op": "add", "path": "members", "value": [{"value": "1"}]}]));
    assert!(same.unchanged);
    // §3.5.2.2.
    let removed = after(json!([{"op": "remove", "path": "members[value eq \"2\"]"}]));
    assert_eq!(
        removed.resource["members"],
        json!([{"value": "1", "type": "User"}])
    );
    assert_eq!(
        after(json!([{"op": "remove", "path": "members"}]))
            .resource
            .get("members"),
        None
    );
    // §3.5.2.3, Figure 4: all members replaced.
    let replaced = after(json!([{"op": "replace", "path": "members", "value": [{"value": "9"}]}]));
    assert_eq!(replaced.resource["members"], json!([{"value": "9"}]));
}

#[test]
fn no_change_keeps_the_version() {
    // §3.5.2.1: "If the target location already contains the value specified, no changes SHOULD be
    // made to the resource … the modification timestamp SHALL NOT be changed".
    for (operation, unchanged) in [
        (
            json!({"op": "add", "path": "displayName", "value": "Babs Jensen"}),
            true,
        ),
        (json!({"op": "replace", "path": "name", "value": {}}), true),
        (
            json!({"op": "replace", "path": "name", "value": {"givenName": "Barbara"}}),
            true,
        ),
        (
            json!({"op": "add", "path": "emails", "value": [{"value": "babs@jensen.org", "type": "home"}]}),
            true,
        ),
        (json!({"op": "remove", "path": "title"}), true),
        (
            json!({"op": "add", "path": "schemas", "value": [urn::USER]}),
            true,
        ),
        (
            json!({"op": "replace", "path": "displayName", "value": "babs jensen"}),
            false,
        ),
        (json!({"op": "remove", "path": "name.givenName"}), false),
        (
            json!({"op": "replace", "path": "password", "value": "secret"}),
            false,
        ),
    ] {
        let outcome = patched(&users(), "*", &barbara(), json!([operation])).unwrap();
        assert_eq!(outcome.unchanged, unchanged, "{operation}");
        assert!(!unchanged || outcome.resource == barbara(), "{operation}");
    }
}

#[test]
fn an_echoed_id_changes_nothing() {
    let whole = |id: &str| json!([{"op": "replace", "value": {"id": id, "displayName": "New"}}]);
    let own = barbara()["id"].as_str().unwrap().to_owned();
    let outcome = patched(&users(), "*", &barbara(), whole(&own)).unwrap();
    assert_eq!(outcome.resource["displayName"], "New");
    let refused = patched(&users(), "*", &barbara(), whole("other")).unwrap_err();
    assert_eq!(code(&refused), "400 mutability");
    let named = json!([{"op": "replace", "path": "id", "value": own}]);
    let refused = patched(&users(), "*", &barbara(), named).unwrap_err();
    assert_eq!(code(&refused), "400 mutability");
}

#[test]
fn a_selected_element_is_replaced_whole_or_added_to() {
    let emails = |op: &str| {
        let path = "emails[type eq \"work\"]";
        let operation = json!({"op": op, "path": path, "value": {"value": "new@x"}});
        user(operation, &["emails"])["emails"][0].clone()
    };
    assert_eq!(emails("replace"), json!({"value": "new@x"}));
    assert_eq!(
        emails("add"),
        json!({"value": "new@x", "type": "work", "primary": true})
    );
    // It takes the right to write all of the element.
    let schema = users();
    let path = "emails[type eq \"work\"]";
    let replace = request(json!([{"op": "replace", "path": path, "value": {"value": "new@x"}}]));
    let bound = bind(&replace.unwrap(), &schema, schema.all_attributes(), "1").unwrap();
    assert_eq!(bound.touched(), &set(&schema, "emails"));
}
