//! Passkeys, with a browser and an authenticator in software (WebAuthn §7).

use super::own_pages::{change, signed_in};
use crate::{
    authenticator::{Device, base64url},
    support::{Answer, Browser, Page, Person, TestServer, answered, attribute, claims},
};
use serde_json::Value;

const ACCOUNT: &str = "/v1/tenants/default/realms/default/account";

/// What a page asks the browser with.
fn options(page: &Answer) -> Value {
    let text = page.text();
    let (_, form) = text
        .split_once("data-passkey=")
        .unwrap_or_else(|| panic!("no passkeys: {text}"));
    let (form, _) = form.split_once('>').unwrap();
    serde_json::from_str(&attribute(form, "data-options").unwrap()).unwrap()
}

/// Registers a passkey on a person's own page.
async fn registered(server: &TestServer, browser: &Browser, id: &[u8]) -> Device {
    let page = change(server, browser, "add-passkey", &[])
        .await
        .expect(200);
    let mut device = Device::new(id);
    let credential = device.create(&options(&page)).to_string();
    let fields = [("name", "Laptop"), ("credential", credential.as_str())];
    let added = browser
        .press(server, &Page::of(&page), "passkey", &fields)
        .await
        .expect(200);
    assert!(
        added.text().contains("The passkey is added"),
        "{}",
        added.text()
    );
    device
}

async fn ada(server: &TestServer) -> (Person, Browser, Device) {
    let ada = server.add_person("ada").await;
    let browser = signed_in(server, &ada).await;
    let device = registered(server, &browser, b"first").await;
    (ada, browser, device)
}

/// The sign-in page in a new browser.
async fn sign_in_page(server: &TestServer) -> (Browser, Answer) {
    let browser = Browser::new();
    let page = browser.go(server, ACCOUNT).await.expect(200);
    (browser, page)
}

/// Presents an answer of an authenticator on a sign-in page.
async fn present(server: &TestServer, browser: &Browser, page: &Answer, answer: &Value) -> Answer {
    let credential = answer.to_string();
    let fields = [("credential", credential.as_str())];
    browser
        .press(server, &Page::of(page), "passkey", &fields)
        .await
}

#[tokio::test]
async fn a_passkey_signs_in_without_a_name_and_without_a_code() {
    let server = TestServer::start().await;
    let (ada, _, mut device) = ada(&server).await;
    let client = server.add_app(&["openid"], |_| {}).await;
    let browser = Browser::new();
    let request = client.authorize("openid", &[("acr_values", "phr")]);
    let page = browser.go(&server, &request).await.expect(200);
    let answer = device.get(&options(&page));
    let page = present(&server, &browser, &page, &answer).await.expect(200);
    let back = browser.press(&server, &Page::of(&page), "allow", &[]).await;
    let tokens = client.redeem(&server, &answered(&back)["code"]).await;
    let tokens = tokens.expect(200).json();
    let id = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(id["sub"], ada.id.as_str());
    assert_eq!(id["acr"], "phr");
    assert_eq!(id["amr"], serde_json::json!(["hwk", "user", "mfa"]));
    // OpenID Connect Core §5.5.1.1: an essential class that is unknown can't be had by the strongest.
    for (acr, told) in [("phr", "code"), ("urn:example:gold", "error")] {
        let essential = serde_json::json!({"id_token": {"acr": {"essential": true, "value": acr}}});
        let more = [
            ("claims", essential.to_string()),
            ("prompt", "none".to_owned()),
        ];
        let more = more.each_ref().map(|(name, value)| (*name, value.as_str()));
        let back = browser
            .go(&server, &client.authorize("openid", &more))
            .await;
        let back = answered(&back.expect(303));
        assert!(back.contains_key(told), "{acr}: {back:?}");
        if let Some(error) = back.get("error") {
            assert_eq!(error, "unmet_authentication_requirements");
        }
    }
}

