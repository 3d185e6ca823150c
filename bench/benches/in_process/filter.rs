//! Filters (RFC 7644 §3.4.2.2): read, bound to what the caller may search, evaluated on a person.

use crate::fixture::Fixture;
use bench::people;
use criterion::Criterion;
use scim::filter::{Filter, bind, matches};
use scope::Operation;
use serde_json::Value;
use std::hint::black_box;

pub(crate) fn benches(criterion: &mut Criterion, fixture: &Fixture) {
    let (resource_type, schema) = fixture.user();
    let grant = fixture.grant(&["scim:read"]);
    let visible = grant.attributes(resource_type, Operation::Search).unwrap();
    let person = Value::Object(fixture.person());
    let (name, email) = (people::user_name(17), people::email(17));
    let filters = [
        ("eq", format!("userName eq \"{name}\"")),
        (
            "co of a sub-attribute",
            format!("emails.value co \"{}\"", people::tag(17)),
        ),
        (
            "value path",
            format!("emails[type eq \"work\" and value eq \"{email}\"]"),
        ),
        (
            "ten terms",
            "(title sw \"E\" or title ew \"x\") and (active eq true or nickName pr) and \
             not (displayName co \"zz\") and (name.givenName gt \"A\" or name.familyName lt \"B\") \
             and meta.created ge \"2026-01-01T00:00:00Z\" and userName pr and externalId pr"
                .to_owned(),
        ),
    ];
    let mut group = criterion.benchmark_group("filter");
    for (what, text) in filters {
        let parsed: Filter = text.parse().unwrap();
        let bound = bind(&parsed, schema, visible).unwrap();
        assert!(matches(&bound, schema, &person), "{text}");
        group.bench_function(format!("parse {what}"), |b| {
            b.iter(|| black_box(&text).parse::<Filter>());
        });
        group.bench_function(format!("bind {what}"), |b| {
            b.iter(|| bind(black_box(&parsed), schema, visible));
        });
        group.bench_function(format!("evaluate {what}"), |b| {
            b.iter(|| matches(black_box(&bound), schema, black_box(&person)));
        });
    }
    group.finish();
}
