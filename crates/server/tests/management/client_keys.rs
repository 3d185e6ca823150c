//! Signing keys of the algorithms that clients want (product §4).

use crate::{api::Api, support::TestServer};
use domain::config::KeyState;
use jose::Algorithm;
use serde_json::{Value, json};

const DAY: u64 = 24 * 60 * 60;

/// How many keys of an algorithm are next, active and retired.
fn count(server: &TestServer, algorithm: Algorithm) -> (usize, usize, usize) {
    let snapshot = server.snapshot();
    let keys = snapshot.config().keys.values();
    let mut count = (0, 0, 0);
    for key in keys.filter(|key| key.algorithm == algorithm) {
        match key.state {
            KeyState::Next => count.0 += 1,
            KeyState::Active { .. } => count.1 += 1,
            KeyState::Retired { .. } => count.2 += 1,
        }
    }
    count
}

fn path_of(made: &Value) -> String {
    format!("/applications/{}", made["id"].as_str().unwrap())
}

async fn published(server: &TestServer) -> Vec<Value> {
    let set = server.get(&server.admin.path("/jwks")).await.expect(200);
    let algorithms = set.json()["keys"].as_array().unwrap().clone();
    algorithms.iter().map(|key| key["alg"].clone()).collect()
}

#[tokio::test]
async fn a_client_of_people_brings_the_keys_that_its_id_tokens_need() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    api.make(
        "/applications",
        json!({"name": "S", "service_account": true}),
    )
    .await;
    assert_eq!(count(&server, Algorithm::Rs256), (0, 0, 0), "no people");
    // OpenID Connect Registration §2: RS256 is the default.
    let made = api.make("/applications", json!({"name": "RP"})).await;
    assert_eq!(count(&server, Algorithm::Rs256), (1, 1, 0));
    assert!(
        published(&server).await.contains(&"RS256".into()),
        "at once"
    );
    let keys = server.snapshot().keys().active(Algorithm::Rs256).cloned();
    assert!(keys.is_some(), "and signs at once");
    api.make("/applications", json!({"name": "RP2"})).await;
    assert_eq!(
        count(&server, Algorithm::Rs256),
        (1, 1, 0),
        "one pair for all"
    );
    let more = json!({
        "id_token_signed_response_alg": "ES256", "userinfo_signed_response_alg": "EdDSA",
    });
    api.patch(&path_of(&made), more).await.expect(200);
    assert_eq!(count(&server, Algorithm::EdDsa), (1, 1, 0));
    assert_eq!(
        count(&server, Algorithm::Es256),
        (1, 1, 0),
        "the realm's own will do"
    );
    let api = Api::admin(&server).await;
    api.get("/keys").await.expect(200);
}

#[tokio::test]
async fn a_grant_for_people_that_comes_later_brings_them_too() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let new = json!({
        "name": "S", "service_account": true, "id_token_signed_response_alg": "EdDSA",
    });
    let made = api.make("/applications", new).await;
    assert_eq!(count(&server, Algorithm::EdDsa), (0, 0, 0));
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    let both = json!({"grant_types": ["client_credentials", device]});
    api.patch(&path_of(&made), both).await.expect(200);
    assert_eq!(count(&server, Algorithm::EdDsa), (1, 1, 0));
}

/// R17: each algorithm that is wanted keeps one pair, which rotates; the others retire.
#[tokio::test]
async fn r17_keys_of_clients_are_kept_and_rotate() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let new = json!({"name": "RP", "id_token_signed_response_alg": "EdDSA"});
    let made = api.make("/applications", new).await;
    server.core.maintain().await.unwrap();
    assert_eq!(count(&server, Algorithm::EdDsa), (1, 1, 0), "kept");
    let signs = |algorithm| {
        let snapshot = server.snapshot();
        snapshot.keys().active(algorithm).unwrap().kid().to_owned()
    };
    let before = (signs(Algorithm::EdDsa), signs(Algorithm::Es256));
    server.advance(90 * DAY);
    server.core.maintain().await.unwrap();
    assert_ne!(signs(Algorithm::EdDsa), before.0);
    assert_ne!(signs(Algorithm::Es256), before.1);
    assert_eq!(count(&server, Algorithm::EdDsa), (1, 1, 1));

    let api = Api::admin(&server).await;
    api.delete(&path_of(&made)).await.expect(204);
    server.core.maintain().await.unwrap();
    assert_eq!(
        count(&server, Algorithm::EdDsa),
        (0, 0, 2),
        "not wanted any more"
    );
    assert_eq!(count(&server, Algorithm::Es256).1, 1);
    server.advance(2 * DAY);
    server.core.maintain().await.unwrap();
    assert_eq!(count(&server, Algorithm::EdDsa), (0, 0, 0));
}

/// A store that an earlier version wrote has clients of people, and no keys for them.
#[tokio::test]
async fn maintenance_makes_up_for_keys_that_are_missing() {
    let server = TestServer::start().await;
    let people = |client: &mut domain::config::Application| {
        client.grant_types = vec![oauth::GrantType::AuthorizationCode];
        client.openid.id_token_signed_response_alg = Algorithm::Ps256;
    };
    server.add_client(&[], people).await;
    assert_eq!(count(&server, Algorithm::Ps256), (0, 0, 0));
    server.core.maintain().await.unwrap();
    assert_eq!(count(&server, Algorithm::Ps256), (1, 1, 0));
    let revision = server.snapshot().revision();
    server.core.maintain().await.unwrap();
    assert_eq!(server.snapshot().revision(), revision, "once only");
}

/// The realm's own algorithm may change to one that a client brought, and back.
#[tokio::test]
async fn the_realms_algorithm_changes_among_those_of_clients() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let new = json!({"name": "RP", "id_token_signed_response_alg": "EdDSA"});
    api.make("/applications", new).await;
    api.patch("", json!({"signing_algorithm": "EdDSA"}))
        .await
        .expect(200);
    assert_eq!(count(&server, Algorithm::EdDsa), (1, 1, 0));
    assert_eq!(
        count(&server, Algorithm::Es256),
        (0, 0, 1),
        "its tokens are verified still"
    );
    let fresh = Api::admin(&server).await;
    fresh.get("/keys").await.expect(200);
    api.get("/keys").await.expect(200);
    api.patch("", json!({"signing_algorithm": "RS256"}))
        .await
        .expect(200);
    assert_eq!(
        count(&server, Algorithm::Rs256),
        (1, 0, 0),
        "published before it signs"
    );
    assert_eq!(count(&server, Algorithm::EdDsa), (1, 1, 0));
    server.advance(300);
    server.core.maintain().await.unwrap();
    assert_eq!(count(&server, Algorithm::Rs256), (1, 1, 0));
    assert_eq!(
        count(&server, Algorithm::EdDsa),
        (1, 1, 0),
        "a client wants it"
    );
}
