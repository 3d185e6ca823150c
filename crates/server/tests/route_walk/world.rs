//! A server with two realms, for the walk.

use crate::{
    examples::Example,
    support::{Answer, Client, Registered, TestServer},
};
use domain::RealmKey;
use scope::{
    AccountOperation, ConsentOperation, ExternalIdentityOperation, Named, SubResourceOperation,
};
use serde_json::{Value, json};
use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::HashMap,
};

/// A scope that has nothing to do with any route.
pub(crate) const UNRELATED: &str = "unrelated:scope";

/// The system realm, which is walked, and another beside it.
pub(crate) struct World {
    pub(crate) server: TestServer,
    admin: String,
    pub(crate) foreigner: Client,
    foreign: OnceCell<String>,
    tokens: RefCell<HashMap<String, String>>,
    made: Cell<u32>,
}

impl World {
    pub(crate) async fn new() -> Self {
        let server = TestServer::start().await;
        let foreigner = server.add_realm("foreign", "realm").await;
        server
            .add_scope(json!({"name": UNRELATED, "type": "generic"}))
            .await;
        for operation in sub_resource_operations() {
            server.add_scope(scope_of(operation)).await;
        }
        server.open_registration(&["openid"]).await;
        let admin = server.admin_token().await;
        let foreign = foreigner.token(&server, None).await;
        let (tokens, made) = (RefCell::default(), Cell::new(0));
        Self {
            server,
            admin,
            foreigner,
            foreign: OnceCell::from(foreign),
            tokens,
            made,
        }
    }

    /// The scope that has an operation on what belongs to people, and nothing else.
    pub(crate) fn scope_with(&self, operation: SubResourceOperation) -> String {
        format!("walk:{operation}")
    }

    /// A person's consent to the administrator's client, and what became of it; answers their ids.
    pub(crate) async fn consent(&self, person: &str) -> [String; 2] {
        let client = &self.server.admin;
        self.server.add_consent(client, UNRELATED, person).await
    }

    /// The same in the other realm.
    pub(crate) async fn consent_elsewhere(&self, person: &str) -> [String; 2] {
        self.server
            .add_consent(&self.foreigner, "scim:read", person)
            .await
    }

    /// Something that a person consented to; its id in the management API.
    pub(crate) async fn managed_consent(&self) -> String {
        let person = self.make("/scim/v2/Users", self.someone()).await;
        let admin = &self.server.admin;
        self.server.add_consent(admin, UNRELATED, &person).await;
        let filter = format!("/consents?filter=person%20eq%20%22{person}%22");
        self.first(&filter).await
    }

    /// The same in the other realm.
    pub(crate) async fn managed_consent_elsewhere(&self) -> String {
        let person = self.make_elsewhere("/scim/v2/Users", self.someone()).await;
        self.consent_elsewhere(&person).await;
        self.first_elsewhere("/consents").await
    }

