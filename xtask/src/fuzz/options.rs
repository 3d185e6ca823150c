//! What `cargo xtask fuzz` is asked for.

use anyhow::{Result, bail};

use crate::arguments::Arguments;

pub(super) const HELP: &str = "\
Usage: cargo xtask fuzz [--seconds N] [--jobs N] [--target NAME]... [--keep]

  --seconds N    how long each target runs [default: 60]
  --jobs N       how many run at a time [default: one per processor]
  --target NAME  this target only; may be given more than once
  --keep         do not fuzz: add to fuzz/corpus, minimised, what earlier runs found worth keeping";

/// What to do.
pub(super) enum Asked {
    Help,
    Run(Options),
}

/// How to do it.
pub(super) struct Options {
    pub(super) seconds: u64,
    pub(super) jobs: usize,
    pub(super) targets: Vec<String>,
    pub(super) keep: bool,
}

impl Options {
    /// Reads the command line.
    pub(super) fn read(arguments: &[&str], known: &[String]) -> Result<Asked> {
        let mut options = Self {
            seconds: 60,
            jobs: std::thread::available_parallelism().map_or(1, usize::from),
            targets: Vec::new(),
            keep: false,
        };
        let mut arguments = Arguments::new(arguments, HELP);
        while let Some(option) = arguments.option() {
            match option {
                "--help" => return Ok(Asked::Help),
                "--keep" => options.keep = true,
                "--seconds" => options.seconds = arguments.number()?,
                "--jobs" => options.jobs = arguments.number::<usize>()?.max(1),
                "--target" => {
                    let name = arguments.value()?;
                    if !known.iter().any(|known| known == name) {
                        bail!("no target `{name}`; there are {}", known.join(", "));
                    }
                    options.targets.push(name.to_owned());
                }
                _ => return Err(arguments.unknown()),
            }
        }
        if options.targets.is_empty() {
            options.targets = known.to_vec();
        }
        Ok(Asked::Run(options))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Asked> {
        Options::read(arguments, &["filter".to_owned(), "jws".to_owned()])
    }

    #[test]
    fn options_are_read() {
        let asked = read(&["--seconds", "600", "--jobs", "0", "--target", "jws"]).unwrap();
        let Asked::Run(options) = asked else {
            panic!("a run is asked for");
        };
        assert_eq!(
            (options.seconds, options.jobs, options.keep),
            (600, 1, false)
        );
        assert_eq!(options.targets, ["jws"]);
        let Asked::Run(options) = read(&[]).unwrap() else {
            panic!("a run is asked for");
        };
        assert_eq!(options.targets, ["filter", "jws"]);
        assert!(matches!(read(&["--help"]), Ok(Asked::Help)));
    }

    #[test]
    fn what_is_no_option_is_refused() {
        for bad in [
            &["--target", "x"][..],
            &["--seconds"],
            &["--seconds", "-1"],
            &["fast"],
        ] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
    }
}
