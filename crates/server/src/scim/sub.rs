//! What belongs to a person: `/Users/{id}/…` and `/Me/…` (product §5).

use super::{answer, request::ScimRequest, search::search_request};
use crate::{Access, App, Route, respond};
use axum::{
    extract::State,
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
};
use domain::scim::{
    ReadAccount, ReadConsent, ReadConsentHistory, ReadExternalIdentity, ReadRequirements,
    ReplaceAccount, ResetPassword, Retrieved, RevokeConsent, ScimFailure, SearchConsentHistory,
    SearchConsents, SearchExternalIdentities, SubKind, SubPermit, UnlinkExternalIdentity,
};
use scim::{ScimError, query::ListQuery};

/// The same route of any person, and of the caller's own identity. None of the built-in scopes has
/// these operations.
macro_rules! both {
    ($method:ident, $rest:literal, $kind:ident, $handler:expr) => {
        [
            Route::new(
                Method::$method,
                concat!(
                    "/v1/tenants/{tenant}/realms/{realm}/scim/v2/{endpoint}/{id}",
                    $rest
                ),
                Access::Operation($kind::OPERATION),
                $handler,
            ),
            Route::new(
                Method::$method,
                concat!("/v1/tenants/{tenant}/realms/{realm}/scim/v2/Me", $rest),
                Access::Person,
                $handler,
            ),
        ]
    };
}

/// The routes of sub-resources.
#[rustfmt::skip]
pub(super) fn routes() -> Vec<Route> {
    [
        both!(GET, "/consents", SearchConsents, list::<SearchConsents>),
        both!(POST, "/consents/.search", SearchConsents, search::<SearchConsents>),
        both!(GET, "/consents/{sub}", ReadConsent, read::<ReadConsent>),
        both!(DELETE, "/consents/{sub}", RevokeConsent, revoke_consent),
        both!(GET, "/consentHistory", SearchConsentHistory, list::<SearchConsentHistory>),
        both!(POST, "/consentHistory/.search", SearchConsentHistory, search::<SearchConsentHistory>),
        both!(GET, "/consentHistory/{sub}", ReadConsentHistory, read::<ReadConsentHistory>),
        both!(GET, "/externalIdentities", SearchExternalIdentities, list::<SearchExternalIdentities>),
        both!(POST, "/externalIdentities/.search", SearchExternalIdentities, search::<SearchExternalIdentities>),
        both!(GET, "/externalIdentities/{sub}", ReadExternalIdentity, read::<ReadExternalIdentity>),
        both!(DELETE, "/externalIdentities/{sub}", UnlinkExternalIdentity, unlink),
        both!(GET, "/account", ReadAccount, read_account),
        both!(PUT, "/account", ReplaceAccount, replace_account),
        both!(GET, "/passwordQualityRequirements", ReadRequirements, requirements),
        both!(PUT, "/password", ResetPassword, replace_password),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn permit<K: SubKind>(request: &ScimRequest) -> Result<SubPermit<K>, ScimFailure> {
    request.caller.permit_sub::<K>(&request.owner()?)
}

fn found(retrieved: Retrieved) -> Response {
    match retrieved {
        Retrieved::Found(resource) => answer::resource(StatusCode::OK, &resource),
        Retrieved::NotModified { etag } => answer::empty(StatusCode::NOT_MODIFIED, &etag),
    }
}

async fn list<K: SubKind>(State(app): State<App>, request: ScimRequest) -> Response {
    let result = page::<K>(&app, &request, ScimRequest::list_query).await;
    request.respond(result)
}

async fn search<K: SubKind>(State(app): State<App>, request: ScimRequest) -> Response {
    let result = page::<K>(&app, &request, search_request).await;
    request.respond(result)
}

/// RFC 7644 §3.4.2, §3.4.3.
async fn page<K: SubKind>(
    app: &App,
    request: &ScimRequest,
    query: impl Fn(&ScimRequest) -> Result<ListQuery, ScimError>,
) -> Result<Response, ScimFailure> {
    let permit = permit::<K>(request)?;
    let query = query(request)?;
    let found = app.core().search_sub(&permit, &request.id, &query).await?;
    Ok(answer::list(&found))
}

async fn read<K: SubKind>(State(app): State<App>, request: ScimRequest) -> Response {
    let result = async {
        let permit = permit::<K>(&request)?;
        let (selection, preconditions) = (request.selection()?, request.preconditions()?);
        let named = (request.id.as_str(), request.sub.as_str());
        let core = app.core();
        let retrieved = core.retrieve_sub(&permit, named, &preconditions, &selection);
        Ok(found(retrieved.await?))
    };
    request.respond(result.await)
}

async fn revoke_consent(State(app): State<App>, request: ScimRequest) -> Response {
    let result = async {
        let permit = permit::<RevokeConsent>(&request)?;
        let named = (request.id.as_str(), request.sub.as_str());
        let preconditions = request.preconditions()?;
        let core = app.core();
        core.delete_consent(&permit, named, &preconditions).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    request.respond(result.await)
}

async fn unlink(State(app): State<App>, request: ScimRequest) -> Response {
    let result = async {
        let permit = permit::<UnlinkExternalIdentity>(&request)?;
        let named = (request.id.as_str(), request.sub.as_str());
        let preconditions = request.preconditions()?;
        let core = app.core();
        core.unlink_external(&permit, named, &preconditions).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    request.respond(result.await)
}

async fn read_account(State(app): State<App>, request: ScimRequest) -> Response {
    let result = async {
        let permit = permit::<ReadAccount>(&request)?;
        let (selection, preconditions) = (request.selection()?, request.preconditions()?);
        let core = app.core();
        let retrieved = core.read_account(&permit, &request.id, &preconditions, &selection);
        Ok(found(retrieved.await?))
    };
    request.respond(result.await)
}

async fn replace_account(State(app): State<App>, request: ScimRequest) -> Response {
    let result = async {
        let permit = permit::<ReplaceAccount>(&request)?;
        let (selection, preconditions) = (request.selection()?, request.preconditions()?);
        let (core, body) = (app.core(), request.body()?);
        let replaced = core.replace_account(&permit, &request.id, body, &preconditions, &selection);
        let replaced = replaced.await?;
        Ok(answer::resource(StatusCode::OK, &replaced))
    };
    request.respond(result.await)
}

async fn requirements(State(app): State<App>, request: ScimRequest) -> Response {
    let result = async {
        let permit = permit::<ReadRequirements>(&request)?;
        let (selection, preconditions) = (request.selection()?, request.preconditions()?);
        let core = app.core();
        let retrieved =
            core.password_requirements(&permit, &request.id, &preconditions, &selection);
        Ok(found(retrieved.await?))
    };
    request.respond(result.await)
}

/// The answer may have a password, which nothing may keep.
async fn replace_password(State(app): State<App>, request: ScimRequest) -> Response {
    let result = async {
        let permit = permit::<ResetPassword>(&request)?;
        let (core, body) = (app.core(), request.body()?);
        let replaced = core.replace_password(&permit, &request.id, body).await?;
        Ok(answer::resource(StatusCode::OK, &replaced))
    };
    respond::no_store(request.respond(result.await))
}
