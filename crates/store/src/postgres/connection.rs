//! Connections, and what their errors mean.

use crate::{OpenError, OpenOptions, driver::Constraint};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use domain::store::StoreError;
use std::time::Duration;
use tokio_postgres::{Config, Error, NoTls, config::SslMode, error::SqlState};

/// What every connection is told: how long a statement waits for another's lock, how much memory
/// a set of ids may take before it is no longer hashed (`NOT IN` in searches), and not to compile
/// statements, which are all short.
const SETTINGS: &str = "-c lock_timeout=10000 -c work_mem=32768 -c jit=off -c timezone=UTC";

/// The settings of all connections; `limit` is the time a statement may take.
pub(super) fn configure(
    config: &Config,
    options: &OpenOptions,
    limit: Option<Duration>,
) -> Result<Config, OpenError> {
    if config.get_ssl_mode() == SslMode::Require {
        return Err(OpenError::Engine(
            "sslmode=require is not supported: reach the database on a trusted network or through \
             a TLS tunnel, with sslmode=disable"
                .into(),
        ));
    }
    let mut config = config.clone();
    let limit = limit.map_or(0, |limit| limit.as_millis().max(1));
    let given = config.get_options().unwrap_or_default().to_owned();
    config
        .options(format!("{given} {SETTINGS} -c statement_timeout={limit}"))
        .application_name("ambit")
        .connect_timeout(options.wait)
        // A server that is gone without a word is noticed within 15 seconds.
        .keepalives_idle(Duration::from_secs(6))
        .keepalives_interval(Duration::from_secs(3))
        .keepalives_retries(3)
        .tcp_user_timeout(Duration::from_secs(15));
    Ok(config)
}

/// A pool of at most `size` connections.
pub(super) fn pool(
    config: &Config,
    options: &OpenOptions,
    limit: Option<Duration>,
    size: usize,
) -> Result<Pool, OpenError> {
    let config = configure(config, options, limit)?;
    let recycling = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    Pool::builder(Manager::from_config(config, NoTls, recycling))
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(options.wait))
        .create_timeout(Some(options.wait))
        .build()
        .map_err(|error| OpenError::Engine(error.to_string()))
}

/// The constraint that a statement broke, if that is what went wrong.
pub(super) fn broken_constraint(error: &Error) -> Option<Constraint> {
    match error.code() {
        Some(&SqlState::UNIQUE_VIOLATION) => Some(Constraint::Unique),
        Some(&SqlState::FOREIGN_KEY_VIOLATION) => Some(Constraint::Foreign),
        _ => None,
    }
}

/// Whether the engine asks for the whole transaction to be tried again.
pub(super) fn is_transient(error: &Error) -> bool {
    matches!(
        error.code(),
        Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED)
    )
}

/// What the port says of an error.
#[allow(clippy::needless_pass_by_value)] // It is what `map_err` hands over.
pub(super) fn error(error: Error) -> StoreError {
    let text = describe(&error);
    match error.code() {
        Some(&SqlState::QUERY_CANCELED) => StoreError::TooExpensive,
        Some(code)
            if ["08", "53", "57", "55"]
                .iter()
                .any(|class| code.code().starts_with(class)) =>
        {
            StoreError::Unavailable(text)
        }
        Some(_) => StoreError::Engine(text),
        None => StoreError::Unavailable(text),
    }
}

/// The error with what the server said, which its own text leaves out.
pub(super) fn describe(error: &Error) -> String {
    match error.as_db_error() {
        Some(said) => format!("{} ({})", said.message(), said.code().code()),
        None => match std::error::Error::source(error) {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        },
    }
}
