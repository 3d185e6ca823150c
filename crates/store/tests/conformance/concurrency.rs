//! Many at once: nothing is lost, nothing is applied twice, no token outlives its scope.

use crate::{
    cases,
    support::{Place, things::*},
};
use domain::store::{Change, CommitError, Conflict, Kind, ResourceId, ResourceWrite, Store};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinSet;

cases![
    sixty_four_writers_lose_nothing,
    one_of_many_takes_what_there_is_once,
    who_replaces_a_resource_meets_no_value_of_its_own,
    a_scope_is_not_deleted_under_a_token,
    no_resource_of_a_type_appears_when_it_has_changed,
    what_the_configuration_names_is_not_deleted_under_it,
    a_client_goes_whatever_it_asks_for_meanwhile,
    a_realm_goes_with_what_is_written_meanwhile,
    members_and_their_groups_are_deleted_and_written_at_once,
];

async fn sixty_four_writers_lose_nothing(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let mut writers = JoinSet::new();
    for writer in 0..64_u32 {
        let (store, here) = (Arc::clone(&store), here.clone());
        writers.spawn(async move {
            let mut refused = 0;
            for round in 0..8 {
                let number = 1_000 + writer * 8 + round;
                apply(&store, &here, issue(number, &scope_set(1, &[1, 2]))).await;
                // A conflict fails its own commit alone, also in the middle of a group.
                let user = create(resource("User", &format!("u{round}")));
                let token = Change::InsertToken(token(number + 10_000, &scope_set(1, &[1, 2])));
                match submit(&store, &here, [token, user]).await {
                    Ok(_) => {}
                    Err(CommitError::Conflict(Conflict::Exists)) => refused += 1,
                    Err(error) => panic!("{error}"),
                }
            }
            refused
        });
    }
    let refused: u32 = writers.join_all().await.into_iter().sum();
    assert_eq!(refused, 63 * 8);
    let used = store.token_use(&here, &scope_id(1), at(0)).await.unwrap();
    assert_eq!(used.count, 64 * 8 + 8);
}