    /// A person like nobody else.
    fn someone(&self) -> Value {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": self.fresh(),
        })
    }

    /// A client that registered itself in the system realm.
    pub(crate) async fn registered(&self) -> Registered {
        self.server.registered(json!({})).await
    }

    /// A token with exactly these scopes.
    pub(crate) async fn token(&self, scopes: &[&str]) -> String {
        let scope = scopes.join(" ");
        let known = self.tokens.borrow().get(&scope).cloned();
        if let Some(token) = known {
            return token;
        }
        let client = self.server.add_client(scopes, |_| ()).await;
        let token = client.token(&self.server, Some(&scope)).await;
        self.tokens.borrow_mut().insert(scope, token.clone());
        token
    }

    /// A token of the other realm with every scope there is.
    pub(crate) async fn foreign_token(&self) -> String {
        self.foreign.get().unwrap().clone()
    }

    /// A token of another realm of the same tenant, with every scope there is.
    pub(crate) async fn neighbour_token(&self) -> String {
        let (path, body) = ("/v1/tenants/default/realms", json!({"name": "neighbour"}));
        let made = self
            .server
            .call("POST", path, &self.admin, Some(body))
            .await;
        let administrator = &made.expect(201).json()["administrator"];
        let text = |name: &str| administrator[name].as_str().unwrap().to_owned();
        let neighbour = Client {
            realm: RealmKey::new(&"default".parse().unwrap(), &"neighbour".parse().unwrap()),
            id: text("client_id"),
            secret: text("client_secret"),
        };
        neighbour.token(&self.server, None).await
    }

    /// Sends a request as the example has it.
    pub(crate) async fn send(&self, example: &Example, token: Option<&str>) -> Answer {
        match token {
            Some(token) => {
                let body = example.body.clone();
                self.server
                    .call(example.method, &example.path, token, body)
                    .await
            }
            None => self.anonymously(example).await,
        }
    }

    async fn anonymously(&self, example: &Example) -> Answer {
        if let Some(form) = example.form {
            return self.server.post_form(&example.path, &[], form).await;
        }
        let request = http::Request::builder()
            .method(example.method)
            .uri(&example.path)
            .header("content-type", "application/json");
        let body = example
            .body
            .as_ref()
            .map(Value::to_string)
            .unwrap_or_default();
        self.server.send(request.body(body.into()).unwrap()).await
    }

    /// A name that no other example has.
    pub(crate) fn fresh(&self) -> String {
        self.made.set(self.made.get() + 1);
        format!("walk-{}", self.made.get())
    }

    /// Makes something in the system realm; answers its id.
    pub(crate) async fn make(&self, path: &str, body: Value) -> String {
        self.make_as(&self.admin, &self.server.admin.path(path), body)
            .await
    }

    /// Makes something in the other realm; answers its id.
    pub(crate) async fn make_elsewhere(&self, path: &str, body: Value) -> String {
        let token = self.foreign_token().await;
        self.make_as(&token, &self.foreigner.path(path), body).await
    }

    /// A live grant in the system realm; answers its id.
    pub(crate) async fn grant(&self) -> String {
        self.server
            .add_grant(&self.server.admin, UNRELATED)
            .await
            .id()
    }

    /// The same in the other realm.
    pub(crate) async fn grant_elsewhere(&self) -> String {
        self.server
            .add_grant(&self.foreigner, "scim:read")
            .await
            .id()
    }

    /// Makes something above realms.
    pub(crate) async fn make_above(&self, path: &str, body: Value) -> String {
        self.make_as(&self.admin, path, body).await
    }

    async fn make_as(&self, token: &str, path: &str, body: Value) -> String {
        let made = self
            .server
            .call("POST", path, token, Some(body))
            .await
            .expect(201)
            .json();
        made["id"].as_str().unwrap().to_owned()
    }

    /// The id of the first thing of a list.
    pub(crate) async fn first(&self, path: &str) -> String {
        self.first_as(&self.admin, &self.server.admin.path(path))
            .await
    }

    /// Something of the other realm as a whole.
    pub(crate) async fn read_elsewhere(&self, path: &str) -> Value {
        let (path, token) = (self.foreigner.path(path), self.foreign_token().await);
        let read = self.server.call("GET", &path, &token, None).await;
        read.expect(200).json()
    }

    /// The id of the first thing of a list in the other realm.
    pub(crate) async fn first_elsewhere(&self, path: &str) -> String {
        let token = self.foreign_token().await;
        self.first_as(&token, &self.foreigner.path(path)).await
    }

    async fn first_as(&self, token: &str, path: &str) -> String {
        let list = self
            .server
            .call("GET", path, token, None)
            .await
            .expect(200)
            .json();
        list["items"][0]["id"].as_str().unwrap().to_owned()
    }
}

/// Every operation on what belongs to people.
fn sub_resource_operations() -> impl Iterator<Item = SubResourceOperation> {
    let consent = ConsentOperation::ALL.iter().copied();
    let external = ExternalIdentityOperation::ALL.iter().copied();
    let account = AccountOperation::ALL.iter().copied();
    consent
        .map(SubResourceOperation::Consent)
        .chain(external.map(SubResourceOperation::ExternalIdentity))
        .chain(account.map(SubResourceOperation::Account))
}

/// A scope with one operation on anybody's; it must have another one too, which does for searches.
fn scope_of(operation: SubResourceOperation) -> Value {
    let property = match operation {
        SubResourceOperation::Consent(_) => "consent_operations",
        SubResourceOperation::ExternalIdentity(_) => "external_identity_operations",
        SubResourceOperation::Account(_) => "account_operations",
    };
    json!({
        "name": format!("walk:{operation}"), "type": "resource", "scim_resource_type": "User",
        "resource_operations": ["search"], "resource_attributes": ["title"],
        property: [operation.to_string()],
    })
}
