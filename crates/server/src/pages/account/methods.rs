//! How somebody signs in.

use super::{enrol, own::Own};
use crate::{
    App,
    pages::{
        requirements,
        visit::{FormVisit, Visit},
    },
};
use axum::{extract::State, http::StatusCode, response::Response};
use domain::{
    Timestamp,
    authorize::AccountPage,
    own::{Methods, OwnError, PasskeyShown, Recent},
    people::{PasswordChangeError, password::Checked},
};
use pages::{
    ChangePassword, ChangeReason, FieldError,
    account::{Notice, Passkey, SignInMethods},
};

/// `GET {realm}/account/sign-in-methods`.
pub(super) async fn show(State(app): State<App>, visit: Visit) -> Response {
    match Own::enter(&app, &visit, AccountPage::SignInMethods).await {
        Ok(own) => page(&own, StatusCode::OK, None).await,
        Err(answer) => answer,
    }
}

/// `POST {realm}/account/sign-in-methods`: every button of it wants a recent sign-in.
pub(super) async fn submit(State(app): State<App>, form: FormVisit) -> Response {
    let own = match Own::submitted(&app, &form, AccountPage::SignInMethods).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let recent = match own.recent().await {
        Ok(recent) => recent,
        Err(answer) => return answer,
    };
    let action = form.field("action").unwrap_or_default();
    match action {
        "cancel" => own.back(),
        "change-password" | "set-password" => change_page(&own, None).await,
        "change" => change(&own, &recent, &form).await,
        "add-passkey" => enrol::add_passkey(&own, &recent).await,
        "passkey" => enrol::passkey(&own, &recent, &form).await,
        "rename-passkey" | "remove-passkey" => one_passkey(&own, &recent, &form, action).await,
        "add-totp" => enrol::add_totp(&own, &recent).await,
        "totp" => enrol::totp(&own, &recent, &form).await,
        "remove-totp" => {
            let removed = own.core().remove_totp(&own.visit.snapshot, &recent);
            done(&own, removed.await, Notice::TotpOff).await
        }
        "make-recovery-codes" => enrol::recovery_codes(&own, &recent).await,
        _ => own.bad_request(),
    }
}

/// The page, with what could not be done.
pub(super) async fn page(own: &Own<'_>, status: StatusCode, error: Option<FieldError>) -> Response {
    let methods = match methods(own).await {
        Ok(methods) => methods,
        Err(unavailable) => return unavailable,
    };
    let passkey = |passkey: PasskeyShown| Passkey {
        id: passkey.id.to_string(),
        name: passkey.name,
        created: passkey.created.seconds(),
        last_used: passkey.last_used.map(|used| used.seconds()),
    };
    let left = |left: usize| u32::try_from(left).unwrap_or_default();
    let view = SignInMethods {
        account: own.account(),
        password_changed: methods.password_changed.map(|changed| changed.seconds()),
        passkeys: methods.passkeys.into_iter().map(passkey).collect(),
        can_add_passkey: methods.passkeys_possible,
        totp: methods.totp,
        recovery_codes_left: methods.recovery_codes.map(left),
        error,
    };
    own.answer(status, &view)
}

/// How the person can sign in.
async fn methods(own: &Own<'_>) -> Result<Methods, Response> {
    let methods = own
        .core()
        .sign_in_methods(&own.visit.snapshot, &own.session);
    methods.await.map_err(|error| own.visit.unavailable(&error))
}

/// What was done, or why not.
pub(super) async fn done(own: &Own<'_>, outcome: Result<(), OwnError>, notice: Notice) -> Response {
    match outcome {
        Ok(()) => own.done(notice),
        Err(error) => failed(own, &error).await,
    }
}

