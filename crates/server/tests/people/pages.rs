//! What pages are sent with and what is taken from them (U1, U2, A7, A8, REG-22, V17, V18).

use crate::support::{Answer, BASE_URL, Browser, CALLBACK, PASSWORD, Page, TestServer, answered};
use axum::body::Body;
use http::Request;

/// A8, V18: what every page has, and that nothing may leave it.
#[track_caller]
fn is_guarded(answer: &Answer) {
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(answer.header("x-frame-options"), "DENY");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert!(answer.header("cache-control").contains("no-store"));
}

/// A POST of a form with headers of the test's own.
async fn post(
    server: &TestServer,
    path: &str,
    headers: &[(&str, &str)],
    form: &[(&str, &str)],
) -> Answer {
    server.post_form(path, headers, form).await
}

/// All that browsers may say of where a form comes from, and whether that is here (Fetch §3.2, Fetch Metadata).
const SITES: [(Option<&str>, Option<&str>, bool); 16] = [
    (Some(BASE_URL), Some("same-origin"), true),
    (Some(BASE_URL), None, true),
    (None, Some("same-origin"), true),
    (None, Some("none"), true),
    (None, None, true),
    // Pages send no referrer: browsers then say so of their own origin too.
    (Some("null"), Some("same-origin"), true),
    (Some("null"), Some("cross-site"), false),
    (Some("null"), Some("same-site"), false),
    (Some("null"), None, false),
    (Some("https://evil.example"), Some("cross-site"), false),
    (Some("https://evil.example"), None, false),
    (Some("https://evil.example"), Some("same-origin"), false),
    (Some(BASE_URL), Some("cross-site"), false),
    (Some(BASE_URL), Some("same-site"), false),
    (Some("http://id.example.com"), None, false),
    (Some("https://id.example.com.evil.example"), None, false),
];

#[tokio::test]
async fn u2_no_form_of_another_site_is_taken() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let device = app
        .post(&server, "/device_authorization", &[("scope", "openid")])
        .await;
    let code = device.expect(200).json()["user_code"]
        .as_str()
        .unwrap()
        .to_owned();
    for (origin, site, own) in SITES {
        let browser = Browser::new();
        let request = app.authorize("openid", &[("prompt", "consent")]);
        let page = browser.go(&server, &request).await;
        let consent = browser
            .sign_in(&server, &page, &ada.user_name, PASSWORD)
            .await;
        let page = Page::of(&consent);
        let cookies = browser.cookies();
        let mut headers = vec![("cookie", cookies.as_str())];
        headers.extend(origin.map(|origin| ("origin", origin)));
        headers.extend(site.map(|site| ("sec-fetch-site", site)));
        let mut form: Vec<(&str, &str)> = page
            .hidden
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        form.push(("action", "allow"));
        let said = format!("{origin:?} {site:?}");
        let answer = post(&server, &page.action, &headers, &form).await;
        let typed = post(
            &server,
            &app.path("/device"),
            &headers,
            &[("user_code", &code)],
        )
        .await;
        if own {
            assert!(answered(&answer).contains_key("code"), "{said}");
            assert_eq!(typed.status, 303, "{said}");
        } else {
            for refused in [answer, typed] {
                assert_eq!(refused.status, 403, "{said}");
                assert_eq!(refused.header("location"), "");
                is_guarded(&refused);
            }
            // And the one that waits for its answer gets it.
            let answer = browser.press(&server, &page, "deny", &[]).await;
            assert_eq!(answered(&answer)["error"], "access_denied");
        }
    }
}

/// U3: another site can't make the browser one that nobody knows, by a form that comes without cookies.
#[tokio::test]
async fn u2_another_site_does_not_replace_cookies() {
    let server = TestServer::start().await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let elsewhere = [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ];
    for path in ["/flow", "/device", "/authorize"] {
        let form = [
            ("client_id", app.id.as_str()),
            ("user_code", "x"),
            ("action", "deny"),
        ];
        let answer = post(&server, &app.path(path), &elsewhere, &form).await;
        assert_eq!(answer.header("set-cookie"), "", "{path}: {}", answer.status);
    }
}

