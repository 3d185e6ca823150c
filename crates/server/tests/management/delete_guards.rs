//! A scope in use can't be deleted (product §2.4), nor anything else that something names.

use crate::{
    api::Api,
    support::{TestServer, assignment},
};
use serde_json::json;

async fn make_scope(api: &Api<'_>, name: &str) -> String {
    let made = api
        .make("/scopes", json!({"name": name, "type": "generic"}))
        .await;
    format!("/scopes/{}", made["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_scope_is_kept_while_a_client_is_assigned_it() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let path = make_scope(&api, "orders:read").await;
    let mut clients = Vec::new();
    for _ in 0..7 {
        clients.push(server.add_client(&["orders:read"], |_| ()).await);
    }
    let refused = api.delete(&path).await;
    assert_eq!(refused.code(409), "in_use");
    let users = &refused.json()["used_by"][0];
    assert_eq!(users["kind"], "applications");
    assert_eq!(users["count"], 7);
    assert_eq!(users["first"].as_array().unwrap().len(), 5);
    assert!(
        refused.json()["detail"]
            .as_str()
            .unwrap()
            .contains("`orders:read`")
    );
    for client in &clients {
        server
            .change_client(client, |client| client.assigned.clear())
            .await;
    }
    api.delete(&path).await.expect(204);
}

#[tokio::test]
async fn a_scope_is_kept_while_a_live_token_carries_it() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let path = make_scope(&api, "orders:read").await;
    let client = server.add_client(&["orders:read"], |_| ()).await;
    let token = client.token(&server, Some("orders:read")).await;
    let other = client.token(&server, Some("orders:read")).await;
    // The scope was taken off the client, but the tokens still count; also when it is inactive.
    server
        .change_client(&client, |client| client.assigned.clear())
        .await;
    let refused = api.delete(&path).await;
    assert_eq!(refused.code(409), "in_use");
    let users = &refused.json()["used_by"][0];
    assert_eq!(users["kind"], "tokens");
    assert_eq!(users["count"], 2);
    server
        .change_client(&client, |client| client.active = false)
        .await;
    assert_eq!(api.delete(&path).await.code(409), "in_use");

    server
        .change_client(&client, |client| client.active = true)
        .await;
    client.revoke(&server, &token).await.expect(200);
    assert_eq!(api.delete(&path).await.json()["used_by"][0]["count"], 1);
    client.revoke(&server, &other).await.expect(200);
    api.delete(&path).await.expect(204);
}

/// Product §2.4: the answer names what uses it, by kind.
#[tokio::test]
async fn a_scope_in_use_by_clients_and_tokens_names_both() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let path = make_scope(&api, "orders:read").await;
    let client = server.add_client(&["orders:read"], |_| ()).await;
    client.token(&server, Some("orders:read")).await;
    let refused = api.delete(&path).await;
    assert_eq!(refused.code(409), "in_use");
    let refused = refused.json();
    let users = refused["used_by"].as_array().unwrap();
    let kinds: Vec<_> = users.iter().map(|users| &users["kind"]).collect();
    assert_eq!(kinds, ["applications", "tokens"]);
    assert_eq!(
        (&users[0]["count"], &users[1]["count"]),
        (&1.into(), &1.into())
    );
    let detail = refused["detail"].as_str().unwrap();
    assert!(
        detail.contains("application") && detail.contains("token"),
        "{detail}"
    );
}

/// Product §2.4: a grant can be refreshed long after its last token expired.
#[tokio::test]
async fn a_scope_is_kept_while_a_live_grant_has_it() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let path = make_scope(&api, "orders:read").await;
    let client = server.add_client(&["orders:read"], |_| ()).await;
    let mut grants = Vec::new();
    for _ in 0..7 {
        grants.push(server.add_grant(&client, "orders:read").await);
    }
    server.add_token(&grants[0]).await;
    server
        .change_client(&client, |client| client.assigned.clear())
        .await;
    let used_by = async || {
        let refused = api.delete(&path).await;
        assert_eq!(refused.code(409), "in_use");
        refused.json()["used_by"].as_array().unwrap().clone()
    };
    let users = used_by().await;
    let kinds: Vec<_> = users.iter().map(|users| &users["kind"]).collect();
    assert_eq!(kinds, ["grants", "tokens"]);
    assert_eq!(users[0]["count"], 7);
    let first = users[0]["first"].as_array().unwrap();
    assert_eq!(first.len(), 5);
    let ids: Vec<String> = grants.iter().map(|grant| grant.id()).collect();
    assert!(
        first
            .iter()
            .all(|id| ids.contains(&id.as_str().unwrap().to_owned()))
    );

    for grant in &grants[..6] {
        api.delete(&format!("/grants/{}", grant.id()))
            .await
            .expect(204);
    }
    let users = used_by().await;
    assert_eq!((users.len(), &users[0]["count"]), (1, &1.into()));
    // With a client that is assigned it, all are named.
    let scope = server
        .snapshot()
        .config()
        .scope_by_name("orders:read")
        .unwrap()
        .id;
    server
        .change_client(&client, |client| client.assigned.push(assignment(scope)))
        .await;
    let users = used_by().await;
    let kinds: Vec<_> = users.iter().map(|users| &users["kind"]).collect();
    assert_eq!(kinds, ["applications", "grants"]);
    server
        .change_client(&client, |client| client.assigned.clear())
        .await;
    server.advance(3600);
    let api = Api::admin(&server).await;
    api.delete(&path).await.expect(204);
}

#[tokio::test]
async fn an_expired_token_keeps_nothing() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let path = make_scope(&api, "orders:read").await;
    let client = server.add_client(&["orders:read"], |_| ()).await;
    client.token(&server, Some("orders:read")).await;
    server
        .change_client(&client, |client| client.assigned.clear())
        .await;
    server.advance(601);
    api.delete(&path).await.expect(204);
}

#[tokio::test]
async fn deleting_a_client_deletes_its_tokens() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let path = make_scope(&api, "orders:read").await;
    let client = server.add_client(&["orders:read"], |_| ()).await;
    client.token(&server, Some("orders:read")).await;
    api.delete(&format!("/applications/{}", client.id))
        .await
        .expect(204);
    api.delete(&path).await.expect(204);
}

#[tokio::test]
async fn what_a_scope_names_is_kept() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    api.make(
        "/schemas",
        json!({"urn": "urn:example:Device", "attributes": [{"name": "serial"}]}),
    )
    .await;
    let device = api
        .make(
            "/resource-types",
            json!({
                "name": "Device", "endpoint": "/Devices", "schema": "urn:example:Device",
            }),
        )
        .await;
    let device = format!("/resource-types/{}", device["id"].as_str().unwrap());
    let scope = api
        .make(
            "/scopes",
            json!({
                "name": "devices:read", "type": "resource", "scim_resource_type": "Device",
                "resource_operations": ["retrieve"], "resource_attributes": ["*"],
            }),
        )
        .await;
    let refused = api.delete(&device).await;
    assert_eq!(refused.code(409), "in_use");
    assert_eq!(
        refused.json()["used_by"][0]["first"],
        json!(["devices:read"])
    );
    api.delete(&format!("/scopes/{}", scope["id"].as_str().unwrap()))
        .await
        .expect(204);
    api.delete(&device).await.expect(204);
}
