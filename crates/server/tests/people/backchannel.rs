//! Whatever ends a session, the applications that took part in it are told (OpenID Connect Back-Channel Logout 1.0 §2.3).

use crate::{
    logout::World,
    own_pages::{change, press, signed_in},
    support::{PASSWORD, Page, claims},
};
use domain::store::{Change, Commit, EntryKind, Expect, ResourceId, Store};
use serde_json::{Value, json};

const ACCOUNT: &str = "/v1/tenants/default/realms/default/account";
const SESSIONS: &str = "/v1/tenants/default/realms/default/account/sessions";
const NEW: [(&str, &str); 3] = [
    ("current_password", PASSWORD),
    ("new_password", "quite another sentence"),
    ("new_password_again", "quite another sentence"),
];

impl World {
    /// The public id of the session in which the application has tokens.
    fn sid(&self) -> String {
        claims(&self.id_token)["sid"].as_str().unwrap().to_owned()
    }

    /// Has the person's sessions begun at a provider.
    async fn came_by(&self, provider: &str) {
        let (server, person) = (&self.server, ResourceId(self.ada.id.as_str().into()));
        let realm = &server.admin.realm;
        let found = server
            .store
            .list_entries(realm, EntryKind::Session, &person, 9);
        let put = found.await.unwrap().into_iter().map(|mut entry| {
            let mut body: Value = serde_json::from_str(&entry.body).unwrap();
            body["provider"] = json!(provider);
            entry.body = body.to_string();
            let expect = Expect::Version(entry.version);
            Change::PutEntry { expect, entry }
        });
        let commit = Commit {
            realm: realm.clone(),
            changes: put.collect(),
        };
        assert!(!commit.changes.is_empty());
        server.store.commit(commit).await.unwrap();
    }

    /// The session is over, and the application was told of that one, once.
    async fn is_told(&self) {
        assert!(!self.is_signed_in().await);
        let told = self.applications.told(1).await;
        assert_eq!(told.len(), 1);
        let said = claims(&told[0].1);
        assert_eq!(said["sid"], self.sid());
        assert_eq!(said["aud"], self.app.id.as_str());
        assert_eq!(said["sub"], self.ada.id.as_str());
    }
}

#[tokio::test]
async fn signing_out_on_the_account_pages_is_told() {
    let world = World::start().await;
    press(&world.server, &world.browser, ACCOUNT, "sign-out", &[])
        .await
        .expect(200);
    world.is_told().await;
}

#[tokio::test]
async fn ending_this_session_is_told() {
    let world = World::start().await;
    let sid = world.sid();
    let fields = [("id", sid.as_str())];
    press(&world.server, &world.browser, SESSIONS, "end", &fields)
        .await
        .expect(200);
    world.is_told().await;
}

#[tokio::test]
async fn ending_one_or_all_others_from_elsewhere_is_told() {
    for action in ["end", "end-others"] {
        let world = World::start().await;
        let elsewhere = signed_in(&world.server, &world.ada).await;
        let sid = world.sid();
        let fields = [("id", sid.as_str())];
        press(&world.server, &elsewhere, SESSIONS, action, &fields)
            .await
            .expect(200);
        world.is_told().await;
        let page = elsewhere.go(&world.server, ACCOUNT).await.expect(200);
        assert!(page.text().contains("Signed in as"), "{action}");
    }
}

/// B6: a session that goes on is not told of; the others are.
#[tokio::test]
async fn another_password_is_told_to_the_sessions_that_it_ends() {
    let world = World::start().await;
    let elsewhere = signed_in(&world.server, &world.ada).await;
    let own = world.server.add_app(&["openid"], |app| {
        app.openid.backchannel_logout_uri = Some("https://other.example.com/told".to_owned());
    });
    let own = own.await;
    own.code_in(&world.server, &elsewhere, &world.ada, "openid")
        .await;
    change(&world.server, &elsewhere, "change", &NEW)
        .await
        .expect(200);
    world.is_told().await;
}

