//! Audit trails (R20, security §5.3): every change has its event, in the change's own commit.

use crate::{api::Api, support::TestServer};
use domain::{
    RealmKey,
    audit::{Event, GENESIS, KeptEvent},
    store::{AuditQuery, Store},
};
use serde_json::{Value, json};

/// The whole trail of a place, which must be intact.
pub(crate) async fn trail(server: &TestServer, place: &RealmKey) -> Vec<KeptEvent> {
    let query = AuditQuery {
        limit: 1000,
        ..AuditQuery::default()
    };
    let page = server.core.audit_events(place, &query).await.unwrap();
    assert!(!page.more);
    let mut previous = GENESIS;
    for (event, sequence) in page.items.iter().zip(1..) {
        assert_eq!((event.sequence, event.finding), (sequence, None), "{place}");
        let said = event.event["previous_hash"].as_str().unwrap();
        assert_eq!(said, domain::audit::hex(&previous));
        previous = event.hash;
    }
    let end = server.core.audit_end(place).await.unwrap();
    if let Some(end) = end {
        assert!(end.is_sealed);
        assert_eq!(end.head.sequence, page.items.len() as u64, "{place}");
        assert_eq!(end.head.hash, previous);
    }
    page.items
}

/// What a trail says: action, resource and id of each event.
fn said(trail: &[KeptEvent]) -> Vec<(String, String, String)> {
    let text = |event: &KeptEvent, name: &str| event.event[name].as_str().unwrap().to_owned();
    let of = |event| {
        (
            text(event, "action"),
            text(event, "resource"),
            text(event, "resource_id"),
        )
    };
    trail.iter().map(of).collect()
}

#[tokio::test]
async fn r20_a_change_has_one_event_and_a_refused_one_none() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let realm = RealmKey::system();
    let before = trail(&server, &realm).await.len();
    let made = api
        .make("/claims", json!({"name": "nick", "paths": ["nickName"]}))
        .await;
    let id = made["id"].as_str().unwrap();
    let path = format!("/claims/{id}");
    let refused = json!({"name": "nick", "paths": ["title"]});
    assert_eq!(api.post("/claims", refused).await.code(409), "duplicate");
    let change = json!({"paths": ["title"]});
    api.patch(&path, change).await.expect(200);
    assert_eq!(api.patch(&path, json!({"paths": []})).await.status, 400);
    api.delete(&path).await.expect(204);
    api.delete(&path).await.expect(404);
    let trail = trail(&server, &realm).await;
    let events = &trail[before..];
    let claims = |action: &str| (action.to_owned(), "claims".to_owned(), id.to_owned());
    assert_eq!(
        said(events),
        [claims("create"), claims("update"), claims("delete")]
    );
    for event in events {
        assert_eq!(event.event["actor"], "client");
        assert_eq!(event.event["client_id"], server.admin.id.as_str());
    }
}

/// What a thing was and is, as the API shows it; parts of things by their whole address.
#[tokio::test]
async fn r20_an_event_says_what_was_and_what_is() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let realm = RealmKey::system();
    let client = server.add_client(&["scim:read"], |_| ()).await;
    let scope = api.scope_id("scim:read").await;
    let before = trail(&server, &realm).await.len();
    let path = format!("/applications/{}/assigned-scopes/{scope}", client.id);
    let was = api.get(&path).await.expect(200).json();
    let change = json!({"default": was["default"] == false});
    let is = api.patch(&path, change).await.expect(200).json();
    let secrets = format!("/applications/{}/secrets", client.id);
    let secret = api.make(&secrets, json!({})).await;
    let algorithm = json!({"signing_algorithm": "EdDSA"});
    api.patch("", algorithm).await.expect(200);
    let trail = trail(&server, &realm).await;
    let events = &trail[before..];
    assert_eq!(
        (&events[0].event["before"], &events[0].event["after"]),
        (&was, &is)
    );
    assert_eq!(events[0].event["resource_name"], "scim:read");
    let said = said(events);
    let id = |rest: &str| format!("{}/{rest}", client.id);
    let changed = ("update".into(), "assigned-scopes".into(), id(&scope));
    let made = (
        "create".into(),
        "secrets".into(),
        id(secret["id"].as_str().unwrap()),
    );
    assert_eq!(said[..2], [changed, made]);
    // Keys come with an algorithm, and are told of, too.
    let others: Vec<_> = said[2..]
        .iter()
        .map(|(a, r, _)| (a.as_str(), r.as_str()))
        .collect();
    assert_eq!(others, [("update", "realms"), ("create", "keys")]);
    assert_eq!(events[3].event["after"]["algorithm"], "EdDSA");
    let whole = serde_json::to_string(&events[1].event).unwrap();
    assert!(
        !whole.contains(secret["client_secret"].as_str().unwrap()),
        "V17"
    );
}

