//! Third-party APIs (RFC 8707).

use crate::{
    api::{Api, broken},
    support::TestServer,
};
use serde_json::json;

#[tokio::test]
async fn a_resource_server_is_made_renamed_and_deleted_when_unused() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api
        .make(
            "/resource-servers",
            json!({"identifier": "https://api.example.com/v1", "name": "API"}),
        )
        .await;
    let path = format!("/resource-servers/{}", made["id"].as_str().unwrap());
    assert_eq!(api.get(&path).await.expect(200).json(), made);
    assert_eq!(
        api.patch(&path, json!({"name": "Orders"}))
            .await
            .expect(200)
            .json()["name"],
        "Orders"
    );
    let moved = api
        .patch(&path, json!({"identifier": "https://other.example.com"}))
        .await;
    assert_eq!(moved.field(), broken("identifier", "immutable"));
    let twice = api
        .post(
            "/resource-servers",
            json!({"identifier": made["identifier"], "name": "B"}),
        )
        .await;
    assert_eq!(twice.code(409), "duplicate");

    let scope = api
        .make(
            "/scopes",
            json!({
                "name": "orders:read", "type": "generic", "resource_server": made["id"],
            }),
        )
        .await;
    let application = api
        .make(
            "/applications",
            json!({
                "name": "Orders", "service_account": true, "resource_server": made["id"],
            }),
        )
        .await;
    let refused = api.delete(&path).await;
    assert_eq!(refused.code(409), "in_use");
    let kinds: Vec<_> = refused.json()["used_by"]
        .as_array()
        .unwrap()
        .iter()
        .map(|users| users["kind"].clone())
        .collect();
    assert_eq!(kinds, ["scopes", "applications"]);
    api.delete(&format!("/scopes/{}", scope["id"].as_str().unwrap()))
        .await
        .expect(204);
    api.delete(&format!(
        "/applications/{}",
        application["id"].as_str().unwrap()
    ))
    .await
    .expect(204);
    api.delete(&path).await.expect(204);
    api.get(&path).await.expect(404);
}

/// G1: a token for another API is never one for Ambit itself.
#[tokio::test]
async fn g1_an_identifier_is_an_absolute_uri_and_not_our_own() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    for bad in [
        "api",
        "/api",
        "https://api.example.com/#x",
        "https://id.example.com",
        "https://ID.example.com/x",
        "https://id.example.com:443/",
        "https://id.example.com/v1/tenants/default/realms/default",
    ] {
        let refused = api
            .post("/resource-servers", json!({"identifier": bad, "name": "n"}))
            .await;
        assert_eq!(refused.field(), broken("identifier", "invalid"), "{bad}");
    }
    api.make(
        "/resource-servers",
        json!({"identifier": "urn:example:api", "name": "n"}),
    )
    .await;
    let refused = api
        .post("/resource-servers", json!({"identifier": "urn:example:b"}))
        .await;
    assert_eq!(refused.field(), broken("name", "required"));
}
