//! What Ambit knows of attributes that name other resources (RFC 7643 §4.1.2 `groups`, §4.2
//! `members`, §4.3 `manager`).
//!
//! A member or manager that names no existing resource is kept and found as it was given, so that
//! nobody learns from it what exists; only a name it has none. Ids are made by the server and never
//! used again.

use crate::{
    attributes::RealmAttributes,
    driver::{Driver, Pace, Query, Sql},
    statements::number,
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

/// The index rows, called `i`, that name the resource `?3`.
macro_rules! referring {
    () => {
        "i.head = ?3 AND i.tail = '' AND i.attribute IN (\
            SELECT a.number FROM attribute a WHERE a.tenant = ?1 AND a.realm = ?2 \
            AND a.path IN ('members.value', \
            'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value') \
            AND (a.path <> 'members.value' OR a.type = 'Group'))"
    };
}

/// Waits for whoever is writing what refers to the resource `?3`: referrers are locked before what
/// they refer to, by all writers, so that none waits for another in a circle.
pub(crate) const LOCK_REFERRERS: &str = concat!(
    "UPDATE resource SET version = version WHERE number IN (\
     SELECT i.resource FROM resource_index i WHERE ",
    referring!(),
    ")"
);
/// Raises the version of whatever refers to the resource `?3`, and says when (`?4`).
pub(crate) const MODIFY_REFERRERS: &str = concat!(
    "UPDATE resource SET version = version + 1, modified = ?4 WHERE number IN (\
     SELECT i.resource FROM resource_index i WHERE ",
    referring!(),
    ")"
);
/// Takes the resource `?3` out of the index of whatever refers to it.
pub(crate) const FORGET_REFERENCES: &str =
    concat!("DELETE FROM resource_index AS i WHERE ", referring!());
/// Raises the version of the members of the group `?3`: they lose a membership. `?4` is its type.
pub(crate) const TOUCH_MEMBERS: &str = concat!(
    "UPDATE resource AS r SET version = version + 1 \
     WHERE r.tenant = ?1 AND r.realm = ?2 AND r.type IN (\
        SELECT a.type FROM attribute a WHERE a.tenant = ?1 AND a.realm = ?2 AND a.path = '') \
     AND r.id IN (\
        SELECT i.head FROM resource_index i JOIN attribute a ON a.number = i.attribute \
        WHERE i.tail = '' AND a.tenant = ?1 AND a.realm = ?2 AND a.path = 'members.value' \
          AND a.type = ?4 AND i.resource = ",
    number!(),
    ")"
);
/// How many ids one question may have: few different texts.
const SIZES: [usize; 4] = [1, 8, 64, 512];

/// The type and display name of those of `ids` that exist.
pub(crate) async fn resolve(
    driver: &dyn Driver,
    realm: &RealmKey,
    ids: &[ResourceId],
) -> Result<Vec<(ResourceId, TypeName, Option<String>)>, StoreError> {
    let select = "SELECT r.id, r.type, r.display FROM resource r \
                  WHERE r.tenant = ?1 AND r.realm = ?2 AND r.type IN (\
                      SELECT a.type FROM attribute a \
                      WHERE a.tenant = ?1 AND a.realm = ?2 AND a.path = '') AND r.id";
    let key = params![realm.tenant(), realm.realm()];
    let rows = ask(driver, &key, select, ids, "").await?;
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
    attributes: &RealmAttributes,
    members: &[ResourceId],
) -> Result<Vec<Membership>, StoreError> {
    let Some(attribute) = attributes.number(GROUP, MEMBER) else {
        return Ok(Vec::new());
    };
    let select = "SELECT DISTINCT i.head, g.id, g.display FROM resource_index i \
                  JOIN resource g ON g.number = i.resource \
                  WHERE g.tenant = ?1 AND g.realm = ?2 \
                    AND i.attribute = ?3 AND i.tail = '' AND i.head";
    let key = params![realm.tenant(), realm.realm(), attribute];
    let rows = ask(driver, &key, select, members, " ORDER BY i.head, g.id").await?;
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

/// Asks `select`, which has the parameters `key` and ends with what is one of `ids`, for all of them.
async fn ask(
    driver: &dyn Driver,
    key: &[Value],
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
        let first = key.len() + 1;
        let places: Vec<String> = (first..first + size)
            .map(|place| format!("?{place}"))
            .collect();
        let mut params = key.to_vec();
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
            assert!(text.contains(&format!("a.path IN ('{MEMBER}', '{MANAGER}')")));
            assert!(text.contains(&format!("a.type = '{GROUP}'")));
        }
        assert!(TOUCH_MEMBERS.contains(&format!("a.path = '{MEMBER}'")));
    }
}
