//! What PATCH refuses (RFC 7644 §3.5.2, §3.12 Table 9), and what it touches.

use super::{
    fixture::{EXTENSION, barbara, code, groups, object, paths, set, things, users},
    patch::{patched, request},
};
use scim::{patch, urn};
use serde_json::{Value, json};

fn refused(operation: Value) -> String {
    match patched(&users(), "*", &barbara(), json!([operation])) {
        Ok(outcome) => format!("accepted: {:?}", outcome.resource),
        Err(error) => code(&error),
    }
}

#[test]
fn bad_requests() {
    let body = |schemas: Value, operations: Value| {
        object(json!({ "schemas": schemas, "Operations": operations }))
    };
    let good = json!([{"op": "remove", "path": "title"}]);
    let mut extra = body(json!([urn::PATCH_OP]), good.clone());
    extra.insert("comment".to_owned(), json!("x"));
    let many = Value::Array(vec![
        json!({"op": "remove", "path": "title"});
        patch::MAX_OPERATIONS + 1
    ]);
    for (body, expected) in [
        (body(json!([]), good.clone()), "400 invalidSyntax"),
        (body(json!([urn::USER]), good.clone()), "400 invalidSyntax"),
        (body(Value::Null, good.clone()), "400 invalidSyntax"),
        (
            object(json!({ "Operations": good.clone() })),
            "400 invalidSyntax",
        ),
        (extra, "400 invalidSyntax"),
        (body(json!([urn::PATCH_OP]), json!([])), "400 invalidValue"),
        (body(json!([urn::PATCH_OP]), json!({})), "400 invalidValue"),
        (
            object(json!({ "schemas": [urn::PATCH_OP] })),
            "400 invalidValue",
        ),
        (
            body(json!([urn::PATCH_OP]), json!(["x"])),
            "400 invalidValue",
        ),
        (body(json!([urn::PATCH_OP]), many), "413 -"),
    ] {
        assert_eq!(
            code(&patch::PatchRequest::parse(body.clone()).unwrap_err()),
            expected,
            "{body:?}"
        );
    }
    let lower = object(json!({ "schemas": [urn::PATCH_OP], "operations": good }));
    assert!(patch::PatchRequest::parse(lower).is_ok());
}

