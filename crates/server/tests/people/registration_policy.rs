//! The realm's setting `registration`, and what administrators do with clients that registered
//! themselves (H1, H3, T4; product §2.4).

use crate::support::{Answer, Browser, Client, TestServer, answered, metadata};
use serde_json::{Value, json};

#[tokio::test]
async fn the_setting_is_validated_and_shown() {
    let server = TestServer::start().await;
    let setting = async || {
        let token = server.admin_token().await;
        let path = server.admin.path("");
        let realm = server.call("GET", &path, &token, None).await;
        realm.expect(200).json()["registration"].clone()
    };
    let closed = json!({"open": false, "scopes": [], "max_clients": 1000});
    assert_eq!(setting().await, closed, "H1");
    for (wrong, why) in [
        (json!({"open": true}), "scopes"),
        (json!({"open": true, "scopes": []}), "scopes"),
        (json!({"open": "yes", "scopes": ["openid"]}), "open"),
        (json!({"scopes": ["no:such"]}), "no:such"),
        (json!({"scopes": "openid"}), "scopes"),
        (json!({"scopes": ["openid", "openid"]}), "openid"),
        (json!({"max_clients": 0}), "max_clients"),
        (json!({"max_clients": 100_001}), "max_clients"),
        (json!({"max_clients": -1}), "max_clients"),
        (json!({"ceiling": ["openid"]}), "ceiling"),
        (
            json!({"scopes": ["applications:read"]}),
            "applications:read",
        ),
        (
            json!({"scopes": ["openid", "realms:update"]}),
            "realms:update",
        ),
        (json!([]), "registration"),
        (json!(true), "registration"),
    ] {
        let refused = server.set_registration(wrong.clone()).await.expect(400);
        assert!(refused.text().contains(why), "{wrong}: {}", refused.text());
        assert_eq!(setting().await, closed, "{wrong}");
    }
    let policy = json!({"open": true, "scopes": ["profile", "openid"], "max_clients": 3});
    server.set_registration(policy).await.expect(200);
    let shown = json!({"open": true, "scopes": ["openid", "profile"], "max_clients": 3});
    assert_eq!(setting().await, shown);
    // A patch of something else leaves it, and null takes it away.
    let token = server.admin_token().await;
    let other = json!({"display_name": "Ours"});
    let path = server.admin.path("");
    let patched = server.call("PATCH", &path, &token, Some(other)).await;
    assert_eq!(patched.expect(200).json()["registration"], shown);
    server.set_registration(Value::Null).await.expect(200);
    assert_eq!(setting().await, closed);
}

/// T4, REG-18: who may not give a scope may not offer it to whoever comes.
#[tokio::test]
async fn t4_nobody_offers_more_than_they_may_give() {
    let server = TestServer::start().await;
    let narrow = server.add_client(&["realms:update"], |_| ()).await;
    let offer = async |scopes: &[&str]| {
        let token = narrow.token(&server, Some("realms:update")).await;
        let policy = json!({"registration": {"open": true, "scopes": scopes}});
        let realm = narrow.path("");
        server.call("PATCH", &realm, &token, Some(policy)).await
    };
    offer(&["openid"]).await.expect(403);
    offer(&["scim:read"]).await.expect(403);
    // What is offered already they may leave, and take away; not open again.
    let closed = json!({"open": false, "scopes": ["openid"]});
    server.set_registration(closed).await.expect(200);
    offer(&["openid"]).await.expect(403);
    server.open_registration(&["openid", "profile"]).await;
    offer(&["openid"]).await.expect(200);
    offer(&["openid", "profile"]).await.expect(403);
}

