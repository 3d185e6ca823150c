//! Bulk (RFC 7644 §3.7, S11).

use crate::{
    support::Answer,
    world::{ENTERPRISE, GROUP, Scim, World, user},
};
use serde_json::{Value, json};

async fn bulk(world: &World, scim: &Scim, operations: Value) -> Answer {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": operations,
    });
    world.post(scim, "/Bulk", &body).await
}

fn post(bulk_id: &str, path: &str, data: Value) -> Value {
    json!({ "method": "POST", "path": path, "bulkId": bulk_id, "data": data })
}

fn statuses(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    let operations = body["Operations"].as_array().unwrap().iter();
    operations
        .map(|operation| operation["status"].as_str().unwrap().to_owned())
        .collect()
}

/// The ids of what the operations were about.
fn ids(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    let operations = body["Operations"].as_array().unwrap().iter();
    operations
        .map(|operation| operation["location"].as_str().unwrap())
        .map(|location| location.rsplit('/').next().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn operations_are_done_and_answered_in_order() {
    let world = World::start().await;
    let keep = world.user("keep", json!({})).await;
    let go = world.user("go", json!({})).await;
    let patch = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "add", "path": "title", "value": "Guide" }],
    });
    let answer = bulk(
        &world,
        &world.full,
        json!([
            post("new", "/Users", user("new", json!({}))),
            { "method": "patch", "path": format!("/Users/{keep}"), "data": patch },
            { "method": "PUT", "path": format!("/Users/{keep}"), "data": user("kept", json!({})) },
            { "method": "DELETE", "path": format!("/Users/{go}") },
            { "method": "DELETE", "path": format!("/Users/{go}") },
        ]),
    )
    .await
    .expect(200);
    assert_eq!(statuses(&answer), ["201", "200", "200", "204", "404"]);
    let body = answer.json();
    assert_eq!(
        body["schemas"],
        json!(["urn:ietf:params:scim:api:messages:2.0:BulkResponse"])
    );
    let operations = &body["Operations"];
    assert_eq!(operations[0]["bulkId"], "new");
    let new = &ids(&answer)[0];
    let seen = world.seen(&format!("/Users/{new}")).await;
    assert_eq!(operations[0]["version"], seen["meta"]["version"]);
    assert_eq!(operations[0].get("response"), None);
    let location = world.full.url(&format!("/Users/{go}"));
    assert_eq!(
        operations[3],
        json!({ "method": "DELETE", "location": location, "status": "204" })
    );
    assert_eq!(operations[4]["location"], location);
    assert_eq!(operations[4]["response"]["status"], "404");
    assert_eq!(
        world.seen(&format!("/Users/{keep}")).await["userName"],
        "kept"
    );
}

