//! Projection (RFC 7644 §3.9): what of a person a caller is shown.

use crate::fixture::Fixture;
use criterion::Criterion;
use scim::{Selection, project};
use scope::Operation;
use std::hint::black_box;

pub(crate) fn benches(criterion: &mut Criterion, fixture: &Fixture) {
    let (resource_type, schema) = fixture.user();
    let grant = fixture.grant(&["scim:read"]);
    let readable = grant
        .attributes(resource_type, Operation::Retrieve)
        .unwrap();
    let person = fixture.person();
    let mut group = criterion.benchmark_group("projection");
    for (what, attributes) in [
        ("everything", None),
        (
            "three attributes",
            Some("userName,name.familyName,emails.value"),
        ),
    ] {
        let selection = Selection::parse(attributes, None).unwrap();
        let visible = selection.visible(schema, readable);
        assert!(!project(schema, &person, &visible).is_empty());
        group.bench_function(format!("select {what}"), |b| {
            b.iter(|| black_box(&selection).visible(schema, readable));
        });
        group.bench_function(format!("project {what}"), |b| {
            b.iter(|| project(schema, black_box(&person), &visible));
        });
    }
    group.finish();
}
