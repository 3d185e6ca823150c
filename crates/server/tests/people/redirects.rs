//! Where an answer may go (RFC 6749 §3.1.2, RFC 9700 §2.1 and §4.1.3, RFC 8252 §7; A1, A2, A3, A6, A9, REG-01,
//! REG-02).

use crate::{
    support::{
        Browser, CALLBACK, CHALLENGE, Client, PASSWORD, Page, TestServer, answered, checkboxes,
    },
    uris::{NOBODYS, REGISTERED, spoilt},
};

async fn client(server: &TestServer, uri: &str) -> Client {
    let uri = uri.to_owned();
    server
        .add_app(&["openid"], |app| app.redirect_uris = vec![uri])
        .await
}

/// The parameters of a request, as a form to push.
fn form<'a>(client: &'a Client, uri: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("client_id", client.id.as_str()),
        ("redirect_uri", uri),
        ("response_type", "code"),
        ("scope", "openid"),
        ("state", "s"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
}

#[tokio::test]
async fn a1_reg_01_only_what_was_registered_is_redirected_to() {
    let server = TestServer::start().await;
    let browser = Browser::new();
    let mut refused = 0;
    for registered in &REGISTERED {
        let client = client(&server, registered.uri).await;
        let right = [registered.uri]
            .into_iter()
            .chain(registered.same.iter().copied());
        for uri in right {
            let request = client.authorize("openid", &[("redirect_uri", uri), ("prompt", "none")]);
            let answer = browser.get(&server, &request).await.expect(303);
            assert!(answer.header("location").starts_with(uri), "{uri}");
            assert_eq!(answered(&answer)["error"], "login_required", "{uri}");
            client
                .post(&server, "/par", &form(&client, uri))
                .await
                .expect(201);
        }
        let others = registered
            .others
            .iter()
            .chain(&NOBODYS)
            .map(|uri| (*uri).to_owned());
        for uri in others.chain(spoilt(registered.uri)) {
            // A2: shown, never redirected, whatever else is asked for.
            for more in [
                [("prompt", "none")],
                [("response_mode", "form_post")],
                [("scope", "\"")],
            ] {
                let mut parameters = vec![("redirect_uri", uri.as_str())];
                parameters.extend(more);
                let answer = browser
                    .get(&server, &client.authorize("openid", &parameters))
                    .await;
                assert_eq!(answer.status, 400, "{} for {uri:?}", registered.uri);
                assert_eq!(answer.header("location"), "", "{uri:?}");
                assert!(!answer.text().contains("<form"), "{uri:?}");
                assert!(!answer.text().contains("evil.example"), "{uri:?}");
            }
            let pushed = client
                .post(&server, "/par", &form(&client, &uri))
                .await
                .expect(400);
            assert_eq!(pushed.error(), "invalid_request", "{uri:?}");
            refused += 1;
        }
    }
    assert!(refused >= 120, "{refused}");
}

/// A2: without a redirection URI there must be exactly one to go to, and an unknown client has none.
#[tokio::test]
async fn a2_nobody_is_redirected_to_a_guess() {
    let server = TestServer::start().await;
    let (browser, silent) = (Browser::new(), ("prompt", "none"));
    let one = client(&server, CALLBACK).await;
    let left_out = one.authorize("openid", &[("redirect_uri", ""), silent]);
    let answer = browser.get(&server, &left_out).await.expect(303);
    assert!(answer.header("location").starts_with(CALLBACK));
    let two = server
        .add_app(&["openid"], |app| {
            app.redirect_uris
                .push("https://client.example.com/two".to_owned());
        })
        .await;
    let none = server
        .add_app(&["openid"], |app| app.redirect_uris.clear())
        .await;
    let mut refused = vec![
        two.authorize("openid", &[("redirect_uri", ""), silent]),
        none.authorize("openid", &[("redirect_uri", ""), silent]),
        none.authorize("openid", &[silent]),
    ];
    let unknown = uuid::Uuid::new_v4().to_string();
    for id in [
        "",
        unknown.as_str(),
        "x",
        "%00",
        "../",
        &one.id.to_uppercase(),
        &format!("{} ", one.id),
    ] {
        refused.push(one.authorize("openid", &[("client_id", id), silent]));
    }
    for request in refused {
        let answer = browser.get(&server, &request).await;
        assert_eq!(answer.status, 400, "{request}");
        assert_eq!(answer.header("location"), "", "{request}");
    }
}

