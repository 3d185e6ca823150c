//! A whole server in the process, for the targets that ask it by HTTP: the real router over a store in a
//! temporary directory, under a clock that stands still.

use axum::{Router, body::Body, http::Request};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{Core, ManualClock, RealmKey, Secrets, Timestamp};
use http_body_util::BodyExt as _;
use jose::{Algorithm, JwkSet, SealingKey, SigningKey};
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};
use store::OpenOptions;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt as _;

/// What the clock shows.
pub(crate) const NOW: i64 = 1_800_000_000;
const MASTER: [u8; 32] = [7; 32];

/// The one server of this process.
pub(crate) static WORLD: LazyLock<World> = LazyLock::new(World::start);

/// A server with some people, a client that only reads, and one that authenticates by its key.
pub(crate) struct World {
    runtime: Runtime,
    router: Router,
    secrets: Secrets,
    /// A token that may read everything and change nothing.
    pub(crate) token: String,
    /// The client that has the token.
    pub(crate) reader: String,
    /// The client that authenticates by [`Self::key`].
    pub(crate) signer: String,
    /// The key of `signer`.
    pub(crate) key: SigningKey,
    _directory: TempDir,
}

/// An answer, read to its end.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) cache_control: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; null if it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl World {
    fn start() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let directory = TempDir::new().expect("a temporary directory");
        let (core, bootstrap) = runtime.block_on(async {
            let address = format!("sqlite:{}", directory.path().join("fuzz.sqlite3").display());
            let store = store::open(&address, OpenOptions::default()).await;
            let store = store.expect("an empty store");
            let clock = Arc::new(ManualClock::new(Timestamp::from_seconds(NOW)));
            let core = Core::load(store, clock, secrets(), "https://id.example.com").await;
            let core = core.expect("an empty server");
            let bootstrap = core.set_up().await.expect("it is set up");
            (core, bootstrap.expect("the store was empty"))
        });
        let mut world = Self {
            runtime,
            router: server::router(server::App::new(Arc::new(core))),
            secrets: secrets(),
            token: String::new(),
            reader: String::new(),
            signer: String::new(),
            key: SigningKey::generate(Algorithm::Es256).expect("a new key"),
            _directory: directory,
        };
        world.furnish(&bootstrap.client_id, bootstrap.client_secret.expose());
        world
    }

    /// Makes people and clients, as the administrator.
    fn furnish(&mut self, admin: &str, secret: &str) {
        let token = self.get_token(admin, secret, None);
        for name in ["ada", "bob", "cy", "dee", "eve"] {
            let user = json!({
                "schemas": [scim::urn::USER],
                "userName": name,
                "emails": [{ "value": format!("{name}@example.com"), "type": "work" }],
            });
            self.make(&token, "/scim/v2/Users", &user);
        }
        let reader = json!({
            "name": "Reader", "type": "confidential", "service_account": true,
            "grant_types": ["client_credentials"],
        });
        let reader = self.make(&token, "/applications", &reader);
        let signer = json!({
            "name": "Signer", "type": "confidential", "service_account": true,
            "grant_types": ["client_credentials"],
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": JwkSet::from_iter([self.key.public_jwk()]),
        });
        let signer = self.make(&token, "/applications", &signer);
        let text = |of: &Value, name: &str| of[name].as_str().unwrap_or_default().to_owned();
        (self.reader, self.signer) = (text(&reader, "client_id"), text(&signer, "client_id"));
        for client in [&reader, &signer] {
            let path = format!("/applications/{}/assigned-scopes", text(client, "id"));
            self.make(
                &token,
                &path,
                &json!({ "scope": "scim:read", "default": true }),
            );
        }
        self.token = self.get_token(&self.reader, &text(&reader, "client_secret"), None);
    }

    fn get_token(&self, client: &str, secret: &str, scope: Option<&str>) -> String {
        let basic = STANDARD.encode(format!("{client}:{secret}"));
        let scope = scope.map(|scope| format!("&scope={scope}"));
        let form = format!("grant_type=client_credentials{}", scope.unwrap_or_default());
        let request = Request::post(path("/token"))
            .header("authorization", format!("Basic {basic}"))
            .header("content-type", oauth::form::MEDIA_TYPE);
        let answer = self.send(request.body(Body::from(form)).expect("a request"));
        let token = answer.json()["access_token"].as_str().map(str::to_owned);
        token.unwrap_or_else(|| panic!("no token: {answer:?}"))
    }

    fn make(&self, token: &str, below: &str, body: &Value) -> Value {
        let request = Request::post(path(below))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json");
        let answer = self.send(
            request
                .body(Body::from(body.to_string()))
                .expect("a request"),
        );
        assert_eq!(answer.status, 201, "{below}: {}", answer.json());
        answer.json()
    }

    /// Sends a request and waits for the whole answer.
    pub(crate) fn send(&self, request: Request<Body>) -> Answer {
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await;
            let (parts, body) = response.unwrap_or_else(|never| match never {}).into_parts();
            let body = body.collect().await.expect("a body").to_bytes().to_vec();
            let header = |name: &str| {
                let value = parts.headers.get(name).map(|value| value.to_str());
                value.and_then(Result::ok).unwrap_or_default().to_owned()
            };
            Answer {
                status: parts.status.as_u16(),
                content_type: header("content-type"),
                cache_control: header("cache-control"),
                body,
            }
        })
    }

    /// A GET with the token of [`Self::token`].
    pub(crate) fn get(&self, below: &str) -> Answer {
        let request =
            Request::get(path(below)).header("authorization", format!("Bearer {}", self.token));
        self.send(request.body(Body::empty()).expect("a request"))
    }

    /// What seals the server's cursors.
    pub(crate) fn cursors(&self) -> &SealingKey {
        self.secrets.cursors()
    }
}

fn secrets() -> Secrets {
    Secrets::derive(&MASTER).expect("keys can be derived")
}

/// The address of something in the realm.
pub(crate) fn path(below: &str) -> String {
    format!("{}{below}", RealmKey::system().path())
}
