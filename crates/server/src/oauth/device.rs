//! Device authorization (RFC 8628 §3.1).

use super::{answer, client_form::ClientForm};
use crate::App;
use axum::{Json, extract::State, response::Response};
use domain::tokens::{Endpoint, RequestError};
use oauth::{DeviceAuthorizationRequest, DeviceAuthorizationResponse};

/// `POST {realm}/device_authorization`.
pub(super) async fn authorize(State(app): State<App>, form: ClientForm) -> Response {
    let outcome = authorized(&app, &form).await;
    answer(form.snapshot(), outcome.map(Json))
}

async fn authorized(
    app: &App,
    form: &ClientForm,
) -> Result<DeviceAuthorizationResponse, RequestError> {
    let client = form.authenticate(app, Endpoint::Token).await?;
    let request = DeviceAuthorizationRequest::parse(form.parameters())?;
    app.core().device_authorization(&client, &request).await
}
