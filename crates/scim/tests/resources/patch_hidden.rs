//! PATCH by callers who see only a part (S2, S4): what they can't see neither helps nor hinders.

use super::{
    fixture::{barbara, code, object, things, users},
    patch::patched,
};
use serde_json::{Value, json};

fn emails(visible: &str, operation: Value) -> Result<Value, String> {
    let outcome = patched(&users(), visible, &barbara(), json!([operation]));
    outcome
        .map(|o| o.resource["emails"].clone())
        .map_err(|e| code(&e))
}

#[test]
fn adding_what_looks_the_same_adds_nothing_visible() {
    let after = emails(
        "emails.value",
        json!({"op": "add", "path": "emails", "value": [{"value": "babs@jensen.org", "display": "B"}]}),
    );
    let expected = json!([
        {"value": "bjensen@example.com", "type": "work", "primary": true},
        {"value": "babs@jensen.org", "type": "home", "display": "B"},
    ]);
    assert_eq!(after, Ok(expected));
}

#[test]
fn a_writer_who_sees_nothing_learns_nothing() {
    // Neither whether there are values, nor whether a value was there, nor whether it changed.
    let add = json!([{"op": "add", "path": "emails", "value": [{"value": "babs@jensen.org", "type": "home"}]}]);
    for user in [barbara(), object(json!({ "userName": "u" }))] {
        let outcome = patched(&users(), "userName", &user, add.clone()).unwrap();
        assert!(!outcome.unchanged);
        assert!(
            outcome.resource["emails"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|e| e["value"] == "babs@jensen.org")
                .count()
                == 1
        );
        let all = patched(
            &users(),
            "userName",
            &user,
            json!([{"op": "replace", "path": "emails.type", "value": "x"}]),
        )
        .unwrap();
        assert!(
            all.resource["emails"]
                .as_array()
                .unwrap()
                .iter()
                .all(|e| e["type"] == "x")
        );
        let same = json!([{"op": "replace", "path": "displayName", "value": "Babs Jensen"}]);
        assert!(
            !patched(&users(), "userName", &user, same)
                .unwrap()
                .unchanged
        );
    }
    assert_eq!(
        emails(
            "userName",
            json!({"op": "remove", "path": "emails[value pr]"})
        ),
        Err("400 invalidPath".into())
    );
}

#[test]
fn hidden_elements_are_not_selected() {
    let schema = things();
    let thing = object(json!({ "items": [{"note": "hidden"}, {"value": "seen"}] }));
    let after = |operation| {
        patched(&schema, "items.value", &thing, json!([operation]))
            .map(|o| o.resource["items"].clone())
    };
    let negated =
        json!({"op": "replace", "path": "items[not (value eq \"x\")].type", "value": "t"});
    assert_eq!(
        after(negated),
        Ok(json!([{"note": "hidden"}, {"value": "seen", "type": "t"}]))
    );
    let only_hidden = json!({"op": "remove", "path": "items[value ne \"seen\"]"});
    assert_eq!(
        after(only_hidden).map_err(|e| code(&e)),
        Err("400 noTarget".into())
    );
}

#[test]
fn a_hidden_immutable_value_stays_without_a_word() {
    let schema = things();
    let set_serial = json!([{"op": "add", "path": "serial", "value": "new"}]);
    let assigned = patched(
        &schema,
        "note",
        &object(json!({ "serial": "old" })),
        set_serial.clone(),
    )
    .unwrap();
    assert_eq!(
        (assigned.resource["serial"].as_str(), assigned.unchanged),
        (Some("old"), false)
    );
    let unassigned = patched(&schema, "note", &object(json!({})), set_serial).unwrap();
    assert_eq!(
        (unassigned.resource["serial"].as_str(), unassigned.unchanged),
        (Some("new"), false)
    );
}

#[test]
fn removing_a_part_of_a_required_attribute_depends_on_what_is_seen() {
    let schema = things();
    let remove = json!([{"op": "remove", "path": "info.a"}]);
    for info in [json!({"a": "1"}), json!({"a": "1", "b": "hidden"})] {
        let thing = object(json!({ "info": info }));
        assert_eq!(
            code(&patched(&schema, "info.a", &thing, remove.clone()).unwrap_err()),
            "400 mutability"
        );
    }
}

#[test]
fn a_new_primary_demotes_hidden_ones_too() {
    let after = emails(
        "emails.type",
        json!({"op": "replace", "path": "emails[type eq \"home\"].primary", "value": true}),
    )
    .unwrap();
    assert_eq!(
        (&after[0]["primary"], &after[1]["primary"]),
        (&json!(false), &json!(true))
    );
}
