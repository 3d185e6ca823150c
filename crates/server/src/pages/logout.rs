//! The logout endpoint (OpenID Connect RP-Initiated Logout 1.0 §2).

use super::{
    authorize::Sent,
    render,
    visit::{FormVisit, Visit},
};
use crate::App;
use axum::{body::Bytes, extract::State, http::StatusCode, response::Response};
use domain::people::{Logout, LogoutError, LogoutQuestion};
use oauth::{LogoutRequest, OAuthError, form::Parameters};
use pages::{Fault, Form, LoggedOut, LogoutConfirm, WebUrl};

/// The parameters that the question carries on.
const CARRIED: [&str; 4] = [
    "id_token_hint",
    "client_id",
    "post_logout_redirect_uri",
    "state",
];

/// `GET {realm}/logout`.
pub(super) async fn query(State(app): State<App>, visit: Visit) -> Response {
    let query = Bytes::from(visit.query.clone().into_bytes());
    answer(&app, visit, Parameters::of_body(query)).await
}

/// `POST {realm}/logout`, which may come from any site: nothing ends by it unless an ID token of
/// this very session says so. Like a posted authorization request, it comes without cookies from
/// elsewhere (U1), and is sent again as a query.
pub(super) async fn form(State(app): State<App>, sent: Sent) -> Response {
    let visit = sent.visit;
    match sent.parameters {
        Ok(_) if visit.is_new() => {
            Visit::see_other_as_is(&visit.path(&format!("/logout?{}", sent.query)))
        }
        parameters => answer(&app, visit, parameters).await,
    }
}

async fn answer(app: &App, visit: Visit, parameters: Result<Parameters, OAuthError>) -> Response {
    let (parameters, logout) = match read(app, &visit, parameters).await {
        Ok(read) => read,
        Err(error) => return refused(&visit, &error),
    };
    match logout.question {
        LogoutQuestion::Ask => ask(&visit, &parameters, logout),
        LogoutQuestion::Proven => done(app, &visit, logout).await,
        LogoutQuestion::Nobody { proven: true } => gone(&visit, logout),
        // Nobody is sent on by whoever shows nothing (A10): there is a link.
        LogoutQuestion::Nobody { proven: false } => logged_out(&visit, logout),
    }
}

/// `POST {realm}/logout/confirm`: what the question's form posts.
pub(super) async fn confirm(State(app): State<App>, form: FormVisit) -> Response {
    let visit = &form.visit;
    match form.field("action") {
        Some("sign-out") => {}
        Some("stay") => return visit.see_other(&visit.path("/account")),
        _ => return visit.fault(StatusCode::BAD_REQUEST, Fault::InvalidRequest, None),
    }
    match read(&app, visit, carried(&form)).await {
        Ok((_, logout)) => done(&app, visit, logout).await,
        Err(error) => refused(visit, &error),
    }
}

/// The parameters that the question carried on.
fn carried(form: &FormVisit) -> Result<Parameters, OAuthError> {
    let mut carried = form_urlencoded::Serializer::new(String::new());
    for name in CARRIED {
        if let Some(value) = form.field(name) {
            carried.append_pair(name, value);
        }
    }
    Parameters::of_body(Bytes::from(carried.finish()))
}

async fn read(
    app: &App,
    visit: &Visit,
    parameters: Result<Parameters, OAuthError>,
) -> Result<(Parameters, Logout), LogoutError> {
    let parameters = parameters?;
    let request = LogoutRequest::parse(&parameters)?;
    let (snapshot, visitor) = (&visit.snapshot, &visit.visitor);
    let logout = app.core().logout(snapshot, visitor, &request).await?;
    Ok((parameters, logout))
}

fn ask(visit: &Visit, parameters: &Parameters, logout: Logout) -> Response {
    let carried = CARRIED.into_iter().filter_map(|name| {
        let value = parameters.get(name)?;
        Some((name.to_owned(), value.to_owned()))
    });
    let view = LogoutConfirm {
        frame: visit.frame(),
        form: Form {
            action: visit.path("/logout/confirm"),
            hidden: carried.collect(),
        },
        client_name: logout.client.map(|client| client.name.clone()),
    };
    let targets: Vec<&str> = logout.location.as_deref().into_iter().collect();
    visit.remembered(render::page(StatusCode::OK, &view, &targets))
}

/// Ends the session, to the end even if nobody waits.
async fn done(app: &App, visit: &Visit, logout: Logout) -> Response {
    let core = app.core().clone();
    let (snapshot, visitor) = (visit.snapshot.clone(), visit.visitor.clone());
    let ended = domain::ToTheEnd::new(async move { core.log_out(&snapshot, &visitor).await });
    match ended.await {
        Ok(()) => visit.signed_out(gone(visit, logout)),
        Err(error) => visit.unavailable(&error),
    }
}

/// Back to the application, if it said where.
fn gone(visit: &Visit, logout: Logout) -> Response {
    match &logout.location {
        Some(location) => visit.see_other(location),
        None => logged_out(visit, logout),
    }
}

fn logged_out(visit: &Visit, logout: Logout) -> Response {
    let name = logout.client.map(|client| client.name.clone());
    let target = logout.location.as_deref().and_then(WebUrl::parse);
    let view = LoggedOut {
        frame: visit.frame(),
        return_to: name.zip(target),
    };
    visit.remembered(render::page(StatusCode::OK, &view, &[]))
}

fn refused(visit: &Visit, error: &LogoutError) -> Response {
    match error {
        LogoutError::Refused(error) => {
            visit.fault(StatusCode::BAD_REQUEST, Fault::InvalidRequest, Some(error))
        }
        LogoutError::Store(error) => visit.unavailable(error),
    }
}
