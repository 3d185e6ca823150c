//! `/Me` (RFC 7644 §3.11, S14).

use crate::world::{World, user};
use serde_json::json;

#[tokio::test]
async fn s14_a_clients_own_token_is_refused_and_told_why() {
    let world = World::start().await;
    let patch = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "add", "path": "title", "value": "x" }],
    });
    for (method, body) in [
        ("GET", json!(null)),
        ("PUT", user("x", json!({}))),
        ("PATCH", patch),
        ("DELETE", json!(null)),
    ] {
        let answer = world.send_json(&world.full, method, "/Me", &body).await;
        let answer = answer.expect_error(403, "insufficient_scope");
        assert!(
            answer.text().contains("person"),
            "{method}: {}",
            answer.text()
        );
        // No scope would help, so none is named.
        assert!(
            !answer.header("www-authenticate").contains("scope=\""),
            "{method}"
        );
    }
}

#[tokio::test]
async fn a_person_with_the_name_of_a_client_is_not_the_client() {
    let world = World::start().await;
    let client = world
        .server
        .add_client(&["scim:read", "scim:write"], |_| {})
        .await;
    world
        .user(&client.id, json!({ "externalId": client.id }))
        .await;
    let token = client.token(&world.server, Some("scim:read")).await;
    let scim = crate::world::Scim::of(&client, token);
    world
        .get(&scim, "/Me")
        .await
        .expect_error(403, "insufficient_scope");
}
