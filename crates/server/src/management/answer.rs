//! Bodies in, answers and problems out (RFC 9457).

use crate::{
    auth,
    respond::{Problem, Surface, no_store, problem},
};
use axum::{
    Json,
    body::Bytes,
    extract::rejection::BytesRejection,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    management::{Blocked, FieldError, ManagementError, Object},
    snapshot::RealmSnapshot,
};
use serde_json::{Value, json};

/// A thing as a whole; it may hold a secret that is shown this once, so nobody keeps a copy (B10).
pub(super) fn whole(status: StatusCode, object: Object) -> Response {
    no_store((status, Json(Value::Object(object))).into_response())
}

/// Why a body can't be read.
pub(super) struct Unreadable {
    status: StatusCode,
    keyword: &'static str,
    detail: String,
}

impl Unreadable {
    fn new(status: StatusCode, detail: String) -> Self {
        let keyword = match status {
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
            StatusCode::PAYLOAD_TOO_LARGE => "too_large",
            _ => "malformed",
        };
        Self {
            status,
            keyword,
            detail,
        }
    }
}

impl From<Unreadable> for Response {
    fn from(problem: Unreadable) -> Self {
        Problem::error(problem.status, Some(problem.keyword), &problem.detail)
    }
}

/// The JSON object of a request, of one of the media types.
pub(super) fn object(
    headers: &HeaderMap,
    body: &Result<Bytes, BytesRejection>,
    media_types: &[&str],
) -> Result<Object, Unreadable> {
    let given = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = given
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    if !media_types
        .iter()
        .any(|known| known.eq_ignore_ascii_case(essence))
    {
        let detail = format!(
            "The body must be of the type `{}`.",
            media_types.join("` or `")
        );
        return Err(Unreadable::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    let body = body.as_ref().map_err(|rejection| {
        Unreadable::new(rejection.status(), format!("{}.", rejection.body_text()))
    })?;
    scim::json::read_object(body).map_err(|error| {
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
        Unreadable::new(status, error.detail)
    })
}

/// Why an operation in the realm `snapshot` was not done.
pub(super) fn refused(snapshot: &RealmSnapshot, error: ManagementError) -> Response {
    match error {
        ManagementError::Invalid(error) => invalid(&error),
        ManagementError::NotFound => Problem::not_found("There is nothing at this address."),
        ManagementError::Blocked(blocked) => conflict(&blocked),
        ManagementError::Beyond(beyond) => Problem::error(
            StatusCode::FORBIDDEN,
            Some("beyond_own_rights"),
            &beyond.to_string(),
        ),
        ManagementError::Unauthenticated(reason) => {
            auth::invalid_token::<Problem>(snapshot, reason)
        }
        ManagementError::Refused(refusal) => {
            Problem::forbidden(&auth::insufficient_scope(snapshot, &refusal), &refusal)
        }
        ManagementError::Unavailable(cause) => Problem::unavailable(&cause),
    }
}

fn invalid(error: &FieldError) -> Response {
    let status = StatusCode::BAD_REQUEST;
    problem(
        status,
        &json!({
            "title": "Bad Request",
            "status": status.as_u16(),
            "code": "invalid",
            "detail": format!("{error}."),
            "errors": [{ "field": error.field, "rule": error.rule, "detail": error.detail }],
        }),
    )
}

fn conflict(blocked: &Blocked) -> Response {
    let status = StatusCode::CONFLICT;
    let used_by: Vec<Value> = blocked
        .used_by
        .iter()
        .map(|users| json!({ "kind": users.kind, "count": users.count, "first": users.first }))
        .collect();
    let mut body = json!({
        "title": "Conflict",
        "status": status.as_u16(),
        "code": blocked.code,
        "detail": blocked.detail,
    });
    if let (false, Some(members)) = (used_by.is_empty(), body.as_object_mut()) {
        members.insert("used_by".into(), used_by.into());
    }
    problem(status, &body)
}
