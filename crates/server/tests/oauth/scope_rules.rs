//! Which scopes a client is granted (product §3, RFC 6749 §3.3).

use crate::support::{Client, TestServer};
use domain::config::UnassignedScopes;
use serde_json::json;

async fn refused(server: &TestServer, client: &Client, scope: Option<&str>) -> String {
    let answer = client.ask(server, scope).await.expect(400);
    assert_eq!(answer.error(), "invalid_scope", "{scope:?}");
    answer.json()["error_description"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn granted(server: &TestServer, client: &Client, scope: Option<&str>) -> String {
    let answer = client.ask(server, scope).await.expect(200);
    answer.json()["scope"].as_str().unwrap().to_owned()
}

async fn server() -> TestServer {
    let server = TestServer::start().await;
    server
        .add_scope(json!({"name": "Reports:Read", "type": "generic"}))
        .await;
    server
        .add_scope(json!({"name": "other", "type": "generic"}))
        .await;
    server
}

#[tokio::test]
async fn an_unassigned_scope_is_refused_by_name() {
    let server = server().await;
    let client = server.add_client(&["Reports:Read"], |_| {}).await;
    let problem = refused(&server, &client, Some("Reports:Read other")).await;
    assert!(problem.contains("`other`"), "{problem}");
}

#[tokio::test]
async fn b7_or_it_is_dropped_visibly() {
    let server = server().await;
    let intersect = UnassignedScopes::Intersect;
    let client = server
        .add_client(&["Reports:Read"], |c| c.unassigned_scopes = intersect)
        .await;
    assert_eq!(
        granted(&server, &client, Some("other Reports:Read")).await,
        "Reports:Read"
    );
    refused(&server, &client, Some("other")).await;
}

#[tokio::test]
async fn an_unknown_scope_is_always_refused_by_name() {
    let server = server().await;
    for rule in [UnassignedScopes::Reject, UnassignedScopes::Intersect] {
        let client = server
            .add_client(&["Reports:Read"], |c| c.unassigned_scopes = rule)
            .await;
        let problem = refused(&server, &client, Some("Reports:Read nowhere")).await;
        assert!(problem.contains("`nowhere`"), "{problem}");
        // G9: names are compared whole.
        for part in [
            "Reports",
            "Reports:",
            "Reports:Rea",
            "Reports:Read2",
            "scim",
        ] {
            refused(&server, &client, Some(part)).await;
        }
    }
}

#[tokio::test]
async fn names_are_found_ignoring_case_and_answered_as_stored() {
    let server = server().await;
    let client = server.add_client(&["Reports:Read"], |_| {}).await;
    for asked in ["reports:read", "REPORTS:READ", "reports:read Reports:Read"] {
        assert_eq!(granted(&server, &client, Some(asked)).await, "Reports:Read");
    }
}

#[tokio::test]
async fn without_a_scope_the_default_ones_are_granted() {
    let server = server().await;
    let client = server
        .add_client(&["Reports:Read", "other", "scim:read"], |c| {
            c.assigned[0].default = true;
            c.assigned[2].default = true;
        })
        .await;
    assert_eq!(
        granted(&server, &client, None).await,
        "Reports:Read scim:read"
    );
    // RFC 6749 §3.2: an empty parameter is treated as if it were omitted.
    assert_eq!(
        granted(&server, &client, Some("")).await,
        "Reports:Read scim:read"
    );
    let without = server.add_client(&["other"], |_| {}).await;
    refused(&server, &without, None).await;
}

#[tokio::test]
async fn a_scope_that_needs_a_person_is_refused() {
    let server = server().await;
    let client = server
        .add_client(&["openid", "scim:read"], |c| c.assigned[0].default = true)
        .await;
    let problem = refused(&server, &client, Some("scim:read openid")).await;
    assert!(problem.contains("`openid`"), "{problem}");
    refused(&server, &client, None).await;
}

#[tokio::test]
async fn rfc9470_a_scope_that_needs_an_authentication_context_is_refused() {
    let server = server().await;
    let client = server
        .add_client(&["other"], |c| {
            c.assigned[0].required_acr = Some("urn:strong".into())
        })
        .await;
    assert!(
        refused(&server, &client, Some("other"))
            .await
            .contains("urn:strong")
    );
}

#[tokio::test]
async fn malformed_scopes_are_refused() {
    let server = server().await;
    let client = server.add_client(&["other"], |_| {}).await;
    let many = vec!["other"; 101].join(" ");
    let long = "x".repeat(201);
    for scope in [
        " other",
        "other ",
        "other  other",
        "oth\"er",
        "a+b",
        "a,b",
        "ö",
        &many,
        &long,
    ] {
        refused(&server, &client, Some(scope)).await;
    }
}
