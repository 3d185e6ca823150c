//! `POST {realm}/token`: what is issued (RFC 6749 §4.4.3, RFC 9068 §2).

use crate::support::{BASE_URL, START, TestServer};
use domain::{
    Edit,
    config::{AccessTokenFormat, ApplicationKind},
    store::Change,
};
use jose::{Algorithm, Expect, JwkSet, VerifyingKeys};
use oauth::{GrantType, TokenEndpointAuthMethod};
use std::collections::BTreeSet;

#[tokio::test]
async fn rfc6749_4_4_3_an_access_token_is_issued() {
    let server = TestServer::start().await;
    let client = server.add_client(&["scim:read"], |_| {}).await;
    let answer = client.ask(&server, Some("scim:read")).await.expect(200);
    assert_eq!(answer.header("cache-control"), "no-store", "B10");
    assert_eq!(answer.header("pragma"), "no-cache");
    assert_eq!(answer.header("content-type"), "application/json");
    let body = answer.json();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 600);
    assert_eq!(body["scope"], "scim:read");
    assert!(body.get("refresh_token").is_none());
}

#[tokio::test]
async fn rfc9068_2_a_jwt_says_who_for_whom_and_what() {
    let server = TestServer::start().await;
    let client = server
        .add_client(&["scim:read", "scim:write"], |_| {})
        .await;
    let token = client.token(&server, Some("scim:write scim:read")).await;

    let jwks = server.get(&client.path("/jwks")).await.expect(200);
    let set = JwkSet::from_json(&jwks.body).unwrap();
    let keys = VerifyingKeys::from_jwk_set(&set, &[Algorithm::Es256]).unwrap();
    let expect = Expect {
        algs: &[Algorithm::Es256],
        typ: &["at+jwt"],
        untyped: false,
    };
    let claims = jose::verify_compact(&token, &keys, &expect).unwrap().claims;
    let issuer = format!("{BASE_URL}/v1/tenants/default/realms/default");
    assert_eq!(claims["iss"], issuer.as_str());
    assert_eq!(claims["aud"], issuer.as_str());
    assert_eq!(claims["sub"], client.id.as_str(), "B12");
    assert_eq!(claims["client_id"], client.id.as_str());
    assert_eq!(claims["iat"], START.seconds());
    assert_eq!(claims["exp"], START.seconds() + 600);
    assert_eq!(claims["scope"], "scim:write scim:read");
    assert!(
        claims["jti"].as_str().unwrap().len() >= 22,
        "128 bits or more"
    );
}

#[tokio::test]
async fn b3_an_opaque_token_is_random_and_only_its_hash_is_kept() {
    let server = TestServer::start().await;
    let opaque = AccessTokenFormat::Opaque;
    let client = server
        .add_client(&["scim:read"], |c| c.access_token_format = opaque)
        .await;
    let mut tokens = BTreeSet::new();
    for _ in 0..20 {
        let token = client.token(&server, Some("scim:read")).await;
        let random = token.strip_prefix("ambit_at_").unwrap();
        let handle = jose::base64url::decode(random).unwrap();
        assert_eq!(handle.len(), 6 + 32, "the time, and 256 bits");
        assert!(!server.is_stored(random), "V17");
        server.caller(&token).await;
        tokens.insert(token);
    }
    assert_eq!(tokens.len(), 20);
    assert!(
        server.is_stored(&client.id),
        "the search itself finds what is there"
    );
}

/// A token is named by the millisecond that it was made in, so that what is made together is kept
/// together (decision 0009): not by its `iat`, which has whole seconds.
#[tokio::test]
async fn tokens_of_one_second_are_named_in_order() {
    let server = TestServer::start().await;
    for format in [AccessTokenFormat::Jwt, AccessTokenFormat::Opaque] {
        let client = server
            .add_client(&["scim:read"], |c| c.access_token_format = format)
            .await;
        let mut keys = Vec::new();
        for _ in 0..50 {
            server.clock.advance(std::time::Duration::from_millis(1));
            let token = client.token(&server, Some("scim:read")).await;
            keys.push(server.caller(&token).await.token().key);
        }
        assert!(keys.is_sorted(), "{format:?}");
    }
}

