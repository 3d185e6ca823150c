//! The revocation endpoint (RFC 7009 §2).

use super::{answer, client_form::ClientForm};
use crate::App;
use axum::{extract::State, response::Response};
use domain::{
    ToTheEnd,
    tokens::{Endpoint, RequestError},
};
use oauth::RevocationRequest;

/// `POST {realm}/revoke`: 200 without a body, whether or not there was anything to revoke.
pub(super) async fn revoke(State(app): State<App>, form: ClientForm) -> Response {
    let outcome = withdraw(&app, &form).await;
    answer(form.snapshot(), outcome)
}

async fn withdraw(app: &App, form: &ClientForm) -> Result<(), RequestError> {
    let client = form.authenticate(app, Endpoint::Revocation).await?;
    let request = RevocationRequest::parse(form.parameters())?;
    let app = app.clone();
    // A revocation that is committed and not yet known here would leave the token good (REG-11).
    let revoked = ToTheEnd::new(async move { app.core().revoke(&client, &request).await });
    Ok(revoked.await?)
}
