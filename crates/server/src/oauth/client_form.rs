//! A form sent by a client that presents itself in it (RFC 6749 §2.3, §3.2).

use super::{OAuthSurface, answer};
use crate::{App, auth::authorization, realm::InRealm};
use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, FromRequestParts, Request},
    http::{header, request::Parts},
    response::Response,
};
use domain::{
    snapshot::RealmSnapshot,
    tokens::{AuthenticatedClient, Endpoint, RequestError},
};
use oauth::{
    ErrorCode, OAuthError, PresentedClient,
    form::{self, Parameters},
};
use std::sync::Arc;

/// A well-formed form, and who sent it as far as they say.
#[derive(Debug)]
pub(super) struct ClientForm {
    snapshot: Arc<RealmSnapshot>,
    presented: PresentedClient,
    parameters: Parameters,
}

impl ClientForm {
    pub(super) fn snapshot(&self) -> &RealmSnapshot {
        &self.snapshot
    }

    pub(super) fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The client, once it has proven itself.
    pub(super) async fn authenticate(
        &self,
        app: &App,
        endpoint: Endpoint,
    ) -> Result<AuthenticatedClient, RequestError> {
        app.core()
            .authenticate_client(&self.snapshot, &self.presented, endpoint)
            .await
    }
}

impl FromRequest<App> for ClientForm {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let InRealm(snapshot, ..) =
            InRealm::<OAuthSurface>::from_request_parts(&mut parts, app).await?;
        // One byte more than may be, so that what is too long is refused and never cut (REG-09).
        let body = to_bytes(body, form::MAX_BODY_BYTES + 1).await;
        let body = body.map_err(|_| invalid("the request is too long, or broke off"));
        match body.and_then(|body| read(&parts, body)) {
            Ok((presented, parameters)) => Ok(Self {
                snapshot,
                presented,
                parameters,
            }),
            Err(error) => Err(answer::<()>(&snapshot, Err(error.into()))),
        }
    }
}

fn read(parts: &Parts, body: Bytes) -> Result<(PresentedClient, Parameters), OAuthError> {
    let content_type = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok());
    if !content_type.is_some_and(form::is_form) {
        return Err(invalid(&format!(
            "the body must be a form: {}",
            form::MEDIA_TYPE
        )));
    }
    // RFC 6749 §2.3.1: credentials "MUST NOT be included in the request URI".
    if parts.uri.query().is_some_and(|query| !query.is_empty()) {
        return Err(invalid(
            "parameters belong into the body, not into the address",
        ));
    }
    let parameters = Parameters::of_body(body)?;
    let presented = PresentedClient::from_parts(&authorization(&parts.headers), &parameters)?;
    Ok((presented, parameters))
}

fn invalid(problem: &str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidRequest, problem)
}