#[tokio::test]
async fn c5_no_secret_and_no_jwt_is_kept() {
    let server = TestServer::start().await;
    let client = server.add_client(&["scim:read"], |_| {}).await;
    let token = client.token(&server, Some("scim:read")).await;
    for part in token.split('.').skip(1) {
        assert!(!server.is_stored(part));
    }
    assert!(!server.is_stored(&client.secret));
    assert!(!server.is_stored(&server.admin.secret));
}

#[tokio::test]
async fn a_lifetime_is_the_clients_and_at_most_a_day() {
    let server = TestServer::start().await;
    for (set, given) in [
        (60, 60),
        (86_400, 86_400),
        (86_401, 86_400),
        (u32::MAX, 86_400),
    ] {
        let client = server
            .add_client(&["scim:read"], |c| c.access_token_lifetime = set)
            .await;
        let answer = client
            .ask(&server, Some("scim:read"))
            .await
            .expect(200)
            .json();
        assert_eq!(answer["expires_in"], given);
        let token = answer["access_token"].as_str().unwrap();
        let seen = client.introspect(&server, token).await.json();
        assert_eq!(
            seen["exp"].as_i64().unwrap() - seen["iat"].as_i64().unwrap(),
            given
        );
    }
}

#[tokio::test]
async fn rfc6749_5_2_unauthorized_client() {
    let server = TestServer::start().await;
    let no_service_account = server
        .add_client(&["scim:read"], |c| c.service_account = false)
        .await;
    let no_grant = server
        .add_client(&["scim:read"], |c| c.grant_types.clear())
        .await;
    let other_grant = server
        .add_client(&["scim:read"], |c| {
            c.grant_types = vec![GrantType::AuthorizationCode]
        })
        .await;
    for client in [no_service_account, no_grant, other_grant] {
        let answer = client.ask(&server, Some("scim:read")).await.expect(400);
        assert_eq!(answer.error(), "unauthorized_client");
    }
}

/// RFC 6749 §4.4: "The client credentials grant type MUST only be used by confidential clients."
#[tokio::test]
async fn rfc6749_4_4_a_public_client_gets_no_token_of_its_own() {
    let server = TestServer::start().await;
    let client = server
        .add_client(&["scim:read"], |c| {
            c.kind = ApplicationKind::Public;
            c.auth_method = TokenEndpointAuthMethod::None;
            c.secrets.clear();
        })
        .await;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &client.id),
    ];
    let answer = server
        .post_form(&client.path("/token"), &[], &form)
        .await
        .expect(400);
    assert_eq!(answer.error(), "unauthorized_client");
}

#[tokio::test]
async fn without_the_store_no_token_is_issued() {
    let server = TestServer::start().await;
    let client = server.add_client(&["scim:read"], |_| {}).await;
    server.store.fail_writes(true);
    let answer = client.ask(&server, Some("scim:read")).await.expect(503);
    assert_eq!(answer.error(), "temporarily_unavailable");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(
        !answer.text().contains("told to fail"),
        "the cause is for the log"
    );
    server.store.fail_writes(false);
    client.token(&server, Some("scim:read")).await;
}

#[tokio::test]
async fn a_token_outlives_a_restart() {
    let server = TestServer::start().await;
    let client = server.add_client(&["scim:read"], |_| {}).await;
    let token = client.token(&server, Some("scim:read")).await;
    let server = server.restart().await;
    assert_eq!(
        server
            .caller(&token)
            .await
            .grant()
            .scope_names()
            .to_string(),
        "scim:read"
    );
    client.token(&server, Some("scim:read")).await;
}

/// A client's set of scopes is recorded once and then known; it may have gone since, with the last
/// token that had it.
#[tokio::test]
async fn a_set_of_scopes_that_went_is_recorded_again() {
    let server = TestServer::start().await;
    let client = server.add_client(&["scim:read"], |_| {}).await;
    let old = client.token(&server, Some("scim:read")).await;
    let gone = Change::DeleteTokensOfClient(client.id.parse().unwrap());
    server.edit(Edit::none(()).first(gone)).await;
    let new = client.token(&server, Some("scim:read")).await;
    server.caller(&new).await;
    let cold = server.cold().await;
    let snapshot = cold.realm_by_key(&client.realm).unwrap();
    for (token, is_good) in [(new, true), (old, false)] {
        let header = format!("Bearer {token}");
        let bearer = oauth::bearer::extract(&[&header]).unwrap().unwrap();
        let outcome = cold.authenticate(&snapshot, &bearer.into()).await;
        assert_eq!(outcome.is_ok(), is_good);
    }
}
