//! Configuration that names configuration.

use crate::arena::{Arena, both_ends, handicap};
use domain::{
    RealmKey,
    store::{EntryKey, EntryKind, Store},
};
use serde_json::json;
use uuid::Uuid;

/// A scope goes while no client is assigned it, and none is assigned one that is gone.
pub(crate) async fn a_scope_goes_unassigned_or_stays(arena: Arena) {
    let mut clients = Vec::new();
    for _ in 0..8 {
        let client = arena.client(&[]).await;
        clients.push(format!("/applications/{}/assigned-scopes", client.id));
    }
    both_ends("delete a scope or assign it", async |round| {
        let name = format!("race:{round}");
        let scope = arena
            .make("/scopes", json!({"name": name, "type": "generic"}))
            .await;
        let assign = |racer: usize| (clients[racer / 2].clone(), json!({"scope": name}));
        let (deleted, done) = arena.delete_or_make(round, &scope, 400, assign).await;
        let gone = arena.call("GET", &scope, None).await.status == 404;
        let expected = if gone { (1, 0) } else { (0, clients.len()) };
        assert_eq!((deleted, done), expected, "round {round}");
        for assigned in &clients {
            let listed = arena.call("GET", assigned, None).await.expect(200).text();
            assert_eq!(
                listed.contains(&format!("\"{name}\"")),
                !gone,
                "round {round}"
            );
        }
        gone
    })
    .await;
}

/// A schema goes while no type is made of it, and no type is made of one that is gone.
pub(crate) async fn a_schema_goes_unused_or_stays(arena: Arena) {
    both_ends("delete a schema or make a type of it", async |round| {
        let urn = format!("urn:example:Thing{round}");
        let body = json!({"urn": urn, "attributes": [{"name": "serial"}]});
        let schema = arena.make("/schemas", body).await;
        let make = |racer: usize| {
            let name = format!("Thing{round}x{racer}");
            let body = json!({"name": name, "endpoint": format!("/{name}"), "schema": urn});
            ("/resource-types".to_owned(), body)
        };
        let (deleted, made) = arena.delete_or_make(round, &schema, 400, make).await;
        let gone = arena.call("GET", &schema, None).await.status == 404;
        assert_eq!(
            (deleted, made),
            if gone { (1, 0) } else { (0, 8) },
            "round {round}"
        );
        gone
    })
    .await;
}

/// A service goes while no scope names it, and no scope names one that is gone.
pub(crate) async fn a_service_goes_unnamed_or_stays(arena: Arena) {
    both_ends("delete a service or name it", async |round| {
        let body = json!({"name": format!("S{round}"), "url": format!("/integration/{round}")});
        let service = arena.make("/services", body).await;
        let id = service.rsplit('/').next().unwrap();
        let make = |racer: usize| {
            let name = format!("race:{round}x{racer}");
            let body = json!({"name": name, "type": "service", "services": [id]});
            ("/scopes".to_owned(), body)
        };
        let (deleted, made) = arena.delete_or_make(round, &service, 400, make).await;
        let gone = arena.call("GET", &service, None).await.status == 404;
        let expected = if gone { (1, 0) } else { (0, 8) };
        assert_eq!((deleted, made), expected, "round {round}");
        gone
    })
    .await;
}

/// What a connector reports is kept only while it is there.
pub(crate) async fn a_connector_goes_with_its_report(arena: Arena) {
    let (mut reported, mut late) = (0, 0);
    for round in 0..100 {
        // Until each side won some, and twelve at least.
        if round >= 12 && reported > 0 && late > 0 {
            break;
        }
        let client = arena.client(&["connector:write"]).await;
        let token = client.token(&arena.server, Some("connector:write")).await;
        let new = json!({"name": format!("C{round}"), "application": client.id});
        let connector = arena.make("/connectors", new).await;
        let answers = arena.race(|arena, racer| {
            let (connector, token) = (connector.clone(), token.clone());
            async move {
                let deletes = racer == 0;
                handicap(round, deletes).await;
                if deletes {
                    return arena.call("DELETE", &connector, None).await.status;
                }
                let path = arena.server.admin.path(&format!("{connector}/heartbeat"));
                let said = Some(json!({"status": "idle"}));
                arena.server.call("POST", &path, &token, said).await.status
            }
        });
        let mut answers = answers.await.into_iter();
        assert_eq!(answers.next().unwrap(), 204, "round {round}");
        for status in answers {
            match status.as_u16() {
                200 => reported += 1,
                404 => late += 1,
                // Many at a time may get in each other's way for too long.
                503 => {}
                other => panic!("round {round}: {other}"),
            }
        }
        let id: Uuid = connector.rsplit('/').next().unwrap().parse().unwrap();
        let key = EntryKey(jose::sha256(id.as_bytes()));
        let (realm, kind) = (RealmKey::system(), EntryKind::ConnectorReport);
        let left = arena.server.store.find_entry(&realm, kind, &key).await;
        assert_eq!(left.unwrap(), None, "round {round}");
    }
    assert!(
        reported > 0 && late > 0,
        "no collision: {reported} reported, {late} came too late"
    );
}
