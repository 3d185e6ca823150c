//! Changes of grants.

use super::keyed;
use crate::{
    driver::{IfBroken, Step},
    statements::{self, GrantStatements},
    value::{Value, params},
};
use domain::{
    RealmKey, Timestamp,
    store::{Conflict, GrantId, GrantRecord, GrantsOf, TokenStatus},
};

/// Records a grant of a recorded scope set.
pub(super) fn insert(realm: &RealmKey, grant: &GrantRecord) -> Vec<Step> {
    let revoked = match grant.status {
        TokenStatus::Issued => None,
        TokenStatus::Revoked(at) => Some(at.micros()),
    };
    let params = keyed(
        realm,
        params![
            grant.id.0.as_slice(),
            grant.scope_set.id.0.as_slice(),
            &grant.person.0,
            grant.session.as_ref().map(|session| session.0.as_slice()),
            grant.generation,
            grant.renewed_at.micros(),
            grant.created_at.micros(),
            grant.expires_at.micros(),
            revoked,
            grant.body.as_str(),
        ],
    );
    vec![
        Step::new(statements::INSERT_GRANT, params)
            .counted()
            .if_dangling(IfBroken::Conflict(Conflict::Gone)),
    ]
}

/// Moves a grant that is not revoked from one generation to the next.
pub(super) fn renew(
    realm: &RealmKey,
    id: &GrantId,
    (generation, next): (u64, u64),
    at: Timestamp,
    expires_at: Timestamp,
) -> Vec<Step> {
    let id = id.0.as_slice();
    let params = params![id, generation, next, at.micros(), expires_at.micros()];
    let exists = keyed(realm, params![id]);
    vec![
        Step::new(statements::RENEW_GRANT, keyed(realm, params))
            .counted()
            .or_ask(
                statements::GRANT_EXISTS,
                exists,
                Conflict::Version,
                Conflict::Gone,
            ),
    ]
}

/// Revokes grants that are not revoked, and their tokens.
pub(super) fn revoke(realm: &RealmKey, of: &GrantsOf, at: Timestamp) -> Vec<Step> {
    let (statements, more) = condition(of);
    let step = |sql| {
        let params = params![at.micros()];
        Step::new(sql, keyed(realm, params.into_iter().chain(more.clone())))
    };
    let [grants, tokens] = statements.revoke.map(step);
    vec![grants.counted(), tokens]
}

/// What is said of those grants, and what that needs from `?4` on.
pub(crate) fn condition(of: &GrantsOf) -> (GrantStatements, Vec<Value>) {
    match of {
        GrantsOf::One(id) => (statements::REVOKE_GRANT, params![id.0.as_slice()]),
        GrantsOf::Person { person, but } => {
            let but = but.map(|id| id.0.to_vec()).unwrap_or_default();
            let params = params![&person.0, but.as_slice()];
            (statements::REVOKE_GRANTS_OF_PERSON, params)
        }
        GrantsOf::Session(session) => (
            statements::REVOKE_GRANTS_OF_SESSION,
            params![session.0.as_slice()],
        ),
        GrantsOf::Consent { person, client } => (
            statements::REVOKE_GRANTS_OF_CONSENT,
            params![&person.0, client.to_string()],
        ),
    }
}