/// The same where the server demands another password, in the middle of a sign-in.
#[tokio::test]
async fn a_password_that_must_change_is_told_when_it_does() {
    let world = World::start().await;
    let realm = world.server.admin.realm.clone();
    let must = json!(true);
    crate::elsewhere::set_state(
        &world.server,
        &realm,
        &world.ada,
        "must_change_password",
        must,
    )
    .await;
    let elsewhere = signed_in(&world.server, &world.ada).await;
    press(&world.server, &elsewhere, ACCOUNT, "change", &NEW)
        .await
        .expect(200);
    world.is_told().await;
}

/// Somebody else signs in with the browser: whoever was signed in is not any more.
#[tokio::test]
async fn whoever_is_replaced_in_a_browser_is_told_of() {
    let world = World::start().await;
    let (server, browser) = (&world.server, &world.browser);
    let bob = server.add_person("bob").await;
    server.advance(1);
    let anew = world.app.authorize("openid", &[("prompt", "consent")]);
    let page = browser.go(server, &anew).await.expect(200);
    let page = Page::of(&page);
    let page = browser.press(server, &page, "switch-account", &[]).await;
    let page = page.expect(200);
    let name = &bob.user_name;
    let page = browser.sign_in(server, &page, name, PASSWORD).await;
    page.expect(200);
    let told = world.applications.told(1).await;
    assert_eq!(claims(&told[0].1)["sid"], world.sid());
    assert_eq!(claims(&told[0].1)["sub"], world.ada.id.as_str());
}

/// S15: who may not sign in any more is out everywhere.
#[tokio::test]
async fn whoever_is_put_out_by_scim_is_told_of() {
    let patch = |path: &str, value: Value| {
        Some(json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": path, "value": value}],
        }))
    };
    let ways = [
        ("PATCH", "", patch("active", json!(false))),
        (
            "PATCH",
            "",
            patch("password", json!("quite another sentence")),
        ),
        ("DELETE", "", None),
        ("PUT", "/account", Some(json!({"disabled": true}))),
    ];
    for (method, place, body) in ways {
        let world = World::start().await;
        let server = &world.server;
        let path = format!("/Users/{}{place}", world.ada.id);
        let answer = match place {
            "" => {
                let token = server.admin_token().await;
                let path = world.app.path(&format!("/scim/v2{path}"));
                server.call(method, &path, &token, body).await
            }
            _ => {
                let operations = json!({
                    "scim_resource_type": "User", "resource_attributes": ["title"],
                    "resource_operations": ["create"],
                    "account_operations": ["retrieve-account-state", "replace-account-state"],
                });
                let any = server.any("any:account", operations).await;
                any.ask(server, method, &path, body).await
            }
        };
        assert!(
            answer.status.is_success(),
            "{method} {path}: {}",
            answer.text()
        );
        world.is_told().await;
    }
}

/// Who came in by an identity is out with it.
#[tokio::test]
async fn unlinking_is_told_to_the_sessions_that_began_there() {
    let world = World::start().await;
    let server = &world.server;
    let token = server.admin_token().await;
    let new =
        json!({"name": "one", "issuer": "https://idp.example", "client_id": "x", "active": true});
    let providers = server.admin.path("/identity-providers");
    let made = server.call("POST", &providers, &token, Some(new)).await;
    let provider = made.expect(201).json()["id"].as_str().unwrap().to_owned();
    server
        .link(&server.admin, &provider, "ada-there", &world.ada.id)
        .await;
    world.came_by(&provider).await;
    let operations = json!({"external_identity_operations": ["unlink-external-identity"]});
    let own = server
        .own("own:identities", &world.ada.id, operations)
        .await;
    let path = format!("/Me/externalIdentities/{provider}");
    own.ask(server, "DELETE", &path, None).await.expect(204);
    world.is_told().await;
}
