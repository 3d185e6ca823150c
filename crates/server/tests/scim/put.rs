//! PUT (RFC 7644 §3.5.1) and who may change what by it (product §6.2, S4).

use crate::world::{ENTERPRISE, USER, World, keys, user};
use serde_json::json;

#[tokio::test]
async fn a_put_replaces_the_whole_and_ignores_what_only_the_server_writes() {
    let world = World::start().await;
    let id = world
        .user("bjensen", json!({ "title": "Guide", "nickName": "Babs" }))
        .await;
    let path = format!("/Users/{id}");
    let before = world.seen(&path).await;
    world.server.advance(60);
    let new = json!({
        "schemas": [USER, ENTERPRISE],
        "id": "another",
        "userName": "bjensen",
        "nickName": "Babs",
        "groups": [{ "value": "x" }],
        "meta": { "created": "1999-01-01T00:00:00Z" },
        ENTERPRISE: { "department": "Tours" },
    });
    let answer = world.put(&world.full, &path, &new).await.expect(200);
    let after = answer.json();
    assert_eq!(
        keys(&after),
        ["id", "meta", "nickName", "schemas", ENTERPRISE, "userName"]
    );
    assert_eq!(after["id"], json!(id));
    assert_eq!(after["meta"]["created"], before["meta"]["created"]);
    assert_eq!(after["meta"]["lastModified"], "2027-01-15T08:01:00Z");
    assert_ne!(after["meta"]["version"], before["meta"]["version"]);
    assert_eq!(answer.header("etag"), after["meta"]["version"]);
    assert_eq!(world.seen(&path).await, after);
}

#[tokio::test]
async fn a_put_that_changes_nothing_keeps_version_and_time() {
    let world = World::start().await;
    let id = world
        .user(
            "bjensen",
            json!({ "emails": [{ "value": "a@example.com" }] }),
        )
        .await;
    let path = format!("/Users/{id}");
    let before = world.seen(&path).await;
    world.server.advance(60);
    assert_eq!(
        world
            .put(&world.full, &path, &before)
            .await
            .expect(200)
            .json(),
        before
    );
    assert_eq!(world.seen(&path).await, before);
}

#[tokio::test]
async fn an_absent_attribute_goes_only_if_the_caller_may_both_modify_and_retrieve_it() {
    let world = World::start().await;
    let everything = json!({
        "title": "Guide",
        "nickName": "Babs",
        "locale": "en",
        "name": { "givenName": "Barbara", "familyName": "Jensen" },
        "emails": [{ "value": "a@example.com", "type": "work" }],
        ENTERPRISE: { "department": "Tours", "division": "Parks" },
    });
    let id = world.user("bjensen", everything).await;
    let path = format!("/Users/{id}");
    // May modify and retrieve title, and half of name and of the extension; modify nickName
    // only; retrieve locale only; neither of emails.
    let department = format!("{ENTERPRISE}:department");
    let both = ["userName", "title", "name.givenName", &department];
    let editor = world
        .with_scopes(&[
            ("User", &["modify", "retrieve"], &both),
            ("User", &["modify"], &["nickName"]),
            ("User", &["retrieve"], &["locale"]),
        ])
        .await;
    let answer = world
        .put(&editor, &path, &user("bjensen", json!({})))
        .await
        .expect(200);
    assert_eq!(
        keys(&answer.json()),
        ["id", "locale", "meta", "schemas", "userName"]
    );
    let left = world.seen(&path).await;
    assert_eq!(left["nickName"], "Babs");
    assert_eq!(left["locale"], "en");
    assert_eq!(left["name"], json!({ "familyName": "Jensen" }));
    assert_eq!(
        left["emails"],
        json!([{ "value": "a@example.com", "type": "work" }])
    );
    assert_eq!(left[ENTERPRISE], json!({ "division": "Parks" }));
    assert_eq!(left.get("title"), None);
}

#[tokio::test]
async fn a_present_attribute_outside_modify_is_refused_unless_readable_and_unchanged() {
    let world = World::start().await;
    let id = world
        .user("bjensen", json!({ "title": "Guide", "locale": "en" }))
        .await;
    let path = format!("/Users/{id}");
    let editor = world
        .with_scopes(&[
            ("User", &["modify", "retrieve"], &["userName"]),
            ("User", &["retrieve"], &["title"]),
        ])
        .await;
    let same = user("bjensen", json!({ "title": "Guide" }));
    world.put(&editor, &path, &same).await.expect(200);
    for more in [
        json!({ "title": "Driver" }),
        // Unchanged, but the caller can't know.
        json!({ "locale": "en" }),
        json!({ "locale": "de" }),
        json!({ "nickName": "new" }),
    ] {
        let answer = world.put(&editor, &path, &user("bjensen", more)).await;
        let answer = answer.expect_error(403, "insufficient_scope");
        assert!(
            answer
                .header("www-authenticate")
                .contains("scope=\"scim:write\"")
        );
    }
    let now = world.seen(&path).await;
    assert_eq!(
        (&now["title"], &now["locale"]),
        (&json!("Guide"), &json!("en"))
    );
}

#[tokio::test]
async fn without_retrieve_a_put_answers_schemas_id_and_meta_only() {
    let world = World::start().await;
    let id = world.user("bjensen", json!({ "title": "Guide" })).await;
    let path = format!("/Users/{id}");
    let writer = world.limited("User", &["modify"], &["*"]).await;
    let new = user("bjensen", json!({ "nickName": "Babs" }));
    let answer = world.put(&writer, &path, &new).await.expect(200);
    assert_eq!(keys(&answer.json()), ["id", "meta", "schemas"]);
    // What the caller can't see is not removed.
    let now = world.seen(&path).await;
    assert_eq!(
        (&now["title"], &now["nickName"]),
        (&json!("Guide"), &json!("Babs"))
    );
}

#[tokio::test]
async fn a_put_keeps_the_password_unless_it_has_one() {
    let world = World::start().await;
    let id = world
        .user("bjensen", json!({ "password": "first password" }))
        .await;
    let path = format!("/Users/{id}");
    let before = world.seen(&path).await;
    let same = world
        .put(&world.full, &path, &before)
        .await
        .expect(200)
        .json();
    assert_eq!(same, before);
    let with_password = user("bjensen", json!({ "password": "second password" }));
    let answer = world
        .put(&world.full, &path, &with_password)
        .await
        .expect(200);
    assert!(!answer.text().contains("password"));
    assert_ne!(answer.json()["meta"]["version"], before["meta"]["version"]);
    // A password is not among the attributes of a scope that leaves it out.
    let editor = world
        .limited("User", &["modify", "retrieve"], &["userName"])
        .await;
    let refused = world.put(&editor, &path, &with_password).await;
    refused.expect_error(403, "insufficient_scope");
}

#[tokio::test]
async fn what_does_not_exist_is_404_after_the_right_and_the_body() {
    let world = World::start().await;
    let path = format!("/Users/{}", uuid::Uuid::new_v4());
    let reader = world.with(&["scim:read"]).await;
    let good = user("bjensen", json!({}));
    world
        .put(&reader, &path, &good)
        .await
        .expect_error(403, "insufficient_scope");
    world
        .put(&world.full, &path, &json!({}))
        .await
        .expect_error(400, "invalidSyntax");
    world
        .put(&world.full, &path, &good)
        .await
        .expect_error(404, "");
    assert_eq!(world.seen("/Users").await["totalResults"], 0);
}
