//! GET of one resource (RFC 7644 §3.4.1).

use super::{Preconditions, Representation, Retrieve, ScimFailure, ScimPermit, kept::View};
use crate::{
    Core,
    store::{ResourceId, StoreError},
};
use scim::Selection;
use std::sync::Arc;

/// What a GET came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Retrieved {
    /// The resource.
    Found(Arc<Representation>),
    /// The caller has it already: 304 (RFC 9110 §15.4.5).
    NotModified {
        /// Its tag.
        etag: String,
    },
}

impl Core {
    /// The resource with the given id, projected to what the permit lets be seen.
    ///
    /// # Errors
    /// [`NotFound`](ScimFailure::NotFound); 412 where `If-Match` does not hold.
    pub async fn retrieve_resource(
        &self,
        permit: &ScimPermit<Retrieve>,
        id: &str,
        preconditions: &Preconditions,
        selection: &Selection,
    ) -> Result<Retrieved, ScimFailure> {
        let id = permit.target(id).ok_or(ScimFailure::NotFound)?;
        let view = self.view(permit, permit.attributes(), selection);
        let found = match self.kept().get(&view, &id.0) {
            Some(kept) => kept,
            None => {
                let read = self.read_resource(permit, &view, &id).await?;
                #[cfg(feature = "leaks")]
                if read.is_none() && self.leaked_elsewhere(permit, &id).await? {
                    return Err(scim::ScimError::new(403, None, "another realm has it").into());
                }
                read.ok_or(ScimFailure::NotFound)?
            }
        };
        preconditions.check_match(&found.etag)?;
        match preconditions.is_known(&found.etag) {
            true => Ok(Retrieved::NotModified {
                etag: found.etag.clone(),
            }),
            false => Ok(Retrieved::Found(found)),
        }
    }

    /// A resource as it is seen, read from the store.
    pub(super) async fn read_resource<K>(
        &self,
        permit: &ScimPermit<K>,
        view: &View,
        id: &ResourceId,
    ) -> Result<Option<Arc<Representation>>, StoreError> {
        let before = self.before_reading(permit, std::iter::once(id));
        let found = self
            .store()
            .find_resource(permit.realm(), permit.type_name(), id)
            .await?;
        let Some(resource) = found else {
            return Ok(None);
        };
        let made = self
            .represent(permit, std::slice::from_ref(&resource), view, &before)
            .await?;
        Ok(made.into_iter().next())
    }
}
