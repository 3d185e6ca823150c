//! The first administrator, by a one-time link (T10).

use super::{
    render, requirements,
    visit::{FormVisit, Visit},
};
use crate::App;
use axum::{extract::State, http::StatusCode, response::Response};
use domain::{
    ToTheEnd,
    people::{NewAdministrator, SetUpFailure, password::Checked},
};
use pages::{Fault, FieldError, Form, SetUp, SetUpDone};

/// `GET {realm}/set-up?link=…`.
pub(super) async fn show(State(app): State<App>, visit: Visit) -> Response {
    let link = visit.parameter("link").unwrap_or_default();
    match app.core().is_set_up_link(&visit.snapshot, &link).await {
        Ok(true) => {
            let view = view(&visit, &link, &empty(), &[], Vec::new());
            visit.remembered(render::page(StatusCode::OK, &view, &[]))
        }
        Ok(false) => visit.fault(StatusCode::GONE, Fault::LinkUsed, None),
        Err(error) => visit.unavailable(&error),
    }
}

/// `POST {realm}/set-up`.
pub(super) async fn submit(State(app): State<App>, form: FormVisit) -> Response {
    let visit = &form.visit;
    let text = |name: &str| form.field(name).unwrap_or_default().to_owned();
    let link = text("link");
    if form.field("action") != Some("set-up") {
        return visit.fault(StatusCode::BAD_REQUEST, Fault::InvalidRequest, None);
    }
    let new = NewAdministrator {
        user_name: text("username"),
        given_name: text("given_name"),
        family_name: text("family_name"),
        email: text("email"),
        password: form.secret("new_password"),
    };
    if new.password.expose() != text("new_password_again") {
        let errors = vec![("new_password_again", FieldError::Mismatch)];
        return again(visit, &link, &new, &[], errors);
    }
    let (core, snapshot) = (app.core().clone(), visit.snapshot.clone());
    let (visitor, sent, key) = (visit.visitor.clone(), new.clone(), link.clone());
    let made = ToTheEnd::new(async move {
        core.set_up_administrator(&snapshot, &key, &visitor, &sent)
            .await
    });
    match made.await {
        Ok(cookie) => {
            let view = SetUpDone {
                frame: visit.frame(),
                username: new.user_name.trim().to_owned(),
                sign_in: Some(visit.path("/account")),
            };
            let page = visit.remembered(render::page(StatusCode::OK, &view, &[]));
            visit.signed_in(page, Some(&cookie))
        }
        Err(SetUpFailure::Link) => visit.fault(StatusCode::GONE, Fault::LinkUsed, None),
        Err(SetUpFailure::Store(error)) => visit.unavailable(&error),
        Err(SetUpFailure::UserNameRequired) => {
            let errors = vec![("username", FieldError::Required)];
            again(visit, &link, &new, &[], errors)
        }
        Err(SetUpFailure::UserNameTaken) => {
            let errors = vec![("username", FieldError::Taken)];
            again(visit, &link, &new, &[], errors)
        }
        Err(SetUpFailure::Requirements(checked)) => {
            let errors = vec![("new_password", FieldError::NotGoodEnough)];
            again(visit, &link, &new, &checked, errors)
        }
        Err(SetUpFailure::Invalid(detail)) => {
            let errors = vec![("username", FieldError::Other(detail))];
            again(visit, &link, &new, &[], errors)
        }
    }
}

/// The page once more, with what was typed but the password.
fn again(
    visit: &Visit,
    link: &str,
    typed: &NewAdministrator,
    checked: &[Checked],
    errors: Vec<(&'static str, FieldError)>,
) -> Response {
    let view = view(visit, link, typed, checked, errors);
    visit.remembered(render::page(StatusCode::BAD_REQUEST, &view, &[]))
}

fn view(
    visit: &Visit,
    link: &str,
    typed: &NewAdministrator,
    checked: &[Checked],
    errors: Vec<(&'static str, FieldError)>,
) -> SetUp {
    let policy = &visit.snapshot.config().realm.settings.password_policy;
    SetUp {
        frame: visit.frame(),
        form: Form {
            action: visit.path("/set-up"),
            hidden: vec![("link".to_owned(), link.to_owned())],
        },
        username: typed.user_name.clone(),
        given_name: typed.given_name.clone(),
        family_name: typed.family_name.clone(),
        email: typed.email.clone(),
        requirements: requirements::shown(policy, checked),
        errors,
    }
}

fn empty() -> NewAdministrator {
    NewAdministrator {
        user_name: String::new(),
        given_name: String::new(),
        family_name: String::new(),
        email: String::new(),
        password: oauth::Secret::new(String::new()),
    }
}