/// A9: RFC 6749 §3.1, "Request and response parameters MUST NOT be included more than once".
#[tokio::test]
async fn a9_nothing_is_said_twice() {
    let server = TestServer::start().await;
    let client = client(&server, CALLBACK).await;
    let browser = Browser::new();
    let request = client.authorize("openid", &[("prompt", "none"), ("ui_locales", "en")]);
    browser.get(&server, &request).await.expect(303);
    for name in [
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "nonce",
        "prompt",
        "code_challenge",
        "code_challenge_method",
        "ui_locales",
    ] {
        let value = match name {
            "client_id" => client.id.as_str(),
            "redirect_uri" => CALLBACK,
            _ => "x",
        };
        let mut twice = form_urlencoded::Serializer::new(format!("{request}&"));
        let twice = twice.append_pair(name, value).finish();
        let answer = browser.get(&server, &twice).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (400, ""),
            "{name}"
        );
        let mut pushed = form(&client, CALLBACK);
        pushed.extend([(name, value), (name, value)]);
        client.post(&server, "/par", &pushed).await.expect(400);
    }
    // What is not known is ignored; what is too long is refused, never dropped (CVE-2026-9704).
    browser
        .get(&server, &format!("{request}&unknown=x"))
        .await
        .expect(303);
    let long = "x".repeat(9_000);
    for name in ["scope", "state", "nonce", "code_challenge"] {
        let answer = browser
            .get(&server, &client.authorize("openid", &[(name, &long)]))
            .await;
        assert!(!answer.header("location").contains("/flow"), "{name}");
    }
}

/// A6, RFC 9207: every other error goes back, with `state` and `iss`.
#[tokio::test]
async fn a6_other_errors_go_back_with_state_and_iss() {
    let server = TestServer::start().await;
    let client = client(&server, "https://client.example.com/cb?tenant=1").await;
    let browser = Browser::new();
    for (name, value, error) in [
        ("response_type", "", "invalid_request"),
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "id_token", "unsupported_response_type"),
        (
            "response_type",
            "code id_token",
            "unsupported_response_type",
        ),
        ("response_type", "CODE", "unsupported_response_type"),
        ("response_type", "none", "unsupported_response_type"),
        ("response_mode", "fragment", "invalid_request"),
        ("response_mode", "query.jwt", "invalid_request"),
        ("response_mode", "web_message", "invalid_request"),
        ("scope", "\"", "invalid_scope"),
        ("prompt", "none login", "invalid_request"),
        ("prompt", "nonsense", "invalid_request"),
        ("max_age", "-1", "invalid_request"),
        ("max_age", "1.5", "invalid_request"),
        ("claims", "{", "invalid_request"),
        ("id_token_hint", "x", "invalid_request"),
        ("id_token_hint", "e30.e30.x", "invalid_request"),
        ("resource", "relative", "invalid_target"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("prompt", "none", "login_required"),
    ] {
        let state = "a b&c=d\u{e9}";
        let uri = "https://client.example.com/cb?tenant=1";
        let more = [("redirect_uri", uri), ("state", state), (name, value)];
        let answer = browser
            .get(&server, &client.authorize("openid", &more))
            .await;
        assert_eq!(answer.status, 303, "A7: {name}={value}: {}", answer.text());
        assert!(answer.header("location").starts_with(uri), "{name}={value}");
        let told = answered(&answer);
        assert_eq!(told["error"], error, "{name}={value}");
        assert_eq!(told["state"], state);
        assert_eq!(told["iss"], server.snapshot().issuer().as_str());
        assert_eq!(told["tenant"], "1");
        assert!(!told.contains_key("code"));
    }
}

