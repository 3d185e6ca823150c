//! From a stored document to what a caller gets to see (RFC 7643 §3, S2).

use super::{ScimPermit, references::Links};
use crate::{
    Core,
    snapshot::{RealmSnapshot, TypeEntry},
    store::{ResourceId, StoreError, StoredResource},
};
use scim::AttributeSet;
use serde_json::{Map, Value, json};

/// A resource as an answer has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Representation {
    /// Its id.
    pub id: ResourceId,
    /// `meta.location`, its URL.
    pub location: String,
    /// `meta.version`, its entity tag.
    pub etag: String,
    /// What the caller sees of it.
    pub body: Map<String, Value>,
}

/// The URL of a resource.
pub(super) fn location(snapshot: &RealmSnapshot, entry: &TypeEntry, id: &ResourceId) -> String {
    let endpoint = entry
        .schema
        .resource_type()
        .endpoint
        .trim_start_matches('/');
    format!("{}/scim/v2/{endpoint}/{id}", snapshot.issuer().as_str())
}

/// The document of a stored resource.
pub(super) fn document(resource: &StoredResource) -> Result<Map<String, Value>, StoreError> {
    serde_json::from_str(&resource.document)
        .map_err(|error| StoreError::Corrupt(format!("resource {}: {error}", resource.id)))
}

impl Core {
    /// The part of `resources` that lies in `visible`, with what is filled in for each answer.
    pub(super) async fn represent<K>(
        &self,
        permit: &ScimPermit<K>,
        resources: &[StoredResource],
        visible: &AttributeSet,
    ) -> Result<Vec<Representation>, StoreError> {
        let (snapshot, entry) = (permit.snapshot(), permit.entry());
        let mut documents = Vec::with_capacity(resources.len());
        for resource in resources {
            documents.push((resource.id.clone(), document(resource)?));
        }
        let links = Links::of(entry);
        self.fill_in(permit.caller(), &links, visible, &mut documents)
            .await?;
        let represent = |(resource, (id, mut document)): (&StoredResource, (_, Map<_, _>))| {
            let location = location(snapshot, entry, &id);
            let etag = self.etag(permit.realm(), resource);
            let meta = json!({
                "resourceType": &*entry.name,
                "created": resource.created.to_rfc3339(),
                "lastModified": resource.modified.to_rfc3339(),
                "location": &location,
                "version": &etag,
            });
            document.shift_insert(1.min(document.len()), "id".to_owned(), Value::from(&*id.0));
            document.insert("meta".to_owned(), meta);
            let body = scim::project(&entry.schema, &document, visible);
            Representation {
                id,
                location,
                etag,
                body,
            }
        };
        Ok(resources.iter().zip(documents).map(represent).collect())
    }

    /// As [`represent`](Self::represent), of one resource.
    pub(super) async fn represent_one<K>(
        &self,
        permit: &ScimPermit<K>,
        resource: StoredResource,
        visible: &AttributeSet,
    ) -> Result<Representation, StoreError> {
        let made = self
            .represent(permit, std::slice::from_ref(&resource), visible)
            .await?;
        let lost = || StoreError::Corrupt(format!("resource {}", resource.id));
        made.into_iter().next().ok_or_else(lost)
    }
}