/// Why something was not done.
pub(super) async fn failed(own: &Own<'_>, error: &OwnError) -> Response {
    let (status, shown) = match error {
        OwnError::Store(error) => return own.visit.unavailable(error),
        OwnError::OnlyWayIn => (StatusCode::CONFLICT, FieldError::OnlyWayIn),
        OwnError::Overtaken | OwnError::Unknown => (StatusCode::CONFLICT, FieldError::Stale),
        OwnError::Passkey => (StatusCode::BAD_REQUEST, FieldError::Passkey),
        OwnError::WrongCode => (StatusCode::BAD_REQUEST, FieldError::WrongCode),
    };
    page(own, status, Some(shown)).await
}

fn too_many(own: &Own<'_>, until: Timestamp) -> FieldError {
    let seconds = until.seconds().saturating_sub(own.core().now().seconds());
    let retry_after = u64::try_from(seconds).unwrap_or_default().max(1);
    FieldError::TooManyAttempts { retry_after }
}

async fn one_passkey(
    own: &Own<'_>,
    recent: &Recent<'_>,
    form: &FormVisit,
    action: &str,
) -> Response {
    let Some(id) = form.field("id").and_then(|id| id.parse().ok()) else {
        return own.bad_request();
    };
    let (core, snapshot) = (own.core(), &own.visit.snapshot);
    match action {
        "rename-passkey" => {
            let name = form.field("name").unwrap_or_default();
            let renamed = core.rename_passkey(snapshot, recent, id, name);
            done(own, renamed.await, Notice::PasskeyRenamed).await
        }
        _ => {
            let removed = core.remove_passkey(snapshot, recent, id);
            done(own, removed.await, Notice::PasskeyRemoved).await
        }
    }
}

/// What is wrong with the passwords that were typed.
enum Wrong {
    Current(FieldError),
    New(Vec<Checked>),
    Mismatch,
}

async fn change(own: &Own<'_>, recent: &Recent<'_>, form: &FormVisit) -> Response {
    let new = form.secret("new_password");
    if new.expose() != form.field("new_password_again").unwrap_or_default() {
        return change_page(own, Some(Wrong::Mismatch)).await;
    }
    let current = form.secret("current_password");
    let changed = own
        .core()
        .change_password(&own.visit.snapshot, recent, &current, &new);
    match changed.await {
        Ok(()) => own.done(Notice::PasswordChanged),
        Err(PasswordChangeError::WrongPassword) => {
            change_page(own, Some(Wrong::Current(FieldError::WrongPassword))).await
        }
        Err(PasswordChangeError::Requirements(checked)) => {
            change_page(own, Some(Wrong::New(checked))).await
        }
        Err(PasswordChangeError::TooMany { until }) => {
            change_page(own, Some(Wrong::Current(too_many(own, until)))).await
        }
        Err(PasswordChangeError::Overtaken) => failed(own, &OwnError::Overtaken).await,
        Err(PasswordChangeError::Store(error)) => own.visit.unavailable(&error),
    }
}

async fn change_page(own: &Own<'_>, wrong: Option<Wrong>) -> Response {
    let methods = match methods(own).await {
        Ok(methods) => methods,
        Err(unavailable) => return unavailable,
    };
    let status = match &wrong {
        None => StatusCode::OK,
        Some(Wrong::Current(FieldError::TooManyAttempts { .. })) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::BAD_REQUEST,
    };
    let account = own.account();
    let mut view = ChangePassword {
        frame: account.frame,
        form: account.form,
        reason: match methods.password_changed {
            Some(_) => ChangeReason::Chosen,
            None => ChangeReason::First,
        },
        username: own.session.person().user_name().to_owned(),
        requirements: Vec::new(),
        current_error: None,
        new_error: None,
        again_error: None,
    };
    let mut checked = Vec::new();
    match wrong {
        None => {}
        Some(Wrong::Current(error)) => view.current_error = Some(error),
        Some(Wrong::Mismatch) => view.again_error = Some(FieldError::Mismatch),
        Some(Wrong::New(found)) => {
            view.new_error = Some(FieldError::NotGoodEnough);
            checked = found;
        }
    }
    let policy = &own.visit.snapshot.config().realm.settings.password_policy;
    view.requirements = requirements::shown(policy, &checked);
    own.answer(status, &view)
}
