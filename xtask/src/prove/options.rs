//! The options of `cargo xtask prove`.

use anyhow::{Result, bail};

use crate::arguments::Arguments;

pub(super) const USAGE: &str = "\
Usage: cargo xtask prove [options]

Holds the properties in full size, each in an optimised build:
  two-worlds  no sequence of requests tells two worlds apart that differ in what the caller may not see
  leaks       each hole that a build has on purpose is found by that property
  authors     no administrator reaches more than at first, by no sequence of changes of roles, clients, what these
              are assigned, scopes of resources and services, services, and what clients register themselves for
  decisions   the engine decides as its naive model does
  filters     the evaluator, SQLite and PostgreSQL find the same

Options:
  --only NAMES     some of them, separated by commas
  --sequences N    of the two worlds (21000: a few in a hundred can't be made alike, and are skipped)
  --authors N      sequences of administrators' actions, on each store (100000)
  --decisions N    of the engine (1000000)
  --filters N      three ways (1000000)
  --seed N         the first seed of the two worlds and the authors (1)
  --debug          without optimisation";

/// The properties by name.
const NAMES: [&str; 5] = ["two-worlds", "leaks", "authors", "decisions", "filters"];

/// What to run.
pub(super) struct Options {
    only: Vec<String>,
    pub(super) sequences: u64,
    pub(super) authors: u64,
    pub(super) decisions: u64,
    pub(super) filters: u64,
    pub(super) seed: Option<u64>,
    pub(super) release: bool,
}

impl Options {
    /// Reads the arguments; none if help is asked for.
    pub(super) fn parse(arguments: &[&str]) -> Result<Option<Self>> {
        let mut options = Self {
            only: Vec::new(),
            sequences: 21_000,
            authors: 100_000,
            decisions: 1_000_000,
            filters: 1_000_000,
            seed: None,
            release: true,
        };
        let mut arguments = Arguments::new(arguments, USAGE);
        while let Some(option) = arguments.option() {
            match option {
                "--help" => return Ok(None),
                "--debug" => options.release = false,
                "--only" => {
                    options.only = arguments.value()?.split(',').map(str::to_owned).collect()
                }
                "--sequences" => options.sequences = arguments.number()?,
                "--authors" => options.authors = arguments.number()?,
                "--decisions" => options.decisions = arguments.number()?,
                "--filters" => options.filters = arguments.number()?,
                "--seed" => options.seed = Some(arguments.number()?),
                _ => return Err(arguments.unknown()),
            }
        }
        if let Some(name) = options.only.iter().find(|name| !NAMES.contains(&&***name)) {
            bail!("`{name}` is none of {}", NAMES.join(", "));
        }
        Ok(Some(options))
    }

    /// Whether the property is asked for.
    pub(super) fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_it_is_run_unless_some_is_asked_for() {
        let all = Options::parse(&[]).unwrap().unwrap();
        assert!(NAMES.iter().all(|name| all.wants(name)) && all.release);
        let some = Options::parse(&["--only", "filters", "--filters", "5"]);
        let some = some.unwrap().unwrap();
        assert!(some.wants("filters") && !some.wants("leaks"));
        assert_eq!(some.filters, 5);
        assert!(Options::parse(&["--help"]).unwrap().is_none());
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for wrong in [
            &["--only", "all"][..],
            &["--filters"],
            &["--filters", "x"],
            &["x"],
        ] {
            assert!(Options::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