#[test]
fn bad_operations() {
    for (operation, expected) in [
        (json!({"path": "title", "value": "x"}), "400 invalidValue"),
        (
            json!({"op": "set", "path": "title", "value": "x"}),
            "400 invalidValue",
        ),
        (
            json!({"op": 5, "path": "title", "value": "x"}),
            "400 invalidValue",
        ),
        (
            json!({"op": "add", "path": "title", "value": "x", "pth": 1}),
            "400 invalidSyntax",
        ),
        (json!({"op": "add", "path": "title"}), "400 invalidValue"),
        (
            json!({"op": "add", "path": "title", "value": null}),
            "400 invalidValue",
        ),
        (
            json!({"op": "replace", "path": "title"}),
            "400 invalidValue",
        ),
        (json!({"op": "remove"}), "400 noTarget"),
        (
            json!({"op": "remove", "path": "emails", "value": [{"value": "babs@jensen.org"}]}),
            "400 invalidValue",
        ),
        (json!({"op": "add", "value": "x"}), "400 invalidValue"),
        // Paths.
        (
            json!({"op": "add", "path": 5, "value": "x"}),
            "400 invalidValue",
        ),
        (json!({"op": "remove", "path": ""}), "400 invalidPath"),
        (
            json!({"op": "remove", "path": "shoeSize"}),
            "400 invalidPath",
        ),
        (
            json!({"op": "remove", "path": "name.nick"}),
            "400 invalidPath",
        ),
        (
            json!({"op": "remove", "path": "urn:example:none:title"}),
            "400 invalidPath",
        ),
        (
            json!({"op": "remove", "path": "emails[0]"}),
            "400 invalidPath",
        ),
        (
            json!({"op": "remove", "path": "emails[type eq \"work\""}),
            "400 invalidPath",
        ),
        (
            json!({"op": "remove", "path": "emails[type eq \"work\"]value"}),
            "400 invalidPath",
        ),
        (
            json!({"op": "remove", "path": "emails[type eq \"work\"].value.x"}),
            "400 invalidPath",
        ),
        (
            json!({"op": "remove", "path": "emails[type eq \"work\"].shoe"}),
            "400 invalidPath",
        ),
        (
            json!({"op": "remove", "path": "emails[shoe eq \"work\"]"}),
            "400 invalidPath",
        ),
        (
            json!({"op": "remove", "path": "title[value eq \"x\"]"}),
            "400 invalidFilter",
        ),
        (
            json!({"op": "remove", "path": "name[givenName eq \"x\"]"}),
            "400 invalidFilter",
        ),
        (
            json!({"op": "add", "value": {"shoeSize": 5}}),
            "400 invalidValue",
        ),
        (
            json!({"op": "add", "value": {"name.nick": "x"}}),
            "400 invalidValue",
        ),
        (
            json!({"op": "add", "value": {"a b": "x"}}),
            "400 invalidValue",
        ),
        // Values.
        (
            json!({"op": "add", "path": "title", "value": 5}),
            "400 invalidValue",
        ),
        (
            json!({"op": "add", "path": "title", "value": ["x"]}),
            "400 invalidValue",
        ),
        (
            json!({"op": "add", "path": "title", "value": {}}),
            "400 invalidValue",
        ),
        (
            json!({"op": "add", "path": "emails", "value": "a@x"}),
            "400 invalidValue",
        ),
        (
            json!({"op": "add", "path": "emails", "value": [{"shoe": 1}]}),
            "400 invalidValue",
        ),
        (
            json!({"op": "add", "path": "name", "value": "Babs"}),
            "400 invalidValue",
        ),
        (
            json!({"op": "add", "path": "name", "value": {"nick": "x"}}),
            "400 invalidValue",
        ),
        (
            json!({"op": "add", "path": "name", "value": {"givenName": "a", "GIVENNAME": "b"}}),
            "400 invalidSyntax",
        ),
        (
            json!({"op": "add", "path": format!("{}:manager", urn::ENTERPRISE_USER), "value": "m"}),
            "400 invalidValue",
        ),
        (
            json!({"op": "replace", "path": "emails[type eq \"work\"]", "value": "x"}),
            "400 invalidValue",
        ),
        (
            json!({"op": "replace", "path": "userName", "value": ""}),
            "400 invalidValue",
        ),
        (
            json!({"op": "add", "path": "schemas", "value": ["urn:example:none"]}),
            "400 invalidValue",
        ),
        // One primary value at most (RFC 7643 §2.4).
        (
            json!({"op": "add", "path": "emails", "value": [{"value": "a", "primary": true}, {"value": "b", "primary": true}]}),
            "400 invalidValue",
        ),
        (
            json!({"op": "replace", "path": "emails.primary", "value": true}),
            "400 invalidValue",
        ),
        (
            json!({"op": "replace", "path": "emails[value pr].primary", "value": true}),
            "400 invalidValue",
        ),
        // Nothing selected.
        (
            json!({"op": "replace", "path": "emails[type eq \"den\"].value", "value": "x"}),
            "400 noTarget",
        ),
        (
            json!({"op": "add", "path": "emails[type eq \"den\"]", "value": {"value": "x"}}),
            "400 noTarget",
        ),
        (
            json!({"op": "remove", "path": "emails[type eq \"den\"]"}),
            "400 noTarget",
        ),
        (
            json!({"op": "remove", "path": "photos[type pr].value"}),
            "400 noTarget",
        ),
        // readOnly.
        (
            json!({"op": "replace", "path": "id", "value": "x"}),
            "400 mutability",
        ),
        (
            json!({"op": "remove", "path": "meta.created"}),
            "400 mutability",
        ),
        (
            json!({"op": "add", "path": "groups", "value": [{"value": "x"}]}),
            "400 mutability",
        ),
        (
            json!({"op": "remove", "path": "groups[value eq \"e9e30dba\"]"}),
            "400 mutability",
        ),
        (json!({"op": "add", "value": {"id": "x"}}), "400 mutability"),
        (
            json!({"op": "replace", "path": format!("{}:manager.displayName", urn::ENTERPRISE_USER), "value": "x"}),
            "400 mutability",
        ),
        // Required.
        (
            json!({"op": "remove", "path": "userName"}),
            "400 mutability",
        ),
        (
            json!({"op": "replace", "path": "userName", "value": null}),
            "400 mutability",
        ),
        (json!({"op": "remove", "path": "schemas"}), "400 mutability"),
    ] {
        assert_eq!(refused(operation.clone()), expected, "{operation}");
    }
}

