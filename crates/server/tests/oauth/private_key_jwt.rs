//! `private_key_jwt` (RFC 7523 §2.2, §3; C1, C2, J1–J16).

use super::assertion::KeyPair;
use crate::support::{Answer, Client, TestServer};
use jose::{Algorithm, base64url, hmac_sha256};
use oauth::{CLIENT_ASSERTION_TYPE_JWT, TokenEndpointAuthMethod};
use serde_json::{Value, json};
use std::sync::Arc;

async fn client(server: &TestServer, jwks: Value) -> Client {
    let change = |c: &mut domain::config::Application| {
        c.auth_method = TokenEndpointAuthMethod::PrivateKeyJwt;
        c.jwks = Some(jwks);
        c.secrets.clear();
    };
    server.add_client(&["scim:read"], change).await
}

async fn ask(server: &TestServer, assertion: &str, more: &[(&str, &str)]) -> Answer {
    let mut form = vec![
        ("grant_type", "client_credentials"),
        ("scope", "scim:read"),
        ("client_assertion_type", CLIENT_ASSERTION_TYPE_JWT),
        ("client_assertion", assertion),
    ];
    form.extend(more);
    server
        .post_form(&server.admin.path("/token"), &[], &form)
        .await
}

async fn refused(server: &TestServer, assertion: &str, why: &str) {
    let answer = ask(server, assertion, &[]).await;
    assert_eq!(
        (answer.status.as_u16(), answer.error().as_str()),
        (401, "invalid_client"),
        "{why}"
    );
}

#[tokio::test]
async fn every_algorithm_of_a_registered_key_is_taken() {
    let server = TestServer::start().await;
    for algorithm in [
        Algorithm::Es256,
        Algorithm::EdDsa,
        Algorithm::Ps256,
        Algorithm::Rs256,
    ] {
        let key = KeyPair::new(algorithm);
        let client = client(&server, key.jwks()).await;
        for typ in [
            "JWT",
            "client-authentication+jwt",
            "application/client-authentication+jwt",
        ] {
            let assertion = key.sign(typ, &KeyPair::claims(&server, &client.id));
            ask(&server, &assertion, &[("client_id", &client.id)])
                .await
                .expect(200);
        }
    }
}

