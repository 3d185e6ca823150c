//! PUT (RFC 7644 §3.5.1, product rule: a caller replaces what it may modify and retrieve; S4).

use super::fixture::{EXTENSION, barbara, code, groups, object, paths, set, things, users};
use scim::{ResourceSchema, ScimError, replace, urn, validate};
use serde_json::{Map, Value, json};

fn put(
    schema: &ResourceSchema,
    current: &Map<String, Value>,
    sent: Value,
    retrieve: &str,
    modify: &str,
) -> Result<replace::Plan, ScimError> {
    let mut body = object(json!({ "schemas": [schema.base_urn()] }));
    body.extend(object(sent));
    let incoming = validate::replacement(schema, body)?;
    replace::plan(
        schema,
        current,
        incoming,
        &set(schema, retrieve),
        &set(schema, modify),
    )
}

fn thing() -> Map<String, Value> {
    object(json!({
        "schemas": ["urn:example:Thing", EXTENSION],
        "id": "1", "title": "t", "note": "n", "serial": "7", "state": "s", "secret": "x",
        "info": {"a": "1", "b": "2"},
        "items": [
            {"value": "x", "type": "work", "note": "hidden", "origin": "o"},
            {"value": "y", "type": "home", "primary": true},
            {"note": "invisible"},
        ],
        "parts": [{"value": "p", "type": "t", "note": "n"}],
        "must": [{"value": "m"}],
        EXTENSION: {"level": "1", "place": {"room": "5", "floor": "2"}},
        "meta": {"version": "v"},
    }))
}

/// The plan's value of `name` and what it touches.
fn planned(name: &str, sent: Value, retrieve: &str, modify: &str) -> (Value, String) {
    let schema = things();
    let plan = put(&schema, &thing(), sent, retrieve, modify).unwrap();
    (
        plan.resource.get(name).cloned().unwrap_or_default(),
        paths(&schema, &plan.touched),
    )
}

#[test]
fn with_all_rights_it_replaces_everything_that_can_be_written() {
    let schema = users();
    let mut before = barbara();
    before.insert("password".to_owned(), json!("secret"));
    let sent = json!({"id": "other", "meta": {"version": "x"}, "groups": [], "userName": "new", "emails": [{"value": "a@x"}]});
    let plan = put(&schema, &before, sent, "*", "*").unwrap();
    let expected = json!({
        "schemas": [urn::USER],
        "id": "2819c223-7f76-453a-919d-413861904646",
        "userName": "new",
        "emails": [{"value": "a@x"}],
        "groups": [{"value": "e9e30dba", "display": "Tour Guides"}],
        "meta": {"resourceType": "User", "created": "2010-01-23T04:56:22Z"},
        // A password can't be retrieved, so that its absence removes nothing.
        "password": "secret",
    });
    assert_eq!(Value::Object(plan.resource), expected);
    assert!(!plan.unchanged);
}

#[test]
fn the_same_again_keeps_the_version() {
    let sent = Value::Object(barbara());
    let plan = put(&users(), &barbara(), sent.clone(), "*", "*").unwrap();
    assert!(plan.unchanged && plan.touched.is_empty() && plan.resource == barbara());
    // Written without being seen: the version must not tell whether it was the same.
    let blind = put(
        &users(),
        &barbara(),
        json!({"userName": "bjensen@example.com"}),
        "name",
        "userName",
    )
    .unwrap();
    assert!(!blind.unchanged);
}

#[test]
fn absent_attributes() {
    for (retrieve, modify, note) in [
        ("*", "*", None),
        ("note", "*", None),
        ("title", "*", Some("n")),
        ("*", "title", Some("n")),
    ] {
        let schema = things();
        let sent = json!({"title": "t", "info": {"a": "1", "b": "2"}, "must": [{"value": "m"}]});
        let plan = put(&schema, &thing(), sent, retrieve, modify).unwrap();
        assert_eq!(
            plan.resource.get("note").and_then(Value::as_str),
            note,
            "{retrieve} / {modify}"
        );
    }
    // Sub-attributes of a singular complex attribute, and attributes of an extension, one by one.
    let sent = json!({"info": {"a": "9"}});
    assert_eq!(
        planned("info", sent.clone(), "info.a", "info"),
        (json!({"a": "9", "b": "2"}), "info.a".into())
    );
    assert_eq!(
        planned("info", sent, "info", "info"),
        (json!({"a": "9"}), "info.a".into())
    );
    let room = format!("{EXTENSION}:place.room");
    assert_eq!(
        planned(EXTENSION, json!({}), &room, &room),
        (
            json!({"level": "1", "place": {"floor": "2"}}),
            String::new()
        )
    );
    assert_eq!(
        planned(EXTENSION, json!({}), EXTENSION, EXTENSION),
        (Value::Null, String::new())
    );
}

