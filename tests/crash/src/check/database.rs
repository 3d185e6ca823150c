//! The database file itself, once nobody has it open.

use anyhow::Result;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// What SQLite finds wrong with the file or its foreign keys.
pub(crate) fn integrity(database: &Path) -> Result<Vec<String>> {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let mut wrong = Vec::new();
    let mut check = connection.prepare("PRAGMA integrity_check")?;
    for line in check.query_map([], |row| row.get::<_, String>(0))? {
        let line = line?;
        if line != "ok" {
            wrong.push(format!("integrity_check: {line}"));
        }
    }
    let mut check = connection.prepare("PRAGMA foreign_key_check")?;
    for table in check.query_map([], |row| row.get::<_, String>(0))? {
        wrong.push(format!("foreign_key_check: {}", table?));
    }
    Ok(wrong)
}
