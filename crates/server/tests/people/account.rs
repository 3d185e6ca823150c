//! `account` (product §5; S15, T4, U7).

use crate::support::{Browser, Own, PASSWORD, Person, TestServer};
use serde_json::{Value, json};

struct World {
    server: TestServer,
    ada: Person,
    any: Own,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let ada = server.add_person("ada").await;
        let any = json!({
            "scim_resource_type": "User", "resource_attributes": ["title"],
            "resource_operations": ["create"],
            "account_operations": ["retrieve-account-state", "replace-account-state"],
        });
        let any = server.any("any:account", any).await;
        Self { server, ada, any }
    }

    fn path(&self) -> String {
        format!("/Users/{}/account", self.ada.id)
    }

    async fn read(&self) -> Value {
        let read = self.any.get(&self.server, &self.path()).await;
        read.expect(200).json()
    }

    async fn put(&self, body: Value) -> crate::support::Answer {
        self.any
            .ask(&self.server, "PUT", &self.path(), Some(body))
            .await
    }

    async fn replace(&self, body: Value) -> Value {
        let replaced = self.put(body).await.expect(200).json();
        let (mut shown, mut read) = (replaced.clone(), self.read().await);
        for one in [&mut shown, &mut read] {
            one["meta"] = Value::Null;
        }
        assert_eq!(shown, read, "what is answered is what is read");
        replaced
    }

    fn in_seconds(&self, seconds: u64) -> String {
        let now = self.server.core.now();
        now.plus(std::time::Duration::from_secs(seconds))
            .to_rfc3339()
    }
}

#[tokio::test]
async fn null_clears_and_what_is_absent_stays() {
    let world = World::new().await;
    let before = world.read().await;
    assert_eq!(
        (&before["disabled"], &before["usable"]),
        (&json!(false), &json!(true))
    );
    assert!(before.get("expires").is_none());
    let (soon, later) = (world.in_seconds(60), world.in_seconds(3600));
    let set = world
        .replace(json!({"expires": later, "mustChangePassword": true}))
        .await;
    assert_eq!(
        (&set["expires"], &set["secondsUntilExpiry"]),
        (&json!(later), &json!(3600))
    );
    assert_eq!(set["mustChangePassword"], true);
    assert_eq!(set["usabilityNotices"][0]["type"], "mustChangePassword");
    let kept = world.replace(json!({"disabled": false})).await;
    assert_eq!(
        (&kept["expires"], &kept["mustChangePassword"]),
        (&json!(later), &json!(true))
    );
    let cleared = world
        .replace(json!({"expires": null, "mustChangePassword": null}))
        .await;
    assert!(cleared.get("expires").is_none() && cleared["mustChangePassword"] == false);
    // What it reads can be sent back: readOnly is ignored.
    let mut whole = world.read().await;
    whole["usable"] = json!(false);
    whole["secondsUntilExpiry"] = json!(1);
    whole["starts"] = json!(soon);
    let whole = world.replace(whole).await;
    assert_eq!(
        (&whole["secondsUntilStart"], &whole["usable"]),
        (&json!(60), &json!(false))
    );
    world.server.advance(60);
    assert_eq!(world.read().await["usable"], true);
}

#[tokio::test]
async fn what_does_not_fit_is_400_and_nothing_changes() {
    let world = World::new().await;
    let tomorrow = world.in_seconds(86_400);
    let before = world.read().await;
    for body in [
        json!({"nothing": true}),
        json!({"disabled": "yes"}),
        json!({"expires": "tomorrow"}),
        json!({"disabled": true, "Disabled": false}),
        json!({"disabled": true, "lastLogin": tomorrow}),
        json!({"disabled": true, "failureTimes": [tomorrow]}),
        json!({"disabled": true, "schemas": ["urn:example:other"]}),
    ] {
        let refused = world.put(body.clone()).await;
        assert_eq!(refused.status, 400, "{body}: {}", refused.text());
    }
    assert_eq!(world.read().await, before);
}

