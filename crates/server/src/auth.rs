//! The bearer token of a request, verified: where every [`Caller`] of a handler comes from.

use crate::{
    App,
    respond::{Surface, with_challenge},
};
use axum::{
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::Response,
};
use domain::{
    access::{Caller, Refusal},
    snapshot::RealmSnapshot,
    tokens::{AuthenticateError, InvalidToken, PresentedToken},
};
use oauth::{
    ErrorCode, OAuthError, ResourceIndicator,
    bearer::{self, BearerToken, Challenge},
    well_known,
};
use std::sync::Arc;

/// The token that a request presents: one, in its `Authorization` header (G1, G2).
///
/// # Errors
/// What is wrong with what was presented; nothing if nothing was. [`unauthenticated`] is the answer.
pub(crate) fn token(parts: &Parts) -> Result<PresentedToken<'_>, Option<OAuthError>> {
    bearer_token(parts).map(PresentedToken::from)
}

/// The same as it was sent.
///
/// # Errors
/// As [`token`].
pub(crate) fn bearer_token(parts: &Parts) -> Result<BearerToken<'_>, Option<OAuthError>> {
    let query = parts.uri.query().unwrap_or_default();
    if form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "access_token") {
        let problem = "an access token is never taken from the address";
        return Err(Some(OAuthError::new(ErrorCode::InvalidRequest, problem)));
    }
    bearer::extract(&authorization(&parts.headers))?.ok_or(None)
}

/// The surface's 401 with a challenge for who presents no token, or a bad one (RFC 6750 §3); 400 for more
/// than one, or one in the address (G2).
pub(crate) fn unauthenticated<S: Surface>(
    snapshot: &RealmSnapshot,
    problem: Option<OAuthError>,
) -> Response {
    match problem {
        Some(error) => refused::<S>(snapshot, error),
        None => {
            let detail = "An access token is needed: `Authorization: Bearer …`.";
            S::unauthorized(&challenge(snapshot), detail)
        }
    }
}

/// Whoever presented `token`, if it is a valid access token of the realm `snapshot`.
pub(crate) async fn caller<S: Surface>(
    token: &PresentedToken<'_>,
    app: &App,
    snapshot: &Arc<RealmSnapshot>,
) -> Result<Caller, Response> {
    match app.core().authenticate(snapshot, token).await {
        Ok(caller) => Ok(caller),
        Err(AuthenticateError::Invalid(reason)) => Err(invalid_token::<S>(snapshot, reason)),
        Err(AuthenticateError::Store(error)) => Err(S::unavailable(&error)),
    }
}

/// The values of all `Authorization` headers; what is no text has the form of no credentials.
pub(crate) fn authorization(headers: &HeaderMap) -> Vec<&str> {
    let values = headers.get_all(header::AUTHORIZATION).iter();
    values
        .map(|value| std::str::from_utf8(value.as_bytes()).unwrap_or_default())
        .collect()
}

/// 401 for a token that is not good, or no longer.
pub(crate) fn invalid_token<S: Surface>(
    snapshot: &RealmSnapshot,
    reason: InvalidToken,
) -> Response {
    let error = OAuthError::new(ErrorCode::InvalidToken, reason.to_string());
    refused::<S>(snapshot, error)
}

/// RFC 6750 §3.1: `invalid_token` or `invalid_request`, with its status.
fn refused<S: Surface>(snapshot: &RealmSnapshot, error: OAuthError) -> Response {
    let status = StatusCode::from_u16(error.http_status()).unwrap_or(StatusCode::UNAUTHORIZED);
    let response = S::error(status, Some(error.code().as_str()), error.description());
    with_challenge(response, &challenge(snapshot).error(error))
}

/// The challenge of a realm, without an error (RFC 6750 §3, RFC 9728 §5.1).
pub(crate) fn challenge(snapshot: &RealmSnapshot) -> Challenge {
    let challenge = Challenge::new(snapshot.key().to_string());
    match well_known::protected_resource(&ResourceIndicator::from(snapshot.issuer())) {
        Some(address) => challenge.resource_metadata(address),
        None => challenge,
    }
}

/// The challenge of a refused action: it names scopes that would do (RFC 6750 §3.1).
pub(crate) fn insufficient_scope(snapshot: &RealmSnapshot, refusal: &Refusal) -> Challenge {
    let error = OAuthError::new(ErrorCode::InsufficientScope, &refusal.sentence);
    challenge(snapshot)
        .error(error)
        .scope(refusal.sufficient.clone())
}
