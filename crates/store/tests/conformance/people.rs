//! Grants and entries.

use crate::{
    cases,
    support::{Place, things::*},
};
use domain::store::{
    Change, Conflict, Entry, EntryKey, EntryKind, Expect, GrantId, GrantQuery, GrantRecord,
    GrantsOf, TokenQuery, TokenRecord, TokenStatus,
};

cases![
    a_grant_is_read_as_written,
    a_grant_moves_from_one_generation_to_the_next,
    revoked_grants_take_their_tokens_along,
    grants_are_listed_by_whose_they_are,
    b6_a_live_grant_keeps_its_scope_and_client,
    an_entry_is_written_at_the_version_that_was_read,
    an_entry_is_found_by_its_kind_only,
    entries_of_a_person_go_together,
    entries_of_a_client_go_with_it,
    what_expired_of_people_is_purged,
    b2_one_of_many_takes_an_entry,
    s15_a_touched_account_stops_who_read_it_before,
    a_password_is_replaced,
];

fn grant_id(number: u8) -> GrantId {
    GrantId([number; 16])
}

fn entry_key(number: u8) -> EntryKey {
    EntryKey([number; 32])
}

/// A grant of one person, made at 1,000, that expires at 2,000.
fn grant(number: u8, set: &domain::store::ScopeSet) -> GrantRecord {
    GrantRecord {
        id: grant_id(number),
        scope_set: set.clone().into(),
        person: resource_id("ada"),
        session: Some(entry_key(1)),
        generation: 0,
        renewed_at: at(1_000),
        created_at: at(1_000),
        expires_at: at(2_000),
        status: TokenStatus::Issued,
        body: r#"{"acr":"1"}"#.into(),
    }
}

fn of_grant(number: u32, grant: &GrantRecord) -> Change {
    Change::InsertToken(TokenRecord {
        grant: Some(grant.id),
        ..token(number, &grant.scope_set)
    })
}

fn entry(kind: EntryKind, number: u8, body: &str) -> Entry {
    Entry {
        kind,
        key: entry_key(number),
        person: Some(resource_id("ada")),
        client: Some(client_id(1)),
        version: 1,
        expires_at: Some(at(2_000)),
        body: body.into(),
    }
}

fn put(expect: Expect, entry: &Entry) -> [Change; 1] {
    let entry = entry.clone();
    [Change::PutEntry { expect, entry }]
}

async fn a_grant_is_read_as_written(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let set = scope_set(1, &[1, 3]);
    let made = grant(1, &set);
    assert_eq!(
        conflict(&store, &here, [Change::InsertGrant(made.clone())]).await,
        Conflict::Gone
    );
    let other = GrantRecord {
        session: None,
        status: TokenStatus::Revoked(at(1_500)),
        generation: 7,
        ..grant(2, &set)
    };
    let changes = [
        Change::EnsureScopeSet(set.clone()),
        Change::InsertGrant(made.clone()),
        Change::InsertGrant(other.clone()),
        of_grant(1, &made),
    ];
    assert_eq!(apply(&store, &here, changes).await, [1, 1, 1, 1]);
    for grant in [made.clone(), other] {
        let found = store.find_grant(&here, &grant.id).await.unwrap();
        assert_eq!(found, Some(grant));
    }
    assert_eq!(store.find_grant(&here, &grant_id(3)).await.unwrap(), None);
    let elsewhere = realm("t", "other");
    let found = store.find_grant(&elsewhere, &made.id).await.unwrap();
    assert_eq!(found, None, "T1");
    let token = store.find_token(&here, &key(1)).await.unwrap().unwrap();
    assert_eq!(token.grant, Some(made.id));
}

