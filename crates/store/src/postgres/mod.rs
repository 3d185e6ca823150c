//! PostgreSQL: pooled connections, pipelined batches.
//!
//! One server process per database until there is a cluster: [`ownership`] holds an advisory lock.

mod batch;
mod connection;
mod ownership;
mod statistics;
mod value;

use crate::{
    OpenError, OpenOptions,
    driver::{Batch, Driver, Pace, Query},
    value::Row,
};
use async_trait::async_trait;
use deadpool_postgres::{Object, Pool, PoolError};
use domain::store::{CommitError, StoreError};
use std::{borrow::Cow, time::Duration};
use tokio_postgres::Config;

/// A PostgreSQL database that belongs to this process.
pub(crate) struct PostgresDriver {
    owner: ownership::Owner,
    /// Commits, and what may take its time.
    work: Pool,
    /// Questions, each with a time limit (S9).
    reads: Pool,
    statistics: statistics::Statistics,
    patience: Patience,
}

/// How long an answer is waited for. The server's own limits are of no use when it stands still.
struct Patience {
    /// To a question with a time limit, and that limit is the server's.
    read: Duration,
    /// To a commit, whose statements may wait for locks.
    commit: Duration,
}

impl PostgresDriver {
    /// Takes the database, alone.
    pub(crate) async fn open(config: Config, options: &OpenOptions) -> Result<Self, OpenError> {
        let owner = ownership::Owner::take(&config, options).await?;
        let half = options.max_connections.div_ceil(2).max(1);
        Ok(Self {
            owner,
            work: connection::pool(&config, options, None, half)?,
            reads: connection::pool(&config, options, Some(options.search_timeout), half)?,
            statistics: statistics::Statistics::new(),
            patience: Patience {
                read: options.search_timeout + options.wait,
                commit: options.wait * 3,
            },
        })
    }

    async fn ask(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        let pool = if query.pace == Pace::Load {
            &self.work
        } else {
            &self.reads
        };
        let client = get(pool).await?;
        let sql = value::placeholders(&query.sql);
        let rows = match query.sql {
            // Few texts: prepared once per connection.
            Cow::Borrowed(_) => {
                let statement = client
                    .prepare_cached(&sql)
                    .await
                    .map_err(connection::error)?;
                client
                    .query(&statement, &value::references(&query.params))
                    .await
            }
            // Composed: any number of texts, which must not pile up in the server's memory.
            Cow::Owned(_) => client.query_typed(&sql, &value::typed(&query.params)).await,
        };
        rows.map_err(connection::error)?
            .iter()
            .map(value::row)
            .collect()
    }
}

#[async_trait]
impl Driver for PostgresDriver {
    async fn query(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        self.owner.held()?;
        match query.pace {
            Pace::Load => self.ask(query).await,
            Pace::Point | Pace::Scan => within(self.patience.read, self.ask(query)).await,
        }
    }

    async fn apply(&self, batch: Batch) -> Result<Vec<u64>, CommitError> {
        self.owner.held()?;
        let counts = within(self.patience.commit, batch::apply(&self.work, &batch)).await?;
        self.statistics.note(batch.index_rows, &self.work);
        Ok(counts)
    }

    async fn check(&self) -> Result<(), StoreError> {
        within(self.patience.read, self.owner.check()).await?;
        self.query(Query::point("SELECT CAST(1 AS BIGINT)", Vec::new()))
            .await
            .map(drop)
    }

    fn owned(&self) -> bool {
        self.owner.held().is_ok()
    }
}

/// The outcome, if it comes in time; what is not waited for any more may happen nevertheless.
async fn within<T, E: From<StoreError>>(
    limit: Duration,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let late = |_| StoreError::Unavailable("the database does not answer".into());
    tokio::time::timeout(limit, work).await.map_err(late)?
}

async fn get(pool: &Pool) -> Result<Object, StoreError> {
    pool.get().await.map_err(|error| match error {
        PoolError::Backend(error) => connection::error(error),
        other => StoreError::Unavailable(other.to_string()),
    })
}
