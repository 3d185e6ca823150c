//! People as signing in sees them.

use crate::{
    Core, RealmKey,
    snapshot::{RealmSnapshot, TypeEntry},
    store::{ResourceId, ResourceQuery, StoreError, StoredResource, Window},
};
use scim::{
    AttributePath,
    filter::{self, CompareOp, Filter, Literal},
};
use serde_json::{Map, Value};
use std::sync::Arc;

/// A person of a realm, as their resource is stored.
#[derive(Debug, Clone)]
pub struct Person {
    /// The id of their resource.
    pub id: ResourceId,
    /// Its attributes, but what is derived.
    pub document: Arc<Map<String, Value>>,
    /// The resource as it is stored.
    pub resource: Arc<StoredResource>,
}

impl Person {
    fn of(resource: StoredResource) -> Result<Self, StoreError> {
        let document = serde_json::from_str(&resource.document)
            .map_err(|error| StoreError::Corrupt(format!("{}: {error}", resource.id)))?;
        Ok(Self {
            id: resource.id.clone(),
            document: Arc::new(document),
            resource: Arc::new(resource),
        })
    }

    /// Whether the resource says that they may do anything (RFC 7643 §4.1.1; S15). One that does
    /// not say is active.
    pub fn is_active(&self) -> bool {
        self.document.get("active") != Some(&Value::Bool(false))
    }

    /// `userName`.
    pub fn user_name(&self) -> &str {
        self.text("userName").unwrap_or_default()
    }

    /// What they are called on pages: `displayName`, or else `userName`.
    pub fn display_name(&self) -> &str {
        self.text("displayName").unwrap_or_else(|| self.user_name())
    }

    /// What they are called, part by part.
    pub fn names(&self) -> Vec<&str> {
        let name = self.document.get("name").and_then(Value::as_object);
        let parts = name.into_iter().flat_map(|name| name.values());
        parts
            .chain(self.document.get("displayName"))
            .chain(self.document.get("nickName"))
            .filter_map(Value::as_str)
            .collect()
    }

    /// Their e-mail addresses.
    pub fn emails(&self) -> Vec<&str> {
        let emails = self.document.get("emails").and_then(Value::as_array);
        let values = emails
            .into_iter()
            .flatten()
            .filter_map(|email| email.get("value"));
        values.filter_map(Value::as_str).collect()
    }

    /// A top-level attribute that is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.document.get(name).and_then(Value::as_str)
    }
}

/// The type of people in a realm.
///
/// # Errors
/// If the realm has none, which no realm is made without.
pub(crate) fn identity_type(snapshot: &RealmSnapshot) -> Result<&TypeEntry, StoreError> {
    let identity = snapshot.catalogue().identity_type();
    let entry = identity.and_then(|id| snapshot.types().get(id));
    entry.ok_or_else(|| StoreError::Corrupt("the realm has no type of person".to_owned()))
}

impl Core {
    /// The person with this id.
    pub(crate) async fn person(
        &self,
        snapshot: &RealmSnapshot,
        id: &ResourceId,
    ) -> Result<Option<Person>, StoreError> {
        let entry = identity_type(snapshot)?;
        let found = self
            .store()
            .find_resource(snapshot.key(), &entry.name, id)
            .await?;
        found.map(Person::of).transpose()
    }

    /// The person with this `userName`, in whatever spelling (S17).
    pub(crate) async fn person_named(
        &self,
        snapshot: &RealmSnapshot,
        user_name: &str,
    ) -> Result<Option<Person>, StoreError> {
        self.one_person_with(snapshot, "userName", user_name).await
    }

    /// The one person of whom an attribute has this value; none if several have it.
    pub(crate) async fn one_person_with(
        &self,
        snapshot: &RealmSnapshot,
        path: &str,
        value: &str,
    ) -> Result<Option<Person>, StoreError> {
        let entry = identity_type(snapshot)?;
        let Ok(path) = path.parse::<AttributePath>() else {
            return Ok(None);
        };
        let filter = Filter::Compare {
            path,
            op: CompareOp::Eq,
            literal: Literal::String(value.to_owned()),
        };
        let Ok(filter) = filter::bind(&filter, &entry.schema, entry.schema.all_attributes()) else {
            return Ok(None);
        };
        let query = ResourceQuery {
            schema: entry.schema.clone(),
            filter: Some(filter),
            sort: None,
            window: Window::Offset(0),
            count: 2,
            total: false,
            unbounded: true,
        };
        let mut found = self.store().search(snapshot.key(), &query).await?.items;
        match (found.pop(), found.is_empty()) {
            (Some(resource), true) => Person::of(resource).map(Some),
            _ => Ok(None),
        }
    }

    /// The PHC string of a person's password, if they have one.
    pub(crate) async fn password_of(
        &self,
        snapshot: &RealmSnapshot,
        id: &ResourceId,
    ) -> Result<Option<String>, StoreError> {
        let entry = identity_type(snapshot)?;
        self.store()
            .find_password_hash(snapshot.key(), &entry.name, id)
            .await
    }
}

/// What a realm and a person of it are called together, where a key is bound to both (T1, REG-05).
pub(crate) fn purpose(of: &str, realm: &RealmKey, id: &str) -> Vec<u8> {
    let (tenant, name) = (realm.tenant(), realm.realm());
    format!("{of} {}:{tenant}{}:{name}{id}", tenant.len(), name.len()).into_bytes()
}
