//! DELETE (RFC 7644 §3.6).

use super::{
    Delete, Preconditions, ScimFailure, ScimPermit, failure::CommitFailure, rewrite::MAX_TRIES,
};
use crate::{
    Core,
    store::{Change, StoreError},
};

impl Core {
    /// Deletes a resource; it leaves every group, and is nobody's manager any more.
    ///
    /// # Errors
    /// [`NotFound`](ScimFailure::NotFound); 412; 403 or 409 for people with roles.
    pub async fn delete_resource(
        &self,
        permit: &ScimPermit<Delete>,
        id: &str,
        preconditions: &Preconditions,
    ) -> Result<(), ScimFailure> {
        let id = permit.target(id).ok_or(ScimFailure::NotFound)?;
        for _ in 0..MAX_TRIES {
            let found = self
                .store()
                .find_resource(permit.realm(), permit.type_name(), &id)
                .await?;
            let stored = found.ok_or(ScimFailure::NotFound)?;
            preconditions.check(|| self.etag(permit.realm(), &stored))?;
            let delete = Change::DeleteResource {
                resource_type: permit.type_name().clone(),
                id: id.clone(),
                version: Some(stored.version),
                at: self.now(),
            };
            let identity = permit.snapshot().catalogue().identity_type() == Some(permit.entry().id);
            let expected = self.may_make(permit.caller(), identity, &delete)?;
            let mut changes: Vec<Change> = expected.into_iter().collect();
            changes.extend(self.forget(permit.snapshot(), &id).await?);
            changes.push(delete);
            match self.commit_resources(permit.realm(), changes).await {
                Ok(()) => return Ok(()),
                Err(CommitFailure::Overtaken) => {}
                Err(CommitFailure::Failed(failure)) => return Err(failure),
            }
        }
        Err(StoreError::Unavailable("too many writes to one resource".to_owned()).into())
    }
}
