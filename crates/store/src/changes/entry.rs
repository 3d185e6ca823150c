//! Changes of entries.

use super::keyed;
use crate::{
    driver::{IfBroken, Lock, Step},
    statements,
    value::{Value, params},
};
use domain::{
    RealmKey,
    store::{Conflict, Entry, EntryKey, EntryKind, Expect, ResourceId},
};

/// Tenant, realm, kind and key.
fn key(realm: &RealmKey, kind: EntryKind, key: &EntryKey) -> Vec<Value> {
    keyed(realm, params![kind.as_str(), key.0.as_slice()])
}

/// Creates an entry, or replaces a version of it.
pub(super) fn put(realm: &RealmKey, expect: Expect, entry: &Entry) -> Vec<Step> {
    let mut params = key(realm, entry.kind, &entry.key);
    params.extend(params![
        entry.person.as_ref().map(|person| &person.0),
        entry.client.map(|client| client.to_string()),
        entry.expires_at.map(|at| at.micros()),
        entry.body.as_str(),
    ]);
    let step = match expect {
        Expect::Absent => {
            Step::new(statements::INSERT_ENTRY, params).if_duplicate(Conflict::Exists)
        }
        Expect::Version(version) => {
            params.push(version.into());
            Step::new(statements::UPDATE_ENTRY, params).or(Conflict::Version)
        }
    };
    let gone = IfBroken::Conflict(Conflict::Gone);
    vec![step.counted().if_dangling(gone)]
}

/// Makes another version of an entry, with what it has.
pub(super) fn touch(
    realm: &RealmKey,
    kind: EntryKind,
    entry: &EntryKey,
    person: &ResourceId,
) -> Vec<Step> {
    let mut params = key(realm, kind, entry);
    params.extend(params![&person.0]);
    let gone = IfBroken::Conflict(Conflict::Gone);
    vec![
        Step::new(statements::TOUCH_ENTRY, params)
            .counted()
            .if_dangling(gone),
    ]
}

/// Deletes an entry; one of a version must have it.
pub(super) fn delete(
    realm: &RealmKey,
    kind: EntryKind,
    entry: &EntryKey,
    version: Option<u64>,
) -> Vec<Step> {
    let mut params = key(realm, kind, entry);
    let step = match version {
        None => Step::new(statements::DELETE_ENTRY, params),
        Some(version) => {
            params.push(version.into());
            Step::new(statements::DELETE_ENTRY_AT, params).or(Conflict::Version)
        }
    };
    vec![step.counted()]
}

/// The entry has this version, and keeps it until the end of the commit.
pub(super) fn expect(
    realm: &RealmKey,
    kind: EntryKind,
    entry: &EntryKey,
    version: u64,
) -> Vec<Step> {
    let mut params = key(realm, kind, entry);
    params.push(version.into());
    vec![Step::ask(statements::ENTRY_AT, params, Lock::Alone).or(Conflict::Version)]
}

/// Deletes the entries of a kind that belong to a person, but one.
pub(super) fn delete_of(
    realm: &RealmKey,
    person: &ResourceId,
    kind: EntryKind,
    but: Option<&EntryKey>,
) -> Vec<Step> {
    let but = but.map(|key| key.0.to_vec()).unwrap_or_default();
    let params = params![&person.0, kind.as_str(), but.as_slice()];
    vec![Step::new(statements::DELETE_ENTRIES_OF_PERSON, keyed(realm, params)).counted()]
}
