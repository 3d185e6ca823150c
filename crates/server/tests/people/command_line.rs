//! The application that every realm has for its command line: whoever signs in gets what their roles
//! allow (product §7).

use crate::{
    own_pages::signed_in,
    support::{Page, Person, TestServer},
};
use domain::config::COMMAND_LINE;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// The command line of the system realm, as it asks.
async fn ask(server: &TestServer, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
    let id = COMMAND_LINE.to_string();
    let form = [&[("client_id", id.as_str())], form].concat();
    let answer = server.post_form(&server.admin.path(path), &[], &form).await;
    (answer.status.as_u16(), answer.json())
}

/// What the person gets who types and confirms the code of a command line.
async fn log_in(server: &TestServer, person: &Person) -> (u16, Value) {
    let (_, device) = ask(server, "/device_authorization", &[]).await;
    let browser = signed_in(server, person).await;
    let typed = [("user_code", device["user_code"].as_str().unwrap())];
    let path = server.admin.path("/device");
    let found = browser.post(server, &path, &typed).await.expect(303);
    let page = browser.go(server, found.header("location")).await;
    let page = Page::of(&page.expect(200));
    browser.press(server, &page, "confirm", &[]).await;
    let code = device["device_code"].as_str().unwrap();
    let form = [("grant_type", DEVICE_CODE), ("device_code", code)];
    ask(server, "/token", &form).await
}

#[tokio::test]
async fn an_administrator_logs_in_and_manages() {
    let server = TestServer::start().await;
    let root = server.add_person("root").await;
    server.make_administrator(&root).await;
    let (status, tokens) = log_in(&server, &root).await;
    assert_eq!(status, 200, "{tokens}");
    let granted: BTreeSet<&str> = tokens["scope"].as_str().unwrap().split(' ').collect();
    for scope in [
        "scopes:create",
        "applications:delete",
        "scim:read",
        "scim:write",
    ] {
        assert!(granted.contains(scope), "{scope}: {granted:?}");
    }
    assert!(
        !granted.contains("profile"),
        "what is not managing is nothing of it"
    );
    let token = tokens["access_token"].as_str().unwrap();
    let new = json!({"name": "a:b", "type": "generic"});
    let path = server.admin.path("/scopes");
    server
        .call("POST", &path, token, Some(new))
        .await
        .expect(201);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    assert_eq!(ask(&server, "/token", &form).await.0, 200);
}

/// T4: signing in gives nobody a role.
#[tokio::test]
async fn t4_whoever_has_no_role_logs_in_for_nothing() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let (status, refused) = log_in(&server, &ada).await;
    assert_eq!(
        (status, refused["error"].as_str().unwrap()),
        (400, "access_denied")
    );
}

#[tokio::test]
async fn the_command_line_is_switched_off_and_not_deleted() {
    let server = TestServer::start().await;
    let token = server.admin_token().await;
    let path = server.admin.path(&format!("/applications/{COMMAND_LINE}"));
    let refused = server.call("DELETE", &path, &token, None).await.expect(409);
    assert_eq!(refused.json()["code"], "built_in");
    let off = json!({"active": false});
    let off = server
        .call("PATCH", &path, &token, Some(off))
        .await
        .expect(200);
    assert_eq!(off.json()["built_in"], true);
    let (status, refused) = ask(&server, "/device_authorization", &[]).await;
    assert_eq!(
        (status, refused["error"].as_str().unwrap()),
        (401, "invalid_client")
    );
}
