//! Clients that register themselves (RFC 7591; H1–H3, H6, H7): what they may be, and what they get.

use crate::support::{
    BASE_URL, Browser, CALLBACK, PASSWORD, Page, Registered, TestServer, answered, metadata,
};
use axum::body::Body;
use http::Request;
use oauth::GrantType;
use serde_json::{Value, json};

#[tokio::test]
async fn h1_registration_is_off_until_it_is_opened() {
    let server = TestServer::start().await;
    let nowhere = server.admin.path("/nothing/at/all");
    let nothing = server.get(&nowhere).await.expect(404);
    let address = async |server: &TestServer| {
        let path = server.admin.path("/.well-known/openid-configuration");
        let document = server.get(&path).await.expect(200);
        document.json()["registration_endpoint"].clone()
    };
    let closed = async |server: &TestServer, one: &Registered| {
        assert_eq!(address(server).await, Value::Null);
        for answer in [
            server.register(&metadata(json!({}))).await,
            server.register(&json!("no metadata at all")).await,
            one.read(server).await,
            one.update(server, json!({})).await,
            one.delete(server).await,
        ] {
            let answer = answer.expect(404);
            assert_eq!(answer.text(), nothing.text());
            assert_eq!(answer.headers, nothing.headers);
        }
    };
    let nobody = json!({"registration_client_uri": format!("{BASE_URL}{nowhere}")});
    let mut nobody = Registered::of(&nobody);
    nobody.path = server.admin.path("/register/nobody");
    closed(&server, &nobody).await;
    server.open_registration(&["openid"]).await;
    let endpoint = format!("{}/register", server.snapshot().issuer());
    assert_eq!(address(&server).await, endpoint);
    let one = server.registered(json!({})).await;
    // And closed again: what is registered stays, and can't be changed by its client.
    let policy = json!({"open": false, "scopes": ["openid"]});
    server.set_registration(policy).await.expect(200);
    closed(&server, &one).await;
    let ada = server.add_person("ada").await;
    one.client.tokens(&server, &ada, "openid").await;
}

#[tokio::test]
async fn a_client_registers_and_people_sign_in_with_it() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    server.open_registration(&["openid", "profile"]).await;
    let answer = server.register(&metadata(json!({"scope": "openid"}))).await;
    let answer = answer.expect(201);
    assert_eq!(answer.header("cache-control"), "no-store", "B10");
    let one = Registered::of(&answer.json());
    let told = &one.told;
    assert_eq!(told["client_secret_expires_at"], 0);
    assert!(told["client_id_issued_at"].as_i64().unwrap() > 0);
    let expected = format!("{}/register/{}", server.snapshot().issuer(), one.client.id);
    assert_eq!(told["registration_client_uri"], expected);
    for (name, value) in [
        ("scope", json!("openid")),
        ("client_name", json!("A stranger's app")),
        ("token_endpoint_auth_method", json!("client_secret_basic")),
        ("response_types", json!(["code"])),
        ("redirect_uris", json!([CALLBACK])),
    ] {
        assert_eq!(told[name], value, "{name}");
    }
    let tokens = one.client.tokens(&server, &ada, "openid").await;
    assert_eq!(tokens["scope"], "openid");
    let refresh = tokens["refresh_token"].as_str().unwrap();
    one.client.refresh(&server, refresh).await.expect(200);
}