/// T4: whoever comes has a scope of an open ceiling, whoever widens it among them.
#[tokio::test]
async fn t4_a_scope_that_anybody_can_have_is_not_widened_by_just_anybody() {
    let server = TestServer::start().await;
    let staff = json!({
        "name": "staff:read", "type": "resource", "scim_resource_type": "User",
        "resource_operations": ["retrieve"], "resource_attributes": ["userName", "title"],
    });
    let id = server.add_scope(staff).await;
    let path = server.admin.path(&format!("/scopes/{id}"));
    let editor = server.add_client(&["scopes:update"], |_| ()).await;
    let both = ["scopes:update", "assigned-scopes:create"];
    let offering = server.add_client(&both, |_| ()).await;
    let patch = async |client: &Client, body: Value| {
        let scopes = match client.id == offering.id {
            true => both.join(" "),
            false => both[0].to_owned(),
        };
        let token = client.token(&server, Some(&scopes)).await;
        server.call("PATCH", &path, &token, Some(body)).await
    };
    let attributes = |names: &[&str]| json!({"resource_attributes": names});
    // Nobody has it yet.
    let closed = json!({"open": false, "scopes": ["staff:read"]});
    server.set_registration(closed).await.expect(200);
    let wider = attributes(&["userName", "title", "emails"]);
    patch(&editor, wider).await.expect(200);
    server.open_registration(&["openid", "staff:read"]).await;
    for wider in [
        attributes(&["*"]),
        json!({"resource_operations": ["retrieve", "search"]}),
        json!({"scim_resource_type": "Group", "resource_attributes": ["displayName"]}),
    ] {
        let refused = patch(&editor, wider.clone()).await.expect(403);
        assert_eq!(refused.json()["code"], "beyond_own_rights", "{wider}");
    }
    // Narrower they make it, and wider whoever may offer that.
    patch(&editor, attributes(&["userName"])).await.expect(200);
    patch(&offering, attributes(&["*"])).await.expect(200);
}

/// Product §2.4: a scope in the ceiling is in use.
#[tokio::test]
async fn a_scope_in_the_ceiling_cannot_be_deleted() {
    let server = TestServer::start().await;
    let id = server
        .add_scope(json!({"name": "orders:read", "type": "generic"}))
        .await;
    let path = server.admin.path(&format!("/scopes/{id}"));
    let delete = async || {
        let token = server.admin_token().await;
        server.call("DELETE", &path, &token, None).await
    };
    server.open_registration(&["openid", "orders:read"]).await;
    let refused = delete().await.expect(409).json();
    assert_eq!(refused["code"], "in_use");
    assert_eq!(refused["used_by"][0]["kind"], "realms");
    assert_eq!(refused["used_by"][0]["first"], json!(["default"]));
    // Also while registration is closed, and by clients whose scope is no longer in the ceiling.
    let closed = json!({"open": false, "scopes": ["orders:read"]});
    server.set_registration(closed).await.expect(200);
    delete().await.expect(409);
    server.open_registration(&["orders:read"]).await;
    let one = server.registered(json!({})).await;
    server.open_registration(&["openid"]).await;
    let refused = delete().await.expect(409).json();
    assert_eq!(refused["used_by"][0]["kind"], "applications");
    one.delete(&server).await.expect(204);
    delete().await.expect(204);
}

/// A ceiling that comes down comes down on everybody at once.
#[tokio::test]
async fn h3_a_lower_ceiling_narrows_live_tokens_at_once() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    server.open_registration(&["openid", "profile"]).await;
    let one = server.registered(json!({})).await;
    let ours = server.add_app(&["openid", "profile"], |_| {}).await;
    let scope = "openid profile";
    let name_told = async |token: &str| {
        let path = server.admin.path("/userinfo");
        let told = server.call("GET", &path, token, None).await;
        told.expect(200).json().get("name").is_some()
    };
    let tokens = one.client.tokens(&server, &ada, scope).await;
    let access = tokens["access_token"].as_str().unwrap();
    let own = ours.token_of(&server, &ada, scope).await;
    assert!(name_told(access).await && name_told(&own).await);
    server.open_registration(&["openid"]).await;
    assert!(!name_told(access).await);
    assert!(name_told(&own).await, "ours is under no ceiling");
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let refreshed = one.client.refresh(&server, refresh).await.expect(200);
    assert_eq!(refreshed.json()["scope"], "openid");
    assert_eq!(one.read(&server).await.json()["scope"], "openid");
    let browser = Browser::new();
    let page = browser.go(&server, &one.client.authorize(scope, &[])).await;
    let password = crate::support::PASSWORD;
    let answer = browser.sign_in(&server, &page, "ada", password).await;
    assert_eq!(answered(&answer.expect(303))["error"], "invalid_scope");
    // The same after a restart.
    let access = access.to_owned();
    let server = server.restart().await;
    let path = server.admin.path("/userinfo");
    let told = server.call("GET", &path, &access, None).await.expect(200);
    assert_eq!(told.json().get("name"), None);
}

