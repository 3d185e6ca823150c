//! Configuration that names configuration.

use crate::arena::{Arena, both_ends};
use serde_json::json;

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
