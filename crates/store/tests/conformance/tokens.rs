//! Tokens, their scope sets and used assertions.

use crate::{
    cases,
    support::{Place, things::*},
};
use domain::store::{Change, Conflict, TokenQuery, TokenStatus};

cases![
    a_token_is_read_as_written,
    a_token_is_revoked_once,
    no_token_for_what_is_gone,
    a_live_token_keeps_its_scope_and_client,
    dead_tokens_are_released_with_the_scope,
    tokens_are_listed_by_client_scope_and_state,
    tokens_of_a_client_are_deleted,
    an_assertion_is_used_once,
    what_expired_is_purged,
    a_scope_set_goes_with_its_last_token,
];

async fn a_token_is_read_as_written(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let set = scope_set(1, &[1, 3]);
    assert_eq!(apply(&store, &here, issue(1, &set)).await, [1, 1]);
    // A set is recorded once.
    assert_eq!(apply(&store, &here, issue(2, &set)).await, [0, 1]);
    assert_eq!(
        store.find_token(&here, &key(1)).await.unwrap(),
        Some(token(1, &set))
    );
    assert_eq!(
        store.find_token(&here, &key(2)).await.unwrap(),
        Some(token(2, &set))
    );
    assert_eq!(store.find_token(&here, &key(3)).await.unwrap(), None);
    let revoked = domain::store::TokenRecord {
        status: TokenStatus::Revoked(at(1_500)),
        audience: Vec::new(),
        ..token(3, &set)
    };
    apply(&store, &here, [Change::InsertToken(revoked.clone())]).await;
    assert_eq!(
        store.find_token(&here, &key(3)).await.unwrap(),
        Some(revoked)
    );
}

async fn a_token_is_revoked_once(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    apply(&store, &here, issue(1, &scope_set(1, &[1]))).await;
    let revoke = |number, micros| {
        [Change::RevokeToken {
            key: key(number),
            at: at(micros),
        }]
    };
    assert_eq!(apply(&store, &here, revoke(1, 1_100)).await, [1]);
    assert_eq!(apply(&store, &here, revoke(1, 1_200)).await, [0]);
    assert_eq!(apply(&store, &here, revoke(2, 1_200)).await, [0]);
    let found = store.find_token(&here, &key(1)).await.unwrap().unwrap();
    assert_eq!(found.status, TokenStatus::Revoked(at(1_100)));
}

async fn no_token_for_what_is_gone(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    for set in [scope_set(1, &[1, 9]), scope_set(9, &[1])] {
        assert_eq!(
            conflict(&store, &here, issue(1, &set)).await,
            Conflict::Gone
        );
    }
    let unrecorded = Change::InsertToken(token(1, &scope_set(1, &[1])));
    assert_eq!(conflict(&store, &here, [unrecorded]).await, Conflict::Gone);
    assert_eq!(store.find_token(&here, &key(1)).await.unwrap(), None);
}

async fn a_live_token_keeps_its_scope_and_client(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    apply(&store, &here, issue(1, &scope_set(1, &[1]))).await;
    assert_eq!(
        conflict(&store, &here, [delete_scope(&here, 1)]).await,
        Conflict::InUse
    );
    let release = |now| Change::ReleaseScope {
        scope: scope_id(1),
        now: at(now),
    };
    let delete = [release(1_999), delete_scope(&here, 1)];
    assert_eq!(conflict(&store, &here, delete).await, Conflict::InUse);
    let client = Change::DeleteConfig {
        realm: here.clone(),
        kind: domain::store::Kind::Application,
        id: client_id(1).to_string(),
    };
    assert_eq!(
        conflict(&store, &here, [client.clone()]).await,
        Conflict::InUse
    );
    let with_tokens = [Change::DeleteTokensOfClient(client_id(1)), client];
    assert_eq!(apply(&store, &here, with_tokens).await, [1, 1]);
    assert_eq!(apply(&store, &here, [delete_scope(&here, 1)]).await, [1]);
}