async fn a_grant_moves_from_one_generation_to_the_next(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let set = scope_set(1, &[1]);
    let made = grant(1, &set);
    let insert = [Change::EnsureScopeSet(set), Change::InsertGrant(made)];
    apply(&store, &here, insert).await;
    let renew = |generation, next, micros| {
        [Change::RenewGrant {
            id: grant_id(1),
            generation,
            next,
            at: at(micros),
            expires_at: at(micros + 1_000),
        }]
    };
    assert_eq!(apply(&store, &here, renew(0, 1, 1_100)).await, [1]);
    assert_eq!(
        conflict(&store, &here, renew(0, 1, 1_200)).await,
        Conflict::Version
    );
    assert_eq!(apply(&store, &here, renew(1, 1, 1_300)).await, [1]);
    let found = store.find_grant(&here, &grant_id(1)).await.unwrap();
    let found = found.unwrap();
    assert_eq!(
        (found.generation, found.renewed_at, found.expires_at),
        (1, at(1_300), at(2_300))
    );
    let of = GrantsOf::One(grant_id(1));
    let revoke = [Change::RevokeGrants { of, at: at(1_400) }];
    apply(&store, &here, revoke).await;
    assert_eq!(
        conflict(&store, &here, renew(1, 2, 1_500)).await,
        Conflict::Gone
    );
}

async fn revoked_grants_take_their_tokens_along(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let (one, two) = (scope_set(1, &[1]), scope_set(2, &[1]));
    let grants = [
        grant(1, &one),
        GrantRecord {
            session: Some(entry_key(2)),
            ..grant(2, &one)
        },
        GrantRecord {
            session: None,
            ..grant(3, &two)
        },
        GrantRecord {
            person: resource_id("bob"),
            ..grant(4, &one)
        },
    ];
    let mut changes = vec![Change::EnsureScopeSet(one), Change::EnsureScopeSet(two)];
    for (number, grant) in (1..).zip(&grants) {
        changes.push(Change::InsertGrant(grant.clone()));
        changes.push(of_grant(number, grant));
    }
    apply(&store, &here, changes).await;
    // Each time, what is live beforehand and no more afterwards.
    let steps: [(GrantsOf, &[u8]); 5] = [
        (GrantsOf::Session(entry_key(2)), &[2]),
        (
            GrantsOf::Consent {
                person: resource_id("ada"),
                client: client_id(2),
            },
            &[3],
        ),
        (
            GrantsOf::Person {
                person: resource_id("ada"),
                but: Some(grant_id(1)),
            },
            &[],
        ),
        (
            GrantsOf::Person {
                person: resource_id("ada"),
                but: None,
            },
            &[1],
        ),
        (GrantsOf::One(grant_id(4)), &[4]),
    ];
    for (of, expected) in steps {
        let keys = store.tokens_of_grants(&here, &of, at(1_500)).await.unwrap();
        for number in expected {
            assert!(keys.contains(&key(u32::from(*number))), "{of:?}");
        }
        let none = store.tokens_of_grants(&here, &of, at(2_000)).await.unwrap();
        assert_eq!(none, [], "expired: {of:?}");
        let revoke = Change::RevokeGrants {
            of: of.clone(),
            at: at(1_500),
        };
        let touched = apply(&store, &here, [revoke.clone()]).await;
        assert_eq!(touched, [expected.len() as u64], "{of:?}");
        assert_eq!(apply(&store, &here, [revoke]).await, [0], "{of:?}");
        for number in expected {
            let found = store.find_grant(&here, &grant_id(*number)).await.unwrap();
            assert_eq!(found.unwrap().status, TokenStatus::Revoked(at(1_500)));
            let found = store.find_token(&here, &key(u32::from(*number))).await;
            let found = found.unwrap().unwrap();
            assert_eq!(found.status, TokenStatus::Revoked(at(1_500)));
        }
    }
    let live = TokenQuery {
        live_at: Some(at(1_500)),
        limit: 10,
        ..TokenQuery::default()
    };
    assert_eq!(store.list_tokens(&here, &live).await.unwrap().items, []);
}