#[tokio::test]
async fn s15_a_disabled_account_is_out_at_once_and_stays_out() {
    let world = World::new().await;
    let (server, ada) = (&world.server, &world.ada);
    let app = server.add_app(&["openid", "offline_access"], |_| {}).await;
    let tokens = app.tokens(server, ada, "openid offline_access").await;
    let text = |name: &str| tokens[name].as_str().unwrap();
    let userinfo = app.path("/userinfo");
    let token = text("access_token");
    server.call("GET", &userinfo, token, None).await.expect(200);
    world.replace(json!({"disabled": true})).await;
    for disabled in [true, false] {
        server.call("GET", &userinfo, token, None).await.expect(401);
        let over = app.refresh(server, text("refresh_token")).await.expect(400);
        assert_eq!(over.error(), "invalid_grant");
        let browser = Browser::new();
        let page = browser.go(server, &app.authorize("openid", &[])).await;
        let page = browser.sign_in(server, &page, "ada", PASSWORD).await;
        assert_eq!(page.text().contains("name=\"password\""), disabled);
        world.replace(json!({"disabled": null})).await;
    }
}

#[tokio::test]
async fn failures_are_shown_and_cleared() {
    let world = World::new().await;
    let (server, browser) = (&world.server, Browser::new());
    let app = server.add_app(&["openid"], |_| {}).await;
    let mut page = browser.go(server, &app.authorize("openid", &[])).await;
    for _ in 0..5 {
        page = browser.sign_in(server, &page, "ada", "not it at all").await;
    }
    let failed = world.read().await;
    assert_eq!(failed["failureTimes"].as_array().unwrap().len(), 5);
    assert_eq!(failed["secondsUntilNextAttempt"], 30);
    assert_eq!(failed["usabilityNotices"][0]["type"], "tooManyFailures");
    let cleared = world.replace(json!({"failureTimes": []})).await;
    assert!(
        cleared.get("failureTimes").is_none() && cleared.get("secondsUntilNextAttempt").is_none()
    );
    let page = browser.sign_in(server, &page, "ada", PASSWORD).await;
    assert!(
        !page.text().contains("name=\"password\""),
        "it is not slowed down any more"
    );
    assert!(world.read().await.get("lastLogin").is_some());
}

/// A write is answered with what may be read (product §6.2), and what it may not change is refused.
#[tokio::test]
async fn attributes_bound_what_is_written_and_shown() {
    let world = World::new().await;
    let (server, path) = (&world.server, world.path());
    let blind = json!({
        "scim_resource_type": "Account", "resource_attributes": ["expires"],
        "resource_operations": ["modify"],
    });
    let blind = server.any("account:expires", blind).await;
    let later = world.in_seconds(3600);
    let body = json!({"expires": later});
    let replaced = blind
        .ask(server, "PUT", &path, Some(body))
        .await
        .expect(200)
        .json();
    let members: Vec<&String> = replaced.as_object().unwrap().keys().collect();
    assert_eq!(members, ["schemas", "id", "meta"]);
    assert_eq!(world.read().await["expires"], later.as_str());
    for body in [
        json!({"disabled": true}),
        json!({"disabled": null}),
        json!({"failureTimes": []}),
    ] {
        let refused = blind
            .ask(server, "PUT", &path, Some(body))
            .await
            .expect(403);
        assert!(
            refused
                .header("www-authenticate")
                .contains("scope=\"any:account\"")
        );
    }
    blind.get(server, &path).await.expect(403);
}

#[tokio::test]
async fn an_account_that_changed_meanwhile_is_not_replaced() {
    let world = World::new().await;
    let path = world.any.client.path(&format!("/scim/v2{}", world.path()));
    let tag = world
        .any
        .get(&world.server, &world.path())
        .await
        .header("etag")
        .to_owned();
    let put = async |tag: &str| {
        let request = http::Request::builder()
            .method("PUT")
            .uri(&path)
            .header("authorization", format!("Bearer {}", world.any.token))
            .header("if-match", tag);
        let body = json!({"mustChangePassword": true}).to_string();
        world.server.send(request.body(body.into()).unwrap()).await
    };
    let next = put(&tag).await.expect(200).header("etag").to_owned();
    put(&tag).await.expect(412);
    put(&next).await.expect(200);
}

/// Product §2.4: an administrator's account is for those who have the same rights.
#[tokio::test]
async fn t4_an_administrators_account_is_not_anyones() {
    let world = World::new().await;
    world.replace(json!({"disabled": false})).await;
    world.server.make_administrator(&world.ada).await;
    world.put(json!({"disabled": true})).await.expect(403);
    assert_eq!(
        world.read().await["disabled"],
        false,
        "T3: to read is another right"
    );
}
