//! What may happen once.

use crate::{
    arena::{Arena, RACERS},
    support::{Answer, BASE_URL, START, secrets},
};
use axum::body::Body;
use domain::{Core, ManualClock, config::Application};
use http::Request;
use jose::{Algorithm, JwkSet, SigningKey};
use oauth::{CLIENT_ASSERTION_TYPE_JWT, TokenEndpointAuthMethod};
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::TempDir;

const ROUNDS: usize = 10;

/// How many of the answers have the one status; all others have the other one.
#[track_caller]
fn won(answers: &[Answer], wins: u16, loses: u16) -> usize {
    for answer in answers {
        let status = answer.status.as_u16();
        assert!(
            status == wins || status == loses,
            "{status}: {}",
            answer.text()
        );
    }
    let won = |answer: &&Answer| answer.status.as_u16() == wins;
    answers.iter().filter(won).count()
}

/// C1, R12: RFC 7523 §3, a `jti` is used up by the first who presents it.
pub(crate) async fn an_assertion_authenticates_once(arena: Arena) {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let jwks = serde_json::to_value(JwkSet::from_iter([key.public_jwk()])).unwrap();
    let change = |application: &mut Application| {
        application.auth_method = TokenEndpointAuthMethod::PrivateKeyJwt;
        application.jwks = Some(jwks);
        application.secrets.clear();
    };
    let client = arena.server.add_client(&["scim:read"], change).await;
    for round in 0..ROUNDS {
        let now = arena.server.core.now().seconds();
        let claims = json!({
            "iss": client.id, "sub": client.id, "aud": arena.server.snapshot().issuer().as_str(),
            "iat": now, "exp": now + 60, "jti": round.to_string(),
        });
        let assertion = key
            .sign_compact("JWT", claims.to_string().as_bytes())
            .unwrap();
        let answers = arena.race(|arena, _| {
            let assertion = assertion.clone();
            async move {
                let form = [
                    ("grant_type", "client_credentials"),
                    ("scope", "scim:read"),
                    ("client_assertion_type", CLIENT_ASSERTION_TYPE_JWT),
                    ("client_assertion", &assertion),
                ];
                let path = arena.server.admin.path("/token");
                arena.server.post_form(&path, &[], &form).await
            }
        });
        assert_eq!(won(&answers.await, 200, 401), 1, "round {round}");
    }
}

/// RFC 7643 §4.1.1: `userName` is unique, whatever its letter case.
pub(crate) async fn a_user_name_is_taken_once(arena: Arena) {
    for round in 0..ROUNDS {
        let answers = arena.race(|arena, racer| async move {
            let name = format!("name-{round}");
            let name = if racer % 2 == 0 { name } else { name.to_uppercase() };
            let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name});
            arena.call("POST", "/scim/v2/Users", Some(body)).await
        });
        let answers = answers.await;
        assert_eq!(won(&answers, 201, 409), 1, "round {round}");
        for answer in answers.iter().filter(|answer| answer.status == 409) {
            assert_eq!(answer.json()["scimType"], "uniqueness");
        }
    }
    let all = arena.call("GET", "/scim/v2/Users", None).await.expect(200);
    assert_eq!(all.json()["totalResults"], ROUNDS);
}

/// RFC 7644 §3.14: of many that saw one version, one replaces it.
pub(crate) async fn a_version_is_replaced_once(arena: Arena) {
    let user =
        json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "zoe"});
    let path = arena.make("/scim/v2/Users", user).await;
    for round in 0..ROUNDS {
        let seen = arena.call("GET", &path, None).await.expect(200);
        let answers = arena.race(|arena, racer| {
            let body = json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": [{"op": "replace", "path": "title", "value": format!("{round}-{racer}")}],
            });
            let request = Request::patch(arena.server.admin.path(&path))
                .header("authorization", format!("Bearer {}", arena.admin))
                .header("content-type", "application/scim+json")
                .header("if-match", seen.header("etag"))
                .body(Body::from(body.to_string()));
            async move { arena.server.send(request.unwrap()).await }
        });
        let answers = answers.await;
        assert_eq!(won(&answers, 200, 412), 1, "round {round}");
        let winner = answers
            .iter()
            .position(|answer| answer.status == 200)
            .unwrap();
        let now = arena.call("GET", &path, None).await.expect(200);
        assert_eq!(now.json()["title"], format!("{round}-{winner}"));
    }
}

