//! What a run is asked for. `cargo xtask bench` finds the programs and starts the run.

use crate::{load::Pace, plan::Group};
use anyhow::{Context as _, Result, bail};
use std::{path::PathBuf, time::Duration};

/// Everything that a run needs to know.
#[derive(Debug)]
pub struct Options {
    /// The `ambit` that is measured.
    pub binary: PathBuf,
    /// How it was built.
    pub profile: String,
    /// The bare handlers.
    pub floor: PathBuf,
    /// The engine by itself.
    pub engine_floor: PathBuf,
    /// Where the peers are installed.
    pub peers: PathBuf,
    /// What `cargo bench` has left, if it ran.
    pub in_process: Option<PathBuf>,
    /// Where stores and logs go; it is made anew.
    pub folder: PathBuf,
    /// Which groups.
    pub only: Vec<Group>,
    /// How long each is measured.
    pub pace: Pace,
    /// Whether it is only to be seen that it works: then nothing is compared.
    pub smoke: bool,
    /// How many people there are when reads are measured, in turn.
    pub populations: Vec<u64>,
    /// Where the figures go for other programs.
    pub json: Option<PathBuf>,
    /// The document whose block of figures is written anew.
    pub document: Option<PathBuf>,
    /// How the run tells what it is doing.
    pub say: fn(&str),
}

/// Long enough for figures that one can quote.
const FULL: Pace = pace(2000, 1500, 5);
/// Long enough to see where one stands.
const QUICK: Pace = pace(500, 700, 3);
/// Long enough to see that it works.
const SMOKE: Pace = pace(100, 400, 1);

const fn pace(warm_up: u64, window: u64, windows: usize) -> Pace {
    Pace {
        warm_up: Duration::from_millis(warm_up),
        window: Duration::from_millis(window),
        windows,
    }
}

impl Options {
    /// Reads the command line.
    ///
    /// # Errors
    /// If it is not what `cargo xtask bench` passes on.
    pub fn parse(arguments: impl IntoIterator<Item = String>, say: fn(&str)) -> Result<Self> {
        let mut options = Self {
            binary: PathBuf::new(),
            profile: String::new(),
            floor: PathBuf::new(),
            engine_floor: PathBuf::new(),
            peers: PathBuf::new(),
            in_process: None,
            folder: PathBuf::new(),
            only: Group::ALL.to_vec(),
            pace: FULL,
            smoke: false,
            populations: vec![1_000, 10_000, 100_000],
            json: None,
            document: None,
            say,
        };
        let mut arguments = arguments.into_iter();
        while let Some(flag) = arguments.next() {
            let mut value = || {
                let value = arguments.next();
                value.with_context(|| format!("{flag} needs a value"))
            };
            match flag.as_str() {
                "--quick" => options.pace = QUICK,
                "--smoke" => {
                    options.smoke = true;
                    (options.pace, options.populations) = (SMOKE, vec![200]);
                }
                "--only" => options.only = groups(&value()?)?,
                "--binary" => options.binary = value()?.into(),
                "--profile" => options.profile = value()?,
                "--floor" => options.floor = value()?.into(),
                "--engine-floor" => options.engine_floor = value()?.into(),
                "--peers" => options.peers = value()?.into(),
                "--in-process" => options.in_process = Some(value()?.into()),
                "--folder" => options.folder = value()?.into(),
                "--json" => options.json = Some(value()?.into()),
                "--document" => options.document = Some(value()?.into()),
                _ => bail!("unknown option {flag}"),
            }
        }
        Ok(options)
    }

    /// How long each was measured, and what.
    #[must_use]
    pub fn shown(&self) -> String {
        let Pace {
            warm_up,
            window,
            windows,
        } = self.pace;
        format!(
            "profile `{}`; {windows} windows of {window:?} each, after {warm_up:?}",
            self.profile
        )
    }

    /// The fewest people, the usual number, and the most.
    #[must_use]
    pub fn scale(&self) -> [u64; 3] {
        let ends = [self.populations.first(), self.populations.last()];
        let [few, many] = ends.map(|people| people.copied().unwrap_or_default());
        [few, self.usual(), many]
    }

    /// How many people there are when writes and peers are measured.
    #[must_use]
    pub fn usual(&self) -> u64 {
        let populations = &self.populations;
        let middle = populations.get(populations.len() / 2);
        middle.copied().unwrap_or_default()
    }
}

fn groups(names: &str) -> Result<Vec<Group>> {
    let group = |name: &str| {
        let all = Group::ALL.map(Group::name).join(", ");
        let group = Group::ALL.into_iter().find(|group| group.name() == name);
        group.with_context(|| format!("no group is called `{name}`; there are {all}"))
    };
    names
        .split(',')
        .filter(|name| !name.is_empty())
        .map(group)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Options> {
        Options::parse(arguments.iter().map(|a| (*a).to_owned()), |_| ())
    }

    #[test]
    fn options_are_read() {
        let options = parse(&["--quick", "--only", "reads,scimmy", "--json", "x"]).unwrap();
        assert_eq!(options.only, [Group::Reads, Group::Scimmy]);
        assert_eq!(options.pace.windows, 3);
        assert_eq!(options.scale(), [1_000, 10_000, 100_000]);
        assert_eq!(parse(&["--smoke"]).unwrap().usual(), 200);
        assert!(parse(&["--only", ""]).unwrap().only.is_empty());
    }

    #[test]
    fn mistakes_are_named() {
        for (arguments, said) in [
            (&["--only", "raeds"][..], "raeds"),
            (&["--json"], "--json"),
            (&["--fast"], "--fast"),
        ] {
            assert!(parse(arguments).unwrap_err().to_string().contains(said));
        }
    }
}
