//! What Ambit knows of attributes that name other resources (RFC 7643 §4.1.2 `groups`, §4.2
//! `members`, §4.3 `manager`).
//!
//! A member or manager that names no existing resource is kept and found as it was given, so that
//! nobody learns from it what exists; only a name it has none. Ids are made by the server and never
//! used again.

use crate::{
    driver::{Driver, Pace, Query, Sql},
    value::{Row, Value, params},
};
use domain::{
    RealmKey,
    store::{Membership, ResourceId, StoreError, TypeName},
};

/// The resource type whose `members` make memberships.
pub(crate) const GROUP: &str = "Group";
/// The resource type that has the derived attribute `groups`.
pub(crate) const USER: &str = "User";
/// Where a group names a member.
pub(crate) const MEMBER: &str = "members.value";
/// Where a user, of whatever type, names a manager.
pub(crate) const MANAGER: &str =
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value";

/// The condition, on index rows called `i`, that the row names a resource: literals, so that the
/// partial index serves it.
macro_rules! refers {
    () => {
        "i.path IN ('members.value', \
         'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value') \
         AND (i.path <> 'members.value' OR i.type = 'Group')"
    };
}

/// Waits for whoever is writing what refers to the resource `?3`: referrers are locked before what
/// they refer to, by all writers, so that none waits for another in a circle.
pub(crate) const LOCK_REFERRERS: &str = concat!(
    "UPDATE resource SET version = version ",
    "WHERE tenant = ?1 AND realm = ?2 AND id IN (",
    "SELECT i.resource FROM resource_index i ",
    "WHERE i.tenant = ?1 AND i.realm = ?2 AND i.head = ?3 AND i.tail = '' AND ",
    refers!(),
    ")"
);
/// Raises the version of whatever refers to the resource `?3`, and says when (`?4`).
pub(crate) const MODIFY_REFERRERS: &str = concat!(
    "UPDATE resource SET version = version + 1, modified = ?4 ",
    "WHERE tenant = ?1 AND realm = ?2 AND id IN (",
    "SELECT i.resource FROM resource_index i ",
    "WHERE i.tenant = ?1 AND i.realm = ?2 AND i.head = ?3 AND i.tail = '' AND ",
    refers!(),
    ")"
);
/// Takes the resource `?3` out of the index of whatever refers to it.
pub(crate) const FORGET_REFERENCES: &str = concat!(
    "DELETE FROM resource_index AS i ",
    "WHERE i.tenant = ?1 AND i.realm = ?2 AND i.head = ?3 AND i.tail = '' AND ",
    refers!()
);
/// Raises the version of the members of the group `?3`: they lose a membership.
pub(crate) const TOUCH_MEMBERS: &str = "\
    UPDATE resource SET version = version + 1 \
    WHERE tenant = ?1 AND realm = ?2 AND id IN (\
        SELECT i.head FROM resource_index i \
        WHERE i.tenant = ?1 AND i.realm = ?2 AND i.type = 'Group' AND i.resource = ?3 \
          AND i.path = 'members.value' AND i.tail = '')";
/// How many ids one question may have: few different texts.
const SIZES: [usize; 4] = [1, 8, 64, 512];

/// The type and display name of those of `ids` that exist.
pub(crate) async fn resolve(
    driver: &dyn Driver,
    realm: &RealmKey,
    ids: &[ResourceId],
) -> Result<Vec<(ResourceId, TypeName, Option<String>)>, StoreError> {
    let select = "SELECT r.id, r.type, r.display FROM resource r \
                  WHERE r.tenant = ?1 AND r.realm = ?2 AND r.id";
    let rows = ask(driver, realm, select, ids, "").await?;
    let read = |mut row: Row| {
        Ok((
            ResourceId(row.text(0)?.into()),
            row.text(1)?.into(),
            row.optional_text(2)?,
        ))
    };
    rows.into_iter().map(read).collect()
}

/// The groups of `members`, each member's in order of their ids.
pub(crate) async fn memberships(
    driver: &dyn Driver,
    realm: &RealmKey,
    members: &[ResourceId],
) -> Result<Vec<Membership>, StoreError> {
    let select = "SELECT DISTINCT i.head, g.id, g.display FROM resource_index i \
                  JOIN resource g ON g.tenant = i.tenant AND g.realm = i.realm \
                                 AND g.id = i.resource \
                  WHERE i.tenant = ?1 AND i.realm = ?2 AND i.type = 'Group' \
                    AND i.path = 'members.value' AND i.tail = '' AND i.head";
    let rows = ask(driver, realm, select, members, " ORDER BY i.head, g.id").await?;
    let group_type = TypeName::from(GROUP);
    let read = |mut row: Row| {
        Ok(Membership {
            member: ResourceId(row.text(0)?.into()),
            group: ResourceId(row.text(1)?.into()),
            group_type: group_type.clone(),
            display: row.optional_text(2)?,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Asks `select`, which ends with what is one of `ids`, for all of them.
async fn ask(
    driver: &dyn Driver,
    realm: &RealmKey,
    select: &str,
    ids: &[ResourceId],
    order: &str,
) -> Result<Vec<Row>, StoreError> {
    let mut rows = Vec::new();
    for chunk in ids.chunks(SIZES.into_iter().max().unwrap_or(1)) {
        let size = SIZES
            .into_iter()
            .find(|size| chunk.len() <= *size)
            .unwrap_or(chunk.len());
        let places: Vec<String> = (0..size).map(|place| format!("?{}", place + 3)).collect();
        let mut params = params![realm.tenant(), realm.realm()];
        // The last id fills what is left.
        let filled = chunk
            .iter()
            .chain(std::iter::repeat(chunk.last()).flatten());
        params.extend(filled.take(size).map(|id| Value::from(&*id.0)));
        let query = Query {
            sql: Sql::Owned(format!("{select} IN ({}){order}", places.join(", "))),
            params,
            pace: if size > 64 { Pace::Load } else { Pace::Point },
        };
        rows.extend(driver.query(query).await?);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_literals_in_statements_are_the_names() {
        for text in [LOCK_REFERRERS, MODIFY_REFERRERS, FORGET_REFERENCES] {
            assert!(text.contains(&format!("i.path IN ('{MEMBER}', '{MANAGER}')")));
            assert!(text.contains(&format!("i.type = '{GROUP}'")));
        }
        let schema = include_str!("migrations/0001_initial.sql");
        assert!(schema.contains(&format!("WHERE path IN ('{MEMBER}', '{MANAGER}')")));
    }
}
