//! Authorization code with PKCE, consent, ID token and claims (RFC 6749 §4.1, OpenID Connect Core).

use crate::support::{
    Browser, CALLBACK, PASSWORD, Page, TestServer, VERIFIER, answered, checkboxes, claims,
};

#[tokio::test]
async fn from_sign_in_to_claims() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server
        .add_app(&["openid", "profile", "email"], |app| {
            app.assigned[2].optional = true;
        })
        .await;
    let browser = Browser::new();
    let page = browser
        .go(&server, &app.authorize("openid profile email", &[]))
        .await
        .expect(200);
    assert!(page.text().contains("name=\"username\""));
    let consent = browser
        .sign_in(&server, &page, "ADA", PASSWORD)
        .await
        .expect(200);
    let text = consent.text();
    for prompt in [
        "Know who you are",
        "See your name and profile",
        "See your e-mail",
    ] {
        assert!(text.contains(prompt), "{prompt}: {text}");
    }
    assert_eq!(checkboxes(&text), ["email"], "only what is optional");
    let back = browser
        .press(&server, &Page::of(&consent), "allow", &[])
        .await
        .expect(303);
    let answer = answered(&back);
    assert!(back.header("location").starts_with(CALLBACK));
    assert_eq!(answer["state"], "some state");
    assert_eq!(answer["iss"], server.snapshot().issuer().as_str(), "A6");

    let tokens = app
        .redeem(&server, &answer["code"])
        .await
        .expect(200)
        .json();
    assert_eq!(
        tokens["scope"], "openid profile",
        "what was left out is not granted"
    );
    let id = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(id["sub"], ada.id.as_str());
    assert_eq!(id["aud"], app.id.as_str());
    assert_eq!(id["nonce"], "some nonce");
    assert_eq!(id["acr"], "1");
    assert_eq!(id["amr"], serde_json::json!(["pwd"]));
    assert!(
        id.get("email").is_none() && id.get("name").is_none(),
        "{id}"
    );

    let token = tokens["access_token"].as_str().unwrap();
    let userinfo = app.path("/userinfo");
    let told = server
        .call("GET", &userinfo, token, None)
        .await
        .expect(200)
        .json();
    assert_eq!(told["sub"], ada.id.as_str());
    assert_eq!(told["name"], "ada the Person");
    assert_eq!(told["preferred_username"], "ada");
    assert!(told.get("email").is_none(), "{told}");

    let me = server
        .call("GET", &app.path("/scim/v2/Me"), token, None)
        .await;
    let me = me.expect(200).json();
    assert_eq!(me["userName"], "ada");
    assert!(me.get("emails").is_none(), "{me}");
}

#[tokio::test]
async fn oidc_core_5_4_userinfo_tells_the_claims_of_the_scopes_and_no_other() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server
        .add_app(&["openid", "profile", "email", "phone"], |_| {})
        .await;
    let profile = ["family_name", "given_name", "name", "preferred_username"];
    for (scope, told) in [
        ("openid", vec!["sub"]),
        ("openid phone", vec!["sub"]),
        ("openid email", vec!["email", "sub"]),
        (
            "openid profile",
            [profile.as_slice(), &["sub", "updated_at"]].concat(),
        ),
    ] {
        let token = app.token_of(&server, &ada, scope).await;
        let answer = server
            .call("GET", &app.path("/userinfo"), &token, None)
            .await;
        let answer = answer.expect(200).json();
        let names: Vec<&str> = answer.as_object().unwrap().keys().map(|n| &**n).collect();
        let sorted: std::collections::BTreeSet<&str> = names.into_iter().collect();
        assert_eq!(sorted.into_iter().collect::<Vec<_>>(), told, "{scope}");
    }
}

#[tokio::test]
async fn who_consented_is_not_asked_again() {
    let server = TestServer::start().await;
    server.add_person("ada").await;
    let app = server.add_app(&["openid", "profile"], |_| {}).await;
    let browser = Browser::new();
    let request = app.authorize("openid", &[]);
    let page = browser.go(&server, &request).await;
    let consent = browser.sign_in(&server, &page, "ada", PASSWORD).await;
    browser
        .press(&server, &Page::of(&consent), "allow", &[])
        .await
        .expect(303);
    let again = browser.go(&server, &request).await.expect(303);
    assert!(answered(&again).contains_key("code"));
    // Only what is new is asked for.
    let more = browser
        .go(&server, &app.authorize("openid profile", &[]))
        .await;
    let text = more.expect(200).text();
    assert!(
        text.contains("See your name") && !text.contains("Know who you are"),
        "{text}"
    );
    let silent = app.authorize("openid profile", &[("prompt", "none")]);
    let answer = answered(&browser.go(&server, &silent).await.expect(303));
    assert_eq!(answer["error"], "consent_required");
    let again = app.authorize("openid", &[("prompt", "consent")]);
    assert!(
        browser
            .go(&server, &again)
            .await
            .expect(200)
            .text()
            .contains("Know who you are")
    );
}

#[tokio::test]
async fn a_code_is_redeemed_once_and_proven() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let other = server.add_app(&["openid"], |_| {}).await;
    let code = app.code(&server, &ada, "openid").await;
    // B2: what proves nothing revokes nothing.
    let redeem = |client: crate::support::Client, verifier: &'static str, uri: &'static str| {
        let (server, code) = (&server, code.clone());
        async move {
            let mut form = vec![
                ("grant_type", "authorization_code"),
                ("code", code.as_str()),
            ];
            form.extend([("redirect_uri", uri), ("code_verifier", verifier)]);
            form.retain(|(_, value)| !value.is_empty());
            client.post(server, "/token", &form).await
        }
    };
    let wrong = "aBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    for (client, verifier, uri) in [
        (&other, VERIFIER, CALLBACK),
        (&app, wrong, CALLBACK),
        (&app, "", CALLBACK),
        (&app, VERIFIER, "https://client.example.com/other"),
        (&app, VERIFIER, ""),
    ] {
        let answer = redeem(client.clone(), verifier, uri).await.expect(400);
        assert_eq!(answer.error(), "invalid_grant", "{verifier} {uri}");
    }
    let tokens = app.redeem(&server, &code).await.expect(200).json();
    let token = tokens["access_token"].as_str().unwrap();
    let userinfo = app.path("/userinfo");
    server.call("GET", &userinfo, token, None).await.expect(200);
    // B2: a second valid request takes away what came of the first.
    assert_eq!(
        app.redeem(&server, &code).await.expect(400).error(),
        "invalid_grant"
    );
    server.call("GET", &userinfo, token, None).await.expect(401);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(
        app.refresh(&server, refresh).await.expect(400).error(),
        "invalid_grant"
    );
}
