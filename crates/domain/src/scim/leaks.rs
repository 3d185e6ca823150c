//! What the holes of [`scim::leaks`] need of the rules. Only a build with the feature `leaks` has it.

use super::{ScimFailure, ScimPermit, failure::CommitFailure, search::Page};
use crate::{
    Core,
    access::Caller,
    snapshot::TypeEntry,
    store::{ResourceId, ResourceQuery, StoreError, StoredResource, Window},
};
use scim::{
    AttributeSet, ResourceSchema, ScimError, ScimType, Typed, Uniqueness,
    bulk::BulkOperation,
    filter::{BoundFilter, CompareOp},
};
use serde_json::{Map, Value};
use std::sync::Arc;

pub(super) use scim::leaks::{Leak, is};

/// All attributes if the leak is open, else `allowed`.
pub(super) fn widened<'a>(
    leak: Leak,
    schema: &'a ResourceSchema,
    allowed: &'a AttributeSet,
) -> &'a AttributeSet {
    match is(leak) {
        true => schema.all_attributes(),
        false => allowed,
    }
}

/// What is visible, and a user's groups if that leak is open.
pub(super) fn with_memberships(entry: &TypeEntry, visible: &AttributeSet) -> AttributeSet {
    let mut visible = visible.clone();
    let groups = entry.schema.root("groups");
    if let Some(groups) = groups.filter(|_| is(Leak::Memberships)) {
        visible.union_with(&entry.schema.leaves(groups.id));
    }
    visible
}

fn query(schema: &Arc<ResourceSchema>, filter: Option<BoundFilter>, count: u32) -> ResourceQuery {
    ResourceQuery {
        schema: schema.clone(),
        filter,
        sort: None,
        window: Window::Offset(0),
        count,
        total: true,
        unbounded: true,
    }
}

impl Core {
    /// A page that counts resources of types that the caller may not search, or after which a
    /// search goes on with what its last resource is.
    pub(super) async fn leaked_page<K>(
        &self,
        permit: &ScimPermit<K>,
        mut page: Page,
    ) -> Result<Page, StoreError> {
        if let Some(next) = page.next.as_mut().filter(|_| is(Leak::CursorOfContent)) {
            let last = self
                .store()
                .find_resource(permit.realm(), permit.type_name(), &next.id)
                .await?;
            next.key = last.map(|last| last.document);
        }
        if is(Leak::CountOfHidden) {
            page.total += self.count_hidden(permit).await?;
        }
        Ok(page)
    }

    async fn count_hidden<K>(&self, permit: &ScimPermit<K>) -> Result<u64, StoreError> {
        let mut count = 0;
        let (grant, snapshot) = (permit.caller().grant(), permit.snapshot());
        let hidden = |entry: &&TypeEntry| {
            grant
                .attributes(entry.id, scope::Operation::Search)
                .is_none()
        };
        for entry in snapshot.types().all().iter().filter(hidden) {
            let page = self
                .store()
                .search(permit.realm(), &query(&entry.schema, None, 0))
                .await?;
            count += page.total.unwrap_or_default();
        }
        Ok(count)
    }

    /// The failure to write `new`, and of a conflict what the resource in its way is like.
    pub(super) async fn leaked_owner<K>(
        &self,
        permit: &ScimPermit<K>,
        new: &StoredResource,
        failure: ScimFailure,
    ) -> CommitFailure {
        match self.find_owner(permit, new).await {
            Some(owner) if is(Leak::OwnerOfValue) => CommitFailure::Failed(owner),
            _ => CommitFailure::Failed(failure),
        }
    }

    async fn find_owner<K>(
        &self,
        permit: &ScimPermit<K>,
        new: &StoredResource,
    ) -> Option<ScimFailure> {
        let schema = permit.schema();
        let document: Map<String, Value> = serde_json::from_str(&new.document).ok()?;
        let is_unique =
            |node: &&scim::Node| node.attribute.uniqueness != Uniqueness::None && node.is_leaf();
        for node in schema.roots().filter(is_unique) {
            let Some(value) = document.get(node.key()).and_then(Value::as_str) else {
                continue;
            };
            let same = BoundFilter::Compare {
                attr: node.id,
                op: CompareOp::Eq,
                value: Typed::Text(value.to_owned()),
            };
            let found = self
                .store()
                .search(permit.realm(), &query(schema, Some(same), 1))
                .await;
            if let Some(owner) = found.ok().and_then(|page| page.items.into_iter().next()) {
                let detail = format!("{} has that value", owner.document);
                return Some(ScimError::new(409, ScimType::Uniqueness, detail).into());
            }
        }
        None
    }

    /// Whether there is nothing of the id that an operation of a bulk request names.
    pub(super) async fn leaked_absence(
        &self,
        caller: &Caller,
        operation: &BulkOperation,
    ) -> Result<bool, StoreError> {
        let entry = caller.snapshot().types().by_endpoint(&operation.endpoint);
        let (Some(entry), Some(id), true) = (entry, &operation.id, is(Leak::BulkStatus)) else {
            return Ok(false);
        };
        let id = ResourceId(id.as_str().into());
        let found = self
            .store()
            .find_resource(caller.realm(), &entry.name, &id)
            .await?;
        Ok(found.is_none())
    }

    /// Whether another realm has a resource with that id.
    pub(super) async fn leaked_elsewhere<K>(
        &self,
        permit: &ScimPermit<K>,
        id: &ResourceId,
    ) -> Result<bool, StoreError> {
        if !is(Leak::OtherRealm) {
            return Ok(false);
        }
        for realm in self.directory().realms() {
            let found = self
                .store()
                .find_resource(realm.key(), permit.type_name(), id)
                .await?;
            if found.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
