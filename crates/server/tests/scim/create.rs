//! POST (RFC 7644 §3.3).

use crate::world::{ENTERPRISE, GROUP, USER, World, keys, user};
use axum::body::Body;
use serde_json::json;

#[tokio::test]
async fn a_new_resource_has_a_location_and_a_tag() {
    let world = World::start().await;
    let made = world
        .post(&world.full, "/Users", &user("bjensen", json!({})))
        .await
        .expect(201);
    let body = made.json();
    let location = world
        .full
        .url(&format!("/Users/{}", body["id"].as_str().unwrap()));
    assert_eq!(made.header("location"), location);
    assert_eq!(body["meta"]["location"], location);
    assert_eq!(body["meta"]["version"], made.header("etag"));
    assert_eq!(body["meta"]["resourceType"], "User");
    // The answer is what a GET gives.
    assert_eq!(
        world
            .seen(&format!("/Users/{}", body["id"].as_str().unwrap()))
            .await,
        body
    );
}

#[tokio::test]
async fn a_partial_answer_can_be_asked_for() {
    let world = World::start().await;
    let path = "/Users?attributes=userName";
    let made = world
        .post(&world.full, path, &user("bjensen", json!({ "title": "x" })))
        .await;
    assert_eq!(
        keys(&made.expect(201).json()),
        ["id", "schemas", "userName"]
    );
}

#[tokio::test]
async fn without_retrieve_the_answer_has_schemas_id_and_meta_only() {
    let world = World::start().await;
    let writer = world.limited("User", &["create"], &["*"]).await;
    let new = user("bjensen", json!({ "title": "Guide" }));
    let made = world.post(&writer, "/Users", &new).await.expect(201);
    assert_eq!(keys(&made.json()), ["id", "meta", "schemas"]);
    assert_eq!(made.json()["schemas"], json!([USER]));
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        made.header("location"),
        world.full.url(&format!("/Users/{id}"))
    );
    assert_eq!(world.seen(&format!("/Users/{id}")).await["title"], "Guide");
}

#[tokio::test]
async fn s4_an_attribute_outside_the_create_set_is_refused_and_nothing_is_made() {
    let world = World::start().await;
    let attributes = ["userName", "emails.value", "name.givenName"];
    let writer = world
        .limited("User", &["create", "retrieve"], &attributes)
        .await;
    for more in [
        json!({ "title": "Guide" }),
        json!({ "TITLE": "Guide" }),
        json!({ "emails": [{ "value": "a@example.com", "type": "work" }] }),
        json!({ "name": { "familyName": "Jensen" } }),
        json!({ "active": true }),
        json!({ "password": "secret-secret" }),
        json!({ "externalId": "1" }),
        json!({ ENTERPRISE: { "department": "Tours" } }),
    ] {
        let answer = world
            .post(&writer, "/Users", &user("refused", more.clone()))
            .await;
        let answer = answer.expect_error(403, "insufficient_scope");
        let challenge = answer.header("www-authenticate");
        assert!(
            challenge.contains("error=\"insufficient_scope\""),
            "{challenge}"
        );
        assert!(
            challenge.contains("scope=\"scim:write\""),
            "{more}: {challenge}"
        );
    }
    let none = world
        .found(&world.full, "/Users", "userName eq \"refused\"")
        .await;
    assert_eq!(none, [""; 0]);
    let fine = json!({
        "name": { "givenName": "Barbara" },
        "emails": [{ "value": "a@example.com" }],
        // What only the server writes is ignored, not refused (RFC 7644 §3.3).
        "id": "mine", "meta": { "version": "1" }, "groups": [{ "value": "x" }],
    });
    let made = world
        .post(&writer, "/Users", &user("allowed", fine))
        .await
        .expect(201)
        .json();
    assert_ne!(made["id"], "mine");
    assert_eq!(
        keys(&made),
        ["emails", "id", "meta", "name", "schemas", "userName"]
    );
}

#[tokio::test]
async fn the_right_comes_before_the_body_and_the_body_before_what_exists() {
    let world = World::start().await;
    let reader = world.with(&["scim:read"]).await;
    for path in ["/Users", "/Groups"] {
        let request = world
            .full
            .request("POST", path)
            .body(Body::from("{not json"))
            .unwrap();
        world
            .server
            .send(request)
            .await
            .expect_error(400, "invalidSyntax");
        let request = reader
            .request("POST", path)
            .body(Body::from("{not json"))
            .unwrap();
        world
            .server
            .send(request)
            .await
            .expect_error(403, "insufficient_scope");
    }
}

