//! What a scope gives, operation by operation and attribute by attribute (product §2.2, §2.3, §2.4).

use crate::world::{ENTERPRISE, Scim, World, keys, user};
use serde_json::json;

#[tokio::test]
async fn every_operation_needs_its_own_right() {
    let patch = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "add", "path": "title", "value": "x" }],
    });
    let search = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"] });
    for allowed in ["retrieve", "search", "create", "modify", "delete"] {
        let world = World::start().await;
        let id = world.user("bjensen", json!({})).await;
        let one = format!("/Users/{id}");
        let scim = world.limited("User", &[allowed], &["*"]).await;
        let new = user("new", json!({}));
        for (operation, method, path, body) in [
            ("retrieve", "GET", one.as_str(), json!(null)),
            ("search", "GET", "/Users", json!(null)),
            ("search", "POST", "/Users/.search", search.clone()),
            ("search", "POST", "/.search", search.clone()),
            ("create", "POST", "/Users", new.clone()),
            ("modify", "PUT", &one, new),
            ("modify", "PATCH", &one, patch.clone()),
            ("delete", "DELETE", &one, json!(null)),
        ] {
            let answer = world.send_json(&scim, method, path, &body).await;
            if operation == allowed {
                assert!(
                    answer.status.is_success(),
                    "{allowed}: {method} {path}: {}",
                    answer.text()
                );
            } else {
                let answer = answer.expect_error(403, "insufficient_scope");
                let name = if ["retrieve", "search"].contains(&operation) {
                    "scim:read"
                } else {
                    "scim:write"
                };
                let wanted = format!("scope=\"{name}\"");
                let challenge = answer.header("www-authenticate");
                assert!(
                    challenge.contains(&wanted),
                    "{allowed}: {method} {path}: {challenge}"
                );
            }
        }
        // A right to users is none to groups.
        world
            .get(&scim, "/Groups")
            .await
            .expect_error(403, "insufficient_scope");
    }
}

#[tokio::test]
async fn a_scope_reaches_to_sub_attributes_and_into_extensions() {
    let world = World::start().await;
    let everything = json!({
        "name": { "givenName": "Barbara", "familyName": "Jensen" },
        "emails": [
            { "value": "w@example.com", "type": "work", "primary": true },
            { "value": "h@example.com", "type": "home" },
        ],
        "phoneNumbers": [{ "value": "+1", "type": "work" }],
        ENTERPRISE: { "department": "Tours", "costCenter": "4130", "manager": { "value": "boss" } },
    });
    let path = format!("/Users/{}", world.user("bjensen", everything).await);
    for (attributes, seen) in [
        (
            vec!["emails.value"],
            json!({ "emails": [{ "value": "w@example.com" }, { "value": "h@example.com" }] }),
        ),
        (
            vec!["NAME.givenname"],
            json!({ "name": { "givenName": "Barbara" } }),
        ),
        (
            vec!["phoneNumbers"],
            json!({ "phoneNumbers": [{ "value": "+1", "type": "work" }] }),
        ),
        (
            vec!["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"],
            json!({ ENTERPRISE: { "department": "Tours" } }),
        ),
        (
            vec!["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value"],
            json!({ ENTERPRISE: { "manager": { "value": "boss" } } }),
        ),
        (
            vec![ENTERPRISE],
            json!({ ENTERPRISE: {
                "costCenter": "4130", "department": "Tours",
                "manager": { "value": "boss", "$ref": world.full.url("/Users/boss") },
            } }),
        ),
        (vec!["active", "title"], json!({})),
    ] {
        let scim = world.limited("User", &["retrieve"], &attributes).await;
        let mut body = world.get(&scim, &path).await.expect(200).json();
        let members = body.as_object_mut().unwrap();
        for always in ["schemas", "id", "meta"] {
            members.shift_remove(always).unwrap();
        }
        assert_eq!(body, seen, "{attributes:?}");
    }
}

#[tokio::test]
async fn scopes_add_up_and_writing_does_not_imply_reading() {
    let world = World::start().await;
    let path = format!(
        "/Users/{}",
        world.user("bjensen", json!({ "title": "Guide" })).await
    );
    let writer = world.with(&["scim:write"]).await;
    world
        .get(&writer, &path)
        .await
        .expect_error(403, "insufficient_scope");
    world
        .get(&writer, "/Users")
        .await
        .expect_error(403, "insufficient_scope");
    let change = json!([{ "op": "replace", "path": "title", "value": "Driver" }]);
    world.patch(&writer, &path, &change).await.expect(204);
    let two = world
        .with_scopes(&[
            ("User", &["retrieve"], &["title"]),
            ("User", &["retrieve"], &["userName"]),
        ])
        .await;
    let seen = world.get(&two, &path).await.expect(200).json();
    assert_eq!(keys(&seen), ["id", "meta", "schemas", "title", "userName"]);
}

#[tokio::test]
async fn narrowing_a_scope_bites_live_tokens_and_widening_gives_them_nothing() {
    let world = World::start().await;
    let path = format!(
        "/Users/{}",
        world
            .user("bjensen", json!({ "title": "Guide", "locale": "en" }))
            .await
    );
    world
        .server
        .add_scope(json!({
            "name": "staff:read", "type": "resource", "scim_resource_type": "User",
            "resource_operations": ["retrieve"], "resource_attributes": ["userName", "title"],
        }))
        .await;
    let client = world.server.add_client(&["staff:read"], |_| {}).await;
    let old = Scim::of(
        &client,
        client.token(&world.server, Some("staff:read")).await,
    );
    let seen = async |scim: &Scim| keys(&world.get(scim, &path).await.expect(200).json());
    assert_eq!(
        seen(&old).await,
        ["id", "meta", "schemas", "title", "userName"]
    );
    let wider = json!({ "resource_attributes": ["userName", "title", "locale"] });
    world.server.edit_scope("staff:read", wider).await;
    assert_eq!(
        seen(&old).await,
        ["id", "meta", "schemas", "title", "userName"]
    );
    let new = old.bearing(&client.token(&world.server, Some("staff:read")).await);
    assert_eq!(
        seen(&new).await,
        ["id", "locale", "meta", "schemas", "title", "userName"]
    );
    let narrower = json!({ "resource_attributes": ["locale", "userName"] });
    world.server.edit_scope("staff:read", narrower).await;
    assert_eq!(seen(&old).await, ["id", "meta", "schemas", "userName"]);
    assert_eq!(
        seen(&new).await,
        ["id", "locale", "meta", "schemas", "userName"]
    );
    world
        .server
        .edit_scope("staff:read", json!({ "resource_operations": ["search"] }))
        .await;
    world
        .get(&new, &path)
        .await
        .expect_error(403, "insufficient_scope");
    world
        .server
        .change_client(&client, |client| client.assigned.clear())
        .await;
    world
        .get(&new, &path)
        .await
        .expect_error(403, "insufficient_scope");
}