async fn dead_tokens_are_released_with_the_scope(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let (dead, live) = (scope_set(1, &[1, 2]), scope_set(2, &[2, 3]));
    apply(&store, &here, issue(1, &dead)).await;
    apply(&store, &here, issue(2, &dead)).await;
    apply(&store, &here, issue(3, &live)).await;
    apply(&store, &here, issue(4, &live)).await;
    let revoke = |number| Change::RevokeToken {
        key: key(number),
        at: at(1_100),
    };
    apply(&store, &here, [revoke(1), revoke(2), revoke(3)]).await;
    let release = |scope| Change::ReleaseScope {
        scope: scope_id(scope),
        now: at(1_500),
    };
    // Two dead tokens and their set go; a set with a live token stays whole.
    assert_eq!(apply(&store, &here, [release(2)]).await, [3]);
    assert_eq!(store.find_token(&here, &key(1)).await.unwrap(), None);
    assert!(store.find_token(&here, &key(3)).await.unwrap().is_some());
    assert_eq!(apply(&store, &here, [delete_scope(&here, 1)]).await, [1]);
    assert_eq!(
        conflict(&store, &here, [delete_scope(&here, 2)]).await,
        Conflict::InUse
    );
    // At 2,000 all have expired.
    let release = Change::ReleaseScope {
        scope: scope_id(2),
        now: at(2_000),
    };
    assert_eq!(
        apply(&store, &here, [release, delete_scope(&here, 2)]).await,
        [3, 1]
    );
}

async fn tokens_are_listed_by_client_scope_and_state(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let (first, second) = (scope_set(1, &[1, 2]), scope_set(2, &[2]));
    for number in 1..=6 {
        let set = if number % 2 == 1 { &first } else { &second };
        apply(&store, &here, issue(number, set)).await;
    }
    apply(
        &store,
        &here,
        [Change::RevokeToken {
            key: key(5),
            at: at(1_100),
        }],
    )
    .await;
    let all = TokenQuery {
        limit: 10,
        ..TokenQuery::default()
    };
    let list = async |query: &TokenQuery| {
        let page = store.list_tokens(&here, query).await.unwrap();
        (
            page.items.iter().map(|token| token.key).collect::<Vec<_>>(),
            page.more,
        )
    };
    let keys = |numbers: &[u32]| numbers.iter().copied().map(key).collect::<Vec<_>>();
    assert_eq!(list(&all).await, (keys(&[1, 2, 3, 4, 5, 6]), false));
    let page = TokenQuery {
        limit: 2,
        ..all.clone()
    };
    assert_eq!(list(&page).await, (keys(&[1, 2]), true));
    let page = TokenQuery {
        after: Some(key(4)),
        ..page
    };
    assert_eq!(list(&page).await, (keys(&[5, 6]), false));
    let client = TokenQuery {
        client: Some(client_id(1)),
        ..all.clone()
    };
    assert_eq!(list(&client).await, (keys(&[1, 3, 5]), false));
    let scope = TokenQuery {
        scope: Some(scope_id(1)),
        ..all.clone()
    };
    assert_eq!(list(&scope).await, (keys(&[1, 3, 5]), false));
    let both = TokenQuery {
        scope: Some(scope_id(2)),
        client: Some(client_id(2)),
        ..all.clone()
    };
    assert_eq!(list(&both).await, (keys(&[2, 4, 6]), false));
    let live = TokenQuery {
        live_at: Some(at(1_999)),
        scope: Some(scope_id(1)),
        ..all.clone()
    };
    assert_eq!(list(&live).await, (keys(&[1, 3]), false));
    let later = TokenQuery {
        live_at: Some(at(2_000)),
        ..all
    };
    assert_eq!(list(&later).await, (keys(&[]), false));
    // Each with the scopes of its set.
    let whole = store.list_tokens(&here, &live).await.unwrap();
    assert_eq!(whole.items, [token(1, &first), token(3, &first)]);
    let used = store
        .token_use(&here, &scope_id(2), at(1_500))
        .await
        .unwrap();
    assert_eq!((used.count, used.first.len()), (5, 5));
    assert_eq!(used.first[0], token(1, &first));
    let unused = store
        .token_use(&here, &scope_id(3), at(1_500))
        .await
        .unwrap();
    assert_eq!((unused.count, unused.first.len()), (0, 0));
    let used = async |client, now, most| {
        let (client, scope) = (client_id(client), scope_id(2));
        let used = store.assignment_use(&here, &client, &scope, at(now), most);
        let used = used.await.unwrap();
        (used.tokens, used.newest, used.grants)
    };
    let newest = Some(token(1, &first).issued_at);
    assert_eq!(used(1, 1_500, 10).await, (2, newest, 0), "one is revoked");
    assert_eq!(used(2, 1_500, 10).await, (3, newest, 0));
    assert_eq!(used(2, 1_500, 2).await, (2, newest, 0), "no further");
    assert_eq!(used(2, 2_000, 10).await, (0, None, 0), "expired");
    assert_eq!(used(3, 1_500, 10).await, (0, None, 0));
}

