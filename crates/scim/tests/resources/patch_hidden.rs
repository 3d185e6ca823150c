//! PATCH by callers who see only a part (S2, S4): what they can't see neither helps nor hinders.

use super::{
    fixture::{barbara, code, groups, object, things, users},
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
fn what_is_added_with_more_than_is_seen_is_new() {
    // It looks like one that is there, but may differ in what is hidden.
    let after = emails(
        "emails.value",
        json!({"op": "add", "path": "emails", "value": [{"value": "babs@jensen.org", "type": "other"}]}),
    );
    let expected = json!([
        {"value": "bjensen@example.com", "type": "work", "primary": true},
        {"value": "babs@jensen.org", "type": "home"},
        {"value": "babs@jensen.org", "type": "other"},
    ]);
    assert_eq!(after, Ok(expected));
    let same = json!({"op": "add", "path": "emails", "value": [{"value": "babs@jensen.org"}]});
    assert_eq!(
        emails("emails.value", same),
        Ok(barbara()["emails"].clone())
    );
    let member =
        json!([{"op": "add", "path": "members", "value": [{"value": "B", "type": "User"}]}]);
    let group = object(json!({ "members": [{"value": "A", "type": "User"}] }));
    let outcome = patched(&groups(), "members.type", &group, member).unwrap();
    assert_eq!(
        outcome.resource["members"],
        json!([{"value": "A", "type": "User"}, {"value": "B", "type": "User"}])
    );
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

#[test]
fn hidden_values_do_not_count_against_the_size() {
    let schema = things();
    let note = "x".repeat(scim::validate::MAX_VISIBLE);
    let write = json!([{"op": "replace", "path": "title", "value": "new"}]);
    let thing = object(json!({ "title": "t", "note": note }));
    assert!(patched(&schema, "title", &thing, write.clone()).is_ok());
    let refused = patched(&schema, "*", &thing, write).unwrap_err();
    assert_eq!(code(&refused), "413 -");
}

#[test]
fn the_order_of_members_tells_nothing_of_what_was_hidden() {
    // Found by the two worlds: an attribute with a hidden part keeps its place, a new one went last.
    let add = json!([{"op": "add", "path": "emails.type", "value": "work"}]);
    let before = [
        json!({"userName": "u", "emails": [{"value": "hidden"}], "title": "t"}),
        json!({"userName": "u", "title": "t"}),
    ];
    for before in before {
        let after = patched(
            &users(),
            "emails.type title userName",
            &object(before),
            add.clone(),
        );
        let keys: Vec<String> = after.unwrap().resource.keys().cloned().collect();
        assert_eq!(keys, ["schemas", "userName", "title", "emails"]);
    }
}
