//! The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2.1).

use super::{flow_page::send, visit::Visit};
use crate::App;
use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, FromRequestParts, Request, State},
    http::{StatusCode, header},
    response::Response,
};
use domain::authorize::{AuthorizeFailure, Authorized};
use oauth::{
    ErrorCode, OAuthError,
    form::{self, Parameters},
};
use pages::Fault;

/// `GET {realm}/authorize`.
pub(super) async fn query(State(app): State<App>, visit: Visit) -> Response {
    let query = Bytes::from(visit.query.clone().into_bytes());
    answer(&app, visit, Parameters::of_body(query)).await
}

/// `POST {realm}/authorize`: OpenID Connect Core §3.1.2.1 wants it too. It may come from any site.
///
/// Then it comes without cookies, which are `SameSite=Lax` (U1): it is sent again as a query, with them.
pub(super) async fn form(State(app): State<App>, sent: Sent) -> Response {
    let Sent {
        visit,
        parameters,
        query,
    } = sent;
    match parameters {
        Ok(_) if visit.is_new() => {
            Visit::see_other_as_is(&visit.path(&format!("/authorize?{query}")))
        }
        parameters => answer(&app, visit, parameters).await,
    }
}

/// A request that was posted.
pub(super) struct Sent {
    pub(super) visit: Visit,
    pub(super) parameters: Result<Parameters, OAuthError>,
    /// The same as a query.
    pub(super) query: String,
}

impl FromRequest<App> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, app).await?;
        let content_type = parts.headers.get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let body = to_bytes(body, form::MAX_BODY_BYTES + 1).await;
        let mut query = form_urlencoded::Serializer::new(String::new());
        let parameters = match (content_type.is_some_and(form::is_form), body) {
            (true, Ok(body)) => {
                query.extend_pairs(form_urlencoded::parse(&body));
                Parameters::of_body(body)
            }
            (true, Err(_)) => Err(OAuthError::invalid_request("the request is too long")),
            (false, _) => Err(OAuthError::invalid_request("the body must be a form")),
        };
        Ok(Self {
            visit,
            parameters,
            query: query.finish(),
        })
    }
}

async fn answer(app: &App, visit: Visit, parameters: Result<Parameters, OAuthError>) -> Response {
    let parameters = match parameters {
        Ok(parameters) => parameters,
        Err(error) => return refused(&visit, &error),
    };
    let (snapshot, visitor) = (&visit.snapshot, &visit.visitor);
    match app.core().authorize(snapshot, &parameters, visitor).await {
        Ok(Authorized::Respond(answer)) => visit.remembered(send(&visit, &answer)),
        Ok(Authorized::Interact(handle)) => {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("id", handle.expose());
            if let Some(locales) = parameters.get("ui_locales") {
                query.append_pair("ui_locales", locales);
            }
            visit.see_other(&visit.path(&format!("/flow?{}", query.finish())))
        }
        Err(AuthorizeFailure::Shown(error)) => refused(&visit, &error),
        Err(AuthorizeFailure::Store(error)) => visit.unavailable(&error),
    }
}

/// A2: nobody is redirected to an address that may not be the client's.
fn refused(visit: &Visit, error: &OAuthError) -> Response {
    let status = StatusCode::from_u16(error.http_status()).unwrap_or(StatusCode::BAD_REQUEST);
    let status = match error.code() {
        ErrorCode::InvalidClient => StatusCode::BAD_REQUEST,
        _ => status,
    };
    visit.fault(status, Fault::InvalidRequest, Some(error))
}
