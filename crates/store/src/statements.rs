//! The fixed statements, one text each for both engines. Searches are composed in
//! [`crate::search`], from fixed fragments too.
//!
//! `?1` and `?2` are tenant and realm wherever there is one (T1).

use crate::reading::resource_columns;

// Configuration.

pub(crate) const ENSURE_HEAD: &str = "\
    INSERT INTO config_head (tenant, realm, revision) VALUES (?1, ?2, 0) \
    ON CONFLICT (tenant, realm) DO NOTHING";
pub(crate) const FIRST_REVISION: &str = "\
    INSERT INTO config_head (tenant, realm, revision) VALUES (?1, ?2, 1) \
    ON CONFLICT (tenant, realm) DO UPDATE SET revision = 1 WHERE config_head.revision = 0";
pub(crate) const NEXT_REVISION: &str = "\
    UPDATE config_head SET revision = revision + 1 \
    WHERE tenant = ?1 AND realm = ?2 AND revision = ?3";
pub(crate) const REVISION: &str =
    "SELECT revision FROM config_head WHERE tenant = ?1 AND realm = ?2";
pub(crate) const HEAD: &str = "SELECT 1 FROM config_head WHERE tenant = ?1 AND realm = ?2";
pub(crate) const EXPECT_REVISION: &str =
    "SELECT 1 FROM config_head WHERE tenant = ?1 AND realm = ?2 AND revision = ?3";
pub(crate) const PUT_CONFIG: &str = "\
    INSERT INTO config_object (tenant, realm, kind, id, unique_key, body) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
    ON CONFLICT (tenant, realm, kind, id) \
    DO UPDATE SET unique_key = excluded.unique_key, body = excluded.body";
pub(crate) const DELETE_CONFIG: &str =
    "DELETE FROM config_object WHERE tenant = ?1 AND realm = ?2 AND kind = ?3 AND id = ?4";
pub(crate) const LOAD_CONFIGURATION: &str = "\
    SELECT tenant, realm, kind, id, unique_key, body FROM config_object \
    ORDER BY tenant, realm, kind, id";

/// What deletes a realm's contents, in an order that foreign keys allow. Resources go before their
/// index: whoever is writing one is waited for, and what they wrote is then seen.
pub(crate) const DELETE_REALM: [&str; 11] = [
    "DELETE FROM entry WHERE tenant = ?1 AND realm = ?2",
    "DELETE FROM token WHERE tenant = ?1 AND realm = ?2",
    "DELETE FROM access_grant WHERE tenant = ?1 AND realm = ?2",
    "DELETE FROM scope_set WHERE tenant = ?1 AND realm = ?2",
    "DELETE FROM assertion WHERE tenant = ?1 AND realm = ?2",
    "DELETE FROM resource WHERE tenant = ?1 AND realm = ?2",
    "DELETE FROM resource_index WHERE attribute IN (\
        SELECT a.number FROM attribute a WHERE a.tenant = ?1 AND a.realm = ?2)",
    "DELETE FROM resource_unique WHERE tenant = ?1 AND realm = ?2",
    "DELETE FROM attribute WHERE tenant = ?1 AND realm = ?2",
    "DELETE FROM config_object WHERE tenant = ?1 AND realm = ?2",
    "DELETE FROM config_head WHERE tenant = ?1 AND realm = ?2",
];

// Tokens.

pub(crate) const ENSURE_SCOPE_SET: &str = "\
    INSERT INTO scope_set (tenant, realm, id, client) VALUES (?1, ?2, ?3, ?4) \
    ON CONFLICT (tenant, realm, id) DO NOTHING";
pub(crate) const ENSURE_SCOPE_SET_MEMBER: &str = "\
    INSERT INTO scope_set_member (tenant, realm, scope_set, scope, version) \
    VALUES (?1, ?2, ?3, ?4, ?5) \
    ON CONFLICT (tenant, realm, scope_set, scope) DO NOTHING";
pub(crate) const INSERT_TOKEN: &str = "\
    INSERT INTO token (tenant, realm, token_key, scope_set, subject, audience, \
                       issued_at, expires_at, revoked_at, grant_id) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
pub(crate) const REVOKE_TOKEN: &str = "\
    UPDATE token SET revoked_at = ?4 \
    WHERE tenant = ?1 AND realm = ?2 AND token_key = ?3 AND revoked_at IS NULL";
