//! Pushed authorization requests (RFC 9126 §2).

use super::{answer, client_form::ClientForm};
use crate::App;
use axum::{Json, extract::State, http::StatusCode, response::Response};
use domain::tokens::{Endpoint, RequestError};
use oauth::PushedAuthorizationResponse;

/// `POST {realm}/par`.
pub(super) async fn push(State(app): State<App>, form: ClientForm) -> Response {
    let outcome = pushed(&app, &form).await;
    answer(
        form.snapshot(),
        outcome.map(|pushed| (StatusCode::CREATED, Json(pushed))),
    )
}

async fn pushed(app: &App, form: &ClientForm) -> Result<PushedAuthorizationResponse, RequestError> {
    let client = form.authenticate(app, Endpoint::Token).await?;
    app.core().push_request(&client, form.parameters()).await
}
