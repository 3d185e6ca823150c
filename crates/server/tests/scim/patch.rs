//! PATCH (RFC 7644 §3.5.2) and who may change what by it (product §6.2, S8).

use crate::world::{ENTERPRISE, World, keys};
use serde_json::{Value, json};

async fn bjensen(world: &World) -> String {
    let everything = json!({
        "title": "Guide",
        "nickName": "Babs",
        "active": true,
        "emails": [
            { "value": "work@example.com", "type": "work", "primary": true },
            { "value": "home@example.com", "type": "home" },
        ],
        ENTERPRISE: { "department": "Tours" },
    });
    format!("/Users/{}", world.user("bjensen", everything).await)
}

fn replace(path: &str, value: Value) -> Value {
    json!([{ "op": "replace", "path": path, "value": value }])
}

#[tokio::test]
async fn with_retrieve_a_patch_answers_the_resource() {
    let world = World::start().await;
    let path = bjensen(&world).await;
    let before = world.seen(&path).await;
    world.server.advance(60);
    let operations = json!([
        { "op": "Replace", "path": "active", "value": false },
        { "op": "add", "path": "emails", "value": [{ "value": "new@example.com" }] },
        { "op": "remove", "path": "emails[type eq \"home\"]" },
        { "op": "replace", "path": format!("{ENTERPRISE}:department"), "value": "Parks" },
        { "op": "add", "value": { "name.givenName": "Barbara", "title": "Driver" } },
    ]);
    let answer = world
        .patch(&world.full, &path, &operations)
        .await
        .expect(200);
    let after = answer.json();
    assert_eq!(after["active"], false);
    assert_eq!(
        after["emails"],
        json!([
            { "value": "work@example.com", "type": "work", "primary": true },
            { "value": "new@example.com" },
        ])
    );
    assert_eq!(after[ENTERPRISE], json!({ "department": "Parks" }));
    assert_eq!(
        (&after["name"]["givenName"], &after["title"]),
        (&json!("Barbara"), &json!("Driver"))
    );
    assert_eq!(after["meta"]["lastModified"], "2027-01-15T08:01:00Z");
    assert_ne!(after["meta"]["version"], before["meta"]["version"]);
    assert_eq!(world.seen(&path).await, after);
    let part = format!("{path}?attributes=title");
    let part = world
        .patch(&world.full, &part, &replace("title", json!("x")))
        .await
        .expect(200);
    assert_eq!(keys(&part.json()), ["id", "schemas", "title"]);
}

#[tokio::test]
async fn without_retrieve_a_patch_answers_204_or_what_is_asked_for() {
    let world = World::start().await;
    let path = bjensen(&world).await;
    let writer = world.limited("User", &["modify"], &["title"]).await;
    let done = world
        .patch(&writer, &path, &replace("title", json!("Driver")))
        .await
        .expect(204);
    assert!(done.body.is_empty());
    assert_eq!(
        done.header("etag"),
        world.seen(&path).await["meta"]["version"]
    );
    let asked = format!("{path}?attributes=title,meta");
    let done = world
        .patch(&writer, &asked, &replace("title", json!("Pilot")))
        .await
        .expect(200);
    assert_eq!(keys(&done.json()), ["id", "meta", "schemas"]);
    assert_eq!(world.seen(&path).await["title"], "Pilot");
}

#[tokio::test]
async fn a_patch_is_done_whole_or_not_at_all() {
    let world = World::start().await;
    let path = bjensen(&world).await;
    let before = world.seen(&path).await;
    let editor = world
        .limited("User", &["modify", "retrieve"], &["title", "nickName"])
        .await;
    let good = json!({ "op": "replace", "path": "title", "value": "Driver" });
    for (scim, bad, status, keyword) in [
        (
            &world.full,
            json!({ "op": "remove", "path": "userName" }),
            400,
            "mutability",
        ),
        (
            &world.full,
            json!({ "op": "replace", "path": "id", "value": "x" }),
            400,
            "mutability",
        ),
        (
            &world.full,
            json!({ "op": "replace", "path": "nothing", "value": 1 }),
            400,
            "invalidPath",
        ),
        (
            &world.full,
            json!({ "op": "remove", "path": "emails[type eq \"none\"]" }),
            400,
            "noTarget",
        ),
        (&world.full, json!({ "op": "remove" }), 400, "noTarget"),
        (
            &editor,
            json!({ "op": "replace", "path": "active", "value": false }),
            403,
            "insufficient_scope",
        ),
    ] {
        let answer = world.patch(scim, &path, &json!([good, bad])).await;
        answer.expect_error(status, keyword);
    }
    assert_eq!(world.seen(&path).await, before);
}

#[tokio::test]
async fn a_patch_that_changes_nothing_keeps_version_and_time() {
    let world = World::start().await;
    let path = bjensen(&world).await;
    let before = world.seen(&path).await;
    world.server.advance(60);
    let operations = json!([
        { "op": "replace", "path": "title", "value": "Guide" },
        { "op": "add", "path": "emails", "value": [{ "value": "HOME@example.com", "type": "home" }] },
        { "op": "remove", "path": "locale" },
    ]);
    assert_eq!(
        world
            .patch(&world.full, &path, &operations)
            .await
            .expect(200)
            .json(),
        before
    );
}

