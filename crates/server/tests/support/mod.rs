//! A whole server in the test's process: the real router over a store in a temporary directory,
//! with a clock that stands still until it is turned.
//!
//! Each test file uses what it needs of it.
#![allow(dead_code, unused_imports, unreachable_pub)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod answer;
mod browser;
mod client;
mod dice;
mod faulty_store;
mod grant;
mod kept;
mod late;
mod own;
mod people;
mod registration;
mod scope;
mod twins;

pub use answer::Answer;
pub use browser::{Browser, Page, answered, attribute, checkboxes};
pub use client::{Client, assignment, new_secret};
pub use dice::Dice;
pub use faulty_store::FaultyStore;
pub use grant::Grant;
pub use own::Own;
pub use people::{CALLBACK, CHALLENGE, PASSWORD, Person, VERIFIER, claims};
pub use registration::{Registered, metadata};

use axum::{Router, body::Body};
use domain::{
    Core, ManualClock, Outbound, RealmKey, Secrets, Timestamp,
    access::Caller,
    management::{Creatable, Deletable, Object, Target, table},
    snapshot::RealmSnapshot,
    tokens::AuthenticateError,
};
use http::Request;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use store::OpenOptions;
use tempfile::TempDir;
use tower::ServiceExt;

/// The public base URL of every test server.
pub const BASE_URL: &str = "https://id.example.com";
/// What every test's clock shows at first.
pub const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// A server, set up with its system realm.
pub struct TestServer {
    pub core: Arc<Core>,
    pub clock: Arc<ManualClock>,
    pub store: Arc<FaultyStore>,
    /// The administrator's client of the system realm: it may be granted every scope that needs
    /// no person.
    pub admin: Client,
    /// The path of the first administrator's set-up link.
    pub set_up: String,
    router: Router,
    address: String,
    directory: TempDir,
}

impl TestServer {
    /// A server as it is after its first start.
    pub async fn start() -> Self {
        let directory = TempDir::new().unwrap();
        Self::start_on(sqlite_in(&directory), directory).await
    }

    /// The same with a way to servers elsewhere.
    pub async fn start_asking(outbound: Arc<dyn Outbound>) -> Self {
        Self::start_as(|core| core.with_outbound(outbound)).await
    }

    /// The same, changed before it begins.
    pub async fn start_as(change: impl FnOnce(Core) -> Core) -> Self {
        let directory = TempDir::new().unwrap();
        let (address, clock) = (sqlite_in(&directory), Arc::new(ManualClock::new(START)));
        let (core, store) = load(&address, &clock, OpenOptions::default()).await;
        let core = change(core);
        let bootstrap = core.set_up().await.unwrap().expect("the store was empty");
        let stopped = Stopped {
            clock,
            set_up: path_of(&bootstrap.set_up),
            admin: Client::from(bootstrap),
            address,
            directory,
        };
        stopped.serve(core, store)
    }

    /// The same on a store of the test's own, which is empty.
    pub async fn start_on(address: String, directory: TempDir) -> Self {
        let clock = Arc::new(ManualClock::new(START));
        let (core, store) = load(&address, &clock, OpenOptions::default()).await;
        let bootstrap = core.set_up().await.unwrap().expect("the store was empty");
        let stopped = Stopped {
            clock,
            set_up: path_of(&bootstrap.set_up),
            admin: Client::from(bootstrap),
            address,
            directory,
        };
        stopped.serve(core, store)
    }

    /// The same server after a stop and a start.
    pub async fn restart(self) -> Self {
        let stopped = self.stop();
        let (core, store) = load(&stopped.address, &stopped.clock, OpenOptions::default()).await;
        stopped.serve(core, store)
    }

    fn stop(self) -> Stopped {
        let Self {
            clock,
            admin,
            set_up,
            address,
            directory,
            ..
        } = self;
        Stopped {
            clock,
            admin,
            set_up,
            address,
            directory,
        }
    }

