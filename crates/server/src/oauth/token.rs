//! The token endpoint (RFC 6749 §3.2).

use super::{answer, client_form::ClientForm};
use crate::App;
use axum::{Json, extract::State, response::Response};
use domain::tokens::{Endpoint, RequestError};
use oauth::{TokenRequest, TokenResponse};

/// `POST {realm}/token`.
pub(super) async fn token(State(app): State<App>, form: ClientForm) -> Response {
    let outcome = issue(&app, &form).await;
    answer(form.snapshot(), outcome.map(Json))
}

async fn issue(app: &App, form: &ClientForm) -> Result<TokenResponse, RequestError> {
    let client = form.authenticate(app, Endpoint::Token).await?;
    let request = TokenRequest::parse(form.parameters())?;
    app.core().issue(&client, &request).await
}
