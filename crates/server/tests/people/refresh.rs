//! Refresh tokens (RFC 6749 §6, RFC 9700 §4.14; B4, B5).

use crate::support::TestServer;
use serde_json::Value;

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

/// The names of a scope, in order: a set has none of its own.
fn words(scope: &Value) -> Vec<&str> {
    let mut words: Vec<&str> = scope.as_str().unwrap().split(' ').collect();
    words.sort_unstable();
    words
}

#[tokio::test]
async fn b4_b5_rotation_grace_and_reuse() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server.add_app(&["openid", "email"], |_| {}).await;
    let first = app.tokens(&server, &ada, "openid email").await;
    let second = app
        .refresh(&server, &text(&first, "refresh_token"))
        .await
        .expect(200)
        .json();
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    assert_eq!(words(&second["scope"]), ["email", "openid"]);
    assert!(second["id_token"].is_string());
    // The answer was lost: the same again, for a while.
    server.advance(29);
    let again = app.refresh(&server, &text(&first, "refresh_token")).await;
    let again = again.expect(200).json();
    assert_eq!(again["refresh_token"], second["refresh_token"]);
    let third = app
        .refresh(&server, &text(&second, "refresh_token"))
        .await
        .expect(200)
        .json();
    // The one before the one before is a thief's: everything ends.
    let reused = app.refresh(&server, &text(&first, "refresh_token")).await;
    assert_eq!(reused.expect(400).error(), "invalid_grant");
    let ended = app.refresh(&server, &text(&third, "refresh_token")).await;
    assert_eq!(ended.expect(400).error(), "invalid_grant");
    let userinfo = app.path("/userinfo");
    let token = text(&third, "access_token");
    server
        .call("GET", &userinfo, &token, None)
        .await
        .expect(401);
}

#[tokio::test]
async fn b5_the_time_of_grace_ends() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let first = app.tokens(&server, &ada, "openid").await;
    let refresh = text(&first, "refresh_token");
    let second = app.refresh(&server, &refresh).await.expect(200).json();
    server.advance(31);
    app.refresh(&server, &refresh).await.expect(400);
    let ended = app.refresh(&server, &text(&second, "refresh_token")).await;
    assert_eq!(ended.expect(400).error(), "invalid_grant");
}

#[tokio::test]
async fn b7_scope_never_widens_and_may_be_narrowed() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server
        .add_app(&["openid", "email", "profile"], |_| {})
        .await;
    let first = app.tokens(&server, &ada, "openid email").await;
    let ask = |token: String, scope: &'static str| {
        let (server, app) = (&server, app.clone());
        async move {
            let form = [
                ("grant_type", "refresh_token"),
                ("refresh_token", token.as_str()),
                ("scope", scope),
            ];
            app.post(server, "/token", &form).await
        }
    };
    let wider = ask(text(&first, "refresh_token"), "openid profile").await;
    assert_eq!(wider.expect(400).error(), "invalid_scope");
    let narrow = ask(text(&first, "refresh_token"), "openid")
        .await
        .expect(200)
        .json();
    assert_eq!(narrow["scope"], "openid");
    let whole = app.refresh(&server, &text(&narrow, "refresh_token")).await;
    let whole = whole.expect(200).json();
    assert_eq!(words(&whole["scope"]), ["email", "openid"]);
}

#[tokio::test]
async fn a_client_refreshes_as_often_as_it_may() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server
        .add_app(&["openid"], |app| app.refresh_limit = Some(2))
        .await;
    let mut tokens = app.tokens(&server, &ada, "openid").await;
    for _ in 0..2 {
        let refreshed = app.refresh(&server, &text(&tokens, "refresh_token")).await;
        tokens = refreshed.expect(200).json();
    }
    let spent = app.refresh(&server, &text(&tokens, "refresh_token")).await;
    assert_eq!(spent.expect(400).error(), "invalid_grant");
}

#[tokio::test]
async fn reg_06_a_used_refresh_token_stays_used_after_a_restart() {
    let mut server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let first = app.tokens(&server, &ada, "openid").await;
    let refresh = text(&first, "refresh_token");
    let second = app.refresh(&server, &refresh).await.expect(200).json();
    server = server.restart().await;
    server.advance(31);
    app.refresh(&server, &refresh).await.expect(400);
    let ended = app.refresh(&server, &text(&second, "refresh_token")).await;
    ended.expect(400);
}
