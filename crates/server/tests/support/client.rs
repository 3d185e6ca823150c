//! Clients of a test server.

use super::{Answer, TestServer, scope::scope_id, secrets};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{
    Bootstrap, Edit, RealmKey, Timestamp,
    config::{
        AccessTokenFormat, Application, ApplicationKind, Assignment, ClientSecret, ConfigObject,
        OpenIdSettings, UnassignedScopes,
    },
    store::{Change, Kind},
};
use jose::base64url;
use oauth::{GrantType, TokenEndpointAuthMethod};
use scope::ClientId;
use std::{convert::Infallible, sync::Arc};
use uuid::Uuid;

/// A client and its secret.
#[derive(Debug, Clone)]
pub struct Client {
    pub realm: RealmKey,
    pub id: String,
    pub secret: String,
}

impl From<Bootstrap> for Client {
    fn from(bootstrap: Bootstrap) -> Self {
        let Bootstrap {
            realm,
            client_id,
            client_secret,
            ..
        } = bootstrap;
        Self {
            realm,
            id: client_id,
            secret: client_secret.expose().to_owned(),
        }
    }
}

impl Client {
    /// The address of something below the client's realm.
    pub fn path(&self, rest: &str) -> String {
        format!("{}{rest}", self.realm.path())
    }

    /// `Authorization` of `client_secret_basic`.
    pub fn basic(&self) -> String {
        format!(
            "Basic {}",
            STANDARD.encode(format!("{}:{}", self.id, self.secret))
        )
    }

    /// Sends a form to an endpoint of the realm, authenticated by `client_secret_basic`.
    pub async fn post(&self, server: &TestServer, path: &str, form: &[(&str, &str)]) -> Answer {
        let basic = self.basic();
        server
            .post_form(&self.path(path), &[("authorization", &basic)], form)
            .await
    }

    /// Asks for a token with a scope, or with the default one.
    pub async fn ask(&self, server: &TestServer, scope: Option<&str>) -> Answer {
        let mut form = vec![("grant_type", "client_credentials")];
        form.extend(scope.map(|scope| ("scope", scope)));
        self.post(server, "/token", &form).await
    }

    /// A token with a scope, or with the default one.
    #[track_caller]
    pub fn token<'a>(
        &'a self,
        server: &'a TestServer,
        scope: Option<&'a str>,
    ) -> impl Future<Output = String> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let answer = self.ask(server, scope).await;
            assert_eq!(answer.status, 200, "{caller}: {}", answer.text());
            answer.json()["access_token"].as_str().unwrap().to_owned()
        }
    }

    /// What introspection says of a token to this client.
    pub async fn introspect(&self, server: &TestServer, token: &str) -> Answer {
        self.post(server, "/introspect", &[("token", token)]).await
    }

    /// Revokes a token as this client.
    pub async fn revoke(&self, server: &TestServer, token: &str) -> Answer {
        self.post(server, "/revoke", &[("token", token)]).await
    }
}

impl TestServer {
    /// Makes a service account of the system realm with the scopes assigned, none of them by
    /// default, and a secret; `change` may make something else of it.
    pub async fn add_client(
        &self,
        scopes: &[&str],
        change: impl FnOnce(&mut Application),
    ) -> Client {
        let snapshot = self.snapshot();
        let id = ClientId(Uuid::new_v4());
        let (record, secret) = new_secret(self.core.now());
        let mut application = Application {
            id,
            name: format!("Client {id}"),
            version: None,
            description: None,
            kind: ApplicationKind::Confidential,
            redirect_uris: Vec::new(),
            grant_types: vec![GrantType::ClientCredentials],
            auth_method: TokenEndpointAuthMethod::ClientSecretBasic,
            access_token_format: AccessTokenFormat::Jwt,
            access_token_lifetime: 600,
            refresh_limit: None,
            tags: Vec::new(),
            active: true,
            service_account: true,
            unassigned_scopes: UnassignedScopes::Reject,
            assigned: scopes
                .iter()
                .map(|name| assignment(scope_id(&snapshot, name)))
                .collect(),
            secrets: vec![record],
            jwks: None,
            resource_server: None,
            openid: OpenIdSettings::default(),
            created: self.core.now(),
            updated: self.core.now(),
        };
        change(&mut application);
        self.put(ConfigObject::Application(Arc::new(application)))
            .await;
        Client {
            realm: RealmKey::system(),
            id: id.to_string(),
            secret,
        }
    }

    /// Changes a client of the system realm.
    pub async fn change_client(&self, client: &Client, change: impl FnOnce(&mut Application)) {
        let mut application = Application::clone(self.snapshot().client(&client.id).unwrap());
        change(&mut application);
        self.put(ConfigObject::Application(Arc::new(application)))
            .await;
    }

    /// Deletes a client of the system realm with its tokens.
    pub async fn delete_client(&self, client: &Client) {
        let id: ClientId = client.id.parse().unwrap();
        let edit = Edit::none(())
            .first(Change::DeleteTokensOfClient(id))
            .delete(Kind::Application, id);
        self.edit(edit).await;
    }

    /// Adds or replaces an object of the system realm.
    pub async fn put(&self, object: ConfigObject) {
        self.edit(Edit::none(()).put(object)).await;
    }

    /// Makes a change of the system realm that must go through.
    pub async fn edit(&self, edit: Edit<()>) {
        let done = self
            .core
            .edit(&RealmKey::system(), |_, _| Ok::<_, Infallible>(edit))
            .await;
        done.unwrap();
    }
}

/// A client secret that does not expire: its record, and the secret itself.
pub fn new_secret(now: Timestamp) -> (ClientSecret, String) {
    let secret = format!("secret-{}", Uuid::new_v4());
    let hash = base64url::encode(secrets().client_secrets().tag(secret.as_bytes()));
    (
        ClientSecret {
            id: Uuid::new_v4(),
            hash,
            created: now,
            expires: None,
        },
        secret,
    )
}

/// An assignment that is no default.
pub fn assignment(scope: scope::ScopeId) -> Assignment {
    Assignment {
        scope,
        optional: false,
        default: false,
        consent_required: false,
        required_acr: None,
    }
}
