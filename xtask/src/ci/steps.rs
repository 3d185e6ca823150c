//! The steps of CI, in order: the quick ones that fail most often come first.

use std::process::Command;

use anyhow::Result;

use super::command::{cargo, python, run, target};
use super::{install, node};
use crate::bench;
use crate::crash;
use crate::prove;
use crate::tidy;
use crate::workspace::Workspace;

/// One step: what the summary calls it, and what it does.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) run: fn(&Workspace) -> Result<()>,
}

pub(super) const STEPS: &[Step] = &[
    step("tidy", tidy::run),
    step("format", format),
    step("install what the tests need", install::everything),
    step("clippy", clippy),
    step("tests", tests),
    step("build the debug binaries", build),
    step("third-party suites: self-test", self_test),
    step("third-party suites: SQLite", |workspace| {
        third_party(workspace, "sqlite")
    }),
    step("third-party suites: PostgreSQL", |workspace| {
        third_party(workspace, "postgres")
    }),
    step("two worlds: every leak is found", prove::slice),
    step("crashes: a slice", crash::slice),
    step("bench: a moment of it", |workspace| {
        bench::run(workspace, &["--smoke", "--profile", "dev"])
    }),
];

/// A package outside the workspace: what it needs is in no lock file of ours.
const RELYING_PARTY: &str = "tests/relying-party/Cargo.toml";

const fn step(name: &'static str, run: fn(&Workspace) -> Result<()>) -> Step {
    Step { name, run }
}

fn format(workspace: &Workspace) -> Result<()> {
    run(cargo(workspace).args(["fmt", "--all", "--check"]))?;
    run(cargo(workspace).args(["fmt", "--check", "--manifest-path", RELYING_PARTY]))
}

fn clippy(workspace: &Workspace) -> Result<()> {
    run(cargo(workspace).args([
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ]))
}

/// PostgreSQL was installed by an earlier step, so a test that does not find it fails instead of being skipped.
fn tests(workspace: &Workspace) -> Result<()> {
    run(cargo(workspace)
        .args(["test", "--locked", "--workspace"])
        .env("AMBIT_REQUIRE_POSTGRES", "1"))
}

/// All that later steps run, in one build.
fn build(workspace: &Workspace) -> Result<()> {
    let packages = ["--package", "bench", "--package", "cli", "--bins"];
    run(cargo(workspace).args(["build", "--locked"]).args(packages))?;
    let folder = target(workspace)?.join("relying-party");
    run(cargo(workspace)
        .args(["build", "--locked", "--manifest-path", RELYING_PARTY])
        .arg("--target-dir")
        .arg(folder))
}

/// The suites against reference peers alone, whose answers are altered: every alteration must be noticed.
fn self_test(workspace: &Workspace) -> Result<()> {
    run(suites(workspace)?.arg("--self-test"))
}

fn third_party(workspace: &Workspace, store: &str) -> Result<()> {
    let binary = target(workspace)?.join("debug/ambit");
    run(suites(workspace)?
        .arg("--binary")
        .arg(binary)
        .args(["--store", store]))
}

fn suites(workspace: &Workspace) -> Result<Command> {
    let target = target(workspace)?;
    let mut command = Command::new(python(&target));
    command
        .current_dir(&workspace.root)
        .env("PATH", node::path(&target)?)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg("-u")
        .arg("tests/third-party/run.py");
    Ok(command)
}
