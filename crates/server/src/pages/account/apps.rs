//! What somebody allowed, and to whom.

use super::own::Own;
use crate::{
    App,
    pages::visit::{FormVisit, Visit},
};
use axum::{extract::State, http::StatusCode, response::Response};
use domain::{authorize::AccountPage, own::OwnApp};
use pages::account::{Apps, Notice};

/// `GET {realm}/account/apps`.
pub(super) async fn show(State(app): State<App>, visit: Visit) -> Response {
    let own = match Own::enter(&app, &visit, AccountPage::Apps).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let apps = own.core().own_apps(&visit.snapshot, &own.session);
    let shown = |app: OwnApp| pages::account::App {
        id: app.client.to_string(),
        client_name: app.name,
        scopes: app.scopes,
        granted: app.granted.seconds(),
        last_used: app.last_used.map(|used| used.seconds()),
    };
    match apps.await {
        Ok(apps) => {
            let view = Apps {
                account: own.account(),
                apps: apps.into_iter().map(shown).collect(),
            };
            own.answer(StatusCode::OK, &view)
        }
        Err(error) => visit.unavailable(&error),
    }
}

/// `POST {realm}/account/apps`.
pub(super) async fn submit(State(app): State<App>, form: FormVisit) -> Response {
    let own = match Own::submitted(&app, &form, AccountPage::Apps).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let client = form.field("id").and_then(|id| id.parse().ok());
    let (Some("revoke"), Some(client)) = (form.field("action"), client) else {
        return own.bad_request();
    };
    let snapshot = own.visit.snapshot.clone();
    let revoked = own.to_the_end(async move |core, session| {
        core.revoke_own_app(&snapshot, &session, client).await
    });
    match revoked.await {
        Ok(()) => own.done(Notice::AppRevoked),
        Err(error) => own.failed(&error),
    }
}
