//! Crashes: the real `ambit serve` is killed, loses its power, its database or its disk, under mixed
//! load; whatever it acknowledged must be there afterwards, and nothing half-done.
//!
//! `cargo xtask crash` builds what this needs and runs it. Begin reading at `journal.rs` (what must
//! be there), then `check/` (what is), then one file for each way to crash.
#![allow(
    clippy::print_stdout,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that talks to a terminal"
)]

mod check;
mod faults;
mod http;
mod journal;
mod kills;
mod load;
mod options;
mod outages;
mod power;
mod program;
mod random;
mod report;
mod session;
mod shim;
mod watch;

use anyhow::{Result, bail};
use clap::Parser as _;
use options::Options;
use random::Random;
use report::Report;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("crash: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("ambit-crash-").tempdir()?;
    // The kernel's name for it, as the server will see it.
    let root = folder.path().canonicalize()?;
    let random = Random::new(options.seed);
    println!("seed {}, files in {}", options.seed, root.display());
    let mut reports = Vec::new();
    if options.kills > 0 {
        let mut report = Report::new("kills", options.kills);
        kills::run(options, &root, &random, &mut report)?;
        reports.push(report.end());
    }
    if options.cuts > 0 {
        let mut report = Report::new("power cuts", options.cuts);
        power::run(options, &root, &random, &mut report)?;
        reports.push(report.end());
        if options.weak_binary.is_some() {
            power::control(options, &root, &random, "OFF")?;
            power::control(options, &root, &random, "NORMAL")?;
        }
    }
    if options.faults > 0 {
        let mut report = Report::new("bad disks", options.faults);
        faults::run(options, &root, &random, &mut report)?;
        reports.push(report.end());
    }
    if options.restarts > 0 {
        let mut report = Report::new("PostgreSQL outages", options.restarts);
        if outages::run(options, &root, &random, &mut report)? {
            reports.push(report.end());
        } else if std::env::var("AMBIT_REQUIRE_POSTGRES").is_ok_and(|value| value == "1") {
            bail!("PostgreSQL is not installed");
        } else {
            println!("SKIPPED: PostgreSQL is not installed");
        }
    }
    if options.keep {
        println!("kept {}", folder.keep().display());
    }
    let lost: usize = reports.iter().map(Report::losses).sum();
    println!("\nsummary, seed {}", options.seed);
    for report in &reports {
        println!("  {}", report.line());
    }
    if lost > 0 {
        bail!("{lost} losses");
    }
    if let Some(report) = reports.iter().find(|report| report.is_vacuous()) {
        bail!("nothing is proven by {}", report.line());
    }
    Ok(())
}
