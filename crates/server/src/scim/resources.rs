//! Resources of a type: `/{endpoint}` and `/{endpoint}/{id}` (RFC 7644 §3.2).

use super::{answer, request::ScimRequest};
use crate::{Access, App, Route, route::realm_path};
use axum::{
    extract::State,
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
};
use domain::scim::{Place, Retrieved, ScimFailure};

const COLLECTION: &str = realm_path!("/scim/v2/{endpoint}");
const RESOURCE: &str = realm_path!("/scim/v2/{endpoint}/{id}");

/// The routes of resources.
pub(super) fn routes() -> Vec<Route> {
    let (read, write) = (Access::Scope("scim:read"), Access::Scope("scim:write"));
    vec![
        Route::new(Method::POST, COLLECTION, write, create),
        Route::new(Method::GET, RESOURCE, read, retrieve),
        Route::new(Method::PUT, RESOURCE, write, replace),
        Route::new(Method::PATCH, RESOURCE, write, patch),
        Route::new(Method::DELETE, RESOURCE, write, delete),
    ]
}

/// RFC 7644 §3.3.
async fn create(State(app): State<App>, request: ScimRequest) -> Response {
    let result = async {
        let permit = request.caller.permit_scim(&request.place()?)?;
        let selection = request.selection()?;
        let made = app
            .core()
            .create_resource(&permit, request.body()?, &selection)
            .await?;
        Ok(answer::resource(StatusCode::CREATED, &made))
    };
    request.respond(result.await)
}

/// RFC 7644 §3.4.1.
async fn retrieve(State(app): State<App>, request: ScimRequest) -> Response {
    let result = async { retrieve_at(&app, &request, request.place()?).await };
    request.respond(result.await)
}

/// RFC 7644 §3.5.1.
async fn replace(State(app): State<App>, request: ScimRequest) -> Response {
    let result = async { replace_at(&app, &request, request.place()?).await };
    request.respond(result.await)
}

/// RFC 7644 §3.5.2.
async fn patch(State(app): State<App>, request: ScimRequest) -> Response {
    let result = async { patch_at(&app, &request, request.place()?).await };
    request.respond(result.await)
}

/// RFC 7644 §3.6.
async fn delete(State(app): State<App>, request: ScimRequest) -> Response {
    let result = async { delete_at(&app, &request, request.place()?).await };
    request.respond(result.await)
}

/// GET of the resource that the request names at `place`.
pub(super) async fn retrieve_at(
    app: &App,
    request: &ScimRequest,
    place: Place,
) -> Result<Response, ScimFailure> {
    let permit = request.caller.permit_scim(&place)?;
    let (selection, preconditions) = (request.selection()?, request.preconditions()?);
    let core = app.core();
    Ok(
        match core
            .retrieve_resource(&permit, &request.id, &preconditions, &selection)
            .await?
        {
            Retrieved::Found(resource) => answer::resource(StatusCode::OK, &resource),
            Retrieved::NotModified { etag } => answer::empty(StatusCode::NOT_MODIFIED, &etag),
        },
    )
}

/// PUT of the resource that the request names at `place`.
pub(super) async fn replace_at(
    app: &App,
    request: &ScimRequest,
    place: Place,
) -> Result<Response, ScimFailure> {
    let permit = request.caller.permit_scim(&place)?;
    let (selection, preconditions) = (request.selection()?, request.preconditions()?);
    let (core, body) = (app.core(), request.body()?);
    let made = core
        .replace_resource(&permit, &request.id, body, &preconditions, &selection)
        .await?;
    Ok(answer::resource(StatusCode::OK, &made))
}

/// PATCH of the resource that the request names at `place`.
pub(super) async fn patch_at(
    app: &App,
    request: &ScimRequest,
    place: Place,
) -> Result<Response, ScimFailure> {
    let permit = request.caller.permit_scim(&place)?;
    let (selection, preconditions) = (request.selection()?, request.preconditions()?);
    let (core, body) = (app.core(), request.body()?);
    let made = core
        .patch_resource(&permit, &request.id, body, &preconditions, &selection)
        .await?;
    Ok(match made.shown {
        true => answer::resource(StatusCode::OK, &made.resource),
        false => answer::empty(StatusCode::NO_CONTENT, &made.resource.etag),
    })
}

/// DELETE of the resource that the request names at `place`.
pub(super) async fn delete_at(
    app: &App,
    request: &ScimRequest,
    place: Place,
) -> Result<Response, ScimFailure> {
    let permit = request.caller.permit_scim(&place)?;
    app.core()
        .delete_resource(&permit, &request.id, &request.preconditions()?)
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
