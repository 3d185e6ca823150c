//! Pages as answers: the headers that none goes without, and the page for what can't go on.

use crate::respond::{Surface, no_store, retry_later};
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use domain::snapshot::RealmSnapshot;
use pages::{ErrorPage, Fault, FormPost, Frame, Locale, Page};

/// What is around a page of a realm.
pub(super) fn frame(snapshot: &RealmSnapshot, locale: Locale) -> Frame {
    let realm = &snapshot.config().realm;
    let name = realm.display_name.as_deref().unwrap_or(realm.name.as_str());
    Frame {
        locale,
        realm_name: name.to_owned(),
        base: String::new(),
        signed_in_as: None,
    }
}

/// A page, whose forms may lead to `targets` besides here (A8, B10, V18).
pub(super) fn page(status: StatusCode, page: &impl Page, targets: &[&str]) -> Response {
    held_to(&pages::content_security_policy(targets), status, page)
}

/// A page that sends itself to a client (Form Post Response Mode §2).
pub(super) fn form_post(view: &FormPost) -> Response {
    let policy = pages::form_post_policy(view.target.as_str());
    held_to(&policy, StatusCode::OK, view)
}

fn held_to(policy: &str, status: StatusCode, page: &impl Page) -> Response {
    match page.html() {
        Ok(html) => secured((status, Html(html)).into_response(), policy),
        Err(error) => {
            tracing::error!(%error, "a page can't be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The page for what can't go on.
pub(super) fn fault(
    snapshot: &RealmSnapshot,
    locale: Locale,
    status: StatusCode,
    fault: Fault,
    error: Option<&oauth::OAuthError>,
) -> Response {
    let view = ErrorPage {
        frame: frame(snapshot, locale),
        fault,
        code: error.map(|error| error.code().to_string()),
        hint: error.map(|error| error.description().to_owned()),
    };
    page(status, &view, &[])
}

/// The store failed: the log has why.
pub(super) fn unavailable(
    snapshot: &RealmSnapshot,
    locale: Locale,
    cause: &dyn std::fmt::Display,
) -> Response {
    tracing::error!(%cause, "a page can't be answered");
    let status = StatusCode::SERVICE_UNAVAILABLE;
    retry_later(fault(snapshot, locale, status, Fault::Unavailable, None))
}

fn secured(response: Response, policy: &str) -> Response {
    let mut response = no_store(response);
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    headers.insert(opener, HeaderValue::from_static("same-origin"));
    response
}

/// The shape of errors where there is no realm, or no locale, yet.
#[derive(Debug)]
pub(crate) struct PageSurface;

impl Surface for PageSurface {
    fn error(status: StatusCode, _: Option<&'static str>, detail: &str) -> Response {
        let title = status.canonical_reason().unwrap_or("Error").to_owned();
        let view = ErrorPage {
            frame: Frame {
                locale: Locale::default(),
                realm_name: "Ambit".to_owned(),
                base: String::new(),
                signed_in_as: None,
            },
            fault: match status {
                StatusCode::NOT_FOUND => Fault::NotFound,
                _ => Fault::Other {
                    title,
                    sentence: detail.to_owned(),
                },
            },
            code: None,
            hint: None,
        };
        page(status, &view, &[])
    }
}
