//! The files that pages refer to: style and scripts, under names that change with their content.

use super::render::PageSurface;
use crate::respond::Surface;
use axum::{
    extract::Path,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

/// `GET /assets/{name}`.
pub(super) async fn asset(Path(name): Path<String>) -> Response {
    let Some(asset) = pages::asset(&name) else {
        return PageSurface::not_found("There is nothing at this address.");
    };
    let mut response = asset.bytes.into_response();
    let headers = response.headers_mut();
    let media_type = HeaderValue::from_static(asset.media_type);
    headers.insert(header::CONTENT_TYPE, media_type);
    if asset.immutable {
        let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
        headers.insert(header::CACHE_CONTROL, forever);
    }
    response
}
