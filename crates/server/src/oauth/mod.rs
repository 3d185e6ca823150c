//! OAuth 2.0: the endpoints of the authorization server, and its metadata.

mod client_form;
mod device;
mod introspect;
mod jwks;
mod metadata;
mod par;
mod register;
mod revoke;
mod token;
mod userinfo;

use crate::{
    Access, Route,
    respond::{Surface, no_store},
    route::realm_path,
};
use axum::{
    Json,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{snapshot::RealmSnapshot, tokens::RequestError};
use oauth::{ErrorCode, OAuthError};
use serde::Serialize;
use serde_json::json;

/// The routes of the authorization server.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::new(
            Method::POST,
            realm_path!("/token"),
            Access::Client,
            token::token,
        ),
        Route::new(
            Method::POST,
            realm_path!("/introspect"),
            Access::Client,
            introspect::introspect,
        ),
        Route::new(
            Method::POST,
            realm_path!("/revoke"),
            Access::Client,
            revoke::revoke,
        ),
        Route::new(Method::POST, realm_path!("/par"), Access::Client, par::push),
        Route::new(
            Method::POST,
            realm_path!("/device_authorization"),
            Access::Client,
            device::authorize,
        ),
        Route::new(
            Method::GET,
            realm_path!("/userinfo"),
            Access::Person,
            userinfo::userinfo,
        ),
        Route::new(
            Method::POST,
            realm_path!("/userinfo"),
            Access::Person,
            userinfo::userinfo,
        ),
        Route::new(
            Method::GET,
            realm_path!("/jwks"),
            Access::Public,
            jwks::jwks,
        ),
    ];
    routes.extend(register::routes());
    routes.extend(metadata::routes());
    routes
}

/// The shape of errors of OAuth (RFC 6749 §5.2).
#[derive(Debug)]
pub(crate) struct OAuthSurface;

impl Surface for OAuthSurface {
    fn error(status: StatusCode, keyword: Option<&'static str>, detail: &str) -> Response {
        let error = keyword.unwrap_or("invalid_request");
        (
            status,
            Json(json!({ "error": error, "error_description": detail })),
        )
            .into_response()
    }

    fn not_found(detail: &str) -> Response {
        Self::error(StatusCode::NOT_FOUND, None, detail)
    }
}

/// The answer to a client that authenticates in the request itself. None of them is stored
/// anywhere on its way (RFC 6749 §5.1, RFC 7662 §4; B10).
fn answer<T: IntoResponse>(snapshot: &RealmSnapshot, outcome: Result<T, RequestError>) -> Response {
    uncached(match outcome {
        Ok(body) => body.into_response(),
        Err(RequestError::Refused(error)) => refused(snapshot, &error),
        Err(RequestError::Store(error)) => OAuthSurface::unavailable(&error),
    })
}

/// An answer that nobody keeps (RFC 6749 §5.1).
fn uncached(response: Response) -> Response {
    let mut response = no_store(response);
    response
        .headers_mut()
        .insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// RFC 6749 §5.2.
fn refused(snapshot: &RealmSnapshot, error: &OAuthError) -> Response {
    let status = match error.code() {
        // RFC 8628 §3.5: a device hears of it by the status of every other refusal at the token endpoint.
        ErrorCode::AccessDenied => StatusCode::BAD_REQUEST,
        _ => StatusCode::from_u16(error.http_status()).unwrap_or(StatusCode::BAD_REQUEST),
    };
    let mut response = (status, Json(error)).into_response();
    let challenge = error.basic_challenge(&snapshot.key().to_string());
    if let Some(Ok(challenge)) = challenge.map(|text| HeaderValue::from_str(&text)) {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// A document that anyone may read, and keep for as long as a new key is published before it
/// signs.
fn public_document(media_type: &'static str, body: &impl Serialize) -> Response {
    let max_age = domain::keys::JWKS_MAX_AGE.as_secs();
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CACHE_CONTROL, format!("public, max-age={max_age}")),
    ];
    (headers, Json(body)).into_response()
}
