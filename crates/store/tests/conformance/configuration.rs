//! Configuration objects and their revision.

use crate::{
    cases,
    support::{Place, things::*},
};
use domain::{
    RealmKey,
    store::{Change, Conflict, Kind, ResourceId},
};

cases![
    a_revision_advances_from_what_is_expected,
    a_commit_may_expect_a_revision_and_no_resources,
    a_commit_may_expect_a_resource,
    an_object_is_created_replaced_and_deleted,
    keys_are_unique_within_a_place_and_kind,
    a_commit_is_applied_whole_or_not_at_all,
    a_realm_is_deleted_whole,
    every_kind_is_read_as_written,
];

async fn a_revision_advances_from_what_is_expected(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    let advance = |expected| [Change::AdvanceRevision { expected }];
    assert_eq!(store.revision(&here).await.unwrap(), 0);
    assert_eq!(
        conflict(&store, &here, advance(3)).await,
        Conflict::StaleRevision
    );
    assert_eq!(apply(&store, &here, advance(0)).await, [1]);
    assert_eq!(
        conflict(&store, &here, advance(0)).await,
        Conflict::StaleRevision
    );
    assert_eq!(apply(&store, &here, advance(1)).await, [1]);
    assert_eq!(
        conflict(&store, &here, advance(1)).await,
        Conflict::StaleRevision
    );
    assert_eq!(store.revision(&here).await.unwrap(), 2);
    assert_eq!(store.revision(&realm("t", "other")).await.unwrap(), 0);
}

async fn a_commit_may_expect_a_revision_and_no_resources(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let user = |id| create(resource("User", id));
    let expect = |revision| Change::ExpectRevision { revision };
    let none = |of: &str| Change::ExpectNoResources(of.into());
    apply(&store, &here, [none("User"), none("Group")]).await;
    apply(&store, &here, [expect(0), user("u")]).await;
    apply(&store, &here, [Change::AdvanceRevision { expected: 0 }]).await;
    for stale in [0, 2] {
        let late = conflict(&store, &here, [user("late"), expect(stale)]).await;
        assert_eq!(late, Conflict::StaleRevision);
    }
    apply(&store, &here, [expect(1), user("v")]).await;
    assert!(find(&store, &here, "User", "late").await.is_none());
    let narrow = [Change::AdvanceRevision { expected: 1 }, none("User")];
    let resource_type = "User".into();
    assert_eq!(
        conflict(&store, &here, narrow).await,
        Conflict::HasResources { resource_type }
    );
    assert_eq!(store.revision(&here).await.unwrap(), 1);
    apply(&store, &here, [none("Group")]).await;
    let there = realm("t", "other");
    configured(&store, &there).await;
    apply(&store, &there, [none("User"), expect(0)]).await;
}

/// T6: what the configuration names is there when it does.
async fn a_commit_may_expect_a_resource(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let there = realm("t", "other");
    configured(&store, &there).await;
    apply(&store, &here, [create(resource("User", "u"))]).await;
    let expect = |resource_type: &str, id: &str| Change::ExpectResource {
        resource_type: resource_type.into(),
        id: ResourceId(id.into()),
    };
    let advance = |expected| Change::AdvanceRevision { expected };
    apply(&store, &here, [advance(0), expect("User", "u")]).await;
    for (place, of, id) in [
        (&here, "User", "v"),
        (&here, "Group", "u"),
        (&there, "User", "u"),
    ] {
        let revision = store.revision(place).await.unwrap();
        let met = conflict(&store, place, [advance(revision), expect(of, id)]).await;
        let (resource_type, id) = (of.into(), ResourceId(id.into()));
        assert_eq!(met, Conflict::Unknown { resource_type, id });
        assert_eq!(store.revision(place).await.unwrap(), revision);
    }
    apply(&store, &here, [delete("User", "u", None)]).await;
    conflict(&store, &here, [expect("User", "u")]).await;
}

async fn an_object_is_created_replaced_and_deleted(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    let row = |body| object(&here, Kind::Key, "k", Some("first"), body);
    assert_eq!(
        apply(&store, &here, [Change::PutConfig(row("one"))]).await,
        [1]
    );
    assert_eq!(
        apply(&store, &here, [Change::PutConfig(row("two"))]).await,
        [1]
    );
    assert_eq!(store.load_configuration().await.unwrap(), [row("two")]);
    let delete = |kind| Change::DeleteConfig {
        realm: here.clone(),
        kind,
        id: "k".into(),
    };
    assert_eq!(apply(&store, &here, [delete(Kind::Schema)]).await, [0]);
    assert_eq!(
        apply(&store, &here, [delete(Kind::Key), delete(Kind::Key)]).await,
        [1, 0]
    );
    assert_eq!(store.load_configuration().await.unwrap(), []);
    // Objects put before the first revision leave it at 0.
    assert_eq!(store.revision(&here).await.unwrap(), 0);
    assert_eq!(
        apply(&store, &here, [Change::AdvanceRevision { expected: 0 }]).await,
        [1]
    );
}

