//! `cargo xtask fuzz`: libFuzzer over every target of `fuzz/`, on the stable toolchain.
//!
//! Nothing is installed: the compiler instruments the code itself, and libFuzzer comes as the source of a
//! crate, for which a C++ compiler is needed. What a run finds worth keeping goes to `target/fuzz/corpus`,
//! and what broke something to `target/fuzz/artifacts`.

mod keep;
mod options;
mod program;
mod report;

use std::path::PathBuf;
use std::sync::Mutex;
use std::{fs, thread};

use anyhow::{Result, bail};

use crate::ci::command::target;
use crate::workspace::Workspace;
use options::{Asked, Options};
use report::Report;

/// Where things are.
struct Places {
    /// The committed corpora and dictionaries.
    committed: PathBuf,
    /// `target/fuzz`.
    work: PathBuf,
}

impl Places {
    /// What was found worth keeping.
    fn found(&self, target: &str) -> PathBuf {
        self.work.join("corpus").join(target)
    }

    /// The committed inputs, and what would be worth adding to them.
    fn chosen(&self, target: &str) -> PathBuf {
        self.work.join("chosen").join(target)
    }

    /// What broke something.
    fn artifacts(&self, target: &str) -> PathBuf {
        self.work.join("artifacts").join(target)
    }

    /// The committed inputs.
    fn corpus(&self, target: &str) -> PathBuf {
        self.committed.join("corpus").join(target)
    }
}

/// Runs the task.
///
/// # Errors
///
/// If a target breaks, or cannot be built.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    let known = known(workspace)?;
    let options = match Options::read(arguments, &known)? {
        Asked::Help => {
            println!("{}", options::HELP);
            return Ok(());
        }
        Asked::Run(options) => options,
    };
    let places = Places {
        committed: workspace.root.join("fuzz"),
        work: target(workspace)?.join("fuzz"),
    };
    let programs = program::build(workspace, &places)?;
    let temporary = places.work.join("tmp");
    fs::create_dir_all(&temporary)?;
    let reports = if options.keep {
        each(&options, |target| programs.keep(&places, target))
    } else {
        each(&options, |target| {
            programs.fuzz(&places, target, options.seconds)
        })
    };
    // What the servers in the targets left behind.
    fs::remove_dir_all(&temporary)?;
    finish(&reports?)
}

/// The targets, by the programs that there are sources of.
fn known(workspace: &Workspace) -> Result<Vec<String>> {
    let files = workspace.rust_files("fuzz/fuzz_targets")?;
    let names = files.iter().filter_map(|file| {
        let name = file.rsplit('/').next()?;
        name.strip_suffix(".rs").map(str::to_owned)
    });
    Ok(names.collect())
}

/// Does something with every target asked for, so many at a time.
fn each(options: &Options, work: impl Fn(&str) -> Result<Report> + Sync) -> Result<Vec<Report>> {
    let queue = Mutex::new(options.targets.iter().rev());
    let reports = Mutex::new(Vec::new());
    let next = || queue.lock().ok().and_then(|mut queue| queue.next());
    thread::scope(|scope| {
        for _ in 0..options.jobs {
            scope.spawn(|| {
                while let Some(target) = next() {
                    let report = work(target);
                    if let Ok(report) = &report {
                        println!("{report}");
                    }
                    if let Ok(mut reports) = reports.lock() {
                        reports.push(report);
                    }
                }
            });
        }
    });
    let mut reports = reports
        .into_inner()
        .unwrap_or_default()
        .into_iter()
        .collect::<Result<Vec<_>>>()?;
    reports.sort_by(|a, b| a.target.cmp(&b.target));
    Ok(reports)
}

fn finish(reports: &[Report]) -> Result<()> {
    println!("\n{}", report::HEADING);
    for report in reports {
        println!("{report}");
    }
    let broken: Vec<&str> = reports
        .iter()
        .filter(|report| report.broken)
        .map(|report| report.target.as_str())
        .collect();
    if !broken.is_empty() {
        bail!(
            "broken: {}; the inputs are in target/fuzz/artifacts",
            broken.join(", ")
        );
    }
    Ok(())
}
