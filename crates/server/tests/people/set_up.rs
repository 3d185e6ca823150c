//! The first administrator (T10, U6).

use crate::support::{Answer, BASE_URL, Browser, Page, TestServer, answered};
use domain::{RealmKey, store::AuditQuery};
use serde_json::json;

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
    let new = server.core.reset_administrator().await.unwrap();
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

fn path_of(bootstrap: &domain::Bootstrap) -> String {
    let path = bootstrap.set_up.expose().strip_prefix(BASE_URL);
    path.unwrap().to_owned()
}

/// U6: a link that was lost is worth nothing once there is another.
#[tokio::test]
async fn u6_another_link_makes_the_earlier_ones_useless() {
    let server = TestServer::start().await;
    let browser = Browser::new();
    let open = browser.go(&server, &server.set_up).await.expect(200);
    let second = path_of(&server.core.reset_administrator().await.unwrap());
    let third = path_of(&server.core.reset_administrator().await.unwrap());
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
    server.core.reset_administrator().await.unwrap();
    let browser = Browser::new();
    browser.go(&server, &server.set_up).await.expect(410);
    browser.go(&server, link).await.expect(200);
}
