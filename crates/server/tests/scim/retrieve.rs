//! GET of one resource (RFC 7644 §3.4.1).

use crate::world::{ENTERPRISE, USER, World, keys};
use serde_json::json;

#[tokio::test]
async fn a_resource_has_id_meta_and_what_was_written() {
    let world = World::start().await;
    let id = world
        .user(
            "bjensen",
            json!({
                "externalId": "701984",
                "name": { "givenName": "Barbara", "familyName": "Jensen" },
                "emails": [{ "value": "b@example.com", "type": "work", "primary": true }],
                ENTERPRISE: { "department": "Tour Operations" },
            }),
        )
        .await;
    let answer = world
        .get(&world.full, &format!("/Users/{id}"))
        .await
        .expect(200);
    assert_eq!(answer.header("content-type"), "application/scim+json");
    let location = world.full.url(&format!("/Users/{id}"));
    assert_eq!(answer.header("location"), location);
    let body = answer.json();
    let etag = answer.header("etag");
    assert!(etag.starts_with("W/\"") && etag.ends_with('"'), "{etag}");
    assert_eq!(
        body,
        json!({
            "schemas": [USER, ENTERPRISE],
            "id": id,
            "externalId": "701984",
            "userName": "bjensen",
            "name": { "familyName": "Jensen", "givenName": "Barbara" },
            "emails": [{ "value": "b@example.com", "type": "work", "primary": true }],
            ENTERPRISE: { "department": "Tour Operations" },
            "meta": {
                "resourceType": "User",
                "created": "2027-01-15T08:00:00Z",
                "lastModified": "2027-01-15T08:00:00Z",
                "location": location,
                "version": etag,
            },
        })
    );
}

#[tokio::test]
async fn attributes_and_excluded_attributes_choose_within_what_may_be_read() {
    let world = World::start().await;
    let work = json!({
        "displayName": "Barbara",
        "emails": [{ "value": "b@example.com", "type": "work" }],
        ENTERPRISE: { "department": "Tours", "division": "Theme Park" },
    });
    let id = world.user("bjensen", work).await;
    let get = async |query: &str| {
        world
            .get(&world.full, &format!("/Users/{id}?{query}"))
            .await
            .expect(200)
            .json()
    };
    // RFC 7644 §3.9: the minimum set is what is always returned.
    assert_eq!(
        get("attributes=userName").await,
        json!({ "schemas": [USER], "id": id, "userName": "bjensen" })
    );
    assert_eq!(keys(&get("attributes=bogus").await), ["id", "schemas"]);
    assert_eq!(
        get("attributes=EMAILS.type").await["emails"],
        json!([{ "type": "work" }])
    );
    assert_eq!(
        get(&format!("attributes={ENTERPRISE}:division")).await,
        json!({
            "schemas": [USER, ENTERPRISE],
            "id": id,
            ENTERPRISE: { "division": "Theme Park" },
        })
    );
    assert_eq!(
        keys(&get("excludedAttributes=id,schemas,meta,userName,emails").await),
        ["displayName", "id", "schemas", ENTERPRISE]
    );
    assert_eq!(get("attributes=").await["userName"], "bjensen");
    let both = format!("/Users/{id}?attributes=userName&excludedAttributes=emails");
    world
        .get(&world.full, &both)
        .await
        .expect_error(400, "invalidValue");
    let path = format!("/Users/{id}?attributes=emails%5Btype+eq+%22work%22%5D");
    world
        .get(&world.full, &path)
        .await
        .expect_error(400, "invalidPath");
}

#[tokio::test]
async fn what_does_not_exist_is_404_in_the_shape_of_scim() {
    let world = World::start().await;
    let unknown = uuid::Uuid::new_v4();
    let long = "x".repeat(5000);
    for path in [
        format!("/Users/{unknown}"),
        format!("/Groups/{unknown}"),
        format!("/Nothing/{unknown}"),
        "/Nothing".to_owned(),
        "/Users/%00".to_owned(),
        "/Users/%20".to_owned(),
        "/Users/%ff".to_owned(),
        "/Users/%2e%2e".to_owned(),
        format!("/Users/{long}"),
        format!("/{unknown}"),
        "/Users/a/b/c".to_owned(),
    ] {
        world.get(&world.full, &path).await.expect_error(404, "");
    }
    // The id of one type is none of another.
    let id = world.user("bjensen", json!({})).await;
    world
        .get(&world.full, &format!("/Groups/{id}"))
        .await
        .expect_error(404, "");
    // `externalId` is never an id (S12).
    let other = json!({ "externalId": "42" });
    world.user("other", other).await;
    world
        .get(&world.full, "/Users/42")
        .await
        .expect_error(404, "");
}

#[tokio::test]
async fn s1_without_a_good_token_nothing_is_answered() {
    let world = World::start().await;
    let id = world.user("bjensen", json!({})).await;
    let nobody = world.full.bearing("nonsense");
    for (method, path) in [
        ("GET", format!("/Users/{id}")),
        ("PUT", format!("/Users/{id}")),
        ("PATCH", format!("/Users/{id}")),
        ("DELETE", format!("/Users/{id}")),
        ("GET", "/Users".to_owned()),
        ("POST", "/Users".to_owned()),
        ("POST", "/Users/.search".to_owned()),
        ("POST", "/.search".to_owned()),
        ("GET", "/".to_owned()),
        ("POST", "/Bulk".to_owned()),
        ("GET", "/Me".to_owned()),
        ("GET", "/Schemas".to_owned()),
        ("GET", "/ResourceTypes".to_owned()),
        ("GET", "/Nothing".to_owned()),
    ] {
        let answer = world
            .send(&nobody, method, &path)
            .await
            .expect_error(401, "");
        assert!(
            answer.header("www-authenticate").starts_with("Bearer "),
            "{method} {path}"
        );
    }
    world
        .get(&world.full, &format!("/Users/{id}"))
        .await
        .expect(200);
}

#[tokio::test]
async fn s5_a_password_is_never_shown() {
    let world = World::start().await;
    let secret = "correct horse battery staple";
    let made = world
        .post(
            &world.full,
            "/Users?attributes=password,userName",
            &crate::world::user("bjensen", json!({ "password": secret })),
        )
        .await
        .expect(201);
    assert!(!made.text().contains("password") && !made.text().contains(secret));
    let id = made.json()["id"].as_str().unwrap().to_owned();
    for path in [
        format!("/Users/{id}"),
        format!("/Users/{id}?attributes=password"),
        "/Users".to_owned(),
    ] {
        let answer = world.get(&world.full, &path).await.expect(200);
        assert!(!answer.text().contains("password"), "{path}");
    }
    for filter in ["password eq \"x\"", "password pr", "password sw \"c\""] {
        let answer = world
            .list(&world.full, "/Users", &[("filter", filter)])
            .await;
        answer.expect_error(400, "invalidFilter");
    }
    let sorted = world
        .list(&world.full, "/Users", &[("sortBy", "password")])
        .await;
    sorted.expect_error(400, "invalidPath");
    assert!(
        !world.server.is_stored(secret),
        "the password is in the store as it is"
    );
}
