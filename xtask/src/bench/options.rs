//! The command line of `cargo xtask bench`.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::arguments::Arguments;

pub(super) const USAGE: &str = "\
Usage: cargo xtask bench [options]

Measures Ambit on one core, with the load on another, beside bare handlers and peers, and compares.

  --quick            shorter: to see where one stands
  --smoke            a moment of each of Ambit's own: to see that it works
  --only GROUPS      some of: in-process,start,floors,tokens,people,oidc-provider,management,
                     writes,reads,scimmy
  --profile PROFILE  the build profile (default: dist, which is what is shipped)
  --binary FILE      an `ambit` that is built already
  --json FILE        the figures for other programs
  --write            the figures into docs/benchmarks.md";

/// Every group. What needs no server comes first.
const GROUPS: [&str; 10] = [
    "in-process",
    "start",
    "floors",
    "tokens",
    "people",
    "oidc-provider",
    "management",
    "writes",
    "reads",
    "scimmy",
];
/// The groups that need npm.
const PEERS: [&str; 2] = ["oidc-provider", "scimmy"];
/// What a moment is enough for.
const SMOKE: [&str; 6] = ["start", "tokens", "people", "management", "writes", "reads"];
pub(super) const WITHOUT_PEERS: &str =
    "--only in-process,start,floors,tokens,people,management,writes,reads";

/// How long each is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Full,
    Quick,
    Smoke,
}

#[derive(Debug)]
pub(super) struct Options {
    pub(super) length: Length,
    only: Vec<String>,
    pub(super) profile: String,
    pub(super) binary: Option<PathBuf>,
    pub(super) json: Option<PathBuf>,
    pub(super) write: bool,
}

impl Options {
    /// The options, or nothing if help is asked for.
    pub(super) fn parse(arguments: &[&str]) -> Result<Option<Self>> {
        let mut options = Self {
            length: Length::Full,
            only: Vec::new(),
            profile: "dist".to_owned(),
            binary: None,
            json: None,
            write: false,
        };
        let mut arguments = Arguments::new(arguments, USAGE);
        while let Some(option) = arguments.option() {
            match option {
                "--help" | "-h" => return Ok(None),
                "--quick" => options.length = Length::Quick,
                "--smoke" => options.length = Length::Smoke,
                "--only" => options.only = groups(arguments.value()?)?,
                "--profile" => options.profile = arguments.value()?.to_owned(),
                "--binary" => options.binary = Some(absolute(arguments.value()?)?),
                "--json" => options.json = Some(absolute(arguments.value()?)?),
                "--write" => options.write = true,
                _ => return Err(arguments.unknown()),
            }
        }
        if options.only.is_empty() {
            let all: &[&str] = match options.length {
                Length::Smoke => &SMOKE,
                Length::Full | Length::Quick => &GROUPS,
            };
            options.only = all.iter().map(|group| (*group).to_owned()).collect();
        }
        Ok(Some(options))
    }

    pub(super) fn wants(&self, group: &str) -> bool {
        self.only.iter().any(|wanted| wanted == group)
    }

    pub(super) fn wants_peers(&self) -> bool {
        PEERS.iter().any(|peer| self.wants(peer))
    }

    /// The groups in which servers are measured.
    pub(super) fn servers(&self) -> Vec<&str> {
        let all = self.only.iter().map(String::as_str);
        all.filter(|group| *group != "in-process").collect()
    }
}

fn groups(names: &str) -> Result<Vec<String>> {
    let known = |name: &str| {
        if GROUPS.contains(&name) {
            Ok(name.to_owned())
        } else {
            bail!("no group is called `{name}`\n\n{USAGE}")
        }
    };
    names.split(',').map(known).collect()
}

/// The run may be started from anywhere, and runs at the root.
fn absolute(path: &str) -> Result<PathBuf> {
    Ok(std::path::absolute(path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_measured_unless_told_otherwise() {
        let options = Options::parse(&[]).unwrap().unwrap();
        assert_eq!(options.only, GROUPS);
        assert_eq!(options.profile, "dist");
        assert!(options.wants_peers());
        assert_eq!(options.servers().len(), GROUPS.len() - 1);
    }

    #[test]
    fn a_moment_of_it_needs_no_peers() {
        let options = Options::parse(&["--smoke"]).unwrap().unwrap();
        assert!(!options.wants_peers() && !options.wants("in-process"));
        let options = Options::parse(&["--smoke", "--only", "scimmy"])
            .unwrap()
            .unwrap();
        assert!(options.wants_peers());
    }

    #[test]
    fn help_is_no_run_and_mistakes_are_named() {
        assert!(Options::parse(&["--quick", "--help"]).unwrap().is_none());
        for arguments in [&["--only", "raeds"][..], &["--json"], &["--fast"]] {
            let error = Options::parse(arguments).unwrap_err().to_string();
            assert!(error.contains(arguments.last().unwrap()), "{error}");
        }
    }
}
