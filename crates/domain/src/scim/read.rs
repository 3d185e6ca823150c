//! GET of one resource (RFC 7644 §3.4.1).

use super::{Preconditions, Representation, Retrieve, ScimFailure, ScimPermit};
use crate::Core;
use scim::Selection;

/// What a GET came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Retrieved {
    /// The resource.
    Found(Representation),
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
        let found = self
            .store()
            .find_resource(permit.realm(), permit.type_name(), &id)
            .await?;
        let resource = found.ok_or(ScimFailure::NotFound)?;
        let etag = self.etag(permit.realm(), &resource);
        preconditions.check_match(&etag)?;
        if preconditions.is_known(&etag) {
            return Ok(Retrieved::NotModified { etag });
        }
        let visible = selection.visible(permit.schema(), permit.attributes());
        Ok(Retrieved::Found(
            self.represent_one(permit, resource, &visible).await?,
        ))
    }
}