/// H6, H5: nothing that a client says decides who it is, and no credential is kept.
#[tokio::test]
async fn h6_the_server_chooses_id_secret_and_token() {
    let server = TestServer::start().await;
    server.open_registration(&["openid"]).await;
    let admin = server.admin.id.clone();
    let mine = json!({
        "client_id": admin, "client_secret": "mine", "registration_access_token": "mine",
        "first_party": true, "consent_required": false, "service_account": true, "active": false,
        "assigned_scopes": ["applications:create"], "preset": "reporting",
    });
    let (one, other) = (
        server.registered(mine.clone()).await,
        server.registered(mine).await,
    );
    assert_ne!(one.client.id, admin);
    assert_ne!(one.client.id, other.client.id);
    assert_ne!(one.token, other.token);
    for (credential, least) in [(&one.token, 43), (&one.client.secret, 43)] {
        assert!(credential.len() >= least && !credential.contains("mine"));
        assert!(!server.is_stored(credential), "H5: kept as it is");
    }
    let snapshot = server.snapshot();
    let client = snapshot.client(&one.client.id).unwrap();
    assert!(client.active && !client.service_account);
    assert!(client.assigned.iter().all(|a| a.consent_required));
    assert_eq!(client.assigned.len(), 1);
}

/// H3: whatever it asks for is within the policy, or refused by a sentence that names the member.
#[tokio::test]
async fn h3_beyond_the_policy_is_refused() {
    let server = TestServer::start().await;
    server.open_registration(&["openid", "profile"]).await;
    for (name, value) in [
        ("scope", json!("openid email")),
        ("scope", json!("applications:create")),
        ("scope", json!("no:such:scope")),
        ("scope", json!("openid  profile\u{7f}")),
        ("grant_types", json!(["client_credentials"])),
        (
            "grant_types",
            json!(["authorization_code", "client_credentials"]),
        ),
        ("grant_types", json!(["refresh_token"])),
        ("grant_types", json!(["implicit"])),
        ("grant_types", json!(["password"])),
        ("grant_types", json!([])),
        ("response_types", json!(["token"])),
        ("response_types", json!(["code id_token"])),
        ("token_endpoint_auth_method", json!("tls_client_auth")),
        ("token_endpoint_auth_method", json!("client_secret_jwt")),
        ("jwks_uri", json!("https://client.example.com/jwks")),
        ("id_token_signed_response_alg", json!("none")),
        ("id_token_signed_response_alg", json!("HS256")),
        ("userinfo_signed_response_alg", json!("none")),
        ("request_object_signing_alg", json!("none")),
        ("token_endpoint_auth_signing_alg", json!("HS256")),
        ("subject_type", json!("pairwise")),
        ("default_acr_values", json!(["0"])),
        ("default_max_age", json!(-1)),
        ("default_max_age", json!(4_294_967_296_u64)),
        ("client_name", json!("")),
        ("client_name", json!("a\nb")),
        ("client_name", json!("x".repeat(256))),
        ("client_name", json!({"en": "x"})),
        ("contacts", json!("x@example.com")),
        ("dpop_bound_access_tokens", json!(true)),
    ] {
        let refused = server.register(&metadata(json!({name: value}))).await;
        let refused = refused.expect(400);
        assert_eq!(refused.error(), "invalid_client_metadata", "{name} {value}");
        let sentence = refused.json()["error_description"].to_string();
        assert!(sentence.contains(name), "{name}: {sentence}");
    }
    assert!(none_registered(&server));
    // Keys are looked into.
    for jwks in [
        json!({"keys": []}),
        json!({"keys": [{"kty": "oct", "k": "AAAA"}]}),
        json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}]}),
    ] {
        let method = "private_key_jwt";
        let said = json!({"token_endpoint_auth_method": method, "jwks": jwks});
        let refused = server.register(&metadata(said)).await.expect(400);
        assert_eq!(refused.error(), "invalid_client_metadata", "{jwks}");
    }
    assert!(none_registered(&server));
}

