//! References by `bulkId` (RFC 7644 §3.7.2).

use super::BulkOperation;
use crate::{ScimError, messages};
use serde_json::Value;
use std::collections::BTreeSet;

const PREFIX: &str = "bulkId:";

/// The bulkIds that an operation refers to, in its path or as whole strings in its data.
pub fn references(operation: &BulkOperation) -> BTreeSet<&str> {
    let mut found: BTreeSet<&str> = operation
        .id
        .as_deref()
        .and_then(bulk_id)
        .into_iter()
        .collect();
    collect(&operation.data, &mut found);
    found
}

/// The operation with every reference replaced by the id that `find` knows for its bulkId.
///
/// Errors: 409 if one has none: no operation of the request has that bulkId, or it has failed.
pub fn resolve<'a>(
    operation: &BulkOperation,
    find: &impl Fn(&str) -> Option<&'a str>,
) -> Result<BulkOperation, ScimError> {
    let mut resolved = operation.clone();
    if let Some(id) = &mut resolved.id {
        replace(id, find)?;
    }
    resolve_value(&mut resolved.data, find)?;
    Ok(resolved)
}

fn bulk_id(text: &str) -> Option<&str> {
    text.strip_prefix(PREFIX)
}

fn collect<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::String(text) => found.extend(bulk_id(text)),
        Value::Array(elements) => elements.iter().for_each(|e| collect(e, found)),
        Value::Object(members) => members.values().for_each(|m| collect(m, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn resolve_value<'a>(
    value: &mut Value,
    find: &impl Fn(&str) -> Option<&'a str>,
) -> Result<(), ScimError> {
    match value {
        Value::String(text) => replace(text, find),
        Value::Array(elements) => elements.iter_mut().try_for_each(|e| resolve_value(e, find)),
        Value::Object(members) => members
            .values_mut()
            .try_for_each(|m| resolve_value(m, find)),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

fn replace<'a>(
    text: &mut String,
    find: &impl Fn(&str) -> Option<&'a str>,
) -> Result<(), ScimError> {
    let Some(id) = bulk_id(text) else {
        return Ok(());
    };
    let unresolved = || {
        ScimError::new(
            409,
            None,
            format!(
                "no resource was created with `bulkId` {}",
                messages::cut(id)
            ),
        )
    };
    *text = find(id).ok_or_else(unresolved)?.to_owned();
    Ok(())
}
