//! A bulk request (RFC 7644 §3.7): read, ordered, its references filled in.

use scim::{
    bulk::{self, BulkEntry, BulkMethod, BulkOperation, BulkRequest},
    json,
};
use std::collections::{BTreeSet, HashMap};

/// S11: the plan runs every operation once, each after what it refers to or said to be ahead of it;
/// once all references are filled in, none is left.
pub fn run(data: &[u8]) {
    let Ok(body) = json::read_object(data) else {
        return;
    };
    let request = match BulkRequest::parse(body) {
        Ok(request) => request,
        Err(error) => {
            assert!([400, 413].contains(&error.status));
            return;
        }
    };
    assert!((1..=bulk::MAX_OPERATIONS).contains(&request.entries.len()));
    entries(&request);
    plan(&request);
    for operation in request
        .entries
        .iter()
        .filter_map(|e| e.operation.as_ref().ok())
    {
        resolve(operation);
    }
}

fn entries(request: &BulkRequest) {
    let mut seen = BTreeSet::new();
    for BulkEntry {
        bulk_id, operation, ..
    } in &request.entries
    {
        let Ok(operation) = operation else {
            continue;
        };
        if let Some(id) = bulk_id {
            assert!((1..=bulk::MAX_BULK_ID).contains(&id.len()));
            assert!(seen.insert(id), "one bulkId for two operations that run");
        }
        let post = operation.method == BulkMethod::Post;
        assert_eq!(operation.id.is_none(), post);
        assert!(!post || bulk_id.is_some());
        assert!(operation.data.is_object() || operation.method == BulkMethod::Delete);
        assert!(
            operation
                .endpoint
                .bytes()
                .all(|b| b.is_ascii_alphanumeric())
        );
    }
}

fn plan(request: &BulkRequest) {
    let runnable = |entry: &BulkEntry| entry.operation.is_ok();
    let posts: HashMap<&str, usize> = (request.entries.iter().enumerate())
        .filter(|(_, entry)| {
            let operation = entry.operation.as_ref();
            operation.is_ok_and(|operation| operation.method == BulkMethod::Post)
        })
        .filter_map(|(index, entry)| Some((entry.bulk_id.as_deref()?, index)))
        .collect();
    let mut done = BTreeSet::new();
    for step in bulk::order(request) {
        let entry = &request.entries[step.operation];
        let operation = entry
            .operation
            .as_ref()
            .expect("what is refused is in no plan");
        let mut ahead = BTreeSet::new();
        for id in bulk::references(operation) {
            if posts.get(id).is_some_and(|post| !done.contains(post)) {
                ahead.insert(id.to_owned());
            }
        }
        assert_eq!(step.ahead, ahead, "what has no resource yet");
        assert!(done.insert(step.operation), "an operation runs once");
    }
    let all = (0..request.entries.len()).filter(|index| runnable(&request.entries[*index]));
    assert!(all.eq(done.iter().copied()), "every operation runs");
}

fn resolve(operation: &BulkOperation) {
    let whole = bulk::resolve(operation, &|_| Some("id")).expect("every bulkId is known");
    assert!(bulk::references(&whole).is_empty());
    let none = bulk::resolve(operation, &|_| None);
    assert_eq!(none.is_ok(), bulk::references(operation).is_empty());
}
