//! Reads: on the calling thread, from read-only connections that are opened on demand.

use super::connection;
use crate::{
    OpenOptions,
    driver::{Pace, Query},
    value::Row,
};
use domain::store::StoreError;
use rusqlite::Connection;
use rustix::time::{ClockId, clock_gettime};
use std::{
    path::{Path, PathBuf},
    sync::{Mutex, TryLockError},
    time::Duration,
};

/// How many connections are kept.
pub(super) const KEPT: usize = 32;
/// After how many instructions of SQLite's machine a search looks at what it has cost.
const INSTRUCTIONS: i32 = 20_000;

/// What the calling thread has taken of the processors: what a search costs, however many others
/// run at the same time.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// The connections. Nobody waits for one: a taken one is passed by, and when all are taken, one
/// more is opened and closed again.
pub(super) struct Readers {
    path: PathBuf,
    wait: Duration,
    search_timeout: Duration,
    slots: Vec<Mutex<Option<Connection>>>,
}

impl Readers {
    pub(super) fn new(path: &Path, options: &OpenOptions) -> Self {
        Self {
            path: path.to_owned(),
            wait: options.wait,
            search_timeout: options.search_timeout,
            slots: (0..KEPT).map(|_| Mutex::new(None)).collect(),
        }
    }

    /// Answers a question.
    pub(super) fn query(&self, query: &Query) -> Result<Vec<Row>, StoreError> {
        for slot in &self.slots {
            let mut kept = match slot.try_lock() {
                Ok(kept) => kept,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => continue,
            };
            if kept.is_none() {
                *kept = Some(connection::open_reader(&self.path, self.wait)?);
            }
            if let Some(connection) = kept.as_mut() {
                return self.run(connection, query);
            }
        }
        self.run(&mut connection::open_reader(&self.path, self.wait)?, query)
    }

    fn run(&self, connection: &mut Connection, query: &Query) -> Result<Vec<Row>, StoreError> {
        let bounded = query.pace == Pace::Scan;
        if bounded {
            let end = cpu_time() + self.search_timeout;
            let is_over = move || cpu_time() > end;
            connection
                .progress_handler(INSTRUCTIONS, Some(is_over))
                .map_err(connection::store_error)?;
        }
        let answer = connection
            .prepare_cached(&query.sql)
            .and_then(|mut statement| connection::query(&mut statement, &query.params));
        if bounded {
            connection
                .progress_handler(0, None::<fn() -> bool>)
                .map_err(connection::store_error)?;
        }
        answer.map_err(connection::store_error)
    }
}
