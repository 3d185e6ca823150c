//! An OpenID provider in the test's process, which can be told to misbehave.

use crate::support::{Answer, Browser, CALLBACK, Client, Page, Person, START, TestServer};
use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{
    Outbound, OutboundAnswer, OutboundError, OutboundMethod, OutboundRefusal, OutboundRequest,
};
use jose::{Algorithm, JwkSet, SigningKey, base64url};
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

pub(crate) const ISSUER: &str = "https://op.example.org/tenant";
const CLIENT: &str = "ambit at op";
const SECRET: &str = "hush: hush%";

/// Changes the claims of an ID token.
type Change = Box<dyn Fn(&mut Map<String, Value>) + Send>;

/// How the next ID tokens are signed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signed {
    Well,
    ByAnother,
    WithUnknownKey,
    Not,
}

/// The provider.
pub(crate) struct Provider {
    key: SigningKey,
    other: SigningKey,
    pub(crate) metadata: Mutex<Value>,
    pub(crate) claims: Mutex<Change>,
    pub(crate) signed: Mutex<Signed>,
    pub(crate) userinfo: Mutex<Value>,
    /// What was asked last: the parameters of the authorization request.
    asked: Mutex<BTreeMap<String, String>>,
    /// Every request, by its path.
    seen: Mutex<Vec<String>>,
}

impl Provider {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            key: SigningKey::generate(Algorithm::Es256).unwrap(),
            other: SigningKey::generate(Algorithm::Es256).unwrap(),
            metadata: Mutex::new(json!({
                "issuer": ISSUER,
                "authorization_endpoint": format!("{ISSUER}/authorize?tenant=1"),
                "token_endpoint": format!("{ISSUER}/token"),
                "jwks_uri": format!("{ISSUER}/jwks"),
                "userinfo_endpoint": format!("{ISSUER}/userinfo"),
                "authorization_response_iss_parameter_supported": true,
            })),
            claims: Mutex::new(Box::new(|_| {})),
            signed: Mutex::new(Signed::Well),
            userinfo: Mutex::new(json!({
                "sub": "248289", "email": "ada@example.com", "email_verified": true,
                "preferred_username": "ada", "given_name": "Ada", "locale": 7,
            })),
            asked: Mutex::default(),
            seen: Mutex::default(),
        })
    }

    /// How often a path was asked.
    pub(crate) fn count(&self, path: &str) -> usize {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|seen| *seen == path).count()
    }

    /// A provider, a server that asks it, a person there, and the provider's id there.
    pub(crate) async fn beside_ada(
        creates_identities: bool,
    ) -> (Arc<Self>, TestServer, Person, String) {
        let op = Self::new();
        let server = TestServer::start_asking(op.clone()).await;
        let ada = server.add_person("ada").await;
        let id = op.register(&server, creates_identities).await;
        (op, server, ada, id)
    }

    /// Registers it with the realm; answers its id there.
    pub(crate) async fn register(&self, server: &TestServer, creates_identities: bool) -> String {
        let made = self.register_as("Corporate", server, creates_identities);
        made.await["id"].as_str().unwrap().to_owned()
    }

    /// The same by a name; answers the object.
    pub(crate) async fn register_as(
        &self,
        name: &str,
        server: &TestServer,
        creates_identities: bool,
    ) -> Value {
        self.register_in(name, server, &server.admin, creates_identities)
            .await
    }

    /// The same with the realm whose administrator is given.
    pub(crate) async fn register_in(
        &self,
        name: &str,
        server: &TestServer,
        admin: &Client,
        creates_identities: bool,
    ) -> Value {
        let body = json!({
            "name": name, "issuer": ISSUER, "client_id": CLIENT, "client_secret": SECRET,
            "scopes": ["email"], "creates_identities": creates_identities,
            "attributes": {
                "email": "emails.value", "given_name": "name.givenName", "locale": "locale",
            },
        });
        let path = admin.path("/identity-providers");
        let token = admin.token(server, None).await;
        let made = server.call("POST", &path, &token, Some(body)).await;
        made.expect(201).json()
    }

    /// Goes from the sign-in page of an application to the provider, and signs in there; answers
    /// where the provider sends the browser.
    pub(crate) async fn sign_in(
        &self,
        server: &TestServer,
        browser: &Browser,
        app: &Client,
        id: &str,
        more: &[(&str, &str)],
    ) -> String {
        let page = browser.go(server, &app.authorize("openid", more)).await;
        self.press(server, browser, &page.expect(200), id).await
    }

    /// The same from a sign-in page that is shown already.
    pub(crate) async fn press(
        &self,
        server: &TestServer,
        browser: &Browser,
        page: &Answer,
        id: &str,
    ) -> String {
        assert!(page.text().contains("Corporate"), "{}", page.text());
        let action = format!("provider:{id}");
        let page = Page::of(page);
        let onward = browser.press(server, &page, &action, &[]).await.expect(200);
        self.answer(&onward)
    }

    /// Signs in by the page that leads here.
    pub(crate) fn answer(&self, onward: &Answer) -> String {
        let text = onward.text();
        let (_, rest) = text.split_once("class=\"button\" href=\"").expect("a link");
        let (href, _) = rest.split_once('"').unwrap();
        self.authorize(&href.replace("&#38;", "&").replace("&amp;", "&"))
    }

    /// Signs in by an authorization request; answers where the browser is sent.
    pub(crate) fn authorize(&self, address: &str) -> String {
        let (endpoint, query) = address.split_once('?').unwrap();
        assert_eq!(endpoint, format!("{ISSUER}/authorize"));
        let asked: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        assert_eq!(
            asked["tenant"], "1",
            "what the endpoint has of its own stays"
        );
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], CLIENT);
        assert_eq!(asked["scope"], "openid email");
        assert_eq!(asked["code_challenge_method"], "S256");
        let callback = form_urlencoded::Serializer::new(String::new())
            .append_pair("code", "the code")
            .append_pair("state", &asked["state"])
            .append_pair("iss", ISSUER)
            .finish();
        let (_, path) = asked["redirect_uri"].split_once("example.com").unwrap();
        let path = format!("{path}?{callback}");
        *self.asked.lock().unwrap() = asked;
        path
    }

    /// What was asked last.
    pub(crate) fn asked(&self, name: &str) -> Option<String> {
        self.asked.lock().unwrap().get(name).cloned()
    }

    fn token(&self, form: &[(String, String)], basic: &str) -> Value {
        let form: BTreeMap<&str, &str> = form
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        // RFC 6749 §2.3.1: form-encoded first.
        let pair = STANDARD.encode("ambit+at+op:hush%3A+hush%25");
        assert_eq!(basic, format!("Basic {pair}"));
        assert_eq!(form["code"], "the code");
        let verifier = base64url::encode(jose::sha256(form["code_verifier"].as_bytes()));
        assert_eq!(Some(verifier), self.asked("code_challenge"));
        assert_eq!(
            Some(form["redirect_uri"]),
            self.asked("redirect_uri").as_deref()
        );
        json!({
            "access_token": "upstream token", "token_type": "Bearer", "id_token": self.id_token(),
        })
    }

    fn id_token(&self) -> String {
        let now = START.seconds();
        let claims = json!({
            "iss": ISSUER, "sub": "248289", "aud": CLIENT, "iat": now, "exp": now + 3600,
            "nonce": self.asked("nonce"),
        });
        let mut claims = claims.as_object().unwrap().clone();
        self.claims.lock().unwrap()(&mut claims);
        let claims = Value::Object(claims).to_string();
        match *self.signed.lock().unwrap() {
            Signed::Well => self.key.sign_compact("JWT", claims.as_bytes()).unwrap(),
            Signed::WithUnknownKey => self.other.sign_compact("JWT", claims.as_bytes()).unwrap(),
            Signed::ByAnother => {
                let good = self.key.sign_compact("JWT", claims.as_bytes()).unwrap();
                let bad = self.other.sign_compact("JWT", claims.as_bytes()).unwrap();
                let (body, _) = good.rsplit_once('.').unwrap();
                let (_, signature) = bad.rsplit_once('.').unwrap();
                format!("{body}.{signature}")
            }
            Signed::Not => {
                let header = base64url::encode(r#"{"alg":"none","typ":"JWT"}"#);
                format!("{header}.{}.", base64url::encode(claims))
            }
        }
    }
}

