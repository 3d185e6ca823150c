//! Writers of resources, and who takes their type away.

use crate::arena::{Arena, both_ends};
use serde_json::json;
use std::collections::BTreeSet;

/// Writes without `If-Match` follow one another: each that was acknowledged is there in the end (RFC 7644 §3.5.2).
pub(crate) async fn no_write_is_lost(arena: Arena) {
    for round in 0..6 {
        let user = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": format!("zoe{round}"),
        });
        let path = arena.make("/scim/v2/Users", user).await;
        let written = arena.race(|arena, racer| {
            let path = path.clone();
            async move {
                let value = format!("{racer}@example.com");
                let body = json!({
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                    "Operations": [{"op": "add", "path": "emails", "value": [{"value": value}]}],
                });
                let answer = arena.call("PATCH", &path, Some(body)).await;
                answer.expect(200);
                value
            }
        });
        let written: BTreeSet<String> = written.await.into_iter().collect();
        let user = arena.call("GET", &path, None).await.expect(200).json();
        let emails = user["emails"].as_array().unwrap().iter();
        let found: Vec<&str> = emails
            .map(|email| email["value"].as_str().unwrap())
            .collect();
        assert_eq!(found.len(), written.len());
        assert_eq!(
            found
                .into_iter()
                .map(str::to_owned)
                .collect::<BTreeSet<_>>(),
            written
        );
    }
}

/// T6: a type goes while it has no resource, and none appears of a type that has gone.
pub(crate) async fn a_type_goes_without_resources_or_stays(arena: Arena) {
    both_ends("delete a type or make a resource", async |round| {
        let (name, urn) = (format!("Thing{round}"), format!("urn:example:Thing{round}"));
        let schema = json!({"urn": urn, "attributes": [{"name": "serial"}]});
        arena.make("/schemas", schema).await;
        let body = json!({"name": name, "endpoint": format!("/{name}s"), "schema": urn});
        let resource_type = arena.make("/resource-types", body).await;
        let make = |racer: usize| {
            let body = json!({"schemas": [urn], "serial": racer.to_string()});
            (format!("/scim/v2/{name}s"), body)
        };
        let (deleted, made) = arena.delete_or_make(round, &resource_type, 404, make).await;
        let gone = arena.call("GET", &resource_type, None).await.status == 404;
        let left = arena.call("GET", &format!("/scim/v2/{name}s"), None).await;
        if gone {
            assert_eq!((deleted, made), (1, 0), "round {round}");
            left.expect(404);
        } else {
            assert_eq!(deleted, 0, "round {round}");
            assert_eq!(
                left.expect(200).json()["totalResults"],
                made,
                "round {round}"
            );
            assert_eq!(made, 8, "round {round}");
        }
        gone
    })
    .await;
}
