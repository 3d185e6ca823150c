//! Writes by `POST /Bulk`, in as few requests as the service's limits allow (RFC 7644 §3.7).

use super::session::{BulkLimits, Session};
use serde_json::{Value, json};
use std::collections::HashMap;

/// One write.
#[derive(Debug)]
pub(super) struct Operation {
    method: &'static str,
    path: String,
    data: Value,
}

/// What came of one write: the resource's id, or why it was refused.
pub(super) type Written = Result<String, String>;

impl Operation {
    /// Makes a resource.
    pub(super) fn create(endpoint: &str, data: Value) -> Self {
        Self {
            method: "POST",
            path: format!("/{endpoint}"),
            data,
        }
    }

    /// Changes a resource.
    pub(super) fn patch(endpoint: &str, id: &str, data: Value) -> Self {
        Self {
            method: "PATCH",
            path: format!("/{endpoint}/{id}"),
            data,
        }
    }

    fn json(&self, index: usize) -> Value {
        json!({
            "method": self.method,
            "path": self.path,
            "bulkId": index.to_string(),
            "data": self.data,
        })
    }
}

/// Sends the operations in order; the answers are in the same order. `done` hears how many more
/// were answered.
pub(super) async fn send(
    session: &mut Session,
    operations: &[Operation],
    mut done: impl FnMut(usize),
) -> anyhow::Result<Vec<Written>> {
    let mut written = Vec::with_capacity(operations.len());
    for batch in batches(operations, session.limits) {
        let Batch::Fits(bodies) = batch else {
            written.push(Err("it is too large for one request".into()));
            done(1);
            continue;
        };
        let count = bodies.len();
        let first = written.len();
        let body = json!({ "schemas": [scim::urn::BULK_REQUEST], "Operations": bodies });
        let answer = session.post("/Bulk", &body).await?;
        let mut results = results(&answer);
        for index in first..first + count {
            let missing = || Err("the server did not answer for it".into());
            written.push(results.remove(&index.to_string()).unwrap_or_else(missing));
        }
        done(count);
    }
    Ok(written)
}

/// Operations that go together, or one that fits in no request.
#[derive(Debug, PartialEq)]
enum Batch {
    Fits(Vec<Value>),
    TooLarge,
}

/// Bytes of a request around its operations.
const ENVELOPE: usize = 200;

fn batches(operations: &[Operation], limits: BulkLimits) -> Vec<Batch> {
    let mut batches = Vec::new();
    let (mut open, mut size) = (Vec::new(), ENVELOPE);
    for (index, operation) in operations.iter().enumerate() {
        let body = operation.json(index);
        let length = body.to_string().len() + 1;
        let full = open.len() == limits.operations.max(1) || size + length > limits.bytes;
        if full && !open.is_empty() {
            batches.push(Batch::Fits(std::mem::take(&mut open)));
            size = ENVELOPE;
        }
        if size + length > limits.bytes {
            batches.push(Batch::TooLarge);
            continue;
        }
        size += length;
        open.push(body);
    }
    if !open.is_empty() {
        batches.push(Batch::Fits(open));
    }
    batches
}

/// Results by `bulkId`.
fn results(answer: &Value) -> HashMap<String, Written> {
    let operations = answer.get("Operations").and_then(Value::as_array);
    let result = |operation: &Value| {
        let text = |name: &str| operation.get(name).and_then(Value::as_str);
        let id = text("location").and_then(|location| location.rsplit('/').next());
        let written = match (text("status"), id) {
            (Some(status), Some(id)) if status.starts_with('2') => Ok(id.to_owned()),
            (status, _) => {
                let detail = operation
                    .pointer("/response/detail")
                    .and_then(Value::as_str);
                Err(match (status, detail) {
                    (Some(status), Some(detail)) => format!("{status}: {detail}"),
                    (status, _) => format!("refused with status {}", status.unwrap_or("unknown")),
                })
            }
        };
        Some((text("bulkId")?.to_owned(), written))
    };
    operations
        .into_iter()
        .flatten()
        .filter_map(result)
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn batches_stay_within_both_limits() {
        let operation = |size: usize| Operation::create("Users", json!({ "x": "y".repeat(size) }));
        let sizes = [10, 10, 10, 600, 600, 5000, 10];
        let operations: Vec<_> = sizes.map(operation).into();
        let limits = BulkLimits {
            operations: 2,
            bytes: 1200,
        };
        let batches = batches(&operations, limits);
        let counts: Vec<usize> = batches
            .iter()
            .map(|batch| match batch {
                Batch::Fits(bodies) => {
                    assert!(json!(bodies).to_string().len() + 100 <= limits.bytes);
                    bodies.len()
                }
                Batch::TooLarge => 0,
            })
            .collect();
        assert_eq!(counts, [2, 2, 1, 0, 1]);
    }

    #[test]
    fn results_are_told_apart_by_bulk_id() {
        let answer = json!({ "Operations": [
            { "bulkId": "1", "status": "409", "response": { "detail": "userName is taken" } },
            { "bulkId": "0", "status": "201", "location": "https://x/scim/v2/Users/abc" },
            { "bulkId": "2", "status": "500" },
        ]});
        let results = results(&answer);
        assert_eq!(results["0"], Ok("abc".into()));
        assert_eq!(results["1"], Err("409: userName is taken".into()));
        assert_eq!(results["2"], Err("refused with status 500".into()));
    }
}
