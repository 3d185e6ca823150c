//! Discovery (RFC 7644 §4).

use crate::world::{ENTERPRISE, GROUP, Scim, USER, World};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

#[tokio::test]
async fn the_service_providers_configuration_is_public() {
    let world = World::start().await;
    let path = world.full.request("GET", "/ServiceProviderConfig");
    let uri = path.body(Body::empty()).unwrap().uri().clone();
    let request = Request::get(uri).body(Body::empty()).unwrap();
    let answer = world.server.send(request).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/scim+json");
    let body = answer.json();
    assert_eq!(
        body["meta"]["location"],
        world.full.url("/ServiceProviderConfig")
    );
    for feature in ["patch", "bulk", "filter", "sort", "etag", "changePassword"] {
        assert_eq!(body[feature]["supported"], true, "{feature}");
    }
    assert_eq!(body["authenticationSchemes"][0]["type"], "oauthbearertoken");
    assert_eq!(body["pagination"]["cursor"], true);
    assert_eq!(
        (
            &body["bulk"]["maxOperations"],
            &body["filter"]["maxResults"]
        ),
        (&json!(1000), &json!(200))
    );
}

#[tokio::test]
async fn types_and_schemas_are_listed_and_read_by_any_token() {
    let world = World::start().await;
    world
        .server
        .add_scope(json!({ "name": "nothing:much", "type": "generic" }))
        .await;
    let client = world
        .server
        .add_client(&["nothing:much", "scim:read"], |_| {})
        .await;
    let any = Scim::of(
        &client,
        client.token(&world.server, Some("scim:read")).await,
    );
    let ids = |list: &Value| -> Vec<String> {
        let resources = list["Resources"].as_array().unwrap().iter();
        resources
            .map(|r| r["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let types = world.get(&any, "/ResourceTypes").await.expect(200).json();
    let mut type_ids = ids(&types);
    type_ids.sort();
    assert_eq!(type_ids, ["Group", "User"]);
    assert_eq!(types["totalResults"], 2);
    let user = world
        .get(&any, "/ResourceTypes/User")
        .await
        .expect(200)
        .json();
    assert!(types["Resources"].as_array().unwrap().contains(&user));
    assert_eq!(user["endpoint"], "/Users");
    assert_eq!(
        user["schemaExtensions"],
        json!([{ "schema": ENTERPRISE, "required": false }])
    );
    assert_eq!(
        user["meta"]["location"],
        world.full.url("/ResourceTypes/User")
    );
    let schemas = world.get(&any, "/Schemas").await.expect(200).json();
    for urn in [USER, GROUP, ENTERPRISE] {
        assert!(ids(&schemas).contains(&urn.to_owned()), "{urn}");
        let one = world
            .get(&any, &format!("/Schemas/{urn}"))
            .await
            .expect(200)
            .json();
        assert!(
            schemas["Resources"].as_array().unwrap().contains(&one),
            "{urn}"
        );
    }
    for path in [
        "/ResourceTypes/Nothing",
        "/Schemas/urn:example:nothing",
        "/ServiceProviderConfig/x",
    ] {
        world.get(&any, path).await.expect_error(404, "");
    }
}

#[tokio::test]
async fn discovery_is_read_only_and_can_not_be_filtered() {
    let world = World::start().await;
    for path in [
        "/ServiceProviderConfig",
        "/ResourceTypes",
        "/ResourceTypes/User",
        "/Schemas",
    ] {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let answer = world.send_json(&world.full, method, path, &json!({})).await;
            let answer = answer.expect_error(405, "");
            assert!(
                answer.header("allow").contains("GET"),
                "{method} {path}: {}",
                answer.header("allow")
            );
        }
    }
    for path in ["/ResourceTypes", "/ResourceTypes/User", "/Schemas"] {
        let answer = world.list(&world.full, path, &[("filter", "id pr")]).await;
        answer.expect_error(403, "");
    }
}

#[tokio::test]
async fn a_method_that_a_resource_does_not_have_is_405() {
    let world = World::start().await;
    for (method, path, allowed) in [
        ("PUT", "/Users", "POST"),
        ("DELETE", "/Users", "GET"),
        ("POST", "/Users/x", "PATCH"),
        ("GET", "/Users/.search", "POST"),
        ("GET", "/.search", "POST"),
        ("PUT", "/Bulk", "POST"),
        ("POST", "/Me", "GET"),
    ] {
        let answer = world.send_json(&world.full, method, path, &json!({})).await;
        let answer = answer.expect_error(405, "");
        assert!(
            answer.header("allow").contains(allowed),
            "{method} {path}: {}",
            answer.header("allow")
        );
    }
}
