//! The life of signing keys, as those who verify see it (R17; RFC 7517).

use crate::support::{Client, TestServer};
use domain::{
    config::{ConfigObject, Realm, RealmSettings},
    keys::JWKS_MAX_AGE,
    tokens::{AuthenticateError, InvalidToken, MAX_ACCESS_TOKEN_LIFETIME},
};
use jose::{Algorithm, JwkSet, Unverified};
use std::{collections::BTreeSet, sync::Arc};

const DAY: u64 = 24 * 60 * 60;

/// The `kid`s in the published set.
async fn published(server: &TestServer) -> BTreeSet<String> {
    let answer = server.get(&server.admin.path("/jwks")).await.expect(200);
    let set = JwkSet::from_json(&answer.body).unwrap();
    set.keys()
        .iter()
        .map(|key| key.kid().unwrap().to_owned())
        .collect()
}

async fn signer(server: &TestServer, client: &Client) -> (String, Algorithm) {
    let header = Unverified::peek(&client.token(server, Some("scim:read")).await).unwrap();
    (header.kid.unwrap(), header.algorithm)
}

async fn set_algorithm(server: &TestServer, signing_algorithm: Algorithm) {
    let realm = Realm::clone(&server.snapshot().config().realm);
    let settings = RealmSettings {
        signing_algorithm,
        ..realm.settings.clone()
    };
    server
        .put(ConfigObject::Realm(Arc::new(Realm { settings, ..realm })))
        .await;
}

#[tokio::test]
async fn rfc7517_5_the_set_has_public_keys_only() {
    let server = TestServer::start().await;
    let answer = server.get(&server.admin.path("/jwks")).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/jwk-set+json");
    let max_age = JWKS_MAX_AGE.as_secs();
    assert_eq!(
        answer.header("cache-control"),
        format!("public, max-age={max_age}")
    );
    let keys = answer.json()["keys"].take();
    assert_eq!(
        keys.as_array().unwrap().len(),
        2,
        "the one that signs, and the next"
    );
    for key in keys.as_array().unwrap() {
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none());
        }
        assert_eq!((&key["use"], &key["alg"]), (&"sig".into(), &"ES256".into()));
    }
}

#[tokio::test]
async fn r17_a_key_is_published_before_it_signs_and_while_its_tokens_live() {
    let server = TestServer::start().await;
    let day = |c: &mut domain::config::Application| {
        c.access_token_lifetime = MAX_ACCESS_TOKEN_LIFETIME;
    };
    let client = server.add_client(&["scim:read"], day).await;
    let mut known = published(&server).await;
    let mut signers = BTreeSet::new();
    // How long the key that signs has done so.
    let mut age = 0;
    for _ in 0..3 {
        let (kid, _) = signer(&server, &client).await;
        assert!(known.contains(&kid), "published before it signed");
        assert!(signers.insert(kid.clone()), "another one than before");
        server.advance(90 * DAY - 1 - age);
        server.core.maintain().await.unwrap();
        assert_eq!(signer(&server, &client).await.0, kid, "not yet");
        known = published(&server).await;
        let last = client.token(&server, Some("scim:read")).await;
        server.advance(1);
        server.core.maintain().await.unwrap();
        assert_ne!(signer(&server, &client).await.0, kid);
        // The last token that the old key signed is good until its own end.
        age = u64::from(MAX_ACCESS_TOKEN_LIFETIME) - 2;
        server.advance(age);
        server.core.maintain().await.unwrap();
        assert!(published(&server).await.contains(&kid));
        server.caller(&last).await;
        server.advance(120);
        age += 120;
        server.core.maintain().await.unwrap();
        assert!(
            !published(&server).await.contains(&kid),
            "and then the key is gone"
        );
        known.extend(published(&server).await);
    }
}

