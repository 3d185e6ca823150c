//! What an import did, entry by entry where it matters.

use super::{
    fields::LeftOver,
    item::{Item, Kind, Reference},
};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    fmt::{self, Display, Formatter},
};

/// What became of a file: `read` = `created` + `updated` + all `skipped` + all `rejected`.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    /// Nothing was written; this is what would be.
    pub(super) dry_run: bool,
    /// Entries read.
    pub(super) read: u64,
    /// New people.
    pub(super) created_users: u64,
    /// New groups.
    pub(super) created_groups: u64,
    /// Resources of an earlier import that were changed.
    pub(super) updated: u64,
    /// How many entries were left alone, by reason.
    pub(super) skipped: BTreeMap<String, u64>,
    /// Entries that could not be imported.
    pub(super) rejected: Vec<Rejected>,
    /// Resources that are there, but whose manager or members could not be set.
    pub(super) unlinked: Vec<Rejected>,
    /// Values without a place in the realm, by attribute.
    pub(super) unmapped: BTreeMap<String, u64>,
    /// Passwords, which are never imported.
    pub(super) passwords: u64,
    /// Members that are groups.
    pub(super) nested_groups: u64,
    /// References to nobody in the file or the realm.
    pub(super) dangling: Vec<Dangling>,
}

/// An entry and what stood in its way.
#[derive(Debug, Serialize)]
pub(super) struct Rejected {
    /// Where in the file.
    pub(super) line: usize,
    /// Its name, as far as it is known.
    pub(super) dn: String,
    /// What stood in its way.
    pub(super) reason: String,
}

/// A reference that leads nowhere.
#[derive(Debug, Serialize)]
pub(super) struct Dangling {
    /// The line of the entry that has it.
    pub(super) line: usize,
    /// The attribute.
    pub(super) attribute: &'static str,
    /// Its value.
    pub(super) value: String,
}

impl Report {
    /// Whether everything that could be imported was.
    pub(super) fn is_complete(&self) -> bool {
        self.rejected.is_empty() && self.unlinked.is_empty()
    }

    pub(super) fn create(&mut self, kind: Kind) {
        match kind {
            Kind::User => self.created_users += 1,
            Kind::Group => self.created_groups += 1,
        }
    }

    pub(super) fn skip(&mut self, reason: String) {
        *self.skipped.entry(reason).or_default() += 1;
    }

    pub(super) fn reject(&mut self, line: usize, dn: &str, reason: impl Into<String>) {
        self.rejected.push(Rejected {
            line,
            dn: dn.into(),
            reason: reason.into(),
        });
    }

    pub(super) fn leave_out(&mut self, left: LeftOver) {
        self.passwords += left.passwords;
        for (attribute, count) in left.unmapped {
            *self.unmapped.entry(attribute).or_default() += count;
        }
    }

    pub(super) fn lead_nowhere(&mut self, item: &Item, reference: &Reference) {
        let Reference {
            attribute, value, ..
        } = reference.clone();
        self.dangling.push(Dangling {
            line: item.line,
            attribute,
            value,
        });
    }
}

/// Most lines of one list that a reader is asked to look at; JSON has them all.
const MOST_LINES: usize = 50;

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let will = if self.dry_run {
            " (dry run: nothing was written)"
        } else {
            ""
        };
        let created = self.created_users + self.created_groups;
        let skipped: u64 = self.skipped.values().sum();
        writeln!(f, "{:>7} entries read{will}", self.read)?;
        let (users, groups) = (self.created_users, self.created_groups);
        writeln!(f, "{created:>7} created: {users} people, {groups} groups")?;
        writeln!(f, "{:>7} updated", self.updated)?;
        writeln!(f, "{skipped:>7} skipped")?;
        for (reason, count) in &self.skipped {
            writeln!(f, "{count:>13} {reason}")?;
        }
        writeln!(f, "{:>7} rejected", self.rejected.len())?;
        list(f, &self.rejected, |r| {
            format!("line {}, {}: {}", r.line, r.dn, r.reason)
        })?;
        if !self.unlinked.is_empty() {
            writeln!(
                f,
                "\n{} imported without manager or members:",
                self.unlinked.len()
            )?;
            list(f, &self.unlinked, |r| {
                format!("line {}, {}: {}", r.line, r.dn, r.reason)
            })?;
        }
        if !self.dangling.is_empty() {
            writeln!(
                f,
                "\n{} references lead to no person or group:",
                self.dangling.len()
            )?;
            list(f, &self.dangling, |d| {
                format!("line {}, {}: {}", d.line, d.attribute, d.value)
            })?;
        }
        if self.nested_groups > 0 {
            writeln!(f, "\n{} members are groups themselves", self.nested_groups)?;
        }
        if self.passwords > 0 {
            writeln!(
                f,
                "\n{} passwords left out: they are never imported",
                self.passwords
            )?;
        }
        if !self.unmapped.is_empty() {
            writeln!(
                f,
                "\nValues of people and groups without a place here, by attribute:"
            )?;
            for (attribute, count) in &self.unmapped {
                writeln!(f, "{count:>7} {attribute}")?;
            }
        }
        Ok(())
    }
}

fn list<T>(f: &mut Formatter<'_>, items: &[T], line: impl Fn(&T) -> String) -> fmt::Result {
    for item in items.iter().take(MOST_LINES) {
        writeln!(f, "        {}", printable(&line(item)))?;
    }
    match items.len().saturating_sub(MOST_LINES) {
        0 => Ok(()),
        more => writeln!(f, "        … and {more} more (--json has them all)"),
    }
}

/// A text of the file as it may be shown on a terminal.
fn printable(text: &str) -> String {
    let shown = |c: char| {
        if c.is_control() {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_adds_up_and_shows_no_control_characters() {
        let mut report = Report {
            read: 6,
            created_users: 2,
            created_groups: 1,
            ..Report::default()
        };
        report.skip("unchanged".into());
        report.skip("unchanged".into());
        report.reject(3, "cn=\u{1b}[2J", "no");
        let text = report.to_string();
        assert!(
            text.contains("6 entries read\n      3 created: 2 people, 1 groups\n"),
            "{text}"
        );
        assert!(
            text.contains("2 skipped\n            2 unchanged\n      1 rejected"),
            "{text}"
        );
        assert!(text.contains("line 3, cn=\u{fffd}[2J: no"), "{text}");
        assert!(!report.is_complete());
    }

    #[test]
    fn a_long_list_is_cut_and_says_so() {
        let mut report = Report::default();
        for line in 0..60 {
            report.reject(line, "cn=x", "no");
        }
        assert!(report.to_string().contains("… and 10 more"));
    }
}
