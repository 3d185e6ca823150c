//! Scopes of a test server.

use super::TestServer;
use domain::{
    Edit,
    config::{ConfigObject, ResourceServer, ScopeRecord, ScopeVersion},
    snapshot::RealmSnapshot,
    store::Kind,
};
use scope::{ResourceServerId, ScopeDefinition, ScopeId};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// The id of a scope of the realm.
#[track_caller]
pub(super) fn scope_id(snapshot: &RealmSnapshot, name: &str) -> ScopeId {
    match snapshot.config().scope_by_name(name) {
        Some(record) => record.id,
        None => panic!("there is no scope `{name}`"),
    }
}

impl TestServer {
    /// Makes a scope of the system realm from its JSON form.
    pub async fn add_scope(&self, definition: Value) -> ScopeId {
        let definition = ScopeDefinition::from_request(definition.as_object().unwrap()).unwrap();
        let (id, now) = (ScopeId(Uuid::new_v4()), self.core.now());
        let record = ScopeRecord {
            id,
            version: 1,
            definition,
            created: now,
            updated: now,
        };
        self.put(ConfigObject::Scope(Arc::new(record))).await;
        id
    }

    /// Edits a scope of the system realm by a JSON merge patch; the earlier version is kept.
    pub async fn edit_scope(&self, name: &str, patch: Value) {
        let record = self.scope(name);
        let earlier = ScopeVersion {
            scope: record.id,
            version: record.version,
            definition: record.definition.clone(),
        };
        let next = ScopeRecord {
            version: record.version + 1,
            definition: record
                .definition
                .updated(patch.as_object().unwrap())
                .unwrap(),
            ..ScopeRecord::clone(&record)
        };
        let edit = Edit::none(())
            .put(ConfigObject::ScopeVersion(Arc::new(earlier)))
            .put(ConfigObject::Scope(Arc::new(next)));
        self.edit(edit).await;
    }

    /// Deletes a scope of the system realm that nothing uses.
    pub async fn delete_scope(&self, name: &str) {
        self.edit(Edit::none(()).delete(Kind::Scope, self.scope(name).id))
            .await;
    }

    /// A scope of the system realm.
    pub fn scope(&self, name: &str) -> Arc<ScopeRecord> {
        self.snapshot()
            .config()
            .scope_by_name(name)
            .expect("the scope exists")
            .clone()
    }

    /// Makes a resource server of the system realm.
    pub async fn add_resource_server(&self, identifier: &str) -> ResourceServerId {
        let (id, now) = (ResourceServerId(Uuid::new_v4()), self.core.now());
        self.put(ConfigObject::ResourceServer(Arc::new(ResourceServer {
            id,
            identifier: identifier.to_owned(),
            name: identifier.to_owned(),
            created: now,
            updated: now,
        })))
        .await;
        id
    }
}
