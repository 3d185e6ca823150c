//! `private_key_jwt`: a client proves itself by a signed assertion (RFC 7523 §2.2, §3).

use super::{
    RequestError,
    client_auth::{CLOCK_SKEW, candidate, failed},
};
use crate::{
    Core, RealmKey, Timestamp,
    config::Application,
    snapshot::RealmSnapshot,
    store::{Change, Commit, CommitError, Conflict, TokenKey},
};
use jose::{Algorithm, Expect, JwkSet, RegisteredClaims, UntrustedClaims, VerifyingKeys};
use oauth::{Secret, TokenEndpointAuthMethod};
use serde::Deserialize;
use std::sync::Arc;

/// The algorithms that a client's assertion may be signed with; its registered keys narrow them.
pub const ASSERTION_ALGORITHMS: &[Algorithm] = &Algorithm::ALL;

/// Longest time that an assertion may still be valid, in seconds (C1).
const MAX_LIFETIME: i64 = 300;

/// What the header of an assertion must say (J7): older clients send no `typ`.
const HEADER: Expect<'static> = Expect {
    algs: ASSERTION_ALGORITHMS,
    typ: &["JWT", "client-authentication+jwt"],
    untyped: true,
};

/// An assertion that was right, and is not yet used up.
struct Proof<'a> {
    client: &'a Arc<Application>,
    jti: String,
    /// When it can't be used again anyway.
    dead: Timestamp,
}

impl Core {
    /// The client that signed the assertion; it is used up by that, in the whole cluster (C1).
    pub(super) async fn check_assertion<'a>(
        &self,
        snapshot: &'a RealmSnapshot,
        assertion: &Secret,
        client_id: Option<&str>,
    ) -> Result<&'a Arc<Application>, RequestError> {
        let proof =
            verify(snapshot, assertion.expose(), client_id, self.now()).ok_or_else(failed)?;
        let key = assertion_key(proof.client, &proof.jti);
        let used = Change::UseAssertion {
            key,
            expires_at: proof.dead,
        };
        let realm: RealmKey = snapshot.key().clone();
        match self
            .store()
            .commit(Commit {
                realm,
                changes: vec![used],
            })
            .await
        {
            Ok(_) => Ok(proof.client),
            Err(CommitError::Conflict(Conflict::Replayed)) => Err(failed().into()),
            Err(CommitError::Conflict(other)) => Err(super::unexpected(&other).into()),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}

fn verify<'a>(
    snapshot: &'a RealmSnapshot,
    assertion: &str,
    client_id: Option<&str>,
    now: Timestamp,
) -> Option<Proof<'a>> {
    let says = UntrustedClaims::peek(assertion).ok()?.sub?;
    let client = candidate(snapshot, &says, TokenEndpointAuthMethod::PrivateKeyJwt)?;
    // RFC 7521 §4.2: `client_id`, if present, "MUST identify the same client".
    if client_id.is_some_and(|id| id != says) {
        return None;
    }
    let keys = registered_keys(client)?;
    let verified = jose::verify_compact(assertion, &keys, &HEADER).ok()?;
    let claims = RegisteredClaims::from_map(&verified.claims).ok()?;
    // RFC 7523 §3 (1), (2): issuer and subject are the client.
    let of_client = |claim: &Option<String>| claim.as_deref() == Some(says.as_str());
    if !(of_client(&claims.iss) && of_client(&claims.sub)) {
        return None;
    }
    // The issuer as a single string only: what is addressed to a list, or to an endpoint, may
    // have been made for another server (C1).
    if !claims.aud?.is_only(snapshot.issuer().as_str()) {
        return None;
    }
    check_times(claims.exp?, claims.iat, claims.nbf, now.seconds())?;
    let jti = claims.jti.filter(|jti| !jti.is_empty())?;
    Some(Proof {
        client,
        jti,
        dead: Timestamp::from_seconds(claims.exp?).plus(CLOCK_SKEW),
    })
}

/// C1: at most five minutes ahead. C2: a client's clock may be ten seconds ahead or behind.
fn check_times(exp: i64, iat: Option<i64>, nbf: Option<i64>, now: i64) -> Option<()> {
    let skew = i64::try_from(CLOCK_SKEW.as_secs()).ok()?;
    let lives = now < exp.saturating_add(skew);
    let short = exp <= now + MAX_LIFETIME + skew;
    let begun = |at: Option<i64>| at.is_none_or(|at| at <= now + skew);
    (lives && short && begun(iat) && begun(nbf)).then_some(())
}

/// Keys come from the registration, never from the message (REG-14).
fn registered_keys(client: &Application) -> Option<VerifyingKeys> {
    let set = JwkSet::deserialize(client.jwks.as_ref()?).ok()?;
    let registration = client.openid.registration.as_ref();
    let one = registration.and_then(|registration| registration.token_endpoint_auth_signing_alg);
    let algorithms = one.as_ref().map(std::slice::from_ref);
    VerifyingKeys::from_jwk_set(&set, algorithms.unwrap_or(ASSERTION_ALGORITHMS))
        .ok()
        .filter(|keys| !keys.is_empty())
}

/// Of fixed width and then the rest: no two pairs have one key (G6).
fn assertion_key(client: &Application, jti: &str) -> TokenKey {
    TokenKey(jose::sha256(
        &[client.id.0.as_bytes(), jti.as_bytes()].concat(),
    ))
}

#[cfg(test)]
mod tests {
    use super::check_times;

    #[test]
    fn c1_c2_times_of_an_assertion() {
        let now = 1_000_000;
        let ok = |exp: i64, iat: Option<i64>, nbf: Option<i64>| {
            check_times(now + exp, iat.map(|t| now + t), nbf.map(|t| now + t), now).is_some()
        };
        for exp in [-9, 0, 1, 60, 300, 310] {
            assert!(ok(exp, None, None), "exp {exp}");
        }
        for exp in [i64::MIN / 2, -3600, -10, 311, 3600] {
            assert!(!ok(exp, None, None), "exp {exp}");
        }
        for ahead in [-3600, 0, 8, 10] {
            assert!(
                ok(60, Some(ahead), None) && ok(60, None, Some(ahead)),
                "{ahead} s ahead"
            );
        }
        for ahead in [11, 60, 3600] {
            assert!(!ok(60, Some(ahead), None), "iat {ahead} s ahead");
            assert!(!ok(60, None, Some(ahead)), "nbf {ahead} s ahead");
        }
    }
}