async fn grants_are_listed_by_whose_they_are(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let (one, two) = (scope_set(1, &[1, 2]), scope_set(2, &[3]));
    let grants = [
        grant(1, &one),
        GrantRecord {
            person: resource_id("bob"),
            ..grant(2, &two)
        },
        GrantRecord {
            session: None,
            status: TokenStatus::Revoked(at(1_100)),
            ..grant(3, &one)
        },
    ];
    let sets = [Change::EnsureScopeSet(one), Change::EnsureScopeSet(two)];
    let insert = grants.iter().cloned().map(Change::InsertGrant);
    apply(&store, &here, sets.into_iter().chain(insert)).await;
    let all = GrantQuery {
        limit: 10,
        ..GrantQuery::default()
    };
    let queries = [
        (all.clone(), vec![1, 2, 3], false),
        (
            GrantQuery {
                client: Some(client_id(1)),
                ..all.clone()
            },
            vec![1, 3],
            false,
        ),
        (
            GrantQuery {
                scope: Some(scope_id(3)),
                ..all.clone()
            },
            vec![2],
            false,
        ),
        (
            GrantQuery {
                person: Some(resource_id("ada")),
                live_at: Some(at(1_500)),
                ..all.clone()
            },
            vec![1],
            false,
        ),
        (
            GrantQuery {
                session: Some(entry_key(1)),
                ..all.clone()
            },
            vec![1, 2],
            false,
        ),
        (
            GrantQuery {
                after: Some(grant_id(1)),
                limit: 1,
                ..all
            },
            vec![2],
            true,
        ),
    ];
    for (client, scope, live) in [(1, 1, 1), (1, 3, 0), (2, 3, 1)] {
        let (client, scope) = (client_id(client), scope_id(scope));
        let used = store.assignment_use(&here, &client, &scope, at(1_500), 10);
        let used = used.await.unwrap();
        assert_eq!((used.grants, used.tokens), (live, 0), "3 is revoked");
    }
    for (query, expected, more) in queries {
        let page = store.list_grants(&here, &query).await.unwrap();
        let ids: Vec<u8> = page.items.iter().map(|grant| grant.id.0[0]).collect();
        assert_eq!((ids, page.more), (expected, more), "{query:?}");
        for found in page.items {
            assert!(grants.contains(&found), "{found:?}");
        }
    }
}

async fn b6_a_live_grant_keeps_its_scope_and_client(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let set = scope_set(1, &[1]);
    let insert = [
        Change::EnsureScopeSet(set.clone()),
        Change::InsertGrant(grant(1, &set)),
    ];
    apply(&store, &here, insert).await;
    let release = |now| Change::ReleaseScope {
        scope: scope_id(1),
        now: at(now),
    };
    let delete = [release(1_999), delete_scope(&here, 1)];
    assert_eq!(conflict(&store, &here, delete).await, Conflict::InUse);
    let delete = [release(2_000), delete_scope(&here, 1)];
    assert_eq!(apply(&store, &here, delete).await, [2, 1]);
    assert_eq!(store.find_grant(&here, &grant_id(1)).await.unwrap(), None);
    let set = scope_set(1, &[2]);
    let insert = [
        Change::EnsureScopeSet(set.clone()),
        Change::InsertGrant(grant(2, &set)),
    ];
    apply(&store, &here, insert).await;
    apply(&store, &here, [Change::DeleteTokensOfClient(client_id(1))]).await;
    assert_eq!(store.find_grant(&here, &grant_id(2)).await.unwrap(), None);
    assert_eq!(apply(&store, &here, [delete_scope(&here, 2)]).await, [1]);
}

