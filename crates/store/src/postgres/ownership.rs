//! Exclusive ownership: an advisory lock, held by a connection that does nothing else.
//!
//! The server releases the lock when the connection ends, so when the process ends. A process
//! whose connection was lost no longer owns the database and must deny; it takes it again only by
//! opening it again, since another may have changed it meanwhile.

use super::connection;
use crate::{
    OpenError, OpenOptions,
    migrations::{self, Dialect},
};
use domain::store::StoreError;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config, Error, NoTls};

const DIALECT: Dialect = Dialect {
    text: "TEXT COLLATE \"C\"",
    int: "BIGINT",
    bytes: "BYTEA",
    clustered: "",
    heap: "",
    statistics: "", // Its own are kept up to date by autovacuum.
};

/// `ambit` in ASCII, and a number for the purpose.
const LOCK: i64 = 0x616d_6269_7400_0001;

/// The holder of the lock.
pub(super) struct Owner {
    client: Client,
    connection: JoinHandle<()>,
}

impl Owner {
    /// Takes the lock and brings the schema up to date.
    pub(super) async fn take(config: &Config, options: &OpenOptions) -> Result<Self, OpenError> {
        let name = config.get_dbname().unwrap_or("the database").to_owned();
        let config = connection::configure(config, options, None)?;
        let (client, connection) = config.connect(NoTls).await.map_err(open_error)?;
        let connection = tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::error!(%error, "the connection that owns the database was lost");
            }
        });
        let mut owner = Self { client, connection };
        let row = owner
            .client
            .query_one("SELECT pg_try_advisory_lock($1)", &[&LOCK])
            .await
            .map_err(open_error)?;
        if !row.try_get::<_, bool>(0).map_err(open_error)? {
            return Err(OpenError::Owned(format!("database `{name}`")));
        }
        owner.migrate().await?;
        Ok(owner)
    }

    /// Whether the connection still stands, as far as is known here.
    pub(super) fn held(&self) -> Result<(), StoreError> {
        if self.client.is_closed() {
            return Err(StoreError::Unavailable(
                "the ownership of the database was lost".into(),
            ));
        }
        Ok(())
    }

    /// Whether the server still knows the connection.
    pub(super) async fn check(&self) -> Result<(), StoreError> {
        self.held()?;
        self.client
            .simple_query("SELECT 1")
            .await
            .map(drop)
            .map_err(connection::error)
    }

    async fn migrate(&mut self) -> Result<(), OpenError> {
        let history = DIALECT.spell(migrations::CREATE_HISTORY);
        self.client
            .batch_execute(&history)
            .await
            .map_err(open_error)?;
        let row = self
            .client
            .query_one(migrations::LAST_APPLIED, &[])
            .await
            .map_err(open_error)?;
        for script in DIALECT.pending(row.try_get(0).map_err(open_error)?)? {
            let transaction = self.client.transaction().await.map_err(open_error)?;
            transaction
                .batch_execute(&script)
                .await
                .map_err(open_error)?;
            transaction.commit().await.map_err(open_error)?;
        }
        Ok(())
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

#[allow(clippy::needless_pass_by_value)] // It is what `map_err` hands over.
fn open_error(error: Error) -> OpenError {
    OpenError::Engine(connection::describe(&error))
}
