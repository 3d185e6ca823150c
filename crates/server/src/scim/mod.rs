//! SCIM 2.0 (RFC 7644).

mod answer;
mod bulk;
mod discovery;
mod me;
mod request;
mod resources;
mod search;
mod sub;

use crate::{Route, respond::Surface};
use axum::{http::StatusCode, response::Response};
use scim::{ScimError, ScimType};

/// The shape of SCIM errors (RFC 7644 §3.12).
#[derive(Debug)]
pub(crate) struct ScimSurface;

impl Surface for ScimSurface {
    fn error(status: StatusCode, keyword: Option<&'static str>, detail: &str) -> Response {
        let scim_type =
            (keyword == Some("insufficient_scope")).then_some(ScimType::InsufficientScope);
        answer::error(&ScimError::new(status.as_u16(), scim_type, detail))
    }
}

/// The routes of the SCIM service provider.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = discovery::routes();
    routes.extend(me::routes());
    routes.extend(bulk::routes());
    routes.extend(search::routes());
    routes.extend(sub::routes());
    routes.extend(resources::routes());
    routes
}
