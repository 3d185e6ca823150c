//! Who somebody is.

use super::own::Own;
use crate::{
    App,
    pages::visit::{FormVisit, Visit},
};
use axum::{extract::State, http::StatusCode, response::Response};
use domain::{
    authorize::AccountPage,
    own::{ProfileAttribute, ProfileError, ProfileProblem},
};
use pages::{
    FieldError,
    account::{Notice, Profile, ProfileField, ProfileLabel},
};

/// `GET {realm}/account`.
pub(super) async fn show(State(app): State<App>, visit: Visit) -> Response {
    match Own::enter(&app, &visit, AccountPage::Profile).await {
        Ok(own) => page(&own, StatusCode::OK, &[], None),
        Err(answer) => answer,
    }
}

/// `POST {realm}/account`.
pub(super) async fn submit(State(app): State<App>, form: FormVisit) -> Response {
    let own = match Own::submitted(&app, &form, AccountPage::Profile).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let version = form.field("version").and_then(|text| text.parse().ok());
    let (Some("save"), Some(version)) = (form.field("action"), version) else {
        return own.bad_request();
    };
    let typed = form.all().to_vec();
    let (snapshot, sent) = (own.visit.snapshot.clone(), typed.clone());
    let saved = own.to_the_end(async move |core, session| {
        core.save_profile(&snapshot, &session, version, &sent).await
    });
    match saved.await {
        Ok(()) => own.done(Notice::Saved),
        Err(ProfileError::Store(error)) => own.visit.unavailable(&error),
        Err(ProfileError::Overtaken) => page(&own, StatusCode::CONFLICT, &[], None),
        Err(ProfileError::Field { field, problem }) => {
            let wrong = Some((field.as_str(), shown(problem)));
            page(&own, StatusCode::BAD_REQUEST, &typed, wrong)
        }
    }
}

/// The page; with what was typed, where that did not do.
fn page(
    own: &Own<'_>,
    status: StatusCode,
    typed: &[(String, String)],
    wrong: Option<(&str, FieldError)>,
) -> Response {
    let profile = match own.core().own_profile(&own.visit.snapshot, &own.session) {
        Ok(profile) => profile,
        Err(error) => return own.visit.unavailable(&error),
    };
    let mut account = own.account();
    let version = profile.version.to_string();
    account.form.hidden.push(("version".to_owned(), version));
    let field = |field: domain::own::ProfileField| {
        let typed = typed.iter().find(|(name, _)| *name == field.name);
        let typed = typed.filter(|_| field.editable);
        ProfileField {
            error: wrong
                .as_ref()
                .filter(|(name, _)| *name == field.name)
                .map(|(_, error)| error.clone()),
            value: typed.map_or(field.value, |(_, value)| value.clone()),
            label: label(field.what),
            name: field.name,
            which: field.which,
            editable: field.editable,
            required: field.required,
        }
    };
    let view = Profile {
        account,
        fields: profile.fields.into_iter().map(field).collect(),
        stale: status == StatusCode::CONFLICT,
    };
    own.answer(status, &view)
}

fn label(what: ProfileAttribute) -> ProfileLabel {
    match what {
        ProfileAttribute::UserName => ProfileLabel::Username,
        ProfileAttribute::DisplayName => ProfileLabel::DisplayName,
        ProfileAttribute::GivenName => ProfileLabel::GivenName,
        ProfileAttribute::FamilyName => ProfileLabel::FamilyName,
        ProfileAttribute::NickName => ProfileLabel::NickName,
        ProfileAttribute::Title => ProfileLabel::Title,
        ProfileAttribute::Language => ProfileLabel::Language,
        ProfileAttribute::TimeZone => ProfileLabel::TimeZone,
        ProfileAttribute::Email => ProfileLabel::Email,
        ProfileAttribute::Phone => ProfileLabel::Phone,
    }
}

fn shown(problem: ProfileProblem) -> FieldError {
    match problem {
        ProfileProblem::Required => FieldError::Required,
        ProfileProblem::Invalid => FieldError::Invalid,
        ProfileProblem::Taken => FieldError::Taken,
        ProfileProblem::Other(text) => FieldError::Other(text),
    }
}