/// H2, A3, F1: every address is vetted (CVE-2026-22752).
#[tokio::test]
async fn h2_every_address_is_vetted() {
    let server = TestServer::start().await;
    server.open_registration(&["openid"]).await;
    let bad = [
        "http://client.example.com/cb",
        "https://client.example.com/cb#fragment",
        "https://user@client.example.com/cb",
        "https://*.example.com/cb",
        "https://client.example.com/../cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//client.example.com/cb",
        "/cb",
        "https://",
        "https://client.example.com/ cb",
        "",
    ];
    for uri in bad {
        let said = metadata(json!({"redirect_uris": [CALLBACK, uri]}));
        let refused = server.register(&said).await.expect(400);
        assert_eq!(refused.error(), "invalid_redirect_uri", "{uri}");
        assert!(refused.text().contains("redirect_uris"), "{uri}");
        for name in ["client_uri", "logo_uri", "policy_uri", "tos_uri"] {
            let refused = server.register(&metadata(json!({name: uri}))).await;
            // A link may be one that a redirection URI may not be; what runs or reads may never.
            if uri.starts_with("http") && refused.status == 201 {
                continue;
            }
            let refused = refused.expect(400);
            assert_eq!(refused.error(), "invalid_client_metadata", "{name} {uri}");
            assert!(refused.text().contains(name), "{name} {uri}");
        }
    }
    for (name, uri) in [
        ("backchannel_logout_uri", "http://client.example.com/out"),
        ("backchannel_logout_uri", "https://x.example.com/#f"),
        ("post_logout_redirect_uris", "javascript:alert(1)"),
    ] {
        let value = match name.ends_with('s') {
            true => json!([uri]),
            false => json!(uri),
        };
        let refused = server.register(&metadata(json!({name: value}))).await;
        let text = refused.expect(400).text();
        assert!(text.contains(name), "{text}");
    }
    let missing = metadata(json!({"redirect_uris": null}));
    let refused = server.register(&missing).await.expect(400);
    assert_eq!(refused.error(), "invalid_redirect_uri");
}

#[tokio::test]
async fn a_registration_is_one_json_object_of_the_right_type() {
    let server = TestServer::start().await;
    server.open_registration(&["openid"]).await;
    let path = server.admin.path("/register");
    let good = metadata(json!({})).to_string();
    let long = metadata(json!({"x": "y".repeat(70_000)})).to_string();
    for (content_type, body) in [
        ("application/x-www-form-urlencoded", good.as_str()),
        ("text/plain", &good),
        ("", &good),
        ("application/json", ""),
        ("application/json", "[]"),
        ("application/json", "{\"redirect_uris\":"),
        (
            "application/json",
            "{\"client_name\":\"a\",\"client_name\":\"b\"}",
        ),
        ("application/json", &long),
    ] {
        let mut request = Request::post(&path);
        if !content_type.is_empty() {
            request = request.header("content-type", content_type);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let refused = server.send(request).await.expect(400);
        assert_eq!(refused.error(), "invalid_request", "{content_type}");
    }
    assert!(none_registered(&server));
}

/// REG-10, H3: what it did not register for it does not get anywhere.
#[tokio::test]
async fn reg10_no_grant_goes_around_the_policy() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    server.open_registration(&["openid", "profile"]).await;
    let one = server.registered(json!({"scope": "openid"})).await;
    let none = one.client.ask(&server, Some("openid")).await.expect(400);
    assert_eq!(none.error(), "unauthorized_client");
    for scope in ["openid profile", "openid applications:create", "scim:read"] {
        let browser = Browser::new();
        let page = browser
            .go(&server, &one.client.authorize(scope, &[]))
            .await
            .expect(200);
        let answer = browser
            .sign_in(&server, &page, &ada.user_name, PASSWORD)
            .await;
        let answer = answered(&answer.expect(303));
        assert_eq!(answer["error"], "invalid_scope", "{scope}");
    }
    let device = [("scope", "openid")];
    let refused = one.client.post(&server, "/device_authorization", &device);
    assert_eq!(refused.await.error(), "unauthorized_client");
}

