//! REG-07, J7, V7: everything that this server or a client signs or makes, at every place that takes such a thing.
//! What is expected to open is listed; everything else must not.

use crate::{
    logout::Applications,
    own_pages::{press, signed_in},
    signer::{Signer, request_claims},
    support::{Browser, Client, Registered, TestServer, answered},
};
use domain::config::{AccessTokenFormat, Application};
use jose::Algorithm;
use oauth::{CLIENT_ASSERTION_TYPE_JWT, GrantType, TokenEndpointAuthMethod};
use serde_json::{Value, json};
use std::sync::Arc;

/// Where something is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Introspect,
    Revoke,
    UserInfo,
    Scim,
    Me,
    Management,
    Code,
    Refresh,
    Device,
    IdTokenHint,
    ClientAssertion,
    ClientSecret,
    RequestObject,
    RequestUri,
    UserCode,
    Session,
    LogoutHint,
    SetUp,
    Registration,
}

const PLACES: [Place; 19] = [
    Place::Introspect,
    Place::Revoke,
    Place::UserInfo,
    Place::Scim,
    Place::Me,
    Place::Management,
    Place::Code,
    Place::Refresh,
    Place::Device,
    Place::IdTokenHint,
    Place::ClientAssertion,
    Place::ClientSecret,
    Place::RequestObject,
    Place::RequestUri,
    Place::UserCode,
    Place::Session,
    Place::LogoutHint,
    Place::SetUp,
    Place::Registration,
];

/// Where each thing opens; nothing opens anywhere else.
const EXPECTED: &[(&str, &[Place])] = &[
    (
        "JWT of a client",
        &[Place::Introspect, Place::Scim, Place::Management],
    ),
    (
        "opaque token of a client",
        &[Place::Introspect, Place::Scim, Place::Management],
    ),
    (
        "JWT of a person",
        &[Place::Introspect, Place::UserInfo, Place::Me],
    ),
    (
        "opaque token of a person",
        &[Place::Introspect, Place::UserInfo, Place::Me],
    ),
    ("management token", &[Place::Scim, Place::Management]),
    ("ID token", &[Place::IdTokenHint, Place::LogoutHint]),
    ("logout token", &[]),
    ("signed claims of /userinfo", &[]),
    ("refresh token", &[Place::Refresh]),
    ("code", &[Place::Code]),
    ("device code", &[]),
    ("user code", &[Place::UserCode]),
    ("request_uri", &[Place::RequestUri]),
    ("client assertion", &[Place::ClientAssertion]),
    ("request object", &[Place::RequestObject]),
    ("request object without a type", &[Place::RequestObject]),
    ("client secret", &[Place::ClientSecret]),
    ("session cookie", &[Place::Session]),
    ("browser cookie", &[]),
    ("set-up link", &[Place::SetUp]),
    ("registration access token", &[Place::Registration]),
];

