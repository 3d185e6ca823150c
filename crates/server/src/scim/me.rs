//! `/Me`: the identity that authorized the client (RFC 7644 §3.11, S14).

use super::{
    request::ScimRequest,
    resources::{delete_at, patch_at, replace_at, retrieve_at},
};
use crate::{Access, App, Route, route::realm_path};
use axum::{extract::State, http::Method, response::Response};

const ME: &str = realm_path!("/scim/v2/Me");

/// The routes of `/Me`.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new(Method::GET, ME, Access::Person, retrieve),
        Route::new(Method::PUT, ME, Access::Person, replace),
        Route::new(Method::PATCH, ME, Access::Person, patch),
        Route::new(Method::DELETE, ME, Access::Person, delete),
    ]
}

async fn retrieve(State(app): State<App>, request: ScimRequest) -> Response {
    let result = async { retrieve_at(&app, &request, request.me()?).await };
    request.respond(result.await)
}

async fn replace(State(app): State<App>, request: ScimRequest) -> Response {
    let result = async { replace_at(&app, &request, request.me()?).await };
    request.respond(result.await)
}

async fn patch(State(app): State<App>, request: ScimRequest) -> Response {
    let result = async { patch_at(&app, &request, request.me()?).await };
    request.respond(result.await)
}

/// No scope allows it (product §6.2): the engine's refusal says so.
async fn delete(State(app): State<App>, request: ScimRequest) -> Response {
    let result = async { delete_at(&app, &request, request.me()?).await };
    request.respond(result.await)
}
