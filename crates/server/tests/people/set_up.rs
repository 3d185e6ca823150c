//! The first administrator (T10, U6).

use crate::support::{Answer, BASE_URL, Browser, Page, TestServer, answered};
use domain::{
    RealmKey, ResetError, WayIn,
    config::{Application, ApplicationKind, ConfigObject},
    store::{AuditQuery, Kind, ResourceId},
};
use oauth::{GrantType, TokenEndpointAuthMethod};
use serde_json::json;
use std::{sync::Arc, time::Duration};

const PASSWORD: &str = "a long enough sentence";
const ACCOUNT: &str = "/v1/tenants/default/realms/default/account";

/// What somebody types to become `name`.
pub(crate) fn typed<'a>(name: &'a str, password: &'a str) -> [(&'a str, &'a str); 6] {
    [
        ("username", name),
        ("given_name", "Grace"),
        ("family_name", "Hopper"),
        ("email", "grace@example.com"),
        ("new_password", password),
        ("new_password_again", password),
    ]
}

async fn set_up(server: &TestServer, browser: &Browser, fields: &[(&str, &str)]) -> Answer {
    let page = browser.go(server, &server.set_up).await.expect(200);
    sent(server, browser, &page, fields).await
}

/// Sends a page of a link that was opened before.
async fn sent(
    server: &TestServer,
    browser: &Browser,
    page: &Answer,
    fields: &[(&str, &str)],
) -> Answer {
    browser
        .press(server, &Page::of(page), "set-up", fields)
        .await
}

#[tokio::test]
async fn t10_the_link_makes_one_administrator() {
    let server = TestServer::start().await;
    let (browser, other) = (Browser::new(), Browser::new());
    let open = other.go(&server, &server.set_up).await.expect(200);
    assert!(!server.is_stored(server.set_up.split_once("link=").unwrap().1));
    let done = set_up(&server, &browser, &typed("grace", PASSWORD))
        .await
        .expect(200);
    assert!(done.text().contains("The account is ready"));
    let page = browser.go(&server, ACCOUNT).await.expect(200);
    assert!(page.text().contains("Signed in as"), "U1: with a session");
    assert!(page.text().contains("Grace Hopper"));
    let query = AuditQuery {
        newest_first: true,
        resource: Some("roles".to_owned()),
        limit: 1,
        ..AuditQuery::default()
    };
    let realm = RealmKey::system();
    let trail = server.core.audit_events(&realm, &query).await;
    let trail = trail.unwrap().items;
    let event = &trail[0].event;
    assert_eq!(event["action"], "update");
    assert_eq!(event["actor"], "set_up", "R20");
    // It is used up.
    other.go(&server, &server.set_up).await.expect(410);
    let late = sent(&server, &other, &open, &typed("mallory", PASSWORD)).await;
    assert!(late.expect(410).text().contains("no longer works"));
    let token = server.admin_token().await;
    let users = server.admin.path("/scim/v2/Users");
    let users = server
        .call("GET", &users, &token, None)
        .await
        .expect(200)
        .json();
    assert_eq!(users["totalResults"], 1);
    assert_eq!(users["Resources"][0]["userName"], "grace");
    assert_eq!(users["Resources"][0]["active"], true);

    // What an administrator may delegate (product §3), they may.
    let app = server.add_app(&["openid", "scopes:read"], |_| {}).await;
    let page = browser
        .go(&server, &app.authorize("openid scopes:read", &[]))
        .await;
    let back = browser.press(&server, &Page::of(&page), "allow", &[]).await;
    let tokens = app
        .redeem(&server, &answered(&back)["code"])
        .await
        .expect(200)
        .json();
    assert_eq!(tokens["scope"], "openid scopes:read");
    let token = tokens["access_token"].as_str().unwrap();
    let scopes = app.path("/scopes");
    server.call("GET", &scopes, token, None).await.expect(200);
}

#[tokio::test]
async fn u6_what_does_not_do_uses_nothing_up() {
    let server = TestServer::start().await;
    server.add_person("taken").await;
    let browser = Browser::new();
    let mut differs = typed("grace", PASSWORD);
    differs[5].1 = "something else";
    for (fields, says) in [
        (typed("", PASSWORD), "Please fill in"),
        (typed("TAKEN", PASSWORD), "Somebody else"),
        (typed("grace", "short"), "does not meet"),
        (differs, "not the same"),
    ] {
        let page = set_up(&server, &browser, &fields).await.expect(400);
        assert!(page.text().contains(says), "{says}: {}", page.text());
    }
    assert!(browser.cookie("session").is_none());
    set_up(&server, &browser, &typed("grace", PASSWORD))
        .await
        .expect(200);
}

