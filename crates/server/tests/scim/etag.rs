//! ETags and preconditions (RFC 7644 §3.14, RFC 9110 §13, S7).

use crate::{
    support::Answer,
    world::{World, user},
};
use axum::body::Body;
use serde_json::{Value, json};

async fn send(
    world: &World,
    method: &str,
    path: &str,
    header: (&str, &str),
    body: &Value,
) -> Answer {
    let request = world.full.request(method, path).header(header.0, header.1);
    world
        .server
        .send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

#[tokio::test]
async fn get_answers_304_to_who_has_it_already() {
    let world = World::start().await;
    let path = format!("/Users/{}", world.user("bjensen", json!({})).await);
    let etag = world
        .get(&world.full, &path)
        .await
        .header("etag")
        .to_owned();
    let strong = etag.strip_prefix("W/").unwrap().to_owned();
    for (header, value, status) in [
        ("if-none-match", etag.as_str(), 304),
        // RFC 9110 §13.1.2: a weak comparison.
        ("if-none-match", strong.as_str(), 304),
        ("if-none-match", &format!("\"x\", {etag}"), 304),
        ("if-none-match", "*", 304),
        ("if-none-match", "W/\"other\"", 200),
        ("if-match", etag.as_str(), 200),
        ("if-match", "*", 200),
        ("if-match", "W/\"other\"", 412),
        ("if-match", "no tag", 400),
    ] {
        let answer = send(&world, "GET", &path, (header, value), &Value::Null).await;
        assert_eq!(answer.status, status, "{header}: {value}");
        if status == 304 {
            assert!(answer.body.is_empty());
            assert_eq!(answer.header("etag"), etag);
        }
        if status == 412 {
            answer.expect_error(412, "");
        }
    }
}

#[tokio::test]
async fn a_write_is_done_only_to_the_version_that_it_names() {
    let world = World::start().await;
    let path = format!("/Users/{}", world.user("bjensen", json!({})).await);
    let old = world
        .get(&world.full, &path)
        .await
        .header("etag")
        .to_owned();
    let patch = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "path": "title", "value": "Guide" }],
    });
    let changed = send(&world, "PATCH", &path, ("if-match", &old), &patch)
        .await
        .expect(200);
    let new = changed.header("etag").to_owned();
    assert_ne!(new, old);
    let put = user("bjensen", json!({}));
    for (method, body) in [("PUT", &put), ("PATCH", &patch), ("DELETE", &Value::Null)] {
        for header in [
            ("if-match", old.as_str()),
            ("if-none-match", &new),
            ("if-none-match", "*"),
        ] {
            send(&world, method, &path, header, body)
                .await
                .expect_error(412, "");
        }
    }
    assert_eq!(world.get(&world.full, &path).await.header("etag"), new);
    // A resource that is not there is 404, whatever was demanded of it.
    let nowhere = format!("/Users/{}", uuid::Uuid::new_v4());
    send(&world, "PUT", &nowhere, ("if-match", &old), &put)
        .await
        .expect_error(404, "");
    let put = send(&world, "PUT", &path, ("if-match", &new), &put)
        .await
        .expect(200);
    let newest = put.header("etag").to_owned();
    let several = format!("\"x\", {newest}");
    send(
        &world,
        "DELETE",
        &path,
        ("if-match", &several),
        &Value::Null,
    )
    .await
    .expect(204);
}

#[tokio::test]
async fn s7_a_tag_tells_nothing_of_the_content() {
    let world = World::start().await;
    let mut tags = Vec::new();
    for name in ["a", "b"] {
        let path = format!(
            "/Users/{}",
            world.user(name, json!({ "title": "same" })).await
        );
        tags.push(world.seen(&path).await["meta"]["version"].clone());
        // The same content again is another version.
        for title in ["other", "same"] {
            let change = json!([{ "op": "replace", "path": "title", "value": title }]);
            let answer = world.patch(&world.full, &path, &change).await.expect(200);
            tags.push(answer.json()["meta"]["version"].clone());
        }
    }
    let different: std::collections::BTreeSet<String> = tags.iter().map(Value::to_string).collect();
    assert_eq!(different.len(), 6);
}

#[tokio::test]
async fn of_writes_at_once_to_one_version_one_is_done() {
    let world = World::start().await;
    let path = format!("/Users/{}", world.user("bjensen", json!({})).await);
    let etag = world
        .get(&world.full, &path)
        .await
        .header("etag")
        .to_owned();
    let puts = (0..8).map(|n| {
        let body = user("bjensen", json!({ "title": format!("title {n}") }));
        let (world, path, etag) = (&world, &path, &etag);
        async move {
            send(world, "PUT", path, ("if-match", etag), &body)
                .await
                .status
                .as_u16()
        }
    });
    let mut answers = futures_util::future::join_all(puts).await;
    answers.sort_unstable();
    assert_eq!(answers, [200, 412, 412, 412, 412, 412, 412, 412]);
}
