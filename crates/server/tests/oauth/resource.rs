//! Resource indicators and audiences (RFC 8707, RFC 9068 §3; product §4).

use crate::support::{Client, TestServer};
use domain::tokens::{AuthenticateError, InvalidToken};
use serde_json::{Value, json};

const REPORTS: &str = "https://reports.example.com";
const LEDGER: &str = "urn:example:ledger";

/// A client that may have: something of Ambit's own, of two resource servers, and of nobody's.
async fn server() -> (TestServer, Client) {
    let server = TestServer::start().await;
    for (scope, identifier) in [("reports", REPORTS), ("ledger", LEDGER)] {
        let id = server.add_resource_server(identifier).await.to_string();
        server
            .add_scope(json!({"name": scope, "type": "generic", "resource_server": id}))
            .await;
    }
    server
        .add_scope(json!({"name": "loose", "type": "generic"}))
        .await;
    let client = server
        .add_client(&["scim:read", "reports", "ledger", "loose"], |_| {})
        .await;
    (server, client)
}

async fn ask(server: &TestServer, client: &Client, scope: &str, resources: &[&str]) -> Value {
    let mut form = vec![("grant_type", "client_credentials"), ("scope", scope)];
    form.extend(resources.iter().map(|resource| ("resource", *resource)));
    client.post(server, "/token", &form).await.json()
}

async fn audience(server: &TestServer, client: &Client, answer: &Value) -> Vec<String> {
    let token = answer["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("{answer}"));
    let aud = client.introspect(server, token).await.json()["aud"].take();
    match aud {
        Value::Array(many) => many
            .iter()
            .map(|one| one.as_str().unwrap().to_owned())
            .collect(),
        one => vec![one.as_str().unwrap().to_owned()],
    }
}

#[tokio::test]
async fn the_audience_is_whoever_enforces_a_granted_scope() {
    let (server, client) = server().await;
    let issuer = server.snapshot().issuer().to_string();
    for (scope, expected) in [
        ("scim:read", vec![issuer.as_str()]),
        ("reports", vec![REPORTS]),
        ("reports ledger", vec![REPORTS, LEDGER]),
        ("scim:read reports", vec![issuer.as_str(), REPORTS]),
        ("loose", vec![issuer.as_str()]),
        ("reports loose", vec![REPORTS, issuer.as_str()]),
    ] {
        let answer = ask(&server, &client, scope, &[]).await;
        assert_eq!(
            audience(&server, &client, &answer).await,
            expected,
            "{scope}"
        );
        assert_eq!(answer["scope"], scope);
    }
}

#[tokio::test]
async fn rfc8707_2_2_a_resource_narrows_audience_and_scopes() {
    let (server, client) = server().await;
    let issuer = server.snapshot().issuer().to_string();
    let scim = format!("{issuer}/scim/v2");
    let all = "scim:read reports ledger";
    for (resources, scope, expected) in [
        (vec![REPORTS], "reports", vec![REPORTS]),
        (
            vec![LEDGER, REPORTS],
            "reports ledger",
            vec![REPORTS, LEDGER],
        ),
        (vec![&issuer], "scim:read", vec![issuer.as_str()]),
        (vec![&scim], "scim:read", vec![issuer.as_str()]),
        (
            vec![&scim, LEDGER, LEDGER],
            "scim:read ledger",
            vec![issuer.as_str(), LEDGER],
        ),
    ] {
        let answer = ask(&server, &client, all, &resources).await;
        assert_eq!(answer["scope"], scope, "{resources:?}");
        assert_eq!(
            audience(&server, &client, &answer).await,
            expected,
            "{resources:?}"
        );
    }
}

#[tokio::test]
async fn rfc8707_2_an_unknown_resource_is_invalid_target() {
    let (server, client) = server().await;
    let issuer = server.snapshot().issuer().to_string();
    for unknown in [
        "https://reports.example.com/",
        "https://REPORTS.example.com",
        "https://elsewhere.example",
        "urn:example:Ledger",
        &format!("{issuer}/"),
        &format!("{issuer}/scim"),
        &format!("{issuer}/scim/v2/"),
        &format!("{issuer}/scim/v2/Users"),
        "not a uri",
        "https://reports.example.com#f",
    ] {
        for resources in [vec![unknown], vec![REPORTS, unknown]] {
            let answer = ask(&server, &client, "reports", &resources).await;
            assert_eq!(answer["error"], "invalid_target", "{unknown}");
        }
    }
}

#[tokio::test]
async fn nothing_left_is_invalid_scope() {
    let (server, client) = server().await;
    let answer = ask(&server, &client, "scim:read", &[REPORTS]).await;
    assert_eq!(answer["error"], "invalid_scope");
}

#[tokio::test]
async fn g1_a_token_for_others_is_not_taken_here() {
    let (server, client) = server().await;
    let token = client.token(&server, Some("reports")).await;
    let outcome = server.authenticate(&client.realm, &token).await;
    let refused = matches!(
        outcome,
        Err(AuthenticateError::Invalid(InvalidToken::Audience))
    );
    assert!(refused, "{outcome:?}");
}