#[async_trait]
impl Outbound for Provider {
    async fn send(&self, request: OutboundRequest) -> Result<OutboundAnswer, OutboundError> {
        let unknown = || OutboundError::new(OutboundRefusal::Unreachable, "nobody is there");
        let path = request
            .url
            .strip_prefix(ISSUER)
            .ok_or_else(unknown)?
            .to_owned();
        self.seen.lock().unwrap().push(path.clone());
        let credentials = request
            .headers
            .iter()
            .find(|(name, _)| *name == "authorization");
        let credentials = credentials.map(|(_, value)| value.expose_secret().to_owned());
        let credentials = credentials.unwrap_or_default();
        let body = match (&request.method, path.as_str()) {
            (OutboundMethod::Get, "/.well-known/openid-configuration") => {
                self.metadata.lock().unwrap().clone()
            }
            (OutboundMethod::Get, "/jwks") => {
                let set: JwkSet = [self.key.public_jwk()].into_iter().collect();
                serde_json::to_value(set).unwrap()
            }
            (OutboundMethod::Get, "/userinfo") => {
                assert_eq!(credentials, "Bearer upstream token");
                self.userinfo.lock().unwrap().clone()
            }
            (OutboundMethod::PostForm(form), "/token") => self.token(form, &credentials),
            _ => return Err(unknown()),
        };
        Ok(OutboundAnswer {
            status: 200,
            content_type: Some("application/json".to_owned()),
            body: body.to_string().into_bytes(),
        })
    }
}

/// Whether a browser is asked for consent, or sent back to the application: someone is signed in.
pub(crate) fn is_signed_in(answer: &Answer) -> bool {
    answer.text().contains("value=\"allow\"") || answer.header("location").starts_with(CALLBACK)
}
