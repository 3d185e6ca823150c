//! The quick projection against the one that says what it means (S2).

use super::{
    fixture::{things, users},
    interference::{arb_leaves, run},
};
use proptest::prelude::*;
use scim::{AttributeSet, Derived, Projection, ResourceSchema, project, testing::arb_resource};
use serde_json::{Map, Value, json};

/// Puts what no schema knows into every object: a schema may have lost it since it was stored.
fn with_unknown(value: &mut Value, depth: usize) {
    match value {
        Value::Object(members) => {
            members
                .values_mut()
                .for_each(|v| with_unknown(v, depth + 1));
            members.insert("unknown".to_owned(), json!({ "a": ["]\"}", depth] }));
        }
        Value::Array(elements) => {
            elements.iter_mut().for_each(|e| with_unknown(e, depth + 1));
        }
        _ => {}
    }
}

/// What is derived, in the way of [`project`]: in the document.
fn filled(
    document: &Map<String, Value>,
    id: &Value,
    derived: &[(&str, Value)],
) -> Map<String, Value> {
    let mut document = document.clone();
    document.shift_insert(1.min(document.len()), "id".to_owned(), id.clone());
    for (name, value) in derived {
        document.insert((*name).to_owned(), value.clone());
    }
    document
}

fn quick(
    schema: &ResourceSchema,
    document: &Map<String, Value>,
    visible: &AttributeSet,
    id: &Value,
    derived: &[(&str, Value)],
) -> String {
    let id = id.to_string();
    let texts: Vec<_> = derived
        .iter()
        .map(|(name, v)| (*name, v.to_string()))
        .collect();
    let members: Vec<_> = texts
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let derived = Derived {
        id: &id,
        members: &members,
    };
    let stored = Value::Object(document.clone()).to_string();
    let text = Projection::compile(schema, visible)
        .text(&stored, derived)
        .unwrap();
    String::from_utf8(text).unwrap()
}

fn compare(schema: &ResourceSchema) {
    let inputs = (
        arb_resource(schema),
        arb_leaves(schema),
        any::<bool>(),
        any::<bool>(),
        ".*",
    );
    run(
        2_000,
        inputs,
        |(resource, visible, unknown, derives, id)| {
            let mut resource = resource;
            if unknown {
                with_unknown(&mut resource, 0);
            }
            let document = resource.as_object_mut().unwrap();
            // It is never stored.
            document.shift_remove("id");
            let meta = json!({ "resourceType": "T", "version": "W/\"1\"", "unknown": 1 });
            let name = json!({ "givenName": "derived", "unknown": [1] });
            let derived = [("name", name), ("meta", meta)];
            let derived = if derives { &derived[..] } else { &[] };
            let id = Value::from(id);
            let slow = project(schema, &filled(document, &id, derived), &visible);
            let slow = Value::Object(slow).to_string();
            let quick = quick(schema, document, &visible, &id, derived);
            prop_assert_eq!(quick, slow);
            Ok(())
        },
    );
}

#[test]
fn s2_the_quick_projection_shows_what_the_plain_one_shows() {
    compare(&users());
    compare(&things());
}

#[test]
fn what_is_not_stored_json_is_refused() {
    let projection = Projection::compile(&users(), users().all_attributes());
    let derived = Derived {
        id: "\"1\"",
        members: &[],
    };
    for text in [
        "",
        "[]",
        "{",
        "{\"userName\"",
        "{\"userName\":\"a}",
        "{\"emails\":[{]}",
    ] {
        assert!(projection.text(text, derived).is_err(), "{text}");
    }
    assert_eq!(projection.text("{}", derived).unwrap(), b"{\"id\":\"1\"}");
}