async fn an_entry_is_written_at_the_version_that_was_read(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let made = entry(EntryKind::Flow, 1, "one");
    assert_eq!(apply(&store, &here, put(Expect::Absent, &made)).await, [1]);
    assert_eq!(
        conflict(&store, &here, put(Expect::Absent, &made)).await,
        Conflict::Exists
    );
    let find = || store.find_entry(&here, EntryKind::Flow, &made.key);
    assert_eq!(find().await.unwrap(), Some(made.clone()));
    let changed = Entry {
        person: None,
        client: None,
        expires_at: None,
        body: "two".into(),
        ..made.clone()
    };
    let expect = Expect::Version(1);
    assert_eq!(apply(&store, &here, put(expect, &changed)).await, [1]);
    let found = find().await.unwrap().unwrap();
    assert_eq!(
        found,
        Entry {
            version: 2,
            ..changed.clone()
        }
    );
    assert_eq!(
        conflict(&store, &here, put(expect, &changed)).await,
        Conflict::Version
    );
    let (kind, key) = (EntryKind::Flow, made.key);
    let held = |version| [Change::ExpectEntry { kind, key, version }];
    assert_eq!(conflict(&store, &here, held(1)).await, Conflict::Version);
    apply(&store, &here, held(2)).await;
    let delete = |version| [Change::DeleteEntry { kind, key, version }];
    assert_eq!(
        conflict(&store, &here, delete(Some(1))).await,
        Conflict::Version
    );
    assert_eq!(apply(&store, &here, delete(Some(2))).await, [1]);
    assert_eq!(
        conflict(&store, &here, delete(Some(2))).await,
        Conflict::Version
    );
    assert_eq!(apply(&store, &here, delete(None)).await, [0]);
    assert_eq!(find().await.unwrap(), None);
}

async fn an_entry_is_found_by_its_kind_only(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    configured(&store, &realm("t", "other")).await;
    let made = entry(EntryKind::PushedRequest, 1, "code");
    apply(&store, &here, put(Expect::Absent, &made)).await;
    let find = |kind| store.find_entry(&here, kind, &made.key);
    assert_eq!(find(EntryKind::SetUpLink).await.unwrap(), None, "B3");
    assert!(find(EntryKind::PushedRequest).await.unwrap().is_some());
    let elsewhere = realm("t", "other");
    let found = store.find_entry(&elsewhere, EntryKind::PushedRequest, &made.key);
    assert_eq!(found.await.unwrap(), None, "T1");
}

async fn entries_of_a_person_go_together(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    for number in 1..=4 {
        let made = entry(EntryKind::Session, number, "session");
        apply(&store, &here, put(Expect::Absent, &made)).await;
    }
    let of_bob = Entry {
        person: Some(resource_id("bob")),
        ..entry(EntryKind::Session, 5, "bob's")
    };
    apply(&store, &here, put(Expect::Absent, &of_bob)).await;
    apply(
        &store,
        &here,
        put(Expect::Absent, &entry(EntryKind::Consent, 1, "consent")),
    )
    .await;
    let ada = resource_id("ada");
    let list = |most| store.list_entries(&here, EntryKind::Session, &ada, most);
    let keys = |entries: Vec<Entry>| entries.iter().map(|e| e.key.0[0]).collect::<Vec<_>>();
    assert_eq!(keys(list(10).await.unwrap()), [1, 2, 3, 4]);
    assert_eq!(keys(list(2).await.unwrap()), [1, 2]);
    let delete = |but| {
        [Change::DeleteEntriesOf {
            person: ada.clone(),
            kind: EntryKind::Session,
            but,
        }]
    };
    let kept = entry_key(3);
    assert_eq!(apply(&store, &here, delete(Some(kept))).await, [3]);
    assert_eq!(keys(list(10).await.unwrap()), [3]);
    assert_eq!(apply(&store, &here, delete(None)).await, [1]);
    let bob = resource_id("bob");
    let left = store.list_entries(&here, EntryKind::Session, &bob, 10);
    assert_eq!(keys(left.await.unwrap()), [5]);
    let left = store.list_entries(&here, EntryKind::Consent, &ada, 10);
    assert_eq!(keys(left.await.unwrap()), [1]);
}

async fn entries_of_a_client_go_with_it(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let made = entry(EntryKind::Consent, 1, "consent");
    apply(&store, &here, put(Expect::Absent, &made)).await;
    let unknown = Entry {
        client: Some(client_id(9)),
        ..entry(EntryKind::Consent, 2, "consent")
    };
    assert_eq!(
        conflict(&store, &here, put(Expect::Absent, &unknown)).await,
        Conflict::Gone
    );
    let client = Change::DeleteConfig {
        realm: here.clone(),
        kind: domain::store::Kind::Application,
        id: client_id(1).to_string(),
    };
    assert_eq!(
        conflict(&store, &here, [client.clone()]).await,
        Conflict::InUse
    );
    let changes = [Change::DeleteTokensOfClient(client_id(1)), client];
    apply(&store, &here, changes).await;
    let found = store.find_entry(&here, EntryKind::Consent, &made.key);
    assert_eq!(found.await.unwrap(), None);
}

