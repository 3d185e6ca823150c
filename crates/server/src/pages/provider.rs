//! To identity providers and back (OpenID Connect Core §3.1.2): where people come back to, and the
//! question whether to link what they proved there.

use super::{
    account, flow, flow_page, render,
    visit::{FormVisit, Visit},
};
use crate::App;
use axum::{
    body::Bytes,
    extract::{RawPathParams, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    ToTheEnd,
    authorize::{ActError, Arrival, LinkError, LinkOffer, Outcome},
    people::ProviderAnswer,
};
use oauth::form::Parameters;
use pages::{Fault, Form, LinkConfirm, NotLinked, Onward, WebUrl};

/// `GET {realm}/provider/{id}/callback`: the provider's answer. What it carries counts once, in the
/// browser that asked.
pub(super) async fn come_back(
    State(app): State<App>,
    visit: Visit,
    path: RawPathParams,
) -> Response {
    let id = path.iter().find(|(name, _)| *name == "id");
    let query = Bytes::from(visit.query.clone().into_bytes());
    let parameters = match Parameters::of_body(query) {
        Ok(parameters) => parameters,
        Err(error) => {
            let status = StatusCode::BAD_REQUEST;
            return visit.fault(status, Fault::InvalidRequest, Some(&error));
        }
    };
    let text = |name: &str| parameters.get(name).map(str::to_owned);
    let answer = ProviderAnswer {
        came_to: id.map(|(_, id)| id.to_owned()).unwrap_or_default(),
        state: text("state"),
        code: text("code"),
        iss: text("iss"),
        error: text("error"),
    };
    let core = app.core().clone();
    let (snapshot, visitor) = (visit.snapshot.clone(), visit.visitor.clone());
    let done = ToTheEnd::new(async move { core.come_back(&snapshot, &visitor, &answer).await });
    let back = match done.await {
        Ok(back) => back,
        Err(error) => return flow::refused(&visit, &error),
    };
    match back.arrival {
        Ok(Arrival::Flow(state)) => {
            let response = match &state.outcome {
                // Nothing of the answer stays in the address.
                Outcome::Show(..) => visit.see_other(&flow_page::address(&visit, &back.handle)),
                outcome => flow_page::outcome(&visit, &back.handle, outcome, None, StatusCode::OK),
            };
            visit.signed_in(response, state.cookie.as_ref())
        }
        Ok(Arrival::Link(offer)) => link_confirm(&visit, back.handle, offer),
        Err(error) => failed(&app, &visit, &back.handle, error).await,
    }
}

async fn failed(app: &App, visit: &Visit, handle: &str, error: ActError) -> Response {
    let (snapshot, visitor) = (&visit.snapshot, &visit.visitor);
    let state = match app.core().flow_state(snapshot, handle, visitor).await {
        Ok(state) => state,
        Err(error) => return flow::refused(visit, &error),
    };
    match &state.outcome {
        // Whoever is signed in already came in order to link.
        Outcome::Account(_) => not_linked(visit, error.into()),
        outcome => {
            let trouble = Some(flow_page::Trouble::of_provider(error));
            flow_page::outcome(visit, handle, outcome, trouble, StatusCode::BAD_REQUEST)
        }
    }
}

fn link_confirm(visit: &Visit, handle: String, offer: LinkOffer) -> Response {
    let mut frame = visit.frame();
    frame.signed_in_as = Some(offer.person);
    let view = LinkConfirm {
        frame,
        form: Form {
            action: visit.path("/provider/link"),
            hidden: vec![("flow".to_owned(), handle)],
        },
        provider_name: offer.provider,
        account_label: offer.label,
    };
    visit.remembered(render::page(StatusCode::OK, &view, &[]))
}

/// `POST {realm}/provider/link`: whether to link the identity.
pub(super) async fn link(State(app): State<App>, form: FormVisit) -> Response {
    let visit = &form.visit;
    let agreed = match form.field("action") {
        Some("link") => true,
        Some("cancel") => false,
        _ => return visit.fault(StatusCode::BAD_REQUEST, Fault::InvalidRequest, None),
    };
    let handle = form.field("flow").unwrap_or_default().to_owned();
    let core = app.core().clone();
    let (snapshot, visitor) = (visit.snapshot.clone(), visit.visitor.clone());
    let done = ToTheEnd::new(async move {
        core.finish_linking(&snapshot, &handle, &visitor, agreed)
            .await
    });
    match done.await {
        Ok(()) => visit.see_other(&visit.path(&account::identities(agreed))),
        Err(error) => not_linked(visit, error),
    }
}

/// The page for an identity that was not linked.
pub(crate) fn not_linked(visit: &Visit, error: LinkError) -> Response {
    let why = match error {
        LinkError::Flow(error) => return flow::refused(visit, &error),
        LinkError::Provider => NotLinked::Provider,
        LinkError::Taken => NotLinked::Taken,
        LinkError::Another => NotLinked::Another,
        LinkError::Overtaken => NotLinked::Overtaken,
    };
    let status = match why {
        NotLinked::Provider => StatusCode::BAD_GATEWAY,
        _ => StatusCode::CONFLICT,
    };
    visit.fault(status, Fault::NotLinked(why), None)
}

/// A page that leads on elsewhere: `form-action` would stop a redirect there.
pub(crate) fn onward(visit: &Visit, address: &str) -> Response {
    match WebUrl::parse(address) {
        Some(target) => {
            let frame = visit.frame();
            let view = Onward { frame, target };
            visit.remembered(render::page(StatusCode::OK, &view, &[]))
        }
        None => visit.fault(StatusCode::BAD_GATEWAY, Fault::InvalidRequest, None),
    }
}
