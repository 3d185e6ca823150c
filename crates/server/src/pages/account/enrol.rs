//! Adding passkeys, an authenticator application and recovery codes.

use super::{methods, own::Own};
use crate::pages::visit::FormVisit;
use axum::{http::StatusCode, response::Response};
use domain::own::{NewTotp, OwnError, Recent};
use pages::{
    FieldError,
    account::{AddPasskey, AddTotp, Notice, RecoveryCodes},
};

/// The page that makes a passkey.
pub(super) async fn add_passkey(own: &Own<'_>, recent: &Recent<'_>) -> Response {
    match own.core().begin_passkey(&own.visit.snapshot, recent).await {
        Ok(options) => {
            let view = AddPasskey {
                account: own.account(),
                options,
                name: String::new(),
                error: None,
            };
            own.answer(StatusCode::OK, &view)
        }
        Err(error) => methods::failed(own, &error).await,
    }
}

/// What the browser made.
pub(super) async fn passkey(own: &Own<'_>, recent: &Recent<'_>, form: &FormVisit) -> Response {
    let name = form.field("name").unwrap_or_default();
    let credential = form.secret("credential");
    let added = own
        .core()
        .finish_passkey(&own.visit.snapshot, recent, name, &credential);
    methods::done(own, added.await, Notice::PasskeyAdded).await
}

/// The page with the secret for an authenticator application.
pub(super) async fn add_totp(own: &Own<'_>, recent: &Recent<'_>) -> Response {
    match own.core().begin_totp(&own.visit.snapshot, recent).await {
        Ok(new) => totp_page(own, &new, StatusCode::OK, None),
        Err(error) => methods::failed(own, &error).await,
    }
}

/// The first code of an authenticator application.
pub(super) async fn totp(own: &Own<'_>, recent: &Recent<'_>, form: &FormVisit) -> Response {
    let (core, snapshot) = (own.core(), &own.visit.snapshot);
    let code = form.secret("code");
    match core.finish_totp(snapshot, recent, &code).await {
        Err(OwnError::WrongCode) => match core.begun_totp(snapshot, recent).await {
            Ok(new) => {
                let wrong = Some(FieldError::WrongCode);
                totp_page(own, &new, StatusCode::BAD_REQUEST, wrong)
            }
            Err(error) => methods::failed(own, &error).await,
        },
        outcome => methods::done(own, outcome, Notice::TotpOn).await,
    }
}

fn totp_page(
    own: &Own<'_>,
    new: &NewTotp,
    status: StatusCode,
    error: Option<FieldError>,
) -> Response {
    let view = AddTotp {
        account: own.account(),
        secret: new.secret.to_string(),
        otpauth_uri: new.uri.to_string(),
        error,
    };
    own.answer(status, &view)
}

/// New recovery codes, this once.
pub(super) async fn recovery_codes(own: &Own<'_>, recent: &Recent<'_>) -> Response {
    let made = own.core().make_recovery_codes(&own.visit.snapshot, recent);
    match made.await {
        Ok(codes) => {
            let view = RecoveryCodes {
                account: own.account(),
                codes: codes.iter().map(|code| code.to_string()).collect(),
            };
            own.answer(StatusCode::OK, &view)
        }
        Err(error) => methods::failed(own, &error).await,
    }
}
