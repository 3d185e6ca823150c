//! `/Bulk` (RFC 7644 §3.7).

use super::{answer, request::ScimRequest};
use crate::{Access, App, Route, route::realm_path};
use axum::{
    extract::State,
    http::{Method, StatusCode},
    response::Response,
};

/// The route of bulk. Any token may come here: each operation asks for its own right (S11).
pub(super) fn routes() -> Vec<Route> {
    vec![Route::new(
        Method::POST,
        realm_path!("/scim/v2/Bulk"),
        Access::Token,
        bulk,
    )]
}

async fn bulk(State(app): State<App>, request: ScimRequest) -> Response {
    let result = async {
        let done = app.core().bulk(&request.caller, request.body()?).await?;
        Ok(answer::json(StatusCode::OK, &done))
    };
    request.respond(result.await)
}