#[test]
fn present_attributes_outside_modify() {
    // Readable and unchanged is fine; everything else is touched, and so refused by the caller.
    assert_eq!(planned("note", json!({"note": "n"}), "note", "title").1, "");
    assert_eq!(
        planned("note", json!({"note": "m"}), "note", "title").1,
        "note"
    );
    assert_eq!(
        planned("note", json!({"note": "n"}), "title", "note").1,
        "note"
    );
    assert_eq!(
        planned(
            "info",
            json!({"info": {"a": "1", "b": "2"}}),
            "info.a",
            "note"
        )
        .1,
        "info.b"
    );
}

#[test]
fn elements_are_matched_by_what_is_seen() {
    let seen = "items.value items.type";
    let (items, touched) = planned(
        "items",
        json!({"items": [
            {"value": "Y", "type": "home"},
            {"value": "x", "type": "work"},
            {"value": "z", "type": "new", "primary": true},
        ]}),
        seen,
        "items",
    );
    assert_eq!(
        items,
        json!([
            {"value": "Y", "type": "home", "primary": false},
            {"value": "x", "type": "work", "note": "hidden", "origin": "o"},
            {"value": "z", "type": "new", "primary": true},
            {"note": "invisible"},
        ])
    );
    assert_eq!(touched, "items.value items.type items.primary");
    // A visible element that vanishes needs the whole attribute; an invisible one stays.
    let (items, touched) = planned(
        "items",
        json!({"items": [{"value": "x", "type": "work"}]}),
        seen,
        "items",
    );
    assert_eq!(
        items,
        json!([{"value": "x", "type": "work", "note": "hidden", "origin": "o"}, {"note": "invisible"}])
    );
    assert_eq!(touched, "items.value items.type items.note items.primary");
    // Adding needs only what is added.
    let same =
        json!([{"value": "x", "type": "work"}, {"value": "y", "type": "home"}, {"value": "w"}]);
    assert_eq!(
        planned("items", json!({"items": same}), seen, "items.value").1,
        "items.value"
    );
    // Who sees nothing replaces the whole.
    assert_eq!(
        planned("items", json!({"items": [{"value": "w"}]}), "note", "*"),
        (
            json!([{"value": "w"}]),
            "items.value items.type items.note items.primary".into()
        )
    );
    // Absent: removed only with every right, else kept.
    assert_eq!(planned("items", json!({}), "items", "items").0, Value::Null);
    assert_eq!(
        planned("items", json!({}), seen, "items").0,
        thing()["items"]
    );
}

#[test]
fn elements_that_look_alike_stay_apart() {
    let alike = json!([{"value": "a", "type": "work"}, {"value": "b", "type": "work"}]);
    let user = object(json!({ "userName": "u", "emails": alike }));
    let emails = |sent: Value, modify: &str| {
        let sent = json!({ "userName": "u", "emails": sent });
        let plan = put(&users(), &user, sent, "userName emails.type", modify).unwrap();
        (plan.resource["emails"].clone(), plan.unchanged)
    };
    let shown = json!([{"type": "work"}, {"type": "work"}]);
    assert_eq!(emails(shown, "userName"), (alike.clone(), true));
    // Who can't tell them apart can't have meant one of them to go.
    assert_eq!(emails(json!([{"type": "work"}]), "*"), (alike, true));
}

