//! PKCE (RFC 7636, RFC 9700 §2.1.1 and §4.8.2; A4, A5, REG-04): every challenge with every verifier, in every way to
//! ask, by every kind of client.

use crate::{
    signer::{Signer, public},
    support::{Answer, Browser, CALLBACK, CHALLENGE, Client, TestServer, VERIFIER, answered},
};
use serde_json::json;

/// What an authorization request says of a challenge.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Challenge {
    None,
    S256,
    Plain,
}

/// How it is sent.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    Query,
    Pushed,
    Signed,
    PushedAndSigned,
}

/// A client, and whether it has a secret.
struct App {
    client: Client,
    is_public: bool,
    signer: Signer,
}

impl App {
    async fn new(server: &TestServer, is_public: bool, require_pkce: bool) -> Self {
        let signer = Signer::new();
        let jwks = signer.jwks();
        let client = server.add_app(&["openid"], |app| {
            if is_public {
                public(app);
            }
            app.openid.require_pkce = require_pkce;
            app.jwks = Some(jwks);
            app.assigned[0].consent_required = false;
        });
        Self {
            client: client.await,
            is_public,
            signer,
        }
    }

    async fn post(&self, server: &TestServer, path: &str, form: &[(&str, &str)]) -> Answer {
        if !self.is_public {
            return self.client.post(server, path, form).await;
        }
        let mut form = form.to_vec();
        form.retain(|(name, _)| *name != "client_id");
        form.push(("client_id", &self.client.id));
        server.post_form(&self.client.path(path), &[], &form).await
    }

    /// Asks for a code, of a browser where everything is allowed; says the error where there is none.
    async fn ask(
        &self,
        server: &TestServer,
        browser: &Browser,
        challenge: Challenge,
        way: Way,
    ) -> Result<String, String> {
        let (text, method) = match challenge {
            Challenge::None => ("", ""),
            Challenge::S256 => (CHALLENGE, "S256"),
            Challenge::Plain => (VERIFIER, "plain"),
        };
        let own = [
            ("code_challenge", text),
            ("code_challenge_method", method),
            ("prompt", "none"),
        ];
        let object = || {
            let claims = own.map(|(name, value)| match value {
                "" => (name, serde_json::Value::Null),
                value => (name, json!(value)),
            });
            self.signer.request(server, &self.client, &claims)
        };
        let query = match way {
            Way::Query => self.client.authorize("openid", &own),
            // What stands beside a request object does not count: a good challenge there is none.
            Way::Signed => self.client.authorize("openid", &[("request", &object())]),
            Way::Pushed | Way::PushedAndSigned => {
                let object = object();
                let mut form = match way {
                    Way::Pushed => vec![
                        ("redirect_uri", CALLBACK),
                        ("response_type", "code"),
                        ("scope", "openid"),
                        ("client_id", self.client.id.as_str()),
                    ],
                    _ => vec![("request", object.as_str())],
                };
                if way == Way::Pushed {
                    form.extend(own.iter().filter(|(_, value)| !value.is_empty()));
                }
                let pushed = self.post(server, "/par", &form).await;
                if pushed.status != 201 {
                    return Err(pushed.error());
                }
                let uri = pushed.json()["request_uri"].as_str().unwrap().to_owned();
                self.client.authorize("openid", &[("request_uri", &uri)])
            }
        };
        let told = answered(&browser.get(server, &query).await.expect(303));
        match told.get("code") {
            Some(code) => Ok(code.clone()),
            None => Err(told["error"].clone()),
        }
    }

    async fn redeem(&self, server: &TestServer, code: &str, verifier: Option<&str>) -> Answer {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
        ];
        form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        self.post(server, "/token", &form).await
    }
}