#[tokio::test]
async fn a_body_that_does_not_fit_is_refused_with_its_keyword() {
    let world = World::start().await;
    for (body, keyword) in [
        ("", "invalidSyntax"),
        ("5", "invalidSyntax"),
        ("[]", "invalidSyntax"),
        ("{\"not\":\"a scim resource\"}", "invalidSyntax"),
        (r#"{"userName":"x"}"#, "invalidSyntax"),
        (r#"{"schemas":[],"userName":"x"}"#, "invalidSyntax"),
        (
            &format!(r#"{{"schemas":["{GROUP}"],"userName":"x"}}"#),
            "invalidSyntax",
        ),
        (
            &format!(r#"{{"schemas":["{USER}"],"userName":"x","shoeSize":4}}"#),
            "invalidSyntax",
        ),
        // S8: a member twice in one object.
        (
            &format!(r#"{{"schemas":["{USER}"],"userName":"x","userName":"y"}}"#),
            "invalidSyntax",
        ),
        (
            &format!(r#"{{"schemas":["{USER}"],"userName":"x","USERNAME":"y"}}"#),
            "invalidSyntax",
        ),
        (&format!(r#"{{"schemas":["{USER}"]}}"#), "invalidValue"),
        (
            &format!(r#"{{"schemas":["{USER}"],"userName":""}}"#),
            "invalidValue",
        ),
        (
            &format!(r#"{{"schemas":["{USER}"],"userName":5}}"#),
            "invalidValue",
        ),
        (
            &format!(r#"{{"schemas":["{USER}"],"userName":"x","active":"yes"}}"#),
            "invalidValue",
        ),
        (
            &format!(r#"{{"schemas":["{USER}"],"userName":"x","password":""}}"#),
            "invalidValue",
        ),
    ] {
        let request = world
            .full
            .request("POST", "/Users")
            .body(Body::from(body.to_owned()));
        world
            .server
            .send(request.unwrap())
            .await
            .expect_error(400, keyword);
    }
    assert_eq!(world.seen("/Users").await["totalResults"], 0);
}

#[tokio::test]
async fn the_media_type_must_be_json() {
    let world = World::start().await;
    for (media_type, status) in [
        (Some("application/scim+json"), 201),
        (Some("application/scim+json; charset=utf-8"), 201),
        (Some("Application/JSON"), 201),
        (None, 201),
        (Some("text/plain"), 415),
        (Some("application/xml"), 415),
        (Some("application/jsonx"), 415),
        (Some(""), 415),
    ] {
        let mut request = world.full.request("POST", "/Users");
        if let Some(media_type) = media_type {
            request = request.header("content-type", media_type);
        }
        let body = user(&format!("user of {media_type:?}"), json!({})).to_string();
        world
            .server
            .send(request.body(Body::from(body)).unwrap())
            .await
            .expect(status);
    }
}

#[tokio::test]
async fn s6_a_user_name_is_unique_ignoring_case_and_the_answer_names_nobody() {
    let world = World::start().await;
    let id = world
        .user("Straße", json!({ "displayName": "The first one" }))
        .await;
    let other = world.user("other", json!({})).await;
    let taken = user("STRASSE", json!({}));
    let answers = [
        world.post(&world.full, "/Users", &taken).await,
        world
            .put(&world.full, &format!("/Users/{other}"), &taken)
            .await,
        world
            .patch(
                &world.full,
                &format!("/Users/{other}"),
                &json!([{ "op": "replace", "path": "userName", "value": "strasse" }]),
            )
            .await,
    ];
    for answer in answers {
        let answer = answer.expect_error(409, "uniqueness");
        assert!(
            !answer.text().contains(&id) && !answer.text().contains("first"),
            "{}",
            answer.text()
        );
    }
    // Its own name does not stand in its way, and a deleted one's is free again.
    world
        .put(&world.full, &format!("/Users/{id}"), &taken)
        .await
        .expect(200);
    world
        .delete(&world.full, &format!("/Users/{id}"))
        .await
        .expect(204);
    world.post(&world.full, "/Users", &taken).await.expect(201);
    // Neither names of groups nor external ids are unique.
    for _ in 0..2 {
        world.group("Guides", &[]).await;
    }
    for name in ["a", "b"] {
        world.user(name, json!({ "externalId": "701984" })).await;
    }
}

#[tokio::test]
async fn reg_19_writing_at_once_makes_one() {
    let world = World::start().await;
    let body = user("bjensen", json!({}));
    let tries = (0..16).map(|_| world.post(&world.full, "/Users", &body));
    let answers = futures_util::future::join_all(tries).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    let refused = answers.iter().filter(|answer| answer.status == 409).count();
    assert_eq!((made, refused), (1, 15));
    assert_eq!(world.seen("/Users").await["totalResults"], 1);
}