#[test]
fn what_is_sent_with_more_than_is_seen_is_new() {
    let group = object(json!({ "displayName": "g", "members": [{"value": "A", "type": "User"}] }));
    let sent = json!({ "displayName": "g", "members": [{"value": "B", "type": "User"}] });
    let plan = put(&groups(), &group, sent, "displayName members.type", "*").unwrap();
    assert_eq!(
        plan.resource["members"],
        json!([{"value": "B", "type": "User"}, {"value": "A", "type": "User"}])
    );
}

#[test]
fn what_is_derived_from_others_is_ignored() {
    let member = json!({"value": "A", "type": "User"});
    let group = object(json!({ "displayName": "g", "members": [member] }));
    let shown = json!({ "displayName": "g", "members": [
        {"value": "A", "type": "User", "$ref": "https://x/Users/A", "display": "Ada"},
    ] });
    let plan = put(&groups(), &group, shown, "*", "displayName").unwrap();
    assert!(plan.unchanged && plan.touched.is_empty());
    let manager = json!({"value": "m"});
    let user = object(json!({ "userName": "u", urn::ENTERPRISE_USER: {"manager": manager} }));
    let shown = json!({ "userName": "u", urn::ENTERPRISE_USER: {
        "manager": {"value": "m", "$ref": "https://x/Users/m", "displayName": "Max"},
    } });
    let plan = put(&users(), &user, shown, "*", "userName").unwrap();
    assert!(plan.unchanged && plan.touched.is_empty());
}

#[test]
fn members_like_elements_are_matched_by_value() {
    let seen = "parts";
    let (parts, touched) = planned(
        "parts",
        json!({"parts": [{"value": "p", "note": "new"}, {"value": "q"}]}),
        seen,
        "*",
    );
    assert_eq!(
        parts,
        json!([{"value": "p", "type": "t", "note": "new"}, {"value": "q"}])
    );
    assert_eq!(touched, "parts.value parts.note");
}

#[test]
fn immutable_and_required() {
    let schema = things();
    let whole = |mut sent: Value| {
        for (name, value) in [
            ("title", json!("t")),
            ("info", json!({"a": "1"})),
            ("must", json!([{"value": "m"}])),
        ] {
            sent.as_object_mut().unwrap().entry(name).or_insert(value);
        }
        put(&schema, &thing(), sent, "*", "*")
            .map(|plan| plan.resource)
            .map_err(|e| code(&e))
    };
    assert_eq!(whole(json!({"serial": "7"})).unwrap()["serial"], "7");
    assert_eq!(
        whole(json!({})).unwrap()["serial"],
        "7",
        "an absent immutable value stays"
    );
    assert_eq!(whole(json!({"serial": "8"})), Err("400 mutability".into()));
    assert_eq!(
        whole(json!({"parts": [{"value": "p", "type": "other"}]})),
        Err("400 mutability".into())
    );
    for missing in ["title", "info", "must"] {
        assert_eq!(
            whole(json!({ missing: null })),
            Err("400 invalidValue".into()),
            "{missing}"
        );
    }
    assert_eq!(whole(json!({"title": ""})), Err("400 invalidValue".into()));
    assert_eq!(
        whole(json!({"must": [{"note": "n"}]})),
        Err("400 invalidValue".into())
    );
    // Who can't see it can neither learn of the old value nor change it.
    let hidden = put(&schema, &thing(), json!({"serial": "8"}), "note", "serial").unwrap();
    assert_eq!(
        (hidden.resource["serial"].as_str(), hidden.unchanged),
        (Some("7"), false)
    );
    // Without the right to modify it is a 403, not a hint at mutability.
    let denied = put(&schema, &thing(), json!({"serial": "8"}), "serial", "note").unwrap();
    assert_eq!(paths(&schema, &denied.touched), "serial");
}

#[test]
fn the_order_of_members_tells_nothing_of_what_was_hidden() {
    let sent = json!({"userName": "u", "title": "t", "emails": [{"type": "work"}]});
    let before = [
        json!({"emails": [{"value": "hidden"}], "userName": "u", "title": "t"}),
        json!({"userName": "u", "title": "t"}),
    ];
    for before in before {
        let seen = "emails.type title userName";
        let plan = put(&users(), &object(before), sent.clone(), seen, "*").unwrap();
        let keys: Vec<&String> = plan.resource.keys().collect();
        assert_eq!(keys, ["schemas", "userName", "title", "emails"]);
    }
}
