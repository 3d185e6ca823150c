//! From a resource as it shall be to the change that a store makes.

use super::{ScimFailure, failure::CommitFailure, references::member_ids, represent::lost};
use crate::{
    Core, Edit, EditError, RealmKey,
    audit::Actor,
    config::ConfigObject,
    people::{Ending, ends, forget_grants, revoked},
    snapshot::{RealmSnapshot, TypeEntry},
    store::{
        Change, Commit, CommitError, Expect, GrantsOf, IndexRow, ResourceId, ResourceWrite,
        StoreError, StoredResource,
    },
    to_the_end::ToTheEnd,
};
use scim::{AttrId, AttributeSet, Node, ResourceSchema, Uniqueness, excerpt::Excerpt, index};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The leaves that a canonical resource has a value of; what a POST touches.
pub(super) fn leaves_of(schema: &ResourceSchema, resource: &Map<String, Value>) -> AttributeSet {
    let mut leaves = AttributeSet::new();
    for (key, value) in resource.iter().filter(|(key, _)| *key != "schemas") {
        if let Some(node) = schema.root(key) {
            collect_leaves(schema, node, value, &mut leaves);
        }
    }
    leaves
}

fn collect_leaves(schema: &ResourceSchema, node: &Node, value: &Value, leaves: &mut AttributeSet) {
    if node.is_leaf() {
        leaves.insert(node.id);
        return;
    }
    let elements = value
        .as_array()
        .map_or(std::slice::from_ref(value), Vec::as_slice);
    for (key, value) in elements.iter().filter_map(Value::as_object).flatten() {
        if let Some(child) = schema.child(node.id, key) {
            collect_leaves(schema, child, value, leaves);
        }
    }
}

/// A resource to be written, and what its type is.
pub(super) struct Draft<'a> {
    /// The type.
    pub(super) entry: &'a TypeEntry,
    /// What is there now; `resource.document` is replaced.
    pub(super) resource: StoredResource,
    /// What it replaces, if it is not new.
    pub(super) replaced: Option<Replaced<'a>>,
    /// Everything but the password and what is not stored; of what is not new, all that may differ.
    pub(super) document: Map<String, Value>,
    /// The hash of the password, if it changes.
    pub(super) password_hash: Option<String>,
    /// Other resources whose answers show something of what changes.
    pub(super) touches: BTreeSet<ResourceId>,
}

/// The version of a resource that is replaced.
pub(super) struct Replaced<'a> {
    /// All of it, as it is stored.
    pub(super) excerpt: &'a Excerpt<'a>,
    /// What was read of it: at least what may differ.
    pub(super) before: &'a Map<String, Value>,
    /// The top-level attributes and extensions that may differ.
    pub(super) writes: &'a [AttrId],
}

/// The attribute by which others name a resource.
const NAME: &str = "displayName";

fn names(schema: &ResourceSchema, writes: &[AttrId]) -> bool {
    writes.iter().any(|root| schema.node(*root).key() == NAME)
}

impl Draft<'_> {
    /// The change, and the resource as it will be.
    pub(super) fn into_change(
        self,
        expect: Expect,
    ) -> Result<(Change, StoredResource), StoreError> {
        let schema = &self.entry.schema;
        let nothing = Map::new();
        let (before, writes) = match &self.replaced {
            Some(replaced) => (replaced.before, replaced.writes),
            None => (&nothing, schema.root_ids()),
        };
        let (replaced, index) = index::changed(schema, writes, before, &self.document);
        let document = match &self.replaced {
            Some(replaced) => replaced.excerpt.put_back(writes, &self.document),
            None => serde_json::to_string(&self.document).map_err(|_| lost(&self.resource))?,
        };
        let display = match &self.replaced {
            Some(replaced) if !names(schema, writes) => replaced.excerpt.text_of(NAME),
            _ => self
                .document
                .get(NAME)
                .and_then(Value::as_str)
                .map(str::to_owned),
        };
        let resource = StoredResource {
            document,
            ..self.resource
        };
        let write = ResourceWrite {
            resource_type: self.entry.name.clone(),
            resource: resource.clone(),
            index: rows(schema, index),
            replaced: rows(schema, replaced),
            touches: self.touches.into_iter().collect(),
            display,
            password_hash: self.password_hash,
        };
        Ok((
            Change::PutResource {
                expect,
                write: Box::new(write),
            },
            resource,
        ))
    }
}