#[tokio::test]
async fn u6_a_link_lasts_seven_days_and_is_of_one_realm() {
    let server = TestServer::start().await;
    let browser = Browser::new();
    let (_, link) = server.set_up.split_once("link=").unwrap();
    let other = server.add_realm("acme", "staff").await;
    let elsewhere = other.path(&format!("/set-up?link={link}"));
    browser.go(&server, &elsewhere).await.expect(410);
    for wrong in ["", "ambit_su_AAAA", &link.replace("ambit_su_", "ambit_fl_")] {
        let path = other.path(&format!("/set-up?link={wrong}"));
        browser.go(&server, &path).await.expect(410);
    }
    server.advance(7 * 24 * 60 * 60 - 1);
    let page = browser.go(&server, &server.set_up).await.expect(200);
    server.advance(1);
    browser.go(&server, &server.set_up).await.expect(410);
    let late = sent(&server, &browser, &page, &typed("grace", PASSWORD)).await;
    late.expect(410);
}

#[tokio::test]
async fn a_new_realm_has_a_link_of_its_own() {
    let server = TestServer::start().await;
    let token = server.admin_token().await;
    let tenant = json!({"name": "acme"});
    server
        .call("POST", "/v1/tenants", &token, Some(tenant))
        .await
        .expect(201);
    let realm = json!({"name": "staff"});
    let path = "/v1/tenants/acme/realms";
    let made = server
        .call("POST", path, &token, Some(realm))
        .await
        .expect(201)
        .json();
    let link = made["administrator"]["set_up"].as_str().unwrap();
    let path = link.strip_prefix(BASE_URL).unwrap();
    let browser = Browser::new();
    let page = browser.go(&server, path).await.expect(200);
    let done = sent(&server, &browser, &page, &typed("grace", PASSWORD)).await;
    done.expect(200);
    let read = server
        .call("GET", "/v1/tenants/acme/realms", &token, None)
        .await;
    assert!(!read.expect(200).text().contains("set_up"), "shown once");
}

/// T10: whoever has the store and its key makes another.
#[tokio::test]
async fn a_reset_makes_another_link() {
    let server = TestServer::start().await;
    let new = server
        .core
        .reset_administrator(&RealmKey::system())
        .await
        .unwrap();
    let path = new
        .set_up
        .expose()
        .strip_prefix(BASE_URL)
        .unwrap()
        .to_owned();
    assert_ne!(path, server.set_up);
    let browser = Browser::new();
    let page = browser.go(&server, &path).await.expect(200);
    let done = sent(&server, &browser, &page, &typed("grace", PASSWORD)).await;
    done.expect(200);
}

fn path_of(way_in: &WayIn) -> String {
    let path = way_in.set_up.expose().strip_prefix(BASE_URL);
    path.unwrap().to_owned()
}

/// U6: a link that was lost is worth nothing once there is another.
#[tokio::test]
async fn u6_another_link_makes_the_earlier_ones_useless() {
    let server = TestServer::start().await;
    let browser = Browser::new();
    let open = browser.go(&server, &server.set_up).await.expect(200);
    let second = path_of(
        &server
            .core
            .reset_administrator(&RealmKey::system())
            .await
            .unwrap(),
    );
    let third = path_of(
        &server
            .core
            .reset_administrator(&RealmKey::system())
            .await
            .unwrap(),
    );
    for old in [&server.set_up, &second] {
        let page = browser.go(&server, old).await.expect(410);
        assert!(page.text().contains("no longer works"));
    }
    // Nor by a page that was open already.
    let (page, fields) = (Page::of(&open), typed("mallory", PASSWORD));
    let late = browser.press(&server, &page, "set-up", &fields).await;
    late.expect(410);
    let page = browser.go(&server, &third).await.expect(200);
    let (page, fields) = (Page::of(&page), typed("grace", PASSWORD));
    let done = browser.press(&server, &page, "set-up", &fields).await;
    done.expect(200);
    for used in [&server.set_up, &second, &third] {
        browser.go(&server, used).await.expect(410);
    }
}

