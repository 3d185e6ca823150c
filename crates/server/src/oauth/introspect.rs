//! The introspection endpoint (RFC 7662 §2).

use super::{answer, client_form::ClientForm};
use crate::App;
use axum::{Json, extract::State, response::Response};
use domain::tokens::{Endpoint, RequestError};
use oauth::{IntrospectionRequest, IntrospectionResponse};

/// `POST {realm}/introspect`.
pub(super) async fn introspect(State(app): State<App>, form: ClientForm) -> Response {
    let outcome = ask(&app, &form).await;
    answer(form.snapshot(), outcome.map(Json))
}

async fn ask(app: &App, form: &ClientForm) -> Result<IntrospectionResponse, RequestError> {
    let caller = form.authenticate(app, Endpoint::Introspection).await?;
    let request = IntrospectionRequest::parse(form.parameters())?;
    Ok(app.core().introspect(&caller, &request).await?)
}