/// OpenID Connect Core §3.1.2.1: a request may be posted, by any site; it then meets whoever is signed in.
#[tokio::test]
async fn a_posted_request_is_one_with_cookies() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let browser = Browser::new();
    app.code_in(&server, &browser, &ada, "openid").await;
    let query = app.authorize("openid", &[("prompt", "none"), ("state", "a b&c")]);
    let (path, query) = query.split_once('?').unwrap();
    let posted = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "https://client.example.com")
        .header("sec-fetch-site", "cross-site")
        .body(Body::from(query.to_owned()));
    let answer = server.send(posted.unwrap()).await.expect(303);
    assert!(
        answer.header("location").starts_with(path),
        "{}",
        answer.header("location")
    );
    let answer = browser
        .get(&server, answer.header("location"))
        .await
        .expect(303);
    let told = answered(&answer);
    assert!(told.contains_key("code"));
    assert_eq!(told["state"], "a b&c");
    // With cookies it is answered at once.
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let pairs: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let answer = browser.post(&server, path, &pairs).await.expect(303);
    assert!(answer.header("location").starts_with(CALLBACK));
}

/// A7, A8, B10 of everything that a sign-in shows.
#[tokio::test]
async fn a7_a8_every_page_of_a_sign_in() {
    let server = TestServer::start().await;
    server.add_person("ada").await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let browser = Browser::new();
    let request = app.authorize("openid", &[]);
    let redirect = browser.get(&server, &request).await.expect(303);
    assert!(redirect.header("cache-control").contains("no-store"));
    let sign_in = browser
        .go(&server, redirect.header("location"))
        .await
        .expect(200);
    is_guarded(&sign_in);
    let wrong = browser
        .sign_in(&server, &sign_in, "ada", "wrong guess")
        .await
        .expect(400);
    is_guarded(&wrong);
    // A7: the answer to a password is 303, never 307 or 308, which would send it on.
    let page = Page::of(&sign_in);
    let mut form: Vec<(&str, &str)> = page
        .hidden
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    form.extend([
        ("username", "ada"),
        ("password", PASSWORD),
        ("action", "sign-in"),
    ]);
    let signed = browser.post(&server, &page.action, &form).await.expect(303);
    is_no_secret_in(signed.header("location"));
    let consent = browser
        .go(&server, signed.header("location"))
        .await
        .expect(200);
    is_guarded(&consent);
    let answer = browser
        .press(&server, &Page::of(&consent), "allow", &[])
        .await
        .expect(303);
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert!(answer.header("cache-control").contains("no-store"));
    for path in [
        "/device",
        "/flow?id=x",
        "/authorize",
        "/authorize?client_id=x",
        "/flow",
    ] {
        is_guarded(&browser.get(&server, &app.path(path)).await);
    }
}

#[track_caller]
fn is_no_secret_in(location: &str) {
    assert!(
        !location.contains(PASSWORD) && !location.contains("ambit_se_"),
        "{location}"
    );
}

