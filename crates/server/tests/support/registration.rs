//! Clients that register themselves with a test server (RFC 7591).

use super::{Answer, CALLBACK, Client, TestServer};
use axum::body::Body;
use domain::RealmKey;
use http::Request;
use serde_json::{Value, json};

/// A client that registered itself.
#[derive(Debug, Clone)]
pub struct Registered {
    pub client: Client,
    /// The registration access token.
    pub token: String,
    /// The path of `registration_client_uri`.
    pub path: String,
    /// All that it was told.
    pub told: Value,
}

/// What a client of the tests says of itself, but for `more`; `null` takes a member away.
pub fn metadata(more: Value) -> Value {
    let mut said = json!({
        "client_name": "A stranger's app",
        "redirect_uris": [CALLBACK],
        "grant_types": ["authorization_code", "refresh_token"],
        "id_token_signed_response_alg": "ES256",
    });
    for (name, value) in more.as_object().unwrap() {
        said[name] = value.clone();
    }
    said
}

impl TestServer {
    /// Sets the registration policy of the system realm, as its administrator.
    pub async fn set_registration(&self, policy: Value) -> Answer {
        let token = self.admin_token().await;
        let patch = json!({"registration": policy});
        let realm = self.admin.path("");
        self.call("PATCH", &realm, &token, Some(patch)).await
    }

    /// Opens registration under a ceiling.
    pub async fn open_registration(&self, scopes: &[&str]) {
        let policy = json!({"open": true, "scopes": scopes});
        self.set_registration(policy).await.expect(200);
    }

    /// Asks to register a client of the system realm.
    pub async fn register(&self, metadata: &Value) -> Answer {
        let body = Body::from(metadata.to_string());
        let request = Request::post(self.admin.path("/register"));
        let request = request.header("content-type", "application/json");
        self.send(request.body(body).unwrap()).await
    }

    /// A client that registered itself; `more` as of [`metadata`].
    pub async fn registered(&self, more: Value) -> Registered {
        let answer = self.register(&metadata(more)).await;
        Registered::of(&answer.expect(201).json())
    }
}

impl Registered {
    pub fn of(told: &Value) -> Self {
        let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        let address = text("registration_client_uri");
        let path = address.strip_prefix(super::BASE_URL).unwrap();
        Self {
            client: Client {
                realm: RealmKey::system(),
                id: text("client_id"),
                secret: text("client_secret"),
            },
            token: text("registration_access_token"),
            path: path.to_owned(),
            told: told.clone(),
        }
    }

    pub async fn read(&self, server: &TestServer) -> Answer {
        server.call("GET", &self.path, &self.token, None).await
    }

    /// Replaces its metadata by [`metadata`] of `more`.
    pub async fn update(&self, server: &TestServer, more: Value) -> Answer {
        let mut said = metadata(more);
        said["client_id"] = self.client.id.as_str().into();
        server
            .call("PUT", &self.path, &self.token, Some(said))
            .await
    }

    pub async fn delete(&self, server: &TestServer) -> Answer {
        server.call("DELETE", &self.path, &self.token, None).await
    }

    /// The same client with the token of an update.
    pub fn updated(&self, answer: &Answer) -> Self {
        let mut next = Self::of(&answer.json());
        if next.client.secret.is_empty() {
            next.client.secret.clone_from(&self.client.secret);
        }
        next
    }
}
