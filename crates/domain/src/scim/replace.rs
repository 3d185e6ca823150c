//! PUT (RFC 7644 §3.5.1).

#[cfg(feature = "leaks")]
use super::leaks;
use super::{
    Modify, Preconditions, Representation, ScimFailure, ScimPermit, password,
    rewrite::{Planned, Reads, Rewrite},
};
use crate::Core;
use scim::{AttributeSet, Selection, replace, validate};
use serde_json::{Map, Value};
use std::sync::Arc;

impl Core {
    /// Replaces what the caller may both retrieve and modify of a resource by `body`.
    ///
    /// The answer has what the caller may retrieve, or else `schemas`, `id` and `meta` only.
    ///
    /// # Errors
    /// 400 for a body that does not fit, [`NotFound`](ScimFailure::NotFound), 412, a refusal for a
    /// change outside the permit, 409 for a value that must be unique and is not.
    pub async fn replace_resource(
        &self,
        permit: &ScimPermit<Modify>,
        id: &str,
        body: Map<String, Value>,
        preconditions: &Preconditions,
        selection: &Selection,
    ) -> Result<Arc<Representation>, ScimFailure> {
        let schema = permit.schema();
        let incoming = validate::replacement(schema, body)?;
        let id = permit.target(id).ok_or(ScimFailure::NotFound)?;
        let nothing = AttributeSet::new();
        let retrieve = permit.readable().unwrap_or(&nothing);
        #[cfg(feature = "leaks")]
        let retrieve = leaks::widened(leaks::Leak::PutOnHidden, schema, retrieve);
        let plan = |current: &Map<String, Value>, _| {
            let incoming = incoming.clone();
            let plan = replace::plan(schema, current, incoming, retrieve, permit.attributes())?;
            permit.require(&plan.touched)?;
            let (mut document, unchanged) = (plan.resource, plan.unchanged);
            // RFC 7643 §4.1.1: a password is never read, so that its absence means nothing.
            let password = password::take(schema, &mut document)?;
            Ok(Some(Planned {
                document,
                password,
                unchanged,
            }))
        };
        let rewrite = Rewrite {
            id: &id,
            preconditions,
            reads: Reads::Whole,
            writes: schema.root_ids().to_vec(),
        };
        let resource = self.rewrite(permit, rewrite, plan).await?;
        let readable = permit.readable().unwrap_or(schema.always_readable());
        let view = self.view(permit, readable, selection);
        Ok(self.represent_one(permit, &resource, &view).await?)
    }
}