/// No client that registered itself is spared the question, and its words are only words (H7, A10).
#[tokio::test]
async fn h7_people_are_always_asked_and_names_are_escaped() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    server.open_registration(&["openid"]).await;
    let name = "<script>alert(1)</script>\"'&";
    let one = server
        .registered(json!({
            "client_name": name,
            "logo_uri": "https://logo.example.com/l.png",
            "client_uri": "https://client.example.com/?a=1&b=2",
        }))
        .await;
    let browser = Browser::new();
    // Who is not signed in is never sent to an address that nobody vouches for.
    let silent = one.client.authorize("openid", &[("prompt", "none")]);
    let page = browser.go(&server, &silent).await;
    assert!(page.status != 303, "{}", page.header("location"));
    let wrong = one.client.authorize("openid nothing:known", &[]);
    let page = browser.go(&server, &wrong).await;
    assert!(page.status != 303, "{}", page.header("location"));

    let page = browser
        .go(&server, &one.client.authorize("openid", &[]))
        .await
        .expect(200);
    let consent = browser
        .sign_in(&server, &page, &ada.user_name, PASSWORD)
        .await
        .expect(200);
    let text = consent.text();
    assert!(text.contains("value=\"allow\""), "{text}");
    assert!(text.contains("&#60;script&#62;"), "{text}");
    assert!(!text.contains("<script>alert"), "{text}");
    assert!(!text.contains("logo.example.com"), "no logo is shown");
    let back = browser
        .press(&server, &Page::of(&consent), "allow", &[])
        .await
        .expect(303);
    assert!(answered(&back).contains_key("code"));
}

/// A11: another redirection URI, name or home is another client to people.
#[tokio::test]
async fn a11_a_client_that_changed_is_asked_for_again() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    server.open_registration(&["openid", "profile"]).await;
    let mut one = server.registered(json!({"scope": "openid"})).await;
    let browser = Browser::new();
    one.client.code_in(&server, &browser, &ada, "openid").await;
    let request = one.client.authorize("openid", &[("prompt", "none")]);
    let silent = answered(&browser.get(&server, &request).await.expect(303));
    assert!(silent.contains_key("code"), "{silent:?}");
    let other = "https://client.example.com/other";
    for change in [
        json!({"scope": "openid", "redirect_uris": [CALLBACK, other]}),
        json!({"scope": "openid", "client_name": "Your Bank"}),
        json!({"scope": "openid profile"}),
        json!({"scope": "openid", "client_uri": "https://bank.example.com/"}),
    ] {
        let updated = one.update(&server, change.clone()).await.expect(200);
        one = one.updated(&updated);
        let told = answered(&browser.get(&server, &request).await.expect(303));
        assert_eq!(told["error"], "consent_required", "{change}");
        one.client.code_in(&server, &browser, &ada, "openid").await;
        let told = answered(&browser.get(&server, &request).await.expect(303));
        assert!(told.contains_key("code"), "{change}: {told:?}");
    }
}

#[tokio::test]
async fn public_clients_and_devices_register_too() {
    let server = TestServer::start().await;
    server.open_registration(&["openid"]).await;
    let said = json!({
        "token_endpoint_auth_method": "none", "application_type": "native",
        "redirect_uris": ["http://127.0.0.1/cb", "com.example.app:/cb"],
    });
    let public = server.registered(said).await;
    assert_eq!(public.told.get("client_secret"), None);
    assert_eq!(public.told.get("client_secret_expires_at"), None);
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    let said = json!({"grant_types": [device], "redirect_uris": null});
    let tv = server.registered(said).await;
    assert_eq!(tv.told["response_types"], json!([]));
    let snapshot = server.snapshot();
    let grants = &snapshot.client(&tv.client.id).unwrap().grant_types;
    assert_eq!(grants, &[GrantType::DeviceCode]);
    let form = [("scope", "openid")];
    let started = tv.client.post(&server, "/device_authorization", &form);
    assert!(started.await.expect(200).json()["user_code"].is_string());
}

fn none_registered(server: &TestServer) -> bool {
    let snapshot = server.snapshot();
    let mut clients = snapshot.config().applications.values();
    !clients.any(|client| client.registered_itself())
}