struct World {
    server: TestServer,
    browser: Browser,
    /// Authenticates by a secret, signs requests, and has everything.
    app: Client,
    /// The same with assertions; its key is the same.
    signing: Client,
    /// One that registered itself.
    registered: Registered,
    things: Vec<(&'static str, String)>,
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

impl World {
    async fn new() -> Self {
        let applications = Arc::new(Applications::default());
        let server = TestServer::start_asking(applications.clone()).await;
        let ada = server.add_person("ada").await;
        let (signer, browser) = (Signer::new(), Browser::new());
        let everything = |jwks: Value| {
            move |app: &mut Application| {
                app.jwks = Some(jwks);
                app.service_account = true;
                app.grant_types.push(GrantType::ClientCredentials);
                app.openid.userinfo_signed_response_alg = Some(Algorithm::Es256);
                app.openid.backchannel_logout_uri = Some("https://client.example.com/told".into());
                app.assigned
                    .iter_mut()
                    .for_each(|assigned| assigned.consent_required = false);
            }
        };
        let scopes = ["openid", "email", "scim:read", "scopes:read"];
        let app = server.add_app(&scopes, everything(signer.jwks())).await;
        let signing = server.add_app(&scopes, everything(signer.jwks())).await;
        let by_assertion = |app: &mut Application| {
            app.auth_method = TokenEndpointAuthMethod::PrivateKeyJwt;
            app.secrets.clear();
        };
        server.change_client(&signing, by_assertion).await;
        let own = app.token(&server, Some("scim:read scopes:read")).await;
        let code = app.code_in(&server, &browser, &ada, "openid email").await;
        let tokens = app.redeem(&server, &code).await.expect(200).json();
        let userinfo = app.path("/userinfo");
        let signed = server
            .call("GET", &userinfo, &text(&tokens, "access_token"), None)
            .await;
        assert_eq!(signed.header("content-type"), "application/jwt");
        let opaque = |format| move |app: &mut Application| app.access_token_format = format;
        server
            .change_client(&app, opaque(AccessTokenFormat::Opaque))
            .await;
        let own_opaque = app.token(&server, Some("scim:read scopes:read")).await;
        let code = app.code_in(&server, &browser, &ada, "openid email").await;
        let opaque_tokens = app.redeem(&server, &code).await.expect(200).json();
        server
            .change_client(&app, opaque(AccessTokenFormat::Jwt))
            .await;
        let code = app.code_in(&server, &browser, &ada, "openid email").await;
        let now = server.core.now().seconds();
        let assertion = json!({
            "iss": signing.id, "sub": signing.id, "aud": server.snapshot().issuer().as_str(),
            "iat": now, "exp": now + 60, "jti": "once",
        });
        let mut request = request_claims(&server, &app);
        request["prompt"] = json!("none");
        let claims = request.as_object().unwrap().clone();
        let pushed: Vec<(&str, &str)> = claims
            .iter()
            .filter(|(name, _)| !["iss", "aud", "iat", "exp"].contains(&name.as_str()))
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect();
        let pushed = app.post(&server, "/par", &pushed).await.expect(201).json();
        let device = app
            .post(&server, "/device_authorization", &[("scope", "openid")])
            .await
            .expect(200)
            .json();
        server.open_registration(&["openid"]).await;
        let registered = server.registered(json!({})).await;
        let things = vec![
            ("JWT of a client", own),
            ("opaque token of a client", own_opaque),
            ("JWT of a person", text(&tokens, "access_token")),
            (
                "opaque token of a person",
                text(&opaque_tokens, "access_token"),
            ),
            ("management token", server.admin_token().await),
            ("ID token", text(&tokens, "id_token")),
            (
                "logout token",
                logout_token(&server, &app, &applications).await,
            ),
            ("signed claims of /userinfo", signed.text()),
            ("refresh token", text(&tokens, "refresh_token")),
            ("code", code),
            ("device code", text(&device, "device_code")),
            ("user code", text(&device, "user_code")),
            ("request_uri", text(&pushed, "request_uri")),
            ("client assertion", signer.sign("JWT", &assertion)),
            (
                "request object",
                signer.sign("oauth-authz-req+jwt", &request),
            ),
            (
                "request object without a type",
                signer.sign("JWT", &request),
            ),
            ("client secret", app.secret.clone()),
            ("session cookie", browser.cookie("session").unwrap()),
            ("browser cookie", browser.cookie("browser").unwrap()),
            ("set-up link", set_up(&server).1.to_owned()),
            ("registration access token", registered.token.clone()),
        ];
        Self {
            server,
            browser,
            app,
            signing,
            registered,
            things,
        }
    }

    async fn get(&self, path: &str, token: &str) -> bool {
        self.server
            .call("GET", &self.app.path(path), token, None)
            .await
            .status
            == 200
    }

    async fn token(&self, grant: &str, name: &str, thing: &str) -> bool {
        let form = [
            ("grant_type", grant),
            (name, thing),
            ("redirect_uri", crate::support::CALLBACK),
            ("code_verifier", crate::support::VERIFIER),
        ];
        let form = if name == "code" {
            &form[..]
        } else {
            &form[..2]
        };
        self.app.post(&self.server, "/token", form).await.status == 200
    }

    /// Whether a silent request with this leads to a code.
    async fn has_code(&self, more: &[(&str, &str)]) -> bool {
        let mut parameters = vec![("prompt", "none")];
        parameters.extend(more);
        let answer = self
            .browser
            .get(&self.server, &self.app.authorize("openid", &parameters))
            .await;
        answer.header("location").contains('?') && answered(&answer).contains_key("code")
    }

    async fn opens(&self, place: Place, thing: &str) -> bool {
        let Self { server, app, .. } = self;
        match place {
            Place::Introspect => {
                app.introspect(server, thing).await.expect(200).json()["active"] == true
            }
            // It always says 200: what it did shows in what opens afterwards.
            Place::Revoke => {
                self.signing_revoke(thing).await;
                false
            }
            Place::UserInfo => self.get("/userinfo", thing).await,
            Place::Scim => self.get("/scim/v2/Users", thing).await,
            Place::Me => self.get("/scim/v2/Me", thing).await,
            Place::Management => self.get("/scopes", thing).await,
            Place::Code => self.token("authorization_code", "code", thing).await,
            Place::Refresh => self.token("refresh_token", "refresh_token", thing).await,
            Place::Device => {
                self.token(
                    "urn:ietf:params:oauth:grant-type:device_code",
                    "device_code",
                    thing,
                )
                .await
            }
            Place::IdTokenHint => self.has_code(&[("id_token_hint", thing)]).await,
            Place::ClientAssertion => {
                let form = [
                    ("grant_type", "client_credentials"),
                    ("scope", "scim:read"),
                    ("client_assertion_type", CLIENT_ASSERTION_TYPE_JWT),
                    ("client_assertion", thing),
                ];
                server
                    .post_form(&app.path("/token"), &[], &form)
                    .await
                    .status
                    == 200
            }
            Place::ClientSecret => {
                let impostor = Client {
                    secret: thing.to_owned(),
                    ..app.clone()
                };
                impostor.ask(server, Some("scim:read")).await.status == 200
            }
            Place::RequestObject => self.has_code(&[("request", thing)]).await,
            Place::RequestUri => self.has_code(&[("request_uri", thing)]).await,
            Place::UserCode => {
                let typed = [("user_code", thing)];
                let path = app.path("/device");
                Browser::new().post(server, &path, &typed).await.status == 303
            }
            Place::Session => self.signs_in(thing).await,
            Place::LogoutHint => {
                let hint = query("id_token_hint", thing);
                let path = app.path(&format!("/logout?{hint}"));
                Browser::new().get(server, &path).await.status == 200
            }
            Place::SetUp => {
                let path = format!("{}?{}", set_up(server).0, query("link", thing));
                Browser::new().get(server, &path).await.status == 200
            }
            Place::Registration => {
                let registration = &self.registered.path;
                server.call("GET", registration, thing, None).await.status == 200
            }
        }
    }

    /// Whether somebody is signed in by a cookie.
    async fn signs_in(&self, session: &str) -> bool {
        let thief = Browser::new();
        thief.get(&self.server, &self.app.path("/device")).await;
        let realm = self.app.realm.short_name();
        thief.add_cookie(&format!("__Host-ambit-session-{realm}"), session);
        let silent = self.app.authorize("openid", &[("prompt", "none")]);
        let answer = thief.get(&self.server, &silent).await;
        answered(&answer).contains_key("code")
    }

    /// Another client's revocation touches nothing of the first one's.
    async fn signing_revoke(&self, thing: &str) {
        let other = self.server.add_client(&[], |_| {}).await;
        other.revoke(&self.server, thing).await.expect(200);
        assert_ne!(other.id, self.signing.id);
    }
}

/// What the application is told when somebody signs out.
async fn logout_token(server: &TestServer, app: &Client, applications: &Applications) -> String {
    let bob = server.add_person("bob").await;
    let browser = signed_in(server, &bob).await;
    app.code_in(server, &browser, &bob, "openid").await;
    press(server, &browser, &app.path("/account"), "sign-out", &[])
        .await
        .expect(200);
    applications.told(1).await.remove(0).1
}

/// The page of the set-up link, and the link's handle.
fn set_up(server: &TestServer) -> (&str, &str) {
    server.set_up.split_once("?link=").unwrap()
}

fn query(name: &str, value: &str) -> String {
    form_urlencoded::Serializer::new(String::new())
        .append_pair(name, value)
        .finish()
}

#[tokio::test]
async fn reg_07_each_thing_at_each_place() {
    let world = World::new().await;
    let expected = |what: &str| -> &[Place] {
        let found = EXPECTED.iter().find(|(name, _)| *name == what);
        found.expect("every thing has a row").1
    };
    assert_eq!(world.things.len(), EXPECTED.len());
    // First everything that must not open, so that nothing is used up by then.
    for (what, thing) in &world.things {
        for place in PLACES
            .iter()
            .filter(|place| !expected(what).contains(place))
        {
            assert!(!world.opens(*place, thing).await, "{what} opens {place:?}");
        }
    }
    for (what, thing) in &world.things {
        for place in expected(what) {
            assert!(
                world.opens(*place, thing).await,
                "{what} does not open {place:?}"
            );
        }
    }
}
