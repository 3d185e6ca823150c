//! T1, S12: the same ids in two realms never meet.

use crate::{
    cases,
    support::{Place, things::*},
};
use domain::{
    RealmKey,
    store::{Change, Conflict, Kind, ResourceWrite, Store, TokenQuery},
};
use std::sync::Arc;

cases![
    the_same_ids_in_two_realms_never_meet,
    another_realms_objects_are_no_foundation
];

/// Everything that can be asked of a realm, with ids that both realms have.
async fn everything(store: &Arc<dyn Store>, realm: &RealmKey) -> String {
    let tokens = TokenQuery {
        limit: 10,
        ..TokenQuery::default()
    };
    let ids = [resource_id("u"), resource_id("g")];
    let rows = store.load_configuration().await.unwrap();
    let rows: Vec<_> = rows.into_iter().filter(|row| row.realm == *realm).collect();
    format!(
        "{:?}",
        (
            rows,
            store.revision(realm).await.unwrap(),
            store.find_token(realm, &key(1)).await.unwrap(),
            store.list_tokens(realm, &tokens).await.unwrap(),
            store.token_use(realm, &scope_id(1), at(0)).await.unwrap(),
            find(store, realm, "User", "u").await,
            find(store, realm, "Group", "g").await,
            store.resolve_references(realm, &ids).await.unwrap(),
            store.memberships(realm, &ids).await.unwrap(),
            store.has_resources(realm, &"User".into()).await.unwrap(),
        )
    )
}

fn named(id: &str) -> ResourceWrite {
    ResourceWrite {
        index: vec![unique("userName", "ann")],
        display: Some("Ann".into()),
        ..resource("User", id)
    }
}

async fn fill(store: &Arc<dyn Store>, realm: &RealmKey) {
    configured(store, realm).await;
    apply(store, realm, [Change::AdvanceRevision { expected: 0 }]).await;
    apply(store, realm, issue(1, &scope_set(1, &[1, 2]))).await;
    apply(
        store,
        realm,
        [create(named("u")), create(group("g", &["u"]))],
    )
    .await;
}

async fn the_same_ids_in_two_realms_never_meet(place: Place) {
    let store = place.open().await;
    // Names that run into one another if put together.
    for (here, there) in [
        (realm("a", "b"), realm("a", "c")),
        (realm("ab", "c"), realm("a", "bc")),
        (realm("x", "y"), realm("y", "x")),
    ] {
        fill(&store, &here).await;
        let before = everything(&store, &here).await;
        fill(&store, &there).await;
        assert_eq!(everything(&store, &here).await, before);
        // All that can be done to things in `there`.
        let changes = [
            Change::RevokeToken {
                key: key(1),
                at: at(5),
            },
            Change::DeleteTokensOfClient(client_id(1)),
            Change::ReleaseScope {
                scope: scope_id(1),
                now: at(9_999),
            },
            delete_scope(&there, 1),
            replace(
                2,
                ResourceWrite {
                    display: Some("Bob".into()),
                    replaced: named("u").index,
                    ..named("u")
                },
            ),
            delete("User", "u", None),
            delete("Group", "g", None),
            Change::AdvanceRevision { expected: 1 },
        ];
        apply(&store, &there, changes).await;
        assert_eq!(everything(&store, &here).await, before);
        apply(&store, &there, [Change::DeleteRealm(there.clone())]).await;
        assert_eq!(everything(&store, &here).await, before);
    }
}

async fn another_realms_objects_are_no_foundation(place: Place) {
    let (store, here, there) = (place.open().await, realm("t", "a"), realm("t", "b"));
    configured(&store, &here).await;
    fill(&store, &there).await;
    let scope = |number: u32| Change::DeleteConfig {
        realm: here.clone(),
        kind: Kind::Scope,
        id: scope_id(number).to_string(),
    };
    apply(&store, &here, [scope(1)]).await;
    // Scope 1 and its set exist in the other realm only; nor does its group count here.
    let set = scope_set(1, &[1, 2]);
    assert_eq!(
        conflict(&store, &here, issue(5, &set)).await,
        Conflict::Gone
    );
    let token = Change::InsertToken(token(5, &set));
    assert_eq!(conflict(&store, &here, [token]).await, Conflict::Gone);
    assert_eq!(
        store.memberships(&here, &[resource_id("u")]).await.unwrap(),
        []
    );
    assert_eq!(
        conflict(&store, &here, [delete("User", "u", None)]).await,
        Conflict::Missing
    );
    assert_eq!(apply(&store, &here, [create(named("u"))]).await, [1]);
}
