//! From a stored document to what a caller gets to see (RFC 7643 §3, S2).

use super::{
    ScimPermit,
    kept::{self, Asking, Basis, Matter, Noted, View},
    references::Links,
};
use crate::{
    Core,
    snapshot::{RealmSnapshot, TypeEntry},
    store::{ResourceId, StoreError, StoredResource},
};
use bytes::Bytes;
use scim::{
    AttributeSet, Derived, Selection,
    json_text::{self, Members},
};
use serde::Serialize;
use serde_json::{Map, Value};
use std::{collections::HashMap, sync::Arc};

/// A resource as an answer has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Representation {
    /// Its id.
    pub id: ResourceId,
    /// `meta.location`, its URL.
    pub location: String,
    /// `meta.version`, its entity tag.
    pub etag: String,
    /// What the caller sees of it: a JSON object.
    pub body: Bytes,
    pub(super) version: u64,
    /// What it was made of; nothing if that was not noted.
    pub(super) basis: Basis,
}

impl Representation {
    /// One that is made for an answer and not kept.
    pub(super) fn unkept(id: ResourceId, location: String, etag: String, body: Vec<u8>) -> Self {
        Self {
            id,
            location,
            etag,
            body: body.into(),
            version: 0,
            basis: Basis::new(),
        }
    }
}

/// `meta` (RFC 7643 §3.1).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Meta<'a> {
    resource_type: &'a str,
    created: String,
    last_modified: String,
    location: &'a str,
    version: &'a str,
}

impl AsRef<[u8]> for Representation {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

/// The stamps that were noted before resources were read, if they were.
#[derive(Debug, Default)]
pub(super) struct Before {
    pub(super) deletions: Option<Noted>,
    pub(super) resources: HashMap<ResourceId, Noted>,
}

impl Before {
    fn basis(&self, id: &ResourceId) -> Basis {
        let noted = self.resources.get(id).zip(self.deletions);
        noted.map_or_else(Basis::new, |(resource, deletions)| {
            Basis::from_slice(&[*resource, deletions])
        })
    }
}

/// The URL of a resource.
pub(super) fn location(snapshot: &RealmSnapshot, entry: &TypeEntry, id: &ResourceId) -> String {
    let mut location = kept::location(snapshot, &entry.schema);
    location.push_str(&id.0);
    location
}

/// The document of a stored resource.
pub(super) fn document(resource: &StoredResource) -> Result<Map<String, Value>, StoreError> {
    serde_json::from_str(&resource.document)
        .map_err(|error| StoreError::Corrupt(format!("resource {}: {error}", resource.id)))
}

impl Core {
    /// What of `readable` a caller sees who asks for `selection`.
    pub(super) fn view<K>(
        &self,
        permit: &ScimPermit<K>,
        readable: &AttributeSet,
        selection: &Selection,
    ) -> Arc<View> {
        #[cfg(feature = "leaks")]
        let readable = &super::leaks::with_memberships(permit.entry(), readable);
        self.kept().view(&Asking {
            caller: permit.caller(),
            entry: permit.entry(),
            readable,
            selection,
        })
    }

    /// Notes the stamps of resources that are about to be read.
    pub(super) fn before_reading<'a, K>(
        &self,
        permit: &ScimPermit<K>,
        ids: impl Iterator<Item = &'a ResourceId>,
    ) -> Before {
        let realm = permit.realm();
        let note = |id: &ResourceId| {
            let noted = self.kept().note(&Matter::Resource(realm, id));
            (id.clone(), noted)
        };
        Before {
            deletions: Some(self.kept().note(&Matter::Deletions(realm))),
            resources: ids.map(note).collect(),
        }
    }

    /// The part of `resources` that lies in `view`, with what is filled in for each answer; from
    /// what is kept where that is of the same version.
    pub(super) async fn represent<K>(
        &self,
        permit: &ScimPermit<K>,
        resources: &[StoredResource],
        view: &View,
        before: &Before,
    ) -> Result<Vec<Arc<Representation>>, StoreError> {
        let kept = |one: &StoredResource| {
            let kept = self.kept().get(view, &one.id.0);
            kept.filter(|kept| kept.version == one.version)
        };
        let found: Vec<_> = resources.iter().map(kept).collect();
        let missing: Vec<_> = resources
            .iter()
            .zip(&found)
            .filter_map(|(resource, found)| found.is_none().then_some(resource))
            .collect();
        let mut made = self
            .represent_anew(permit, &missing, view, before)
            .await?
            .into_iter();
        let all = found.into_iter().map(|found| found.or_else(|| made.next()));
        Ok(all.flatten().collect())
    }