/// OpenID Connect Core §3.1.2.6: what `prompt=none` is answered.
#[tokio::test]
async fn prompt_none_never_asks() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server.add_app(&["openid", "email"], |_| {}).await;
    let browser = Browser::new();
    let silent = |scope, more: &[(&'static str, &'static str)]| {
        let mut parameters = vec![("prompt", "none")];
        parameters.extend(more);
        let request = app.authorize(scope, &parameters);
        let (browser, server) = (&browser, &server);
        async move { answered(&browser.get(server, &request).await.expect(303)) }
    };
    assert_eq!(silent("openid", &[]).await["error"], "login_required");
    app.code_in(&server, &browser, &ada, "openid").await;
    assert!(silent("openid", &[]).await.contains_key("code"));
    assert_eq!(
        silent("openid email", &[]).await["error"],
        "consent_required"
    );
    assert_eq!(
        silent("openid nobody:knows", &[]).await["error"],
        "invalid_scope"
    );
    assert_eq!(silent("profile", &[]).await["error"], "invalid_scope");
    server.advance(100);
    assert_eq!(
        silent("openid", &[("max_age", "99")]).await["error"],
        "login_required"
    );
    assert!(
        silent("openid", &[("max_age", "101")])
            .await
            .contains_key("code")
    );
    let essential = r#"{"id_token":{"acr":{"essential":true,"value":"phr"}}}"#;
    let unmet = silent("openid", &[("claims", essential)]).await;
    assert_eq!(unmet["error"], "unmet_authentication_requirements");
}

/// OAuth 2.0 Form Post Response Mode: code and errors alike, with nothing in an address.
#[tokio::test]
async fn form_post_puts_nothing_into_an_address() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let browser = Browser::new();
    let by_post = ("response_mode", "form_post");
    let fields = |answer: &crate::support::Answer| {
        assert_eq!(answer.header("location"), "");
        let page = Page::of(answer);
        assert_eq!(page.action, CALLBACK);
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("https://client.example.com"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "A8: {policy}");
        page.hidden
            .into_iter()
            .collect::<std::collections::BTreeMap<_, _>>()
    };
    let silent = app.authorize("openid", &[by_post, ("prompt", "none")]);
    let told = fields(&browser.get(&server, &silent).await.expect(200));
    assert_eq!(
        (told["error"].as_str(), told["state"].as_str()),
        ("login_required", "some state")
    );
    assert_eq!(told["iss"], server.snapshot().issuer().as_str());
    let page = browser
        .go(&server, &app.authorize("openid", &[by_post]))
        .await;
    let consent = browser
        .sign_in(&server, &page, &ada.user_name, PASSWORD)
        .await;
    assert!(checkboxes(&consent.text()).is_empty());
    let told = fields(
        &browser
            .press(&server, &Page::of(&consent), "allow", &[])
            .await
            .expect(200),
    );
    assert_eq!(told["iss"], server.snapshot().issuer().as_str());
    app.redeem(&server, &told["code"]).await.expect(200);
}