async fn what_expired_of_people_is_purged(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let set = scope_set(1, &[1]);
    let lasting = Entry {
        expires_at: None,
        ..entry(EntryKind::Account, 2, "account")
    };
    let changes = [
        Change::EnsureScopeSet(set.clone()),
        Change::InsertGrant(grant(1, &set)),
    ];
    apply(&store, &here, changes).await;
    for made in [entry(EntryKind::PushedRequest, 1, "code"), lasting] {
        apply(&store, &here, put(Expect::Absent, &made)).await;
    }
    assert_eq!(store.purge(at(1_999)).await.unwrap(), 0);
    assert_eq!(store.purge(at(2_000)).await.unwrap(), 2);
    assert_eq!(store.purge(at(2_000)).await.unwrap(), 1, "the scope set");
    assert_eq!(store.find_grant(&here, &grant_id(1)).await.unwrap(), None);
    let kept = entry_key(2);
    let account = store.find_entry(&here, EntryKind::Account, &kept);
    assert!(account.await.unwrap().is_some());
}

async fn b2_one_of_many_takes_an_entry(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    for number in 1..=10 {
        let made = entry(EntryKind::PushedRequest, number, "code");
        apply(&store, &here, put(Expect::Absent, &made)).await;
        let takers = (0..16).map(|taker| {
            let (store, here) = (store.clone(), here.clone());
            let (kind, key, version) = (EntryKind::PushedRequest, made.key, Some(1));
            let change = match taker % 2 {
                0 => Change::DeleteEntry { kind, key, version },
                _ => Change::PutEntry {
                    expect: Expect::Version(1),
                    entry: Entry {
                        body: "used".into(),
                        ..made.clone()
                    },
                },
            };
            tokio::spawn(async move { store.commit(commit(&here, [change])).await.is_ok() })
        });
        let takers: Vec<_> = takers.collect();
        let mut won = 0;
        for taker in takers {
            won += u32::from(taker.await.unwrap());
        }
        assert_eq!(won, 1);
    }
}

async fn s15_a_touched_account_stops_who_read_it_before(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let account = Entry {
        client: None,
        expires_at: None,
        ..entry(EntryKind::Account, 1, "account")
    };
    let touch = || {
        [Change::TouchEntry {
            kind: EntryKind::Account,
            key: account.key,
            person: resource_id("ada"),
        }]
    };
    // Nobody had read one, and nobody writes a first one any more.
    apply(&store, &here, touch()).await;
    assert_eq!(
        conflict(&store, &here, put(Expect::Absent, &account)).await,
        Conflict::Exists
    );
    apply(&store, &here, put(Expect::Version(1), &account)).await;
    apply(&store, &here, touch()).await;
    assert_eq!(
        conflict(&store, &here, put(Expect::Version(2), &account)).await,
        Conflict::Version
    );
    let found = store.find_entry(&here, EntryKind::Account, &account.key);
    let found = found.await.unwrap().unwrap();
    assert_eq!((found.version, &*found.body), (3, "account"));
}

async fn a_password_is_replaced(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let set = |id: &str, hash: &str| {
        [Change::SetPassword {
            resource_type: "User".into(),
            id: resource_id(id),
            hash: hash.into(),
        }]
    };
    assert_eq!(
        conflict(&store, &here, set("ada", "hash")).await,
        Conflict::Missing
    );
    let create = Change::PutResource {
        expect: Expect::Absent,
        write: Box::new(resource("User", "ada")),
    };
    apply(&store, &here, [create]).await;
    let (user, ada) = ("User".into(), resource_id("ada"));
    let find = || store.find_password_hash(&here, &user, &ada);
    assert_eq!(find().await.unwrap(), None);
    apply(&store, &here, set("ada", "hash")).await;
    assert_eq!(find().await.unwrap().as_deref(), Some("hash"));
}
