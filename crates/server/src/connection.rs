//! What holds for every request and answer.

use crate::{App, metrics::RouteCounters};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::Response,
    routing::MethodRouter,
};
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;

/// Who is at the other end of a connection: an extension of requests where that is a person's own
/// machine or network. A server that a proxy stands before leaves it out, for it sees the proxy only,
/// and headers that tell of others may be anybody's (C6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub std::net::IpAddr);

/// Largest body that any route takes, in bytes.
pub(crate) const MAX_BODY: usize = 1024 * 1024;

/// For a year, browsers come by HTTPS only (RFC 6797 §6.1). Hosts below this one are not ours to speak for.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=31536000";

/// Limits that hold for every request.
pub(crate) fn limited(router: Router<App>) -> Router<App> {
    router.layer(DefaultBodyLimit::max(MAX_BODY))
}

/// Counting, and headers that no answer goes without, for all methods of a path. A panic has an
/// answer too. `https` says whether the server is reached by that.
pub(crate) fn observed<S: Clone + Send + Sync + 'static>(
    methods: MethodRouter<S>,
    counters: Arc<RouteCounters>,
    https: bool,
) -> MethodRouter<S> {
    methods
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state((counters, https), observe))
}

async fn observe(
    State((counters, https)): State<(Arc<RouteCounters>, bool)>,
    request: Request,
    next: Next,
) -> Response {
    let method = request.method().clone();
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
    // RFC 6797 §7.2: never by plain HTTP.
    if https {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(STRICT_TRANSPORT_SECURITY),
        );
    }
    let (status, took) = (response.status(), began.elapsed());
    counters.count(&method, status, took);
    let (route, micros) = (counters.route(), took.as_micros() as u64);
    tracing::debug!(%method, route, status = status.as_u16(), micros, "answered");
    response
}

/// A defect of ours: the log has it, the caller gets no more than that.
fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    use crate::respond::{Problem, Surface};
    let detail = "The server failed at this request. It has been logged.";
    Problem::error(StatusCode::INTERNAL_SERVER_ERROR, None, detail)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use axum::{body::Body, routing::get};
    use tower::ServiceExt;

    async fn broken() -> &'static str {
        panic!("a defect")
    }

    #[tokio::test]
    async fn a_panic_is_answered_and_counted_like_anything_else() {
        let counters = Arc::new(RouteCounters::new("/broken"));
        let route = observed(get(broken), counters.clone(), true);
        let router = Router::new().route("/broken", route);
        let request = Request::get("/broken").body(Body::empty()).unwrap();
        let answer = router.oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        for header in [
            header::X_CONTENT_TYPE_OPTIONS,
            header::REFERRER_POLICY,
            header::STRICT_TRANSPORT_SECURITY,
        ] {
            assert!(answer.headers().contains_key(&header), "{header}");
        }
        assert_eq!(counters.answered(StatusCode::INTERNAL_SERVER_ERROR), 1);
    }
}
