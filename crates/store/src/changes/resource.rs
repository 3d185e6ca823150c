//! Changes of SCIM resources.

use super::{index, keyed};
use crate::{
    attributes::RealmAttributes,
    driver::{IfBroken, Lock, Step},
    references::{self, GROUP},
    statements,
    value::{Value, params},
};
use domain::{
    RealmKey, Timestamp,
    store::{Conflict, ResourceId, ResourceWrite},
};
use std::collections::BTreeSet;

/// Creates a resource, as number `number`, with its index.
pub(super) fn create(
    realm: &RealmKey,
    number: i64,
    write: &ResourceWrite,
    attributes: &RealmAttributes,
) -> Vec<Step> {
    let rows = index::kept(&write.index, attributes.of_type(&write.resource_type));
    let mut steps: Vec<Step> = index::guards(&rows, number).collect();
    steps.push(insert(realm, number, write));
    steps.extend(touches(realm, write));
    let key = key(realm, write);
    let long = index::long_uniques(&rows);
    steps.extend(long.iter().map(|value| value.taken(&key)));
    steps.extend(index::others(&rows, number));
    steps
}

/// Replaces version `expected` of a resource, and what its index has of it. One that is not called by
/// its number is not found, and nothing else is tried.
pub(super) fn replace(
    realm: &RealmKey,
    expected: u64,
    write: &ResourceWrite,
    attributes: &RealmAttributes,
) -> Vec<Step> {
    let mut steps = vec![update(realm, expected, write)];
    if let Some(number) = write.resource.number {
        steps.extend(touches(realm, write));
        let paths = attributes.of_type(&write.resource_type);
        let key = key(realm, write);
        steps.extend(index::difference(&key, number, write, paths));
    }
    steps
}

/// After what refers to them, and in one order, so that no two writes wait for each other.
fn touches(realm: &RealmKey, write: &ResourceWrite) -> impl Iterator<Item = Step> {
    let touches: BTreeSet<&str> = write.touches.iter().map(|id| &*id.0).collect();
    let own = &*write.resource.id.0;
    touches
        .into_iter()
        .filter(move |touched| *touched != own)
        .map(|id| Step::new(statements::TOUCH_RESOURCE, keyed(realm, params![id])))
}

/// `?1` to `?4` of what is about one resource.
fn key(realm: &RealmKey, write: &ResourceWrite) -> Vec<Value> {
    keyed(realm, params![&write.resource.id.0, &write.resource_type])
}

/// Deletes a resource, and takes it out of whatever refers to it.
pub(super) fn delete(
    realm: &RealmKey,
    resource_type: &str,
    id: &ResourceId,
    version: Option<u64>,
    at: Timestamp,
) -> Vec<Step> {
    let id = &*id.0;
    let by_key = || keyed(realm, params![id, resource_type]);
    let by_id = || keyed(realm, params![id]);
    let mut steps = vec![
        Step::new(references::LOCK_REFERRERS, by_id()),
        Step::new(statements::LOCK_RESOURCE, by_key()).or(Conflict::Missing),
    ];
    if let Some(version) = version {
        let key = keyed(realm, params![id, resource_type, version]);
        steps.push(Step::ask(statements::RESOURCE_AT, key, Lock::None).or(Conflict::Version));
    }
    if resource_type == GROUP {
        steps.push(Step::new(references::TOUCH_MEMBERS, by_key()));
    }
    steps.extend([
        // Again: a referrer that was being written has been waited for by now.
        Step::new(
            references::MODIFY_REFERRERS,
            keyed(realm, params![id, at.micros()]),
        ),
        Step::new(references::FORGET_REFERENCES, by_id()),
        Step::new(statements::DELETE_INDEX, by_key()),
        Step::new(statements::DELETE_UNIQUE, by_id()),
        Step::new(statements::DELETE_RESOURCE, by_key()).counted(),
    ]);
    steps
}

fn insert(realm: &RealmKey, number: i64, write: &ResourceWrite) -> Step {
    let resource = &write.resource;
    let params = keyed(
        realm,
        params![
            &resource.id.0,
            &write.resource_type,
            number,
            resource.version,
            resource.created.micros(),
            resource.modified.micros(),
            write.display.as_deref(),
            write.password_hash.as_deref(),
            resource.document.as_str(),
        ],
    );
    Step::new(statements::INSERT_RESOURCE, params)
        .counted()
        .or(Conflict::Exists)
        .if_duplicate(Conflict::Exists)
        .if_dangling(IfBroken::Conflict(Conflict::Gone))
}

fn update(realm: &RealmKey, expected: u64, write: &ResourceWrite) -> Step {
    let resource = &write.resource;
    let key = key(realm, write);
    let new = params![
        expected,
        resource.version,
        resource.modified.micros(),
        write.display.as_deref(),
        write.password_hash.as_deref(),
        resource.document.as_str(),
        resource.number,
    ];
    Step::new(statements::UPDATE_RESOURCE, [&*key, &new].concat())
        .counted()
        .or_ask(
            statements::RESOURCE_EXISTS,
            key,
            Conflict::Version,
            Conflict::Missing,
        )
}

/// Replaces the password of a resource that is there.
pub(super) fn set_password(
    realm: &RealmKey,
    resource_type: &str,
    id: &ResourceId,
    hash: &str,
) -> Vec<Step> {
    let params = keyed(realm, params![&*id.0, resource_type, hash]);
    vec![
        Step::new(statements::SET_PASSWORD_HASH, params)
            .counted()
            .or(Conflict::Missing),
    ]
}
