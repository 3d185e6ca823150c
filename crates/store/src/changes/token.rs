//! Changes of tokens, their scope sets and used assertions.

use super::keyed;
use crate::{
    audience,
    driver::{IfBroken, Step},
    statements,
    value::params,
};
use domain::{
    RealmKey, Timestamp,
    store::{Conflict, ScopeSet, TokenKey, TokenRecord, TokenStatus},
};
use scope::{ClientId, ScopeId};

const GONE: IfBroken = IfBroken::Conflict(Conflict::Gone);

/// Records a scope set unless it is there.
pub(super) fn ensure_set(realm: &RealmKey, set: &ScopeSet) -> Vec<Step> {
    let id = set.id.0.as_slice();
    let head = keyed(realm, params![id, set.client.to_string()]);
    let mut steps = vec![
        Step::new(statements::ENSURE_SCOPE_SET, head)
            .counted()
            .if_dangling(GONE),
    ];
    steps.extend(set.scopes.iter().map(|granted| {
        let member = keyed(
            realm,
            params![id, granted.scope.to_string(), granted.version],
        );
        Step::new(statements::ENSURE_SCOPE_SET_MEMBER, member).if_dangling(GONE)
    }));
    steps
}

/// Records a token of a recorded scope set.
pub(super) fn insert(realm: &RealmKey, token: &TokenRecord) -> Vec<Step> {
    let revoked = match token.status {
        TokenStatus::Issued => None,
        TokenStatus::Revoked(at) => Some(at.micros()),
    };
    let params = keyed(
        realm,
        params![
            token.key.0.as_slice(),
            token.scope_set.id.0.as_slice(),
            token.subject.as_str(),
            audience::write(&token.audience),
            token.issued_at.micros(),
            token.expires_at.micros(),
            revoked,
            token.grant.as_ref().map(|grant| grant.0.as_slice()),
        ],
    );
    // A set that was there may just have been purged: whoever hears so records it again.
    vec![
        Step::new(statements::INSERT_TOKEN, params)
            .counted()
            .if_dangling(GONE),
    ]
}

/// Revokes a token once.
pub(super) fn revoke(realm: &RealmKey, key: &TokenKey, at: Timestamp) -> Vec<Step> {
    let params = keyed(realm, params![key.0.as_slice(), at.micros()]);
    vec![Step::new(statements::REVOKE_TOKEN, params).counted()]
}

/// Deletes the scope's sets without a live token. A token that appears meanwhile keeps its set.
pub(super) fn release(realm: &RealmKey, scope: &ScopeId, now: Timestamp) -> Vec<Step> {
    let scope = scope.to_string();
    let dead = || keyed(realm, params![scope.as_str(), now.micros()]);
    let sets = keyed(realm, params![scope.as_str()]);
    vec![
        Step::new(statements::RELEASE_SCOPE_TOKENS, dead()).counted(),
        Step::new(statements::RELEASE_SCOPE_GRANTS, dead()).counted(),
        Step::new(statements::RELEASE_SCOPE_SETS, sets)
            .counted()
            .if_dangling(IfBroken::Conflict(Conflict::InUse)),
    ]
}

/// Deletes a client's tokens and sets. A token that appears meanwhile is deleted when tried again.
pub(super) fn delete_of_client(realm: &RealmKey, client: &ClientId) -> Vec<Step> {
    let params = || keyed(realm, params![client.to_string()]);
    vec![
        Step::new(statements::DELETE_CLIENT_ENTRIES, params()),
        Step::new(statements::DELETE_CLIENT_TOKENS, params()).counted(),
        Step::new(statements::DELETE_CLIENT_GRANTS, params()).counted(),
        Step::new(statements::DELETE_CLIENT_SETS, params()).if_dangling(IfBroken::Retry),
    ]
}

/// Remembers an assertion; it must not be known (C1, RFC 7523 §3).
pub(super) fn use_assertion(realm: &RealmKey, key: &TokenKey, expires_at: Timestamp) -> Vec<Step> {
    let params = keyed(realm, params![key.0.as_slice(), expires_at.micros()]);
    vec![
        Step::new(statements::USE_ASSERTION, params)
            .counted()
            .if_duplicate(Conflict::Replayed),
    ]
}
