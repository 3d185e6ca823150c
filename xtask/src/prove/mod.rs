//! `cargo xtask prove`: the properties in full size, in optimised builds.

mod options;

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::ci::command::{cargo, run as run_command};
use crate::workspace::Workspace;
use options::{Options, USAGE};

/// Questions that the reference test puts to each realm.
const DECISIONS_OF_A_REALM: u64 = 400;

/// One property: the test that holds it, and how much of it is asked for.
struct Proof {
    name: &'static str,
    /// Package and test target.
    test: (&'static str, &'static str),
    /// The variable that the test reads, and what it is set to.
    size: Option<(&'static str, u64)>,
    features: &'static [&'static str],
}

impl Proof {
    fn all(options: &Options) -> Vec<Self> {
        let of = |name, test, size| Self {
            name,
            test,
            size,
            features: &[],
        };
        let sized = |variable, size| Some((variable, size));
        let sequences = sized("AMBIT_PROVE_SEQUENCES", options.sequences);
        let authors = sized("AMBIT_PROVE_AUTHORS", options.authors);
        let realms = options.decisions.div_ceil(DECISIONS_OF_A_REALM);
        let decisions = sized("AMBIT_REFERENCE_WORLDS", realms);
        let filters = sized("AMBIT_PROVE_FILTERS", options.filters);
        vec![
            of("two-worlds", ("server", "two_worlds"), sequences),
            Self {
                features: &["--features", "server/leaks"],
                ..of("leaks", ("server", "two_worlds"), None)
            },
            of("authors", ("server", "never_grows"), authors),
            of("decisions", ("scope", "reference"), decisions),
            of("filters", ("store", "filters"), filters),
        ]
    }

    fn run(&self, workspace: &Workspace, options: &Options) -> Result<()> {
        let mut command = self.test(workspace, options.release);
        // Three ways are three with PostgreSQL only.
        command.env("AMBIT_REQUIRE_POSTGRES", "1");
        if let Some((variable, size)) = self.size {
            command.env(variable, size.to_string());
        }
        if let Some(seed) = options.seed {
            command.env("AMBIT_PROVE_SEED", seed.to_string());
        }
        run_command(&mut command)
    }

    fn test(&self, workspace: &Workspace, release: bool) -> Command {
        let (package, target) = self.test;
        let mut command = cargo(workspace);
        command.args(["test", "--locked", "--test", target]);
        // With features as the tests of the workspace have them, so that little is built again.
        match self.features {
            [] => command.args(["--package", package]),
            features => command.arg("--workspace").args(features),
        };
        command
            .args(release.then_some("--release"))
            .args(["--", "--nocapture"]);
        command
    }
}

/// What of it CI runs besides the tests of the workspace, which have slices of the others.
///
/// # Errors
///
/// If a leak is not found.
pub(crate) fn slice(workspace: &Workspace) -> Result<()> {
    run(workspace, &["--only", "leaks", "--debug"])
}

/// Runs the properties that `arguments` ask for, all of them, and sums up.
///
/// # Errors
///
/// If one does not hold, or can't be built.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    let Some(options) = Options::parse(arguments)? else {
        println!("{USAGE}");
        return Ok(());
    };
    let mut done = Vec::new();
    for proof in Proof::all(&options) {
        if options.wants(proof.name) {
            let begun = Instant::now();
            let result = proof.run(workspace, &options);
            done.push((proof, result, begun.elapsed()));
        }
    }
    summarize(&done);
    match done.iter().filter(|(_, result, _)| result.is_err()).count() {
        0 => Ok(()),
        failed => bail!("{failed} of {} do not hold", done.len()),
    }
}

fn summarize(done: &[(Proof, Result<()>, Duration)]) {
    println!("\nproperty    size       result  time");
    for (proof, result, took) in done {
        let size = proof.size.map_or("-".to_owned(), |(_, n)| n.to_string());
        let result = if result.is_ok() { "holds" } else { "FAILED" };
        let seconds = took.as_secs();
        println!("{:10}  {size:9}  {result:6}  {seconds} s", proof.name);
    }
}
