//! Opening a store by its address.

use crate::{driver::Driver, postgres::PostgresDriver, sql_store::SqlStore, sqlite::SqliteDriver};
use domain::store::Store;
use std::{path::PathBuf, sync::Arc, time::Duration};

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// How long a search may take (S9): time of a processor with SQLite, so that many at once don't
    /// make each other too expensive; time that passes with PostgreSQL.
    pub search_timeout: Duration,
    /// How long to wait for another process's lock within one statement, or for a connection.
    pub wait: Duration,
    /// PostgreSQL: most connections, the one that holds the ownership apart.
    pub max_connections: usize,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            search_timeout: Duration::from_millis(500),
            wait: Duration::from_secs(5),
            max_connections: 16,
        }
    }
}

/// Why a store can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address has no scheme of ours, or can't be read. No more than its scheme is kept.
    #[error("`{0}` is not the address of a store: expected sqlite:PATH or postgres://…")]
    Address(String),
    /// Another process has it.
    #[error("{0} is in use by another process: one store belongs to one running server")]
    Owned(String),
    /// A newer release wrote it.
    #[error(
        "the store's schema has version {found}, but this release knows versions up to {newest}: use a newer release"
    )]
    TooNew {
        /// The version of the store.
        found: i64,
        /// The newest version known here.
        newest: i64,
    },
    /// The file system refused.
    #[error("{0}: {1}")]
    File(PathBuf, #[source] std::io::Error),
    /// The engine refused.
    #[error("the store can't be opened: {0}")]
    Engine(String),
}

/// Opens the store at `address`, takes it into exclusive ownership and brings its schema up to date.
///
/// `sqlite:PATH` is a file that is created if need be, readable by its owner only; a lock file
/// beside it keeps other processes out. `postgres://…` (or `postgresql://…`) is a database, whose
/// ownership is an advisory lock held by a connection of its own for as long as the store lives.
///
/// # Errors
/// [`OpenError`]; in particular [`OpenError::Owned`] while another process has the store.
pub async fn open(address: &str, options: OpenOptions) -> Result<Arc<dyn Store>, OpenError> {
    let unknown = || OpenError::Address(shown(address));
    match address.split_once(':') {
        Some(("sqlite", path)) if !path.is_empty() => {
            let path = PathBuf::from(path.strip_prefix("//").unwrap_or(path));
            store(SqliteDriver::open(&path, &options)?).await
        }
        Some(("postgres" | "postgresql", _)) => {
            let config = address.parse().map_err(|_| unknown())?;
            store(PostgresDriver::open(config, &options).await?).await
        }
        _ => Err(unknown()),
    }
}

async fn store(driver: impl Driver) -> Result<Arc<dyn Store>, OpenError> {
    let store = SqlStore::open(driver).await;
    let store = store.map_err(|error| OpenError::Engine(error.to_string()))?;
    Ok(Arc::new(store))
}

/// What of an address may stand in a message: its scheme, if that is one (RFC 3986 §3.1). Anything
/// else may be a password, wherever it stands.
fn shown(address: &str) -> String {
    let is_scheme = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    };
    match address.split_once("://") {
        Some((scheme, _)) if is_scheme(scheme) => format!("{scheme}://…"),
        _ => "…".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_message_has_no_more_than_the_scheme() {
        assert_eq!(shown("postgres://u:p@w@host:x/db"), "postgres://…");
        assert_eq!(shown("mysql://x"), "mysql://…");
        for address in ["u:canary@host/db", "host=h password=a://b", "canary", ""] {
            assert_eq!(shown(address), "…");
        }
    }

    #[tokio::test]
    async fn reg_26_no_address_that_is_refused_shows_its_password() {
        for address in [
            "postgres://u:canary@host:port/db",
            "postgres://u@host:port/db?password=canary",
            "postgres:canary",
            "postgre://u:canary@host/db",
            "sqlite:",
        ] {
            let error = open(address, OpenOptions::default()).await.err().unwrap();
            assert!(matches!(error, OpenError::Address(_)), "{error}");
            assert!(!error.to_string().contains("canary"), "{error}");
        }
    }
}
