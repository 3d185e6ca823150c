//! Schemas, extensions and resource types that an administrator defines (product §5).

use crate::world::{USER, World, keys, user};
use domain::{
    Edit,
    config::{ConfigObject, ResourceTypeRecord, SchemaRecord},
};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

const DEVICE: &str = "urn:example:params:scim:schemas:Device";
const RACK: &str = "urn:example:params:scim:schemas:extension:rack:1.0";

async fn world() -> World {
    let world = World::start().await;
    let now = world.server.core.now();
    let schema = |schema: Value| {
        let schema = serde_json::from_value(schema).unwrap();
        let record = SchemaRecord {
            id: Uuid::new_v4(),
            built_in: false,
            schema,
            created: now,
            updated: now,
        };
        ConfigObject::Schema(Arc::new(record))
    };
    let resource_type = |resource_type: Value| {
        let resource_type = serde_json::from_value(resource_type).unwrap();
        let record = ResourceTypeRecord {
            id: Uuid::new_v4(),
            built_in: false,
            resource_type,
            created: now,
            updated: now,
        };
        ConfigObject::ResourceType(Arc::new(record))
    };
    let edit = Edit::none(())
        .put(schema(json!({
            "id": DEVICE,
            "name": "Device",
            "attributes": [
                { "name": "serial", "type": "string", "required": true, "caseExact": true, "uniqueness": "server" },
                { "name": "ports", "type": "integer" },
                { "name": "weight", "type": "decimal" },
                { "name": "installed", "type": "dateTime" },
                { "name": "tags", "type": "string", "multiValued": true },
                { "name": "pin", "type": "string", "returned": "request" },
                { "name": "key", "type": "string", "returned": "never", "mutability": "writeOnly" },
                { "name": "label", "type": "string", "returned": "always" },
                { "name": "model", "type": "string", "mutability": "immutable" },
                { "name": "parts", "type": "complex", "multiValued": true, "subAttributes": [
                    { "name": "value", "type": "string" },
                    { "name": "count", "type": "integer" },
                ] },
            ],
        })))
        .put(schema(json!({
            "id": RACK,
            "attributes": [{ "name": "slot", "type": "integer" }, { "name": "room", "type": "string" }],
        })))
        .put(resource_type(json!({
            "id": "Device", "name": "Device", "endpoint": "/Devices", "schema": DEVICE,
            "schemaExtensions": [{ "schema": RACK, "required": false }],
        })));
    world.server.edit(edit).await;
    world
}

fn device(serial: &str, more: Value) -> Value {
    let mut body = user("", more);
    let members = body.as_object_mut().unwrap();
    members.shift_remove("userName");
    members["schemas"][0] = DEVICE.into();
    members.insert("serial".into(), serial.into());
    body
}

#[tokio::test]
async fn a_new_type_is_served_like_any_other() {
    let world = world().await;
    let first = json!({
        "ports": 24, "weight": 1.5, "installed": "2026-01-01T00:00:00Z", "tags": ["core", "Lab"],
        "parts": [{ "value": "fan", "count": 2 }], RACK: { "slot": 4, "room": "B1" },
    });
    let id = world.make("/Devices", &device("SN-1", first)).await;
    world
        .make(
            "/Devices",
            &device("SN-2", json!({ "ports": 48, "weight": 12 })),
        )
        .await;
    let path = format!("/Devices/{id}");
    let seen = world.seen(&path).await;
    assert_eq!(seen["meta"]["resourceType"], "Device");
    assert_eq!(seen["meta"]["location"], world.full.url(&path));
    assert_eq!(seen["schemas"], json!([DEVICE, RACK]));
    for (filter, found) in [
        ("ports gt 24".to_owned(), 1),
        ("ports ge 24".to_owned(), 2),
        ("weight lt 2.5".to_owned(), 1),
        ("weight eq 12.0".to_owned(), 1),
        ("installed lt \"2026-06-01T02:00:00+02:00\"".to_owned(), 1),
        ("tags eq \"LAB\"".to_owned(), 1),
        ("parts[value eq \"fan\" and count ge 2]".to_owned(), 1),
        ("serial eq \"sn-1\"".to_owned(), 0),
        ("serial eq \"SN-1\"".to_owned(), 1),
        (format!("{RACK}:slot eq 4"), 1),
        (format!("schemas eq \"{RACK}\""), 1),
    ] {
        let list = world
            .list(&world.full, "/Devices", &[("filter", &filter)])
            .await
            .expect(200);
        assert_eq!(list.json()["totalResults"], found, "{filter}");
    }
    let sorted = [("sortBy", "weight"), ("sortOrder", "descending")];
    let list = world
        .list(&world.full, "/Devices", &sorted)
        .await
        .expect(200)
        .json();
    assert_eq!(list["Resources"][0]["serial"], "SN-2");
    let change = json!([
        { "op": "replace", "path": format!("{RACK}:room"), "value": "C2" },
        { "op": "remove", "path": "parts[count lt 3]" },
    ]);
    let after = world
        .patch(&world.full, &path, &change)
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&after[RACK]["room"], after.get("parts")),
        (&json!("C2"), None)
    );
    world
        .post(&world.full, "/Devices", &device("SN-2", json!({})))
        .await
        .expect_error(409, "uniqueness");
    world.make("/Devices", &device("sn-2", json!({}))).await;
    world.delete(&world.full, &path).await.expect(204);
    let types = world.seen("/ResourceTypes").await;
    assert_eq!(types["totalResults"], 3);
    assert_eq!(world.seen(&format!("/Schemas/{RACK}")).await["id"], RACK);
}

