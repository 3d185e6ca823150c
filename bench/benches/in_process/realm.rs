//! A realm with very many scopes and clients: everything that an edit does on a node up to where it is
//! in force, but for the commit.

use crate::{
    catalogue::{VERY_MANY, definition, id},
    fixture::Fixture,
};
use criterion::Criterion;
use domain::{
    config::{Assignment, ConfigObject, RealmConfig, ScopeRecord},
    snapshot::RealmSnapshot,
};
use scope::{ClientId, ScopeId};
use std::sync::Arc;

pub(crate) fn benches(criterion: &mut Criterion, fixture: &Fixture) {
    let mut group = criterion.benchmark_group("realm");
    let compile = |config, revision, before: Option<&RealmSnapshot>| {
        let key = fixture.realm.key().clone();
        RealmSnapshot::compile(key, config, revision, fixture.around(), before).unwrap()
    };
    let config = with_very_many(fixture.realm.config().clone());
    let mut revision = 1;
    let mut snapshot = compile(config, revision, None);
    group.bench_function("edit one scope of 10000", |b| {
        b.iter(|| {
            revision += 1;
            let mut config = snapshot.config().clone();
            let at = usize::try_from(revision).unwrap() * 7919 % VERY_MANY;
            let mut scope = ScopeRecord::clone(&config.scopes[&ScopeId(id(at))]);
            scope.definition.description = Some(format!("Description {revision}"));
            config.put(&ConfigObject::Scope(Arc::new(scope)));
            // The one before goes as well: it is part of the edit.
            snapshot = compile(config, revision, Some(&snapshot));
        });
    });
    group.finish();
}

/// Adds scopes, and clients with three of them each.
fn with_very_many(mut config: RealmConfig) -> RealmConfig {
    let now = config.realm.created;
    let client = config.applications.values().next().unwrap().clone();
    for number in 0..VERY_MANY {
        config.put(&ConfigObject::Scope(Arc::new(ScopeRecord {
            id: ScopeId(id(number)),
            version: 1,
            definition: definition(number),
            created: now,
            updated: now,
        })));
        let mut client = (*client).clone();
        client.id = ClientId(id(number));
        client.name = format!("client {number}");
        let scopes = (number..number + 3).map(|number| ScopeId(id(number % VERY_MANY)));
        client.assigned = scopes.map(Assignment::new).collect();
        config.put(&ConfigObject::Application(Arc::new(client)));
    }
    config
}
