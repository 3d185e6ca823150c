//! Signing keys: read, rotated, removed.

use crate::{
    api::{Api, broken},
    support::TestServer,
};
use serde_json::{Value, json};

async fn states(api: &Api<'_>) -> Vec<(String, String)> {
    let keys = api.get("/keys").await.expect(200).json();
    let text = |key: &Value, name: &str| key[name].as_str().unwrap().to_owned();
    keys["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|k| (text(k, "state"), text(k, "id")))
        .collect()
}

fn id_of(states: &[(String, String)], state: &str) -> String {
    states
        .iter()
        .find(|(known, _)| known == state)
        .map(|(_, id)| id.clone())
        .unwrap()
}

#[tokio::test]
async fn a_key_is_published_before_it_signs() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api.post("/keys", json!({})).await.expect(201).json();
    assert_eq!(made["state"], "next");
    assert_eq!(made["algorithm"], "ES256");
    let path = format!("/keys/{}", made["id"].as_str().unwrap());
    let public = api.get(&path).await.expect(200).json()["public_key"].clone();
    assert_eq!(public.get("d"), None, "the private part stays here");
    assert_eq!(
        api.patch(&path, json!({"state": "active"})).await.code(409),
        "too_young"
    );
    server.advance(300);
    let api = Api::admin(&server).await;
    let before = id_of(&states(&api).await, "active");
    let promoted = api
        .patch(&path, json!({"state": "active"}))
        .await
        .expect(200)
        .json();
    assert_eq!(promoted["state"], "active");
    let after = states(&api).await;
    assert_eq!(
        id_of(&after, "retired"),
        before,
        "tokens that it signed are still verified"
    );
    api.get("/keys").await.expect(200);
    assert_eq!(
        api.patch(&path, json!({"state": "active"})).await.code(409),
        "not_next"
    );
}

#[tokio::test]
async fn in_an_emergency_a_key_is_promoted_or_removed_at_once() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let keys = states(&api).await;
    let next = format!("/keys/{}", id_of(&keys, "next"));
    api.patch(&next, json!({"state": "active", "forced": true}))
        .await
        .expect(200);
    let retired = format!("/keys/{}", id_of(&keys, "active"));
    api.delete(&retired).await.expect(204);
    api.get("/keys").await.expect(401);
    let api = Api::admin(&server).await;
    api.get(&retired).await.expect(404);
    api.delete(&retired).await.expect(404);
    api.delete(&next).await.expect(204);
    Api::admin(&server).await.get("/keys").await.expect(200);
}

#[tokio::test]
async fn an_error_names_the_field() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let next = format!("/keys/{}", id_of(&states(&api).await, "next"));
    assert_eq!(
        api.post("/keys", json!({"id": "x"})).await.field(),
        broken("id", "server_set")
    );
    assert_eq!(
        api.post("/keys", json!({"state": "active"})).await.field(),
        broken("state", "invalid")
    );
    assert_eq!(
        api.patch(&next, json!({})).await.field(),
        broken("state", "required")
    );
    assert_eq!(
        api.patch(&next, json!({"state": "retired"})).await.field(),
        broken("state", "invalid")
    );
    assert_eq!(
        api.patch(&next, json!({"algorithm": "RS256"}))
            .await
            .field(),
        broken("algorithm", "server_set")
    );
}
