//! People whom nobody creates by SCIM: those whom an identity provider vouches for.

use super::{failure::CommitFailure, write::Draft};
use crate::{
    Core,
    people::identity_type,
    snapshot::RealmSnapshot,
    store::{Change, Expect, ResourceId, StoreError, StoredResource},
};
use scim::validate;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Why no person was made.
#[derive(Debug)]
pub(crate) enum ProvisionFailure {
    /// The resource does not fit its type, or a value must be unique and is not.
    Unfit(scim::ScimError),
    /// What it rests on changed meanwhile, or somebody made the same.
    Overtaken,
    /// The store failed.
    Store(StoreError),
}

impl Core {
    /// Makes a person of what was found out about them, held to all that a POST of the same would be
    /// held to, in one commit with what `with` adds. They have no password.
    pub(crate) async fn provision_person(
        &self,
        snapshot: &RealmSnapshot,
        person: Map<String, Value>,
        with: impl FnOnce(&ResourceId) -> Result<Change, StoreError>,
    ) -> Result<(), ProvisionFailure> {
        let entry = identity_type(snapshot).map_err(ProvisionFailure::Store)?;
        let schema = &entry.schema;
        let unfit = ProvisionFailure::Unfit;
        let mut document = validate::canonical(schema, person).map_err(unfit)?;
        document.shift_remove("password");
        validate::check_required(schema, &document).map_err(unfit)?;
        validate::check_size(|| document.clone(), 0, &document).map_err(unfit)?;
        let (id, now) = (self.new_resource_id(), self.now());
        let resource = StoredResource {
            id: id.clone(),
            number: None,
            version: 1,
            created: now,
            modified: now,
            document: String::new(),
        };
        let draft = Draft {
            entry,
            resource,
            replaced: None,
            document,
            password_hash: None,
            touches: BTreeSet::new(),
        };
        let (change, _) = draft
            .into_change(Expect::Absent)
            .map_err(ProvisionFailure::Store)?;
        let expect = Change::ExpectRevision {
            revision: snapshot.revision(),
        };
        let with = with(&id).map_err(ProvisionFailure::Store)?;
        let made = self.commit_resources(snapshot.key(), vec![expect, change, with]);
        made.await.map_err(|failure| match failure {
            CommitFailure::Overtaken => ProvisionFailure::Overtaken,
            CommitFailure::Failed(super::ScimFailure::Error(error)) => {
                ProvisionFailure::Unfit(error)
            }
            CommitFailure::Failed(super::ScimFailure::Store(error)) => {
                ProvisionFailure::Store(error)
            }
            CommitFailure::Failed(other) => {
                ProvisionFailure::Store(StoreError::Unavailable(other.to_string()))
            }
        })
    }
}