    /// Sends a request and waits for the whole answer.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let said = format!("{} {}", request.method(), request.uri());
        let response = self.router.clone().oneshot(request).await.unwrap();
        Answer::read(said, response).await
    }

    /// Sends a request with a token and, if given, a JSON body.
    pub async fn call(&self, method: &str, path: &str, token: &str, body: Option<Value>) -> Answer {
        self.call_with(method, path, token, &[], body).await
    }

    /// The same, with the given headers besides.
    pub async fn call_with(
        &self,
        method: &str,
        path: &str,
        token: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = match body {
            Some(body) => {
                let request = request.header("content-type", "application/json");
                request.body(Body::from(body.to_string()))
            }
            None => request.body(Body::empty()),
        };
        self.send(request.unwrap()).await
    }

    /// Sends a GET request without a token.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// Sends a form, with the given headers besides.
    pub async fn post_form(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        form: &[(&str, &str)],
    ) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let mut request =
            Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// The system realm as it is now.
    pub fn snapshot(&self) -> Arc<RealmSnapshot> {
        self.snapshot_of(&RealmKey::system())
    }

    /// A realm as it is now.
    pub fn snapshot_of(&self, realm: &RealmKey) -> Arc<RealmSnapshot> {
        self.core.realm_by_key(realm).expect("the realm exists")
    }

    /// A token of the administrator's, with every scope that it may have.
    pub async fn admin_token(&self) -> String {
        self.admin.token(self, None).await
    }

    /// The caller that a good token of the system realm authenticates.
    pub async fn caller(&self, token: &str) -> Caller {
        self.authenticate(&RealmKey::system(), token).await.unwrap()
    }

    /// Revokes the token of a caller of the system realm, as its administrator.
    pub async fn withdraw(&self, caller: &Caller) {
        let admin = self.caller(&self.admin_token().await).await;
        let permit = admin.permit_operation().unwrap();
        let target = Target::new([("id".to_owned(), caller.token().key.to_string())]);
        table::Tokens::delete(&self.core, &permit, &target, &Default::default())
            .await
            .unwrap();
    }

    /// Presents a token to a realm.
    pub async fn authenticate(
        &self,
        realm: &RealmKey,
        token: &str,
    ) -> Result<Caller, AuthenticateError> {
        let header = format!("Bearer {token}");
        let bearer = oauth::bearer::extract(&[&header]).unwrap().unwrap();
        self.core
            .authenticate(&self.snapshot_of(realm), &bearer.into())
            .await
    }

    /// Another server over the same store, which remembers nothing.
    pub async fn cold(&self) -> Core {
        self.cold_at(BASE_URL).await
    }

    /// The same at another address.
    pub async fn cold_at(&self, base_url: &str) -> Core {
        let clock = self.clock.clone();
        Core::load(self.store.clone(), clock, secrets(), base_url)
            .await
            .unwrap()
    }

    /// Whether any file of the store has the bytes of `text` in it.
    pub fn is_stored(&self, text: &str) -> bool {
        let files = std::fs::read_dir(self.directory.path()).unwrap();
        files
            .map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .any(|content| {
                content
                    .windows(text.len())
                    .any(|window| window == text.as_bytes())
            })
    }

    /// Makes a tenant with a realm; answers the realm's administrator.
    pub async fn add_realm(&self, tenant: &str, realm: &str) -> Client {
        let caller = self.caller(&self.admin_token().await).await;
        let permit = caller.permit_operation().unwrap();
        let name = |name: &str| json!({ "name": name }).as_object().unwrap().clone();
        let (nowhere, body) = (Target::default(), name(tenant));
        table::Tenants::create(&self.core, &permit, &nowhere, &body)
            .await
            .unwrap();
        let permit = caller.permit_operation().unwrap();
        let target = Target::new([("tenant".to_owned(), tenant.to_owned())]);
        let made = table::Realms::create(&self.core, &permit, &target, &name(realm)).await;
        let once: Object = made.unwrap().once;
        let administrator = &once["administrator"];
        Client {
            realm: RealmKey::new(&tenant.parse().unwrap(), &realm.parse().unwrap()),
            id: administrator["client_id"].as_str().unwrap().to_owned(),
            secret: administrator["client_secret"].as_str().unwrap().to_owned(),
        }
    }

    /// Turns the clock.
    pub fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

/// What outlives a server.
struct Stopped {
    clock: Arc<ManualClock>,
    admin: Client,
    set_up: String,
    address: String,
    directory: TempDir,
}

impl Stopped {
    /// The server of a core that was loaded from the store.
    fn serve(self, core: Core, store: Arc<FaultyStore>) -> TestServer {
        let core = Arc::new(core);
        TestServer {
            router: server::router(server::App::new(core.clone())),
            core,
            clock: self.clock,
            store,
            admin: self.admin,
            set_up: self.set_up,
            address: self.address,
            directory: self.directory,
        }
    }
}

/// The path and query of an address of the server's.
fn path_of(address: &oauth::Secret) -> String {
    address.expose().strip_prefix(BASE_URL).unwrap().to_owned()
}

/// The address of the embedded store in a directory.
fn sqlite_in(directory: &TempDir) -> String {
    format!(
        "sqlite:{}",
        directory.path().join("ambit.sqlite3").display()
    )
}

async fn load(
    address: &str,
    clock: &Arc<ManualClock>,
    options: OpenOptions,
) -> (Core, Arc<FaultyStore>) {
    let store = store::open(address, options).await.unwrap();
    let store = Arc::new(FaultyStore::new(store));
    let core = Core::load(store.clone(), clock.clone(), secrets(), BASE_URL)
        .await
        .unwrap();
    (core, store)
}

/// What every test server derives from its master key.
pub fn secrets() -> Secrets {
    Secrets::derive(&[7; 32]).unwrap()
}
