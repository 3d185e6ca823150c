//! A realm as it is after the first start, with one of its people.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bench::people;
use domain::{
    Core, RealmKey, Secrets, SystemClock,
    snapshot::{RealmSnapshot, Surroundings},
    tokens::{AuthenticatedClient, Endpoint},
};
use oauth::{PresentedClient, TokenRequest, form::Parameters};
use scim::ResourceSchema;
use scope::{Catalogue, EffectiveGrant, GrantedScope, Subject, TypeId};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use store::OpenOptions;
use tempfile::TempDir;
use tokio::runtime::Runtime;

const BASE_URL: &str = "http://127.0.0.1:8080";

pub(crate) struct Fixture {
    pub(crate) core: Core,
    pub(crate) realm: Arc<RealmSnapshot>,
    pub(crate) runtime: Runtime,
    secrets: Secrets,
    administrator: AuthenticatedClient,
    _folder: TempDir,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let runtime = Runtime::new().unwrap();
        let address = format!("sqlite:{}", folder.path().join("store").display());
        let (core, administrator) = runtime.block_on(async {
            let store = store::open(&address, OpenOptions::default()).await.unwrap();
            let core = Core::load(store, Arc::new(SystemClock), secrets(), BASE_URL).await;
            let core = core.unwrap();
            let first = core.set_up().await.unwrap().unwrap();
            let pair = format!("{}:{}", first.client_id, first.client_secret.expose());
            let basic = format!("Basic {}", STANDARD.encode(pair));
            let presented = PresentedClient::from_parts(&[&basic], &form(&[])).unwrap();
            let realm = core.realm_by_key(&RealmKey::system()).unwrap();
            let client = core
                .authenticate_client(&realm, &presented, Endpoint::Token)
                .await;
            (core, client.unwrap())
        });
        Self {
            realm: core.realm_by_key(&RealmKey::system()).unwrap(),
            core,
            runtime,
            secrets: secrets(),
            administrator,
            _folder: folder,
        }
    }

    /// What a realm is compiled in.
    pub(crate) fn around(&self) -> Surroundings<'_> {
        Surroundings {
            base_url: BASE_URL,
            secrets: &self.secrets,
            tenant_active: true,
        }
    }

    pub(crate) fn catalogue(&self) -> &Catalogue {
        self.realm.catalogue()
    }

    /// The type of the people, and its schema.
    pub(crate) fn user(&self) -> (TypeId, &ResourceSchema) {
        let entry = self.realm.types().by_name("User").unwrap();
        (entry.id, &entry.schema)
    }

    /// Person 17, as the store would have it.
    pub(crate) fn person(&self) -> Map<String, Value> {
        let mut person: Map<String, Value> = serde_json::from_str(&people::person(17)).unwrap();
        person.insert("id".into(), json!("019a0000-0000-7000-8000-000000000000"));
        person.insert(
            "meta".into(),
            json!({
                "resourceType": "User", "version": "W/\"1\"",
                "created": "2026-01-01T00:00:00Z", "lastModified": "2026-01-01T00:00:00Z",
                "location": "http://127.0.0.1:8080/v1/tenants/default/realms/default/scim/v2/Users/019a0000-0000-7000-8000-000000000000",
            }),
        );
        person
    }

    /// The administrator's grant of the scopes that are named.
    pub(crate) fn grant(&self, names: &[&str]) -> EffectiveGrant {
        let scopes = names
            .iter()
            .map(|name| self.catalogue().scope_named(name).unwrap());
        let granted: Vec<GrantedScope> = scopes
            .map(|scope| GrantedScope {
                scope: scope.id(),
                version: scope.version(),
            })
            .collect();
        let client = self.administrator.application().id;
        let grant = EffectiveGrant::new(self.catalogue(), client, Subject::Client, &granted);
        assert!(grant.is_live());
        grant
    }

    /// An access token of the administrator's.
    pub(crate) fn token(&self) -> String {
        let form = form(&[("grant_type", "client_credentials"), ("scope", "scim:read")]);
        let request = TokenRequest::parse(&form).unwrap();
        let response = self.core.issue(&self.administrator, &request);
        let response = self.runtime.block_on(response).unwrap();
        response.access_token.expose().to_owned()
    }
}

fn secrets() -> Secrets {
    Secrets::derive(&[7; 32]).unwrap()
}

fn form(pairs: &[(&str, &str)]) -> Parameters {
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    Parameters::parse(pairs.join("&").as_bytes()).unwrap()
}