/// U5: the page asks everybody alike, until someone answers.
#[tokio::test]
async fn u5_everybody_is_asked_alike() {
    let server = TestServer::start().await;
    let (browser, page) = sign_in_page(&server).await;
    let first = options(&page);
    assert_eq!(first["allowCredentials"], serde_json::json!([]));
    assert_eq!(first["userVerification"], "required");
    let id = &Page::of(&page).hidden[0].1;
    let again = browser
        .get(&server, &format!("{}?id={id}", Page::of(&page).action))
        .await;
    assert_eq!(options(&again.expect(200)), first, "the same in this flow");
    let (_, other) = sign_in_page(&server).await;
    assert_ne!(options(&other)["challenge"], first["challenge"]);
}

/// REG-05, REG-06: an answer is to one challenge, once, in one browser.
#[tokio::test]
async fn reg06_an_answer_is_good_once_and_here() {
    let server = TestServer::start().await;
    let (_, _, mut device) = ada(&server).await;
    let (one, first) = sign_in_page(&server).await;
    let (other, second) = sign_in_page(&server).await;
    let answer = device.get(&options(&first));
    let refused = present(&server, &other, &second, &answer).await.expect(400);
    assert!(
        refused.text().contains("was not accepted"),
        "{}",
        refused.text()
    );
    assert_ne!(
        options(&refused)["challenge"],
        options(&second)["challenge"]
    );
    // Not in another browser's hands either.
    present(&server, &other, &first, &answer).await.expect(410);
    let inside = present(&server, &one, &first, &answer).await.expect(200);
    assert!(inside.text().contains("Signed in as"));
    let (third, page) = sign_in_page(&server).await;
    present(&server, &third, &page, &answer).await.expect(400);
}

/// WebAuthn §6.1.1: a counter that goes back is a copy's.
#[tokio::test]
async fn a_copied_passkey_is_refused() {
    let server = TestServer::start().await;
    let (_, _, mut device) = ada(&server).await;
    let sign_in = async |device: &mut Device| {
        let (browser, page) = sign_in_page(&server).await;
        let answer = device.get(&options(&page));
        present(&server, &browser, &page, &answer).await
    };
    device.counter = 10;
    sign_in(&mut device).await.expect(200);
    device.counter = 5;
    let refused = sign_in(&mut device).await.expect(400);
    assert!(refused.text().contains("was not accepted"));
    device.counter = 11;
    sign_in(&mut device).await.expect(200);
}

#[tokio::test]
async fn what_is_no_passkey_of_ours_is_refused() {
    let server = TestServer::start().await;
    let (_, _, mut device) = ada(&server).await;
    let mut stranger = Device::new(b"first");
    stranger.user_handle = device.user_handle.clone();
    let (browser, page) = sign_in_page(&server).await;
    let answer = stranger.get(&options(&page));
    present(&server, &browser, &page, &answer).await.expect(400);
    let mut unknown = Device::new(b"unknown");
    unknown.user_handle = Some(vec![7; 16]);
    let (browser, page) = sign_in_page(&server).await;
    let answer = unknown.get(&options(&page));
    present(&server, &browser, &page, &answer).await.expect(400);
    for garbage in ["", "{}", "[]", "null"] {
        let (browser, page) = sign_in_page(&server).await;
        let fields = [("credential", garbage)];
        let answer = browser
            .press(&server, &Page::of(&page), "passkey", &fields)
            .await;
        answer.expect(400);
    }
    device.origin = "https://id.example.com.evil.example";
    let (browser, page) = sign_in_page(&server).await;
    let answer = device.get(&options(&page));
    present(&server, &browser, &page, &answer).await.expect(400);
}

/// S15: whoever may not sign in does not with a passkey either.
#[tokio::test]
async fn s15_a_deactivated_persons_passkey_opens_nothing() {
    let server = TestServer::start().await;
    let (ada, _, mut device) = ada(&server).await;
    server.patch_person(&ada, "active", false.into()).await;
    let (browser, page) = sign_in_page(&server).await;
    let answer = device.get(&options(&page));
    present(&server, &browser, &page, &answer).await.expect(400);
}

