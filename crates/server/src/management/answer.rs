//! Bodies in, answers and problems out (RFC 9457).

use crate::{
    auth,
    respond::{Problem, Surface, no_store, problem, refusal_sentence, with_challenge},
};
use ::scim::etag::EntityTags;
use axum::{
    Json,
    body::Bytes,
    extract::rejection::BytesRejection,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    management::{BatchFailure, Blocked, FieldError, ListPage, ManagementError, Object},
    scim::Preconditions,
    snapshot::RealmSnapshot,
};
use serde_json::{Value, json};

/// A thing as a whole, with its entity tag; it may hold a secret that is shown this once, so nobody keeps a
/// copy (B10).
pub(super) fn whole(status: StatusCode, object: Object, tag: &str) -> Response {
    let mut response = no_store((status, Json(Value::Object(object))).into_response());
    if let Ok(tag) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// A page of a list.
pub(super) fn page(page: &ListPage) -> Response {
    let items: usize = page.items.iter().map(|item| item.len() + 1).sum();
    let mut text = String::with_capacity(items + 512);
    text.push_str("{\"items\":[");
    for (number, item) in page.items.iter().enumerate() {
        if number > 0 {
            text.push(',');
        }
        text.push_str(item);
    }
    text.push(']');
    if let Some(token) = &page.next_page_token {
        text.push_str(",\"next_page_token\":");
        text.push_str(&Value::from(token.as_str()).to_string());
    }
    text.push('}');
    let media_type = [(header::CONTENT_TYPE, "application/json")];
    no_store((media_type, text).into_response())
}

/// 304 for who has the thing as it is (RFC 9110 §15.4.5).
pub(super) fn not_modified(tag: &str) -> Response {
    let mut response = no_store(StatusCode::NOT_MODIFIED.into_response());
    if let Ok(tag) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
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
    object_within(headers, body, media_types, ::scim::json::MAX_BODY)
}

/// The same, of at most so many bytes.
pub(super) fn object_within(
    headers: &HeaderMap,
    body: &Result<Bytes, BytesRejection>,
    media_types: &[&str],
    max_bytes: usize,
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
    ::scim::json::read_object_within(body, max_bytes).map_err(|error| {
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
        Unreadable::new(status, error.detail)
    })
}

/// The conditions of a request (RFC 9110 §13.1).
pub(super) fn conditions(headers: &HeaderMap) -> Result<Preconditions, FieldError> {
    let tags = |name: HeaderName| -> Result<Option<EntityTags>, FieldError> {
        let values = headers.get_all(&name).iter();
        // What is no text is no tag either.
        let values: Vec<_> = values.map(|value| value.to_str().unwrap_or("?")).collect();
        if values.is_empty() {
            return Ok(None);
        }
        let read = EntityTags::parse(&values.join(","));
        read.map(Some)
            .map_err(|error| FieldError::of_header(name.as_str(), &error.detail))
    };
    Ok(Preconditions {
        if_match: tags(header::IF_MATCH)?,
        if_none_match: tags(header::IF_NONE_MATCH)?,
    })
}

/// Why an operation in the realm `snapshot` was not done.
pub(super) fn refused(snapshot: &RealmSnapshot, error: ManagementError) -> Response {
    refused_with(snapshot, error, None)
}

/// Why a batch in the realm `snapshot` was not made, and which of its operations stands in the way.
pub(super) fn refused_operation(snapshot: &RealmSnapshot, failure: BatchFailure) -> Response {
    refused_with(snapshot, failure.error, failure.operation)
}

fn refused_with(
    snapshot: &RealmSnapshot,
    error: ManagementError,
    operation: Option<usize>,
) -> Response {
    let (status, code, detail) = match &error {
        ManagementError::Invalid(error) => {
            (StatusCode::BAD_REQUEST, "invalid", format!("{error}."))
        }
        ManagementError::NotFound => {
            let detail = "There is nothing at this address.".to_owned();
            (StatusCode::NOT_FOUND, "not_found", detail)
        }
        ManagementError::Stale => {
            let detail =
                "It is not as the request expects: somebody changed it meanwhile. Read it again.";
            let status = StatusCode::PRECONDITION_FAILED;
            (status, "changed_meanwhile", detail.to_owned())
        }
        ManagementError::Blocked(blocked) => {
            (StatusCode::CONFLICT, blocked.code, blocked.detail.clone())
        }
        ManagementError::Beyond(beyond) => (
            StatusCode::FORBIDDEN,
            "beyond_own_rights",
            beyond.to_string(),
        ),
        ManagementError::Refused(refusal) => {
            let detail = refusal_sentence(refusal);
            (StatusCode::FORBIDDEN, "insufficient_scope", detail)
        }
        ManagementError::Unauthenticated(reason) => {
            return auth::invalid_token::<Problem>(snapshot, *reason);
        }
        ManagementError::Unavailable(cause) => return Problem::unavailable(cause),
    };
    let mut body = Object::new();
    let title = status.canonical_reason().unwrap_or("Error");
    body.insert("title".into(), title.into());
    body.insert("status".into(), status.as_u16().into());
    body.insert("code".into(), code.into());
    body.insert("detail".into(), detail.into());
    if let Some(operation) = operation {
        body.insert("operation".into(), operation.into());
    }
    match &error {
        ManagementError::Invalid(error) => {
            let FieldError {
                field,
                rule,
                detail,
            } = error;
            let errors = json!([{ "field": field, "rule": rule, "detail": detail }]);
            body.insert("errors".into(), errors);
        }
        ManagementError::Blocked(blocked) if !blocked.used_by.is_empty() => {
            body.insert("used_by".into(), users(blocked));
        }
        _ => {}
    }
    let response = problem(status, &Value::Object(body));
    match &error {
        ManagementError::Refused(refusal) => {
            with_challenge(response, &auth::insufficient_scope(snapshot, refusal))
        }
        _ => response,
    }
}

fn users(blocked: &Blocked) -> Value {
    let users = blocked.used_by.iter();
    let each = users
        .map(|users| json!({ "kind": users.kind, "count": users.count, "first": users.first }));
    each.collect()
}