async fn tokens_of_a_client_are_deleted(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    apply(&store, &here, issue(1, &scope_set(1, &[1]))).await;
    apply(&store, &here, issue(2, &scope_set(1, &[2]))).await;
    apply(&store, &here, issue(3, &scope_set(2, &[2]))).await;
    let delete = [Change::DeleteTokensOfClient(client_id(1))];
    assert_eq!(apply(&store, &here, delete).await, [2]);
    let left = TokenQuery {
        limit: 10,
        ..TokenQuery::default()
    };
    let left = store.list_tokens(&here, &left).await.unwrap().items;
    assert_eq!(left, [token(3, &scope_set(2, &[2]))]);
}

/// C1.
async fn an_assertion_is_used_once(place: Place) {
    let (store, here, other) = (place.open().await, realm("t", "r"), realm("t", "other"));
    let assertion = |number| Change::UseAssertion {
        key: key(number),
        expires_at: at(2_000),
    };
    assert_eq!(apply(&store, &here, [assertion(1)]).await, [1]);
    assert_eq!(
        conflict(&store, &here, [assertion(1)]).await,
        Conflict::Replayed
    );
    assert_eq!(apply(&store, &here, [assertion(2)]).await, [1]);
    assert_eq!(apply(&store, &other, [assertion(1)]).await, [1]);
}

async fn what_expired_is_purged(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let set = scope_set(1, &[1]);
    apply(&store, &here, issue(1, &set)).await;
    let later = domain::store::TokenRecord {
        expires_at: at(9_000),
        ..token(2, &set)
    };
    let assertion = |number, end| Change::UseAssertion {
        key: key(number),
        expires_at: at(end),
    };
    let changes = [
        Change::InsertToken(later),
        assertion(1, 2_000),
        assertion(2, 2_001),
    ];
    apply(&store, &here, changes).await;
    assert_eq!(store.purge(at(1_999)).await.unwrap(), 0);
    assert_eq!(store.purge(at(2_000)).await.unwrap(), 2);
    assert_eq!(store.purge(at(2_000)).await.unwrap(), 0);
    assert_eq!(store.find_token(&here, &key(1)).await.unwrap(), None);
    assert!(store.find_token(&here, &key(2)).await.unwrap().is_some());
    assert_eq!(
        conflict(&store, &here, [assertion(2, 2_001)]).await,
        Conflict::Replayed
    );
    // A batch at a time.
    let many = (10..1_210).map(|number| assertion(number, 3_000));
    apply(&store, &here, many).await;
    let mut purged = Vec::new();
    while let gone @ 1.. = store.purge(at(3_000)).await.unwrap() {
        purged.push(gone);
    }
    assert_eq!(purged.iter().sum::<u64>(), 1_201);
    assert!(
        purged.len() > 1 && purged.iter().all(|gone| *gone <= 1_000),
        "{purged:?}"
    );
}

/// A client asks for ever new sets of scopes: they must not stay for ever.
async fn a_scope_set_goes_with_its_last_token(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let (dead, live) = (scope_set(1, &[1, 2]), scope_set(2, &[2]));
    apply(&store, &here, issue(1, &dead)).await;
    let later = domain::store::TokenRecord {
        expires_at: at(9_000),
        ..token(2, &live)
    };
    let recorded = [
        Change::EnsureScopeSet(live.clone()),
        Change::InsertToken(later),
    ];
    apply(&store, &here, recorded).await;
    assert_eq!(store.purge(at(1_999)).await.unwrap(), 0);
    // The token goes first, then its set; the set of a live token stays.
    assert_eq!(store.purge(at(2_000)).await.unwrap(), 1);
    assert_eq!(store.purge(at(2_000)).await.unwrap(), 1);
    assert_eq!(store.purge(at(2_000)).await.unwrap(), 0);
    // Whoever counted on the set is told, and records it again.
    let counted_on = Change::InsertToken(token(3, &dead));
    assert_eq!(conflict(&store, &here, [counted_on]).await, Conflict::Gone);
    assert_eq!(apply(&store, &here, issue(3, &dead)).await, [1, 1]);
    assert_eq!(
        apply(&store, &here, [Change::InsertToken(token(4, &live))]).await,
        [1]
    );
}
