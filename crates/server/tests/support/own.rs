//! Tokens for what belongs to a person.

use super::{Answer, Client, TestServer};
use serde_json::{Value, json};

/// A client with one scope, and a token by which it asks.
#[derive(Debug, Clone)]
pub struct Own {
    pub client: Client,
    pub token: String,
    pub scope: String,
}

impl TestServer {
    /// A client with a scope on the person's own identity, which has these properties.
    pub async fn own(&self, name: &str, person: &str, properties: Value) -> Own {
        let definition = json!({"type": "authenticated-identity"});
        let client = self.client_with(name, definition, properties).await;
        let token = self.token_again(&client, name, person).await;
        Own {
            client,
            token,
            scope: name.to_owned(),
        }
    }

    /// A client with a resource scope that has these properties, by a token of its own.
    pub async fn any(&self, name: &str, properties: Value) -> Own {
        let definition = json!({"type": "resource"});
        let client = self.client_with(name, definition, properties).await;
        let token = client.token(self, Some(name)).await;
        Own {
            client,
            token,
            scope: name.to_owned(),
        }
    }

    /// Another token of the same kind.
    pub async fn token_again(&self, client: &Client, scope: &str, person: &str) -> String {
        let grant = self.add_grant_of(client, scope, person).await;
        self.add_token(&grant).await
    }

    async fn client_with(&self, name: &str, mut definition: Value, properties: Value) -> Client {
        let members = definition.as_object_mut().unwrap();
        members.extend(properties.as_object().unwrap().clone());
        members.insert("name".to_owned(), name.into());
        members.insert("consent_prompt_text".to_owned(), "May it?".into());
        self.add_scope(definition).await;
        self.add_client(&[name], |_| {}).await
    }
}

impl Own {
    /// Asks below the SCIM root.
    pub async fn ask(
        &self,
        server: &TestServer,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let path = self.client.path(&format!("/scim/v2{path}"));
        server.call(method, &path, &self.token, body).await
    }

    /// Reads below the SCIM root.
    pub async fn get(&self, server: &TestServer, path: &str) -> Answer {
        self.ask(server, "GET", path, None).await
    }
}