#[tokio::test]
async fn references_by_bulk_id_lead_both_ways() {
    let world = World::start().await;
    let answer = bulk(
        &world,
        &world.full,
        json!([
            post(
                "g",
                "/Groups",
                json!({
                    "schemas": [GROUP], "displayName": "Guides",
                    "members": [{ "value": "bulkId:u1", "type": "User" }, { "value": "bulkId:u2" }],
                })
            ),
            post("u1", "/Users", user("u1", json!({}))),
            post(
                "u2",
                "/Users",
                user(
                    "u2",
                    json!({ ENTERPRISE: { "manager": { "value": "bulkId:u1" } } })
                )
            ),
        ]),
    )
    .await
    .expect(200);
    assert_eq!(statuses(&answer), ["201", "201", "201"]);
    let ids = ids(&answer);
    let group = world.seen(&format!("/Groups/{}", ids[0])).await;
    let members: Vec<&Value> = group["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| &m["value"])
        .collect();
    assert_eq!(members, [&json!(ids[1]), &json!(ids[2])]);
    let report = world.seen(&format!("/Users/{}", ids[2])).await;
    assert_eq!(report[ENTERPRISE]["manager"]["value"], json!(ids[1]));
}

/// A group whose one member is what another operation makes.
fn group_of(own: &str, other: &str) -> Value {
    let member = json!([{ "value": format!("bulkId:{other}") }]);
    let group = json!({ "schemas": [GROUP], "displayName": own, "members": member });
    post(own, "/Groups", group)
}

#[tokio::test]
async fn rfc7644_3_7_1_resources_that_refer_to_each_other_are_made() {
    let world = World::start().await;
    let circle = json!([
        group_of("a", "b"),
        group_of("b", "a"),
        group_of("own", "own")
    ]);
    let answer = bulk(&world, &world.full, circle).await.expect(200);
    assert_eq!(statuses(&answer), ["201", "201", "201"]);
    let ids = ids(&answer);
    for (index, member) in [(0, 1), (1, 0), (2, 2)] {
        let made = world.seen(&format!("/Groups/{}", ids[index])).await;
        assert_eq!(made["members"][0]["value"], json!(ids[member]));
    }
}

#[tokio::test]
async fn a_reference_that_leads_nowhere_is_409() {
    let world = World::start().await;
    let nowhere = json!([group_of("a", "b"), group_of("c", "unknown")]);
    let answer = bulk(&world, &world.full, nowhere).await.expect(200);
    assert_eq!(statuses(&answer), ["409", "409"]);
    let failed = json!([
        post("bad", "/Users", user("", json!({}))),
        group_of("needs-it", "bad"),
        { "method": "DELETE", "path": "/Users/bulkId:bad" },
    ]);
    let answer = bulk(&world, &world.full, failed).await.expect(200);
    assert_eq!(statuses(&answer), ["400", "409", "409"]);
    assert_eq!(world.seen("/").await["totalResults"], 0);
}

#[tokio::test]
async fn a_wrong_operation_fails_alone() {
    let world = World::start().await;
    world.user("taken", json!({})).await;
    let answer = bulk(
        &world,
        &world.full,
        json!([
            post("w1", "/Users", user("taken", json!({}))),
            post("fine", "/Users", user("fine", json!({}))),
            { "method": "POST", "path": "/Users", "data": user("no-bulk-id", json!({})) },
            { "method": "POST", "path": "/Users", "bulkId": "no-data" },
            post("fine", "/Users", user("twice", json!({}))),
            post("w2", "/Nothing", user("x", json!({}))),
            { "method": "GET", "path": "/Users/x" },
            { "method": "PUT", "path": "/Users/none", "data": user("x", json!({})) },
            { "method": "DELETE", "path": "/Users/x", "version": "W/\"stale\"" },
        ]),
    )
    .await
    .expect(200);
    assert_eq!(
        statuses(&answer),
        [
            "409", "201", "400", "400", "400", "404", "400", "404", "404"
        ]
    );
    assert_eq!(
        answer.json()["Operations"][0]["response"]["scimType"],
        "uniqueness"
    );
    assert_eq!(answer.json()["Operations"][0].get("location"), None);
    assert_eq!(world.seen("/Users").await["totalResults"], 2);
}

#[tokio::test]
async fn a_version_guards_an_operation() {
    let world = World::start().await;
    let id = world.user("bjensen", json!({})).await;
    let version = world.seen(&format!("/Users/{id}")).await["meta"]["version"].clone();
    let delete = |version: Value| json!([{ "method": "DELETE", "path": format!("/Users/{id}"), "version": version }]);
    let stale = bulk(&world, &world.full, delete(json!("W/\"stale\"")))
        .await
        .expect(200);
    assert_eq!(statuses(&stale), ["412"]);
    let fresh = bulk(&world, &world.full, delete(version)).await.expect(200);
    assert_eq!(statuses(&fresh), ["204"]);
}

#[tokio::test]
async fn fail_on_errors_stops_and_keeps_what_was_done() {
    let world = World::start().await;
    let wrong = |id: &str| post(id, "/Users", user("", json!({})));
    for (most, answered) in [(1, 1), (2, 3), (3, 4)] {
        let fine = |name: &str| post(name, "/Users", user(&format!("{name} {most}"), json!({})));
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "failOnErrors": most,
            "Operations": [wrong("a"), fine("early"), wrong("b"), fine("late")],
        });
        let answer = world.post(&world.full, "/Bulk", &body).await.expect(200);
        assert_eq!(statuses(&answer).len(), answered, "failOnErrors {most}");
    }
    let mut names = crate::world::names(&world.seen("/Users").await);
    names.sort();
    assert_eq!(names, ["early 2", "early 3", "late 3"]);
}