/// RFC 8252 §7.3: a policy names no IPv6 address, and a scheme in its place would let forms go anywhere (A8). So a page
/// leads there, and no redirect that the form's page would have to allow.
#[tokio::test]
async fn a8_an_ipv6_loopback_address_is_reached_by_a_page() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let native = "http://[::1]:51004/cb";
    let app = server.add_app(&["openid"], |app| {
        app.redirect_uris = vec!["http://[::1]/cb".to_owned()];
    });
    let app = app.await;
    let to = ("redirect_uri", native);
    let browser = Browser::new();
    let page = browser.go(&server, &app.authorize("openid", &[to])).await;
    let ends = |answer: &crate::support::Answer, end: &str| {
        let policy = answer.header("content-security-policy");
        assert!(policy.ends_with(end), "{policy}");
    };
    ends(&page, "form-action 'self'");
    let consent = browser
        .sign_in(&server, &page, &ada.user_name, PASSWORD)
        .await;
    ends(&consent, "form-action 'self'");
    let onward = browser
        .press(&server, &Page::of(&consent), "allow", &[])
        .await
        .expect(200);
    ends(&onward, "form-action 'self'");
    assert_eq!(onward.header("cache-control"), "no-store");
    let text = onward.text().replace("&#38;", "&").replace("&amp;", "&");
    let (_, refresh) = text.split_once("content=\"0;url=").unwrap();
    let (address, _) = refresh.split_once('"').unwrap();
    let (uri, answer) = address.split_once('?').unwrap();
    assert_eq!(uri, native);
    assert!(
        answer.contains("code=") && answer.contains("iss="),
        "{answer}"
    );
    // Where nobody was asked, no form's page stands in the way.
    let silent = browser.get(&server, &app.authorize("openid", &[to])).await;
    let location = silent.header("location").to_owned();
    assert!(location.starts_with(native), "{location}");
    let by_post = app.authorize("openid", &[to, ("response_mode", "form_post")]);
    let posted = browser.get(&server, &by_post).await.expect(200);
    ends(&posted, "form-action 'self' http:");
}

/// REG-03, A12: how the answer is sent was settled when the request came; nothing that is sent later, and no
/// restart, changes it.
#[tokio::test]
async fn reg_03_the_answer_is_sent_as_was_asked() {
    let mut server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let browser = Browser::new();
    let page = browser.go(&server, &app.authorize("openid", &[])).await;
    let consent = browser
        .sign_in(&server, &page, &ada.user_name, PASSWORD)
        .await;
    let page = Page::of(&consent);
    server = server.restart().await;
    let switch = [
        ("response_mode", "fragment"),
        ("response_type", "token"),
        ("redirect_uri", "https://evil.example/"),
        ("state", "another"),
        ("client_id", "another"),
        ("scope", "email"),
    ];
    let flow = &page
        .hidden
        .iter()
        .find(|(name, _)| name == "flow")
        .unwrap()
        .1;
    let shown: String = form_urlencoded::Serializer::new(format!("{}?id={flow}&", page.action))
        .extend_pairs(switch)
        .finish();
    browser.get(&server, &shown).await.expect(200);
    let answer = browser
        .press(&server, &page, "allow", &switch)
        .await
        .expect(303);
    let location = answer.header("location");
    assert!(
        location.starts_with(CALLBACK) && !location.contains('#'),
        "{location}"
    );
    let told = answered(&answer);
    assert_eq!(told["state"], "some state");
    let tokens = app.redeem(&server, &told["code"]).await.expect(200).json();
    assert_eq!(tokens["scope"], "openid");
    // Neither by a push: what stands beside the reference does not count.
    for (name, value) in [("response_type", "token"), ("response_mode", "fragment")] {
        let mut pushed = form(&app, CALLBACK);
        pushed.retain(|(known, _)| *known != name);
        pushed.push((name, value));
        app.post(&server, "/par", &pushed).await.expect(400);
        let good = app
            .post(&server, "/par", &form(&app, CALLBACK))
            .await
            .expect(201)
            .json();
        let more = [
            ("request_uri", good["request_uri"].as_str().unwrap()),
            (name, value),
        ];
        let answer = browser
            .get(&server, &app.authorize("openid", &more))
            .await
            .expect(303);
        let location = answer.header("location");
        assert!(
            location.starts_with(CALLBACK) && !location.contains('#'),
            "{location}"
        );
        let told = answered(&answer);
        assert_eq!(told["state"], "s", "what was pushed");
        assert!(told.contains_key("code"));
    }
}
