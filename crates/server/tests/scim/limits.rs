//! What one request may cost (S9, S10, S11, REG-20).

use crate::world::{USER, World, user};
use axum::body::Body;
use serde_json::{Value, json};

#[tokio::test]
async fn s9_a_filter_is_bounded() {
    let world = World::start().await;
    let term = "userName eq \"a\"";
    let ok = |filter: String| (filter, 200);
    let no = |filter: String| (filter, 400);
    for (filter, status) in [
        ok(format!("{}{term}{}", "(".repeat(32), ")".repeat(32))),
        no(format!("{}{term}{}", "(".repeat(33), ")".repeat(33))),
        no(format!("{}{term}", "(".repeat(3000))),
        no(format!("{}{term}{}", "not (".repeat(200), ")".repeat(200))),
        ok(vec![term; 64].join(" or ")),
        no(vec![term; 65].join(" or ")),
        ok(["userName co \"a\""; 8].join(" and ")),
        no(["userName co \"a\""; 9].join(" and ")),
        no(format!("userName eq \"{}\"", "a".repeat(4096))),
        no("emails[".repeat(500)),
    ] {
        let answer = world
            .list(&world.full, "/Users", &[("filter", &filter)])
            .await;
        assert_eq!(answer.status, status, "{:.80}", filter);
        if status == 400 {
            answer.expect_error(400, "invalidFilter");
        }
    }
}

#[tokio::test]
async fn s10_a_page_has_at_most_200_and_100_unless_asked() {
    let world = World::start().await;
    let operations: Vec<Value> = (0..205)
        .map(|n| {
            let data = user(&format!("user-{n:03}"), json!({}));
            json!({ "method": "POST", "path": "/Users", "bulkId": n.to_string(), "data": data })
        })
        .collect();
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": operations,
    });
    world.post(&world.full, "/Bulk", &body).await.expect(200);
    for path in ["/Users", "/"] {
        for sort in [vec![], vec![("sortBy", "userName")]] {
            for (count, items) in [(None, 100), (Some("150"), 150), (Some("100000"), 200)] {
                let mut params = sort.clone();
                params.extend(count.map(|count| ("count", count)));
                let list = world
                    .list(&world.full, path, &params)
                    .await
                    .expect(200)
                    .json();
                assert_eq!(list["totalResults"], 205);
                assert_eq!(list["itemsPerPage"], items, "{path} {params:?}");
            }
        }
    }
    let late = [
        ("sortBy", "userName"),
        ("startIndex", "199"),
        ("count", "3"),
    ];
    let list = world.list(&world.full, "/", &late).await.expect(200).json();
    assert_eq!(
        crate::world::names(&list),
        ["user-198", "user-199", "user-200"]
    );
}

#[tokio::test]
async fn a_body_is_bounded_in_size_and_depth() {
    let world = World::start().await;
    let send = async |body: String| {
        let request = world.full.request("POST", "/Users").body(Body::from(body));
        world.server.send(request.unwrap()).await
    };
    let title = "x".repeat(1024 * 1024);
    send(user("big", json!({ "title": title })).to_string())
        .await
        .expect_error(413, "");
    let deep = format!(
        r#"{{"schemas":["{USER}"],"userName":"x","emails":{}{}}}"#,
        "[".repeat(40),
        "]".repeat(40)
    );
    send(deep).await.expect_error(400, "invalidSyntax");
    send("[".repeat(100_000))
        .await
        .expect_error(400, "invalidSyntax");
    let long = user("long", json!({ "title": "x".repeat(64 * 1024 + 1) }));
    send(long.to_string())
        .await
        .expect_error(400, "invalidValue");
    assert_eq!(world.seen("/Users").await["totalResults"], 0);
}

/// A PATCH of which only what it writes to is read counts what it does not read, too.
#[tokio::test]
async fn a_resource_grows_to_a_bound_and_shrinks_again() {
    let world = World::start().await;
    let path = format!("/Users/{}", world.user("grows", json!({})).await);
    let emails = |round: usize| {
        let one =
            |n: usize| json!({ "value": format!("{round}-{n}"), "display": "x".repeat(60_000) });
        json!((0..16).map(one).collect::<Vec<_>>())
    };
    let patch = async |operation: Value| world.patch(&world.full, &path, &json!([operation])).await;
    let count = async || world.seen(&path).await["emails"].as_array().unwrap().len();
    for round in 0..7 {
        patch(json!({ "op": "add", "path": "emails", "value": emails(round) }))
            .await
            .expect(200);
    }
    let refused = patch(json!({ "op": "add", "path": "emails", "value": emails(7) })).await;
    refused.expect_error(413, "");
    assert_eq!(count().await, 7 * 16);
    // One name of another attribute fits still; so do fewer addresses, though there are many now.
    patch(json!({ "op": "replace", "path": "title", "value": "T" }))
        .await
        .expect(200);
    patch(json!({ "op": "replace", "path": "emails", "value": emails(8) }))
        .await
        .expect(200);
    assert_eq!(count().await, 16);
    assert_eq!(world.seen(&path).await["title"], "T");
}
