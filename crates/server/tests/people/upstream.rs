//! Sign-in through an upstream OpenID provider (OpenID Connect Core §3.1; product §4).

use crate::{
    provider::{ISSUER, Provider, Signed, is_signed_in},
    support::{Browser, PASSWORD, Page, TestServer, answered, claims},
};
use domain::{
    Edit,
    authorize::Visitor,
    config::{ConfigObject, IdentityProvider},
    people::{Browser as Seen, BrowserCookie},
};
use oauth::Secret;
use serde_json::json;
use std::sync::Arc;

#[tokio::test]
async fn who_is_unknown_gets_an_identity_and_is_known_from_then_on() {
    let (op, server, ada, id) = Provider::beside_ada(true).await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let mut subjects = Vec::new();
    for round in 0..2 {
        let browser = Browser::new();
        let back = op.sign_in(&server, &browser, &app, &id, &[]).await;
        let consent = browser.go(&server, &back).await;
        let done = match round {
            0 => {
                browser
                    .press(&server, &Page::of(&consent), "allow", &[])
                    .await
            }
            _ => consent,
        };
        let code = answered(&done.expect(303))["code"].clone();
        let tokens = app.redeem(&server, &code).await.expect(200).json();
        let told = claims(tokens["id_token"].as_str().unwrap());
        assert_eq!(told["amr"], json!(["fed"]));
        assert_eq!(told["acr"], "1");
        subjects.push(told["sub"].as_str().unwrap().to_owned());
    }
    assert_eq!(subjects[0], subjects[1], "the same person");
    assert_eq!(
        op.count("/userinfo"),
        1,
        "asked for what a new identity needs"
    );
    assert_eq!(op.count("/jwks"), 1, "kept");
    // REG-29: the e-mail address and the name are another's, and are proof of nothing.
    assert_ne!(subjects[0], ada.id);
    let token = server.admin_token().await;
    let path = server
        .admin
        .path(&format!("/scim/v2/Users/{}", subjects[0]));
    let made = server
        .call("GET", &path, &token, None)
        .await
        .expect(200)
        .json();
    assert!(
        made["userName"].as_str().unwrap().starts_with("ada-"),
        "{made}"
    );
    assert_eq!(
        made["emails"],
        json!([{"value": "ada@example.com", "primary": true}])
    );
    assert_eq!(made["name"]["givenName"], "Ada");
    assert!(made.get("locale").is_none(), "`7` is no text: {made}");
    // There is no password to guess.
    let browser = Browser::new();
    let page = browser.go(&server, &app.authorize("openid", &[])).await;
    let name = made["userName"].as_str().unwrap();
    let refused = browser.sign_in(&server, &page, name, PASSWORD).await;
    assert!(!is_signed_in(&refused));
}

/// S13, T4: whatever a provider claims, and whatever was configured once, it gives nobody credentials or rights; and an
/// e-mail address is theirs only if it says that it has verified that.
#[tokio::test]
async fn t4_claims_fill_neither_rights_nor_unverified_addresses() {
    let op = Provider::new();
    let server = TestServer::start_asking(op.clone()).await;
    let id = op.register(&server, true).await;
    let snapshot = server.snapshot();
    let provider = &snapshot.config().identity_providers[&id.parse().unwrap()];
    let mut provider = IdentityProvider::clone(provider);
    let mapped = [
        ("email", "emails.value"),
        ("role", "roles.value"),
        ("entitled", "entitlements.value"),
        ("secret", "password"),
        ("on", "active"),
        ("outside", "externalId"),
        ("nick", "nickName"),
    ];
    provider.attributes = mapped.map(|(c, a)| (c.to_owned(), a.to_owned())).to_vec();
    let edit = Edit::none(()).put(ConfigObject::IdentityProvider(Arc::new(provider)));
    server.edit(edit).await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let token = server.admin_token().await;
    for (subject, verified, theirs) in [
        ("1", json!(null), false),
        ("2", json!(false), false),
        ("3", json!("false"), false),
        ("4", json!(1), false),
        ("5", json!("true"), true),
        ("6", json!(true), true),
    ] {
        *op.userinfo.lock().unwrap() = json!({
            "sub": subject, "email": format!("{subject}@example.com"), "email_verified": verified,
            "role": "Administrator", "entitled": "all", "secret": "a long enough password",
            "on": true, "outside": "x", "nick": "Addie",
        });
        *op.claims.lock().unwrap() = Box::new(move |claims| {
            claims.insert("sub".to_owned(), json!(subject));
        });
        let browser = Browser::new();
        let back = op.sign_in(&server, &browser, &app, &id, &[]).await;
        let consent = browser.go(&server, &back).await;
        let page = Page::of(&consent);
        let done = browser.press(&server, &page, "allow", &[]).await;
        let tokens = app.redeem(&server, &answered(&done)["code"]).await.json();
        let told = claims(tokens["id_token"].as_str().unwrap());
        let path = format!("/scim/v2/Users/{}", told["sub"].as_str().unwrap());
        let path = server.admin.path(&path);
        let made = server.call("GET", &path, &token, None).await.json();
        for never in ["roles", "entitlements", "active", "externalId", "password"] {
            assert!(made.get(never).is_none(), "{never}: {made}");
        }
        assert_eq!(made["nickName"], "Addie");
        assert_eq!(made.get("emails").is_some(), theirs, "{verified}: {made}");
        let name = made["userName"].as_str().unwrap();
        assert_eq!(name.contains('@'), theirs, "{verified}: {made}");
    }
}

