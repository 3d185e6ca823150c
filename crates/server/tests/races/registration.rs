//! Clients that register themselves (RFC 7591, RFC 7592).

use crate::{
    arena::{Arena, RACERS, both_ends, handicap},
    support::metadata,
};
use serde_json::json;

/// The limit is kept by whoever comes at once.
pub(crate) async fn no_more_clients_than_there_may_be(arena: Arena) {
    const ROOM: usize = 5;
    let policy = json!({"open": true, "scopes": ["openid"], "max_clients": ROOM});
    arena.server.set_registration(policy).await.expect(200);
    let answers = arena
        .race(|arena, _| async move { arena.server.register(&metadata(json!({}))).await })
        .await;
    let made: Vec<_> = answers.iter().filter(|a| a.status == 201).collect();
    assert_eq!(made.len(), ROOM);
    let refused = answers.iter().filter(|a| a.status == 403);
    assert_eq!(refused.count(), RACERS - ROOM);
    let snapshot = arena.server.snapshot();
    let clients = snapshot.config().applications.values();
    let registered = clients.filter(|client| client.registered_itself());
    assert_eq!(registered.count(), ROOM, "what was refused is not there");
}

/// H5: a registration access token is replaced once, and there is one that opens the client.
pub(crate) async fn a_registration_is_replaced_once(arena: Arena) {
    arena.server.open_registration(&["openid"]).await;
    let one = arena.server.registered(json!({})).await;
    let answers = arena
        .race(|arena, racer| {
            let one = one.clone();
            let more = json!({"client_name": format!("Racer {racer}")});
            async move { one.update(&arena.server, more).await }
        })
        .await;
    let (done, late): (Vec<_>, Vec<_>) = answers.iter().partition(|a| a.status == 200);
    assert_eq!(done.len(), 1);
    assert!(late.iter().all(|answer| answer.status == 401));
    let next = one.updated(done[0]);
    let read = next.read(&arena.server).await.expect(200).json();
    assert_eq!(read["client_name"], done[0].json()["client_name"]);
    one.read(&arena.server).await.expect(401);
}

/// Product §2.4: a scope goes, or it comes into the ceiling; never both.
pub(crate) async fn a_scope_goes_or_is_offered(arena: Arena) {
    both_ends("delete a scope or offer it", async |round| {
        let name = format!("offer:{round}");
        let body = json!({"name": name, "type": "generic"});
        let scope = arena.make("/scopes", body).await;
        let answers = arena
            .race(|arena, racer| {
                let (name, scope) = (name.clone(), scope.clone());
                let deletes = racer % 2 == 0;
                async move {
                    handicap(round, deletes).await;
                    let answer = match deletes {
                        true => arena.call("DELETE", &scope, None).await,
                        false => {
                            let policy = json!({"open": true, "scopes": [name]});
                            let patch = Some(json!({"registration": policy}));
                            arena.call("PATCH", "", patch).await
                        }
                    };
                    (deletes, answer)
                }
            })
            .await;
        let gone = arena.call("GET", &scope, None).await.status == 404;
        for (deletes, answer) in answers {
            let status = answer.status.as_u16();
            match (deletes, gone) {
                (true, true) => assert!([204, 404].contains(&status), "{}", answer.text()),
                (true, false) => assert_eq!(status, 409, "{}", answer.text()),
                (false, true) => assert_eq!(status, 400, "{}", answer.text()),
                (false, false) => assert_eq!(status, 200, "{}", answer.text()),
            }
        }
        arena.server.set_registration(json!(null)).await.expect(200);
        gone
    })
    .await;
}

/// A client goes with whatever it is given at the same time: nothing is left of it.
pub(crate) async fn a_registered_client_goes_once(arena: Arena) {
    arena.server.open_registration(&["openid"]).await;
    for round in 0..8 {
        let one = arena.server.registered(json!({})).await;
        let answers = arena
            .race(|arena, racer| {
                let one = one.clone();
                async move {
                    handicap(round, racer == 0).await;
                    match racer {
                        0 => (true, one.delete(&arena.server).await),
                        _ => (false, one.update(&arena.server, json!({})).await),
                    }
                }
            })
            .await;
        let deleted = answers
            .iter()
            .any(|(deletes, a)| *deletes && a.status == 204);
        let updated = answers
            .iter()
            .filter(|(deletes, a)| !deletes && a.status == 200);
        // Whoever comes first makes the token worthless for all others.
        assert_eq!(updated.count() + usize::from(deleted), 1, "round {round}");
        let snapshot = arena.server.snapshot();
        assert_eq!(snapshot.client(&one.client.id).is_none(), deleted);
    }
}