async fn one_of_many_takes_what_there_is_once(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    apply(&store, &here, [create(resource("User", "u"))]).await;
    for round in 0..8_u32 {
        let contested: [Change; 3] = [
            Change::AdvanceRevision {
                expected: round.into(),
            },
            Change::UseAssertion {
                key: key(round),
                expires_at: at(9),
            },
            replace(u64::from(round) + 1, resource("User", "u")),
        ];
        for change in contested {
            let mut racers = JoinSet::new();
            for _ in 0..16 {
                let (store, here, change) = (Arc::clone(&store), here.clone(), change.clone());
                racers.spawn(async move { submit(&store, &here, [change]).await });
            }
            let mut won = 0;
            for outcome in racers.join_all().await {
                match outcome {
                    Ok(counts) => won += counts[0],
                    Err(CommitError::Conflict(
                        Conflict::StaleRevision | Conflict::Replayed | Conflict::Version,
                    )) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            assert_eq!(won, 1, "{change:?}");
        }
    }
}

/// Writers of one resource overtake each other, and that is all they are told: its own unique value, which another of
/// them is just writing, is nobody else's.
async fn who_replaces_a_resource_meets_no_value_of_its_own(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let named = || ResourceWrite {
        index: vec![unique("userName", "zoe")],
        ..resource("User", "u")
    };
    apply(&store, &here, [create(named())]).await;
    let mut racers = JoinSet::new();
    for _ in 0..16 {
        let (store, here) = (Arc::clone(&store), here.clone());
        racers.spawn(async move {
            let mut written = 0;
            while written < 4 {
                let version = find(&store, &here, "User", "u").await.unwrap().version;
                let write = ResourceWrite {
                    replaced: named().index,
                    ..named()
                };
                let change = replace(version, write);
                match submit(&store, &here, [change]).await {
                    Ok(_) => written += 1,
                    Err(CommitError::Conflict(Conflict::Version)) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        });
    }
    racers.join_all().await;
    let user = find(&store, &here, "User", "u").await.unwrap();
    assert_eq!(user.version, 65);
}

/// T6: a type that changes as it can only without resources has none that was made for what it was.
async fn no_resource_of_a_type_appears_when_it_has_changed(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let (mut changed, mut kept) = (0, 0);
    for revision in 0..32_u64 {
        let name = format!("Type{revision}");
        // A type that the store has seen is written to without delay.
        let seen = [create(resource(&name, &name)), delete(&name, &name, None)];
        apply(&store, &here, seen).await;
        let mut racers = JoinSet::new();
        for racer in 0..8_u64 {
            let (store, here, name) = (Arc::clone(&store), here.clone(), name.clone());
            racers.spawn(async move {
                // One against seven: it has a start now and then, or might never win.
                if revision % 8 == 0 && racer > 0 {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                let changes = if racer == revision % 8 {
                    let advance = Change::AdvanceRevision { expected: revision };
                    vec![advance, Change::ExpectNoResources(name.as_str().into())]
                } else {
                    let id = format!("{name} {racer}");
                    vec![
                        Change::ExpectRevision { revision },
                        create(resource(&name, &id)),
                    ]
                };
                (racer == revision % 8, submit(&store, &here, changes).await)
            });
        }
        let (mut made, mut narrowed) = (0, false);
        for outcome in racers.join_all().await {
            match outcome {
                (true, Ok(_)) => narrowed = true,
                (false, Ok(_)) => made += 1,
                (true, Err(CommitError::Conflict(Conflict::HasResources { .. })))
                | (false, Err(CommitError::Conflict(Conflict::StaleRevision))) => {}
                (_, other) => panic!("round {revision}: {other:?}"),
            }
        }
        let has = store.has_resources(&here, &name.as_str().into()).await;
        assert_eq!(has.unwrap(), made > 0);
        assert_ne!(narrowed, made > 0, "round {revision}: {made} made");
        if narrowed {
            changed += 1;
        } else {
            kept += 1;
            let advance = Change::AdvanceRevision { expected: revision };
            apply(&store, &here, [advance]).await;
        }
    }
    println!("types changed: {changed}, kept by a resource: {kept}");
    assert!(changed > 0 && kept > 0);
}

/// Product §2.4: both guards hold under concurrency.
async fn a_scope_is_not_deleted_under_a_token(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    let (mut deleted, mut kept) = (0, 0);
    for round in 1..=24_u32 {
        let scope = round;
        apply(
            &store,
            &here,
            [put_client(&here, 1), put_scope(&here, scope)],
        )
        .await;
        let mut racers = JoinSet::new();
        for racer in 0..16_u32 {
            let (store, here) = (Arc::clone(&store), here.clone());
            racers.spawn(async move {
                // Half the racers issue and half delete; who begins alternates.
                if racer % 2 == round % 2 {
                    let issue = issue(round * 100 + racer, &scope_set(1, &[scope]));
                    ("issued", submit(&store, &here, issue).await)
                } else {
                    let release = Change::ReleaseScope {
                        scope: scope_id(scope),
                        now: at(1_000),
                    };
                    let delete = [release, delete_scope(&here, scope)];
                    ("deleted", submit(&store, &here, delete).await)
                }
            });
        }
        let mut issued = 0;
        let mut gone = 0;
        for outcome in racers.join_all().await {
            match outcome {
                ("issued", Ok(_)) => issued += 1,
                ("deleted", Ok(counts)) => gone += counts[1],
                (_, Err(CommitError::Conflict(Conflict::Gone | Conflict::InUse))) => {}
                (what, other) => panic!("{what}: {other:?}"),
            }
        }
        let used = store
            .token_use(&here, &scope_id(scope), at(0))
            .await
            .unwrap();
        assert_eq!(used.count, issued);
        let scopes = store.load_configuration().await.unwrap();
        let exists = scopes
            .iter()
            .any(|row| row.kind == Kind::Scope && row.id == scope_id(scope).to_string());
        assert_eq!(
            (exists, gone),
            (issued > 0, u64::from(issued == 0)),
            "round {round}"
        );
        if exists { kept += 1 } else { deleted += 1 }
    }
    println!("scopes deleted: {deleted}, kept by a token: {kept}");
    assert!(deleted > 0 && kept > 0);
}

/// Its first token with new scopes comes before or after the client's end, and never stops that.
/// T6: either the configuration names a resource, or it is deleted; a deletion was decided on the
/// configuration as it was.
async fn what_the_configuration_names_is_not_deleted_under_it(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let (mut named, mut deleted) = (0, 0);
    for round in 0..48_u64 {
        let (id, revision) = (format!("u{round}"), store.revision(&here).await.unwrap());
        apply(&store, &here, [create(resource("User", &id))]).await;
        let mut racers = JoinSet::new();
        for names in [round % 2 == 0, round % 2 == 1] {
            let (store, here, id) = (Arc::clone(&store), here.clone(), id.clone());
            racers.spawn(async move {
                let changes = match names {
                    true => vec![
                        Change::AdvanceRevision { expected: revision },
                        Change::ExpectResource {
                            resource_type: "User".into(),
                            id: ResourceId(id.as_str().into()),
                        },
                    ],
                    false => vec![
                        Change::ExpectRevision { revision },
                        delete("User", &id, None),
                    ],
                };
                (names, submit(&store, &here, changes).await)
            });
        }
        let mut won = 0;
        for outcome in racers.join_all().await {
            match outcome {
                (true, Ok(_)) => (named, won) = (named + 1, won + 1),
                (false, Ok(_)) => (deleted, won) = (deleted + 1, won + 1),
                (true, Err(CommitError::Conflict(Conflict::Unknown { .. })))
                | (false, Err(CommitError::Conflict(Conflict::StaleRevision))) => {}
                (_, other) => panic!("round {round}: {other:?}"),
            }
        }
        assert_eq!(won, 1, "round {round}");
    }
    println!("named: {named}, deleted: {deleted}");
    assert!(named > 0 && deleted > 0);
}

async fn a_client_goes_whatever_it_asks_for_meanwhile(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    for round in 1..=16_u32 {
        configured(&store, &here).await;
        let mut racers = JoinSet::new();
        for racer in 0..8_u32 {
            let (store, here) = (Arc::clone(&store), here.clone());
            racers.spawn(async move {
                if racer == round % 8 {
                    let client = Change::DeleteConfig {
                        realm: here.clone(),
                        kind: Kind::Application,
                        id: client_id(1).to_string(),
                    };
                    let delete = [Change::DeleteTokensOfClient(client_id(1)), client];
                    return ("deleted", submit(&store, &here, delete).await);
                }
                let scopes: &[u32] = match racer % 7 {
                    0 => &[1],
                    1 => &[2],
                    2 => &[3],
                    3 => &[1, 2],
                    4 => &[1, 3],
                    5 => &[2, 3],
                    _ => &[1, 2, 3],
                };
                let issue = issue(round * 100 + racer, &scope_set(1, scopes));
                ("issued", submit(&store, &here, issue).await)
            });
        }
        for outcome in racers.join_all().await {
            match outcome {
                (_, Ok(_)) | ("issued", Err(CommitError::Conflict(Conflict::Gone))) => {}
                (what, other) => panic!("round {round}: {what}: {other:?}"),
            }
        }
        let used = store.token_use(&here, &scope_id(1), at(0)).await.unwrap();
        assert_eq!(used.count, 0, "round {round}");
    }
}

/// A realm of the same name begins empty: nothing that was being written is left of the old one.
async fn a_realm_goes_with_what_is_written_meanwhile(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    let ids = ["a", "b", "c", "d", "e", "f"];
    for round in 0..12 {
        configured(&store, &here).await;
        let made = ids.map(|id| create(group(id, &["x", "y"])));
        apply(&store, &here, made).await;
        let mut racers = JoinSet::new();
        let mut race = |change: Change| {
            let (store, here): (Arc<dyn Store>, _) = (Arc::clone(&store), here.clone());
            racers.spawn(async move { submit(&store, &here, [change]).await });
        };
        for (place, id) in ids.into_iter().enumerate() {
            if place == round % ids.len() {
                race(Change::DeleteRealm(here.clone()));
            }
            let write = ResourceWrite {
                replaced: group(id, &["x", "y"]).index,
                ..group(id, &["x", "y", "z", "v", "w"])
            };
            race(replace(1, write));
        }
        for outcome in racers.join_all().await {
            match outcome {
                Ok(_) | Err(CommitError::Conflict(Conflict::Missing)) => {}
                other => panic!("round {round}: {other:?}"),
            }
        }
        configured(&store, &here).await;
        // What was left of an index would stand in the way of the same rows.
        let made = ids.map(|id| create(group(id, &["x", "y", "z", "v", "w"])));
        apply(&store, &here, made).await;
        apply(&store, &here, [Change::DeleteRealm(here.clone())]).await;
    }
}

/// Writers of resources that name each other neither deadlock for good nor lose a version.
async fn members_and_their_groups_are_deleted_and_written_at_once(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    for round in 0..6 {
        let name = |kind: &str, number: u32| format!("{kind}{round}-{number}");
        let users: Vec<String> = (0..6).map(|number| name("u", number)).collect();
        let members: Vec<&str> = users.iter().map(String::as_str).collect();
        apply(
            &store,
            &here,
            users.iter().map(|id| create(resource("User", id))),
        )
        .await;
        let groups: Vec<String> = (0..4).map(|number| name("g", number)).collect();
        apply(
            &store,
            &here,
            groups.iter().map(|id| create(group(id, &members))),
        )
        .await;
        let mut racers = JoinSet::new();
        let mut race = |change: Change| {
            let (store, here): (Arc<dyn Store>, _) = (Arc::clone(&store), here.clone());
            racers.spawn(async move { submit(&store, &here, [change]).await });
        };
        for id in &users[..3] {
            race(delete("User", id, None));
        }
        let reversed: Vec<&str> = members.iter().rev().copied().collect();
        for id in &groups {
            let write = ResourceWrite {
                replaced: group(id, &members).index,
                ..group(id, &reversed)
            };
            race(replace(1, write));
        }
        race(delete("Group", &groups[0], None));
        for outcome in racers.join_all().await {
            let expected = [Conflict::Version, Conflict::Missing];
            assert!(
                match &outcome {
                    Ok(_) => true,
                    Err(CommitError::Conflict(conflict)) => expected.contains(conflict),
                    Err(CommitError::Store(_)) => false,
                },
                "{outcome:?}"
            );
        }
        for id in &users[..3] {
            assert_eq!(find(&store, &here, "User", id).await, None);
            assert_eq!(
                store.memberships(&here, &[resource_id(id)]).await.unwrap(),
                []
            );
        }
        let left = store
            .memberships(&here, &[resource_id(&users[5])])
            .await
            .unwrap();
        assert_eq!(left.len(), 3);
        for id in &groups[1..] {
            let group = find(&store, &here, "Group", id).await.unwrap();
            assert!(group.version >= 2, "{group:?}");
        }
    }
}
