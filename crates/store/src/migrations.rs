//! The schema: embedded, brought up to date when a store is opened.
//!
//! There is one text per migration. Names in braces stand for what the engines spell differently.

use crate::OpenError;

/// How an engine spells what the schema leaves open.
pub(crate) struct Dialect {
    /// Text ordered by code point.
    pub(crate) text: &'static str,
    /// A 64-bit integer.
    pub(crate) int: &'static str,
    /// A string of bytes.
    pub(crate) bytes: &'static str,
    /// What follows a table that is found by its key and has short rows.
    pub(crate) clustered: &'static str,
    /// What follows any other table.
    pub(crate) heap: &'static str,
    /// What tells the engine how values are spread, if it does not find out by itself.
    pub(crate) statistics: &'static str,
}

/// Remembers which migrations were applied.
pub(crate) const CREATE_HISTORY: &str =
    "CREATE TABLE IF NOT EXISTS schema_migration (version {int} PRIMARY KEY) {heap}";

/// The last migration that was applied; 0 if none.
pub(crate) const LAST_APPLIED: &str = "SELECT COALESCE(MAX(version), 0) FROM schema_migration";

const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_initial.sql"),
    include_str!("migrations/0002_numbers.sql"),
    include_str!("migrations/0003_people.sql"),
    include_str!("migrations/0004_audit.sql"),
];

impl Dialect {
    /// `ddl` as this engine spells it.
    pub(crate) fn spell(&self, ddl: &str) -> String {
        ddl.replace("{text}", self.text)
            .replace("{int}", self.int)
            .replace("{bytes}", self.bytes)
            .replace("{clustered}", self.clustered)
            .replace("{heap}", self.heap)
            .replace("{statistics}", self.statistics)
    }

    /// The scripts that bring a schema from version `applied` up to date; each ends by recording
    /// itself and must run in a transaction of its own.
    pub(crate) fn pending(&self, applied: i64) -> Result<Vec<String>, OpenError> {
        let newest = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
        if applied > newest {
            return Err(OpenError::TooNew {
                found: applied,
                newest,
            });
        }
        Ok((1..=newest)
            .zip(MIGRATIONS)
            .filter(|(version, _)| *version > applied)
            .map(|(version, ddl)| {
                let ddl = self.spell(ddl);
                format!("{ddl}\nINSERT INTO schema_migration (version) VALUES ({version});")
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const PLAIN: Dialect = Dialect {
        text: "TEXT",
        int: "INTEGER",
        bytes: "BLOB",
        clustered: "",
        heap: "",
        statistics: "",
    };

    #[test]
    fn every_placeholder_is_spelled_and_every_key_leads_with_what_belongs_to_one_realm() {
        for script in PLAIN.pending(0).unwrap() {
            assert!(!script.contains('{'), "{script}");
            for key in script.lines().filter(|line| {
                ["PRIMARY KEY (", "UNIQUE (", "FOREIGN KEY ("]
                    .iter()
                    .any(|word| line.contains(word))
            }) {
                // The number of an attribute stands for its tenant, realm, type and path.
                let leads = ["(tenant, realm", "(attribute, "];
                assert!(leads.iter().any(|lead| key.contains(lead)), "T1: {key}");
            }
        }
    }

    #[test]
    fn a_schema_of_a_newer_release_is_refused() {
        let newest = i64::try_from(MIGRATIONS.len()).unwrap();
        assert!(PLAIN.pending(newest).unwrap().is_empty());
        assert!(matches!(
            PLAIN.pending(newest + 1),
            Err(OpenError::TooNew { .. })
        ));
    }
}
