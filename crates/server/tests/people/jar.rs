//! Signed requests (RFC 9101), plain and pushed (RFC 9126 §3; A14, REG-03, REG-14).

use crate::{
    signer::{Signer, request_claims},
    support::{Answer, Browser, CALLBACK, Client, TestServer, answered},
};
use domain::config::Application;
use jose::{Algorithm, SigningKey, base64url};
use serde_json::{Value, json};

struct World {
    server: TestServer,
    browser: Browser,
    app: Client,
    signer: Signer,
}

impl World {
    /// Someone is signed in and has nothing to be asked.
    async fn new(change: impl FnOnce(&mut Application)) -> Self {
        let server = TestServer::start().await;
        let ada = server.add_person("ada").await;
        let (signer, browser) = (Signer::new(), Browser::new());
        let jwks = signer.jwks();
        let app = server
            .add_app(&["openid", "email"], |app| {
                app.jwks = Some(jwks);
                app.assigned
                    .iter_mut()
                    .for_each(|assigned| assigned.consent_required = false);
                change(app);
            })
            .await;
        let other = server.add_app(&["openid"], |_| {}).await;
        other.code_in(&server, &browser, &ada, "openid").await;
        Self {
            server,
            browser,
            app,
            signer,
        }
    }

    /// Sends a request object; beside it stands only the client, and what the test adds.
    async fn send(&self, object: &str, more: &[(&str, &str)]) -> Answer {
        let mut query = vec![("client_id", self.app.id.as_str()), ("request", object)];
        query.extend(more);
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query)
            .finish();
        let path = self.app.path(&format!("/authorize?{query}"));
        self.browser.get(&self.server, &path).await
    }

    async fn push(&self, object: &str, more: &[(&str, &str)]) -> Answer {
        let mut form = vec![("request", object)];
        form.extend(more);
        self.app.post(&self.server, "/par", &form).await
    }

    /// A2: nothing in it is known to be true, so it leads nowhere, pushed or not.
    async fn refuses(&self, object: &str, why: &str) {
        let answer = self.send(object, &[]).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (400, ""),
            "{why}"
        );
        assert!(answer.text().contains("invalid_request"), "{why}");
        let pushed = self.push(object, &[]).await;
        assert_eq!(pushed.status, 400, "{why}");
        assert!(
            pushed.error().starts_with("invalid_request"),
            "{why}: {}",
            pushed.error()
        );
    }

    fn object(&self, more: &[(&str, Value)]) -> String {
        self.signer.request(&self.server, &self.app, more)
    }
}

#[tokio::test]
async fn a14_what_is_signed_counts_and_nothing_beside_it() {
    let world = World::new(|_| {}).await;
    let beside = [
        ("redirect_uri", "https://evil.example/"),
        ("scope", "openid email"),
        ("state", "unsigned"),
        ("response_type", "token"),
        ("response_mode", "form_post"),
        ("prompt", "login"),
        ("nonce", "unsigned"),
        ("max_age", "0"),
    ];
    let answer = world.send(&world.object(&[]), &beside).await.expect(303);
    assert!(answer.header("location").starts_with(CALLBACK));
    let told = answered(&answer);
    assert_eq!(told["state"], "signed state");
    let tokens = world
        .app
        .redeem(&world.server, &told["code"])
        .await
        .expect(200)
        .json();
    assert_eq!(tokens["scope"], "openid");
    let id = crate::support::claims(tokens["id_token"].as_str().unwrap());
    assert!(id.get("nonce").is_none(), "{id}");
    // What is required of a sign-in is required in there as well.
    for (name, value) in [("prompt", json!("login")), ("max_age", json!(10))] {
        world.server.advance(20);
        let answer = world
            .send(&world.object(&[(name, value)]), &[])
            .await
            .expect(303);
        assert!(answer.header("location").contains("/flow?"), "{name}");
    }
    // An error of the request goes to whom it names, if that is the client's.
    let wrong = world.object(&[("response_type", json!("token"))]);
    let told = answered(&world.send(&wrong, &[]).await.expect(303));
    assert_eq!(told["error"], "unsupported_response_type");
    assert_eq!(told["state"], "signed state");
    let wrong = world.object(&[("response_mode", json!("fragment"))]);
    let location = world.send(&wrong, &[]).await.expect(303);
    assert!(!location.header("location").contains('#'), "REG-03");
}

