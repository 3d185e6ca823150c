//! The catalogue: compiled at start, and after an edit of a realm with many scopes and clients.

use crate::fixture::Fixture;
use criterion::{BatchSize, Criterion};
use scope::{
    AssignedScope, Catalogue, CatalogueInput, ClientEntry, ClientId, EffectiveGrant, GrantedScope,
    ScopeDefinition, ScopeEntry, ScopeId, Subject, TypeEntry, UnassignedScopes, built_in_scopes,
};
use serde_json::json;
use std::hint::black_box;
use uuid::Uuid;

const SCOPES: usize = 1000;
const CLIENTS: u128 = 1000;

pub(crate) fn benches(criterion: &mut Criterion, fixture: &Fixture) {
    let of_built_in = input(fixture, 0);
    let of_many = input(fixture, SCOPES);
    let mut group = criterion.benchmark_group("catalogue");
    for (what, input) in [
        ("built-in scopes", of_built_in),
        ("1000 scopes", of_many.clone()),
    ] {
        group.bench_function(format!("compile {what}"), |b| {
            b.iter_batched(|| input.clone(), Catalogue::compile, BatchSize::SmallInput);
        });
    }
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

/// The realm's types, the built-in scopes, `count` more, and clients with three scopes each.
fn input(fixture: &Fixture, count: usize) -> CatalogueInput {
    let more = (0..count).map(|number| {
        let definition = json!({
            "name": format!("people:{number}"), "type": "resource", "scim_resource_type": "User",
            "resource_operations": ["retrieve", "search"],
            "resource_attributes": ["name", "emails", "title"],
        });
        ScopeDefinition::from_json(definition.as_object().unwrap()).unwrap()
    });
    let scopes: Vec<ScopeEntry> = built_in_scopes()
        .into_iter()
        .chain(more)
        .zip(1..)
        .map(|(definition, number)| ScopeEntry {
            id: ScopeId(Uuid::from_u128(number)),
            version: 1,
            definition,
            earlier: Vec::new(),
        })
        .collect();
    let assigned: Vec<AssignedScope> = scopes
        .iter()
        .take(3)
        .map(|scope| AssignedScope::new(scope.id))
        .collect();
    let client = |number| ClientEntry {
        id: ClientId(Uuid::from_u128(number)),
        active: true,
        service_account: true,
        unassigned: UnassignedScopes::Reject,
        assigned: assigned.clone(),
    };
    let types = fixture.realm.types().all().iter();
    CatalogueInput {
        version: 1,
        types: types
            .map(|entry| TypeEntry::resource(entry.schema.clone()))
            .collect(),
        scopes,
        clients: (1..=CLIENTS).map(client).collect(),
        ..CatalogueInput::default()
    }
}
