//! Bulk requests (RFC 7644 §3.7): read here, ordered by [`order()`], their references filled in by
//! [`resolve`]; the executing is the caller's.

mod order;
mod reference;

pub use order::{Step, order};
pub use reference::{references, resolve};

use crate::{ScimError, messages, urn};
use serde::Serialize;
use serde_json::{Map, Value};

/// Most operations in one request (S11).
pub const MAX_OPERATIONS: usize = 1000;
/// Longest `bulkId`, in bytes.
pub const MAX_BULK_ID: usize = 200;

/// A bulk request.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkRequest {
    /// After how many errors to stop; `None` is never.
    pub fail_on_errors: Option<u64>,
    /// The operations in request order.
    pub entries: Vec<BulkEntry>,
}

/// One operation as sent: what the response repeats of it, and what it means.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkEntry {
    /// `method` as sent.
    pub method: String,
    /// `bulkId` as sent.
    pub bulk_id: Option<String>,
    /// The operation, or why it can't be one; the others are not affected.
    pub operation: Result<BulkOperation, ScimError>,
}

/// An operation that can be tried.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkOperation {
    /// What to do.
    pub method: BulkMethod,
    /// The endpoint's name, without slashes: `Users`.
    pub endpoint: String,
    /// The resource's id, or `bulkId:` and a bulkId; `None` exactly for [`BulkMethod::Post`].
    pub id: Option<String>,
    /// `version`: the ETag that the resource must have.
    pub version: Option<String>,
    /// `data`: the body; `Null` for [`BulkMethod::Delete`].
    pub data: Value,
}

/// `method` of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BulkMethod {
    Post,
    Put,
    Patch,
    Delete,
}

/// One operation of a bulk response.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkResult {
    /// `method` as sent.
    pub method: String,
    /// `bulkId` as sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bulk_id: Option<String>,
    /// The resource's URL; absent for a POST that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The resource's ETag now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// HTTP status, as text.
    pub status: String,
    /// The error's body, for a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<Value>,
}

/// A bulk response.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BulkResponse {
    schemas: [&'static str; 1],
    /// The results, in request order.
    #[serde(rename = "Operations")]
    pub operations: Vec<BulkResult>,
}

impl BulkResponse {
    /// A response with the given results.
    pub fn new(operations: Vec<BulkResult>) -> Self {
        Self {
            schemas: [urn::BULK_RESPONSE],
            operations,
        }
    }
}

impl BulkRequest {
    /// Reads the body of `POST /Bulk`.
    ///
    /// Errors: 400 `invalidSyntax` or `invalidValue` for what is no bulk request at all, 413 for too
    /// many operations. What is wrong with one operation is in its [`BulkEntry`].
    pub fn parse(body: Map<String, Value>) -> Result<Self, ScimError> {
        let (mut fail_on_errors, mut operations) = (None, None);
        for (name, value) in messages::members(body, urn::BULK_REQUEST)? {
            match (name.to_ascii_lowercase().as_str(), value) {
                ("failonerrors", Value::Null) => {}
                ("failonerrors", value) => {
                    let count = value.as_u64().filter(|count| *count > 0);
                    let wrong = || {
                        ScimError::invalid_value("`failOnErrors` must be a whole number above 0")
                    };
                    fail_on_errors = Some(count.ok_or_else(wrong)?);
                }
                ("operations", Value::Array(list)) => operations = Some(list),
                ("operations", _) => {
                    return Err(ScimError::invalid_value("`Operations` must be an array"));
                }
                _ => return Err(messages::unknown_member(&name)),
            }
        }
        let operations = operations.unwrap_or_default();
        if operations.is_empty() {
            return Err(ScimError::invalid_value(
                "`Operations` must have at least one operation",
            ));
        }
        if operations.len() > MAX_OPERATIONS {
            let detail = format!(
                "{} operations; at most {MAX_OPERATIONS} are accepted",
                operations.len()
            );
            return Err(ScimError::new(413, None, detail));
        }
        let mut entries = Vec::with_capacity(operations.len());
        for operation in operations {
            entries.push(entry(operation)?);
        }
        refuse_duplicates(&mut entries);
        Ok(Self {
            fail_on_errors,
            entries,
        })
    }
}

/// The members of one operation.
#[derive(Default)]
struct Members {
    method: String,
    bulk_id: Option<String>,
    path: String,
    version: Option<String>,
    data: Option<Value>,
}