#[test]
fn immutable_values_are_set_once() {
    let schema = things();
    let thing = object(json!({
        "schemas": ["urn:example:Thing"],
        "serial": "7", "badge": {"number": "1"}, "keys": [{"value": "k"}], "parts": [{"value": "p", "type": "x"}],
    }));
    for (operation, accepted) in [
        (
            json!({"op": "replace", "path": "serial", "value": "8"}),
            false,
        ),
        (
            json!({"op": "replace", "path": "serial", "value": "7"}),
            true,
        ),
        (json!({"op": "remove", "path": "serial"}), false),
        (
            json!({"op": "add", "path": "badge.color", "value": "red"}),
            true,
        ),
        (
            json!({"op": "add", "path": "badge.number", "value": "2"}),
            false,
        ),
        (json!({"op": "remove", "path": "badge"}), false),
        (
            json!({"op": "add", "path": "keys", "value": [{"value": "l"}]}),
            false,
        ),
        (
            json!({"op": "remove", "path": "keys[value eq \"k\"]"}),
            false,
        ),
        (
            json!({"op": "replace", "path": "keys", "value": [{"value": "k"}]}),
            true,
        ),
        (
            json!({"op": "replace", "path": "parts[value eq \"p\"].value", "value": "q"}),
            false,
        ),
        (
            json!({"op": "remove", "path": "parts[value eq \"p\"].type"}),
            false,
        ),
        (
            json!({"op": "replace", "path": "parts[value eq \"p\"].note", "value": "n"}),
            true,
        ),
        (
            json!({"op": "remove", "path": "parts[value eq \"p\"]"}),
            true,
        ),
        (
            json!({"op": "replace", "path": "parts", "value": [{"value": "q"}]}),
            true,
        ),
    ] {
        let outcome = patched(&schema, "*", &thing, json!([operation])).map(|_| ());
        assert_eq!(
            outcome.map_err(|e| code(&e)),
            if accepted {
                Ok(())
            } else {
                Err("400 mutability".into())
            },
            "{operation}"
        );
    }
    let first = patched(
        &schema,
        "*",
        &object(json!({})),
        json!([{"op": "add", "path": "serial", "value": "7"}]),
    );
    assert_eq!(first.unwrap().resource["serial"], "7");
}

