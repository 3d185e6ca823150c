//! PATCH (RFC 7644 §3.5.2).

#[cfg(feature = "leaks")]
use super::leaks;
use super::{
    Modify, Preconditions, Representation, ScimFailure, ScimPermit,
    password::{self, PasswordChange},
    rewrite::{Planned, Reads, Rewrite},
};
use crate::Core;
use scim::{Selection, patch};
use serde_json::{Map, Value};
use std::sync::Arc;

/// What a PATCH came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Patched {
    /// The resource afterwards, as far as the caller may see it.
    pub resource: Arc<Representation>,
    /// Whether the answer shows it: 200 with a body, or else 204 (product §6.2).
    pub shown: bool,
}

impl Core {
    /// Applies the operations of `body` to a resource, all or none.
    ///
    /// # Errors
    /// 400 for a request that does not fit the type or the resource, a refusal for a target outside
    /// the permit, [`NotFound`](ScimFailure::NotFound), 412, 409 for a value that must be unique.
    pub async fn patch_resource(
        &self,
        permit: &ScimPermit<Modify>,
        id: &str,
        body: Map<String, Value>,
        preconditions: &Preconditions,
        selection: &Selection,
    ) -> Result<Patched, ScimFailure> {
        let schema = permit.schema();
        let request = patch::PatchRequest::parse(body)?;
        let target = permit.target(id);
        let own_id = target.as_ref().map_or(id, |target| &target.0);
        let visible = permit.visible();
        #[cfg(feature = "leaks")]
        let visible = leaks::widened(leaks::Leak::ValuePathOnHidden, schema, &visible).clone();
        let bound = patch::bind(&request, schema, &visible, own_id)?;
        permit.require(bound.touched())?;
        let id = target.clone().ok_or(ScimFailure::NotFound)?;
        let filtered = request.operations.iter().any(|operation| {
            operation
                .path
                .as_ref()
                .is_some_and(|path| path.filter.is_some())
        });
        let sets_password = schema
            .root("password")
            .is_some_and(|node| bound.touched().contains(node.id));
        let plan = |current: &Map<String, Value>, elsewhere: Option<usize>| {
            let patched = match elsewhere {
                None => Some(bound.apply(current)?),
                Some(bytes) => bound.apply_to_excerpt(current, bytes)?,
            };
            let Some(patched) = patched else {
                return Ok(None);
            };
            let mut document = patched.resource;
            let password = match password::take(schema, &mut document)? {
                PasswordChange::Keep if sets_password => PasswordChange::Remove,
                change => change,
            };
            Ok(Some(Planned {
                document,
                password,
                unchanged: patched.unchanged,
            }))
        };
        let reads = match filtered {
            true => Reads::WithNames,
            false => Reads::Excerpt,
        };
        let rewrite = Rewrite {
            id: &id,
            preconditions,
            reads,
            writes: bound.roots(),
        };
        let resource = self.rewrite(permit, rewrite, plan).await?;
        let readable = permit.readable();
        let shown = readable.is_some() || matches!(selection, Selection::Only(_));
        let readable = readable.unwrap_or(schema.always_readable());
        let view = self.view(permit, readable, selection);
        let resource = self.represent_one(permit, &resource, &view).await?;
        Ok(Patched { resource, shown })
    }
}
