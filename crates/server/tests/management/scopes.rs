//! Scopes (product §2).

use crate::{
    api::{Api, broken},
    support::TestServer,
};
use serde_json::json;

#[tokio::test]
async fn a_scope_is_made_read_changed_and_deleted() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let body = json!({
        "name": "Staff:read",
        "type": "resource",
        "description": "Work addresses",
        "tags": ["approved"],
        "scim_resource_type": "User",
        "resource_operations": ["retrieve", "search"],
        "resource_attributes": ["userName", "emails"],
    });
    let made = api.post("/scopes", body.clone()).await.expect(201);
    let location = made.header("location").to_owned();
    let scope = made.json();
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(&scope[field], value, "{field}");
    }
    assert_eq!(scope["version"], 1);
    assert_eq!(scope["built_in"], false);
    assert_eq!(scope.get("warnings"), None);
    let id = scope["id"].as_str().unwrap();
    assert!(
        location.starts_with("https://id.example.com/v1/tenants/default/realms/default/scopes/")
    );
    assert!(location.ends_with(id));

    let path = format!("/scopes/{id}");
    assert_eq!(api.get(&path).await.expect(200).json(), scope);
    let patched = api
        .patch(&path, json!({"resource_attributes": ["userName"]}))
        .await
        .expect(200);
    assert_eq!(patched.json()["resource_attributes"], json!(["userName"]));
    assert_eq!(
        patched.json()["version"],
        2,
        "what it allows has another version"
    );
    let patched = api
        .patch(&path, json!({"description": null}))
        .await
        .expect(200)
        .json();
    assert_eq!(patched.get("description"), None);
    assert_eq!(patched["version"], 2, "what it allows is the same");

    assert_eq!(api.delete(&path).await.expect(204).text(), "");
    api.get(&path).await.expect(404);
    api.delete(&path).await.expect(404);
}

#[tokio::test]
async fn every_type_but_management_can_be_made() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let resource_server = api
        .make(
            "/resource-servers",
            json!({"identifier": "https://api.example.com", "name": "API"}),
        )
        .await;
    let made = api
        .make(
            "/scopes",
            json!({
                "name": "orders:read", "type": "generic", "resource_server": resource_server["id"],
            }),
        )
        .await;
    assert_eq!(made["resource_server"], resource_server["id"]);
    let made = api.make("/scopes", json!({
        "name": "me:read", "type": "authenticated-identity", "consent_prompt_text": "See your name",
    })).await;
    assert_eq!(made["consent_prompt_text"], "See your name");
    let refused = api
        .post(
            "/scopes",
            json!({
                "name": "all:all", "type": "management", "management_operations": ["scopes:read"],
            }),
        )
        .await;
    assert_eq!(refused.field().0, "management_operations");
    let refused = api
        .post("/scopes", json!({"name": "all:all", "type": "management"}))
        .await;
    assert_eq!(refused.field(), broken("type", "invalid"));
    let refused = api.post("/scopes", json!({
        "name": "svc:all", "type": "service", "services": ["0193f1c0-0000-7000-8000-00000000002a"],
    })).await;
    assert_eq!(refused.field(), broken("services", "invalid"));
}

/// Product §2.1: names.
#[tokio::test]
async fn names_are_unique_ignoring_case_and_never_change() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api
        .make("/scopes", json!({"name": "Orders:Read", "type": "generic"}))
        .await;
    let path = format!("/scopes/{}", made["id"].as_str().unwrap());
    let twice = api
        .post("/scopes", json!({"name": "orders:read", "type": "generic"}))
        .await;
    assert_eq!(twice.code(409), "duplicate");
    let renamed = api.patch(&path, json!({"name": "orders:all"})).await;
    assert_eq!(renamed.field(), broken("name", "immutable"));
    let retyped = api.patch(&path, json!({"type": "resource"})).await;
    assert_eq!(retyped.field(), broken("type", "immutable"));
    for bad in ["", "a b", "a,b", "a+b", "a\"b", "é:read", &"x".repeat(201)] {
        let refused = api
            .post("/scopes", json!({"name": bad, "type": "generic"}))
            .await;
        assert_eq!(refused.field(), broken("name", "invalid"), "{bad:?}");
    }
}

#[tokio::test]
async fn a_name_off_the_convention_is_accepted_and_pointed_out() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api
        .make("/scopes", json!({"name": "payroll", "type": "generic"}))
        .await;
    assert!(
        made["warnings"][0]
            .as_str()
            .unwrap()
            .contains("resource:action"),
        "{made}"
    );
}

