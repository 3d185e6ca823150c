//! Clients (product §3).

use crate::{
    api::{Api, broken},
    support::{Client, TestServer},
};
use domain::RealmKey;
use serde_json::{Value, json};

fn client_of(made: &Value) -> Client {
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    Client {
        realm: RealmKey::system(),
        id: text("client_id"),
        secret: text("client_secret"),
    }
}

#[tokio::test]
async fn an_application_is_made_read_changed_and_deleted() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api
        .make(
            "/applications",
            json!({"name": "Report", "service_account": true}),
        )
        .await;
    assert_eq!(made["id"], made["client_id"], "ids are the server's (H6)");
    assert_eq!(made["type"], "confidential");
    assert_eq!(made["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!(made["grant_types"], json!(["client_credentials"]));
    assert_eq!(made["access_token_lifetime"], 3600);
    assert_eq!(made["unassigned_scopes"], "reject");
    assert_eq!(made["active"], true);

    let path = format!("/applications/{}", made["id"].as_str().unwrap());
    let read = api.get(&path).await.expect(200);
    assert_eq!(
        read.json().get("client_secret"),
        None,
        "the secret was shown once (C5)"
    );
    assert!(
        !read
            .text()
            .contains(made["client_secret"].as_str().unwrap())
    );

    let patch =
        json!({"name": "Reporting", "version": "2", "access_token_lifetime": 60, "tags": ["t"]});
    let patched = api.patch(&path, patch.clone()).await.expect(200).json();
    for (field, value) in patch.as_object().unwrap() {
        assert_eq!(&patched[field], value);
    }
    api.delete(&path).await.expect(204);
    api.get(&path).await.expect(404);
}

/// Product §2.3: presets.
#[tokio::test]
async fn presets_come_with_their_scopes() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    for (preset, scopes) in [
        ("reporting", "scim:read"),
        (
            "directory_sync_connector",
            "scim:read scim:write sync:profile:read connector:read connector:write",
        ),
    ] {
        let made = api
            .make("/applications", json!({"name": preset, "preset": preset}))
            .await;
        let granted = client_of(&made).ask(&server, None).await.expect(200).json();
        assert_eq!(granted["scope"], scopes);
        assert_eq!(made.get("preset"), None);
    }
    let refused = api
        .post("/applications", json!({"name": "x", "preset": "admin"}))
        .await;
    assert_eq!(refused.field(), broken("preset", "invalid"));
}

#[tokio::test]
async fn name_and_version_are_unique_together_ignoring_case() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    api.make("/applications", json!({"name": "App", "version": "1"}))
        .await;
    api.make("/applications", json!({"name": "App"})).await;
    let other = api
        .make("/applications", json!({"name": "App", "version": "2"}))
        .await;
    let twice = api
        .post("/applications", json!({"name": "aPP", "version": "1"}))
        .await;
    assert_eq!(twice.code(409), "duplicate");
    let path = format!("/applications/{}", other["id"].as_str().unwrap());
    assert_eq!(
        api.patch(&path, json!({"version": "1"})).await.code(409),
        "duplicate"
    );
    assert_eq!(api.get(&path).await.json()["version"], "2");
}

