//! Scopes that a client may be granted (product §3).

use crate::{
    api::{Api, broken},
    support::TestServer,
};
use serde_json::json;

#[tokio::test]
async fn a_scope_is_assigned_read_changed_and_taken_off() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let client = server.add_client(&[], |_| ()).await;
    let path = format!("/applications/{}/assigned-scopes", client.id);
    assert_eq!(api.get(&path).await.expect(200).json()["items"], json!([]));
    client.ask(&server, None).await.expect(400);

    let made = api
        .post(&path, json!({"scope": "SCIM:READ", "default": true}))
        .await
        .expect(201);
    let id = api.scope_id("scim:read").await;
    assert!(made.header("location").ends_with(&format!("{path}/{id}")));
    let expected = json!({
        "id": id, "scope": "scim:read", "optional": false, "default": true, "consent_required": true,
    });
    assert_eq!(made.json(), expected);
    let one = format!("{path}/{id}");
    assert_eq!(api.get(&one).await.expect(200).json(), expected);
    assert_eq!(
        api.get(&path).await.expect(200).json()["items"],
        json!([expected])
    );
    let token = client.token(&server, None).await;

    let patched = api
        .patch(&one, json!({"default": false, "required_acr": "2"}))
        .await
        .expect(200)
        .json();
    assert_eq!(patched["default"], false);
    assert_eq!(patched["required_acr"], "2");
    assert_eq!(
        api.patch(&one, json!({"scope": "scim:write"}))
            .await
            .field(),
        broken("scope", "immutable")
    );

    // Product §2.4: it leaves the effective scopes of live tokens at once.
    assert!(
        server
            .caller(&token)
            .await
            .grant()
            .scope_ids()
            .next()
            .is_some()
    );
    api.delete(&one).await.expect(204);
    assert!(
        server
            .caller(&token)
            .await
            .grant()
            .scope_ids()
            .next()
            .is_none()
    );
    api.get(&one).await.expect(404);
    api.delete(&one).await.expect(404);
}

/// Product §3: `consent-required` is true unless it is said to be otherwise.
#[tokio::test]
async fn consent_is_needed_by_default() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let client = server.add_client(&[], |_| ()).await;
    let path = format!("/applications/{}/assigned-scopes", client.id);
    let said = api.make(&path, json!({"scope": "profile"})).await;
    assert_eq!(said["consent_required"], true);
    let said = json!({"scope": "email", "consent_required": false});
    assert_eq!(api.make(&path, said).await["consent_required"], false);
}

#[tokio::test]
async fn an_error_names_the_field() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let client = server.add_client(&["scim:read"], |_| ()).await;
    let path = format!("/applications/{}/assigned-scopes", client.id);
    for (body, field, rule) in [
        (json!({}), "scope", "required"),
        (json!({"scope": "nothing:here"}), "scope", "invalid"),
        (
            json!({"scope": "scim:write", "id": "x"}),
            "id",
            "server_set",
        ),
        (
            json!({"scope": "scim:write", "defualt": true}),
            "defualt",
            "unknown",
        ),
        (
            json!({"scope": "scim:write", "optional": 1}),
            "optional",
            "invalid",
        ),
    ] {
        assert_eq!(
            api.post(&path, body.clone()).await.field(),
            broken(field, rule),
            "{body}"
        );
    }
    assert_eq!(
        api.post(&path, json!({"scope": "scim:read"}))
            .await
            .code(409),
        "duplicate"
    );
    let nowhere = "/applications/0193f1c0-0000-7000-8000-00000000002a/assigned-scopes";
    api.get(nowhere).await.expect(404);
    api.post(nowhere, json!({"scope": "scim:read"}))
        .await
        .expect(404);
}
