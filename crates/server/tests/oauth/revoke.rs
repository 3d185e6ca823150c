//! `POST {realm}/revoke` (RFC 7009; REG-11).

use crate::support::{Client, TestServer};
use domain::{
    config::AccessTokenFormat,
    tokens::{AuthenticateError, InvalidToken},
};
use std::{sync::Arc, time::Duration};

async fn clients(server: &TestServer) -> [Client; 2] {
    let add = |format| server.add_client(&["scim:read"], move |c| c.access_token_format = format);
    [
        add(AccessTokenFormat::Jwt).await,
        add(AccessTokenFormat::Opaque).await,
    ]
}

async fn works(server: &TestServer, token: &str) -> bool {
    match server.authenticate(&server.admin.realm, token).await {
        Ok(_) => true,
        Err(AuthenticateError::Invalid(reason)) => {
            assert_eq!(reason, InvalidToken::Revoked);
            false
        }
        Err(AuthenticateError::Store(error)) => panic!("{error}"),
    }
}

#[tokio::test]
async fn rfc7009_2_1_a_revoked_token_is_refused_at_once() {
    let server = TestServer::start().await;
    for client in clients(&server).await {
        for seen_before in [true, false] {
            let token = client.token(&server, Some("scim:read")).await;
            let other = client.token(&server, Some("scim:read")).await;
            assert!(!seen_before || works(&server, &token).await);
            let answer = client.revoke(&server, &token).await.expect(200);
            assert_eq!(answer.text(), "");
            assert_eq!(answer.header("cache-control"), "no-store");
            assert!(!works(&server, &token).await);
            assert!(works(&server, &other).await, "only this one");
            // RFC 7009 §2.2: once more is no error.
            client.revoke(&server, &token).await.expect(200);
        }
    }
}

#[tokio::test]
async fn rfc7009_2_1_another_clients_token_stays() {
    let server = TestServer::start().await;
    let [one, other] = clients(&server).await;
    for (owner, thief) in [(&one, &other), (&other, &one), (&one, &server.admin)] {
        let token = owner.token(&server, Some("scim:read")).await;
        thief.revoke(&server, &token).await.expect(200);
        assert!(works(&server, &token).await);
    }
}

#[tokio::test]
async fn rfc7009_2_2_what_is_no_token_is_revoked_already() {
    let server = TestServer::start().await;
    let elsewhere = server.add_realm("acme", "main").await;
    let foreign = elsewhere.token(&server, Some("scim:read")).await;
    for client in clients(&server).await {
        let token = client.token(&server, Some("scim:read")).await;
        for nothing in [
            "x",
            "a.b.c",
            "ambit_at_AAAA",
            &token[1..],
            &format!("{token}A"),
            &foreign,
        ] {
            client.revoke(&server, nothing).await.expect(200);
        }
        assert!(works(&server, &token).await);
    }
    assert!(
        server
            .authenticate(&elsewhere.realm, &foreign)
            .await
            .is_ok(),
        "T1"
    );
}

#[tokio::test]
async fn a_revocation_outlives_a_restart() {
    let server = TestServer::start().await;
    let [client, _] = clients(&server).await;
    let token = client.token(&server, Some("scim:read")).await;
    client.revoke(&server, &token).await.expect(200);
    let server = server.restart().await;
    assert!(!works(&server, &token).await);
}

#[tokio::test]
async fn reg_11_a_store_that_fails_is_never_200() {
    let server = TestServer::start().await;
    for client in clients(&server).await {
        for (reads, writes) in [(true, false), (false, true), (true, true)] {
            let token = client.token(&server, Some("scim:read")).await;
            server.store.fail_reads(reads);
            server.store.fail_writes(writes);
            let answer = client.revoke(&server, &token).await.expect(503);
            assert_eq!(answer.error(), "temporarily_unavailable");
            server.store.fail_reads(false);
            server.store.fail_writes(false);
            client.revoke(&server, &token).await.expect(200);
            assert!(!works(&server, &token).await, "the retry did it");
        }
    }
}

/// R7: the store revoked, and failed to say so.
#[tokio::test]
async fn reg_11_a_revocation_in_doubt_is_never_forgotten() {
    let server = TestServer::start().await;
    for client in clients(&server).await {
        let token = client.token(&server, Some("scim:read")).await;
        assert!(works(&server, &token).await);
        server.store.lose_answers(true);
        client.revoke(&server, &token).await.expect(503);
        server.store.lose_answers(false);
        assert!(!works(&server, &token).await);
    }
}

/// The client hangs up when the store has revoked, and has not yet said so.
#[tokio::test]
async fn reg_11_a_revocation_goes_on_when_the_client_hangs_up() {
    let server = Arc::new(TestServer::start().await);
    for client in clients(&server).await {
        let token = client.token(&server, Some("scim:read")).await;
        assert!(works(&server, &token).await, "it is remembered");
        let held = server.store.hold_next_answer();
        let request = {
            let (server, client, token) = (server.clone(), client.clone(), token.clone());
            tokio::spawn(async move { client.revoke(&server, &token).await })
        };
        while !server.store.holds_an_answer() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        request.abort();
        assert!(request.await.unwrap_err().is_cancelled());
        drop(held);
        let refused = async {
            while works(&server, &token).await {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let refused = tokio::time::timeout(Duration::from_secs(10), refused).await;
        refused.expect("it is forgotten");
    }
}