#[tokio::test]
async fn a14_bad_request_objects() {
    let world = World::new(|_| {}).await;
    let (server, app) = (&world.server, &world.app);
    let (now, issuer) = (
        server.core.now().seconds(),
        server.snapshot().issuer().to_string(),
    );
    for (name, value, why) in [
        ("aud", Value::Null, "for nobody"),
        ("aud", json!("https://other.example"), "for another server"),
        ("aud", json!(["https://other.example"]), "for others"),
        ("aud", json!(format!("{issuer}/")), "almost for this server"),
        ("iss", Value::Null, "of nobody"),
        ("iss", json!(server.admin.id), "of another client"),
        ("exp", Value::Null, "for ever"),
        ("exp", json!(now - 11), "over"),
        ("exp", json!(now + 3601), "for longer than an hour"),
        ("exp", json!("300"), "no number"),
        ("nbf", json!(now + 60), "not yet"),
        ("iat", json!(now + 60), "from the future"),
        ("sub", json!(app.id), "RFC 9101 §10.8: a client assertion"),
        ("sub", json!("x"), "with a subject"),
        ("client_id", Value::Null, "without the client"),
        ("client_id", json!(server.admin.id), "of another client"),
        ("request", json!("e30.e30.x"), "a request in a request"),
        ("request_uri", json!("urn:x"), "a reference in a request"),
        (
            "redirect_uri",
            json!("https://evil.example/"),
            "A1: to somebody else",
        ),
        ("redirect_uri", json!(7), "to no URI"),
    ] {
        world.refuses(&world.object(&[(name, value)]), why).await;
    }
    // Both may be said of more than one; ours must be among them.
    let several = world.object(&[("aud", json!([issuer, "https://other.example"]))]);
    world.send(&several, &[]).await.expect(303);
}

/// J1–J7, REG-14: only what the registered key signed, and signed as a request.
#[tokio::test]
async fn reg_14_only_the_clients_own_signature() {
    let world = World::new(|_| {}).await;
    let claims = request_claims(&world.server, &world.app);
    let good = world.object(&[]);
    let parts: Vec<&str> = good.split('.').collect();
    let encode = |value: &Value| base64url::encode(value.to_string());
    let mut evil = claims.clone();
    evil["redirect_uri"] = json!("https://client.example.com/other");
    let header = |header: Value| format!("{}.{}.", encode(&header), encode(&claims));
    let hmac = |key: &[u8]| {
        let input = format!("{}.{}", encode(&json!({"alg": "HS256"})), encode(&claims));
        let tag = jose::hmac_sha256(key, input.as_bytes());
        format!("{input}.{}", base64url::encode(tag))
    };
    let another = SigningKey::generate(Algorithm::Es256).unwrap();
    for (object, why) in [
        (
            Signer::new().sign("oauth-authz-req+jwt", &claims),
            "another key",
        ),
        (
            another
                .sign_compact("oauth-authz-req+jwt", claims.to_string().as_bytes())
                .unwrap(),
            "another",
        ),
        (header(json!({"alg": "none"})), "J2: none"),
        (header(json!({"alg": "nOnE"})), "J2: none in another case"),
        (header(json!({})), "no algorithm"),
        (
            hmac(world.signer.jwks().to_string().as_bytes()),
            "J3: key confusion",
        ),
        (hmac(world.app.secret.as_bytes()), "C3: the client's secret"),
        (hmac(b""), "C3: no secret"),
        (
            format!("{}.{}.{}", parts[0], encode(&evil), parts[2]),
            "other claims",
        ),
        (format!("{}.{}.", parts[0], parts[1]), "no signature"),
        (good[..good.len() - 2].to_owned(), "a cut one"),
        (format!("{good}.e30"), "four parts"),
        ("x".to_owned(), "garbage"),
        ("{}".to_owned(), "J9: JSON"),
    ] {
        world.refuses(&object, why).await;
    }
    for typ in [
        "at+jwt",
        "logout+jwt",
        "client-authentication+jwt",
        "dpop+jwt",
        "token-introspection+jwt",
    ] {
        world.refuses(&world.signer.sign(typ, &claims), typ).await;
    }
    for typ in ["oauth-authz-req+jwt", "JWT"] {
        world
            .send(&world.signer.sign(typ, &claims), &[])
            .await
            .expect(303);
    }
    // Keys come from the registration.
    world
        .server
        .change_client(&world.app, |app| app.jwks = Some(Signer::new().jwks()))
        .await;
    world.refuses(&good, "a key that was taken away").await;
    world
        .server
        .change_client(&world.app, |app| app.jwks = None)
        .await;
    world.refuses(&good, "no key at all").await;
}

