//! Tokens, and who takes away what they hang from.

use crate::{
    arena::{Arena, both_ends, handicap},
    support::Answer,
};
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Of racers who delete, or ask for a token: how many deleted, and the tokens. The others found nothing to delete, or
/// were told one of `late`.
fn tally(
    round: u32,
    answers: Vec<(bool, Answer)>,
    late: &[(bool, u16, &str)],
) -> (usize, Vec<String>) {
    let (mut deleted, mut tokens) = (0, Vec::new());
    for (deletes, answer) in answers {
        match (deletes, answer.status.as_u16()) {
            (true, 204) => deleted += 1,
            (false, 200) => {
                tokens.push(answer.json()["access_token"].as_str().unwrap().to_owned());
            }
            (true, 404) => {}
            (deletes, status) => {
                let body = answer.json();
                let said = if deletes {
                    &body["code"]
                } else {
                    &body["error"]
                };
                let told = (deletes, status, said.as_str().unwrap_or_default());
                assert!(late.contains(&told), "round {round}: {status} {body}");
            }
        }
    }
    (deleted, tokens)
}

/// Product §2.4: no token appears for a scope that is gone, and a scope goes only if no token of it is there.
pub(crate) async fn a_scope_goes_without_tokens_or_stays(arena: Arena) {
    both_ends("delete a scope or issue a token", async |round| {
        let name = format!("race:{round}");
        let scope = arena
            .make("/scopes", json!({"name": name, "type": "generic"}))
            .await;
        let client = arena.client(&[&name]).await;
        let assigned = format!(
            "/applications/{}/assigned-scopes/{}",
            client.id,
            scope.rsplit('/').next().unwrap()
        );
        let answers = arena.race(|arena, racer| {
            let (deletes, scope, assigned) = (racer % 2 == 0, scope.clone(), assigned.clone());
            let (client, name) = (client.clone(), name.clone());
            async move {
                handicap(round, deletes).await;
                let answer = match deletes {
                    // Until it is taken off the client the first guard holds.
                    true => {
                        arena.call("DELETE", &assigned, None).await;
                        arena.call("DELETE", &scope, None).await
                    }
                    false => client.ask(&arena.server, Some(&name)).await,
                };
                (deletes, answer)
            }
        });
        let late = [(true, 409, "in_use"), (false, 400, "invalid_scope")];
        let (deleted, tokens) = tally(round, answers.await, &late);
        let gone = arena.call("GET", &scope, None).await.status == 404;
        assert_eq!(deleted, usize::from(gone), "round {round}");
        assert_eq!(
            gone,
            tokens.is_empty(),
            "round {round}: {} tokens",
            tokens.len()
        );
        gone
    })
    .await;
}

/// A client's end takes the tokens with it that were issued before, and none is issued after.
pub(crate) async fn a_client_goes_with_its_tokens(arena: Arena) {
    both_ends("some tokens, or none", async |round| {
        let client = arena.client(&["scim:read"]).await;
        let application = format!("/applications/{}", client.id);
        let answers = arena.race(|arena, racer| {
            let (client, application) = (client.clone(), application.clone());
            async move {
                let deletes = racer % 4 == 0;
                handicap(round, deletes).await;
                let answer = match deletes {
                    true => arena.call("DELETE", &application, None).await,
                    false => client.ask(&arena.server, Some("scim:read")).await,
                };
                (deletes, answer)
            }
        });
        // The second is told when it went while the token was recorded.
        let late = [
            (false, 401, "invalid_client"),
            (false, 400, "invalid_scope"),
        ];
        let (deleted, tokens) = tally(round, answers.await, &late);
        assert_eq!(deleted, 1, "round {round}");
        client.ask(&arena.server, None).await.expect(401);
        for token in &tokens {
            assert!(!arena.is_active(token).await, "round {round}");
            let users = arena.server.admin.path("/scim/v2/Users");
            arena
                .server
                .call("GET", &users, token, None)
                .await
                .expect(401);
        }
        tokens.is_empty()
    })
    .await;
}

/// RFC 7009 §2.1: "the invalidation takes place immediately, and the token cannot be used again after the
/// revocation". Whoever asks after the answer hears no; whoever heard no never hears yes again.
pub(crate) async fn what_is_revoked_stays_revoked(arena: Arena) {
    let client = arena.client(&["scim:read"]).await;
    both_ends("asked before, or only after", async |round| {
        let token = client.token(&arena.server, Some("scim:read")).await;
        let revoked = Arc::new(AtomicBool::new(false));
        let saw = arena.race(|arena, racer| {
            let (client, token, revoked) = (client.clone(), token.clone(), revoked.clone());
            async move {
                handicap(round, racer == 0).await;
                if racer == 0 {
                    client.revoke(&arena.server, &token).await.expect(200);
                    revoked.store(true, Ordering::SeqCst);
                    return false;
                }
                let (mut was_active, mut was_inactive) = (false, false);
                loop {
                    let after = revoked.load(Ordering::SeqCst);
                    let active = match racer % 2 {
                        0 => arena.is_active(&token).await,
                        _ => {
                            let users = arena.server.admin.path("/scim/v2/Users?count=0");
                            arena.server.call("GET", &users, &token, None).await.status == 200
                        }
                    };
                    assert!(
                        !(active && after),
                        "round {round}: active after its revocation"
                    );
                    assert!(!(active && was_inactive), "round {round}: active again");
                    was_active |= active;
                    was_inactive |= !active;
                    if after {
                        return was_active;
                    }
                    // An answer from memory waits for nothing; the others want their turn.
                    tokio::task::yield_now().await;
                }
            }
        });
        let saw = saw.await;
        assert!(!arena.is_active(&token).await);
        saw.contains(&true)
    })
    .await;
}