/// The sets of scope `?3` without a live token or grant at `?4`.
macro_rules! dead_sets {
    () => {
        "SELECT m.scope_set FROM scope_set_member m \
         WHERE m.tenant = ?1 AND m.realm = ?2 AND m.scope = ?3 AND NOT EXISTS (\
            SELECT 1 FROM token t \
            WHERE t.tenant = ?1 AND t.realm = ?2 AND t.scope_set = m.scope_set \
              AND t.revoked_at IS NULL AND t.expires_at > ?4) AND NOT EXISTS (\
            SELECT 1 FROM access_grant g \
            WHERE g.tenant = ?1 AND g.realm = ?2 AND g.scope_set = m.scope_set \
              AND g.revoked_at IS NULL AND g.expires_at > ?4)"
    };
}
pub(crate) const RELEASE_SCOPE_TOKENS: &str = concat!(
    "DELETE FROM token WHERE tenant = ?1 AND realm = ?2 AND scope_set IN (",
    dead_sets!(),
    ")"
);
pub(crate) const RELEASE_SCOPE_GRANTS: &str = concat!(
    "DELETE FROM access_grant WHERE tenant = ?1 AND realm = ?2 AND scope_set IN (",
    dead_sets!(),
    ")"
);
pub(crate) const RELEASE_SCOPE_SETS: &str = "\
    DELETE FROM scope_set WHERE tenant = ?1 AND realm = ?2 AND id IN (\
        SELECT m.scope_set FROM scope_set_member m \
        WHERE m.tenant = ?1 AND m.realm = ?2 AND m.scope = ?3 AND NOT EXISTS (\
            SELECT 1 FROM token t \
            WHERE t.tenant = ?1 AND t.realm = ?2 AND t.scope_set = m.scope_set) \
        AND NOT EXISTS (\
            SELECT 1 FROM access_grant g \
            WHERE g.tenant = ?1 AND g.realm = ?2 AND g.scope_set = m.scope_set))";
pub(crate) const DELETE_CLIENT_TOKENS: &str = "\
    DELETE FROM token WHERE tenant = ?1 AND realm = ?2 AND scope_set IN (\
        SELECT s.id FROM scope_set s WHERE s.tenant = ?1 AND s.realm = ?2 AND s.client = ?3)";
pub(crate) const DELETE_CLIENT_GRANTS: &str = "\
    DELETE FROM access_grant WHERE tenant = ?1 AND realm = ?2 AND scope_set IN (\
        SELECT s.id FROM scope_set s WHERE s.tenant = ?1 AND s.realm = ?2 AND s.client = ?3)";
pub(crate) const DELETE_CLIENT_ENTRIES: &str =
    "DELETE FROM entry WHERE tenant = ?1 AND realm = ?2 AND client = ?3";
pub(crate) const DELETE_CLIENT_SETS: &str =
    "DELETE FROM scope_set WHERE tenant = ?1 AND realm = ?2 AND client = ?3";
pub(crate) const USE_ASSERTION: &str = "\
    INSERT INTO assertion (tenant, realm, assertion_key, expires_at) VALUES (?1, ?2, ?3, ?4)";
pub(crate) const PURGE_TOKENS: &str = "\
    DELETE FROM token WHERE (tenant, realm, token_key) IN (\
        SELECT tenant, realm, token_key FROM token \
        WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";
pub(crate) const PURGE_ASSERTIONS: &str = "\
    DELETE FROM assertion WHERE (tenant, realm, assertion_key) IN (\
        SELECT tenant, realm, assertion_key FROM assertion \
        WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";
pub(crate) const PURGE_SCOPE_SETS: &str = "\
    DELETE FROM scope_set WHERE (tenant, realm, id) IN (\
        SELECT s.tenant, s.realm, s.id FROM scope_set s WHERE NOT EXISTS (\
            SELECT 1 FROM token t \
            WHERE t.tenant = s.tenant AND t.realm = s.realm AND t.scope_set = s.id) \
        AND NOT EXISTS (\
            SELECT 1 FROM access_grant g \
            WHERE g.tenant = s.tenant AND g.realm = s.realm AND g.scope_set = s.id) LIMIT ?1)";