/// RFC 9101 §10.5: who must sign does, in whatever way the request comes; RFC 9126 §6: who must push does.
#[tokio::test]
async fn what_a_client_must_do_it_does() {
    let world = World::new(|app| app.openid.require_signed_request_object = true).await;
    let (server, app, browser) = (&world.server, &world.app, &world.browser);
    let silent = app.authorize("openid", &[("prompt", "none")]);
    let told = answered(&browser.get(server, &silent).await.expect(303));
    assert_eq!(told["error"], "invalid_request");
    let unsigned = [
        ("client_id", app.id.as_str()),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
    ];
    app.post(server, "/par", &unsigned).await.expect(400);
    let object = world.object(&[("prompt", json!("none"))]);
    assert!(answered(&world.send(&object, &[]).await.expect(303)).contains_key("code"));
    server.advance(1);
    let pushed = world
        .push(&world.object(&[("prompt", json!("none"))]), &[])
        .await
        .expect(201)
        .json();
    let query = app.authorize(
        "openid",
        &[("request_uri", pushed["request_uri"].as_str().unwrap())],
    );
    let told = answered(&browser.get(server, &query).await.expect(303));
    assert!(told.contains_key("code"), "{told:?}");

    server
        .change_client(app, |app| {
            app.openid.require_pushed_authorization_requests = true
        })
        .await;
    let told = answered(&world.send(&object, &[]).await.expect(303));
    assert_eq!(told["error"], "invalid_request", "A13: it must be pushed");
    let told = answered(&browser.get(server, &silent).await.expect(303));
    assert_eq!(told["error"], "invalid_request");
    let pushed = world.push(&object, &[]).await.expect(201).json();
    let query = app.authorize(
        "openid",
        &[("request_uri", pushed["request_uri"].as_str().unwrap())],
    );
    assert!(answered(&browser.get(server, &query).await.expect(303)).contains_key("code"));
}

/// RFC 9126 §3: the object is the client's that pushes it, and is in one place.
#[tokio::test]
async fn a13_a_pushed_object_is_the_clients_own() {
    let world = World::new(|_| {}).await;
    let (server, object) = (&world.server, world.object(&[]));
    let signer = world.signer.jwks();
    let other = server
        .add_app(&["openid"], |app| app.jwks = Some(signer))
        .await;
    other
        .post(server, "/par", &[("request", &object)])
        .await
        .expect(400);
    let both = [("request_uri", "urn:ietf:params:oauth:request_uri:x")];
    world.push(&object, &both).await.expect(400);
    world
        .push(&object, &[("client_id", other.id.as_str())])
        .await
        .expect(400);
    world
        .push(&object, &[("request", &object)])
        .await
        .expect(400);
    // RFC 9126 §3: "all other request parameters MUST appear as claims of the JWT"; beside it they don't count.
    let pushed = world
        .push(&object, &[("state", "unsigned"), ("scope", "openid email")])
        .await;
    let pushed = pushed.expect(201).json();
    let query = world.app.authorize(
        "email",
        &[("request_uri", pushed["request_uri"].as_str().unwrap())],
    );
    let told = answered(&world.browser.get(server, &query).await.expect(303));
    assert_eq!(told["state"], "signed state");
    let tokens = world
        .app
        .redeem(server, &told["code"])
        .await
        .expect(200)
        .json();
    assert_eq!(tokens["scope"], "openid");
}
