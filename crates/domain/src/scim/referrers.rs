//! The way back: which resources name another as member or manager.

use super::{
    references::Links,
    represent::{document, lost},
    write::{Draft, Replaced},
};
use crate::{
    Core,
    snapshot::{RealmSnapshot, TypeEntry},
    store::{Change, Expect, ResourceId, ResourceQuery, StoreError, StoredResource, Window},
};
use scim::{
    Typed,
    excerpt::Excerpt,
    filter::{BoundFilter, CompareOp},
    json_text::Malformed,
    query::MAX_COUNT,
};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A resource that names another.
pub(super) struct Referrer<'a> {
    pub(super) entry: &'a TypeEntry,
    pub(super) resource: StoredResource,
}

impl Core {
    /// The other resources that name `id` as member or manager, each once.
    pub(super) async fn referrers<'a>(
        &self,
        snapshot: &'a RealmSnapshot,
        id: &ResourceId,
    ) -> Result<Vec<Referrer<'a>>, StoreError> {
        let mut referrers = Vec::new();
        let mut seen = BTreeSet::from([id.clone()]);
        for entry in snapshot.types().all() {
            for attr in Links::of(entry).naming() {
                let value = Typed::Text(id.to_string());
                let names_it = BoundFilter::Compare {
                    attr,
                    op: CompareOp::Eq,
                    value,
                };
                let mut query = ResourceQuery {
                    schema: entry.schema.clone(),
                    filter: Some(names_it),
                    sort: None,
                    window: Window::Offset(0),
                    count: MAX_COUNT,
                    total: false,
                    unbounded: true,
                };
                loop {
                    let page = self.store().search(snapshot.key(), &query).await?;
                    let found = page.items.into_iter().filter(|r| seen.insert(r.id.clone()));
                    referrers.extend(found.map(|resource| Referrer { entry, resource }));
                    match page.next {
                        Some(next) => query.window = Window::After(next),
                        None => break,
                    }
                }
            }
        }
        Ok(referrers)
    }

    /// The changes that make those who name `id` name it no more: stored documents are the truth.
    pub(super) async fn forget(
        &self,
        snapshot: &RealmSnapshot,
        id: &ResourceId,
    ) -> Result<Vec<Change>, StoreError> {
        let mut changes = Vec::new();
        for Referrer { entry, resource } in self.referrers(snapshot, id).await? {
            let before = document(&resource)?;
            let excerpt = Excerpt::of(&entry.schema, &resource.document);
            let excerpt = excerpt.map_err(|Malformed| lost(&resource))?;
            let mut document = before.clone();
            Links::of(entry).remove(&mut document, id);
            let draft = Draft {
                entry,
                resource: self.next_version(&resource),
                replaced: Some(Replaced {
                    excerpt: &excerpt,
                    before: &before,
                    writes: entry.schema.root_ids(),
                }),
                document,
                password_hash: None,
                touches: BTreeSet::new(),
            };
            changes.push(draft.into_change(Expect::Version(resource.version))?.0);
        }
        Ok(changes)
    }
}

impl Links<'_> {
    /// Takes `id` out of the members, and from the place of the manager.
    fn remove(&self, document: &mut Map<String, Value>, id: &ResourceId) {
        let names_it = |holder: &Value| holder.get("value").and_then(Value::as_str) == Some(&id.0);
        if let Some(Value::Array(members)) = self.members().and_then(|node| document.get_mut(node))
        {
            members.retain(|member| !names_it(member));
        }
        if let Some((extension, manager)) = self.manager()
            && let Some(Value::Object(extension)) = document.get_mut(extension)
            && extension.get(manager).is_some_and(names_it)
        {
            extension.shift_remove(manager);
        }
        // What is empty has no value (RFC 7643 §2.5), and `schemas` lists what has data (§3).
        document.retain(|_, value| !is_empty(value));
        let left: Vec<String> = document.keys().cloned().collect();
        let base = self.base_urn();
        if let Some(Value::Array(schemas)) = document.get_mut("schemas") {
            schemas.retain(|urn| {
                urn.as_str()
                    .is_some_and(|urn| urn == base || left.iter().any(|key| key == urn))
            });
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}
