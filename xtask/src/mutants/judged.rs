//! The survivors that a person has looked at: the table in `docs/mutants.md`.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};

/// Mutants, and how often each occurs: two of one function may read alike.
pub(super) type Mutants = BTreeMap<String, usize>;

/// The mutants of a list by cargo-mutants, without the places, which move: `file: what is replaced`.
pub(super) fn of_list(text: &str) -> Result<Mutants> {
    let mut mutants = Mutants::new();
    for line in text.lines() {
        let name = without_place(line).with_context(|| format!("no mutant: {line}"))?;
        *mutants.entry(name).or_default() += 1;
    }
    Ok(mutants)
}

/// `file:line:column: what` → `file: what`.
fn without_place(line: &str) -> Option<String> {
    let mut parts = line.splitn(4, ':');
    let (file, _, _, what) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    Some(format!("{file}:{what}"))
}

/// The rows of the table: "| `file` | `what` | why |". A row without a reason counts for nothing.
pub(super) fn of_document(text: &str) -> Mutants {
    let mut mutants = Mutants::new();
    for line in text.lines().filter(|line| line.starts_with("| `crates/")) {
        // A `|` of the code stands as `\|` in a table.
        let line = line.replace("\\|", "\u{0}");
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, file, what, why, _] = cells.as_slice() else {
            continue;
        };
        if !why.is_empty() {
            let (file, what) = (file.trim_matches('`'), what.trim_matches('`'));
            let name = format!("{file}: {what}").replace('\u{0}', "|");
            *mutants.entry(name).or_default() += 1;
        }
    }
    mutants
}

/// What `these` has more of than `those`.
pub(super) fn beyond(these: &Mutants, those: &Mutants) -> Vec<String> {
    these
        .iter()
        .filter(|(name, count)| those.get(*name).is_none_or(|known| known < count))
        .map(|(name, _)| name.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "crates/a/src/b.rs:12:5: replace f -> bool with true\n\
                        crates/a/src/b.rs:20:7: replace || with && in T::g\n\
                        crates/a/src/b.rs:21:7: replace || with && in T::g\n";

    #[test]
    fn survivors_are_compared_with_what_was_judged() {
        let survivors = of_list(LIST).unwrap();
        let judged = of_document(
            "| file | mutant | why |\n\
             | `crates/a/src/b.rs` | `replace \\|\\| with && in T::g` | equal |\n\
             | `crates/a/src/b.rs` | `replace f -> bool with true` |  |\n\
             | `crates/a/src/b.rs` | `replace h with ()` | gone |\n",
        );
        let unjudged = beyond(&survivors, &judged);
        assert_eq!(
            unjudged,
            [
                "crates/a/src/b.rs: replace f -> bool with true",
                "crates/a/src/b.rs: replace || with && in T::g",
            ],
            "one has no reason, of the other two stand for one row"
        );
        assert_eq!(
            beyond(&judged, &survivors),
            ["crates/a/src/b.rs: replace h with ()"]
        );
    }
}
