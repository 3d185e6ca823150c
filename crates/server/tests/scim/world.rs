//! A server, and callers with the scopes that a test is about.

use crate::support::{Answer, Client, TestServer};
use axum::body::Body;
use http::{Request, request::Builder};
use serde_json::{Value, json};

pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// A server, and a token for `scim:read` and `scim:write`.
pub struct World {
    pub server: TestServer,
    pub full: Scim,
}

/// What a caller with a token sends to the SCIM service provider of its realm.
#[derive(Clone)]
pub struct Scim {
    root: String,
    pub token: String,
}

impl World {
    pub async fn start() -> Self {
        let server = TestServer::start().await;
        let client = server
            .add_client(&["scim:read", "scim:write"], |_| {})
            .await;
        let full = Scim::of(
            &client,
            client.token(&server, Some("scim:read scim:write")).await,
        );
        Self { server, full }
    }

    /// A caller with one scope of type `resource`, made for it: the operations and attributes on
    /// a type.
    pub async fn limited(
        &self,
        resource_type: &str,
        operations: &[&str],
        attributes: &[&str],
    ) -> Scim {
        self.with_scopes(&[(resource_type, operations, attributes)])
            .await
    }

    /// As [`limited`](Self::limited), with several scopes.
    pub async fn with_scopes(&self, scopes: &[(&str, &[&str], &[&str])]) -> Scim {
        let mut names = Vec::new();
        for (resource_type, operations, attributes) in scopes {
            let name = format!("test:{}", uuid::Uuid::new_v4());
            let definition = json!({
                "name": name,
                "type": "resource",
                "scim_resource_type": resource_type,
                "resource_operations": operations,
                "resource_attributes": attributes,
            });
            self.server.add_scope(definition).await;
            names.push(name);
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        self.with(&names).await
    }

    /// A caller with existing scopes.
    pub async fn with(&self, scopes: &[&str]) -> Scim {
        let client = self.server.add_client(scopes, |_| {}).await;
        let token = client.token(&self.server, Some(&scopes.join(" "))).await;
        Scim::of(&client, token)
    }

    /// Sends a request without a body.
    pub async fn send(&self, scim: &Scim, method: &str, path: &str) -> Answer {
        self.server
            .send(scim.request(method, path).body(Body::empty()).unwrap())
            .await
    }

    /// Sends a request with a body.
    pub async fn send_json(&self, scim: &Scim, method: &str, path: &str, body: &Value) -> Answer {
        let request = scim
            .request(method, path)
            .header("content-type", "application/scim+json");
        self.server
            .send(request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    pub async fn get(&self, scim: &Scim, path: &str) -> Answer {
        self.send(scim, "GET", path).await
    }

    pub async fn post(&self, scim: &Scim, path: &str, body: &Value) -> Answer {
        self.send_json(scim, "POST", path, body).await
    }

    pub async fn put(&self, scim: &Scim, path: &str, body: &Value) -> Answer {
        self.send_json(scim, "PUT", path, body).await
    }

    pub async fn patch(&self, scim: &Scim, path: &str, operations: &Value) -> Answer {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": operations,
        });
        self.send_json(scim, "PATCH", path, &body).await
    }

    pub async fn delete(&self, scim: &Scim, path: &str) -> Answer {
        self.send(scim, "DELETE", path).await
    }

    /// Searches with the given parameters.
    pub async fn list(&self, scim: &Scim, path: &str, params: &[(&str, &str)]) -> Answer {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let query = query.extend_pairs(params).finish();
        self.get(scim, &format!("{path}?{query}")).await
    }

    /// What a filter finds, by `userName` or `displayName`.
    pub async fn found(&self, scim: &Scim, path: &str, filter: &str) -> Vec<String> {
        let answer = self
            .list(scim, path, &[("filter", filter)])
            .await
            .expect(200);
        names(&answer.json())
    }

    /// Makes a resource with full rights; answers its id.
    pub async fn make(&self, path: &str, body: &Value) -> String {
        let made = self.post(&self.full, path, body).await.expect(201);
        made.json()["id"].as_str().unwrap().to_owned()
    }

    /// Makes a user with these attributes besides its name; answers its id.
    pub async fn user(&self, name: &str, more: Value) -> String {
        self.make("/Users", &user(name, more)).await
    }

    /// Makes a group of these members; answers its id.
    pub async fn group(&self, name: &str, members: &[&str]) -> String {
        let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
        let body = json!({ "schemas": [GROUP], "displayName": name, "members": members });
        self.make("/Groups", &body).await
    }

    /// A resource as full rights see it.
    pub async fn seen(&self, path: &str) -> Value {
        self.get(&self.full, path).await.expect(200).json()
    }
}

impl Scim {
    pub fn of(client: &Client, token: String) -> Self {
        Self {
            root: client.path("/scim/v2"),
            token,
        }
    }

    /// The URL of something below the SCIM root.
    pub fn url(&self, path: &str) -> String {
        format!("{}{}{path}", crate::support::BASE_URL, self.root)
    }

    /// The same caller with another token.
    pub fn bearing(&self, token: &str) -> Self {
        Self {
            token: token.to_owned(),
            ..self.clone()
        }
    }

    /// A request with the token.
    pub fn request(&self, method: &str, path: &str) -> Builder {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.root));
        request.header("authorization", format!("Bearer {}", self.token))
    }
}

/// A user with these attributes besides its name.
pub fn user(name: &str, more: Value) -> Value {
    let mut body = json!({ "schemas": [USER], "userName": name });
    for (key, value) in more.as_object().unwrap() {
        if key.starts_with("urn:") {
            body["schemas"]
                .as_array_mut()
                .unwrap()
                .push(key.as_str().into());
        }
        body[key] = value.clone();
    }
    body
}

/// `userName` or `displayName` of each resource of a list, in order.
pub fn names(list: &Value) -> Vec<String> {
    let resources = list["Resources"].as_array().unwrap().iter();
    let name = |r: &Value| {
        r["userName"]
            .as_str()
            .or(r["displayName"].as_str())
            .map(str::to_owned)
    };
    resources
        .map(|resource| name(resource).unwrap_or_default())
        .collect()
}

/// The member names of an object, sorted.
pub fn keys(object: &Value) -> Vec<String> {
    let mut keys: Vec<String> = object.as_object().unwrap().keys().cloned().collect();
    keys.sort();
    keys
}

impl Answer {
    /// The answer, which must be a SCIM error with this status and `scimType` ("" for none).
    #[track_caller]
    pub fn expect_error(self, status: u16, scim_type: &str) -> Self {
        let answer = self.expect(status);
        let body = answer.json();
        assert_eq!(
            body["schemas"],
            json!(["urn:ietf:params:scim:api:messages:2.0:Error"])
        );
        assert_eq!(body["status"], status.to_string());
        assert_eq!(
            body["scimType"].as_str().unwrap_or_default(),
            scim_type,
            "{body}"
        );
        assert_eq!(answer.header("content-type"), "application/scim+json");
        answer
    }
}