async fn keys_are_unique_within_a_place_and_kind(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    let put = |realm: &RealmKey, kind, id, key| Change::PutConfig(object(realm, kind, id, key, ""));
    apply(&store, &here, [put(&here, Kind::Scope, "1", Some("read"))]).await;
    let duplicate = conflict(&store, &here, [put(&here, Kind::Scope, "2", Some("read"))]).await;
    assert_eq!(duplicate, Conflict::Duplicate { kind: Kind::Scope });
    let others = [
        put(&here, Kind::Application, "2", Some("read")),
        put(&realm("t", "other"), Kind::Scope, "2", Some("read")),
        put(&realm("other", "r"), Kind::Scope, "2", Some("read")),
        put(&here, Kind::Scope, "3", None),
        put(&here, Kind::Scope, "4", None),
    ];
    assert_eq!(apply(&store, &here, others).await, [1; 5]);
    // A key that is given up is free again, also within one commit.
    let moved = [
        put(&here, Kind::Scope, "1", Some("write")),
        put(&here, Kind::Scope, "2", Some("read")),
    ];
    assert_eq!(apply(&store, &here, moved).await, [1, 1]);
}

async fn a_commit_is_applied_whole_or_not_at_all(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    apply(&store, &here, [Change::AdvanceRevision { expected: 0 }]).await;
    let refused = conflict(
        &store,
        &here,
        [
            Change::AdvanceRevision { expected: 1 },
            put_scope(&here, 1),
            create(resource("User", "u")),
            create(resource("User", "u")),
        ],
    )
    .await;
    assert_eq!(refused, Conflict::Exists);
    assert_eq!(store.revision(&here).await.unwrap(), 1);
    assert_eq!(store.load_configuration().await.unwrap(), []);
    assert_eq!(find(&store, &here, "User", "u").await, None);
    assert_eq!(apply(&store, &here, []).await, [0_u64; 0]);
}

async fn a_realm_is_deleted_whole(place: Place) {
    let (store, here, other) = (place.open().await, realm("t", "r"), realm("t", "other"));
    for realm in [&here, &other] {
        configured(&store, realm).await;
        apply(&store, realm, issue(1, &scope_set(1, &[1, 2]))).await;
        apply(
            &store,
            realm,
            [create(resource("User", "u")), create(group("g", &["u"]))],
        )
        .await;
        let assertion = Change::UseAssertion {
            key: key(9),
            expires_at: at(5),
        };
        apply(
            &store,
            realm,
            [assertion, Change::AdvanceRevision { expected: 0 }],
        )
        .await;
    }
    apply(
        &store,
        &RealmKey::system(),
        [Change::DeleteRealm(here.clone())],
    )
    .await;
    let left = store.load_configuration().await.unwrap();
    assert!(
        left.len() == 5 && left.iter().all(|row| row.realm == other),
        "{left:?}"
    );
    assert_eq!(store.revision(&here).await.unwrap(), 0);
    assert_eq!(store.find_token(&here, &key(1)).await.unwrap(), None);
    assert_eq!(find(&store, &here, "User", "u").await, None);
    assert_eq!(
        store.memberships(&here, &[resource_id("u")]).await.unwrap(),
        []
    );
    // What is left of the other realm is all of it.
    assert!(store.find_token(&other, &key(1)).await.unwrap().is_some());
    assert!(find(&store, &other, "User", "u").await.is_some());
    assert_eq!(
        store
            .memberships(&other, &[resource_id("u")])
            .await
            .unwrap()
            .len(),
        1
    );
    // Nothing appears in a realm that is gone.
    assert_eq!(
        conflict(&store, &here, [create(resource("User", "v"))]).await,
        Conflict::Gone
    );
    let issue = issue(1, &scope_set(1, &[1]));
    assert_eq!(conflict(&store, &here, issue).await, Conflict::Gone);
}

async fn every_kind_is_read_as_written(place: Place) {
    let (store, here) = (place.open().await, RealmKey::above_tenants());
    let kinds = [
        Kind::Tenant,
        Kind::Realm,
        Kind::Scope,
        Kind::ScopeVersion,
        Kind::Application,
        Kind::ResourceServer,
        Kind::Schema,
        Kind::ResourceType,
        Kind::Key,
        Kind::Retired,
    ];
    let body = "{\"text\": \"'; DROP TABLE config_object; -- ? $1 ü 🦀\"}";
    let rows = kinds.map(|kind| object(&here, kind, "id ?1", Some("key $1 'x'"), body));
    apply(&store, &here, rows.clone().map(Change::PutConfig)).await;
    let mut read = store.load_configuration().await.unwrap();
    read.sort_by_key(|row| row.kind);
    assert_eq!(read, rows);
}
