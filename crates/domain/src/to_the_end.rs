//! Work that goes on when nobody waits for it any more: what a store has made durable must also
//! come into force here, and what was revoked must be forgotten, even if whoever asked hangs up.

use std::{
    pin::Pin,
    task::{Context, Poll},
};
use tokio::runtime::Handle;

/// A future that is run to its end: if it is dropped before, the runtime goes on with it.
pub struct ToTheEnd<T: Send + 'static>(Option<Pin<Box<dyn Future<Output = T> + Send>>>);

impl<T: Send + 'static> ToTheEnd<T> {
    /// Does `work` to its end, once it has begun.
    pub fn new(work: impl Future<Output = T> + Send + 'static) -> Self {
        Self(Some(Box::pin(work)))
    }
}

impl<T: Send + 'static> Future for ToTheEnd<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        // What panics is not gone on with.
        let Some(mut work) = self.0.take() else {
            // It has given its answer.
            return Poll::Pending;
        };
        let outcome = work.as_mut().poll(context);
        if outcome.is_pending() {
            self.0 = Some(work);
        }
        outcome
    }
}

impl<T: Send + 'static> Drop for ToTheEnd<T> {
    fn drop(&mut self) {
        // Without a runtime there is nothing that could go on with it, nor anyone who asks.
        if let (Some(work), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(work);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn what_was_begun_is_done_though_nobody_waits() {
        let (go, gone) = oneshot::channel::<()>();
        let (done, is_done) = oneshot::channel();
        let mut work = ToTheEnd::new(async move {
            gone.await.unwrap();
            done.send(7).unwrap();
        });
        let polled = std::future::poll_fn(|context| {
            Poll::Ready(Pin::new(&mut work).poll(context).is_pending())
        });
        assert!(polled.await);
        drop(work);
        go.send(()).unwrap();
        assert_eq!(is_done.await, Ok(7));
    }

    #[tokio::test]
    async fn what_panics_is_not_gone_on_with() {
        let (done, is_done) = oneshot::channel::<()>();
        let work = ToTheEnd::new(async move {
            let _done = done;
            panic!("a defect");
        });
        let outcome = tokio::spawn(work).await;
        assert!(outcome.is_err_and(|failure| failure.is_panic()));
        // Nobody has it any more.
        assert!(is_done.await.is_err());
    }

    #[tokio::test]
    async fn whoever_waits_gets_the_answer() {
        assert_eq!(ToTheEnd::new(async { 7 }).await, 7);
    }
}
