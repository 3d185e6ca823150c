//! Bulk requests (RFC 7644 §3.7; S11).

use super::fixture::{code, object};
use proptest::prelude::*;
use scim::{
    bulk::{self, BulkRequest, BulkResponse, BulkResult, Step, order, references, resolve},
    urn,
};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};

fn parse(operations: Value) -> BulkRequest {
    BulkRequest::parse(object(
        json!({ "schemas": [urn::BULK_REQUEST], "Operations": operations }),
    ))
    .unwrap()
}

fn group(bulk_id: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members
        .iter()
        .map(|m| json!({"type": "Group", "value": format!("bulkId:{m}")}))
        .collect();
    json!({"method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": {"displayName": bulk_id, "members": members}})
}

#[test]
fn operations_are_judged_one_by_one() {
    for (operation, expected) in [
        (
            json!({"method": "POST", "path": "/Users", "bulkId": "q", "data": {}}),
            "ok",
        ),
        (
            json!({"Method": "post", "Path": "/Users", "BULKID": "q", "Data": {}}),
            "ok",
        ),
        (json!({"method": "DELETE", "path": "/Users/1"}), "ok"),
        (
            json!({"method": "PATCH", "path": "/Users/bulkId:q", "version": "W/\"1\"", "data": {}}),
            "ok",
        ),
        (
            json!({"method": "POST", "path": "/Users", "data": {}}),
            "400 invalidValue",
        ),
        (
            json!({"method": "POST", "path": "/Users", "bulkId": "", "data": {}}),
            "400 invalidValue",
        ),
        (
            json!({"method": "POST", "path": "/Users/1", "bulkId": "q", "data": {}}),
            "400 invalidValue",
        ),
        (
            json!({"method": "PUT", "path": "/Users", "data": {}}),
            "400 invalidValue",
        ),
        (
            json!({"method": "PUT", "path": "/Users/1"}),
            "400 invalidValue",
        ),
        (
            json!({"method": "PUT", "path": "/Users/1", "data": "x"}),
            "400 invalidValue",
        ),
        (
            json!({"method": "GET", "path": "/Users/1"}),
            "400 invalidValue",
        ),
        (json!({"path": "/Users/1"}), "400 invalidValue"),
        (
            json!({"method": "DELETE", "path": "Users/1"}),
            "400 invalidValue",
        ),
        (
            json!({"method": "DELETE", "path": "/Users/1/x"}),
            "400 invalidValue",
        ),
        (
            json!({"method": "DELETE", "path": "/Users/1?x=y"}),
            "400 invalidValue",
        ),
        (
            json!({"method": "DELETE", "path": "//1"}),
            "400 invalidValue",
        ),
        (
            json!({"method": "DELETE", "path": "/../1"}),
            "400 invalidValue",
        ),
    ] {
        let request = parse(json!([operation]));
        let outcome = request.entries[0]
            .operation
            .as_ref()
            .map_or_else(code, |_| "ok".to_owned());
        assert_eq!(outcome, expected, "{operation}");
    }
    let twice = parse(json!([group("a", &[]), group("a", &[]), group("b", &[])]));
    let outcomes: Vec<bool> = twice.entries.iter().map(|e| e.operation.is_ok()).collect();
    assert_eq!(outcomes, [true, false, true], "a bulkId is unique");
}

#[test]
fn whole_requests_refused() {
    let message = |members: Value| {
        let mut body =
            object(json!({ "schemas": [urn::BULK_REQUEST], "Operations": [group("a", &[])] }));
        body.extend(object(members));
        BulkRequest::parse(body)
            .map(|r| r.fail_on_errors)
            .map_err(|e| code(&e))
    };
    assert_eq!(message(json!({"failOnErrors": 1})), Ok(Some(1)));
    assert_eq!(message(json!({"failOnErrors": null})), Ok(None));
    for (members, expected) in [
        (json!({"schemas": [urn::PATCH_OP]}), "400 invalidSyntax"),
        (json!({"failOnErrors": 0}), "400 invalidValue"),
        (json!({"failOnErrors": "1"}), "400 invalidValue"),
        (json!({"Operations": []}), "400 invalidValue"),
        (json!({"Operations": {}}), "400 invalidValue"),
        (json!({"Operations": ["x"]}), "400 invalidSyntax"),
        (
            json!({"Operations": [{"verb": "POST"}]}),
            "400 invalidSyntax",
        ),
        (json!({"Operations": [{"method": 5}]}), "400 invalidSyntax"),
        (json!({"extra": 5}), "400 invalidSyntax"),
        (
            json!({"Operations": vec![group("a", &[]); bulk::MAX_OPERATIONS + 1]}),
            "413 -",
        ),
    ] {
        assert_eq!(
            message(members.clone()),
            Err(expected.to_owned()),
            "{}",
            members.to_string().get(..60).unwrap_or("…")
        );
    }
}

