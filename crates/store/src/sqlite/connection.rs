//! Connections and what they share.

use crate::{
    OpenError, OpenOptions,
    driver::Constraint,
    migrations::{self, Dialect},
    value::{Row, Value},
};
use domain::store::StoreError;
use rusqlite::{
    Connection, ErrorCode, OpenFlags, Statement, ToSql,
    config::DbConfig,
    ffi,
    types::{ToSqlOutput, ValueRef},
};
use std::{path::Path, time::Duration};

const DIALECT: Dialect = Dialect {
    text: "TEXT",
    int: "INTEGER",
    bytes: "BLOB",
    clustered: "STRICT, WITHOUT ROWID",
    heap: "STRICT",
    statistics: include_str!("statistics.sql"),
};

/// How many statements a connection keeps prepared.
const PREPARED: usize = 128;

/// How much memory the pages may take that the writer keeps, in KiB (negative: not in pages). Writes
/// are to pages all over the indexes, and each that is not there costs a read.
const WRITER_CACHE: i64 = -65_536;

/// After how many pages the log is written back to the database: a page that changes often is
/// written back once.
const CHECKPOINT: i64 = 8_192;

/// Opens the connection that writes: durable when acknowledged (`synchronous=FULL`).
pub(super) fn open_writer(path: &Path, options: &OpenOptions) -> Result<Connection, OpenError> {
    let open = || -> rusqlite::Result<Connection> {
        let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE, options.wait)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", synchronous())?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        connection.pragma_update(None, "cache_size", WRITER_CACHE)?;
        // What a savepoint or a statement may have to undo is noted there, not in a file.
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT)?;
        Ok(connection)
    };
    let mut connection = open().map_err(open_error)?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// A commit is flushed before it is acknowledged.
#[cfg(not(feature = "weak-synchronous"))]
fn synchronous() -> &'static str {
    "FULL"
}

/// What the negative controls of the power cuts ask for.
#[cfg(feature = "weak-synchronous")]
fn synchronous() -> String {
    std::env::var("AMBIT_WEAK_SYNCHRONOUS").unwrap_or_else(|_| "FULL".into())
}

#[cfg(all(feature = "weak-synchronous", not(debug_assertions)))]
compile_error!("`weak-synchronous` loses what was acknowledged: it is for debug builds of tests");

/// Opens a connection that only reads.
pub(super) fn open_reader(path: &Path, wait: Duration) -> Result<Connection, StoreError> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY, wait).map_err(store_error)?;
    connection
        .pragma_update(None, "query_only", "ON")
        .map_err(store_error)?;
    Ok(connection)
}

fn open(path: &Path, mode: OpenFlags, wait: Duration) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(wait)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // Plans must not depend on bound values: else each new value prepares the statement anew.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    connection
        .execute_batch(&DIALECT.spell(migrations::CREATE_HISTORY))
        .map_err(open_error)?;
    let applied = connection
        .query_row(migrations::LAST_APPLIED, [], |row| row.get(0))
        .map_err(open_error)?;
    for script in DIALECT.pending(applied)? {
        let run = |connection: &mut Connection| {
            let transaction = connection.transaction()?;
            transaction.execute_batch(&script)?;
            transaction.commit()
        };
        run(connection).map_err(open_error)?;
    }
    Ok(())
}

/// Runs a statement that answers no rows, and says how many it touched.
pub(super) fn execute(statement: &mut Statement<'_>, params: &[Value]) -> rusqlite::Result<u64> {
    let touched = statement.execute(rusqlite::params_from_iter(params))?;
    Ok(u64::try_from(touched).unwrap_or(u64::MAX))
}

/// Runs a statement that answers rows.
pub(super) fn query(statement: &mut Statement<'_>, params: &[Value]) -> rusqlite::Result<Vec<Row>> {
    let columns = statement.column_count();
    let mut rows = statement.query(rusqlite::params_from_iter(params))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let values = (0..columns).map(|column| Ok(value(row.get_ref(column)?)));
        found.push(Row(values.collect::<rusqlite::Result<_>>()?));
    }
    Ok(found)
}

fn value(column: ValueRef<'_>) -> Value {
    match column {
        ValueRef::Integer(value) => Value::Int(value),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => Value::Bytes(text.to_vec()),
        },
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        // No column is a float; a row that has one is then found unreadable.
        ValueRef::Null | ValueRef::Real(_) => Value::Null,
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Shared(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// The constraint that a statement broke, if that is what went wrong.
pub(super) fn broken_constraint(error: &rusqlite::Error) -> Option<Constraint> {
    match error.sqlite_error()?.extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
            Some(Constraint::Unique)
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Some(Constraint::Foreign),
        _ => None,
    }
}

/// What the port says of an error.
pub(super) fn store_error(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => StoreError::TooExpensive,
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::CannotOpen,
        ) => StoreError::Unavailable(error.to_string()),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::Corrupt(error.to_string())
        }
        _ => StoreError::Engine(error.to_string()),
    }
}

fn open_error(error: rusqlite::Error) -> OpenError {
    OpenError::Engine(error.to_string())
}
