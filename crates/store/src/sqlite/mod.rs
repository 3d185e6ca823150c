//! SQLite: one writer thread with group commit, readers inline.

mod connection;
mod lock;
#[cfg(test)]
mod plans;
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

/// An SQLite database that belongs to this process.
pub(crate) struct SqliteDriver {
    // Dropped in this order: connections are closed before the file is given up.
    writer: writer::Writer,
    readers: Arc<reader::Readers>,
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
        let readers = Arc::clone(&self.readers);
        tokio::task::spawn_blocking(move || readers.query(&query))
            .await
            .map_err(|error| StoreError::Engine(error.to_string()))?
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
