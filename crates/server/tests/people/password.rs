//! `password` and `passwordQualityRequirements` (product §5; B6, U3, U4).

use crate::support::{Answer, Browser, Own, PASSWORD, Person, TestServer};
use domain::{
    Edit,
    config::{ConfigObject, Realm},
};
use serde_json::{Value, json};
use std::sync::Arc;

const NEW: &str = "quite another password";

struct World {
    server: TestServer,
    ada: Person,
    own: Own,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let ada = server.add_person("ada").await;
        let operations = ["reset-password", "retrieve-password-quality-requirements"];
        let own = json!({"account_operations": operations});
        let own = server.own("own:password", &ada.id, own).await;
        Self { server, ada, own }
    }

    async fn put(&self, current: &str, new: Option<&str>) -> Answer {
        let mut body = json!({"currentPassword": current});
        if let Some(new) = new {
            body["newPassword"] = json!(new);
        }
        let put = self
            .own
            .ask(&self.server, "PUT", "/Me/password", Some(body))
            .await;
        assert_eq!(put.header("cache-control"), "no-store");
        put
    }

    /// Whether this is the password.
    async fn signs_in(&self, password: &str) -> bool {
        let app = self.server.add_app(&["openid"], |_| {}).await;
        let browser = Browser::new();
        let page = browser
            .go(&self.server, &app.authorize("openid", &[]))
            .await;
        let page = browser.sign_in(&self.server, &page, "ada", password).await;
        !page.text().contains("name=\"password\"")
    }

    async fn anyones(&self) -> Own {
        let any = json!({
            "scim_resource_type": "User", "resource_attributes": ["title"],
            "resource_operations": ["create"], "account_operations": ["reset-password"],
        });
        self.server.any("any:password", any).await
    }

    async fn policy(&self, change: impl FnOnce(&mut domain::people::password::PasswordPolicy)) {
        let snapshot = self.server.snapshot();
        let mut realm = Realm::clone(&snapshot.config().realm);
        change(&mut realm.settings.password_policy);
        self.server
            .edit(Edit::none(()).put(ConfigObject::Realm(Arc::new(realm))))
            .await;
    }
}

#[tokio::test]
async fn b6_ones_own_password_ends_all_but_the_grant_that_changed_it() {
    let world = World::new().await;
    let (server, ada) = (&world.server, &world.ada);
    let app = server.add_app(&["openid"], |_| {}).await;
    let other = app.token_of(server, ada, "openid").await;
    let userinfo = app.path("/userinfo");
    server
        .call("GET", &userinfo, &other, None)
        .await
        .expect(200);
    let changed = world.put(PASSWORD, Some(NEW)).await.expect(200).json();
    let members: Vec<&String> = changed.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        ["schemas", "id", "meta"],
        "S5: no password is ever answered"
    );
    server
        .call("GET", &userinfo, &other, None)
        .await
        .expect(401);
    let path = "/Me/passwordQualityRequirements";
    world.own.get(server, path).await.expect(200);
    assert!(world.signs_in(NEW).await && !world.signs_in(PASSWORD).await);
}

#[tokio::test]
async fn u3_a_wrong_current_password_is_401_and_counts() {
    let world = World::new().await;
    let refused = world.put("not it at all", Some(NEW)).await.expect(401);
    assert_eq!(refused.json()["scimType"], "invalidCredentials");
    let challenge = refused.header("www-authenticate");
    assert!(
        challenge.starts_with("Bearer ") && !challenge.contains("error="),
        "{challenge}"
    );
    let path = world.own.client.path("/scim/v2/Me/password");
    let bad = world
        .server
        .call("PUT", &path, "no-token", None)
        .await
        .expect(401);
    let challenge = bad.header("www-authenticate");
    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    for _ in 0..4 {
        world.put("not it at all", Some(NEW)).await.expect(401);
    }
    world.put(PASSWORD, Some(NEW)).await.expect(429);
    world.server.advance(30);
    world.put(PASSWORD, Some(NEW)).await.expect(200);
}

#[tokio::test]
async fn a_right_password_never_counts_as_wrong() {
    let world = World::new().await;
    for _ in 0..8 {
        world.put(PASSWORD, Some("short")).await.expect(400);
    }
    world.put(PASSWORD, Some(NEW)).await.expect(200);
}