#[tokio::test]
async fn an_error_names_the_field_and_changes_nothing() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let good = json!({
        "name": "a:b", "type": "resource", "scim_resource_type": "User",
        "resource_operations": ["retrieve"], "resource_attributes": ["userName"],
    });
    let cases = [
        (json!({"id": "x"}), "id", "server_set"),
        (json!({"version": 7}), "version", "server_set"),
        (
            json!({"created": "2026-01-01T00:00:00Z"}),
            "created",
            "server_set",
        ),
        (json!({"updated": null}), "updated", "server_set"),
        (json!({"built_in": true}), "built_in", "server_set"),
        (
            json!({"resource_attribute": []}),
            "resource_attribute",
            "unknown",
        ),
        (json!({"services": []}), "services", "other_type"),
        (
            json!({"scim_resource_type": null}),
            "scim_resource_type",
            "required",
        ),
        (
            json!({"scim_resource_type": "Device"}),
            "scim_resource_type",
            "invalid",
        ),
        (
            json!({"resource_operations": []}),
            "resource_operations",
            "required",
        ),
        (
            json!({"resource_operations": ["read"]}),
            "resource_operations",
            "invalid",
        ),
        (
            json!({"resource_attributes": ["userNmae"]}),
            "resource_attributes",
            "invalid",
        ),
        (
            json!({"resource_attributes": ["a..b"]}),
            "resource_attributes",
            "invalid",
        ),
        (json!({"tags": "x"}), "tags", "invalid"),
        (json!({"type": "resorce"}), "type", "invalid"),
    ];
    let revision = server.snapshot().revision();
    for (change, field, rule) in cases {
        let mut body = good.clone();
        body.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let refused = api.post("/scopes", body).await;
        assert_eq!(refused.field(), broken(field, rule), "{change}");
    }
    let refused = api
        .post("/scopes", json!({"name": "a:b", "tpye": "generic"}))
        .await;
    assert_eq!(refused.status, 400);
    assert_eq!(server.snapshot().revision(), revision);
}

/// Product §2.1: built-ins can't be deleted, nor what they allow be changed.
#[tokio::test]
async fn a_built_in_scope_keeps_what_it_allows() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let path = format!("/scopes/{}", api.scope_id("scim:read").await);
    let refused = api
        .patch(&path, json!({"resource_operations": ["delete"]}))
        .await;
    assert_eq!(refused.field(), broken("resource_operations", "built_in"));
    assert_eq!(api.delete(&path).await.code(409), "built_in");
    let tagged = api
        .patch(&path, json!({"tags": ["pii"], "description": "All of it"}))
        .await;
    assert_eq!(tagged.expect(200).json()["tags"], json!(["pii"]));
}

/// Product §2.4: narrowing bites at once, widening never gives an old token more.
#[tokio::test]
async fn an_edit_reaches_live_tokens() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api
        .make(
            "/scopes",
            json!({
                "name": "staff:read", "type": "resource", "scim_resource_type": "User",
                "resource_operations": ["retrieve"], "resource_attributes": ["userName"],
            }),
        )
        .await;
    let path = format!("/scopes/{}", made["id"].as_str().unwrap());
    let client = server.add_client(&["staff:read"], |_| ()).await;
    let reaches = async |token: &str, attribute: &str| {
        let caller = server.caller(token).await;
        let snapshot = server.snapshot();
        let users = snapshot.catalogue().type_named("User").unwrap();
        let schema = snapshot.catalogue().schema(users).unwrap();
        let leaf = schema.lookup(attribute).unwrap().id;
        let readable = caller.grant().attributes(users, scope::Operation::Retrieve);
        readable.is_some_and(|set| set.contains(leaf))
    };
    let old = client.token(&server, Some("staff:read")).await;
    assert!(reaches(&old, "userName").await);
    api.patch(&path, json!({"resource_attributes": ["userName", "title"]}))
        .await
        .expect(200);
    assert!(!reaches(&old, "title").await, "an old token gains nothing");
    let new = client.token(&server, Some("staff:read")).await;
    assert!(reaches(&new, "title").await);
    api.patch(&path, json!({"resource_attributes": ["title"]}))
        .await
        .expect(200);
    assert!(!reaches(&old, "userName").await, "narrowing bites at once");
    assert!(!reaches(&new, "userName").await);
    assert!(reaches(&new, "title").await);
}

/// Every one of them is compiled with the scope: there is an end to it.
#[tokio::test]
async fn no_more_than_a_hundred_earlier_definitions_are_kept() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let new = json!({
        "name": "a:b", "type": "resource", "scim_resource_type": "User",
        "resource_operations": ["retrieve"], "resource_attributes": ["title"],
    });
    let made = api.make("/scopes", new).await;
    let path = format!("/scopes/{}", made["id"].as_str().unwrap());
    for n in 0..105 {
        let attribute = ["userName", "title"][n % 2];
        let patch = json!({"resource_attributes": [attribute]});
        api.patch(&path, patch).await.expect(200);
    }
    let snapshot = server.snapshot();
    let kept: Vec<u32> = snapshot
        .config()
        .scope_versions
        .keys()
        .map(|(_, v)| *v)
        .collect();
    assert_eq!(kept, Vec::from_iter(6..=105));
}
