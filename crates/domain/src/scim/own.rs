//! What people write of themselves: allowed by their session and not by a token, and held to the same
//! rules as everybody's writes.

use super::{
    CommitFailure, ScimFailure,
    references::Links,
    represent::lost,
    write::{Draft, Replaced},
};
use crate::{
    Core,
    people::{Person, identity_type},
    snapshot::RealmSnapshot,
    store::{Change, Expect, ResourceId, StoredResource},
};
use scim::{AttrId, excerpt::Excerpt, json_text::Malformed, validate};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

impl Core {
    /// The change that makes a person of `body`, and the id that they get.
    ///
    /// # Errors
    /// 400 for a body that does not fit the type.
    pub(crate) fn new_person(
        &self,
        snapshot: &RealmSnapshot,
        mut body: Map<String, Value>,
        password_hash: String,
    ) -> Result<(ResourceId, Change), ScimFailure> {
        let entry = identity_type(snapshot)?;
        let schemas = json!([Links::of(entry).base_urn()]);
        body.insert("schemas".to_owned(), schemas);
        let document = validate::canonical(&entry.schema, body)?;
        validate::check_required(&entry.schema, &document)?;
        validate::check_size(|| document.clone(), 0, &document)?;
        let now = self.now();
        let draft = Draft {
            entry,
            resource: StoredResource {
                id: self.new_resource_id(),
                number: None,
                version: 1,
                created: now,
                modified: now,
                document: String::new(),
            },
            replaced: None,
            document,
            password_hash: Some(password_hash),
            touches: BTreeSet::new(),
        };
        let (change, resource) = draft.into_change(Expect::Absent)?;
        Ok((resource.id, change))
    }

    /// Replaces what a person's resource holds by `document`, in one commit with `expected`.
    ///
    /// # Errors
    /// 400 for a document that does not fit the type, 409 for a value that must be unique and is not;
    /// that something else was written first.
    pub(crate) async fn rewrite_own(
        &self,
        snapshot: &RealmSnapshot,
        person: &Person,
        document: Map<String, Value>,
        expected: Vec<Change>,
    ) -> Result<(), CommitFailure> {
        let entry = identity_type(snapshot)?;
        let schema = &entry.schema;
        let (stored, before) = (&*person.resource, &*person.document);
        let document = validate::canonical(schema, document)?;
        validate::check_required(schema, &document)?;
        validate::check_size(|| document.clone(), 0, &document)?;
        let differs = |key: &str| before.get(key) != document.get(key);
        let roots = schema.roots().filter(|root| differs(root.key()));
        let writes: Vec<AttrId> = roots.map(|root| root.id).collect();
        if writes.is_empty() {
            return Ok(());
        }
        let excerpt = Excerpt::of(schema, &stored.document);
        let excerpt = excerpt.map_err(|Malformed| lost(stored))?;
        let _turn = self.turns().of(&stored.id).await;
        let links = Links::of(entry);
        let touches = self.shown_elsewhere(snapshot, &links, (&stored.id, before), &document);
        let draft = Draft {
            entry,
            resource: self.next_version(stored),
            touches: touches.await?,
            replaced: Some(Replaced {
                excerpt: &excerpt,
                before,
                writes: &writes,
            }),
            document,
            password_hash: None,
        };
        let (change, _) = draft.into_change(Expect::Version(stored.version))?;
        let revision = Change::ExpectRevision {
            revision: snapshot.revision(),
        };
        let mut changes = vec![revision, change];
        changes.extend(expected);
        self.commit_resources(snapshot.key(), changes).await
    }
}
