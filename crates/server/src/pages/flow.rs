//! The pages of an authorization that is under way.

use super::{
    flow_page::{self, Trouble},
    visit::{FormVisit, Visit},
};
use crate::App;
use axum::{extract::State, http::StatusCode, response::Response};
use domain::{
    ToTheEnd,
    authorize::{Act, ActError, FactorMethod, FlowError, Outcome},
};
use pages::Fault;

/// `GET {realm}/flow?id=…`.
pub(super) async fn show(State(app): State<App>, visit: Visit) -> Response {
    let handle = visit.parameter("id").unwrap_or_default();
    show_with(&app, &visit, &handle, None, StatusCode::OK).await
}

pub(super) async fn show_with(
    app: &App,
    visit: &Visit,
    handle: &str,
    trouble: Option<Trouble>,
    status: StatusCode,
) -> Response {
    let (snapshot, visitor) = (&visit.snapshot, &visit.visitor);
    match app.core().flow_state(snapshot, handle, visitor).await {
        Ok(state) => flow_page::outcome(visit, handle, &state.outcome, trouble, status),
        Err(error) => refused(visit, &error),
    }
}

/// `POST {realm}/flow`.
pub(super) async fn submit(State(app): State<App>, form: FormVisit) -> Response {
    let handle = form.field("flow").unwrap_or_default().to_owned();
    let action = form.field("action").unwrap_or_default();
    if let Some(provider) = action.strip_prefix(flow_page::PROVIDER) {
        return to_provider(&app, &form, &handle, provider).await;
    }
    let Some(act) = act(&form) else {
        return form
            .visit
            .fault(StatusCode::BAD_REQUEST, Fault::InvalidRequest, None);
    };
    if let Act::NewPassword { new, .. } = &act
        && new.expose() != form.field("new_password_again").unwrap_or_default()
    {
        let trouble = Some(Trouble::Mismatch);
        let status = StatusCode::BAD_REQUEST;
        return show_with(&app, &form.visit, &handle, trouble, status).await;
    }
    let core = app.core().clone();
    let (snapshot, visitor) = (form.visit.snapshot.clone(), form.visit.visitor.clone());
    let done = {
        let handle = handle.clone();
        ToTheEnd::new(async move { core.act(&snapshot, &handle, &visitor, act).await })
    };
    let visit = &form.visit;
    match done.await {
        Ok(state) => {
            let response = match &state.outcome {
                // What was posted is not posted again.
                Outcome::Show(..) => visit.see_other(&flow_page::address(visit, &handle)),
                outcome => flow_page::outcome(visit, &handle, outcome, None, StatusCode::OK),
            };
            visit.signed_in(response, state.cookie.as_ref())
        }
        Err(ActError::Flow(error)) => refused(visit, &error),
        Err(error) => {
            let status = match &error {
                ActError::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::BAD_REQUEST,
            };
            let trouble = Trouble::of(error, &form, app.core().now());
            show_with(&app, visit, &handle, Some(trouble), status).await
        }
    }
}

/// Leads on to the provider whose button was pressed.
async fn to_provider(app: &App, form: &FormVisit, handle: &str, provider: &str) -> Response {
    let visit = &form.visit;
    let Ok(provider) = provider.parse() else {
        return visit.fault(StatusCode::BAD_REQUEST, Fault::InvalidRequest, None);
    };
    let (snapshot, visitor) = (&visit.snapshot, &visit.visitor);
    let begun = app
        .core()
        .begin_upstream(snapshot, handle, visitor, provider);
    match begun.await {
        Ok(address) => super::provider::onward(visit, &address),
        Err(ActError::Flow(error)) => refused(visit, &error),
        Err(error) => {
            let trouble = Some(Trouble::of_provider(error));
            show_with(app, visit, handle, trouble, StatusCode::BAD_REQUEST).await
        }
    }
}

/// What the form says to do.
fn act(form: &FormVisit) -> Option<Act> {
    let text = |name: &str| form.field(name).unwrap_or_default().to_owned();
    Some(match form.field("action")? {
        "sign-in" => Act::Password {
            username: text("username"),
            password: form.secret("password"),
        },
        "passkey" => Act::Passkey {
            credential: form.secret("credential"),
        },
        "totp" => Act::Factor {
            method: FactorMethod::Totp,
            code: form.secret("code"),
        },
        "recovery-code" => Act::Factor {
            method: FactorMethod::RecoveryCode,
            code: form.secret("recovery_code"),
        },
        "change" => Act::NewPassword {
            current: form.secret("current_password"),
            new: form.secret("new_password"),
        },
        "allow" => Act::Allow {
            scopes: form.fields("scope"),
            shown: text("shown"),
        },
        "deny" => Act::Deny,
        "confirm" => Act::ConfirmDevice,
        "switch-account" => Act::Switch,
        _ => return None,
    })
}

pub(super) fn refused(visit: &Visit, error: &FlowError) -> Response {
    match error {
        FlowError::Over => visit.fault(StatusCode::GONE, Fault::Expired, None),
        FlowError::Refused(error) => {
            visit.fault(StatusCode::BAD_REQUEST, Fault::InvalidRequest, Some(error))
        }
        FlowError::Store(error) => visit.unavailable(error),
    }
}