/// H3, H4: every rule holds for the whole, at creation and after each change.
#[tokio::test]
async fn h4_an_error_names_the_field() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let jwk = json!({"keys": [{"kty": "oct", "k": "AAAA"}]});
    let cases = [
        (json!({"client_id": "mine"}), "client_id", "server_set"),
        (
            json!({"client_secret": "mine"}),
            "client_secret",
            "server_set",
        ),
        (json!({"secrets": []}), "secrets", "server_set"),
        (json!({"id": "x"}), "id", "server_set"),
        (
            json!({"redirect_uri": "https://x.example"}),
            "redirect_uri",
            "unknown",
        ),
        (json!({"name": null}), "name", "required"),
        (json!({"name": " "}), "name", "invalid"),
        (json!({"type": "secret"}), "type", "invalid"),
        (
            json!({"grant_types": ["password"]}),
            "grant_types",
            "invalid",
        ),
        (
            json!({"grant_types": ["client_credentials"], "service_account": false}),
            "grant_types",
            "invalid",
        ),
        (
            json!({"type": "public", "service_account": true}),
            "service_account",
            "invalid",
        ),
        (
            json!({"type": "public", "token_endpoint_auth_method": "client_secret_basic"}),
            "token_endpoint_auth_method",
            "invalid",
        ),
        (
            json!({"token_endpoint_auth_method": "none"}),
            "token_endpoint_auth_method",
            "invalid",
        ),
        (
            json!({"token_endpoint_auth_method": "client_secret_jwt"}),
            "token_endpoint_auth_method",
            "invalid",
        ),
        (
            json!({"token_endpoint_auth_method": "private_key_jwt"}),
            "jwks",
            "invalid",
        ),
        (
            json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": jwk}),
            "jwks",
            "invalid",
        ),
        (
            json!({"redirect_uris": ["http://x.example/cb"]}),
            "redirect_uris",
            "invalid",
        ),
        (
            json!({"redirect_uris": ["javascript:alert(1)"]}),
            "redirect_uris",
            "invalid",
        ),
        (
            json!({"access_token_lifetime": 0}),
            "access_token_lifetime",
            "invalid",
        ),
        (
            json!({"access_token_lifetime": 1_000_000}),
            "access_token_lifetime",
            "invalid",
        ),
        (
            json!({"access_token_format": "saml"}),
            "access_token_format",
            "invalid",
        ),
        (
            json!({"unassigned_scopes": "allow"}),
            "unassigned_scopes",
            "invalid",
        ),
        (
            json!({"resource_server": "0193f1c0-0000-7000-8000-00000000002a"}),
            "resource_server",
            "invalid",
        ),
        (json!({"active": "yes"}), "active", "invalid"),
    ];
    let path = format!(
        "/applications/{}",
        api.make("/applications", json!({"name": "B"})).await["id"]
            .as_str()
            .unwrap()
    );
    let before = api.get(&path).await.json();
    for (change, field, rule) in cases {
        let mut body = json!({"name": "A"});
        body.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        assert_eq!(
            api.post("/applications", body).await.field(),
            broken(field, rule),
            "{change}"
        );
        if change.get("type").is_none() {
            assert_eq!(
                api.patch(&path, change.clone()).await.field(),
                broken(field, rule),
                "{change}"
            );
        }
    }
    assert_eq!(
        api.patch(&path, json!({"type": "public"})).await.field(),
        broken("type", "immutable")
    );
    assert_eq!(api.get(&path).await.json(), before);
}

/// C5: a new secret is made while the old one still works.
#[tokio::test]
async fn c5_two_secrets_overlap_during_rotation() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api
        .make("/applications", json!({"name": "R", "preset": "reporting"}))
        .await;
    let old = client_of(&made);
    let path = format!("/applications/{}/secrets", old.id);
    let second = api.post(&path, json!({})).await.expect(201);
    assert_eq!(second.header("cache-control"), "no-store");
    let second = second.json();
    let new = Client {
        secret: second["client_secret"].as_str().unwrap().to_owned(),
        ..old.clone()
    };
    old.ask(&server, None).await.expect(200);
    new.ask(&server, None).await.expect(200);
    assert_eq!(api.post(&path, json!({})).await.code(409), "two_secrets");

    let first = made["secrets"][0]["id"].as_str().unwrap();
    api.delete(&format!("{path}/{first}")).await.expect(204);
    old.ask(&server, None).await.expect(401);
    new.ask(&server, None).await.expect(200);
    api.delete(&format!("{path}/{first}")).await.expect(404);
    assert_eq!(
        api.post(&path, json!({"client_secret": "x"})).await.field(),
        broken("client_secret", "server_set")
    );
}

/// B11: what is switched off can do nothing, and what is deleted is gone with its tokens.
#[tokio::test]
async fn b11_deactivation_and_deletion_reach_live_tokens() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api
        .make("/applications", json!({"name": "R", "preset": "reporting"}))
        .await;
    let client = client_of(&made);
    let path = format!("/applications/{}", client.id);
    let token = client.token(&server, None).await;
    let status = async || {
        server
            .call("GET", &client.path("/scopes"), &token, None)
            .await
            .status
            .as_u16()
    };
    assert_eq!(status().await, 403);
    api.patch(&path, json!({"active": false})).await.expect(200);
    assert_eq!(status().await, 401);
    client.ask(&server, None).await.expect(401);
    api.patch(&path, json!({"active": true})).await.expect(200);
    assert_eq!(status().await, 403);
    api.delete(&path).await.expect(204);
    assert_eq!(status().await, 401);
    let filter = format!("/tokens?filter=client_id%20eq%20%22{}%22", client.id);
    assert_eq!(
        api.get(&filter).await.expect(200).json()["items"],
        json!([])
    );
}
