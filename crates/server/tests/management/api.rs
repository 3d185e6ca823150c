//! The API as one caller uses it.

use crate::support::{Answer, Client, TestServer};
use domain::store::ResourceId;
use serde_json::Value;

/// A caller in its realm, with one token.
pub(crate) struct Api<'a> {
    pub(crate) server: &'a TestServer,
    pub(crate) token: String,
    root: String,
}

impl<'a> Api<'a> {
    /// The administrator of the system realm, with every right.
    pub(crate) async fn admin(server: &'a TestServer) -> Self {
        Self::of(server, &server.admin).await
    }

    /// A client, with its default scopes.
    pub(crate) async fn of(server: &'a TestServer, client: &Client) -> Self {
        let token = client.token(server, None).await;
        Self {
            server,
            token,
            root: client.path(""),
        }
    }

    /// A client with a token that it has.
    pub(crate) fn as_client(server: &'a TestServer, client: &Client, token: String) -> Self {
        Self {
            server,
            token,
            root: client.path(""),
        }
    }

    /// A new client of the system realm with these scopes and no others.
    pub(crate) async fn with(server: &'a TestServer, scopes: &[&str]) -> Self {
        let client = server.add_client(scopes, |_| ()).await;
        let token = client.token(server, Some(&scopes.join(" "))).await;
        Self {
            server,
            token,
            root: client.path(""),
        }
    }

    /// An administrator as a person, who lets a client act for them with one scope.
    pub(crate) async fn person(server: &'a TestServer, client: &Client, scope: &str) -> Self {
        let person = "3f1c8a52-6a0e-4e43-9d8b-3c1a4f0a7b11";
        let id = ResourceId(person.into());
        server
            .change_role("Administrator", |role| role.members.extend([id]))
            .await;
        let grant = server.add_grant_of(client, scope, person).await;
        let token = server.add_token(&grant).await;
        Self::as_client(server, client, token)
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call("PATCH", path, Some(body)).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, None).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.call("DELETE", path, None).await
    }

    /// A request with a precondition.
    pub(crate) async fn conditional(
        &self,
        method: &str,
        path: &str,
        header: (&str, &str),
        body: Option<Value>,
    ) -> Answer {
        let path = self.path(path);
        let headers = [header];
        self.server
            .call_with(method, &path, &self.token, &headers, body)
            .await
    }

    /// Makes something; answers the whole of it.
    pub(crate) async fn make(&self, path: &str, body: Value) -> Value {
        self.post(path, body).await.expect(201).json()
    }

    /// The id of the built-in or other scope of this name.
    pub(crate) async fn scope_id(&self, name: &str) -> String {
        let found = self
            .get(&format!("/scopes?filter=name%20eq%20%22{name}%22"))
            .await
            .expect(200);
        found.json()["items"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Paths that begin with `/v1` are below the public base URL, others below the realm's root.
    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let path = self.path(path);
        self.server.call(method, &path, &self.token, body).await
    }

    fn path(&self, path: &str) -> String {
        match path.starts_with("/v1") {
            true => path.to_owned(),
            false => format!("{}{path}", self.root),
        }
    }
}

impl Answer {
    /// The one field that a 400 names, and the rule that it breaks.
    #[track_caller]
    pub(crate) fn field(&self) -> (String, String) {
        assert_eq!(self.status, 400, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let error = &self.json()["errors"][0];
        let text = |name: &str| error[name].as_str().unwrap().to_owned();
        (text("field"), text("rule"))
    }

    /// The machine-readable word of a problem with this status.
    #[track_caller]
    pub(crate) fn code(&self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// A pair as [`Answer::field`] gives it.
pub(crate) fn broken(field: &str, rule: &str) -> (String, String) {
    (field.to_owned(), rule.to_owned())
}