/// U1, REG-22: a session's cookie is new with every sign-in, and the one before is worth nothing.
#[tokio::test]
async fn u1_every_sign_in_has_a_cookie_of_its_own() {
    let server = TestServer::start().await;
    server.add_person("ada").await;
    server.add_person("bob").await;
    let app = server
        .add_app(&["openid"], |app| app.assigned[0].consent_required = false)
        .await;
    let silent = app.authorize("openid", &[("prompt", "none")]);
    let browser = Browser::new();
    let mut before: Vec<String> = Vec::new();
    for name in ["ada", "ada", "bob", "ada"] {
        server.advance(1);
        let again = app.authorize("openid", &[("prompt", "login")]);
        let mut page = browser.go(&server, &again).await.expect(200);
        if name == "bob" || (name == "ada" && before.len() == 3) {
            page = browser
                .press(&server, &Page::of(&page), "switch-account", &[])
                .await
                .expect(200);
        }
        let answer = browser.sign_in(&server, &page, name, PASSWORD).await;
        assert!(answered(&answer).contains_key("code"), "{name}");
        let cookie = browser.cookie("session").unwrap();
        assert!(!before.contains(&cookie));
        before.push(cookie);
        for old in &before[..before.len() - 1] {
            let thief = Browser::new();
            thief.get(&server, &app.path("/device")).await;
            thief.take_cookies(&browser);
            thief.set_cookie("session", old);
            let answer = thief.get(&server, &silent).await.expect(303);
            assert_eq!(answered(&answer)["error"], "login_required");
        }
    }
    // A cookie that somebody put there is none of ours, and is not kept.
    let fixed = Browser::new();
    fixed.take_cookies(&browser);
    fixed.set_cookie(
        "session",
        "ambit_se_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    );
    let page = fixed
        .go(&server, &silent.replace("prompt=none", "prompt="))
        .await
        .expect(200);
    fixed
        .sign_in(&server, &page, "ada", PASSWORD)
        .await
        .expect(303);
    assert!(!fixed.cookie("session").unwrap().contains("AAAAAAAA"));
}

/// V17: the store has no password, no cookie, no code and no token in it.
#[tokio::test]
async fn v17_no_secret_is_in_the_store() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let canary = "canary that no store has";
    server
        .patch_person(&ada, "password", serde_json::json!(canary))
        .await;
    let app = server.add_app(&["openid", "offline_access"], |_| {}).await;
    let browser = Browser::new();
    let page = browser
        .go(&server, &app.authorize("openid offline_access", &[]))
        .await;
    let flow = Page::of(&page).hidden[0].1.clone();
    let consent = browser
        .sign_in(&server, &page, "ada", canary)
        .await
        .expect(200);
    let answer = browser
        .press(&server, &Page::of(&consent), "allow", &[])
        .await;
    let code = answered(&answer)["code"].clone();
    let tokens = app.redeem(&server, &code).await.expect(200).json();
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    let refreshed = app
        .refresh(&server, &text("refresh_token"))
        .await
        .expect(200)
        .json();
    let pushed = [
        ("client_id", app.id.as_str()),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("code_challenge", crate::support::CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let pushed = app.post(&server, "/par", &pushed).await.expect(201).json();
    let device = app
        .post(&server, "/device_authorization", &[("scope", "openid")])
        .await
        .expect(200)
        .json();
    let said = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let user_code = said(&device["user_code"]);
    let secrets = [
        ("password", canary.to_owned()),
        ("flow handle", flow),
        ("session", browser.cookie("session").unwrap()),
        ("browser", browser.cookie("browser").unwrap()),
        ("code", code),
        ("verifier", crate::support::VERIFIER.to_owned()),
        ("access token", text("access_token")),
        ("ID token", text("id_token")),
        ("refresh token", text("refresh_token")),
        ("next refresh token", said(&refreshed["refresh_token"])),
        ("request_uri", said(&pushed["request_uri"])),
        ("device code", said(&device["device_code"])),
        ("user code without hyphen", user_code.replace('-', "")),
        ("user code", user_code),
        ("client secret", app.secret.clone()),
    ];
    for (what, secret) in &secrets {
        assert!(!server.is_stored(secret), "{what}");
        // Nor what is random of it.
        if let Some((_, handle)) = secret.split_once("ambit_") {
            assert!(!server.is_stored(&handle[3..]), "{what}");
        }
    }
    assert!(server.is_stored(&ada.id), "what is there is found");
}

/// V18, RFC 6797: HTTPS for good, where the server is reached by it; and nothing of that over plain HTTP (§7.2).
#[tokio::test]
async fn v18_browsers_come_by_https_only() {
    use tower::ServiceExt;
    let server = TestServer::start().await;
    let root = server.admin.path("");
    let paths = [
        format!("{root}/account"),
        format!("{root}/jwks"),
        format!("{root}/nothing"),
        "/assets/pages.css".to_owned(),
        "/nothing".to_owned(),
    ];
    let plain = server.cold_at("http://127.0.0.1:8080").await;
    let plain = server::router(server::App::new(std::sync::Arc::new(plain)));
    for path in paths {
        let answer = server.get(&path).await;
        let header = answer.header("strict-transport-security");
        assert_eq!(header, "max-age=31536000", "{path}");
        let request = Request::get(&path).body(Body::empty());
        let answer = plain.clone().oneshot(request.unwrap()).await.unwrap();
        let header = answer.headers().get("strict-transport-security");
        assert_eq!(header, None, "{path}");
    }
}
