//! Bearer tokens at the realm's own endpoints (RFC 6750, RFC 9728 §5.1; G1, G2).

use crate::support::{Answer, BASE_URL, TestServer};
use axum::body::Body;
use domain::config::AccessTokenFormat;
use http::Request;

/// One endpoint of each surface that takes tokens.
const PLACES: [&str; 2] = ["/scim/v2/Users", "/scopes"];
const METADATA: &str = "/.well-known/oauth-protected-resource/v1/tenants/default/realms/default";

async fn get(server: &TestServer, path: &str, authorization: &[&str]) -> Answer {
    let mut request = Request::get(server.admin.path(path));
    for value in authorization {
        request = request.header("authorization", *value);
    }
    server.send(request.body(Body::empty()).unwrap()).await
}

fn challenge(error: &str) -> String {
    let metadata = format!("resource_metadata=\"{BASE_URL}{METADATA}\"");
    format!("Bearer realm=\"default/default\"{error}, {metadata}")
}

#[tokio::test]
async fn rfc6750_2_1_a_token_in_the_header_opens() {
    let server = TestServer::start().await;
    for format in [AccessTokenFormat::Jwt, AccessTokenFormat::Opaque] {
        let client = server
            .add_client(&["scim:read", "scopes:read"], |c| {
                c.access_token_format = format
            })
            .await;
        let token = client.token(&server, Some("scim:read scopes:read")).await;
        for place in PLACES {
            for scheme in ["Bearer", "bearer", "BEARER "] {
                get(&server, place, &[&format!("{scheme} {token}")])
                    .await
                    .expect(200);
            }
        }
    }
}

/// RFC 6750 §3.1: without any authentication there is no error in the challenge.
#[tokio::test]
async fn rfc6750_3_no_token_is_401_without_an_error() {
    let server = TestServer::start().await;
    let basic = server.admin.basic();
    for place in PLACES {
        for authorization in [&[][..], &[basic.as_str()]] {
            let answer = get(&server, place, authorization).await.expect(401);
            assert_eq!(answer.header("www-authenticate"), challenge(""));
        }
    }
}

#[tokio::test]
async fn rfc6750_3_1_a_bad_token_is_invalid_token() {
    let server = TestServer::start().await;
    let token = server.admin_token().await;
    let elsewhere = server.add_realm("acme", "main").await;
    let foreign = elsewhere.token(&server, None).await;
    let cases = [
        ("x", "the access token is malformed"),
        ("=", "the access token is malformed"),
        (&token[1..], "the access token is malformed"),
        (
            &token[..token.len() - 4],
            "the access token was not issued here",
        ),
        (
            "ambit_at_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "the access token was not issued here",
        ),
        (&foreign, "the access token was not issued here"),
    ];
    let check = async |token: &str, why: &str| {
        for place in PLACES {
            let answer = get(&server, place, &[&format!("Bearer {token}")])
                .await
                .expect(401);
            let error = format!(", error=\"invalid_token\", error_description=\"{why}\"");
            assert_eq!(
                answer.header("www-authenticate"),
                challenge(&error),
                "{token}"
            );
        }
    };
    for (token, why) in cases {
        check(token, why).await;
    }
    server.admin.revoke(&server, &token).await.expect(200);
    check(&token, "the access token has been revoked").await;
    let token = server.admin_token().await;
    server.advance(3600);
    check(&token, "the access token has expired").await;
}

#[tokio::test]
async fn g2_more_than_one_token_or_one_in_the_address_is_400() {
    let server = TestServer::start().await;
    let bearer = format!("Bearer {}", server.admin_token().await);
    let token = bearer.strip_prefix("Bearer ").unwrap();
    for place in PLACES {
        let twice = format!("{bearer}, {bearer}");
        for authorization in [
            &[bearer.as_str(), bearer.as_str()][..],
            &[&twice],
            &["Bearer"],
            &["Bearer "],
        ] {
            let answer = get(&server, place, authorization).await.expect(400);
            assert!(
                answer
                    .header("www-authenticate")
                    .contains("error=\"invalid_request\"")
            );
        }
        let query = format!("{place}?access_token={token}");
        get(&server, &query, &[]).await.expect(400);
        get(&server, &query, &[&bearer]).await.expect(400);
        let encoded = format!("{place}?x=1&access%5Ftoken={token}");
        get(&server, &encoded, &[&bearer]).await.expect(400);
    }
}

#[tokio::test]
async fn without_the_store_nobody_new_gets_in() {
    let server = TestServer::start().await;
    let bearer = format!("Bearer {}", server.admin_token().await);
    server.store.fail_reads(true);
    for place in PLACES {
        get(&server, place, &[&bearer]).await.expect(503);
        get(&server, place, &["Bearer x"]).await.expect(401);
    }
    server.store.fail_reads(false);
    for place in PLACES {
        get(&server, place, &[&bearer]).await.expect(200);
    }
}

/// What is known here may have been changed by whoever has the store now: caches count no more.
#[tokio::test]
async fn who_lost_the_store_lets_nobody_in_not_even_whom_it_knows() {
    let server = TestServer::start().await;
    let bearer = format!("Bearer {}", server.admin_token().await);
    for place in PLACES {
        get(&server, place, &[&bearer]).await.expect(200);
    }
    server.store.lose_ownership();
    for place in PLACES {
        get(&server, place, &[&bearer]).await.expect(503);
    }
    let form = [("grant_type", "client_credentials")];
    server
        .admin
        .post(&server, "/token", &form)
        .await
        .expect(503);
    let answer = server.admin.introspect(&server, &bearer["Bearer ".len()..]);
    answer.await.expect(503);
}

/// What holds for every answer of the server.
#[tokio::test]
async fn every_answer_is_typed_and_refers_nowhere() {
    let server = TestServer::start().await;
    for path in ["/health", "/ready", "/metrics", "/nowhere", METADATA] {
        let answer = server.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
    }
    server.get("/ready").await.expect(200);
    server.store.fail_reads(true);
    server.get("/ready").await.expect(503);
    server.get("/health").await.expect(200);
    let metrics = server.get("/metrics").await.expect(200).text();
    assert!(metrics.contains("ambit_http_requests_total"), "{metrics}");
    assert!(
        metrics.contains("route=\"unmatched\""),
        "a path is never a label: {metrics}"
    );
    assert!(!metrics.contains("/nowhere"));
}

/// R8: what anyone may make up is no label, or else memory would grow with each.
#[tokio::test]
async fn methods_that_callers_make_up_are_counted_as_one() {
    let server = TestServer::start().await;
    for number in 0..50 {
        for path in ["/health", "/nowhere"] {
            let request = Request::builder()
                .method(format!("MADE-UP-{number}").as_str())
                .uri(path);
            let request = request.body(Body::empty()).unwrap();
            server.send(request).await;
        }
    }
    let metrics = server.get("/metrics").await.expect(200).text();
    assert!(!metrics.contains("MADE-UP"), "{metrics}");
    assert!(
        metrics.contains(
            "ambit_http_requests_total{method=\"other\",route=\"/health\",status=\"405\"} 50"
        ),
        "{metrics}"
    );
}