/// RFC 7523 §3: what an assertion must say, each missing or wrong in turn.
#[tokio::test]
async fn c1_every_claim_counts() {
    let server = TestServer::start().await;
    let key = KeyPair::new(Algorithm::Es256);
    let client = client(&server, key.jwks()).await;
    let issuer = server.snapshot().issuer().to_string();
    let (now, other) = (server.core.now().seconds(), server.admin.id.as_str());
    let wrong = [
        ("aud", json!([issuer]), "an array, even of the issuer alone"),
        (
            "aud",
            json!([issuer, "https://evil.example"]),
            "another recipient besides",
        ),
        (
            "aud",
            json!(format!("{issuer}/token")),
            "the endpoint, not the issuer",
        ),
        ("aud", json!(format!("{issuer}/")), "almost the issuer"),
        ("aud", json!("https://id.example.com"), "another issuer"),
        ("aud", Value::Null, "no audience"),
        ("iss", json!(other), "another issuer than the client"),
        ("iss", Value::Null, "no issuer"),
        ("sub", json!(other), "another client"),
        ("sub", Value::Null, "no subject"),
        ("exp", Value::Null, "without an end"),
        ("exp", json!(now - 10), "expired"),
        ("exp", json!(now + 311), "too long"),
        ("exp", json!((now + 60).to_string()), "no number"),
        ("iat", json!(now + 60), "C2: from the future"),
        ("nbf", json!(now + 60), "C2: not yet valid"),
        ("jti", Value::Null, "without a name"),
        ("jti", json!(""), "with an empty name"),
        ("jti", json!(7), "with a name that is no text"),
    ];
    for (claim, value, why) in wrong {
        let mut claims = KeyPair::claims(&server, &client.id);
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(claim)),
            value => claims[claim] = value,
        }
        refused(&server, &key.sign("JWT", &claims), why).await;
    }
    for (claim, value) in [
        ("iat", now + 10),
        ("nbf", now + 10),
        ("exp", now - 9),
        ("exp", now + 310),
    ] {
        let mut claims = KeyPair::claims(&server, &client.id);
        claims[claim] = json!(value);
        ask(&server, &key.sign("JWT", &claims), &[])
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn j7_other_types_of_token_are_no_assertion() {
    let server = TestServer::start().await;
    let key = KeyPair::new(Algorithm::Es256);
    let client = client(&server, key.jwks()).await;
    for typ in [
        "at+jwt",
        "logout+jwt",
        "dpop+jwt",
        "oauth-authz-req+jwt",
        "token-introspection+jwt",
    ] {
        refused(
            &server,
            &key.sign(typ, &KeyPair::claims(&server, &client.id)),
            typ,
        )
        .await;
    }
}

/// Keys come from the registration, and each has its one algorithm (J1–J5, C3).
#[tokio::test]
async fn reg_14_only_the_registered_key_opens() {
    let server = TestServer::start().await;
    let (key, other) = (
        KeyPair::new(Algorithm::Es256),
        KeyPair::new(Algorithm::Es256),
    );
    let client = client(&server, key.jwks()).await;
    let claims = KeyPair::claims(&server, &client.id);
    refused(&server, &other.sign("JWT", &claims), "another key").await;
    let rsa = KeyPair::new(Algorithm::Rs256);
    refused(&server, &rsa.sign("JWT", &claims), "another algorithm").await;

    let signed = |header: Value, signature: &dyn Fn(&str) -> String| {
        let encode = |part: &Value| base64url::encode(part.to_string());
        let input = format!("{}.{}", encode(&header), encode(&claims));
        format!("{input}.{}", signature(&input))
    };
    let nothing = |_: &str| String::new();
    for alg in ["none", "None", "nOnE", ""] {
        refused(
            &server,
            &signed(json!({"alg": alg}), &nothing),
            "J2: no signature",
        )
        .await;
    }
    let public = key.jwks().to_string();
    let by_public_key =
        |input: &str| base64url::encode(hmac_sha256(public.as_bytes(), input.as_bytes()));
    refused(
        &server,
        &signed(json!({"alg": "HS256"}), &by_public_key),
        "J3: key confusion",
    )
    .await;
    let by_nothing = |input: &str| base64url::encode(hmac_sha256(b"", input.as_bytes()));
    refused(
        &server,
        &signed(json!({"alg": "HS256"}), &by_nothing),
        "C3: empty secret",
    )
    .await;
    // J5: a key in the message.
    let own = other.jwks()["keys"][0].clone();
    let with_key = other.sign("JWT", &claims);
    let signature = |_: &str| with_key.rsplit('.').next().unwrap().to_owned();
    refused(
        &server,
        &signed(json!({"alg": "ES256", "jwk": own}), &signature),
        "J5: own key",
    )
    .await;
    let good = key.sign("JWT", &claims);
    refused(&server, &good[..good.len() - 1], "cut").await;
    refused(&server, &format!("{good}A"), "extended").await;
    refused(&server, &good.to_uppercase(), "another text").await;
    for garbage in ["x", "a.b", "a.b.c", "a.b.c.d.e", "..", "{}"] {
        refused(&server, garbage, "garbage").await;
    }
    ask(&server, &good, &[]).await.expect(200);
}

#[tokio::test]
async fn rfc7521_4_2_client_id_must_be_the_same_client() {
    let server = TestServer::start().await;
    let key = KeyPair::new(Algorithm::Es256);
    let client = client(&server, key.jwks()).await;
    let assertion = key.assertion(&server, &client.id);
    let answer = ask(&server, &assertion, &[("client_id", &server.admin.id)])
        .await
        .expect(401);
    assert_eq!(answer.error(), "invalid_client");
}

/// Two clients with one key are two clients.
#[tokio::test]
async fn c1_a_jti_is_used_up_by_its_client() {
    let server = TestServer::start().await;
    let key = KeyPair::new(Algorithm::Es256);
    let (one, other) = (
        client(&server, key.jwks()).await,
        client(&server, key.jwks()).await,
    );
    let claims = |client: &Client| {
        let mut claims = KeyPair::claims(&server, &client.id);
        claims["jti"] = json!("the same");
        claims
    };
    let assertion = key.sign("JWT", &claims(&one));
    ask(&server, &assertion, &[]).await.expect(200);
    refused(&server, &assertion, "a replay").await;
    refused(
        &server,
        &key.sign("JWT", &claims(&one)),
        "the same name under another signature",
    )
    .await;
    ask(&server, &key.sign("JWT", &claims(&other)), &[])
        .await
        .expect(200);
}

/// REG-06: used up at one endpoint is used up at all, and after a restart, until it has expired.
#[tokio::test]
async fn c1_a_jti_stays_used_up() {
    let server = TestServer::start().await;
    let key = KeyPair::new(Algorithm::Es256);
    let client = client(&server, key.jwks()).await;
    let assertion = key.assertion(&server, &client.id);
    ask(&server, &assertion, &[]).await.expect(200);
    let form = [
        ("token", "x"),
        ("client_assertion_type", CLIENT_ASSERTION_TYPE_JWT),
        ("client_assertion", assertion.as_str()),
    ];
    for endpoint in ["/introspect", "/revoke"] {
        server
            .post_form(&client.path(endpoint), &[], &form)
            .await
            .expect(401);
    }
    let server = server.restart().await;
    server.core.maintain().await.unwrap();
    refused(&server, &assertion, "after a restart").await;
    // The last second at which it would be taken for its time.
    server.advance(69);
    server.core.maintain().await.unwrap();
    refused(&server, &assertion, "until its last moment").await;
}

#[tokio::test]
async fn without_the_store_no_assertion_is_taken() {
    let server = TestServer::start().await;
    let key = KeyPair::new(Algorithm::Es256);
    let client = client(&server, key.jwks()).await;
    let assertion = key.assertion(&server, &client.id);
    server.store.fail_writes(true);
    ask(&server, &assertion, &[]).await.expect(503);
    server.store.fail_writes(false);
    ask(&server, &assertion, &[]).await.expect(200);
}

/// R12: sixteen at a time, one gets in.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn c1_sixteen_racers_for_one_assertion() {
    let server = Arc::new(TestServer::start().await);
    let key = KeyPair::new(Algorithm::Es256);
    let client = client(&server, key.jwks()).await;
    for _ in 0..5 {
        let assertion = Arc::new(key.assertion(&server, &client.id));
        let racers: Vec<_> = (0..16)
            .map(|_| {
                let (server, assertion) = (server.clone(), assertion.clone());
                tokio::spawn(async move { ask(&server, &assertion, &[]).await.status.as_u16() })
            })
            .collect();
        let mut statuses = Vec::new();
        for racer in racers {
            statuses.push(racer.await.unwrap());
        }
        statuses.sort_unstable();
        let one_of_sixteen = [vec![200], vec![401; 15]].concat();
        assert_eq!(statuses, one_of_sixteen);
    }
}