/// What Ambit does by itself, and what lies above realms.
#[tokio::test]
async fn r20_every_place_has_a_trail_from_its_first_moment() {
    let server = TestServer::start().await;
    let owner = server.add_realm("acme", "staff").await;
    let begun = |trail: &[KeptEvent]| said(&trail[..1])[0].0 == "begin";
    let (tenants, realms) = (
        RealmKey::above_tenants(),
        RealmKey::above_realms(&"acme".parse().unwrap()),
    );
    for place in [&tenants, &realms, &owner.realm, &RealmKey::system()] {
        assert!(begun(&trail(&server, place).await), "{place}");
    }
    let above = said(&trail(&server, &tenants).await);
    assert_eq!(above[1].2, "default");
    assert_eq!(above[2], ("create".into(), "tenants".into(), "acme".into()));
    let above = said(&trail(&server, &realms).await);
    assert_eq!(above[1], ("create".into(), "realms".into(), "staff".into()));
    // What becomes of a realm does not become of its trail (T7).
    let api = Api::admin(&server).await;
    let kept = trail(&server, &owner.realm).await;
    api.delete("/v1/tenants/acme/realms/staff")
        .await
        .expect(204);
    let above = trail(&server, &realms).await;
    assert_eq!(said(&above)[2].0, "delete");
    assert_eq!(above[2].event["before"]["name"], "staff");
    assert_eq!(trail(&server, &owner.realm).await, kept);
}

#[tokio::test]
async fn r20_a_revocation_has_an_event_and_is_at_once() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let client = server.add_client(&["scim:read"], |_| ()).await;
    let token = client.token(&server, Some("scim:read")).await;
    let path = format!("/tokens?filter=client_id%20eq%20%22{}%22", client.id);
    let listed = api.get(&path).await.expect(200).json();
    let id = listed["items"][0]["id"].as_str().unwrap().to_owned();
    let before = trail(&server, &client.realm).await.len();
    for _ in 0..2 {
        api.delete(&format!("/tokens/{id}")).await.expect(204);
        assert!(server.authenticate(&client.realm, &token).await.is_err());
    }
    let trail = trail(&server, &client.realm).await;
    let revoked = ("revoke".to_owned(), "tokens".to_owned(), id);
    assert_eq!(said(&trail[before..]), [revoked], "once");
    assert_eq!(trail[before].event["before"]["status"], "live");
}

/// §5.3: a change whose event can't be written is refused, and one whose answer was lost is there once.
#[tokio::test]
async fn r20_a_store_that_fails_leaves_the_trail_and_the_changes_alike() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let realm = RealmKey::system();
    let make = |name: &str| json!({"name": name, "paths": ["title"]});
    server.store.fail_writes(true);
    assert_eq!(api.post("/claims", make("a")).await.status, 503);
    server.store.fail_writes(false);
    server.store.lose_answers(true);
    assert_eq!(api.post("/claims", make("b")).await.status, 503);
    server.store.lose_answers(false);
    api.make("/claims", make("c")).await;
    let trail = trail(&server, &realm).await;
    let made = said(&trail)
        .into_iter()
        .filter(|(_, resource, _)| resource == "claims");
    assert_eq!(made.count(), 2, "b and c");
}

/// What is too large is kept as hashes, and what changed.
#[tokio::test]
async fn a_large_event_says_what_changed() {
    let server = TestServer::start().await;
    let realm = RealmKey::system();
    let large = |text: &str| {
        let value: Value = json!({"name": "large", "text": text.repeat(200_000), "same": 1});
        value.as_object().unwrap().clone()
    };
    let event = Event::updated("claims", "1", large("ab"), large("cd"));
    server.edit(domain::Edit::none(()).noting(event)).await;
    let last = trail(&server, &realm).await.pop().unwrap().event;
    assert_eq!(last["changed"], json!(["text"]));
    assert_eq!(last["resource_name"], "large");
    let hash = domain::audit::hex(&domain::audit::hash_of(&large("cd")));
    assert_eq!(last["after_hash"], hash.as_str());
    assert!(last.get("after").is_none() && last.get("before").is_none());
    assert!(server.store.audit_head(&realm).await.unwrap().is_some());
}
