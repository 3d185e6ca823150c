//! `cargo xtask crash`: builds a server, one that can be told to flush less, and what crashes them.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::ci::command::{cargo, run as run_command, target};
use crate::workspace::Workspace;

/// What of it CI runs: every kind of outage and of bad disk, and more than one recording.
const SLICE: &[&str] = &["--kills=10", "--cuts=60", "--restarts=7", "--faults=8"];

/// Runs the crashes with `options`, which are those of `tests/crash`; `--release` is this task's own.
///
/// # Errors
///
/// If anything acknowledged is lost, anything is half-done, or a control is not caught.
pub(crate) fn run(workspace: &Workspace, options: &[&str]) -> Result<()> {
    run_command(&mut prepared(workspace, options)?)
}

/// Runs the slice of CI, where PostgreSQL was installed by an earlier step.
///
/// # Errors
///
/// As [`run`].
pub(crate) fn slice(workspace: &Workspace) -> Result<()> {
    run_command(prepared(workspace, SLICE)?.env("AMBIT_REQUIRE_POSTGRES", "1"))
}

/// Builds the servers; answers the command that crashes them.
fn prepared(workspace: &Workspace, options: &[&str]) -> Result<Command> {
    let target = target(workspace)?;
    let folder = target.join("crash");
    let weak = folder.join("ambit-weak");
    let build = ["build", "--locked", "--package", "cli"];
    let feature = ["--features", "store/weak-synchronous"];
    run_command(cargo(workspace).args(build).args(feature))?;
    fs::create_dir_all(&folder)?;
    fs::copy(target.join("debug/ambit"), &weak)
        .with_context(|| format!("cannot write {}", weak.display()))?;
    let release = options.contains(&"--release");
    let profile = release.then_some("--release");
    run_command(cargo(workspace).args(build).args(profile))?;
    let profile = if release { "release" } else { "debug" };
    let mut command = cargo(workspace);
    command
        .args(["run", "--locked", "--quiet", "--package", "crash", "--"])
        .arg("--binary")
        .arg(target.join(profile).join("ambit"))
        .arg("--weak-binary")
        .arg(weak)
        .args(options.iter().filter(|option| **option != "--release"));
    Ok(command)
}
