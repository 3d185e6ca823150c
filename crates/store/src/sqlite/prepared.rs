//! The writer's statements: those whose text is fixed are prepared once, and found by where it stands.

use super::connection;
use crate::{
    driver::Sql,
    value::{Row, Value},
};
use rusqlite::{Connection, PrepFlags, Statement};
use std::{borrow::Cow, cell::RefCell, collections::HashMap};

/// A connection with its statements.
pub(super) struct Prepared<'c> {
    connection: &'c Connection,
    /// By address and length of their texts, which last as long as the program.
    fixed: RefCell<HashMap<(usize, usize), Statement<'c>>>,
}

impl<'c> Prepared<'c> {
    pub(super) fn of(connection: &'c Connection) -> Self {
        Self {
            connection,
            fixed: RefCell::default(),
        }
    }

    pub(super) fn connection(&self) -> &'c Connection {
        self.connection
    }

    /// Runs a statement that answers no rows, and says how many it touched.
    pub(super) fn execute(&self, sql: &Sql, params: &[Value]) -> rusqlite::Result<u64> {
        self.with(sql, |statement| connection::execute(statement, params))
    }

    /// Runs a statement that answers rows.
    pub(super) fn query(&self, sql: &Sql, params: &[Value]) -> rusqlite::Result<Vec<Row>> {
        self.with(sql, |statement| connection::query(statement, params))
    }

    fn with<T>(
        &self,
        sql: &Sql,
        run: impl FnOnce(&mut Statement<'c>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let text = match sql {
            Cow::Owned(text) => return run(&mut *self.connection.prepare_cached(text)?),
            Cow::Borrowed(text) => *text,
        };
        let place = (text.as_ptr().addr(), text.len());
        let mut fixed = self.fixed.borrow_mut();
        if let Some(statement) = fixed.get_mut(&place) {
            return run(statement);
        }
        let flags = PrepFlags::SQLITE_PREPARE_PERSISTENT;
        let mut statement = self.connection.prepare_with_flags(text, flags)?;
        let outcome = run(&mut statement);
        fixed.insert(place, statement);
        outcome
    }
}
