//! Client authentication at the token endpoint (RFC 6749 §2.3; C4, C5, REG-14, REG-25).

use super::assertion::KeyPair;
use crate::support::{Answer, Client, TestServer, new_secret};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{Timestamp, config::ApplicationKind};
use jose::Algorithm;
use oauth::TokenEndpointAuthMethod::{self, *};

const METHODS: [TokenEndpointAuthMethod; 4] =
    [ClientSecretBasic, ClientSecretPost, PrivateKeyJwt, None];

/// A client registered for a method, with everything that any method needs.
async fn registered(server: &TestServer, method: TokenEndpointAuthMethod, key: &KeyPair) -> Client {
    let change = |c: &mut domain::config::Application| {
        c.auth_method = method;
        c.jwks = Some(key.jwks());
        if method == None {
            c.kind = ApplicationKind::Public;
        }
    };
    server.add_client(&["scim:read"], change).await
}

/// A token request that presents the client by a method, correctly.
async fn present(
    server: &TestServer,
    client: &Client,
    method: TokenEndpointAuthMethod,
    key: &KeyPair,
) -> Answer {
    let mut form = vec![("grant_type", "client_credentials"), ("scope", "scim:read")];
    let (basic, assertion) = (client.basic(), key.assertion(server, &client.id));
    let mut headers = Vec::new();
    match method {
        ClientSecretBasic => headers.push(("authorization", basic.as_str())),
        ClientSecretPost => {
            form.extend([
                ("client_id", client.id.as_str()),
                ("client_secret", &client.secret),
            ]);
        }
        PrivateKeyJwt => form.extend([
            ("client_assertion_type", oauth::CLIENT_ASSERTION_TYPE_JWT),
            ("client_assertion", &assertion),
        ]),
        _ => form.push(("client_id", client.id.as_str())),
    }
    server
        .post_form(&client.path("/token"), &headers, &form)
        .await
}

/// REG-14, C4: of every method tried with every method registered, only the diagonal opens.
#[tokio::test]
async fn reg_14_the_registered_method_and_no_other() {
    let server = TestServer::start().await;
    let key = KeyPair::new(Algorithm::Es256);
    for registered_for in METHODS {
        for tried in METHODS {
            let client = registered(&server, registered_for, &key).await;
            let answer = present(&server, &client, tried, &key).await;
            let expected = match (registered_for == tried, tried) {
                // A public client says who it is, and may not use this grant.
                (true, None) => (400, "unauthorized_client"),
                (true, _) => (200, ""),
                (false, _) => (401, "invalid_client"),
            };
            let got = (answer.status.as_u16(), answer.error());
            assert_eq!(
                (got.0, got.1.as_str()),
                expected,
                "{registered_for} tried {tried}"
            );
        }
    }
}

/// REG-25: who is told `invalid_client` learns nothing of why.
#[tokio::test]
async fn reg_25_every_failure_looks_alike() {
    let server = TestServer::start().await;
    let key = KeyPair::new(Algorithm::Es256);
    let good = registered(&server, ClientSecretBasic, &key).await;
    let inactive = server
        .add_client(&["scim:read"], |c| c.active = false)
        .await;
    let other_method = registered(&server, ClientSecretPost, &key).await;
    let no_secret = server
        .add_client(&["scim:read"], |c| c.secrets.clear())
        .await;
    let other_realm = server.add_realm("acme", "main").await;
    let unknown = uuid::Uuid::new_v4().to_string();
    let cases = [
        ("a wrong secret", good.id.as_str(), "wrong"),
        (
            "another client's secret",
            &good.id,
            other_method.secret.as_str(),
        ),
        ("an unknown client", &unknown, &good.secret),
        ("no client id at all", "nobody", &good.secret),
        ("an inactive client (B11)", &inactive.id, &inactive.secret),
        ("another method", &other_method.id, &other_method.secret),
        (
            "a client without a secret",
            &no_secret.id,
            &no_secret.secret,
        ),
        (
            "another realm's client (T1)",
            &other_realm.id,
            &other_realm.secret,
        ),
    ];
    let mut seen = Vec::new();
    for (what, id, secret) in cases {
        let client = Client {
            id: id.into(),
            secret: secret.into(),
            ..good.clone()
        };
        let answer = client.ask(&server, Some("scim:read")).await.expect(401);
        assert_eq!(answer.error(), "invalid_client", "{what}");
        assert_eq!(
            answer.header("www-authenticate"),
            r#"Basic realm="default/default", charset="UTF-8""#
        );
        assert_eq!(answer.header("cache-control"), "no-store");
        seen.push((what, answer.headers, answer.body));
    }
    for (what, headers, body) in &seen {
        assert_eq!((headers, body), (&seen[0].1, &seen[0].2), "{what}");
    }
    good.token(&server, Some("scim:read")).await;
}

