//! Bulk (RFC 7644 §3.7): many operations in one request, each decided and done by itself (S11).

use super::{Place, Preconditions, ScimFailure, represent::location};
use crate::{Core, access::Caller, store::ResourceId};
use scim::{
    ScimError, Selection,
    bulk::{self, BulkMethod, BulkOperation, BulkRequest, BulkResponse, BulkResult, Step},
    etag::EntityTags,
};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// What an operation came to.
struct Done {
    status: u16,
    id: ResourceId,
    version: Option<String>,
}

/// The ids that bulkIds stand for by now.
type Created = HashMap<String, ResourceId>;

impl Core {
    /// Does the operations of `body`, what is referred to before what refers to it. Each is decided
    /// by what the caller's token allows when its turn comes (T6).
    ///
    /// # Errors
    /// 400 or 413 for what is no bulk request; a failed operation is part of the answer.
    pub async fn bulk(
        &self,
        caller: &Caller,
        body: Map<String, Value>,
    ) -> Result<BulkResponse, ScimFailure> {
        let request = BulkRequest::parse(body)?;
        let mut results: Vec<Option<BulkResult>> = vec![None; request.entries.len()];
        let (mut created, mut errors) = (Created::new(), 0);
        for (index, in_circle) in order(&request) {
            let slot = request.entries.get(index).zip(results.get_mut(index));
            let Some((entry, result)) = slot else {
                continue;
            };
            if request.fail_on_errors.is_some_and(|most| errors >= most) {
                break;
            }
            let operation = match &entry.operation {
                Ok(_) if in_circle => Err(circle()),
                Ok(operation) => resolve(operation, &created),
                Err(error) => Err(error.clone()),
            };
            let done = match &operation {
                Ok(operation) => self.bulk_operation(caller, operation).await,
                Err(error) => Err(error.clone().into()),
            };
            match (&done, &entry.bulk_id) {
                (Ok(done), Some(bulk_id)) if done.status == 201 => {
                    created.insert(bulk_id.clone(), done.id.clone());
                }
                (Ok(_), _) => {}
                (Err(_), _) => errors += 1,
            }
            let place = operation.as_ref().ok();
            *result = Some(BulkResult {
                method: entry.method.clone(),
                bulk_id: entry.bulk_id.clone(),
                location: place.and_then(|operation| location_of(caller, operation, &done)),
                version: done.as_ref().ok().and_then(|done| done.version.clone()),
                status: done
                    .as_ref()
                    .map_or_else(|f| f.error().status, |d| d.status)
                    .to_string(),
                response: done.err().map(|failure| failure.error().body()),
            });
        }
        Ok(BulkResponse::new(results.into_iter().flatten().collect()))
    }

    async fn bulk_operation(
        &self,
        caller: &Caller,
        operation: &BulkOperation,
    ) -> Result<Done, ScimFailure> {
        let caller = self.renew(caller).await?;
        let place =
            Place::at(caller.snapshot(), &operation.endpoint).ok_or(ScimFailure::NotFound)?;
        let id = operation.id.as_deref().unwrap_or_default();
        let if_match = operation
            .version
            .as_deref()
            .map(EntityTags::parse)
            .transpose();
        let preconditions = |if_match| Preconditions {
            if_match,
            ..Preconditions::default()
        };
        let data = operation.data.as_object().cloned().unwrap_or_default();
        let selection = &Selection::Default;
        let (status, made) = match operation.method {
            BulkMethod::Post => {
                let permit = caller.permit_scim(&place)?;
                (201, self.create_resource(&permit, data, selection).await?)
            }
            BulkMethod::Put => {
                let permit = caller.permit_scim(&place)?;
                let tags = preconditions(if_match?);
                (
                    200,
                    self.replace_resource(&permit, id, data, &tags, selection)
                        .await?,
                )
            }
            BulkMethod::Patch => {
                let permit = caller.permit_scim(&place)?;
                let tags = preconditions(if_match?);
                let patched = self.patch_resource(&permit, id, data, &tags, selection);
                let patched = patched.await?;
                // As outside of bulk: 204 where the caller may not see it (product §6.2).
                (if patched.shown { 200 } else { 204 }, patched.resource)
            }
            BulkMethod::Delete => {
                let permit = caller.permit_scim(&place)?;
                self.delete_resource(&permit, id, &preconditions(if_match?))
                    .await?;
                return Ok(Done {
                    status: 204,
                    id: ResourceId(id.into()),
                    version: None,
                });
            }
        };
        Ok(Done {
            status,
            id: made.id,
            version: Some(made.etag),
        })
    }
}

/// The operations' indexes in the order in which they run, each with whether it is the one at
/// which a circle of references ends (RFC 7644 §3.7.1: 409). Those that are refused already keep
/// their place.
fn order(request: &BulkRequest) -> Vec<(usize, bool)> {
    let steps = bulk::order(request)
        .into_iter()
        .filter_map(|step| match step {
            Step::Run(index) => Some((index, false)),
            Step::Create { operation, .. } => Some((operation, true)),
            Step::Complete(_) => None,
        });
    let is_refused = |index: &usize| {
        request
            .entries
            .get(*index)
            .is_some_and(|entry| entry.operation.is_err())
    };
    let mut refused = (0..request.entries.len()).filter(is_refused).peekable();
    let mut ordered = Vec::with_capacity(request.entries.len());
    for step in steps {
        while let Some(index) = refused.next_if(|index| *index < step.0) {
            ordered.push((index, false));
        }
        ordered.push(step);
    }
    ordered.extend(refused.map(|index| (index, false)));
    ordered
}

fn resolve(operation: &BulkOperation, created: &Created) -> Result<BulkOperation, ScimError> {
    bulk::resolve(operation, &|bulk_id: &str| {
        created.get(bulk_id).map(|id| &*id.0)
    })
}

fn circle() -> ScimError {
    ScimError::new(409, None, "the operations refer to each other in a circle")
}

/// RFC 7644 §3.7.3: the resource's URL; a POST that failed has none.
fn location_of(
    caller: &Caller,
    operation: &BulkOperation,
    done: &Result<Done, ScimFailure>,
) -> Option<String> {
    let sent = operation.id.as_deref().map(|id| ResourceId(id.into()));
    let id = done.as_ref().ok().map(|done| done.id.clone()).or(sent)?;
    let types = caller.snapshot().types();
    Some(location(
        caller.snapshot(),
        types.by_endpoint(&operation.endpoint)?,
        &id,
    ))
}
