//! `/health`, `/ready` and `/metrics`, for those who run the server.

use crate::{Access, App, Route};
use axum::{
    extract::State,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};

/// The routes of operations.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::new(Method::GET, "/health", Access::Public, health),
        Route::new(Method::GET, "/ready", Access::Public, ready),
        Route::new(Method::GET, "/metrics", Access::Public, metrics),
    ]
}

/// The process is alive.
async fn health() -> &'static str {
    "ok\n"
}

/// The store answers and is this node's: requests can be served.
async fn ready(State(app): State<App>) -> Response {
    match app.core().check().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "not ready: the store does not answer\n",
            )
                .into_response()
        }
    }
}

/// Counters in the OpenMetrics text format.
async fn metrics(State(app): State<App>) -> Response {
    let media_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, media_type)], app.metrics().encode()).into_response()
}
