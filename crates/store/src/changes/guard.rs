//! What a commit expects of the configuration (T6).
//!
//! Whoever makes a resource shares the lock of its realm's configuration, as the foreign key does
//! anyway; whoever changes what resources may be holds it alone. So one of the two comes first, and
//! the other sees what it did. Other changes of the configuration wait for neither.

use super::keyed;
use crate::{
    driver::{Lock, Step},
    statements,
    value::params,
};
use domain::{
    RealmKey,
    store::{Conflict, ResourceId, TypeName},
};

/// The revision is this one.
pub(super) fn revision(realm: &RealmKey, revision: u64) -> Vec<Step> {
    let params = keyed(realm, params![revision]);
    held(
        realm,
        Lock::Shared,
        Step::ask(statements::EXPECT_REVISION, params, Lock::None).or(Conflict::StaleRevision),
    )
}

/// There are no resources of the type.
pub(super) fn no_resources(realm: &RealmKey, resource_type: &TypeName) -> Vec<Step> {
    let params = keyed(realm, params![&**resource_type]);
    let conflict = Conflict::HasResources {
        resource_type: resource_type.clone(),
    };
    held(
        realm,
        Lock::Alone,
        Step::ask(statements::EXPECT_NO_RESOURCES, params, Lock::None).or(conflict),
    )
}

/// The resource exists.
pub(super) fn resource(realm: &RealmKey, resource_type: &TypeName, id: &ResourceId) -> Vec<Step> {
    let params = keyed(realm, params![&**resource_type, &*id.0]);
    let conflict = Conflict::Unknown {
        resource_type: resource_type.clone(),
        id: id.clone(),
    };
    held(
        realm,
        Lock::Alone,
        Step::ask(statements::EXPECT_RESOURCE, params, Lock::None).or(conflict),
    )
}

/// Asks when the lock is held, and not with it: a statement sees what was committed before it
/// began, and not what was while it waited.
fn held(realm: &RealmKey, lock: Lock, question: Step) -> Vec<Step> {
    vec![
        Step::ask(statements::HEAD, keyed(realm, []), lock),
        question,
    ]
}
