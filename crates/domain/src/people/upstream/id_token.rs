//! ID tokens of a provider (OpenID Connect Core §3.1.3.7).

use super::{discovery::ALGORITHMS, error::UpstreamError};
use crate::{Timestamp, tokens::at_hash};
use jose::{Audience, ClaimRules, Expect, RegisteredClaims, VerifyingKeys, verify_compact};
use serde_json::{Map, Value};

/// How far a provider's clock may be ahead or behind, in seconds (C2).
const LEEWAY: i64 = 10;
/// Longest `sub`, in bytes (§2).
const MAX_SUBJECT: usize = 255;

/// What its header must say (J7): older providers send no `typ`.
const HEADER: Expect<'static> = Expect {
    algs: ALGORITHMS,
    typ: &["JWT"],
    untyped: true,
};

/// What the ID token must say.
pub(super) struct Demands<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    /// Since when the person must have signed in, if that matters.
    pub(super) fresh: Option<Timestamp>,
    /// The access token that came with it.
    pub(super) access_token: Option<&'a str>,
    pub(super) now: Timestamp,
}

/// What an ID token says that proves who signed in.
pub(super) struct Told {
    pub(super) subject: String,
    pub(super) auth_time: Option<Timestamp>,
    pub(super) claims: Map<String, Value>,
}

/// What the ID token says, if it is one to this request.
pub(super) fn verify(
    token: &str,
    keys: &VerifyingKeys,
    demands: &Demands<'_>,
) -> Result<Told, UpstreamError> {
    let verified = verify_compact(token, keys, &HEADER)?;
    let claims = verified.claims;
    let registered = RegisteredClaims::from_map(&claims)?;
    registered.check(&ClaimRules {
        issuer: demands.issuer,
        audience: demands.client_id,
        now: demands.now.seconds(),
        leeway: LEEWAY,
    })?;
    let wrong = |why| Err(UpstreamError::IdToken(why));
    if registered.iat.is_none() {
        return wrong("does not say when it was made");
    }
    // §3.1.3.7 (3)–(5): of several recipients, we are the one that it was issued to.
    let azp = claims.get("azp").map(|azp| azp.as_str());
    let several = matches!(&registered.aud, Some(Audience::Many(many)) if many.len() > 1);
    match azp {
        Some(azp) if azp != Some(demands.client_id) => return wrong("was issued to another"),
        None if several => return wrong("is for several, and does not say whom it was issued to"),
        Some(_) | None => {}
    }
    let nonce = claims.get("nonce").and_then(Value::as_str);
    let same = |nonce: &str| jose::constant_time_eq(nonce.as_bytes(), demands.nonce.as_bytes());
    if !nonce.is_some_and(same) {
        return wrong("has another nonce");
    }
    let auth_time = auth_time(&claims, demands)?;
    let hash = claims.get("at_hash").and_then(Value::as_str);
    let expected = demands
        .access_token
        .and_then(|token| at_hash(verified.header.algorithm, token));
    if let (Some(hash), Some(expected)) = (hash, expected)
        && hash != expected
    {
        return wrong("is of another access token");
    }
    match registered.sub {
        Some(subject) if (1..=MAX_SUBJECT).contains(&subject.len()) => Ok(Told {
            subject,
            auth_time,
            claims,
        }),
        _ => wrong("has no good sub"),
    }
}

/// When they signed in there (§2). Where that must be fresh, a provider that does not say, or that let an earlier
/// sign-in do, proves nothing (§3.1.3.7 (13), A14). What is fresh but for its clock is as fresh as was asked.
fn auth_time(
    claims: &Map<String, Value>,
    demands: &Demands<'_>,
) -> Result<Option<Timestamp>, UpstreamError> {
    let said = claims.get("auth_time").and_then(Value::as_i64);
    let Some(since) = demands.fresh else {
        let known = said.map(|at| at.clamp(0, demands.now.seconds()));
        return Ok(known.map(Timestamp::from_seconds));
    };
    let earliest = since.seconds().saturating_sub(LEEWAY);
    match said.filter(|at| *at >= earliest) {
        Some(at) => {
            let at = Timestamp::from_seconds(at.min(demands.now.seconds()));
            Ok(Some(at.max(since)))
        }
        None => Err(UpstreamError::IdToken("is of an earlier sign-in")),
    }
}