/// What a resource is found by.
fn rows(schema: &ResourceSchema, entries: Vec<index::IndexEntry<'_>>) -> Vec<IndexRow> {
    let row = |entry: index::IndexEntry<'_>| IndexRow {
        path: entry.path.into(),
        element: entry.element,
        primary: entry.primary,
        unique: schema.node(entry.attr).attribute.uniqueness != Uniqueness::None,
        value: entry.value,
    };
    entries.into_iter().map(row).collect()
}

/// The members that come or go between two versions of a resource: their `groups` change.
pub(super) fn moved_members(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> BTreeSet<ResourceId> {
    let (before, after) = (member_ids(before), member_ids(after));
    before.symmetric_difference(&after).cloned().collect()
}

/// The person whose standing ends by a change (S15, B6): deactivated, deleted, or with another
/// password. The catalogue knows people by the name of their type.
fn ended(change: &Change) -> Option<(ResourceId, Ending)> {
    match change {
        Change::DeleteResource {
            resource_type, id, ..
        } if **resource_type == *IDENTITY => Some((id.clone(), Ending::Gone)),
        Change::PutResource {
            expect: Expect::Version(_),
            write,
        } if *write.resource_type == *IDENTITY => {
            let changed = |path: &str| write.index.iter().any(|row| *row.path == *path);
            let inactive = changed("active") && is_inactive(&write.resource.document);
            let ends = inactive || write.password_hash.is_some();
            ends.then(|| (write.resource.id.clone(), Ending::Everything))
        }
        _ => None,
    }
}

/// The type of people.
const IDENTITY: &str = "User";

fn is_inactive(document: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Active {
        active: Option<bool>,
    }
    serde_json::from_str::<Active>(document).is_ok_and(|found| found.active == Some(false))
}

impl Core {
    /// Applies all of `changes`, or none; but for [`commit_person_in`](Self::commit_person_in), which only adds, the one
    /// way in which resources change, so that nothing is kept of what they were (see
    /// [`kept`](super::kept)).
    pub(crate) async fn commit_resources(
        &self,
        realm: &RealmKey,
        mut changes: Vec<Change>,
    ) -> Result<(), CommitFailure> {
        let (writing, now) = (self.kept().begin(realm, &changes), self.now());
        let ended: Vec<(ResourceId, Ending)> = changes.iter().filter_map(ended).collect();
        let mut notices = Vec::new();
        for (person, ending) in ended {
            if let Some(snapshot) = self.directory().realm_by_key(realm) {
                notices.extend(self.told_of_person(snapshot, &person).await?);
            }
            changes.extend(ends(&person, &ending, now));
        }
        let revoked: Vec<GrantsOf> = changes.iter().filter_map(revoked).collect();
        let commit = Commit {
            realm: realm.clone(),
            changes,
        };
        let (store, live) = (self.shared_store(), self.shared_live_tokens());
        let outcome = ToTheEnd::new(async move {
            let realm = commit.realm.clone();
            let outcome = store.commit(commit).await;
            if !matches!(outcome, Err(CommitError::Conflict(_))) {
                for of in &revoked {
                    forget_grants(&*store, &live, &realm, of, now).await?;
                }
            }
            // A store that failed may have applied it all the same, or may yet.
            if !matches!(outcome, Err(CommitError::Store(_))) {
                writing.end();
            }
            outcome
        });
        outcome.await.map_err(CommitFailure::of)?;
        self.tell(notices);
        Ok(())
    }

    /// Makes a person by `changes`, in one commit with an object of the configuration, both of which were
    /// decided on `snapshot` for whoever used the set-up link.
    pub(crate) async fn commit_person_in(
        &self,
        snapshot: &RealmSnapshot,
        changes: Vec<Change>,
        object: ConfigObject,
    ) -> Result<(), CommitFailure> {
        let writing = self.kept().begin(snapshot.key(), &changes);
        let edited = self.edit_as(&Actor::SetUp, snapshot.key(), |present, _| {
            let edit = Edit::none(()).put(object);
            match present.revision() == snapshot.revision() {
                true => Ok(changes.into_iter().fold(edit, Edit::first)),
                false => Err(CommitFailure::Overtaken),
            }
        });
        let edited = edited.await;
        // As above.
        if !matches!(edited, Err(EditError::Store(_))) {
            writing.end();
        }
        edited.map_err(|error| match error {
            EditError::Refused(overtaken) => overtaken,
            EditError::NoSuchRealm => ScimFailure::NotFound.into(),
            EditError::Invalid(error) => StoreError::Engine(error.to_string()).into(),
            EditError::Conflict(conflict) => CommitFailure::of(conflict.into()),
            EditError::Store(error) => error.into(),
        })
    }
}