fn entry(operation: Value) -> Result<BulkEntry, ScimError> {
    let Value::Object(object) = operation else {
        return Err(ScimError::invalid_syntax(
            "each of `Operations` must be an object",
        ));
    };
    messages::check_distinct(&object)?;
    let mut members = Members::default();
    for (name, value) in object.into_iter().filter(|(_, value)| !value.is_null()) {
        let lower = name.to_ascii_lowercase();
        match (lower.as_str(), value) {
            ("data", value) => members.data = Some(value),
            ("method", Value::String(text)) => members.method = text,
            ("bulkid", Value::String(text)) => members.bulk_id = Some(text),
            ("path", Value::String(text)) => members.path = text,
            ("version", Value::String(text)) => members.version = Some(text),
            ("method" | "bulkid" | "path" | "version", _) => {
                return Err(ScimError::invalid_syntax(format!(
                    "`{name}` of an operation must be a string"
                )));
            }
            _ => return Err(messages::unknown_member(&name)),
        }
    }
    let (method, bulk_id) = (members.method.clone(), members.bulk_id.clone());
    Ok(BulkEntry {
        method,
        bulk_id,
        operation: understand(members),
    })
}

fn understand(members: Members) -> Result<BulkOperation, ScimError> {
    let method = method(&members.method)?;
    let (endpoint, id) = target(&members.path)?;
    let at_collection = method == BulkMethod::Post;
    if at_collection != id.is_none() {
        let detail =
            "`path` must be `/Endpoint` for POST and `/Endpoint/id` for PUT, PATCH and DELETE";
        return Err(ScimError::invalid_value(detail));
    }
    let bulk_id_fits = members
        .bulk_id
        .as_deref()
        .is_none_or(|id| !id.is_empty() && id.len() <= MAX_BULK_ID);
    if !bulk_id_fits || (at_collection && members.bulk_id.is_none()) {
        let detail = format!("POST needs a `bulkId`, of 1 to {MAX_BULK_ID} bytes");
        return Err(ScimError::invalid_value(detail));
    }
    let data = match (method, members.data) {
        (BulkMethod::Delete, _) => Value::Null,
        (_, Some(data @ Value::Object(_))) => data,
        (_, _) => {
            return Err(ScimError::invalid_value(
                "POST, PUT and PATCH need `data`, an object",
            ));
        }
    };
    Ok(BulkOperation {
        method,
        endpoint,
        id,
        version: members.version,
        data,
    })
}

fn method(text: &str) -> Result<BulkMethod, ScimError> {
    let methods = [
        ("POST", BulkMethod::Post),
        ("PUT", BulkMethod::Put),
        ("PATCH", BulkMethod::Patch),
        ("DELETE", BulkMethod::Delete),
    ];
    let found = methods
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(text));
    let wrong = || ScimError::invalid_value("`method` must be POST, PUT, PATCH or DELETE");
    found.map(|(_, method)| method).ok_or_else(wrong)
}

/// `/Users` or `/Users/id`. No other endpoint is reached by bulk: neither `/Me` nor `/Bulk`.
fn target(path: &str) -> Result<(String, Option<String>), ScimError> {
    let wrong = || ScimError::invalid_value("`path` must be `/Endpoint` or `/Endpoint/id`");
    let (endpoint, id) = match path.strip_prefix('/').ok_or_else(wrong)?.split_once('/') {
        Some((endpoint, id)) => (endpoint, Some(id)),
        None => (path.trim_start_matches('/'), None),
    };
    let is_id = |id: &str| !id.is_empty() && !id.contains(['/', '?', '#']);
    if endpoint.is_empty()
        || !endpoint.bytes().all(|b| b.is_ascii_alphanumeric())
        || !id.is_none_or(is_id)
    {
        return Err(wrong());
    }
    Ok((endpoint.to_owned(), id.map(str::to_owned)))
}

/// RFC 7644 §3.7: a `bulkId` is unique within its request; the first one keeps it.
fn refuse_duplicates(entries: &mut [BulkEntry]) {
    let mut seen = std::collections::HashSet::new();
    for entry in entries {
        let Some(id) = &entry.bulk_id else { continue };
        if !seen.insert(id.clone()) {
            let detail = format!(
                "`bulkId` {} is already that of another operation",
                messages::cut(id)
            );
            entry.operation = Err(ScimError::invalid_value(detail));
        }
    }
}