/// T1: realms share an origin, and no passkey.
#[tokio::test]
async fn t1_a_passkey_is_of_one_realm() {
    let server = TestServer::start().await;
    let (_, _, mut device) = ada(&server).await;
    let other = server.add_realm("acme", "staff").await;
    let browser = Browser::new();
    let page = browser
        .go(&server, &other.path("/account"))
        .await
        .expect(200);
    let answer = device.get(&options(&page));
    present(&server, &browser, &page, &answer).await.expect(400);
}

#[tokio::test]
async fn passkeys_are_named_and_removed_by_their_owner() {
    let server = TestServer::start().await;
    let (_, browser, mut device) = ada(&server).await;
    registered(&server, &browser, b"second").await;
    let methods = format!("{ACCOUNT}/sign-in-methods");
    let text = browser.go(&server, &methods).await.expect(200).text();
    let ids: Vec<String> = text
        .split("name=\"id\"")
        .skip(1)
        .map(|rest| attribute(rest, "value").unwrap())
        .collect();
    assert_eq!(ids.len(), 2);
    let fields = [("id", ids[1].as_str()), ("name", " Key\u{7} ring ")];
    let named = change(&server, &browser, "rename-passkey", &fields).await;
    assert!(named.expect(200).text().contains("<bdi>Key ring</bdi>"));
    // T2: by nobody else.
    let bob = server.add_person("bob").await;
    let bobs = signed_in(&server, &bob).await;
    let fields = [("id", ids[0].as_str())];
    change(&server, &bobs, "remove-passkey", &fields)
        .await
        .expect(409);
    let gone = change(&server, &browser, "remove-passkey", &fields).await;
    assert!(gone.expect(200).text().contains("The passkey is removed"));
    let (other, page) = sign_in_page(&server).await;
    let answer = device.get(&options(&page));
    present(&server, &other, &page, &answer).await.expect(400);
}

/// WebAuthn §5.4.3: passkeys of one person have one user handle; two first ones at once would have two.
#[tokio::test]
async fn a_passkey_of_another_user_handle_is_not_added() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let (one, other) = (
        signed_in(&server, &ada).await,
        signed_in(&server, &ada).await,
    );
    let late = change(&server, &other, "add-passkey", &[])
        .await
        .expect(200);
    let mut first = registered(&server, &one, b"first").await;
    let credential = Device::new(b"late").create(&options(&late)).to_string();
    let fields = [("name", "x"), ("credential", credential.as_str())];
    let refused = other
        .press(&server, &Page::of(&late), "passkey", &fields)
        .await;
    refused.expect(400);
    let text = one.go(&server, &format!("{ACCOUNT}/sign-in-methods")).await;
    assert_eq!(text.text().matches("remove-passkey").count(), 1);
    // Begun anew, it is one of theirs.
    let mut second = registered(&server, &other, b"late").await;
    for device in [&mut first, &mut second] {
        let (browser, page) = sign_in_page(&server).await;
        let answer = device.get(&options(&page));
        let inside = present(&server, &browser, &page, &answer).await;
        inside.expect(200);
    }
}

/// A registration is finished once, where it was begun, and no passkey is registered twice.
#[tokio::test]
async fn reg05_a_registration_is_of_one_session() {
    let server = TestServer::start().await;
    let (_, browser, _) = ada(&server).await;
    let page = change(&server, &browser, "add-passkey", &[])
        .await
        .expect(200);
    let offered = options(&page);
    assert_eq!(
        offered["excludeCredentials"][0]["id"].as_str().unwrap(),
        base64url(b"first")
    );
    let bob = server.add_person("bob").await;
    let bobs = signed_in(&server, &bob).await;
    let credential = Device::new(b"mallory").create(&offered).to_string();
    let fields = [("name", "x"), ("credential", credential.as_str())];
    change(&server, &bobs, "passkey", &fields).await.expect(409);
    let same = Device::new(b"first").create(&offered).to_string();
    let fields = [("name", "x"), ("credential", same.as_str())];
    change(&server, &browser, "passkey", &fields)
        .await
        .expect(400);
    let late = Device::new(b"late").create(&offered).to_string();
    let fields = [("name", "x"), ("credential", late.as_str())];
    change(&server, &browser, "passkey", &fields)
        .await
        .expect(409);
}