#[tokio::test]
async fn reg_29_s13_an_e_mail_address_links_nothing() {
    let op = Provider::new();
    let server = TestServer::start_asking(op.clone()).await;
    server.add_person("ada").await;
    let id = op.register(&server, false).await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let browser = Browser::new();
    let back = op.sign_in(&server, &browser, &app, &id, &[]).await;
    let refused = browser.go(&server, &back).await.expect(400);
    assert!(refused.text().contains("No account"), "{}", refused.text());
    assert!(browser.cookie("session").is_none());
    let again = browser.go(&server, &app.authorize("openid", &[])).await;
    assert!(!is_signed_in(&again));
}

#[tokio::test]
async fn j_what_proves_nothing_signs_nobody_in() {
    let op = Provider::new();
    let server = TestServer::start_asking(op.clone()).await;
    let id = op.register(&server, true).await;
    let app = server.add_app(&["openid"], |_| {}).await;
    type Bad = (&'static str, serde_json::Value);
    let now = crate::support::START.seconds();
    let claims: [Bad; 16] = [
        ("iss", json!("https://op.example.org")),
        ("iss", json!(null)),
        ("aud", json!("somebody else")),
        ("aud", json!(["ambit at op", "somebody else"])),
        ("aud", json!(null)),
        ("azp", json!("somebody else")),
        ("azp", json!(1)),
        ("nonce", json!("another")),
        ("nonce", json!(null)),
        ("exp", json!(now - 11)),
        ("exp", json!(null)),
        ("iat", json!(now + 11)),
        ("iat", json!(null)),
        ("sub", json!("")),
        ("sub", json!(null)),
        ("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
    ];
    for (name, value) in claims {
        let changed = value.clone();
        *op.claims.lock().unwrap() = Box::new(move |claims| {
            if changed.is_null() {
                claims.remove(name);
            } else {
                claims.insert(name.to_owned(), changed.clone());
            }
        });
        refused(&server, &op, &app, &id, &format!("{name} {value}")).await;
    }
    *op.claims.lock().unwrap() = Box::new(|_| {});
    for signed in [Signed::ByAnother, Signed::Not, Signed::WithUnknownKey] {
        *op.signed.lock().unwrap() = signed;
        refused(&server, &op, &app, &id, "signature").await;
    }
    // F4: for a key that it has not, a provider is asked once in ten seconds.
    let asked = op.count("/jwks");
    refused(&server, &op, &app, &id, "unknown key").await;
    assert_eq!(op.count("/jwks"), asked);
    server.advance(11);
    *op.claims.lock().unwrap() = Box::new(|_| {});
    refused(&server, &op, &app, &id, "unknown key, later").await;
    refused(&server, &op, &app, &id, "unknown key, at once").await;
    assert_eq!(op.count("/jwks"), asked + 1);
    // Good again.
    *op.signed.lock().unwrap() = Signed::Well;
    let browser = Browser::new();
    let back = op.sign_in(&server, &browser, &app, &id, &[]).await;
    assert!(is_signed_in(&browser.go(&server, &back).await));
}

async fn refused(
    server: &TestServer,
    op: &Provider,
    app: &crate::support::Client,
    id: &str,
    why: &str,
) {
    let browser = Browser::new();
    let back = op.sign_in(server, &browser, app, id, &[]).await;
    let page = browser.go(server, &back).await;
    assert_eq!(page.status, 400, "{why}");
    assert!(
        page.text().contains("name=\"password\""),
        "{why}: the page is shown again"
    );
    assert!(browser.cookie("session").is_none(), "{why}");
}

#[tokio::test]
async fn reg_05_an_answer_counts_once_and_in_its_own_browser() {
    let op = Provider::new();
    let server = TestServer::start_asking(op.clone()).await;
    let id = op.register(&server, true).await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let (browser, other) = (Browser::new(), Browser::new());
    other
        .go(&server, &app.authorize("openid", &[]))
        .await
        .expect(200);
    let back = op.sign_in(&server, &browser, &app, &id, &[]).await;
    for bad in [
        back.replace("state=", "state=x"),
        back.replace("state=", "stale="),
        back.replace("&iss=", "A&iss="),
    ] {
        let answer = browser.go(&server, &bad).await;
        assert!(
            answer.status.is_client_error() && !is_signed_in(&answer),
            "{bad}"
        );
    }
    other.go(&server, &back).await.expect(410);
    let forged = back.replace("iss=https%3A%2F%2Fop", "iss=https%3A%2F%2Fpo");
    assert_eq!(op.count("/token"), 0);
    assert!(is_signed_in(&browser.go(&server, &back).await));
    browser.forget("session");
    assert!(!is_signed_in(&browser.go(&server, &back).await));
    assert_eq!(op.count("/token"), 1, "a code is redeemed once");
    // RFC 9207: an answer of another issuer, or without one where the provider always names it.
    assert_ne!(forged, back);
    for change in [
        ("iss=https%3A%2F%2Fop", "iss=https%3A%2F%2Fpo"),
        ("iss=", "isn="),
    ] {
        let browser = Browser::new();
        let back = op.sign_in(&server, &browser, &app, &id, &[]).await;
        let answer = browser.go(&server, &back.replace(change.0, change.1)).await;
        answer.expect(400);
        assert!(!is_signed_in(&browser.go(&server, &back).await), "used up");
    }
    assert_eq!(op.count("/token"), 1);
}

#[tokio::test]
async fn two_answers_at_once_sign_in_once() {
    let op = Provider::new();
    let server = TestServer::start_asking(op.clone()).await;
    let id = op.register(&server, true).await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let browser = Browser::new();
    let back = op.sign_in(&server, &browser, &app, &id, &[]).await;
    let answers = tokio::join!(browser.get(&server, &back), browser.get(&server, &back));
    let cookies = [&answers.0, &answers.1].map(|answer| {
        let cookies = answer.headers.get_all("set-cookie").iter();
        cookies
            .filter(|cookie| cookie.to_str().unwrap().contains("session"))
            .count()
    });
    assert_eq!(cookies.iter().sum::<usize>(), 1, "{cookies:?}");
    assert_eq!(op.count("/token"), 1);
}

#[tokio::test]
async fn a14_who_must_sign_in_anew_does_so_there_too() {
    let op = Provider::new();
    let server = TestServer::start_asking(op.clone()).await;
    let id = op.register(&server, true).await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let browser = Browser::new();
    let back = op.sign_in(&server, &browser, &app, &id, &[]).await;
    assert!(is_signed_in(&browser.go(&server, &back).await));
    assert_eq!(op.asked("prompt"), None);
    server.advance(60);
    let anew = [("prompt", "login")];
    let back = op.sign_in(&server, &browser, &app, &id, &anew).await;
    assert_eq!(op.asked("prompt").as_deref(), Some("login"));
    browser.go(&server, &back).await.expect(400);
    let now = server.core.now().seconds();
    *op.claims.lock().unwrap() = Box::new(move |claims| {
        claims.insert("auth_time".to_owned(), json!(now));
    });
    let back = op.sign_in(&server, &browser, &app, &id, &anew).await;
    assert!(is_signed_in(&browser.go(&server, &back).await));
}

#[tokio::test]
async fn b11_a_provider_that_is_switched_off_signs_nobody_in() {
    let op = Provider::new();
    let server = TestServer::start_asking(op.clone()).await;
    let id = op.register(&server, true).await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let browser = Browser::new();
    let back = op.sign_in(&server, &browser, &app, &id, &[]).await;
    let consent = browser.go(&server, &back).await;
    let done = browser
        .press(&server, &Page::of(&consent), "allow", &[])
        .await;
    let code = answered(&done)["code"].clone();
    let tokens = app.redeem(&server, &code).await.expect(200).json();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let late = Browser::new();
    let unused = op.sign_in(&server, &late, &app, &id, &[]).await;

    let token = server.admin_token().await;
    let path = server.admin.path(&format!("/identity-providers/{id}"));
    let off = json!({"active": false});
    server
        .call("PATCH", &path, &token, Some(off))
        .await
        .expect(200);
    late.go(&server, &unused).await.expect(400);
    assert_eq!(op.count("/token"), 1);
    let page = browser
        .go(&server, &app.authorize("openid", &[]))
        .await
        .expect(200);
    assert!(!is_signed_in(&page), "the session is void");
    assert!(!page.text().contains("Corporate"), "no button");
    let pressed = browser
        .press(&server, &Page::of(&page), &format!("provider:{id}"), &[])
        .await;
    assert!(pressed.status.is_client_error());
    let refused = app.refresh(&server, refresh).await.expect(400);
    assert_eq!(refused.error(), "invalid_grant");
}

#[tokio::test]
async fn a_provider_that_can_t_be_asked_is_left_in_peace() {
    let op = Provider::new();
    let server = TestServer::start_asking(op.clone()).await;
    let id = op.register(&server, true).await;
    let app = server.add_app(&["openid"], |_| {}).await;
    op.metadata.lock().unwrap()["issuer"] = json!(format!("{ISSUER}/"));
    let browser = Browser::new();
    for _ in 0..3 {
        let page = browser.go(&server, &app.authorize("openid", &[])).await;
        let action = format!("provider:{id}");
        let page = Page::of(&page);
        browser
            .press(&server, &page, &action, &[])
            .await
            .expect(400);
    }
    let asked = || op.count("/.well-known/openid-configuration");
    assert_eq!(asked(), 1, "F4");
    op.metadata.lock().unwrap()["issuer"] = json!(ISSUER);
    server.advance(10);
    let back = op.sign_in(&server, &browser, &app, &id, &[]).await;
    assert_eq!(asked(), 2);
    assert!(is_signed_in(&browser.go(&server, &back).await));
}

#[tokio::test]
async fn who_is_signed_in_links_an_identity_and_signs_in_by_it() {
    let op = Provider::new();
    let server = TestServer::start_asking(op.clone()).await;
    let (ada, bob) = (
        server.add_person("ada").await,
        server.add_person("bob").await,
    );
    let id = op.register(&server, false).await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let browser = Browser::new();
    app.code_in(&server, &browser, &ada, "openid").await;

    // Not in another session, though in the same browser (REG-22).
    let confirm = offered(&server, &op, &browser, &id).await;
    let cookie = browser.cookie("session").unwrap();
    browser.forget("session");
    app.code_in(&server, &browser, &bob, "openid").await;
    let page = Page::of(&confirm);
    browser.press(&server, &page, "link", &[]).await.expect(410);
    browser.set_cookie("session", &cookie);

    let confirm = offered(&server, &op, &browser, &id).await;
    assert!(confirm.text().contains("ada") && confirm.text().contains("Corporate"));
    let cancelled = Page::of(&confirm);
    press(&server, &browser, &cancelled, "cancel").await;
    assert!(
        !signs_in(&server, &op, &app, &id, &ada.id).await,
        "nothing was linked"
    );
    let page = Page::of(&offered(&server, &op, &browser, &id).await);
    press(&server, &browser, &page, "link").await;
    assert!(signs_in(&server, &op, &app, &id, &ada.id).await);
    let answer = browser.press(&server, &page, "link", &[]).await;
    assert_eq!(answer.status, 410, "once");

    // What signs Ada in can't be made to sign Bob in; and Ada has one identity of a provider.
    let bobs = Browser::new();
    app.code_in(&server, &bobs, &bob, "openid").await;
    let page = Page::of(&offered(&server, &op, &bobs, &id).await);
    let taken = bobs.press(&server, &page, "link", &[]).await.expect(409);
    assert!(taken.text().contains("is linked to another account here"));
    assert!(signs_in(&server, &op, &app, &id, &ada.id).await);
    *op.claims.lock().unwrap() = Box::new(|claims| {
        claims.insert("sub".to_owned(), json!("another"));
    });
    op.userinfo.lock().unwrap()["sub"] = json!("another");
    let page = Page::of(&offered(&server, &op, &browser, &id).await);
    let another = browser.press(&server, &page, "link", &[]).await.expect(409);
    assert!(another.text().contains("Unlink that first"));
}

#[tokio::test]
async fn who_comes_back_without_a_proof_is_told_that_nothing_was_linked() {
    let (op, server, ada, id) = Provider::beside_ada(false).await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let browser = Browser::new();
    app.code_in(&server, &browser, &ada, "openid").await;
    *op.signed.lock().unwrap() = Signed::ByAnother;
    let refused = arrived(&server, &op, &browser, &id).await.expect(502);
    assert!(refused.text().contains("Nothing was linked"));
    *op.signed.lock().unwrap() = Signed::Well;
    assert!(!signs_in(&server, &op, &app, &id, &ada.id).await);
}

#[tokio::test]
async fn who_links_chooses_who_they_are_there_in_a_way_that_the_provider_knows() {
    for (known, prompt) in [
        (None, "login"),
        (Some(json!(["none", "login"])), "login"),
        (Some(json!(["login", "select_account"])), "select_account"),
    ] {
        let op = Provider::new();
        if let Some(known) = known {
            op.metadata.lock().unwrap()["prompt_values_supported"] = known;
        }
        let server = TestServer::start_asking(op.clone()).await;
        let ada = server.add_person("ada").await;
        let id = op.register(&server, false).await;
        let app = server.add_app(&["openid"], |_| {}).await;
        let browser = Browser::new();
        app.code_in(&server, &browser, &ada, "openid").await;
        offered(&server, &op, &browser, &id).await;
        assert_eq!(op.asked("prompt").as_deref(), Some(prompt));
    }
}

pub(crate) async fn press(server: &TestServer, browser: &Browser, page: &Page, action: &str) {
    let mut form: Vec<(&str, &str)> = vec![("action", action)];
    form.extend(
        page.hidden
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    let answer = browser.post(server, &page.action, &form).await.expect(303);
    let done = match action {
        "link" => "/account/identities?done=identity-linked",
        _ => "/account/identities",
    };
    assert!(answer.header("location").ends_with(done));
    let shown = browser.go(server, answer.header("location")).await;
    let says = shown.expect(200).text().contains("The account is linked.");
    assert_eq!(says, action == "link");
}

/// The page that asks whoever is signed in whether to link what they proved at the provider.
pub(crate) async fn offered(
    server: &TestServer,
    op: &Provider,
    browser: &Browser,
    id: &str,
) -> crate::support::Answer {
    arrived(server, op, browser, id).await.expect(200)
}

/// What whoever is signed in sees when they come back from the provider.
async fn arrived(
    server: &TestServer,
    op: &Provider,
    browser: &Browser,
    id: &str,
) -> crate::support::Answer {
    let cookie = BrowserCookie::parse(&browser.cookie("browser").unwrap()).unwrap();
    let visitor = Visitor {
        browser: Seen {
            id: cookie.id(),
            ..Seen::default()
        },
        session: browser.cookie("session").map(Secret::new),
    };
    let snapshot = server.snapshot();
    let session = visitor.session.as_ref().unwrap().expose();
    let session = server.core.login_session(&snapshot, session).await.unwrap();
    let address = server
        .core
        .begin_linking(&snapshot, &visitor, &session.unwrap(), id.parse().unwrap())
        .await
        .unwrap();
    browser.go(server, &op.authorize(&address)).await
}

/// Whether the identity signs this person in, in a new browser.
async fn signs_in(
    server: &TestServer,
    op: &Provider,
    app: &crate::support::Client,
    id: &str,
    person: &str,
) -> bool {
    let browser = Browser::new();
    let back = op.sign_in(server, &browser, app, id, &[]).await;
    let answer = browser.go(server, &back).await;
    if !is_signed_in(&answer) {
        return false;
    }
    let code = answered(&answer)["code"].clone();
    let tokens = app.redeem(server, &code).await.expect(200).json();
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["sub"], person);
    true
}