/// Another realm's link is another matter.
#[tokio::test]
async fn t1_a_reset_leaves_other_realms_alone() {
    let server = TestServer::start().await;
    let token = server.admin_token().await;
    let tenant = json!({"name": "acme"});
    let made = server.call("POST", "/v1/tenants", &token, Some(tenant));
    made.await.expect(201);
    let path = "/v1/tenants/acme/realms";
    let realm = json!({"name": "staff"});
    let made = server.call("POST", path, &token, Some(realm)).await;
    let made = made.expect(201).json();
    let link = made["administrator"]["set_up"].as_str().unwrap();
    let link = link.strip_prefix(BASE_URL).unwrap();
    server
        .core
        .reset_administrator(&RealmKey::system())
        .await
        .unwrap();
    let browser = Browser::new();
    browser.go(&server, &server.set_up).await.expect(410);
    browser.go(&server, link).await.expect(200);
}

/// T10: the link alone is the way in where the client is gone, and however full the role is.
#[tokio::test]
async fn t10_the_way_back_needs_no_client_and_no_room_in_the_role() {
    let server = TestServer::start().await;
    let client = server.admin.id.clone();
    let system = RealmKey::system();
    let removed = server.core.edit(&system, |_, _| {
        Ok::<_, ()>(domain::Edit::none(()).delete(Kind::Application, client))
    });
    removed.await.unwrap();
    let crowd = (0..1000).map(|number| ResourceId(format!("person{number}").into()));
    server
        .change_role("Administrator", |role| role.members = crowd.collect())
        .await;
    let way_in = server.core.reset_administrator(&RealmKey::system()).await;
    let way_in = way_in.unwrap();
    assert!(way_in.client.is_none());
    let browser = Browser::new();
    let page = browser.go(&server, &path_of(&way_in)).await.expect(200);
    let done = sent(&server, &browser, &page, &typed("grace", PASSWORD)).await;
    done.expect(200);
    let snapshot = server.snapshot();
    let mut roles = snapshot.config().roles.values();
    let role = roles.find(|role| role.name == "Administrator").unwrap();
    assert_eq!(role.members.len(), 1001);
}

/// T10: any realm has its own way back, and no other realm's is touched.
#[tokio::test]
async fn t10_every_realm_has_a_way_back() {
    let server = TestServer::start().await;
    server.clock.tick(Duration::from_millis(1));
    let staff = server.add_realm("acme", "staff").await;
    let way_in = server.core.reset_administrator(&staff.realm).await.unwrap();
    assert_eq!(way_in.realm, staff.realm);
    let (client_id, _) = way_in.client.as_ref().unwrap();
    assert_eq!(*client_id, staff.id);
    staff.ask(&server, None).await.expect(401);
    let path = path_of(&way_in);
    assert!(path.starts_with(&staff.path("/set-up?link=")), "{path}");
    let browser = Browser::new();
    let page = browser.go(&server, &path).await.expect(200);
    let done = sent(&server, &browser, &page, &typed("grace", PASSWORD)).await;
    done.expect(200);
    browser.go(&server, &server.set_up).await.expect(200);
    let nowhere = RealmKey::new(&"acme".parse().unwrap(), &"nowhere".parse().unwrap());
    let refused = server.core.reset_administrator(&nowhere).await;
    assert!(matches!(refused, Err(ResetError::NoSuchRealm)));
}

/// T10: whatever was made of the client, its new secret gets a token.
#[tokio::test]
async fn t10_the_client_works_again_whatever_was_changed() {
    let server = TestServer::start().await;
    let id = server.admin.id.clone();
    let snapshot = server.snapshot();
    let mut all = snapshot.config().applications.values();
    let client = all.find(|client| client.client_id() == id).unwrap();
    let changed = Application {
        active: false,
        kind: ApplicationKind::Public,
        grant_types: vec![GrantType::DeviceCode],
        auth_method: TokenEndpointAuthMethod::None,
        service_account: false,
        secrets: Vec::new(),
        ..Application::clone(client)
    };
    let changed = ConfigObject::Application(Arc::new(changed));
    server.put(changed).await;
    let way_in = server.core.reset_administrator(&RealmKey::system()).await;
    let (client_id, secret) = way_in.unwrap().client.unwrap();
    assert_eq!(client_id, id);
    let mut client = server.admin.clone();
    client.secret = secret.expose().to_owned();
    let token = client.token(&server, Some("scopes:read")).await;
    let scopes = client.path("/scopes");
    server.call("GET", &scopes, &token, None).await.expect(200);
    let snapshot = server.snapshot();
    let mut all = snapshot.config().applications.values();
    let client = all.find(|client| client.client_id() == id).unwrap();
    let grants = [GrantType::DeviceCode, GrantType::ClientCredentials];
    assert_eq!(client.grant_types, grants, "what it had stays");
}
