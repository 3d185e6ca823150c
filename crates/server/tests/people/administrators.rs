//! Whoever holds management rights is for those who hold them too (product §2.4, S13, T4).

use crate::support::{Person, TestServer};
use serde_json::{Value, json};

/// A person whom no token of SCIM's may touch.
async fn administrator(server: &TestServer) -> Person {
    let person = server.add_person("root").await;
    server.make_administrator(&person).await;
    person
}

#[tokio::test]
async fn t4_scim_write_does_not_reach_an_administrators_credentials() {
    let server = TestServer::start().await;
    let (root, ada) = (administrator(&server).await, server.add_person("ada").await);
    let client = server
        .add_client(&["scim:read", "scim:write"], |_| {})
        .await;
    let token = client.token(&server, Some("scim:read scim:write")).await;
    let operations = |path: &str, value: Value| {
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": path, "value": value}],
        })
    };
    let send = async |person: &Person, method: &str, body: Option<Value>| {
        let path = client.path(&format!("/scim/v2/Users/{}", person.id));
        server.call(method, &path, &token, body).await
    };
    let changes = [
        ("password", json!("a password of the attacker's")),
        ("active", json!(false)),
        ("userName", json!("somebody")),
        (
            "emails[type eq \"work\"].value",
            json!("attacker@example.com"),
        ),
        ("emails", json!([{"value": "attacker@example.com"}])),
    ];
    for (path, value) in &changes {
        let refused = send(&root, "PATCH", Some(operations(path, value.clone()))).await;
        assert_eq!(refused.status, 403, "{path}: {}", refused.text());
    }
    let whole = send(&root, "GET", None).await.expect(200).json();
    let mut without = whole.clone();
    without["emails"] = json!([]);
    assert_eq!(send(&root, "PUT", Some(without)).await.status, 403);
    send(&root, "DELETE", None).await.expect(403);
    let bulk = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [{"method": "DELETE", "path": format!("/Users/{}", root.id)}],
    });
    let answer = server
        .call("POST", &client.path("/scim/v2/Bulk"), &token, Some(bulk))
        .await
        .expect(200);
    assert_eq!(answer.json()["Operations"][0]["status"], "403");
    // What gives nothing away may be changed, and so may anyone else.
    let title = operations("title", json!("Countess"));
    send(&root, "PATCH", Some(title)).await.expect(200);
    for (path, value) in changes {
        let done = send(&ada, "PATCH", Some(operations(path, value))).await;
        assert!(done.status.is_success(), "{path}: {}", done.text());
    }
    send(&ada, "DELETE", None).await.expect(204);
    // Who holds all management rights may do all of it.
    let all = server.admin_token().await;
    let path = client.path(&format!("/scim/v2/Users/{}", root.id));
    let off = operations("active", json!(false));
    server
        .call("PATCH", &path, &all, Some(off))
        .await
        .expect(200);
    // But a member leaves their roles before they go: nothing names whom there is not.
    let refused = server.call("DELETE", &path, &all, None).await.expect(409);
    assert!(refused.text().contains("`Administrator`"));
    server.take_out_of_role(&root, "Administrator").await;
    server.call("DELETE", &path, &all, None).await.expect(204);
}

/// An app that an administrator let write people does not get at their rights by their own account.
#[tokio::test]
async fn t4_what_an_administrator_allows_an_app_does_not_reach_their_own_credentials() {
    let server = TestServer::start().await;
    let root = administrator(&server).await;
    server
        .patch_person(&root, "password", json!("a former long password"))
        .await;
    let app = server.add_app(&["scim:read", "scim:write"], |_| {}).await;
    server
        .patch_person(&root, "password", json!(crate::support::PASSWORD))
        .await;
    let token = app.token_of(&server, &root, "scim:read scim:write").await;
    let path = app.path(&format!("/scim/v2/Users/{}", root.id));
    let patch = async |path: &str, value: Value, attribute: &str| {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": attribute, "value": value}],
        });
        server.call("PATCH", path, &token, Some(body)).await
    };
    // One that they had before is refused no otherwise: its refusal would tell that they had it.
    for password in [
        "a password of the attacker's",
        "a former long password",
        "short",
    ] {
        let refused = patch(&path, json!(password), "password").await;
        assert_eq!(refused.status, 403, "{password}: {}", refused.text());
        let text = refused.text();
        assert!(!text.contains("passwordRequirements"), "{password}: {text}");
    }
    for (attribute, value) in [("active", json!(false)), ("userName", json!("other"))] {
        let refused = patch(&path, value, attribute).await;
        assert_eq!(refused.status, 403, "{attribute}: {}", refused.text());
    }
    let title = patch(&path, json!("Countess"), "title").await;
    title.expect(200);
}