/// REG-13: what an administrator decides of a client is not undone by it, and is under the ceiling.
#[tokio::test]
async fn administrators_narrow_clients_that_registered_themselves() {
    let server = TestServer::start().await;
    server.open_registration(&["openid", "profile"]).await;
    let one = server.registered(json!({})).await;
    let call = async |method: &str, rest: &str, body: Option<Value>| -> Answer {
        let token = server.admin_token().await;
        let path = format!("/applications/{}{rest}", one.client.id);
        server
            .call(method, &server.admin.path(&path), &token, body)
            .await
    };
    let shown = call("GET", "", None).await.expect(200);
    assert_eq!(shown.json()["self_registered"], true);
    assert!(!shown.text().contains("token_hash"), "H5");
    // No more than the ceiling, and no exemption from consent.
    let scope = |name: &str| Some(json!({"scope": name}));
    let beyond = call("POST", "/assigned-scopes", scope("email")).await;
    assert!(beyond.expect(400).text().contains("ceiling"));
    let beyond = call("POST", "/assigned-scopes", scope("applications:read")).await;
    assert!(beyond.expect(400).text().contains("ceiling"));
    let list = call("GET", "/assigned-scopes", None).await.expect(200);
    let items = list.json()["items"].clone();
    let profile = items.as_array().unwrap().iter();
    let mut profile = profile.filter(|item| item["scope"] == "profile");
    let profile = format!(
        "/assigned-scopes/{}",
        profile.next().unwrap()["id"].as_str().unwrap()
    );
    let exempt = Some(json!({"consent_required": false}));
    let refused = call("PATCH", &profile, exempt).await.expect(400);
    assert!(refused.text().contains("consent_required"));
    // What is taken from it stays taken.
    call("DELETE", &profile, None).await.expect(204);
    let update = one
        .update(&server, json!({"scope": "openid profile"}))
        .await;
    assert!(update.expect(400).text().contains("profile"));
    let next = one.updated(&one.update(&server, json!({})).await.expect(200));
    assert_eq!(next.told["scope"], "openid");
    // And a client that is switched off is off.
    let off = Some(json!({"active": false}));
    call("PATCH", "", off).await.expect(200);
    next.read(&server).await.expect(401);
    call("DELETE", "", None).await.expect(204);
}

#[tokio::test]
async fn there_are_no_more_clients_than_there_may_be() {
    let server = TestServer::start().await;
    let policy = |most: u32| json!({"open": true, "scopes": ["openid"], "max_clients": most});
    server.set_registration(policy(2)).await.expect(200);
    let made: [Client; 3] = [
        server.add_app(&["openid"], |_| {}).await,
        server.add_app(&["openid"], |_| {}).await,
        server.add_app(&["openid"], |_| {}).await,
    ];
    assert_eq!(made.len(), 3, "an administrator's own do not count");
    let one = server.registered(json!({})).await;
    let two = server.registered(json!({})).await;
    let full = async || {
        let refused = server.register(&metadata(json!({}))).await.expect(403);
        assert_eq!(refused.error(), "access_denied");
    };
    full().await;
    // One that is there changes and goes, and then there is room.
    let next = one.updated(&one.update(&server, json!({})).await.expect(200));
    full().await;
    next.delete(&server).await.expect(204);
    server.registered(json!({})).await;
    full().await;
    server.set_registration(policy(1)).await.expect(200);
    two.read(&server).await.expect(200);
    full().await;
}
