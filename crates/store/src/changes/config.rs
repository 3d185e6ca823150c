//! Changes of configuration.

use super::keyed;
use crate::{
    driver::{IfBroken, Step},
    statements,
    value::params,
};
use domain::{
    RealmKey,
    store::{ConfigRow, Conflict, Kind},
};

/// Raises the revision from `expected`.
pub(super) fn advance(realm: &RealmKey, expected: u64) -> Vec<Step> {
    let step = if expected == 0 {
        Step::new(statements::FIRST_REVISION, keyed(realm, []))
    } else {
        Step::new(statements::NEXT_REVISION, keyed(realm, params![expected]))
    };
    vec![step.counted().or(Conflict::StaleRevision)]
}

/// Creates or replaces an object, and the place that it lives in.
pub(super) fn put(row: &ConfigRow) -> Vec<Step> {
    let object = keyed(
        &row.realm,
        params![
            row.kind.as_str(),
            row.id.as_str(),
            row.unique_key.as_deref(),
            row.body.as_str()
        ],
    );
    vec![
        Step::new(statements::ENSURE_HEAD, keyed(&row.realm, [])),
        Step::new(statements::PUT_CONFIG, object)
            .counted()
            .if_duplicate(Conflict::Duplicate { kind: row.kind })
            .if_dangling(IfBroken::Retry),
    ]
}

/// Deletes an object that nothing refers to.
pub(super) fn delete(realm: &RealmKey, kind: Kind, id: &str) -> Vec<Step> {
    let params = keyed(realm, params![kind.as_str(), id]);
    let in_use = match kind {
        // Its tokens and sets go in the same commit; one that appeared since then goes next time.
        Kind::Application => IfBroken::RetryOr(Conflict::InUse),
        _ => IfBroken::Conflict(Conflict::InUse),
    };
    vec![
        Step::new(statements::DELETE_CONFIG, params)
            .counted()
            .if_dangling(in_use),
    ]
}

/// Deletes all that lives in a realm. What is written meanwhile by others breaks a foreign key,
/// and the whole is tried again.
pub(super) fn delete_realm(realm: &RealmKey) -> Vec<Step> {
    statements::DELETE_REALM
        .into_iter()
        .map(|sql| {
            Step::new(sql, keyed(realm, []))
                .counted()
                .if_dangling(IfBroken::Retry)
        })
        .collect()
}