#[tokio::test]
async fn every_signing_algorithm_can_be_chosen_while_tokens_are_issued() {
    let server = TestServer::start().await;
    let client = server.add_client(&["scim:read"], |_| {}).await;
    let mut before = Algorithm::Es256;
    for algorithm in [
        Algorithm::EdDsa,
        Algorithm::Ps256,
        Algorithm::Rs256,
        Algorithm::Es256,
    ] {
        let old = client.token(&server, Some("scim:read")).await;
        set_algorithm(&server, algorithm).await;
        assert_eq!(
            signer(&server, &client).await.1,
            before,
            "its key is not published yet"
        );
        server.core.maintain().await.unwrap();
        assert_eq!(signer(&server, &client).await.1, before, "nor long enough");
        let (known, revision) = (published(&server).await, server.snapshot().revision());
        server.core.maintain().await.unwrap();
        assert_eq!(
            server.snapshot().revision(),
            revision,
            "waiting changes nothing"
        );
        server.advance(JWKS_MAX_AGE.as_secs());
        server.core.maintain().await.unwrap();
        let (kid, signs) = signer(&server, &client).await;
        assert_eq!(signs, algorithm);
        assert!(known.contains(&kid), "published before it signed");
        server.caller(&old).await;
        server
            .caller(&client.token(&server, Some("scim:read")).await)
            .await;
        before = algorithm;
    }
}

/// J14: as long as no key of the new algorithm signs, the better ones of all others do, whichever was made first.
#[tokio::test]
async fn j14_what_is_signed_meanwhile_is_not_left_to_chance() {
    use Algorithm::{EdDsa, Es256, Ps256, Rs256};
    for (clients, expected) in [
        (&[][..], Es256),
        (&[Rs256], Es256),
        (&[EdDsa], Es256),
        (&[Rs256, EdDsa], Es256),
    ] {
        let server = TestServer::start().await;
        let client = server.add_client(&["scim:read"], |_| {}).await;
        for algorithm in clients {
            server.advance(1);
            let people = |client: &mut domain::config::Application| {
                client.grant_types = vec![oauth::GrantType::AuthorizationCode];
                client.openid.id_token_signed_response_alg = *algorithm;
            };
            server.add_client(&[], people).await;
            server.core.maintain().await.unwrap();
        }
        set_algorithm(&server, Ps256).await;
        assert_eq!(signer(&server, &client).await.1, expected, "{clients:?}");
        // Once only what clients brought is left, RS256 is the last.
        let keys = server.snapshot().config().keys.clone();
        let own = keys.values().filter(|key| key.algorithm == Es256);
        let gone = own.fold(domain::Edit::none(()), |edit, key| {
            edit.delete(domain::store::Kind::Key, &key.kid)
        });
        server.edit(gone).await;
        let answer = client.ask(&server, Some("scim:read")).await;
        match clients {
            [] => assert!(answer.status.is_server_error()),
            [Rs256] => assert_eq!(signer(&server, &client).await.1, Rs256),
            _ => assert_eq!(signer(&server, &client).await.1, EdDsa),
        }
    }
}

#[tokio::test]
async fn maintenance_changes_nothing_before_it_is_time() {
    let server = TestServer::start().await;
    let revision = server.snapshot().revision();
    for _ in 0..3 {
        server.advance(60);
        server.core.maintain().await.unwrap();
    }
    assert_eq!(server.snapshot().revision(), revision);
}

/// An emergency: a key that is taken out of the realm takes its tokens along, also those that were
/// seen before.
#[tokio::test]
async fn r17_a_withdrawn_key_verifies_nothing_any_more() {
    let server = TestServer::start().await;
    let client = server.add_client(&["scim:read"], |_| {}).await;
    let token = client.token(&server, Some("scim:read")).await;
    server.caller(&token).await;
    let (kid, _) = signer(&server, &client).await;
    server
        .edit(domain::Edit::none(()).delete(domain::store::Kind::Key, kid))
        .await;
    let outcome = server.authenticate(&client.realm, &token).await;
    let refused = matches!(
        outcome,
        Err(AuthenticateError::Invalid(InvalidToken::Foreign))
    );
    assert!(refused, "{outcome:?}");
    assert_eq!(
        client.introspect(&server, &token).await.text(),
        r#"{"active":false}"#
    );
}

#[tokio::test]
async fn keys_are_sealed_and_survive_a_restart() {
    let server = TestServer::start().await;
    let client = server.add_client(&["scim:read"], |_| {}).await;
    let before = (published(&server).await, signer(&server, &client).await);
    let server = server.restart().await;
    assert_eq!(
        (published(&server).await, signer(&server, &client).await),
        before
    );
}
