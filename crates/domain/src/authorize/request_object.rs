//! Signed requests (RFC 9101).

use crate::{Timestamp, config::Application, snapshot::RealmSnapshot};
use jose::{Algorithm, Expect, JwkSet, RegisteredClaims, VerifyingKeys};
use oauth::{ClientId, ErrorCode, OAuthError, RequestObject};
use serde::Deserialize;

/// The algorithms that a request object may be signed with; the client's keys narrow them.
pub const REQUEST_OBJECT_ALGORITHMS: &[Algorithm] = &Algorithm::ALL;

/// RFC 9101 §10.8: the type tells it from every other JWT; objects of OpenID Connect Core §6 have
/// `JWT` or none, and are told apart by their claims.
const HEADER: Expect<'static> = Expect {
    algs: REQUEST_OBJECT_ALGORITHMS,
    typ: &["oauth-authz-req+jwt", "JWT"],
    untyped: true,
};

/// Longest time that an object may still be valid, in seconds (FAPI 2.0 Message Signing §5.3.1).
const MAX_LIFETIME: i64 = 3600;
/// How far the client's clock may be off, in seconds (C2).
const LEEWAY: i64 = 10;

/// The parameters in a request object that `client` signed.
///
/// # Errors
/// `invalid_request_object`, whatever is wrong with it: shown, not redirected, for nothing of it is
/// known to be true.
pub(super) fn open(
    snapshot: &RealmSnapshot,
    client: &Application,
    object: &str,
    now: Timestamp,
) -> Result<RequestObject, OAuthError> {
    let invalid = |why: &str| OAuthError::new(ErrorCode::InvalidRequestObject, why);
    let registration = client.openid.registration.as_ref();
    let one = registration.and_then(|registration| registration.request_object_signing_alg);
    let algorithms = one.as_ref().map(std::slice::from_ref);
    let keys = client.jwks.as_ref().and_then(|jwks| {
        let set = JwkSet::deserialize(jwks).ok()?;
        let algorithms = algorithms.unwrap_or(REQUEST_OBJECT_ALGORITHMS);
        VerifyingKeys::from_jwk_set(&set, algorithms).ok()
    });
    let keys = keys.filter(|keys| !keys.is_empty());
    let keys = keys.ok_or_else(|| invalid("the application has no keys to sign requests with"))?;
    let verified = jose::verify_compact(object, &keys, &HEADER)
        .map_err(|_| invalid("the request object is not signed by the application"))?;
    let claims = RegisteredClaims::from_map(&verified.claims)
        .map_err(|_| invalid("a claim of the request object has a wrong type"))?;
    let client_id = client.client_id();
    if claims.iss.as_deref() != Some(client_id.as_str()) {
        return Err(invalid(
            "the request object is not issued by the application",
        ));
    }
    // RFC 9101 §4 and §10.2: it must be meant for this server. A `sub` would make it a client assertion (§10.8).
    let addressed = claims.aud.as_ref();
    if !addressed.is_some_and(|aud| aud.contains(snapshot.issuer().as_str())) {
        return Err(invalid(
            "the request object is not addressed to this server",
        ));
    }
    if claims.sub.is_some() {
        return Err(invalid("a request object has no subject"));
    }
    let now = now.seconds();
    claims
        .check_times(now, LEEWAY)
        .map_err(|error| invalid(&format!("the request object can't be used now: {error}")))?;
    if claims.exp.is_some_and(|exp| exp > now + MAX_LIFETIME) {
        return Err(invalid("the request object lasts longer than an hour"));
    }
    let client_id: ClientId = client_id.parse()?;
    RequestObject::from_claims(&verified.claims, &client_id)
}