/// What a token request may say of a verifier; only the second is right.
fn verifiers() -> Vec<Option<String>> {
    vec![
        None,
        Some(VERIFIER.to_owned()),
        Some("aBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned()),
        Some(CHALLENGE.to_owned()),
        Some(VERIFIER[..42].to_owned()),
        Some("x".repeat(129)),
        Some(format!("{VERIFIER} ")),
        Some(VERIFIER.to_lowercase()),
    ]
}

#[tokio::test]
async fn reg_04_every_challenge_with_every_verifier() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let browser = Browser::new();
    let first = App::new(&server, false, true).await;
    first
        .client
        .code_in(&server, &browser, &ada, "openid")
        .await;
    let mut cells = 0;
    for (is_public, require) in [(true, true), (true, false), (false, true), (false, false)] {
        let app = App::new(&server, is_public, require).await;
        for way in [Way::Query, Way::Pushed, Way::Signed, Way::PushedAndSigned] {
            let said = format!("public {is_public}, required {require}, {way:?}");
            let plain = app.ask(&server, &browser, Challenge::Plain, way).await;
            assert_eq!(plain, Err("invalid_request".to_owned()), "A4: {said}");
            let none = app.ask(&server, &browser, Challenge::None, way).await;
            cells += 2 * verifiers().len();
            if is_public || require {
                assert_eq!(none, Err("invalid_request".to_owned()), "A4: {said}");
            } else {
                let code = none.unwrap();
                // A5: a verifier for what was not challenged.
                for verifier in verifiers().iter().flatten() {
                    app.redeem(&server, &code, Some(verifier)).await.expect(400);
                }
                app.redeem(&server, &code, None).await.expect(200);
            }
            let code = app
                .ask(&server, &browser, Challenge::S256, way)
                .await
                .expect(&said);
            for verifier in verifiers() {
                if verifier.as_deref() != Some(VERIFIER) {
                    let refused = app.redeem(&server, &code, verifier.as_deref()).await;
                    assert_eq!(refused.status, 400, "A5: {said} {verifier:?}");
                }
                cells += 1;
            }
            // B2: what proved nothing took nothing.
            app.redeem(&server, &code, Some(VERIFIER)).await.expect(200);
        }
    }
    assert_eq!(cells, 4 * 4 * 3 * verifiers().len());
}

/// A4: only `require_pkce` of a confidential client can be switched off, and for that client only.
#[tokio::test]
async fn a4_pkce_is_switched_off_for_one_confidential_client() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let browser = Browser::new();
    let [off, on] = [
        App::new(&server, false, false).await,
        App::new(&server, false, true).await,
    ];
    on.client.code_in(&server, &browser, &ada, "openid").await;
    for way in [Way::Query, Way::Pushed, Way::Signed] {
        off.ask(&server, &browser, Challenge::None, way)
            .await
            .unwrap();
        on.ask(&server, &browser, Challenge::None, way)
            .await
            .unwrap_err();
    }
    // It was switched on between the push and the request.
    let pushed = [
        ("client_id", off.client.id.as_str()),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("prompt", "none"),
        ("scope", "openid"),
    ];
    let uri = off.post(&server, "/par", &pushed).await.expect(201).json()["request_uri"].clone();
    server
        .change_client(&off.client, |app| app.openid.require_pkce = true)
        .await;
    let query = off
        .client
        .authorize("openid", &[("request_uri", uri.as_str().unwrap())]);
    let told = answered(&browser.get(&server, &query).await.expect(303));
    assert_eq!(told["error"], "invalid_request");
}

/// A5 for devices (CVE-2026-123542): where there is no challenge there is nothing that seems to be checked.
#[tokio::test]
async fn a5_a_device_has_no_proof_key() {
    let server = TestServer::start().await;
    let app = App::new(&server, true, true).await;
    for (name, value) in [
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ] {
        let form = [("scope", "openid"), (name, value)];
        let refused = app
            .post(&server, "/device_authorization", &form)
            .await
            .expect(400);
        assert_eq!(refused.error(), "invalid_request");
    }
}
