//! `POST {realm}/introspect` (RFC 7662; G8, REG-11).

use crate::support::{BASE_URL, Client, START, TestServer};
use domain::config::AccessTokenFormat;
use serde_json::json;
use std::collections::BTreeSet;

/// What is said of every token that is not active, or is none of the caller's business.
const INACTIVE: &str = r#"{"active":false}"#;
const REPORTS: &str = "https://reports.example.com";

async fn inactive(server: &TestServer, caller: &Client, token: &str, why: &str) {
    let answer = caller.introspect(server, token).await.expect(200);
    assert_eq!(answer.text(), INACTIVE, "{why}");
    assert_eq!(answer.header("cache-control"), "no-store", "B10");
}

async fn clients(server: &TestServer) -> [Client; 2] {
    let add = |format| {
        server.add_client(&["scim:read", "scim:write"], move |c| {
            c.access_token_format = format
        })
    };
    [
        add(AccessTokenFormat::Jwt).await,
        add(AccessTokenFormat::Opaque).await,
    ]
}

#[tokio::test]
async fn rfc7662_2_2_an_active_token_is_described() {
    let server = TestServer::start().await;
    for client in clients(&server).await {
        let token = client.token(&server, Some("scim:read")).await;
        server.advance(5);
        let mut said = client.introspect(&server, &token).await.expect(200).json();
        assert!(said["jti"].take().as_str().unwrap().len() >= 22);
        let issuer = format!("{BASE_URL}/v1/tenants/default/realms/default");
        let issued = said["iat"].as_i64().unwrap();
        assert!(issued >= START.seconds());
        assert_eq!(
            said,
            json!({
                "active": true,
                "scope": "scim:read",
                "client_id": client.id,
                "sub": client.id,
                "aud": issuer,
                "iss": issuer,
                "token_type": "Bearer",
                "iat": issued,
                "exp": issued + 600,
                "jti": null,
            })
        );
    }
}

/// The `jti` of an opaque token is no way to the token (B3).
#[tokio::test]
async fn a_name_is_no_token() {
    let server = TestServer::start().await;
    for client in clients(&server).await {
        let token = client.token(&server, Some("scim:read")).await;
        let said = client.introspect(&server, &token).await.json();
        let jti = said["jti"].as_str().unwrap();
        inactive(&server, &client, jti, "jti").await;
        inactive(
            &server,
            &client,
            &format!("ambit_at_{jti}"),
            "jti as opaque token",
        )
        .await;
    }
}

#[tokio::test]
async fn g8_only_its_client_and_its_audience_may_know() {
    let server = TestServer::start().await;
    let reports = server.add_resource_server(REPORTS).await;
    let ledger = server.add_resource_server("urn:example:ledger").await;
    let scope = json!({"name": "r", "type": "generic", "resource_server": reports.to_string()});
    server.add_scope(scope).await;
    let client = server.add_client(&["r", "scim:read"], |_| {}).await;
    let audience = server
        .add_client(&[], |c| c.resource_server = Some(reports))
        .await;
    let other = server
        .add_client(&["r", "scim:read"], |c| c.resource_server = Some(ledger))
        .await;
    let nobody = server.add_client(&["r"], |_| {}).await;

    let token = client.token(&server, Some("r")).await;
    for who in [&client, &audience] {
        assert_eq!(who.introspect(&server, &token).await.json()["active"], true);
    }
    for who in [&other, &nobody, &server.admin] {
        inactive(&server, who, &token, "not in the audience").await;
    }
    let token = client.token(&server, Some("scim:read")).await;
    inactive(&server, &audience, &token, "for another audience").await;
}

#[tokio::test]
async fn g8_what_is_no_live_token_of_the_realm_is_inactive() {
    let server = TestServer::start().await;
    let elsewhere = server.add_realm("acme", "main").await;
    let foreign = elsewhere.token(&server, Some("scim:read")).await;
    for client in clients(&server).await {
        let token = client.token(&server, Some("scim:read")).await;
        inactive(&server, &client, &foreign, "another realm's (T1)").await;
        for length in [0, 1, token.len() / 2, token.len() - 1] {
            if length > 0 {
                inactive(&server, &client, &token[..length], "cut").await;
            }
        }
        for end in ["A", "=", ".", ".A", " "] {
            inactive(&server, &client, &format!("{token}{end}"), "extended").await;
        }
        for garbage in ["x", "a.b.c", "ambit_at_", "ambit_at_AAAA", "{}", "ü"] {
            inactive(&server, &client, garbage, garbage).await;
        }
        client.revoke(&server, &token).await.expect(200);
        inactive(&server, &client, &token, "revoked").await;

        let token = client.token(&server, Some("scim:read")).await;
        server.advance(599);
        assert_eq!(
            client.introspect(&server, &token).await.json()["active"],
            true
        );
        server.advance(1);
        inactive(&server, &client, &token, "expired").await;
    }
}

/// RFC 7662 §2.1: a hint helps, and never decides.
#[tokio::test]
async fn a_wrong_hint_makes_no_difference() {
    let server = TestServer::start().await;
    for client in clients(&server).await {
        let token = client.token(&server, Some("scim:read")).await;
        for hint in ["access_token", "refresh_token", "unknown"] {
            let form = [("token", token.as_str()), ("token_type_hint", hint)];
            let answer = client.post(&server, "/introspect", &form).await.expect(200);
            assert_eq!(answer.json()["active"], true, "{hint}");
        }
    }
}

#[tokio::test]
async fn the_scope_is_what_is_in_effect_now() {
    let server = TestServer::start().await;
    for client in clients(&server).await {
        let token = client.token(&server, Some("scim:read scim:write")).await;
        let scope = async || {
            let said = client.introspect(&server, &token).await.json();
            let names = said["scope"].as_str().unwrap().split(' ');
            names.map(str::to_owned).collect::<BTreeSet<_>>()
        };
        assert_eq!(
            scope().await,
            ["scim:read", "scim:write"].map(str::to_owned).into()
        );
        server
            .change_client(&client, |c| drop(c.assigned.remove(0)))
            .await;
        assert_eq!(
            scope().await,
            ["scim:write".to_owned()].into(),
            "fewer than the JWT says"
        );
        server.change_client(&client, |c| c.assigned.clear()).await;
        let said = client.introspect(&server, &token).await.json();
        assert_eq!(
            (&said["active"], said.get("scope")),
            (&json!(true), None),
            "it allows nothing"
        );
    }
}

#[tokio::test]
async fn reg_11_a_store_that_fails_is_neither_answer() {
    let server = TestServer::start().await;
    for client in clients(&server).await {
        let token = client.token(&server, Some("scim:read")).await;
        server.store.fail_reads(true);
        let answer = client.introspect(&server, &token).await.expect(503);
        assert_eq!(answer.error(), "temporarily_unavailable");
        server.store.fail_reads(false);
        assert_eq!(
            client.introspect(&server, &token).await.json()["active"],
            true
        );
    }
}
