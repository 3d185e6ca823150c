//! Searches: GET of a collection or of the root, and `POST …/.search` (RFC 7644 §3.4.2, §3.4.3).

use super::{answer, request::ScimRequest};
use crate::{Access, App, Route, route::realm_path};
use axum::{extract::State, http::Method, response::Response};
use domain::scim::ScimFailure;
use scim::{ScimError, query::ListQuery};

/// The routes of searches.
pub(super) fn routes() -> Vec<Route> {
    let read = Access::Scope("scim:read");
    vec![
        Route::new(Method::GET, realm_path!("/scim/v2/{endpoint}"), read, list),
        Route::new(
            Method::POST,
            realm_path!("/scim/v2/{endpoint}/.search"),
            read,
            search,
        ),
        Route::new(Method::GET, realm_path!("/scim/v2"), read, list_all),
        Route::new(Method::GET, realm_path!("/scim/v2/"), read, list_all),
        Route::new(
            Method::POST,
            realm_path!("/scim/v2/.search"),
            read,
            search_all,
        ),
    ]
}

async fn list(State(app): State<App>, request: ScimRequest) -> Response {
    let result = in_type(&app, &request, ScimRequest::list_query).await;
    request.respond(result)
}

async fn search(State(app): State<App>, request: ScimRequest) -> Response {
    let result = in_type(&app, &request, search_request).await;
    request.respond(result)
}

async fn list_all(State(app): State<App>, request: ScimRequest) -> Response {
    let result = everywhere(&app, &request, ScimRequest::list_query).await;
    request.respond(result)
}

async fn search_all(State(app): State<App>, request: ScimRequest) -> Response {
    let result = everywhere(&app, &request, search_request).await;
    request.respond(result)
}

/// RFC 7644 §3.4.3: the query is the body.
pub(super) fn search_request(request: &ScimRequest) -> Result<ListQuery, ScimError> {
    ListQuery::from_search_request(request.body()?)
}

async fn in_type(
    app: &App,
    request: &ScimRequest,
    query: impl Fn(&ScimRequest) -> Result<ListQuery, ScimError>,
) -> Result<Response, ScimFailure> {
    let permit = request.caller.permit_scim(&request.place()?)?;
    let found = app
        .core()
        .search_resources(&permit, &query(request)?)
        .await?;
    Ok(answer::list(&found))
}

async fn everywhere(
    app: &App,
    request: &ScimRequest,
    query: impl Fn(&ScimRequest) -> Result<ListQuery, ScimError>,
) -> Result<Response, ScimFailure> {
    let permits = request.caller.permit_search_everywhere()?;
    let found = app
        .core()
        .search_everywhere(&permits, &query(request)?)
        .await?;
    Ok(answer::list(&found))
}