#[tokio::test]
async fn s5_characteristics_hold_in_custom_schemas() {
    let world = world().await;
    let secrets =
        json!({ "pin": "1234", "key": "top secret", "label": "L", "model": "M1", "tags": ["a"] });
    let made = world
        .post(&world.full, "/Devices", &device("SN-1", secrets))
        .await
        .expect(201);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/Devices/{id}");
    for query in ["", "?attributes=key", "?attributes=pin,key"] {
        let seen = world.seen(&format!("{path}{query}")).await;
        assert_eq!(seen.get("key"), None, "{query}");
        assert_eq!(seen.get("pin").is_some(), query.contains("pin"), "{query}");
    }
    let minimum = world.seen(&format!("{path}?attributes=serial")).await;
    assert_eq!(keys(&minimum), ["id", "label", "schemas", "serial"]);
    assert_eq!(
        world
            .seen(&format!("{path}?excludedAttributes=label"))
            .await["label"],
        "L"
    );
    for filter in ["key eq \"top secret\"", "key pr"] {
        let answer = world
            .list(&world.full, "/Devices", &[("filter", filter)])
            .await;
        answer.expect_error(400, "invalidFilter");
    }
    let change = json!([{ "op": "replace", "path": "model", "value": "M2" }]);
    world
        .patch(&world.full, &path, &change)
        .await
        .expect_error(400, "mutability");
    let other = device("SN-1", json!({ "model": "M2" }));
    world
        .put(&world.full, &path, &other)
        .await
        .expect_error(400, "mutability");
}

#[tokio::test]
async fn a_scope_may_name_a_new_type_and_its_attributes() {
    let world = world().await;
    let id = world
        .make(
            "/Devices",
            &device(
                "SN-1",
                json!({ "ports": 4, RACK: { "slot": 1, "room": "B1" } }),
            ),
        )
        .await;
    let room = format!("{RACK}:room");
    let scim = world
        .limited("Device", &["retrieve", "search"], &["serial", &room])
        .await;
    let seen = world
        .get(&scim, &format!("/Devices/{id}"))
        .await
        .expect(200)
        .json();
    assert_eq!(keys(&seen), ["id", "meta", "schemas", "serial", RACK]);
    assert_eq!(seen[RACK], json!({ "room": "B1" }));
    let hidden = world
        .list(&scim, "/Devices", &[("filter", "ports eq 4")])
        .await;
    hidden.expect_error(400, "invalidFilter");
    world
        .get(&scim, "/Users")
        .await
        .expect_error(403, "insufficient_scope");
    // The types of one realm are those of no other.
    let other = world.server.add_realm("acme", "staff").await;
    let token = other.token(&world.server, Some("scim:read")).await;
    let theirs = crate::world::Scim::of(&other, token);
    world.get(&theirs, "/Devices").await.expect_error(404, "");
    world
        .get(&theirs, &format!("/Schemas/{DEVICE}"))
        .await
        .expect_error(404, "");
    let types = world
        .get(&theirs, "/ResourceTypes")
        .await
        .expect(200)
        .json();
    assert_eq!(types["totalResults"], 2);
    assert_eq!(world.seen(&format!("/Schemas/{USER}")).await["id"], USER);
}
