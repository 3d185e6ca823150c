//! SQLite: one writer thread with group commit, readers inline.

mod connection;
mod lock;
#[cfg(test)]
mod plans;
mod prepared;
mod reader;
mod writer;

use crate::{
    OpenError, OpenOptions,
    driver::{Batch, Driver, Pace, Query},
    value::Row,
};
use async_trait::async_trait;
use domain::store::{CommitError, StoreError};
use std::{path::Path, sync::Arc};
use tokio::sync::Semaphore;

/// An SQLite database that belongs to this process.
pub(crate) struct SqliteDriver {
    // Dropped in this order: connections are closed before the file is given up.
    writer: writer::Writer,
    readers: Arc<reader::Readers>,
    /// Searches that run at a time: the others wait for their turn.
    searches: Arc<Semaphore>,
    lock: lock::Lock,
}

impl SqliteDriver {
    /// Opens or creates the database file, alone.
    pub(crate) fn open(path: &Path, options: &OpenOptions) -> Result<Self, OpenError> {
        let lock = lock::Lock::take(path)?;
        let connection = connection::open_writer(lock.database(), options)?;
        Ok(Self {
            writer: writer::Writer::start(connection, lock.checker())?,
            readers: Arc::new(reader::Readers::new(lock.database(), options)),
            searches: Arc::new(Semaphore::new(reader::KEPT)),
            lock,
        })
    }
}

#[async_trait]
impl Driver for SqliteDriver {
    async fn query(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        if query.pace == Pace::Point {
            // Microseconds: less than handing it to another thread would cost.
            return self.readers.query(&query);
        }
        let failed = |error: &dyn std::error::Error| StoreError::Engine(error.to_string());
        let turn = match query.pace {
            Pace::Scan => Some(Arc::clone(&self.searches).acquire_owned().await),
            Pace::Point | Pace::Load => None,
        };
        let turn = turn.transpose().map_err(|error| failed(&error))?;
        let readers = Arc::clone(&self.readers);
        let search = move || {
            let _turn = turn;
            readers.query(&query)
        };
        tokio::task::spawn_blocking(search)
            .await
            .map_err(|error| failed(&error))?
    }

    async fn apply(&self, batch: Batch) -> Result<Vec<u64>, CommitError> {
        self.writer.apply(batch).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.lock.check()?;
        self.readers
            .query(&Query::point("SELECT 1", Vec::new()))
            .map(drop)
    }

    fn owned(&self) -> bool {
        self.lock.is_held()
    }
}
