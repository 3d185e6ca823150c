//! SCIM 2.0 (RFC 7644).

use crate::{Route, respond::Surface};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// The shape of SCIM errors (RFC 7644 §3.12).
#[derive(Debug)]
pub(crate) struct ScimSurface;

impl Surface for ScimSurface {
    fn error(status: StatusCode, keyword: Option<&'static str>, detail: &str) -> Response {
        let scim_type =
            (keyword == Some("insufficient_scope")).then_some(scim::ScimType::InsufficientScope);
        let error = scim::ScimError::new(status.as_u16(), scim_type, detail);
        let mut response = (status, Json(error.body())).into_response();
        let media_type = HeaderValue::from_static("application/scim+json");
        response.headers_mut().insert(header::CONTENT_TYPE, media_type);
        response
    }
}

/// The routes of the SCIM service provider.
pub(crate) fn routes() -> Vec<Route> {
    Vec::new()
}