    async fn represent_anew<K>(
        &self,
        permit: &ScimPermit<K>,
        resources: &[&StoredResource],
        view: &View,
        before: &Before,
    ) -> Result<Vec<Arc<Representation>>, StoreError> {
        let links = Links::of(permit.entry());
        let (mut shown, mut bases) = (Vec::new(), Vec::new());
        for resource in resources {
            let part = links.part(&view.visible, resource)?;
            let mut basis = before.basis(&resource.id);
            if !basis.is_empty() {
                let named = links.named(&view.visible, &part);
                let note = |id| self.kept().note(&Matter::Resource(permit.realm(), id));
                basis.extend(named.iter().map(note));
            }
            shown.push((resource.id.clone(), part));
            bases.push(basis);
        }
        self.fill_in(permit.caller(), &links, &view.visible, &mut shown)
            .await?;
        let mut made = Vec::with_capacity(resources.len());
        for ((resource, (id, part)), basis) in resources.iter().zip(shown).zip(bases) {
            let location = format!("{}{id}", view.location);
            let etag = self.etag(permit.realm(), resource);
            let meta = Meta {
                resource_type: &permit.entry().name,
                created: resource.created.to_rfc3339(),
                last_modified: resource.modified.to_rfc3339(),
                location: &location,
                version: &etag,
            };
            let body = body(view, resource, &part, &meta)?;
            let representation = Arc::new(Representation {
                id,
                location,
                etag,
                body: body.into(),
                version: resource.version,
                basis,
            });
            self.kept().keep(view, &representation);
            made.push(representation);
        }
        Ok(made)
    }

    /// As [`represent`](Self::represent), of one resource that was read, or written, just now.
    pub(super) async fn represent_one<K>(
        &self,
        permit: &ScimPermit<K>,
        resource: &StoredResource,
        view: &View,
    ) -> Result<Arc<Representation>, StoreError> {
        let made = self
            .represent_anew(permit, &[resource], view, &Before::default())
            .await?;
        made.into_iter().next().ok_or_else(|| lost(resource))
    }
}

pub(super) fn lost(resource: &StoredResource) -> StoreError {
    StoreError::Corrupt(format!("resource {}", resource.id))
}

/// What is seen of a stored document, of `part`, which takes the place of some of it, and of `meta`.
fn body(
    view: &View,
    resource: &StoredResource,
    part: &Map<String, Value>,
    meta: &Meta<'_>,
) -> Result<Vec<u8>, StoreError> {
    let unwritable = |error: serde_json::Error| StoreError::Corrupt(error.to_string());
    let mut texts = Vec::with_capacity(part.len() + 1);
    for (name, value) in part {
        texts.push((name.as_str(), value.to_string()));
    }
    texts.push(("meta", serde_json::to_string(meta).map_err(unwritable)?));
    let id = serde_json::to_string(&*resource.id.0).map_err(unwritable)?;
    let members: Vec<_> = texts
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let derived = Derived {
        id: &id,
        members: &members,
    };
    let body = view.projection.text(&resource.document, derived);
    body.map_err(|_| lost(resource))
}

impl Links<'_> {
    /// The members of a stored document that name other resources, if anything of them is seen:
    /// they are shown with what is read from those.
    fn part(
        &self,
        visible: &AttributeSet,
        resource: &StoredResource,
    ) -> Result<Map<String, Value>, StoreError> {
        let mut part = Map::new();
        let [members, mut manager] = self.seen(visible);
        let has = |urn: &&str| json_text::has_extension(&resource.document, urn).unwrap_or(true);
        manager = manager.filter(has);
        let names = [members, manager];
        if names.iter().all(Option::is_none) {
            return Ok(part);
        }
        for member in Members::of(&resource.document).ok_or_else(|| lost(resource))? {
            let (key, value) = member.map_err(|_| lost(resource))?;
            if names.contains(&Some(key)) {
                let value = serde_json::from_str(value).map_err(|_| lost(resource))?;
                part.insert(key.to_owned(), value);
            }
        }
        Ok(part)
    }
}
