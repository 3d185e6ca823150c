//! The introspection endpoint (RFC 7662 §2).

use super::{answer, client_form::ClientForm};
use crate::App;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use domain::tokens::{Endpoint, RequestError};
use oauth::{IntrospectionRequest, IntrospectionResponse};

/// `POST {realm}/introspect`.
pub(super) async fn introspect(State(app): State<App>, form: ClientForm) -> Response {
    let outcome = ask(&app, &form).await;
    let json = HeaderValue::from_static("application/json");
    let outcome = outcome.map(|said| ([(header::CONTENT_TYPE, json)], said.json()));
    answer(form.snapshot(), outcome)
}

async fn ask(app: &App, form: &ClientForm) -> Result<IntrospectionResponse, RequestError> {
    let caller = form.authenticate(app, Endpoint::Introspection).await?;
    let request = IntrospectionRequest::parse(form.parameters())?;
    app.core().introspect(&caller, &request).await
}
