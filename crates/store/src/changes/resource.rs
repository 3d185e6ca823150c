//! Changes of SCIM resources.

use super::keyed;
use crate::{
    driver::{IfBroken, Step},
    index_value,
    references::{self, GROUP},
    statements,
    value::{Value, params},
};
use domain::{
    RealmKey, Timestamp,
    store::{Conflict, Expect, IndexRow, ResourceId, ResourceWrite},
};
use std::{collections::BTreeSet, sync::LazyLock};

/// Creates or replaces a resource with its index and unique values.
pub(super) fn put(realm: &RealmKey, expect: Expect, write: &ResourceWrite) -> Vec<Step> {
    let id = &*write.resource.id.0;
    let resource_type = &*write.resource_type;
    let mut steps = match expect {
        Expect::Absent => vec![insert(realm, write)],
        Expect::Version(version) => vec![
            update(realm, version, write),
            Step::new(
                statements::DELETE_INDEX,
                keyed(realm, params![resource_type, id]),
            ),
            Step::new(statements::DELETE_UNIQUE, keyed(realm, params![id])),
        ],
    };
    // After what refers to them, and in one order, so that no two writes wait for each other.
    let touches: BTreeSet<&str> = write.touches.iter().map(|id| &*id.0).collect();
    steps.extend(
        touches
            .into_iter()
            .filter(|touched| *touched != id)
            .map(|id| Step::new(statements::TOUCH_RESOURCE, keyed(realm, params![id]))),
    );
    steps.extend(unique_values(realm, write));
    steps.extend(index_rows(realm, write));
    steps
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
    let delete = match version {
        None => Step::new(statements::DELETE_RESOURCE, by_key()).or(Conflict::Missing),
        Some(version) => Step::new(
            statements::DELETE_RESOURCE_VERSION,
            keyed(realm, params![id, resource_type, version]),
        )
        .or_ask(
            statements::RESOURCE_EXISTS,
            by_key(),
            Conflict::Version,
            Conflict::Missing,
        ),
    };
    let mut steps = vec![
        Step::new(references::LOCK_REFERRERS, by_id()),
        delete.counted(),
    ];
    if resource_type == GROUP {
        steps.push(Step::new(references::TOUCH_MEMBERS, by_id()));
    }
    steps.extend([
        // Again: a referrer that was being written has been waited for by now.
        Step::new(
            references::MODIFY_REFERRERS,
            keyed(realm, params![id, at.micros()]),
        ),
        Step::new(references::FORGET_REFERENCES, by_id()),
        Step::new(
            statements::DELETE_INDEX,
            keyed(realm, params![resource_type, id]),
        ),
        Step::new(statements::DELETE_UNIQUE, by_id()),
    ]);
    steps
}

fn insert(realm: &RealmKey, write: &ResourceWrite) -> Step {
    let resource = &write.resource;
    let params = keyed(
        realm,
        params![
            &*resource.id.0,
            &*write.resource_type,
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
        .if_duplicate(Conflict::Exists)
        .if_dangling(IfBroken::Conflict(Conflict::Gone))
}

fn update(realm: &RealmKey, expected: u64, write: &ResourceWrite) -> Step {
    let resource = &write.resource;
    let key = params![&*resource.id.0, &*write.resource_type];
    let mut params = keyed(realm, key.clone());
    params.extend(params![
        expected,
        resource.version,
        resource.modified.micros(),
        write.display.as_deref(),
        write.password_hash.as_deref(),
        resource.document.as_str(),
    ]);
    Step::new(statements::UPDATE_RESOURCE, params)
        .counted()
        .or_ask(
            statements::RESOURCE_EXISTS,
            keyed(realm, key),
            Conflict::Version,
            Conflict::Missing,
        )
}

/// One step per value, so that the conflict can name the attribute (S6: never the owner).
fn unique_values(realm: &RealmKey, write: &ResourceWrite) -> impl Iterator<Item = Step> {
    write.unique.iter().map(|(path, value)| {
        let hash = jose::sha256(value.as_bytes());
        let params = keyed(
            realm,
            params![
                &*write.resource_type,
                path.as_str(),
                hash.as_slice(),
                &*write.resource.id.0,
            ],
        );
        Step::new(statements::INSERT_UNIQUE, params)
            .if_duplicate(Conflict::Unique { path: path.clone() })
    })
}

/// How many index rows one statement may insert: few different texts, all prepared once.
const ROWS: [usize; 4] = [64, 16, 4, 1];

/// The statements that insert [`ROWS`] index rows. `?1` to `?4` are tenant, realm, type, resource.
static INSERT_INDEX: LazyLock<[String; 4]> = LazyLock::new(|| {
    ROWS.map(|rows| {
        let values: Vec<String> = (0..rows)
            .map(|row| {
                let p = 5 + 6 * row;
                format!(
                    "(?1, ?2, ?3, ?4, ?{}, ?{}, ?{}, ?{}, ?{}, ?{})",
                    p,
                    p + 1,
                    p + 2,
                    p + 3,
                    p + 4,
                    p + 5
                )
            })
            .collect();
        format!(
            "INSERT INTO resource_index (tenant, realm, type, resource, path, head, tail, \
             ordinal, element, is_primary) VALUES {}",
            values.join(", ")
        )
    })
});

fn index_rows(realm: &RealmKey, write: &ResourceWrite) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rows = write.index.as_slice();
    let mut ordinal = 0_u64;
    for (text, size) in INSERT_INDEX.iter().zip(ROWS) {
        while let Some((chunk, rest)) = rows.split_at_checked(size) {
            let mut params = keyed(realm, params![&*write.resource_type, &*write.resource.id.0]);
            for row in chunk {
                params.extend(index_row(row, ordinal));
                ordinal += 1;
            }
            steps.push(Step::new(text.as_str(), params));
            rows = rest;
        }
    }
    steps
}

fn index_row(row: &IndexRow, ordinal: u64) -> Vec<Value> {
    let (head, tail) = index_value::split(&row.value);
    params![&*row.path, head, tail, ordinal, row.element, row.primary]
}
