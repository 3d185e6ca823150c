//! Figures for PostgreSQL's planner, in time.
//!
//! The server collects them by itself, but minutes late, and a search that is planned without any
//! takes seconds where it could take one millisecond: so after an import of a directory. They are
//! collected here whenever a quarter more has been written.

use super::connection;
use deadpool_postgres::Pool;
use std::sync::atomic::{AtomicUsize, Ordering};

/// After how many index rows figures are collected for the first time.
const FIRST: usize = 1_000;

/// What was written since the store was opened.
pub(super) struct Statistics {
    rows: AtomicUsize,
    next: AtomicUsize,
}

impl Statistics {
    pub(super) fn new() -> Self {
        Self {
            rows: AtomicUsize::new(0),
            next: AtomicUsize::new(FIRST),
        }
    }

    /// Takes note of index rows, and collects figures if it is time. Nobody waits for that.
    pub(super) fn note(&self, rows: usize, pool: &Pool) {
        let written = self.rows.fetch_add(rows, Ordering::Relaxed) + rows;
        let next = self.next.load(Ordering::Relaxed);
        let due = written >= next
            && self
                .next
                .compare_exchange(next, written / 4 * 5, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        if due {
            tokio::spawn(collect(pool.clone()));
        }
    }
}

async fn collect(pool: Pool) {
    let Ok(client) = pool.get().await else { return };
    if let Err(error) = client
        .batch_execute("ANALYZE resource, resource_index, token")
        .await
    {
        tracing::debug!(
            error = connection::describe(&error),
            "no statistics were collected"
        );
    }
}