/// B6: a grant that is revoked while it changes the password changes nothing.
#[tokio::test]
async fn b6_a_grant_that_ends_meanwhile_sets_no_password() {
    let world = World::new().await;
    let server = &world.server;
    let (path, token) = (server.admin.path("/grants"), server.admin_token().await);
    let listed = server.call("GET", &path, &token, None).await.json();
    let grants = listed["items"].as_array().unwrap();
    let grant = grants
        .iter()
        .find(|grant| grant["client"] == world.own.client.id.as_str())
        .unwrap_or(&grants[0]);
    let path = format!("{path}/{}", grant["id"].as_str().unwrap());
    let held = server.store.hold_next_answer();
    let revokes = async {
        while !server.store.holds_an_answer() {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        let revoked = server.call("DELETE", &path, &token, None).await;
        revoked.expect(204);
        drop(held);
    };
    let (changed, ()) = tokio::join!(world.put(PASSWORD, Some(NEW)), revokes);
    changed.expect(409);
    assert!(world.signs_in(PASSWORD).await && !world.signs_in(NEW).await);
}

/// U4, RFC 8265: a password is as long as its normal form is, however a keyboard sends it.
#[tokio::test]
async fn u4_a_password_is_measured_in_its_normal_form() {
    let mut world = World::new().await;
    let vowels = ["\u{1ed9}", "\u{1ec7}", "\u{1ead}"];
    let composed = |first: &str| -> String {
        let rest = vowels.iter().cycle().take(127).copied();
        std::iter::once(first).chain(rest).collect()
    };
    let sent = |composed: &str| {
        let parts = composed.chars().map(|letter| match letter {
            '\u{1ed9}' => "o\u{323}\u{302}".to_owned(),
            '\u{1ec7}' => "e\u{323}\u{302}".to_owned(),
            '\u{1ead}' => "a\u{323}\u{302}".to_owned(),
            other => other.to_string(),
        });
        parts.collect::<String>()
    };
    let (one, other) = (composed("x"), composed("y"));
    let decomposed = json!(sent(&one));
    assert!(decomposed.as_str().unwrap().len() > 512);
    world
        .server
        .patch_person(&world.ada, "password", decomposed)
        .await;
    assert!(world.signs_in(&one).await && world.signs_in(&sent(&one)).await);
    assert!(!world.signs_in(&sent(&other)).await, "to the last letter");
    let (client, scope) = (&world.own.client, &world.own.scope);
    let again = world.server.token_again(client, scope, &world.ada.id);
    world.own.token = again.await;
    let changed = world.put(&sent(&one), Some(&sent(&other))).await;
    changed.expect(200);
    assert!(world.signs_in(&other).await && world.signs_in(&sent(&other)).await);
    world
        .put(&other, Some(&format!("{other}z")))
        .await
        .expect(400);
    let long = "x".repeat(10_000);
    assert!(!world.signs_in(&long).await);
}

#[tokio::test]
async fn at_me_the_current_password_is_needed() {
    let world = World::new().await;
    let body = json!({"newPassword": NEW});
    let put = world
        .own
        .ask(&world.server, "PUT", "/Me/password", Some(body))
        .await;
    assert_eq!(put.expect(400).json()["scimType"], "invalidValue");
    assert!(world.signs_in(PASSWORD).await);
}

#[tokio::test]
async fn without_a_new_password_the_server_makes_one() {
    let world = World::new().await;
    world.policy(|policy| policy.min_length = 24).await;
    let made = world.put(PASSWORD, None).await.expect(200).json();
    let made = made["generatedPassword"].as_str().unwrap().to_owned();
    assert!(made.chars().count() >= 24);
    assert!(world.signs_in(&made).await);
    let any = world.anyones().await;
    let path = format!("/Users/{}/password", world.ada.id);
    let reset = any
        .ask(&world.server, "PUT", &path, Some(json!({})))
        .await
        .expect(200)
        .json();
    let reset = reset["generatedPassword"].as_str().unwrap();
    assert_ne!(reset, made);
    assert!(world.signs_in(reset).await);
}

#[tokio::test]
async fn a_reset_needs_no_current_password() {
    let world = World::new().await;
    world.policy(|policy| policy.min_age_seconds = 3600).await;
    let any = world.anyones().await;
    let path = format!("/Users/{}/password", world.ada.id);
    for new in [NEW, "still another password"] {
        let body = json!({"currentPassword": "whatever", "newPassword": new});
        any.ask(&world.server, "PUT", &path, Some(body))
            .await
            .expect(200);
        assert!(world.signs_in(new).await);
    }
    any.ask(
        &world.server,
        "PUT",
        "/Users/none/password",
        Some(json!({})),
    )
    .await
    .expect(404);
}

#[tokio::test]
async fn a_policy_failure_lists_each_requirement() {
    let world = World::new().await;
    world.policy(|policy| policy.min_unique = 10).await;
    let requirements = world
        .own
        .get(&world.server, "/Me/passwordQualityRequirements")
        .await;
    let requirements = requirements.expect(200).json();
    let refused = world
        .put(PASSWORD, Some("person person person"))
        .await
        .expect(400)
        .json();
    assert_eq!(refused["scimType"], "invalidValue");
    let checked = refused["passwordRequirements"].as_array().unwrap();
    let satisfied = |kind: &str| {
        let found = checked.iter().find(|one| one["type"] == kind);
        found.unwrap()["satisfied"].as_bool().unwrap()
    };
    assert!(satisfied("length") && !satisfied("uniqueCharacters"));
    assert!(!satisfied("personalInformation"));
    let mut stripped: Vec<Value> = checked.clone();
    for one in &mut stripped {
        one.as_object_mut().unwrap().remove("satisfied");
    }
    assert_eq!(
        requirements["requirements"],
        json!(stripped),
        "they are the same requirements"
    );
    assert_eq!(requirements["requirements"][0]["minLength"], 10);
    assert!(world.signs_in(PASSWORD).await);
}

#[tokio::test]
async fn a_password_type_scope_needs_the_attributes_that_it_writes() {
    let world = World::new().await;
    let given = json!({
        "scim_resource_type": "Password", "resource_attributes": ["newPassword"],
        "resource_operations": ["modify"],
    });
    let given = world.server.any("password:given", given).await;
    let path = format!("/Users/{}/password", world.ada.id);
    given
        .ask(&world.server, "PUT", &path, Some(json!({})))
        .await
        .expect(403);
    let body = json!({"newPassword": NEW});
    given
        .ask(&world.server, "PUT", &path, Some(body))
        .await
        .expect(200);
    assert!(world.signs_in(NEW).await);
}

/// U4: whoever provisions people is held to the same policy, and the account knows of the change.
#[tokio::test]
async fn u4_scim_holds_passwords_to_the_policy() {
    let world = World::new().await;
    let (server, token) = (&world.server, world.server.admin_token().await);
    let user = "urn:ietf:params:scim:schemas:core:2.0:User";
    let users = server.admin.path("/scim/v2/Users");
    let weak = json!({"schemas": [user], "userName": "weak", "password": "password12"});
    let refused = server.call("POST", &users, &token, Some(weak)).await;
    let refused = refused.expect(400).json();
    assert_eq!(refused["scimType"], "invalidValue");
    assert!(refused["passwordRequirements"].is_array(), "{refused}");
    let patch = |password: &str| {
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": "password", "value": password}],
        })
    };
    let path = format!("{users}/{}", world.ada.id);
    for personal in ["ada the Person 1", "short", "person@home"] {
        let refused = server
            .call("PATCH", &path, &token, Some(patch(personal)))
            .await;
        refused.expect(400);
    }
    assert!(world.signs_in(PASSWORD).await);
    world.policy(|policy| policy.history = 2).await;
    let set = server.call("PATCH", &path, &token, Some(patch(NEW))).await;
    assert!(set.status.is_success(), "{}", set.text());
    for former in [NEW, PASSWORD] {
        let refused = server
            .call("PATCH", &path, &token, Some(patch(former)))
            .await;
        refused.expect(400);
    }
    assert!(world.signs_in(NEW).await);
    let any = json!({
        "scim_resource_type": "Account", "resource_attributes": ["*"],
        "resource_operations": ["retrieve"],
    });
    let any = server.any("account:read", any).await;
    let account = any
        .get(server, &format!("/Users/{}/account", world.ada.id))
        .await;
    assert!(account.expect(200).json()["passwordChanged"].is_string());
}
