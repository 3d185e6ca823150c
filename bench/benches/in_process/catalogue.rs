//! The catalogue: compiled at start, and after an edit of a realm with many scopes and clients.

use crate::fixture::Fixture;
use criterion::{BatchSize, Criterion};
use scope::{
    AssignedScope, Catalogue, CatalogueInput, Change, ClientEntry, ClientId, EffectiveGrant,
    GrantedScope, ScopeDefinition, ScopeEntry, ScopeId, Subject, TypeEntry, UnassignedScopes,
    built_in_scopes,
};
use serde_json::json;
use std::hint::black_box;
use uuid::Uuid;

/// A realm with many scopes and as many clients.
const MANY: usize = 1_000;
/// One with very many.
pub(crate) const VERY_MANY: usize = 10_000;

pub(crate) fn benches(criterion: &mut Criterion, fixture: &Fixture) {
    let of_built_in = input(fixture, 0);
    let of_many = input(fixture, MANY);
    let of_very_many = input(fixture, VERY_MANY);
    let mut group = criterion.benchmark_group("catalogue");
    for (what, input) in [
        ("built-in scopes", of_built_in),
        ("1000 scopes", of_many.clone()),
        ("10000 scopes and clients", of_very_many.clone()),
    ] {
        group.bench_function(format!("compile {what}"), |b| {
            b.iter_batched(|| input.clone(), Catalogue::compile, BatchSize::LargeInput);
        });
    }
    let mut version = 1;
    let mut catalogue = Catalogue::compile(of_very_many.clone()).unwrap();
    group.bench_function("edit one scope of 10000", |b| {
        b.iter(|| {
            version += 1;
            let changes = vec![Change::PutScope(described(&of_very_many, version))];
            // The one before goes as well: it is part of the edit.
            catalogue = catalogue.changed(version, changes).unwrap();
        });
    });
    let catalogue = Catalogue::compile(of_many.clone()).unwrap();
    let client = &of_many.clients[0];
    let granted: Vec<GrantedScope> = client
        .assigned
        .iter()
        .map(|assigned| GrantedScope {
            scope: assigned.scope,
            version: 1,
        })
        .collect();
    group.bench_function("measure a grant of three scopes", |b| {
        b.iter(|| EffectiveGrant::new(&catalogue, client.id, Subject::Client, black_box(&granted)));
    });
    group.finish();
}

/// One of the scopes with a description that it did not have.
fn described(input: &CatalogueInput, version: u64) -> ScopeEntry {
    let at = usize::try_from(version).unwrap() * 7919 % input.scopes.len();
    let mut entry = input.scopes[at].clone();
    entry.definition.description = Some(format!("Description {version}"));
    entry
}

/// The realm's types, the built-in scopes, `count` more, and as many clients (or 1,000) with three
/// scopes each.
fn input(fixture: &Fixture, count: usize) -> CatalogueInput {
    let more = (0..count).map(definition);
    let scopes: Vec<ScopeEntry> = built_in_scopes()
        .into_iter()
        .chain(more)
        .zip(1..)
        .map(|(definition, number)| ScopeEntry {
            id: ScopeId(id(number)),
            version: 1,
            definition,
            earlier: Vec::new(),
        })
        .collect();
    let assigned = |number: usize| {
        let some = scopes.iter().cycle().skip(number % scopes.len()).take(3);
        some.map(|scope| AssignedScope::new(scope.id)).collect()
    };
    let client = |number: usize| ClientEntry {
        id: ClientId(id(number)),
        active: true,
        service_account: true,
        unassigned: UnassignedScopes::Reject,
        assigned: assigned(number),
    };
    let clients = (0..count.max(MANY)).map(client).collect();
    let types = fixture.realm.types().all().iter();
    CatalogueInput {
        version: 1,
        types: types
            .map(|entry| TypeEntry::resource(entry.schema.clone()))
            .collect(),
        scopes,
        clients,
        ..CatalogueInput::default()
    }
}

/// The definition of scope `number`.
pub(crate) fn definition(number: usize) -> ScopeDefinition {
    let definition = json!({
        "name": format!("people:{number}"), "type": "resource", "scim_resource_type": "User",
        "resource_operations": ["retrieve", "search"],
        "resource_attributes": ["name", "emails", "title"],
    });
    ScopeDefinition::from_json(definition.as_object().unwrap()).unwrap()
}

/// An id as the server makes them: the time, and chance (RFC 9562 §5.7).
pub(crate) fn id(number: usize) -> Uuid {
    let number = number as u64;
    Uuid::from_u64_pair((number << 16) | 0x7000, bench::random::mix(number))
}