#[test]
fn required_values_stay() {
    let schema = things();
    let thing = object(
        json!({ "title": "t", "info": {"a": "1", "b": "2"}, "must": [{"value": "v", "note": "n"}] }),
    );
    for (operations, accepted) in [
        (json!([{"op": "remove", "path": "info.a"}]), true),
        (
            json!([{"op": "remove", "path": "info.a"}, {"op": "remove", "path": "info.b"}]),
            false,
        ),
        (json!([{"op": "remove", "path": "info"}]), false),
        (
            json!([{"op": "remove", "path": "must[value eq \"v\"]"}]),
            false,
        ),
        (
            json!([{"op": "remove", "path": "must[value eq \"v\"]"}, {"op": "add", "path": "must", "value": [{"value": "w"}]}]),
            true,
        ),
        (json!([{"op": "remove", "path": "must.value"}]), false),
        (json!([{"op": "remove", "path": "must.note"}]), true),
        (
            json!([{"op": "replace", "path": "must", "value": []}]),
            false,
        ),
    ] {
        let outcome = patched(&schema, "*", &thing, operations.clone())
            .map(|_| ())
            .map_err(|e| code(&e));
        assert_eq!(
            outcome,
            if accepted {
                Ok(())
            } else {
                Err("400 mutability".into())
            },
            "{operations}"
        );
    }
    for element in [json!({"note": "n"}), json!({"value": "", "note": "n"})] {
        let add = json!([{"op": "add", "path": "must", "value": [element]}]);
        assert_eq!(
            code(&patched(&schema, "*", &thing, add).unwrap_err()),
            "400 invalidValue"
        );
    }
}

#[test]
fn touched_are_the_leaves_that_are_written() {
    let schema = things();
    let ext = |path: &str| format!("{EXTENSION}:{path}");
    for (operation, expected) in [
        (
            json!({"op": "add", "path": "note", "value": "x"}),
            "note".to_owned(),
        ),
        (
            json!({"op": "replace", "path": "info", "value": {"a": "x"}}),
            "info.a".to_owned(),
        ),
        (
            json!({"op": "remove", "path": "badge"}),
            "badge.number badge.color".to_owned(),
        ),
        (
            json!({"op": "add", "path": "items", "value": [{"value": "x"}, {"note": "y", "origin": "z"}]}),
            "items.value items.note".to_owned(),
        ),
        (
            json!({"op": "replace", "path": "items", "value": [{"value": "x"}]}),
            "items.value items.type items.note items.primary".to_owned(),
        ),
        (
            json!({"op": "remove", "path": "items[type eq \"x\"]"}),
            "items.value items.type items.note items.primary".to_owned(),
        ),
        (
            json!({"op": "remove", "path": "items[type eq \"x\"].note"}),
            "items.note".to_owned(),
        ),
        (
            json!({"op": "replace", "path": "items[type eq \"x\"]", "value": {"value": "y"}}),
            "items.value items.type items.note items.primary".to_owned(),
        ),
        (
            json!({"op": "add", "path": "items[type eq \"x\"]", "value": {"value": "y"}}),
            "items.value".to_owned(),
        ),
        (
            json!({"op": "replace", "path": "items.type", "value": "y"}),
            "items.type".to_owned(),
        ),
        (
            json!({"op": "remove", "path": EXTENSION}),
            [
                "level",
                "place.room",
                "place.floor",
                "links.value",
                "links.type",
            ]
            .map(ext)
            .join(" "),
        ),
        (
            json!({"op": "add", "value": {"NOTE": "x", "INFO.B": "y", ext("PLACE.ROOM"): "1", "schemas": []}}),
            format!("note info.b {}", ext("place.room")),
        ),
    ] {
        let request = request(json!([operation])).unwrap();
        let bound = patch::bind(&request, &schema, schema.all_attributes(), "1").unwrap();
        assert_eq!(paths(&schema, bound.touched()), expected, "{operation}");
    }
}

#[test]
fn s2_a_filter_tests_only_what_is_visible() {
    // A hidden attribute is answered in the very words of an unknown one.
    let schema = groups();
    let detail = |visible: &str, filter: &str| {
        let request =
            request(json!([{"op": "remove", "path": format!("members[{filter}]")}])).unwrap();
        patch::bind(&request, &schema, &set(&schema, visible), "1")
            .map(|_| ())
            .unwrap_err()
    };
    let hidden = detail("members.value", "type eq \"User\"");
    let unknown = detail("members.value", "tapy eq \"User\"");
    assert_eq!(code(&hidden), "400 invalidPath");
    assert_eq!(hidden.detail.replace("`type`", "`tapy`"), unknown.detail);
    assert_eq!(hidden.status, unknown.status);
}