#[tokio::test]
async fn a_target_outside_modify_is_refused_however_it_is_written() {
    let world = World::start().await;
    let path = bjensen(&world).await;
    let before = world.seen(&path).await;
    let editor = world
        .limited("User", &["modify", "retrieve"], &["title", "emails.type"])
        .await;
    // S8: names are understood before they are checked.
    for operation in [
        json!({ "op": "replace", "path": "active", "value": false }),
        json!({ "op": "REPLACE", "path": "ACTIVE", "value": false }),
        json!({ "op": "replace", "value": { "Active": false } }),
        json!({ "op": "add", "value": { "title": "x", "active": false } }),
        json!({ "op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:active", "value": false }),
        json!({ "op": "add", "path": ENTERPRISE, "value": { "department": "x" } }),
        json!({ "op": "add", "value": { format!("{ENTERPRISE}:department"): "x" } }),
        json!({ "op": "add", "value": { "name.givenName": "x" } }),
        json!({ "op": "remove", "path": "emails" }),
        json!({ "op": "remove", "path": "emails[type eq \"home\"]" }),
        json!({ "op": "replace", "path": "emails[type eq \"home\"].value", "value": "x@example.com" }),
        json!({ "op": "add", "path": "emails", "value": [{ "value": "x@example.com" }] }),
        json!({ "op": "replace", "path": "password", "value": "new password" }),
        json!({ "op": "remove", "path": "password" }),
    ] {
        let answer = world.patch(&editor, &path, &json!([operation])).await;
        let answer = answer.expect_error(403, "insufficient_scope");
        assert!(
            answer
                .header("www-authenticate")
                .contains("scope=\"scim:write\""),
            "{operation}"
        );
    }
    assert_eq!(world.seen(&path).await, before);
    let allowed = replace("emails[type eq \"home\"].type", json!("other"));
    world.patch(&editor, &path, &allowed).await.expect(200);
    assert_eq!(world.seen(&path).await["emails"][1]["type"], "other");
}

#[tokio::test]
async fn s8_a_value_path_may_test_only_what_the_caller_may_retrieve_or_search() {
    let world = World::start().await;
    let path = bjensen(&world).await;
    let patch = async |scim, test: &str| {
        let path_in = format!("emails[{test}].display");
        world
            .patch(scim, &path, &replace(&path_in, json!("x")))
            .await
    };
    let blind = world
        .with_scopes(&[
            ("User", &["modify"], &["emails"]),
            ("User", &["retrieve"], &["emails.type"]),
            ("User", &["search"], &["emails.primary"]),
        ])
        .await;
    patch(&blind, "type eq \"home\"").await.expect(200);
    patch(&blind, "primary eq true").await.expect(200);
    let unknown = patch(&blind, "nothing eq \"x\"")
        .await
        .expect_error(400, "invalidPath");
    for test in [
        "value eq \"home@example.com\"",
        "value eq \"nobody@example.com\"",
        "type eq \"home\" and value sw \"h\"",
        "not (value pr)",
    ] {
        let hidden = patch(&blind, test).await.expect_error(400, "invalidPath");
        assert_eq!(
            hidden.text().replace("value", "nothing"),
            unknown.text(),
            "{test}"
        );
    }
    // No match is `noTarget`.
    patch(&blind, "type eq \"none\"")
        .await
        .expect_error(400, "noTarget");
}

#[tokio::test]
async fn a_password_is_set_and_taken_away_by_patch() {
    let world = World::start().await;
    let path = bjensen(&world).await;
    for operation in [
        json!({ "op": "add", "path": "password", "value": "first password" }),
        json!({ "op": "replace", "value": { "password": "second password" } }),
        json!({ "op": "remove", "path": "password" }),
    ] {
        let answer = world
            .patch(&world.full, &path, &json!([operation]))
            .await
            .expect(200);
        assert!(!answer.text().contains("password"));
    }
    for secret in ["first password", "second password"] {
        assert!(!world.server.is_stored(secret));
    }
    let long = json!("x".repeat(129));
    world
        .patch(&world.full, &path, &replace("password", long))
        .await
        .expect_error(400, "invalidValue");
}

#[tokio::test]
async fn writes_at_once_all_count() {
    let world = World::start().await;
    let group = world.group("Guides", &[]).await;
    let path = format!("/Groups/{group}");
    let members: Vec<String> = (0..16).map(|n| format!("member-{n}")).collect();
    let adds = members.iter().map(|id| {
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]);
        let (world, path) = (&world, &path);
        async move { world.patch(&world.full, path, &add).await.expect(200) }
    });
    futures_util::future::join_all(adds).await;
    let seen = world.seen(&path).await;
    let mut found: Vec<&str> = seen["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["value"].as_str().unwrap())
        .collect();
    found.sort_unstable();
    let mut expected: Vec<&str> = members.iter().map(String::as_str).collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
}
