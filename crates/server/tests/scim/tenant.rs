//! Realms are worlds of their own (S12, T1, REG-17).

use crate::world::{GROUP, Scim, World, user};
use serde_json::{Value, json};

#[tokio::test]
async fn s12_another_realms_token_is_401_and_its_ids_are_unknown() {
    let world = World::start().await;
    let other = world.server.add_realm("acme", "staff").await;
    let token = other
        .token(&world.server, Some("scim:read scim:write"))
        .await;
    let theirs = Scim::of(&other, token.clone());
    let made = world
        .post(
            &theirs,
            "/Users",
            &user("bjensen", json!({ "displayName": "Theirs" })),
        )
        .await;
    let foreign = made.expect(201).json()["id"].as_str().unwrap().to_owned();
    let random = uuid::Uuid::new_v4().to_string();
    // The realm of the token decides, not the address.
    world
        .get(&world.full.bearing(&token), "/Users")
        .await
        .expect_error(401, "");
    world
        .get(&theirs.bearing(&world.full.token), "/Users")
        .await
        .expect_error(401, "");
    // The same name is free here, and nothing of theirs is seen.
    world.user("bjensen", json!({})).await;
    assert_eq!(world.seen("/Users").await["totalResults"], 1);
    let patch = json!([{ "op": "add", "path": "title", "value": "x" }]);
    let mut answers = Vec::new();
    for id in [&foreign, &random] {
        let path = format!("/Users/{id}");
        let group = json!({ "schemas": [GROUP], "displayName": "g", "members": [{ "value": id }] });
        let made = world
            .post(
                &world.full,
                "/Groups?attributes=members,members.display",
                &group,
            )
            .await;
        let members = made.expect(201).json()["members"].clone();
        let found = world
            .list(
                &world.full,
                "/Users",
                &[("filter", &format!("id eq \"{id}\""))],
            )
            .await;
        answers.push(
            json!([
                world.get(&world.full, &path).await.text(),
                world
                    .put(&world.full, &path, &user("x", json!({})))
                    .await
                    .text(),
                world.patch(&world.full, &path, &patch).await.text(),
                world.delete(&world.full, &path).await.text(),
                members,
                found.json(),
            ])
            .to_string()
            .replace(id.as_str(), "ID"),
        );
    }
    assert_eq!(answers[0], answers[1]);
    let now = world
        .get(&theirs, &format!("/Users/{foreign}"))
        .await
        .expect(200)
        .json();
    assert_eq!(now, made_body(&world, &theirs, &foreign).await);
    assert_eq!(now.get("groups"), None);
}

async fn made_body(world: &World, theirs: &Scim, id: &str) -> Value {
    let found = world
        .list(theirs, "/Users", &[("filter", &format!("id eq \"{id}\""))])
        .await;
    found.expect(200).json()["Resources"][0].clone()
}

#[tokio::test]
async fn a_realm_that_does_not_exist_is_404() {
    let world = World::start().await;
    let request = http::Request::get("/v1/tenants/nobody/realms/nowhere/scim/v2/Users")
        .header("authorization", format!("Bearer {}", world.full.token))
        .body(axum::body::Body::empty());
    world
        .server
        .send(request.unwrap())
        .await
        .expect_error(404, "");
}
