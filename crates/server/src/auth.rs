//! The bearer token of a request, verified: where every [`Caller`] of a handler comes from.

use crate::{
    App,
    realm::InRealm,
    respond::{Surface, with_challenge},
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::Response,
};
use domain::{
    access::{Caller, Refusal},
    snapshot::RealmSnapshot,
    tokens::{AuthenticateError, InvalidToken},
};
use oauth::{
    ErrorCode, OAuthError, ResourceIndicator,
    bearer::{self, BearerToken, Challenge},
    well_known,
};
use std::{marker::PhantomData, sync::Arc};

/// The caller of a request to a realm, by a valid access token of that realm (G1).
///
/// No token, or a bad one, is the surface's 401 with a challenge (RFC 6750 §3); more than one, or
/// one in the address, is 400 (G2).
#[derive(Debug)]
pub(crate) struct Auth<S>(pub(crate) Caller, pub(crate) PhantomData<S>);

impl<S: Surface> FromRequestParts<App> for Auth<S> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let InRealm(snapshot, ..) = InRealm::<S>::from_request_parts(parts, app).await?;
        caller::<S>(parts, app, &snapshot)
            .await
            .map(|caller| Self(caller, PhantomData))
    }
}

/// The caller of a request, by a valid access token of the realm `snapshot`.
pub(crate) async fn caller<S: Surface>(
    parts: &Parts,
    app: &App,
    snapshot: &Arc<RealmSnapshot>,
) -> Result<Caller, Response> {
    let bearer = match presented(parts) {
        Ok(Some(bearer)) => bearer,
        Ok(None) => {
            let detail = "An access token is needed: `Authorization: Bearer …`.";
            return Err(S::unauthorized(&challenge(snapshot), detail));
        }
        Err(error) => return Err(refused::<S>(snapshot, error)),
    };
    match app.core().authenticate(snapshot, &bearer).await {
        Ok(caller) => Ok(caller),
        Err(AuthenticateError::Invalid(reason)) => Err(invalid_token::<S>(snapshot, reason)),
        Err(AuthenticateError::Store(error)) => Err(S::unavailable(&error)),
    }
}

/// The one token of a request, in its `Authorization` header.
fn presented(parts: &Parts) -> Result<Option<BearerToken<'_>>, OAuthError> {
    let query = parts.uri.query().unwrap_or_default();
    if form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "access_token") {
        let problem = "an access token is never taken from the address";
        return Err(OAuthError::new(ErrorCode::InvalidRequest, problem));
    }
    bearer::extract(&authorization(&parts.headers))
}

/// The values of all `Authorization` headers; what is no text has the form of no credentials.
pub(crate) fn authorization(headers: &HeaderMap) -> Vec<&str> {
    let values = headers.get_all(header::AUTHORIZATION).iter();
    values
        .map(|value| value.to_str().unwrap_or_default())
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
