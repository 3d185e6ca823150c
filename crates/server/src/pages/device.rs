//! Where a person types the code that a device shows (RFC 8628 §3.3).

use super::{
    flow_page, render,
    visit::{FormVisit, Visit},
};
use crate::App;
use axum::{extract::State, http::StatusCode, response::Response};
use domain::authorize::DeviceError;
use pages::{Device, Form};

/// `GET {realm}/device`, perhaps with `?user_code=`.
pub(super) async fn show(visit: Visit) -> Response {
    let typed = visit.parameter("user_code").unwrap_or_default();
    page(&visit, typed, None, StatusCode::OK)
}

/// `POST {realm}/device`.
pub(super) async fn submit(State(app): State<App>, form: FormVisit) -> Response {
    let (visit, typed) = (&form.visit, form.field("user_code").unwrap_or_default());
    let (snapshot, visitor) = (&visit.snapshot, &visit.visitor);
    match app.core().begin_device_flow(snapshot, visitor, typed).await {
        Ok(handle) => visit.see_other(&flow_page::address(visit, handle.expose())),
        Err(DeviceError::Unknown) => {
            let error = Some(pages::DeviceError::UnknownCode);
            page(visit, typed.to_owned(), error, StatusCode::BAD_REQUEST)
        }
        Err(DeviceError::TooMany { retry_after }) => {
            let error = Some(pages::DeviceError::TooManyAttempts { retry_after });
            page(
                visit,
                typed.to_owned(),
                error,
                StatusCode::TOO_MANY_REQUESTS,
            )
        }
        Err(DeviceError::Store(error)) => visit.unavailable(&error),
    }
}

fn page(
    visit: &Visit,
    user_code: String,
    error: Option<pages::DeviceError>,
    status: StatusCode,
) -> Response {
    let view = Device {
        frame: visit.frame(),
        form: Form {
            action: visit.path("/device"),
            hidden: Vec::new(),
        },
        user_code,
        error,
    };
    visit.remembered(render::page(status, &view, &[]))
}