#[test]
fn a_request_may_ask_for_so_much_work_only() {
    let elements: Vec<Value> = (0..10_000)
        .map(|n| json!({"value": n.to_string()}))
        .collect();
    let thing = object(json!({ "items": elements }));
    let outcome = |filter: &str, count: usize| {
        let operation =
            json!({"op": "replace", "path": format!("items[{filter}].type"), "value": "t"});
        let operations = Value::Array(vec![operation; count]);
        patched(&things(), "*", &thing, operations)
            .map(|_| ())
            .map_err(|e| code(&e))
    };
    let terms = vec!["value eq \"7\""; 60].join(" or ");
    assert_eq!(outcome(&terms, 2), Ok(()));
    assert_eq!(outcome(&terms, 9), Err("413 -".to_owned()));
    assert_eq!(outcome("value eq \"7\"", 9), Ok(()));
    // Additions that can't be taken together count all that is there.
    let add = [
        json!({"op": "add", "path": "items", "value": {"value": "x"}}),
        json!({"op": "add", "path": "tags", "value": "x"}),
    ];
    let operations: Vec<Value> = add.iter().cloned().cycle().take(1000).collect();
    let refused = patched(&things(), "*", &thing, Value::Array(operations)).unwrap_err();
    assert_eq!(code(&refused), "413 -");
}

#[test]
fn an_element_is_not_made_without_what_tells_it() {
    let schema = things();
    let outcome = |path: &str| {
        let operation = json!([{"op": "add", "path": path, "value": "x"}]);
        patched(&schema, "*", &object(json!({ "title": "t" })), operation)
            .map(|p| p.resource)
            .map_err(|e| code(&e))
    };
    for path in ["parts.type", "must.note"] {
        assert_eq!(outcome(path), Err("400 invalidValue".to_owned()), "{path}");
    }
    assert_eq!(
        outcome("parts.value").unwrap()["parts"],
        json!([{"value": "x"}])
    );
}

#[test]
fn s8_no_member_of_a_message_is_given_twice_in_any_case() {
    let twice = json!([{"op": "add", "path": "title", "PATH": "note", "value": "x"}]);
    assert_eq!(code(&request(twice).unwrap_err()), "400 invalidSyntax");
    let body = json!({"schemas": [urn::PATCH_OP], "Operations": [], "operations": []});
    let refused = patch::PatchRequest::parse(object(body)).unwrap_err();
    assert_eq!(code(&refused), "400 invalidSyntax");
}

#[test]
fn what_a_caller_wrote_is_repeated_in_short() {
    let long = "x".repeat(5_000);
    let message = json!({"schemas": [urn::PATCH_OP], long.clone(): 1});
    let twice = format!("{{\"{long}\": 1, \"{long}\": 2}}");
    let canonical = |body: Value| scim::validate::canonical(&things(), object(body));
    for error in [
        patch::PatchRequest::parse(object(message)).unwrap_err(),
        scim::json::read(twice.as_bytes()).unwrap_err(),
        canonical(json!({ "schemas": [long, "urn:example:Thing"] })).unwrap_err(),
        canonical(json!({ "schemas": ["urn:example:Thing"], long.clone(): 1 })).unwrap_err(),
        scim::filter::bind(
            &format!("size eq \"{}\"", "x".repeat(4_000))
                .parse()
                .unwrap(),
            &things(),
            things().all_attributes(),
        )
        .unwrap_err(),
        scim::filter::bind(
            &format!("{} pr", "x".repeat(500)).parse().unwrap(),
            &things(),
            things().all_attributes(),
        )
        .unwrap_err(),
    ] {
        assert!(error.detail.len() < 400, "{}", error.detail);
    }
}