#[tokio::test]
async fn each_operation_asks_for_its_own_right() {
    let world = World::start().await;
    let id = world.user("bjensen", json!({})).await;
    let creator = world.limited("User", &["create"], &["userName"]).await;
    let unknown = uuid::Uuid::new_v4();
    let operations = json!([
        post("ok", "/Users", user("made", json!({}))),
        post("no", "/Users", user("refused", json!({ "title": "x" }))),
        post("g", "/Groups", json!({ "schemas": [GROUP], "displayName": "x" })),
        { "method": "PUT", "path": format!("/Users/{id}"), "data": user("x", json!({})) },
        { "method": "DELETE", "path": format!("/Users/{id}") },
        { "method": "DELETE", "path": format!("/Users/{unknown}") },
    ]);
    let answer = bulk(&world, &creator, operations).await.expect(200);
    assert_eq!(
        statuses(&answer),
        ["201", "403", "403", "403", "403", "403"]
    );
    let body = answer.json();
    let operations = &body["Operations"];
    assert_eq!(operations[1]["response"]["scimType"], "insufficient_scope");
    // A hidden resource is refused as one that does not exist.
    assert_eq!(operations[4]["response"], operations[5]["response"]);
    let nobody = world.with(&["scim:read"]).await;
    let answer = bulk(
        &world,
        &nobody,
        json!([post("a", "/Users", user("x", json!({})))]),
    )
    .await;
    assert_eq!(statuses(&answer.expect(200)), ["403"]);
}

/// Product §6.2: PATCH without `retrieve` → 204, in bulk as outside of it.
#[tokio::test]
async fn a_patch_by_who_may_not_retrieve_is_answered_without_a_body() {
    let world = World::start().await;
    let id = world.user("bjensen", json!({})).await;
    let writer = world.limited("User", &["modify"], &["title"]).await;
    let patch = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "add", "path": "title", "value": "Guide" }],
    });
    let operations = json!([{ "method": "PATCH", "path": format!("/Users/{id}"), "data": patch }]);
    let answer = bulk(&world, &writer, operations).await.expect(200);
    assert_eq!(statuses(&answer), ["204"]);
    let seen = world.seen(&format!("/Users/{id}")).await;
    assert_eq!(seen["title"], "Guide");
    let version = &answer.json()["Operations"][0]["version"];
    assert_eq!(*version, seen["meta"]["version"]);
}

#[tokio::test]
async fn what_is_no_bulk_request_is_refused_whole() {
    let world = World::start().await;
    bulk(&world, &world.full, json!([]))
        .await
        .expect_error(400, "invalidValue");
    bulk(&world, &world.full, json!({}))
        .await
        .expect_error(400, "invalidValue");
    world
        .post(&world.full, "/Bulk", &json!({ "Operations": [] }))
        .await
        .expect_error(400, "invalidSyntax");
    let many: Vec<Value> = (0..1001)
        .map(|n| json!({ "method": "DELETE", "path": format!("/Users/{n}") }))
        .collect();
    bulk(&world, &world.full, json!(many))
        .await
        .expect_error(413, "");
    world.get(&world.full, "/Bulk").await.expect_error(405, "");
}
