//! What people read of an application that registered itself (RFC 7591 §5, H7).

use crate::support::{Answer, Browser, CALLBACK, Client, PASSWORD, TestServer};
use serde_json::{Value, json};

const UNCHECKED: &str = "This application registered itself.";

/// The sign-in page for a client, and the consent page after it.
async fn pages(server: &TestServer, client: &Client, more: &[(&str, &str)]) -> [Answer; 2] {
    let browser = Browser::new();
    let sign_in = browser.go(server, &client.authorize("openid", more)).await;
    let sign_in = sign_in.expect(200);
    let consent = browser.sign_in(server, &sign_in, "ada", PASSWORD).await;
    [sign_in, consent.expect(200)]
}

#[tokio::test]
async fn h7_people_read_that_nobody_checked_it_and_where_their_answer_goes() {
    let server = TestServer::start().await;
    server.add_person("ada").await;
    server.open_registration(&["openid"]).await;
    let private = "com.example.stranger:/cb";
    let uris = json!([CALLBACK, private]);
    let bank = json!({
        "client_name": "Your bank", "client_uri": "https://bank.example.com/", "redirect_uris": uris,
    });
    let stranger = server.registered(bank).await.client;
    for (uri, place) in [
        (CALLBACK, "client.example.com"),
        (private, "com.example.stranger"),
    ] {
        for page in pages(&server, &stranger, &[("redirect_uri", uri)]).await {
            let text = page.text();
            assert!(text.contains(UNCHECKED), "{text}");
            let sentence = text.split("Your answer goes to ").nth(1).unwrap();
            let sentence = sentence.split("</p>").next().unwrap();
            assert!(sentence.contains(place), "{sentence}");
            assert!(!sentence.contains("/cb"), "{sentence}");
            assert!(!text.contains("bank.example.com"), "{text}");
        }
    }
    // Its home page is shown where its answers go.
    let home = json!({"client_uri": "https://client.example.com/about"});
    let honest = server.registered(home).await.client;
    let [_, consent] = pages(&server, &honest, &[]).await;
    let link = "href=\"https://client.example.com/about\"";
    assert!(consent.text().contains(link), "{}", consent.text());
}

#[tokio::test]
async fn administrators_vouch_for_their_own() {
    let server = TestServer::start().await;
    server.add_person("ada").await;
    let ours = server
        .add_app(&["openid"], |app| {
            app.openid.client_uri = Some("https://elsewhere.example.com/".to_owned());
        })
        .await;
    let [sign_in, consent] = pages(&server, &ours, &[("prompt", "consent")]).await;
    for page in [&sign_in, &consent] {
        assert!(!page.text().contains(UNCHECKED), "{}", page.text());
    }
    assert!(consent.text().contains("https://elsewhere.example.com/"));
}

/// RFC 8628 §5.4: the page asks about the device before it asks about anything else.
#[tokio::test]
async fn h7_the_page_of_a_device_says_it_too() {
    let server = TestServer::start().await;
    server.add_person("ada").await;
    server.open_registration(&["openid"]).await;
    let device = json!({
        "grant_types": ["urn:ietf:params:oauth:grant-type:device_code"],
        "redirect_uris": Value::Null,
    });
    let tv = server.registered(device).await.client;
    let form = [("scope", "openid")];
    let waiting = tv.post(&server, "/device_authorization", &form).await;
    let waiting = waiting.expect(200).json();
    let typed = [("user_code", waiting["user_code"].as_str().unwrap())];
    let browser = Browser::new();
    let path = tv.path("/device");
    let page = browser.post(&server, &path, &typed).await.expect(303);
    let page = browser.go(&server, page.header("location")).await;
    let page = page.expect(200);
    assert!(page.text().contains(UNCHECKED), "{}", page.text());
    let page = browser.sign_in(&server, &page, "ada", PASSWORD).await;
    let page = page.expect(200);
    assert!(page.text().contains("value=\"confirm\""), "{}", page.text());
    assert!(page.text().contains(UNCHECKED), "{}", page.text());
    assert!(!page.text().contains("Your answer goes to"));
}
