//! Answers that every surface gives in its own shape.

use axum::{
    Json,
    http::{HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use domain::access::Refusal;
use oauth::bearer::Challenge;
use serde_json::json;

/// How a surface says what may go wrong anywhere on it.
pub(crate) trait Surface: Send + Sync + 'static {
    /// One error in the surface's shape. `keyword` is the surface's machine-readable word for it,
    /// where it has one; `detail` a sentence that says what to do about it.
    fn error(status: StatusCode, keyword: Option<&'static str>, detail: &str) -> Response;

    /// 404.
    fn not_found(detail: &str) -> Response {
        Self::error(StatusCode::NOT_FOUND, Some("not_found"), detail)
    }

    /// 401 with the challenge of RFC 6750 §3.
    fn unauthorized(challenge: &Challenge, detail: &str) -> Response {
        with_challenge(
            Self::error(StatusCode::UNAUTHORIZED, Some("invalid_token"), detail),
            challenge,
        )
    }

    /// 403 with the challenge that names scopes that would do (product §6.2).
    fn forbidden(challenge: &Challenge, refusal: &Refusal) -> Response {
        let response = Self::error(
            StatusCode::FORBIDDEN,
            Some("insufficient_scope"),
            &refusal_sentence(refusal),
        );
        with_challenge(response, challenge)
    }

    /// 503: the store can't be reached, or something failed that is not the caller's doing. The
    /// cause goes to the log only.
    fn unavailable(cause: &dyn std::fmt::Display) -> Response {
        tracing::error!(%cause, "a request failed");
        let detail = "The service can't do this now. Try again later.";
        let keyword = Some("temporarily_unavailable");
        retry_later(Self::error(
            StatusCode::SERVICE_UNAVAILABLE,
            keyword,
            detail,
        ))
    }
}

/// Adds `Retry-After` (RFC 9110 §10.2.3): it may go well in a second.
pub(crate) fn retry_later(mut response: Response) -> Response {
    let seconds = HeaderValue::from_static("1");
    response.headers_mut().insert(header::RETRY_AFTER, seconds);
    response
}

/// What is missing, and which scopes would do.
pub(crate) fn refusal_sentence(refusal: &Refusal) -> String {
    let missing = capitalised(&refusal.sentence);
    let names: Vec<_> = refusal
        .sufficient
        .iter()
        .map(|scope| format!("`{scope}`"))
        .collect();
    match names.as_slice() {
        [] => format!("{missing}."),
        [one] => format!("{missing}. The scope {one} would allow it."),
        several => {
            format!(
                "{missing}. The scopes {} together would allow it.",
                several.join(", ")
            )
        }
    }
}

/// A sentence that begins as sentences do.
pub(crate) fn capitalised(sentence: &str) -> String {
    let mut characters = sentence.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

/// Adds `WWW-Authenticate`.
pub(crate) fn with_challenge(mut response: Response, challenge: &Challenge) -> Response {
    if let Ok(value) = HeaderValue::from_str(&challenge.to_string()) {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, value);
    }
    response
}

/// Adds `Cache-Control: no-store` (B10).
pub(crate) fn no_store(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// 404 for a path that no route has, in the shape of the surface that it would belong to.
pub(crate) async fn not_found(uri: Uri) -> Response {
    by_surface(&uri, StatusCode::NOT_FOUND, NOTHING_HERE)
}

/// What 404 says of a path that no route has.
const NOTHING_HERE: &str = "There is nothing at this address.";

/// [`not_found`] at a path below a realm that has a route only while something is switched on.
pub(crate) fn nothing_here() -> Response {
    Problem::error(StatusCode::NOT_FOUND, None, NOTHING_HERE)
}

/// 405 for a method that a path does not have.
pub(crate) async fn method_not_allowed(method: Method, uri: Uri) -> Response {
    let detail = format!("The method {method} does nothing at this address.");
    by_surface(&uri, StatusCode::METHOD_NOT_ALLOWED, &detail)
}

fn by_surface(uri: &Uri, status: StatusCode, detail: &str) -> Response {
    if uri.path().contains("/scim/v2/") {
        return crate::scim::ScimSurface::error(status, None, detail);
    }
    Problem::error(status, None, detail)
}

/// Problem details (RFC 9457), the shape of the management API and of whatever has none.
#[derive(Debug)]
pub(crate) struct Problem;

impl Surface for Problem {
    fn error(status: StatusCode, keyword: Option<&'static str>, detail: &str) -> Response {
        let title = status.canonical_reason().unwrap_or("Error");
        let mut body = json!({ "title": title, "status": status.as_u16(), "detail": detail });
        if let (Some(keyword), Some(members)) = (keyword, body.as_object_mut()) {
            members.insert("code".into(), keyword.into());
        }
        problem(status, &body)
    }
}

/// An answer of RFC 9457's media type.
pub(crate) fn problem(status: StatusCode, body: &serde_json::Value) -> Response {
    let mut response = (status, Json(body)).into_response();
    let media_type = HeaderValue::from_static("application/problem+json");
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, media_type);
    response
}