pub(crate) const PURGE_GRANTS: &str = "\
    DELETE FROM access_grant WHERE (tenant, realm, id) IN (\
        SELECT g.tenant, g.realm, g.id FROM access_grant g \
        WHERE g.expires_at <= ?1 AND NOT EXISTS (\
            SELECT 1 FROM token t \
            WHERE t.tenant = g.tenant AND t.realm = g.realm AND t.grant_id = g.id) \
        ORDER BY g.expires_at LIMIT ?2)";
pub(crate) const PURGE_ENTRIES: &str = "\
    DELETE FROM entry WHERE (tenant, realm, kind, entry_key) IN (\
        SELECT tenant, realm, kind, entry_key FROM entry \
        WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";

// Grants.

pub(crate) const INSERT_GRANT: &str = "\
    INSERT INTO access_grant (tenant, realm, id, scope_set, person, session, generation, \
                              renewed_at, created_at, expires_at, revoked_at, body) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
/// `?4` is the generation that it has, `?5` the one that it gets.
pub(crate) const RENEW_GRANT: &str = "\
    UPDATE access_grant SET generation = ?5, renewed_at = ?6, expires_at = ?7 \
    WHERE tenant = ?1 AND realm = ?2 AND id = ?3 AND generation = ?4 AND revoked_at IS NULL";
pub(crate) const GRANT_EXISTS: &str = "\
    SELECT 1 FROM access_grant \
    WHERE tenant = ?1 AND realm = ?2 AND id = ?3 AND revoked_at IS NULL";

/// The revocation of grants (and of their tokens) of which a condition holds; `?3` is when.
///
/// Grants come first: whoever is just renewing one is waited for, and the token that this made is
/// then seen.
macro_rules! revoke_grants {
    ($name:ident, $condition:literal) => {
        pub(crate) const $name: GrantStatements = GrantStatements {
            condition: $condition,
            revoke: [
                concat!(
                    "UPDATE access_grant AS g SET revoked_at = ?3 \
                     WHERE g.tenant = ?1 AND g.realm = ?2 AND g.revoked_at IS NULL AND ",
                    $condition
                ),
                concat!(
                    "UPDATE token SET revoked_at = ?3 \
                     WHERE tenant = ?1 AND realm = ?2 AND revoked_at IS NULL AND grant_id IN (\
                        SELECT g.id FROM access_grant g \
                        WHERE g.tenant = ?1 AND g.realm = ?2 AND ",
                    $condition,
                    ")"
                ),
            ],
        };
    };
}

