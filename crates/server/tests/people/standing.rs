//! Who may do nothing any more: at once, in every way, and for good (B6, S15).

use crate::support::{Browser, Client, Person, TestServer};
use serde_json::{Value, json};

struct Signed {
    server: TestServer,
    ada: Person,
    app: Client,
    browser: Browser,
    token: String,
    refresh: String,
    code: String,
}

async fn signed() -> Signed {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server.add_app(&["openid", "offline_access"], |_| {}).await;
    let browser = Browser::new();
    let scope = "openid offline_access";
    let code = app.code_in(&server, &browser, &ada, scope).await;
    let tokens = app.redeem(&server, &code).await.expect(200).json();
    let code = app.code_in(&server, &browser, &ada, scope).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Signed {
        token: text(&tokens["access_token"]),
        refresh: text(&tokens["refresh_token"]),
        server,
        ada,
        app,
        browser,
        code,
    }
}

impl Signed {
    async fn is_over(&self) {
        let Self {
            server,
            app,
            browser,
            ..
        } = self;
        let userinfo = app.path("/userinfo");
        server
            .call("GET", &userinfo, &self.token, None)
            .await
            .expect(401);
        let inactive = self.app.introspect(server, &self.token).await.expect(200);
        assert_eq!(inactive.json(), json!({"active": false}));
        assert_eq!(
            app.refresh(server, &self.refresh).await.expect(400).error(),
            "invalid_grant"
        );
        assert_eq!(
            app.redeem(server, &self.code).await.expect(400).error(),
            "invalid_grant"
        );
        let page = browser.go(server, &app.authorize("openid", &[])).await;
        assert!(
            page.expect(200).text().contains("name=\"password\""),
            "the session is over"
        );
    }
}

#[tokio::test]
async fn s15_a_deactivated_person_is_out_at_once_and_stays_out() {
    let signed = signed().await;
    let (server, ada) = (&signed.server, &signed.ada);
    let userinfo = signed.app.path("/userinfo");
    server
        .call("GET", &userinfo, &signed.token, None)
        .await
        .expect(200);
    server.patch_person(ada, "active", json!(false)).await;
    signed.is_over().await;
    server.patch_person(ada, "active", json!(true)).await;
    signed.is_over().await;
}

#[tokio::test]
async fn s15_a_deleted_person_is_out_at_once() {
    let signed = signed().await;
    let token = signed.server.admin_token().await;
    let path = signed
        .app
        .path(&format!("/scim/v2/Users/{}", signed.ada.id));
    signed
        .server
        .call("DELETE", &path, &token, None)
        .await
        .expect(204);
    signed.is_over().await;
}

#[tokio::test]
async fn b6_another_password_ends_what_the_old_one_began() {
    let signed = signed().await;
    signed
        .server
        .patch_person(&signed.ada, "password", json!("another long password"))
        .await;
    signed.is_over().await;
}

#[tokio::test]
async fn b11_an_inactive_client_gets_nothing() {
    let signed = signed().await;
    let (server, app) = (&signed.server, &signed.app);
    server.change_client(app, |app| app.active = false).await;
    let userinfo = app.path("/userinfo");
    server
        .call("GET", &userinfo, &signed.token, None)
        .await
        .expect(401);
    assert_eq!(
        app.refresh(server, &signed.refresh)
            .await
            .expect(401)
            .error(),
        "invalid_client"
    );
    let page = signed
        .browser
        .go(server, &app.authorize("openid", &[]))
        .await;
    assert!(page.expect(400).header("location").is_empty(), "A2");
}
