//! Providers that are taken for one another (RFC 9700 §4.4, A6).

use crate::{
    provider::{Provider, is_signed_in},
    support::{Browser, TestServer},
};
use serde_json::json;

/// A6, RFC 9700 §4.4.2.2: a provider whose answers do not name it is told by the address that they
/// come to. Whoever was sent to one and comes back to the address of another is signed in by neither,
/// and no code is posted to anybody.
#[tokio::test]
async fn a6_an_answer_at_another_providers_address_is_refused() {
    let op = Provider::new();
    op.metadata.lock().unwrap()["authorization_response_iss_parameter_supported"] = json!(false);
    let server = TestServer::start_asking(op.clone()).await;
    let asked = op.register_as("Corporate", &server, true).await;
    let other = op.register_as("Other", &server, true).await;
    let [asked, other] = [&asked, &other].map(|made| made["id"].as_str().unwrap());
    let app = server.add_app(&["openid"], |_| {}).await;
    for wrong in [other, "another", "", "0193f1c0-0000-7000-8000-00000000002a"] {
        let browser = Browser::new();
        let back = op.sign_in(&server, &browser, &app, asked, &[]).await;
        let (back, _) = back.split_once("&iss=").unwrap();
        let elsewhere = back.replace(asked, wrong);
        assert_ne!(elsewhere, back);
        let answer = browser.go(&server, &elsewhere).await;
        assert!(answer.status.is_client_error(), "{wrong}");
        assert!(browser.cookie("session").is_none(), "{wrong}");
        assert_eq!(op.count("/token"), 0, "{wrong}");
        if wrong == other {
            browser.go(&server, back).await.expect(400);
            assert_eq!(op.count("/token"), 0, "and it is used up");
        }
    }
    let browser = Browser::new();
    let back = op.sign_in(&server, &browser, &app, asked, &[]).await;
    let (back, _) = back.split_once("&iss=").unwrap();
    assert!(is_signed_in(&browser.go(&server, back).await));
}

#[tokio::test]
async fn each_provider_has_its_own_redirection_uri() {
    let op = Provider::new();
    let server = TestServer::start_asking(op.clone()).await;
    let made = op.register_as("Corporate", &server, true).await;
    let other = op.register_as("Other", &server, true).await;
    assert_ne!(made["redirect_uri"], other["redirect_uri"]);
    let app = server.add_app(&["openid"], |_| {}).await;
    let id = made["id"].as_str().unwrap();
    op.sign_in(&server, &Browser::new(), &app, id, &[]).await;
    assert_eq!(made["redirect_uri"], op.asked("redirect_uri").unwrap());
    let path = server.admin.path(&format!("/identity-providers/{id}"));
    let token = server.admin_token().await;
    let read = server.call("GET", &path, &token, None).await;
    assert_eq!(read.expect(200).json(), made);
    let set = json!({"redirect_uri": "https://attacker.example"});
    let set = server.call("PATCH", &path, &token, Some(set)).await;
    set.expect(400);
}
