//! Answers of SCIM's media type (RFC 7644 §3.1, §8.1).

use super::ScimSurface;
use crate::{auth, respond};
use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    access::Caller,
    scim::{Listed, Representation, ScimFailure},
};
use scim::ScimError;
use serde::Serialize;

/// A JSON body of type `application/scim+json`.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => written(status, body),
        Err(cause) => {
            tracing::error!(%cause, "an answer could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// As [`json`], of what is JSON already.
fn written(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let media_type = HeaderValue::from_static("application/scim+json");
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, media_type);
    response
}

/// A page of resources (RFC 7644 §3.4.2).
pub(super) fn list(listed: &Listed) -> Response {
    written(StatusCode::OK, listed.to_json())
}

/// A resource with its address and tag (RFC 7644 §3.3, §3.14).
pub(super) fn resource(status: StatusCode, resource: &Representation) -> Response {
    let mut response = written(status, resource.body.clone());
    set(&mut response, header::LOCATION, &resource.location);
    set(&mut response, header::ETAG, &resource.etag);
    response
}

/// An answer without a body, with the resource's tag.
pub(super) fn empty(status: StatusCode, etag: &str) -> Response {
    let mut response = status.into_response();
    set(&mut response, header::ETAG, etag);
    response
}

/// An error message (RFC 7644 §3.12).
pub(super) fn error(error: &ScimError) -> Response {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    json(status, &error.body())
}

/// A failure; a refusal with the challenge that names scopes that would do (product §6.2).
pub(super) fn failure(caller: &Caller, failure: &ScimFailure) -> Response {
    match failure {
        ScimFailure::Unauthenticated(reason) => {
            auth::invalid_token::<ScimSurface>(caller.snapshot(), *reason)
        }
        ScimFailure::Refused(refusal) => {
            let challenge = auth::insufficient_scope(caller.snapshot(), refusal);
            respond::with_challenge(error(&failure.error()), &challenge)
        }
        // A wrong current password: the token itself is good (RFC 6750 §3).
        ScimFailure::Error(error) if error.status == 401 => {
            respond::with_challenge(self::error(error), &auth::challenge(caller.snapshot()))
        }
        ScimFailure::Password(_) => json(StatusCode::BAD_REQUEST, &failure.body()),
        ScimFailure::Store(_) => respond::retry_later(error(&failure.error())),
        _ => error(&failure.error()),
    }
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
