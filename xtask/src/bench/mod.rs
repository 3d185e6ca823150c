//! `cargo xtask bench`: builds what is measured, installs the peers, and starts the run of `bench/`.

mod options;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::ci::command::{cargo, run as run_command, succeeds, target};
use crate::ci::node;
use crate::workspace::Workspace;
use options::{Length, Options, USAGE};

/// The core of the load; the servers are on core 0.
const LOAD_CORE: &str = "1";
const DOCUMENT: &str = "docs/benchmarks.md";
const PEERS: &str = "bench/peers";

/// Runs the task.
///
/// # Errors
///
/// If something can't be built, or a server gives one wrong answer.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    let Some(options) = Options::parse(arguments)? else {
        println!("{USAGE}");
        return Ok(());
    };
    two_cores()?;
    let target = target(workspace)?;
    let programs = build(workspace, &target, &options)?;
    let folder = target.join("bench");
    fs::create_dir_all(&folder)?;
    let mut bench = Command::new("taskset");
    bench
        .current_dir(&workspace.root)
        .args(["--cpu-list", LOAD_CORE])
        .arg(programs.join("ambit-bench"))
        .arg("--binary")
        .arg(
            options
                .binary
                .clone()
                .unwrap_or_else(|| programs.join("ambit")),
        )
        .args(["--profile", &options.profile])
        .arg("--floor")
        .arg(programs.join("ambit-bench-floor"))
        .arg("--engine-floor")
        .arg(programs.join("ambit-bench-engine"))
        .arg("--folder")
        .arg(folder.join("run"))
        .arg("--peers")
        .arg(workspace.root.join(PEERS));
    if options.wants_peers() {
        install_peers(workspace)?;
    }
    if options.wants("in-process") {
        let kept = folder.join("in-process");
        in_process(workspace, &kept)?;
        bench.arg("--in-process").arg(kept);
    }
    bench.args(["--only", &options.servers().join(",")]);
    match options.length {
        Length::Full => {}
        Length::Quick => drop(bench.arg("--quick")),
        Length::Smoke => drop(bench.arg("--smoke")),
    }
    if let Some(path) = &options.json {
        bench.arg("--json").arg(path);
    }
    if options.write {
        bench.arg("--document").arg(workspace.root.join(DOCUMENT));
    }
    run_command(&mut bench)
}

/// Builds Ambit as it is shipped, and beside it what measures.
fn build(workspace: &Workspace, target: &Path, options: &Options) -> Result<PathBuf> {
    let profile = &options.profile;
    let mut programs = cargo(workspace);
    programs.args(["build", "--locked", "--profile", profile]);
    programs.args(["--package", "bench", "--bins"]);
    if options.binary.is_none() {
        programs.args(["--package", "cli"]);
    }
    run_command(&mut programs)?;
    // Cargo calls the folder of its `dev` profile `debug`.
    Ok(target.join(if profile == "dev" { "debug" } else { profile }))
}

/// `npm ci`, unless what is installed is what the lock file says.
fn install_peers(workspace: &Workspace) -> Result<()> {
    if !succeeds("npm", &["--version"]) {
        bail!(
            "the peers need Node.js 20 or newer with npm; without them: {}",
            options::WITHOUT_PEERS
        );
    }
    node::packages(
        workspace,
        PEERS,
        &std::env::var_os("PATH").unwrap_or_default(),
    )
}

/// The criterion benches, from nothing: what they left before may be of another commit.
fn in_process(workspace: &Workspace, kept: &Path) -> Result<()> {
    if kept.exists() {
        fs::remove_dir_all(kept)?;
    }
    run_command(
        cargo(workspace)
            .args([
                "bench",
                "--locked",
                "--package",
                "bench",
                "--bench",
                "in_process",
            ])
            .env("CRITERION_HOME", kept),
    )
}

fn two_cores() -> Result<()> {
    if !succeeds("taskset", &["--cpu-list", LOAD_CORE, "true"]) {
        bail!(
            "needs Linux with two cores and `taskset` (of util-linux): one for the server, one for the load"
        );
    }
    Ok(())
}