#[tokio::test]
async fn c4_one_method_per_request() {
    let server = TestServer::start().await;
    let key = KeyPair::new(Algorithm::Es256);
    let client = registered(&server, ClientSecretBasic, &key).await;
    let assertion = key.assertion(&server, &client.id);
    let by_jwt = ("client_assertion_type", oauth::CLIENT_ASSERTION_TYPE_JWT);
    let (id, secret) = (
        ("client_id", client.id.as_str()),
        ("client_secret", client.secret.as_str()),
    );
    for second in [
        vec![id, secret],
        vec![by_jwt, ("client_assertion", &assertion)],
    ] {
        let mut form = vec![("grant_type", "client_credentials"), ("scope", "scim:read")];
        form.extend(second);
        let answer = client.post(&server, "/token", &form).await.expect(400);
        assert_eq!(answer.error(), "invalid_request");
    }
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "scim:read"),
        id,
    ];
    client.post(&server, "/token", &form).await.expect(200);
    let basic = client.basic();
    let twice = [
        ("authorization", basic.as_str()),
        ("authorization", basic.as_str()),
    ];
    let answer = server
        .post_form(&client.path("/token"), &twice, &form)
        .await
        .expect(400);
    assert_eq!(answer.error(), "invalid_request");
}

#[tokio::test]
async fn rfc6749_2_3_1_a_header_that_can_not_be_read_is_invalid_client() {
    let server = TestServer::start().await;
    let client = &server.admin;
    let pair = |text: String| format!("Basic {}", STANDARD.encode(text));
    for header in [
        "Basic".to_owned(),
        "Basic !!!".to_owned(),
        pair(client.id.clone()),
        pair(format!("{}:", client.id)),
        pair(format!(":{}", client.secret)),
        pair(format!("{}:%zz", client.id)),
        format!("Bearer {}", client.secret),
        "Digest username=\"x\"".to_owned(),
    ] {
        let form = [("grant_type", "client_credentials")];
        let headers = [("authorization", header.as_str())];
        let answer = server
            .post_form(&client.path("/token"), &headers, &form)
            .await
            .expect(401);
        assert_eq!(answer.error(), "invalid_client", "{header}");
        assert!(
            answer.header("www-authenticate").starts_with("Basic "),
            "{header}"
        );
    }
    // Form-encoded before it is Base64.
    let encoded = pair(format!(
        "{}:{}",
        client.id.replace('-', "%2D"),
        client.secret
    ));
    let form = [("grant_type", "client_credentials"), ("scope", "scim:read")];
    let headers = [("authorization", encoded.as_str())];
    server
        .post_form(&client.path("/token"), &headers, &form)
        .await
        .expect(200);
}

#[tokio::test]
async fn c5_two_secrets_overlap_during_rotation() {
    let server = TestServer::start().await;
    let old = server.add_client(&["scim:read"], |_| {}).await;
    let (record, secret) = new_secret(server.core.now());
    let new = Client {
        secret,
        ..old.clone()
    };
    let ends = Timestamp::from_seconds(server.core.now().seconds() + 60);
    server
        .change_client(&old, |c| {
            c.secrets[0].expires = Some(ends);
            c.secrets.push(record);
        })
        .await;
    old.token(&server, Some("scim:read")).await;
    new.token(&server, Some("scim:read")).await;
    server.advance(60);
    old.ask(&server, Some("scim:read")).await.expect(401);
    new.token(&server, Some("scim:read")).await;
    server
        .change_client(&old, |c| drop(c.secrets.remove(0)))
        .await;
    new.token(&server, Some("scim:read")).await;
}

/// B11: whoever is switched off gets nothing more, by any method, at any endpoint.
#[tokio::test]
async fn b11_an_inactive_client_authenticates_nowhere() {
    let server = TestServer::start().await;
    let key = KeyPair::new(Algorithm::Es256);
    for method in METHODS {
        let client = registered(&server, method, &key).await;
        server.change_client(&client, |c| c.active = false).await;
        let answer = present(&server, &client, method, &key).await.expect(401);
        assert_eq!(answer.error(), "invalid_client", "{method}");
    }
    let client = registered(&server, ClientSecretBasic, &key).await;
    server.change_client(&client, |c| c.active = false).await;
    client.introspect(&server, "x").await.expect(401);
    client.revoke(&server, "x").await.expect(401);
}

/// RFC 7662 §2.1: whoever asks must be authorized to; saying who one is proves nothing.
#[tokio::test]
async fn a_public_client_may_revoke_but_not_introspect() {
    let server = TestServer::start().await;
    let key = KeyPair::new(Algorithm::Es256);
    let client = registered(&server, None, &key).await;
    let form = [("client_id", client.id.as_str()), ("token", "x")];
    server
        .post_form(&client.path("/introspect"), &[], &form)
        .await
        .expect(401);
    server
        .post_form(&client.path("/revoke"), &[], &form)
        .await
        .expect(200);
}
