//! POST (RFC 7644 §3.3).

use super::{
    Create, Representation, ScimFailure, ScimPermit,
    failure::CommitFailure,
    password,
    references::{Links, member_ids},
    rewrite::MAX_TRIES,
    write::{Draft, leaves_of},
};
use crate::{
    Core,
    store::{Change, Expect, ResourceId, StoreError, StoredResource},
};
use scim::{Selection, validate};
use serde_json::{Map, Value};
use std::{collections::BTreeSet, sync::Arc};

impl Core {
    /// Makes a resource of `body` under a new id (S12: never one that the caller chose).
    ///
    /// The answer has what the caller may retrieve, or else `schemas`, `id` and `meta` only.
    ///
    /// # Errors
    /// 400 for a body that does not fit the type, a refusal for an attribute outside the permit,
    /// 409 for a value that must be unique and is not.
    pub async fn create_resource(
        &self,
        permit: &ScimPermit<Create>,
        body: Map<String, Value>,
        selection: &Selection,
    ) -> Result<Arc<Representation>, ScimFailure> {
        self.create_as(self.new_resource_id(), permit, body, selection)
            .await
    }

    /// As [`create_resource`](Self::create_resource), under an id of
    /// [`new_resource_id`](Self::new_resource_id).
    pub(super) async fn create_as(
        &self,
        id: ResourceId,
        permit: &ScimPermit<Create>,
        body: Map<String, Value>,
        selection: &Selection,
    ) -> Result<Arc<Representation>, ScimFailure> {
        let mut renewed = None;
        for _ in 0..MAX_TRIES {
            let permit = renewed.as_ref().unwrap_or(permit);
            match self
                .try_create(id.clone(), permit, body.clone(), selection)
                .await
            {
                Ok(made) => return Ok(made),
                Err(CommitFailure::Failed(failure)) => return Err(failure),
                // What the type is may have changed: decide again.
                Err(CommitFailure::Overtaken) => {
                    let next = self.renew_permit(permit).await?;
                    renewed = Some(next);
                }
            }
        }
        Err(StoreError::Unavailable("too many changes of the configuration".to_owned()).into())
    }

    async fn try_create(
        &self,
        id: ResourceId,
        permit: &ScimPermit<Create>,
        body: Map<String, Value>,
        selection: &Selection,
    ) -> Result<Arc<Representation>, CommitFailure> {
        let schema = permit.schema();
        let mut document = validate::canonical(schema, body)?;
        permit.require(&leaves_of(schema, &document))?;
        validate::check_required(schema, &document)?;
        validate::check_size(|| document.clone(), 0, &document)?;
        let password = password::take(schema, &mut document)?;
        let links = Links::of(permit.entry());
        self.settle_member_types(permit.caller(), &links, &mut document)
            .await?;
        let touches = match links.has_members() {
            true => member_ids(&document),
            false => BTreeSet::new(),
        };
        let now = self.now();
        let resource = StoredResource {
            id,
            number: None,
            version: 1,
            created: now,
            modified: now,
            document: String::new(),
        };
        let new_password = self
            .accept_password(permit, &password, (&resource, &document))
            .await?;
        let password_hash = password.into_hash().await?;
        let draft = Draft {
            entry: permit.entry(),
            resource,
            replaced: None,
            document,
            password_hash,
            touches,
        };
        let (change, resource) = draft.into_change(Expect::Absent)?;
        let expect = Change::ExpectRevision {
            revision: permit.snapshot().revision(),
        };
        let mut changes = vec![expect, change];
        changes.extend(new_password);
        let made = self.commit_resources(permit.realm(), changes);
        let made = made.await;
        #[cfg(feature = "leaks")]
        let made = match made {
            Err(CommitFailure::Failed(failure)) => {
                Err(self.leaked_owner(permit, &resource, failure).await)
            }
            made => made,
        };
        made?;
        let readable = permit.readable().unwrap_or(schema.always_readable());
        let view = self.view(permit, readable, selection);
        Ok(self.represent_one(permit, &resource, &view).await?)
    }
}
