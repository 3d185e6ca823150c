//! PATCH (RFC 7644 §3.5.2): read, bound to what the caller may see, applied to a person.

use crate::fixture::Fixture;
use bench::people;
use criterion::Criterion;
use scim::patch::{PatchRequest, bind};
use scope::Operation;
use serde_json::{Map, Value, json};
use std::hint::black_box;

pub(crate) fn benches(criterion: &mut Criterion, fixture: &Fixture) {
    let (resource_type, schema) = fixture.user();
    let grant = fixture.grant(&["scim:read", "scim:write"]);
    let visible = grant
        .attributes(resource_type, Operation::Retrieve)
        .unwrap();
    let person = fixture.person();
    let id = person["id"].as_str().unwrap().to_owned();
    let elements = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [
            {"op": "add", "path": "emails", "value": [{"type": "home", "value": "h@example.com"}]},
            {"op": "replace", "path": "emails[type eq \"work\"].value", "value": "w@example.com"},
            {"op": "remove", "path": "name.givenName"},
            {"op": "add", "value": {"title": "T", "nickName": "N"}},
        ],
    });
    let bodies: [(&str, Value); 2] = [
        (
            "replace title",
            serde_json::from_str(&people::new_title("T1")).unwrap(),
        ),
        ("four operations with a value path", elements),
    ];
    let mut group = criterion.benchmark_group("patch");
    for (what, body) in bodies {
        let body: Map<String, Value> = body.as_object().unwrap().clone();
        let request = PatchRequest::parse(body.clone()).unwrap();
        let bound = bind(&request, schema, visible, &id).unwrap();
        bound.apply(&person).unwrap();
        group.bench_function(format!("parse and bind {what}"), |b| {
            b.iter(|| {
                let request = PatchRequest::parse(black_box(&body).clone()).unwrap();
                bind(&request, schema, visible, &id).map(|bound| bound.touched().iter().count())
            });
        });
        group.bench_function(format!("apply {what}"), |b| {
            b.iter(|| bound.apply(black_box(&person)));
        });
    }
    group.finish();
}
