//! A body that takes a while (T6).

use super::{Answer, TestServer};
use axum::body::{Body, Bytes};
use http::request::Builder;
use std::convert::Infallible;
use tokio::sync::oneshot;

impl TestServer {
    /// Sends a request whose body comes when `meanwhile` is done, which begins when the body is
    /// waited for: whoever calls was let in by then.
    pub async fn send_late(
        &self,
        request: Builder,
        body: impl Into<Bytes>,
        meanwhile: impl Future<Output = ()>,
    ) -> Answer {
        let (wait, waits) = oneshot::channel();
        let (come, comes) = oneshot::channel();
        let body = body.into();
        let stream = futures_util::stream::once(async move {
            wait.send(()).unwrap();
            comes.await.unwrap();
            Ok::<_, Infallible>(body)
        });
        let request = request.body(Body::from_stream(stream)).unwrap();
        let meanwhile = async {
            waits.await.expect("the body is waited for");
            meanwhile.await;
            come.send(()).unwrap();
        };
        let (answer, ()) = tokio::join!(self.send(request), meanwhile);
        answer
    }
}