#[test]
fn references_are_found_and_filled_in() {
    let request = parse(json!([
        {"method": "PATCH", "path": "/Groups/bulkId:g", "data": {"Operations": [
            {"op": "add", "path": "members", "value": [{"value": "bulkId:u"}, {"value": "no bulkId:x"}]},
        ]}},
    ]));
    let operation = request.entries[0].operation.as_ref().unwrap();
    assert_eq!(references(operation), BTreeSet::from(["g", "u"]));
    let ids = HashMap::from([("g", "id-g"), ("u", "id-u")]);
    let resolved = resolve(operation, &|id| ids.get(id).copied()).unwrap();
    assert_eq!(resolved.id.as_deref(), Some("id-g"));
    assert_eq!(
        resolved.data["Operations"][0]["value"],
        json!([{"value": "id-u"}, {"value": "no bulkId:x"}])
    );
    assert_eq!(
        code(&resolve(operation, &|id| (id == "g").then_some("1")).unwrap_err()),
        "409 -"
    );
}

#[test]
fn forward_references_wait_and_the_rest_keeps_its_order() {
    let request = parse(json!([
        group("a", &["c"]),
        {"method": "DELETE", "path": "/Users/1"},
        group("b", &["unknown"]),
        {"method": "POST"},
        group("c", &["b"]),
        group("d", &["a"]),
    ]));
    // The refused entry is no part of the plan.
    assert_eq!(
        order(&request),
        [1, 2, 4, 0, 5].map(|index| step(index, &[]))
    );
}

#[test]
fn s11_circles_are_entered_once() {
    // RFC 7644 §3.7.1: two groups that contain each other; d only waits for them.
    let request = parse(json!([
        group("d", &["a"]),
        group("a", &["b"]),
        group("b", &["a"]),
        group("s", &["s"])
    ]));
    let steps = [step(1, &["b"]), step(0, &[]), step(2, &[]), step(3, &["s"])];
    assert_eq!(order(&request), steps);
}

fn step(operation: usize, ahead: &[&str]) -> Step {
    let ahead = ahead.iter().map(|id| (*id).to_owned()).collect();
    Step { operation, ahead }
}

proptest! {
    #[test]
    fn every_operation_runs_once_after_what_it_refers_to(
        edges in prop::collection::vec(prop::collection::vec(0usize..8, 0..3), 8)
    ) {
        let groups: Vec<Value> = edges.iter().enumerate().map(|(index, targets)| {
            let members: Vec<String> = targets.iter().map(|t| format!("g{t}")).collect();
            group(&format!("g{index}"), &members.iter().map(String::as_str).collect::<Vec<_>>())
        }).collect();
        let steps = order(&parse(Value::Array(groups)));
        let mut made = BTreeSet::new();
        for Step { operation, ahead } in steps {
            prop_assert!(!made.contains(&operation));
            for target in &edges[operation] {
                prop_assert_eq!(made.contains(target), !ahead.contains(&format!("g{target}")));
            }
            made.insert(operation);
        }
        prop_assert_eq!(made.len(), 8);
    }
}

#[test]
fn responses() {
    let result = BulkResult {
        method: "POST".into(),
        bulk_id: Some("q".into()),
        location: None,
        version: None,
        status: "409".into(),
        response: Some(json!({"status": "409"})),
    };
    assert_eq!(
        json!(BulkResponse::new(vec![result])),
        json!({"schemas": [urn::BULK_RESPONSE], "Operations": [
            {"method": "POST", "bulkId": "q", "status": "409", "response": {"status": "409"}},
        ]})
    );
}