/// A condition on grants called `g`, which needs parameters from `?4` on.
pub(crate) struct GrantStatements {
    pub(crate) condition: &'static str,
    /// What revokes those grants, and their tokens, at `?3`.
    pub(crate) revoke: [&'static str; 2],
}

revoke_grants!(REVOKE_GRANT, "g.id = ?4");
revoke_grants!(REVOKE_GRANTS_OF_PERSON, "g.person = ?4 AND g.id <> ?5");
revoke_grants!(REVOKE_GRANTS_OF_SESSION, "g.session = ?4");
revoke_grants!(
    REVOKE_GRANTS_OF_CONSENT,
    "g.person = ?4 AND g.scope_set IN (\
        SELECT s.id FROM scope_set s \
        WHERE s.tenant = ?1 AND s.realm = ?2 AND s.client = ?5)"
);

// Entries.

pub(crate) const INSERT_ENTRY: &str = "\
    INSERT INTO entry (tenant, realm, kind, entry_key, person, client, version, expires_at, body) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?8)";
/// `?9` is the version that it has.
pub(crate) const UPDATE_ENTRY: &str = "\
    UPDATE entry SET person = ?5, client = ?6, version = version + 1, expires_at = ?7, body = ?8 \
    WHERE tenant = ?1 AND realm = ?2 AND kind = ?3 AND entry_key = ?4 AND version = ?9";
/// A new version of an entry with the content that it has, or an empty first one.
pub(crate) const TOUCH_ENTRY: &str = "\
    INSERT INTO entry (tenant, realm, kind, entry_key, person, version, body) \
    VALUES (?1, ?2, ?3, ?4, ?5, 1, '') \
    ON CONFLICT (tenant, realm, kind, entry_key) DO UPDATE SET version = entry.version + 1";
pub(crate) const DELETE_ENTRY: &str = "\
    DELETE FROM entry WHERE tenant = ?1 AND realm = ?2 AND kind = ?3 AND entry_key = ?4";
pub(crate) const DELETE_ENTRY_AT: &str = "\
    DELETE FROM entry \
    WHERE tenant = ?1 AND realm = ?2 AND kind = ?3 AND entry_key = ?4 AND version = ?5";
pub(crate) const ENTRY_AT: &str = "\
    SELECT 1 FROM entry \
    WHERE tenant = ?1 AND realm = ?2 AND kind = ?3 AND entry_key = ?4 AND version = ?5";
/// Those of a kind but the one with the key `?5`.
pub(crate) const DELETE_ENTRIES_OF_PERSON: &str = "\
    DELETE FROM entry \
    WHERE tenant = ?1 AND realm = ?2 AND person = ?3 AND kind = ?4 AND entry_key <> ?5";
pub(crate) const FIND_ENTRY: &str = "\
    SELECT entry_key, person, client, version, expires_at, body FROM entry \
    WHERE tenant = ?1 AND realm = ?2 AND kind = ?3 AND entry_key = ?4";
pub(crate) const LIST_ENTRIES: &str = "\
    SELECT entry_key, person, client, version, expires_at, body FROM entry \
    WHERE tenant = ?1 AND realm = ?2 AND person = ?3 AND kind = ?4 \
    ORDER BY entry_key LIMIT ?5";

// Audit trails.

pub(crate) const BEGIN_AUDIT: &str = "\
    INSERT INTO audit_head (tenant, realm, sequence, hash, seal) VALUES (?1, ?2, ?3, ?4, ?5) \
    ON CONFLICT (tenant, realm) DO NOTHING";
/// `?6` is the number of the event that it ends with.
pub(crate) const MOVE_AUDIT_HEAD: &str = "\
    UPDATE audit_head SET sequence = ?3, hash = ?4, seal = ?5 \
    WHERE tenant = ?1 AND realm = ?2 AND sequence = ?6";
pub(crate) const INSERT_AUDIT_EVENT: &str = "\
    INSERT INTO audit_event (tenant, realm, sequence, noted_at, client, person, action, resource, \
                             id, body, hash, seal) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
pub(crate) const AUDIT_HEAD: &str =
    "SELECT sequence, hash, seal FROM audit_head WHERE tenant = ?1 AND realm = ?2";
pub(crate) const AUDIT_HEADS: &str =
    "SELECT tenant, realm, sequence, hash, seal FROM audit_head ORDER BY tenant, realm";

// Resources and their numbers.

pub(crate) const LOAD_ATTRIBUTES: &str = "SELECT number, tenant, realm, type, path FROM attribute";
pub(crate) const LAST_RESOURCE: &str = "SELECT COALESCE(MAX(number), 0) FROM resource";
pub(crate) const ATTRIBUTES: &str =
    "SELECT number, type, path FROM attribute WHERE tenant = ?1 AND realm = ?2";
pub(crate) const ENSURE_ATTRIBUTE: &str = "\
    INSERT INTO attribute (tenant, realm, path, type, number) VALUES (?1, ?2, ?3, ?4, ?5) \
    ON CONFLICT (tenant, realm, path, type) DO NOTHING";

/// The condition that a resource called `r` has the id `?3`, of whatever type.
macro_rules! by_id {
    () => {
        "r.tenant = ?1 AND r.realm = ?2 AND r.id = ?3 AND r.type IN (\
            SELECT a.type FROM attribute a \
            WHERE a.tenant = ?1 AND a.realm = ?2 AND a.path = '')"
    };
}

/// The number of the resource `?3` of type `?4`.
macro_rules! number {
    () => {
        "(SELECT r.number FROM resource r \
          WHERE r.tenant = ?1 AND r.realm = ?2 AND r.id = ?3 AND r.type = ?4)"
    };
}
pub(crate) use number;

pub(crate) const INSERT_RESOURCE: &str = concat!(
    "INSERT INTO resource (tenant, realm, id, type, number, version, created, modified, display, \
                           password_hash, document) \
     SELECT ?1, ?2, ?3, CAST(?4 AS TEXT), CAST(?5 AS BIGINT), CAST(?6 AS BIGINT), \
            CAST(?7 AS BIGINT), CAST(?8 AS BIGINT), CAST(?9 AS TEXT), CAST(?10 AS TEXT), \
            CAST(?11 AS TEXT) \
     WHERE NOT EXISTS (SELECT 1 FROM resource r WHERE ",
    by_id!(),
    ")"
);
/// `?11` is the resource's number.
pub(crate) const UPDATE_RESOURCE: &str = "\
    UPDATE resource SET version = ?6, modified = ?7, display = ?8, \
                        password_hash = COALESCE(?9, password_hash), document = ?10 \
    WHERE tenant = ?1 AND realm = ?2 AND id = ?3 AND type = ?4 AND version = ?5 AND number = ?11";
pub(crate) const TOUCH_RESOURCE: &str = concat!(
    "UPDATE resource AS r SET version = version + 1 WHERE ",
    by_id!()
);
pub(crate) const RESOURCE_EXISTS: &str =
    "SELECT 1 FROM resource WHERE tenant = ?1 AND realm = ?2 AND id = ?3 AND type = ?4";
pub(crate) const LOCK_RESOURCE: &str = "\
    UPDATE resource SET version = version \
    WHERE tenant = ?1 AND realm = ?2 AND id = ?3 AND type = ?4";
pub(crate) const RESOURCE_AT: &str = "\
    SELECT 1 FROM resource \
    WHERE tenant = ?1 AND realm = ?2 AND id = ?3 AND type = ?4 AND version = ?5";
pub(crate) const DELETE_RESOURCE: &str =
    "DELETE FROM resource WHERE tenant = ?1 AND realm = ?2 AND id = ?3 AND type = ?4";
pub(crate) const DELETE_INDEX: &str =
    concat!("DELETE FROM resource_index WHERE resource = ", number!());
/// Deletes a row of the index of resource `?5`.
pub(crate) const DELETE_INDEX_ROW: &str = "\
    DELETE FROM resource_index \
    WHERE attribute = ?1 AND head = ?2 AND owner = ?3 AND duplicate = ?4 AND resource = ?5";
pub(crate) const DELETE_UNIQUE: &str =
    "DELETE FROM resource_unique WHERE tenant = ?1 AND realm = ?2 AND resource = ?3";
pub(crate) const INSERT_UNIQUE: &str = "\
    INSERT INTO resource_unique (tenant, realm, type, path, value_hash, resource) \
    VALUES (?1, ?2, ?4, ?5, ?6, ?3)";
pub(crate) const DELETE_UNIQUE_VALUE: &str = "\
    DELETE FROM resource_unique WHERE tenant = ?1 AND realm = ?2 AND type = ?4 AND path = ?5 \
    AND value_hash = ?6 AND resource = ?3";
pub(crate) const FIND_RESOURCE: &str = concat!(
    "SELECT ",
    resource_columns!(),
    " FROM resource r WHERE r.tenant = ?1 AND r.realm = ?2 AND r.id = ?3 AND r.type = ?4"
);
pub(crate) const PASSWORD_HASH: &str = "\
    SELECT password_hash FROM resource \
    WHERE tenant = ?1 AND realm = ?2 AND id = ?3 AND type = ?4";
pub(crate) const SET_PASSWORD_HASH: &str = "\
    UPDATE resource SET password_hash = ?5 \
    WHERE tenant = ?1 AND realm = ?2 AND id = ?3 AND type = ?4";
pub(crate) const LIST_RESOURCES: &str = "\
    SELECT r.id FROM resource r WHERE r.tenant = ?1 AND r.realm = ?2 AND r.type = ?3 \
    ORDER BY r.id LIMIT ?4";
pub(crate) const EXPECT_NO_RESOURCES: &str = "\
    SELECT 1 WHERE NOT EXISTS (\
        SELECT 1 FROM resource WHERE tenant = ?1 AND realm = ?2 AND type = ?3)";
pub(crate) const EXPECT_RESOURCE: &str =
    "SELECT 1 FROM resource WHERE tenant = ?1 AND realm = ?2 AND type = ?3 AND id = ?4";
pub(crate) const HAS_RESOURCES: &str =
    "SELECT 1 FROM resource WHERE tenant = ?1 AND realm = ?2 AND type = ?3 LIMIT 1";
