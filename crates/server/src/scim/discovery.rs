//! What the service provider can do and what resources look like (RFC 7644 §4).

use super::{ScimSurface, answer, request::ScimRequest};
use crate::{Access, Route, realm::InRealm, route::realm_path};
use axum::{
    http::{Method, StatusCode},
    response::Response,
};
use domain::{
    scim::{ScimFailure, SubType},
    snapshot::RealmSnapshot,
};
use scim::{ListResponse, ScimError, core, discovery};
use serde_json::Value;

/// The routes of discovery. A client reads `ServiceProviderConfig` before it has a token.
pub(super) fn routes() -> Vec<Route> {
    let (get, token) = (Method::GET, Access::Token);
    vec![
        Route::new(
            get.clone(),
            realm_path!("/scim/v2/ServiceProviderConfig"),
            Access::Public,
            service_provider_config,
        ),
        Route::new(
            get.clone(),
            realm_path!("/scim/v2/ResourceTypes"),
            token,
            resource_types,
        ),
        Route::new(
            get.clone(),
            realm_path!("/scim/v2/ResourceTypes/{id}"),
            token,
            resource_type,
        ),
        Route::new(get.clone(), realm_path!("/scim/v2/Schemas"), token, schemas),
        Route::new(get, realm_path!("/scim/v2/Schemas/{id}"), token, schema),
    ]
}

async fn service_provider_config(InRealm(snapshot, ..): InRealm<ScimSurface>) -> Response {
    answer::json(
        StatusCode::OK,
        &discovery::service_provider_config(&root(&snapshot)),
    )
}

async fn resource_types(request: ScimRequest) -> Response {
    request.respond(list(
        &request,
        all_resource_types(request.caller.snapshot()),
    ))
}

async fn resource_type(request: ScimRequest) -> Response {
    request.respond(one(&request, all_resource_types(request.caller.snapshot())))
}

async fn schemas(request: ScimRequest) -> Response {
    request.respond(list(&request, all_schemas(request.caller.snapshot())))
}

async fn schema(request: ScimRequest) -> Response {
    request.respond(one(&request, all_schemas(request.caller.snapshot())))
}

/// The realm's own types only (S12).
fn all_resource_types(snapshot: &RealmSnapshot) -> Vec<Value> {
    let base = root(snapshot);
    let types = snapshot.types().all().iter();
    types
        .map(|entry| discovery::resource_type(entry.schema.resource_type(), &base))
        .collect()
}

/// The realm's own schemas, those of sub-resources, and those of discovery itself.
fn all_schemas(snapshot: &RealmSnapshot) -> Vec<Value> {
    let base = root(snapshot);
    let own = snapshot
        .types()
        .schemas()
        .iter()
        .map(|record| &record.schema);
    let mut schemas: Vec<Value> = own.map(|schema| discovery::schema(schema, &base)).collect();
    let subs = SubType::ALL.map(|sub| discovery::schema(&sub.schema(), &base));
    schemas.extend(subs);
    schemas.extend(
        core::discovery_schemas()
            .iter()
            .map(|s| discovery::schema(s, &base)),
    );
    schemas
}

fn list(request: &ScimRequest, resources: Vec<Value>) -> Result<Response, ScimFailure> {
    refuse_filter(request)?;
    Ok(answer::json(StatusCode::OK, &ListResponse::all(resources)))
}

fn one(request: &ScimRequest, resources: Vec<Value>) -> Result<Response, ScimFailure> {
    refuse_filter(request)?;
    let id = Value::from(request.id.as_str());
    let found = resources
        .iter()
        .find(|resource| resource.get("id") == Some(&id));
    found
        .map(|found| answer::json(StatusCode::OK, found))
        .ok_or(ScimFailure::NotFound)
}

/// RFC 7644 §4: "If a "filter" is provided, the service provider SHOULD respond with HTTP status
/// code 403 (Forbidden) to ensure that clients cannot incorrectly assume that any matching
/// conditions specified in a filter are applied."
fn refuse_filter(request: &ScimRequest) -> Result<(), ScimError> {
    match request.has_filter() {
        true => Err(ScimError::new(403, None, "discovery can't be filtered")),
        false => Ok(()),
    }
}

/// The URL of the SCIM root.
fn root(snapshot: &RealmSnapshot) -> String {
    format!("{}/scim/v2", snapshot.issuer())
}
