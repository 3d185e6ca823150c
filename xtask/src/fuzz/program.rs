//! The libFuzzer programs: built with coverage counters, and run.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};

use super::{Places, Report, keep};
use crate::ci::command::{cargo, output, run};
use crate::workspace::Workspace;

/// What makes rustc emit the counters that libFuzzer reads, as `cargo-fuzz` does. No sanitizer: this
/// workspace has no `unsafe` code, and the counters are all that the stable compiler has.
const RUSTFLAGS: &str = "-Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Longest input: a little more than the longest token, form parameter or filter that is accepted.
const LONGEST: &str = "-max_len=20480";

/// The folder of the built programs.
pub(super) struct Programs(PathBuf);

/// Builds all programs.
pub(super) fn build(workspace: &Workspace, places: &Places) -> Result<Programs> {
    let host = host()?;
    run(cargo(workspace)
        .args(["build", "--locked", "--package", "fuzz", "--bins"])
        .args(["--features", "libfuzzer", "--profile", "fuzz"])
        // With a target named, build scripts and macros are not instrumented.
        .args(["--target", &host])
        .arg("--target-dir")
        .arg(&places.work)
        .env("RUSTFLAGS", RUSTFLAGS))?;
    Ok(Programs(places.work.join(host).join("fuzz")))
}

fn host() -> Result<String> {
    let version = output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}

impl Programs {
    /// Fuzzes a target.
    pub(super) fn fuzz(&self, places: &Places, target: &str, seconds: u64) -> Result<Report> {
        let (found, artifacts) = (places.found(target), places.artifacts(target));
        fs::create_dir_all(&found)?;
        fs::create_dir_all(&artifacts)?;
        let mut command = self.command(places, target);
        command
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-artifact_prefix={}/", artifacts.display()))
            .args([
                LONGEST,
                "-print_final_stats=1",
                "-timeout=10",
                "-rss_limit_mb=1024",
            ]);
        let words = places.committed.join(format!("dictionaries/{target}.dict"));
        if words.is_file() {
            command.arg(format!("-dict={}", words.display()));
        }
        command.arg(&found).arg(places.corpus(target));
        finish(command, places, target)
    }

    /// Adds to the committed corpus what reaches code that nothing in it reaches.
    pub(super) fn keep(&self, places: &Places, target: &str) -> Result<Report> {
        let (committed, chosen) = (places.corpus(target), places.chosen(target));
        keep::begin(&chosen, &committed)?;
        let mut command = self.command(places, target);
        command
            .args(["-set_cover_merge=1", "-use_counters=0", keep::LONGEST])
            .arg(&chosen)
            .arg(places.found(target));
        let report = finish(command, places, target)?;
        keep::end(&chosen, &committed)?;
        Ok(report)
    }

    fn command(&self, places: &Places, target: &str) -> Command {
        let mut command = Command::new(self.0.join(target));
        command.env("TMPDIR", places.work.join("tmp"));
        command
    }
}

fn finish(mut command: Command, places: &Places, target: &str) -> Result<Report> {
    let log = places.work.join(format!("{target}.log"));
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&log)?)
        .status()
        .with_context(|| format!("cannot start the program of `{target}`"))?;
    let report = Report::read(target, &read_lossy(&log)?, status.success());
    if report.broken {
        println!("{target}: broken; see {}", log.display());
    }
    Ok(report)
}

/// A log may repeat an input, which need not be text.
fn read_lossy(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
