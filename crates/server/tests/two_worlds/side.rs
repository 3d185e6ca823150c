//! One of the two worlds: a whole server, and who may do everything in it.

use crate::{
    rng::Rng,
    support::{Answer, Client, TestServer},
};
use axum::body::Body;
use domain::{RealmKey, ResourceIds, store::Store};
use http::Request;
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use uuid::Uuid;

/// Ids that are the same in both worlds: what is made as the nth thing of a step has the nth id of
/// that step. Their order is as random as that of random ids.
#[derive(Debug, Default)]
pub struct PlannedIds {
    step: AtomicU64,
    made: AtomicU64,
}

impl PlannedIds {
    /// What is made from now on belongs to `step`.
    pub fn begin(&self, step: u64) {
        self.step.store(step, Ordering::SeqCst);
        self.made.store(0, Ordering::SeqCst);
    }
}

impl ResourceIds for PlannedIds {
    fn next(&self) -> Uuid {
        let made = self.made.fetch_add(1, Ordering::SeqCst);
        let mut rng = Rng::of(self.step.load(Ordering::SeqCst), made + 1);
        let (high, low) = (u128::from(rng.next()), u128::from(rng.next()));
        let bytes = (high << 64 | low).to_be_bytes();
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

/// A realm, and a client with full rights on its resources.
#[derive(Debug, Clone)]
pub struct Keeper {
    pub client: Client,
    pub token: String,
}

pub struct Side {
    pub server: TestServer,
    pub ids: Arc<PlannedIds>,
}

impl Side {
    /// Sends a SCIM request as a keeper.
    pub async fn scim(&self, keeper: &Keeper, method: &str, path: &str, body: &Value) -> Answer {
        let path = keeper.client.path(&format!("/scim/v2{path}"));
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", keeper.token));
        let body = match body {
            Value::Null => Body::empty(),
            body => {
                request = request.header("content-type", "application/scim+json");
                Body::from(body.to_string())
            }
        };
        self.server.send(request.body(body).unwrap()).await
    }

    /// Makes a resource; answers its id.
    pub async fn make(&self, keeper: &Keeper, endpoint: &str, body: &Value) -> String {
        let path = format!("/{endpoint}");
        let made = self.scim(keeper, "POST", &path, body).await;
        let made = made.expect(201).json();
        made["id"].as_str().unwrap().to_owned()
    }

    /// Deletes every resource of a realm.
    pub async fn clear(&self, keeper: &Keeper) {
        loop {
            let path = "/?attributes=meta.location&count=200";
            let list = self.scim(keeper, "GET", path, &Value::Null).await;
            let list = list.expect(200).json();
            let found = list["Resources"].as_array().cloned().unwrap_or_default();
            if found.is_empty() {
                return;
            }
            let operations: Vec<Value> = found
                .iter()
                .map(|resource| {
                    let location = resource["meta"]["location"].as_str().unwrap();
                    let path = location.split_once("/scim/v2").unwrap().1;
                    json!({ "method": "DELETE", "path": path })
                })
                .collect();
            let body = json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
                "Operations": operations,
            });
            self.scim(keeper, "POST", "/Bulk", &body).await.expect(200);
        }
    }

    /// A resource as stored: its version, when it was modified, and the document.
    pub async fn stored(&self, realm: &RealmKey, of: &str, id: &str) -> Option<Stored> {
        let id = domain::store::ResourceId(id.into());
        let found = self
            .server
            .store
            .find_resource(realm, &of.into(), &id)
            .await;
        let found = found.unwrap()?;
        Some(Stored {
            version: (found.version, found.modified.micros()),
            document: serde_json::from_str(&found.document).unwrap(),
        })
    }
}

/// What a store has of a resource.
#[derive(Debug)]
pub struct Stored {
    pub version: (u64, i64),
    pub document: serde_json::Map<String, Value>,
}
