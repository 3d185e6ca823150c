//! Audit trails.

use crate::{
    cases,
    support::{Place, things::*},
};
use domain::{
    RealmKey,
    store::{AuditAppend, AuditHead, AuditQuery, AuditRow, Change, Conflict, Store},
};
use std::sync::Arc;

cases![
    events_follow_the_end_that_is_expected,
    an_event_is_there_if_and_only_if_its_change_is,
    events_are_found_by_what_they_say,
    trails_are_apart_and_outlive_their_realms,
    of_many_who_append_at_once_one_comes_first,
];

fn row(sequence: u64) -> AuditRow {
    AuditRow {
        sequence,
        at: at(i64::try_from(sequence).unwrap() * 10),
        client: Some(format!("client {}", sequence % 2)),
        person: sequence.is_multiple_of(3).then(|| "ann".to_owned()),
        action: "update".into(),
        resource: if sequence.is_multiple_of(2) {
            "scopes"
        } else {
            "keys"
        }
        .into(),
        id: format!("id {}", sequence % 4),
        body: format!(
            "{{\"sequence\":{sequence},\"text\":\"'; DROP TABLE audit_event; -- ? $1 ü\"}}"
        ),
        hash: [u8::try_from(sequence).unwrap(); 32],
        seal: [9; 32],
    }
}

fn head(sequence: u64) -> AuditHead {
    AuditHead {
        sequence,
        hash: row(sequence).hash,
        seal: [7; 32],
    }
}

/// Adds the events `first..=last`.
fn append(realm: &RealmKey, first: u64, last: u64) -> Change {
    Change::AppendAudit(Box::new(AuditAppend {
        realm: realm.clone(),
        expected: first - 1,
        rows: (first..=last).map(row).collect(),
        head: head(last),
    }))
}

async fn listed(store: &Arc<dyn Store>, realm: &RealmKey, query: AuditQuery) -> Vec<u64> {
    let page = store.list_audit_events(realm, &query).await.unwrap();
    page.items.iter().map(|row| row.sequence).collect()
}

fn all() -> AuditQuery {
    AuditQuery {
        limit: 100,
        ..AuditQuery::default()
    }
}

async fn events_follow_the_end_that_is_expected(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    assert_eq!(store.audit_head(&here).await.unwrap(), None);
    assert_eq!(store.audit_heads().await.unwrap(), []);
    let early = conflict(&store, &here, [append(&here, 2, 2)]).await;
    assert_eq!(early, Conflict::StaleRevision);
    assert_eq!(apply(&store, &here, [append(&here, 1, 2)]).await, [2]);
    for late in [
        append(&here, 1, 1),
        append(&here, 2, 3),
        append(&here, 4, 4),
    ] {
        let late = conflict(&store, &here, [late]).await;
        assert_eq!(late, Conflict::StaleRevision);
    }
    assert_eq!(apply(&store, &here, [append(&here, 3, 3)]).await, [1]);
    assert_eq!(store.audit_head(&here).await.unwrap(), Some(head(3)));
    assert_eq!(
        store.audit_heads().await.unwrap(),
        [(here.clone(), head(3))]
    );
    let page = store.list_audit_events(&here, &all()).await.unwrap();
    assert_eq!(page.items, [row(1), row(2), row(3)]);
    assert!(!page.more);
}

async fn an_event_is_there_if_and_only_if_its_change_is(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    let advance = |expected| Change::AdvanceRevision { expected };
    apply(&store, &here, [advance(0), append(&here, 1, 1)]).await;
    // What comes after it, or before it, can't be.
    conflict(&store, &here, [append(&here, 2, 2), advance(0)]).await;
    conflict(&store, &here, [advance(1), append(&here, 3, 3)]).await;
    assert_eq!(store.revision(&here).await.unwrap(), 1);
    assert_eq!(listed(&store, &here, all()).await, [1]);
    assert_eq!(store.audit_head(&here).await.unwrap(), Some(head(1)));
}

async fn events_are_found_by_what_they_say(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    apply(&store, &here, [append(&here, 1, 12)]).await;
    let found = async |query: AuditQuery| listed(&store, &here, query).await;
    let text = |text: &str| Some(text.to_owned());
    let by_client = AuditQuery {
        client: text("client 1"),
        ..all()
    };
    assert_eq!(found(by_client).await, [1, 3, 5, 7, 9, 11]);
    let by_person = AuditQuery {
        person: text("ann"),
        newest_first: true,
        ..all()
    };
    assert_eq!(found(by_person).await, [12, 9, 6, 3]);
    let of_thing = AuditQuery {
        resource: text("scopes"),
        id: text("id 2"),
        ..all()
    };
    assert_eq!(found(of_thing).await, [2, 6, 10]);
    let of_none = AuditQuery {
        action: text("delete"),
        ..all()
    };
    assert_eq!(found(of_none).await, [0_u64; 0]);
    let between = AuditQuery {
        from: Some(at(30)),
        to: Some(at(50)),
        ..all()
    };
    assert_eq!(found(between).await, [3, 4, 5]);
    let part = AuditQuery {
        after: Some(3),
        before: Some(9),
        limit: 2,
        ..all()
    };
    let page = store.list_audit_events(&here, &part).await.unwrap();
    assert!(page.more && page.items == [row(4), row(5)]);
    let part = AuditQuery {
        newest_first: true,
        ..part
    };
    assert_eq!(found(part).await, [8, 7]);
}

async fn trails_are_apart_and_outlive_their_realms(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    let places = [
        here.clone(),
        realm("t", "other"),
        realm("u", "r"),
        RealmKey::above_tenants(),
    ];
    for place in &places {
        configured(&store, place).await;
        apply(&store, place, [append(place, 1, 2)]).await;
    }
    // Also within the commit of another place.
    apply(&store, &places[1], [append(&here, 3, 3)]).await;
    apply(&store, &places[1], [Change::DeleteRealm(here.clone())]).await;
    assert_eq!(listed(&store, &here, all()).await, [1, 2, 3]);
    assert_eq!(store.audit_head(&here).await.unwrap(), Some(head(3)));
    for place in &places[1..] {
        assert_eq!(listed(&store, place, all()).await, [1, 2], "T1: {place}");
    }
    assert_eq!(store.audit_heads().await.unwrap().len(), 4);
    let elsewhere = RealmKey::above_realms(&"t".parse().unwrap());
    assert_eq!(listed(&store, &elsewhere, all()).await, [0_u64; 0]);
}

async fn of_many_who_append_at_once_one_comes_first(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    apply(&store, &here, [append(&here, 1, 1)]).await;
    let mut racers = tokio::task::JoinSet::new();
    for last in 2..12 {
        let (store, here) = (store.clone(), here.clone());
        racers.spawn(async move {
            submit(&store, &here, [append(&here, 2, last)])
                .await
                .is_ok()
        });
    }
    let won = racers
        .join_all()
        .await
        .into_iter()
        .filter(|won| *won)
        .count();
    assert_eq!(won, 1);
    let head = store.audit_head(&here).await.unwrap().unwrap();
    let expected: Vec<u64> = (1..=head.sequence).collect();
    assert_eq!(listed(&store, &here, all()).await, expected);
}
