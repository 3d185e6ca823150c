//! T6: what a caller may do is asked when it is done, and not when its request began.

use crate::world::{World, user};
use domain::{RealmKey, scim::Place, store::Store as _};
use scim::Selection;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

#[tokio::test]
async fn t6_a_token_that_is_revoked_while_the_body_comes_writes_nothing() {
    let world = World::start().await;
    let caller = world.server.caller(&world.full.token).await;
    let body = user("late", json!({})).to_string();
    let request = world.full.request("POST", "/Users");
    let revoked = world.server.withdraw(&caller);
    let answer = world.server.send_late(request, body, revoked).await;
    let answer = answer.expect_error(401, "");
    let challenge = answer.header("www-authenticate");
    assert!(challenge.contains("invalid_token"), "{challenge}");
    let other = world.with(&["scim:read"]).await;
    assert_eq!(
        world.found(&other, "/Users", "userName eq \"late\"").await,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn t6_a_scope_that_is_narrowed_while_the_body_comes_is_narrow() {
    let world = World::start().await;
    let definition = json!({
        "name": "staff:write", "type": "resource", "scim_resource_type": "User",
        "resource_operations": ["create"], "resource_attributes": ["userName", "title"],
    });
    world.server.add_scope(definition).await;
    let scim = world.with(&["staff:write"]).await;
    let body = user("late", json!({ "title": "Boss" })).to_string();
    let request = scim.request("POST", "/Users");
    let narrowed = async {
        let narrow = json!({ "resource_attributes": ["userName"] });
        world.server.edit_scope("staff:write", narrow).await;
    };
    let answer = world.server.send_late(request, body, narrowed).await;
    answer.expect_error(403, "insufficient_scope");
}

/// A bulk of two users, of which the first is written when `meanwhile` runs; the statuses.
async fn bulk_with(world: World, meanwhile: impl AsyncFnOnce(&World)) -> (Arc<World>, [String; 2]) {
    let world = Arc::new(world);
    let post = |name: &str| {
        json!({
            "method": "POST", "path": "/Users", "bulkId": name, "data": user(name, json!({})),
        })
    };
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [post("one"), post("two")],
    });
    let held = world.server.store.hold_next_answer();
    let request = {
        let world = world.clone();
        tokio::spawn(async move { world.post(&world.full, "/Bulk", &body).await })
    };
    while !world.server.store.holds_an_answer() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    meanwhile(&world).await;
    drop(held);
    let answer = request.await.unwrap().expect(200).json();
    let status = |at: usize| {
        answer["Operations"][at]["status"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    (world, [status(0), status(1)])
}

#[tokio::test]
async fn t6_a_bulk_stops_when_its_token_expires() {
    let world = World::start().await;
    let (world, statuses) = bulk_with(world, async |world| world.server.advance(3600)).await;
    assert_eq!(statuses, ["201", "401"]);
    let other = world.with(&["scim:read"]).await;
    let filter = "userName eq \"one\" or userName eq \"two\"";
    assert_eq!(world.found(&other, "/Users", filter).await, ["one"]);
}

#[tokio::test]
async fn t6_a_bulk_stops_when_its_token_is_revoked() {
    let revoke = async |world: &World| {
        let caller = world.server.caller(&world.full.token).await;
        world.server.withdraw(&caller).await;
    };
    let (_, statuses) = bulk_with(World::start().await, revoke).await;
    assert_eq!(statuses, ["201", "401"]);
}

#[tokio::test]
async fn t6_a_bulk_stops_when_its_client_loses_the_scope() {
    let unassign = async |world: &World| {
        let caller = world.server.caller(&world.full.token).await;
        let client = caller.grant().client();
        let edit = {
            let snapshot = world.server.snapshot();
            let mut application =
                domain::config::Application::clone(snapshot.application(&client).unwrap());
            application.assigned.clear();
            domain::config::ConfigObject::Application(Arc::new(application))
        };
        world.server.edit(domain::Edit::none(()).put(edit)).await;
    };
    let (_, statuses) = bulk_with(World::start().await, unassign).await;
    assert_eq!(statuses, ["201", "403"]);
}

/// A resource is never made for a type that is no longer there, or is something else by then.
#[tokio::test]
async fn t6_a_resource_is_decided_again_when_its_type_has_changed() {
    let world = World::start().await;
    let api = async |method: &str, path: &str, body: Option<Value>| {
        let token = world.server.admin_token().await;
        let path = world.server.admin.path(path);
        world.server.call(method, &path, &token, body).await
    };
    let schema = |attributes: Value| json!({ "attributes": attributes });
    let urn = "urn:example:Device";
    let made = json!({ "urn": urn, "attributes": [{ "name": "a" }, { "name": "b" }] });
    let made = api("POST", "/schemas", Some(made)).await.expect(201).json();
    let schema_path = format!("/schemas/{}", made["id"].as_str().unwrap());
    let made = json!({ "name": "Device", "endpoint": "/Devices", "schema": urn });
    let made = api("POST", "/resource-types", Some(made)).await.expect(201);
    let type_path = format!("/resource-types/{}", made.json()["id"].as_str().unwrap());
    let caller = world.server.caller(&world.full.token).await;
    let place = Place::at(caller.snapshot(), "Devices").unwrap();
    let permit = caller.permit_scim(&place).unwrap();
    let create = async |body: Value| {
        let body = body.as_object().unwrap().clone();
        let core = &world.server.core;
        core.create_resource(&permit, body, &Selection::Default)
            .await
    };
    // The permit is older than each of these changes.
    let narrow = Some(schema(json!([{ "name": "a" }])));
    api("PATCH", &schema_path, narrow).await.expect(200);
    let refused = create(json!({ "schemas": [urn], "b": "x" })).await;
    assert_eq!(refused.unwrap_err().error().status, 400);
    let device = create(json!({ "schemas": [urn], "a": "x" })).await.unwrap();
    api("DELETE", &type_path, None).await.expect(409);
    let path = format!("/Devices/{}", device.id);
    world.delete(&world.full, &path).await.expect(204);
    api("DELETE", &type_path, None).await.expect(204);
    let refused = create(json!({ "schemas": [urn], "a": "x" })).await;
    assert_eq!(refused.unwrap_err().error().status, 404);
    let (realm, name) = (RealmKey::system(), "Device".into());
    let left = world.server.store.has_resources(&realm, &name).await;
    assert!(!left.unwrap());
}
