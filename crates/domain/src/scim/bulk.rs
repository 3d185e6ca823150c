//! Bulk (RFC 7644 §3.7): many operations in one request, each decided and done by itself (S11).

use super::{Place, Preconditions, ScimFailure, represent::location};
use crate::{Core, access::Caller, store::ResourceId};
use scim::{
    ScimError, Selection,
    bulk::{self, BulkMethod, BulkOperation, BulkRequest, BulkResponse, BulkResult, Step},
    etag::EntityTags,
};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};

/// What an operation came to.
struct Done {
    status: u16,
    id: ResourceId,
    version: Option<String>,
}

/// The ids that bulkIds stand for: of what was made, and of what is referred to ahead (RFC 7644
/// §3.7.1, resources that refer to each other) and will be made under the id that it has here.
#[derive(Default)]
struct Ids {
    made: HashMap<String, ResourceId>,
    reserved: HashMap<String, ResourceId>,
}

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
        let (mut ids, mut errors) = (Ids::default(), 0);
        for Step {
            operation: index,
            ahead,
        } in order(&request)
        {
            let slot = request.entries.get(index).zip(results.get_mut(index));
            let Some((entry, result)) = slot else {
                continue;
            };
            if request.fail_on_errors.is_some_and(|most| errors >= most) {
                break;
            }
            let operation = match &entry.operation {
                Ok(operation) => ids.resolve(operation, ahead, &|| self.new_resource_id()),
                Err(error) => Err(error.clone()),
            };
            let done = match &operation {
                Ok(operation) => {
                    let id = ids.reserved(entry.bulk_id.as_deref());
                    let id = id.unwrap_or_else(|| self.new_resource_id());
                    self.bulk_operation(caller, operation, id).await
                }
                Err(error) => Err(error.clone().into()),
            };
            match (&done, &entry.bulk_id) {
                (Ok(done), Some(bulk_id)) if done.status == 201 => {
                    ids.made.insert(bulk_id.clone(), done.id.clone());
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
        new_id: ResourceId,
    ) -> Result<Done, ScimFailure> {
        let caller = self.renew(caller).await?;
        let place =
            Place::at(caller.snapshot(), &operation.endpoint).ok_or(ScimFailure::NotFound)?;
        let id = operation.id.as_deref().unwrap_or_default();
        #[cfg(feature = "leaks")]
        if self.leaked_absence(&caller, operation).await? {
            return Err(ScimFailure::NotFound);
        }
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
                let made = self.create_as(new_id, &permit, data, selection);
                (201, made.await?)
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
            id: made.id.clone(),
            version: Some(made.etag.clone()),
        })
    }
}

/// The steps in the order in which they run. Operations that are refused already keep their place.
fn order(request: &BulkRequest) -> Vec<Step> {
    let is_refused = |index: &usize| {
        request
            .entries
            .get(*index)
            .is_some_and(|entry| entry.operation.is_err())
    };
    let mut refused = (0..request.entries.len()).filter(is_refused).peekable();
    let mut ordered = Vec::with_capacity(request.entries.len());
    let alone = |operation| Step {
        operation,
        ahead: BTreeSet::new(),
    };
    for step in bulk::order(request) {
        while let Some(index) = refused.next_if(|index| *index < step.operation) {
            ordered.push(alone(index));
        }
        ordered.push(step);
    }
    ordered.extend(refused.map(alone));
    ordered
}

impl Ids {
    /// The operation with ids in the place of bulkIds.
    fn resolve(
        &mut self,
        operation: &BulkOperation,
        ahead: BTreeSet<String>,
        new_id: &dyn Fn() -> ResourceId,
    ) -> Result<BulkOperation, ScimError> {
        for bulk_id in &ahead {
            self.reserved.entry(bulk_id.clone()).or_insert_with(new_id);
        }
        bulk::resolve(operation, &|bulk_id: &str| {
            let reserved = || {
                self.reserved
                    .get(bulk_id)
                    .filter(|_| ahead.contains(bulk_id))
            };
            self.made.get(bulk_id).or_else(reserved).map(|id| &*id.0)
        })
    }

    /// The id under which the resource of a POST is made, if it was referred to.
    fn reserved(&self, bulk_id: Option<&str>) -> Option<ResourceId> {
        self.reserved.get(bulk_id?).cloned()
    }
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
