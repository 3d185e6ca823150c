//! What a store indexes anew when a resource changes.

use super::{
    fixture::{object, things, users},
    interference::run,
};
use proptest::{collection::vec, prelude::*};
use scim::{
    ResourceSchema,
    index::{self, IndexEntry},
    testing::arb_resource,
};
use serde_json::{Map, Value};

type Resource = Map<String, Value>;

fn rows(entries: Vec<IndexEntry<'_>>) -> Vec<String> {
    let mut rows: Vec<_> = entries.iter().map(|entry| format!("{entry:?}")).collect();
    rows.sort_unstable();
    rows
}

/// The members that the other version has not, or not so.
fn differing(resource: &Resource, other: &Resource) -> Value {
    let differs = |(key, value): &(&String, &Value)| other.get(*key) != Some(*value);
    let members = resource.iter().filter(differs);
    Value::Object(members.map(|(k, v)| (k.clone(), v.clone())).collect())
}

/// Some members of one version as in another, or gone where that has none.
fn mixed(one: &Resource, other: &Resource, taken: &[bool]) -> Resource {
    let mut mixed = one.clone();
    let keys: Vec<_> = one.keys().chain(other.keys()).cloned().collect();
    for (key, _) in keys.into_iter().zip(taken).filter(|(_, taken)| **taken) {
        match other.get(&key) {
            Some(value) => drop(mixed.insert(key, value.clone())),
            None => drop(mixed.shift_remove(&key)),
        }
    }
    mixed
}

fn compare(schema: &ResourceSchema) {
    let taken = vec(any::<bool>(), 0..40);
    let inputs = (arb_resource(schema), arb_resource(schema), taken);
    run(1_000, inputs, |(before, other, taken)| {
        let (before, other) = (object(before), object(other));
        let after = mixed(&before, &other, &taken);
        let (old, new) = index::changed(schema, schema.root_ids(), &before, &after);
        let gone = index::entries(schema, &differing(&before, &after));
        let come = index::entries(schema, &differing(&after, &before));
        prop_assert_eq!(rows(old), rows(gone));
        prop_assert_eq!(rows(new), rows(come));
        Ok(())
    });
}

/// Exactly what is indexed of the members that differ.
#[test]
fn what_changed_is_what_is_indexed_of_the_members_that_differ() {
    compare(&users());
    compare(&things());
}
