//! What holds for every request and answer.

use crate::App;
use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::Response,
};
use tower_http::catch_panic::CatchPanicLayer;

/// Largest body that any route takes, in bytes.
pub(crate) const MAX_BODY: usize = 1024 * 1024;

/// Limits, counting, and headers that no answer goes without.
pub(crate) fn layers(router: Router<App>, app: App) -> Router<App> {
    router
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn_with_state(app, observe))
        .layer(CatchPanicLayer::custom(panicked))
}

async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let began = std::time::Instant::now();
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    let (status, took) = (response.status().as_u16(), began.elapsed());
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    app.metrics().count(&method, route, status, took);
    tracing::debug!(%method, route, status, micros = took.as_micros() as u64, "answered");
    response
}

/// A defect of ours: the log has it, the caller gets no more than that.
fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    use crate::respond::{Problem, Surface};
    let detail = "The server failed at this request. It has been logged.";
    Problem::error(StatusCode::INTERNAL_SERVER_ERROR, None, detail)
}
