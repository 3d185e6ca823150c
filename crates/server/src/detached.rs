//! Work that goes on when the connection goes.

use std::future::{Future, pending};

/// Does `work` to its end, even if whoever asked hangs up: what a store has made durable must also
/// come into force here, and what was revoked must be forgotten.
pub(crate) async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> T {
    match tokio::spawn(work).await {
        Ok(outcome) => outcome,
        Err(failure) => match failure.try_into_panic() {
            // A defect of ours, answered like any other.
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime shuts down, and this with it.
            Err(_) => pending().await,
        },
    }
}