/// R17: of many promotions of the next key one is made, and one key signs.
pub(crate) async fn a_key_is_promoted_once(arena: Arena) {
    for round in 0..ROUNDS {
        let keys = arena.call("GET", "/keys", None).await.expect(200).json();
        let next = match find(&keys, "next").as_slice() {
            [next, ..] => format!("/keys/{next}"),
            [] => arena.make("/keys", json!({})).await,
        };
        let answers = arena.race(|arena, _| {
            let next = next.clone();
            async move {
                let body = json!({"state": "active", "forced": true});
                arena.call("PATCH", &next, Some(body)).await
            }
        });
        assert_eq!(won(&answers.await, 200, 409), 1, "round {round}");
        let keys = arena.call("GET", "/keys", None).await.expect(200).json();
        assert_eq!(find(&keys, "active"), [next.rsplit('/').next().unwrap()]);
    }
}

/// The ids of the keys in a state.
fn find<'a>(keys: &'a Value, state: &str) -> Vec<&'a str> {
    let keys = keys["items"].as_array().unwrap().iter();
    keys.filter(|key| key["state"] == state)
        .map(|key| key["id"].as_str().unwrap())
        .collect()
}

/// Sixteen nodes that start on one empty store make one administrator.
pub(crate) async fn the_first_administrator_is_made_once(arena: Arena) {
    for _ in 0..3 {
        let directory = TempDir::new().unwrap();
        let address = match arena.on_postgres {
            true => crate::postgres::database().await.unwrap(),
            false => format!("sqlite:{}", directory.path().join("new.sqlite3").display()),
        };
        let options = store::OpenOptions::default();
        let store = store::open(&address, options).await.unwrap();
        let made = arena.race(|_, _| {
            let store = store.clone();
            async move {
                let clock = Arc::new(ManualClock::new(START));
                let core = Core::load(store, clock, secrets(), BASE_URL).await.unwrap();
                core.set_up().await
            }
        });
        let made = made.await;
        let made = made.iter().filter(|made| matches!(made, Ok(Some(_))));
        assert_eq!(made.count(), 1, "of {RACERS}");
    }
}

/// T10, U6, REG-06: sixteen who have the same link make one administrator.
pub(crate) async fn a_set_up_link_is_used_once(arena: Arena) {
    // The resets change the secret that the administrator's client signs in with.
    let reader = arena.server.add_client(&["scim:read"], |_| {}).await;
    for _ in 0..3 {
        let realm = domain::RealmKey::system();
        let reset = arena.server.core.reset_administrator(&realm).await;
        let reset = reset.unwrap();
        let (path, link) = reset.set_up.expose().split_once("?link=").unwrap();
        let path = path.strip_prefix(BASE_URL).unwrap();
        let answers = arena.race(|arena, racer| {
            let (path, link) = (path.to_owned(), link.to_owned());
            async move {
                let name = format!("{}{racer}", &link[20..30]);
                let form = [
                    ("action", "set-up"),
                    ("link", &link),
                    ("username", &name),
                    ("new_password", "a long enough sentence"),
                    ("new_password_again", "a long enough sentence"),
                ];
                let headers = [("origin", BASE_URL)];
                arena.server.post_form(&path, &headers, &form).await
            }
        });
        assert_eq!(won(&answers.await, 200, 410), 1);
    }
    let token = reader.token(&arena.server, Some("scim:read")).await;
    let users = reader.path("/scim/v2/Users");
    let found = arena.server.call("GET", &users, &token, None).await;
    assert_eq!(found.expect(200).json()["totalResults"], 3);
}
