//! What the tests need besides the Rust toolchain: PostgreSQL's programs, a browser, Python with the checkers, and
//! Node.js with what runs on it.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::command::{output, python, run, succeeds, target};
use super::node;
use crate::workspace::Workspace;

const REQUIREMENTS: &str = "tests/third-party/requirements.txt";
const NODE: &str = "tests/third-party/node";

/// Installs what is missing; does nothing where everything is there.
pub(super) fn everything(workspace: &Workspace) -> Result<()> {
    let mut missing = Vec::new();
    if !has_postgres() {
        missing.push("postgresql");
    }
    if !succeeds("python3", &["-c", "import ensurepip, venv"]) {
        missing.push("python3-venv");
    }
    if !succeeds("chromium", &["--version"]) {
        missing.push("chromium");
    }
    install(&missing)?;
    virtual_environment(workspace)?;
    let target = target(workspace)?;
    node::everything(&target)?;
    node::packages(workspace, NODE, &node::path(&target)?)
}

/// Whether `initdb` is where Debian's packages put it, or on the path.
fn has_postgres() -> bool {
    let packaged = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .any(|version| version.path().join("bin/initdb").is_file());
    packaged || succeeds("initdb", &["--version"])
}

fn install(packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        println!("system packages: all there");
        return Ok(());
    }
    let wanted = packages.join(" ");
    if !succeeds("apt-get", &["--version"]) {
        bail!(
            "the tests need {wanted}, and this system has no apt-get: install PostgreSQL (`initdb` and `postgres` on the path), Python 3.10 or newer with `venv`, and `chromium`, then run this again"
        );
    }
    let root = output(Command::new("id").arg("-u"))?.trim() == "0";
    if !root && !succeeds("sudo", &["-n", "true"]) {
        bail!("the tests need {wanted}: run `sudo apt-get install {wanted}`, then run this again");
    }
    apt_get(root, &["update", "--quiet"])?;
    let mut arguments = vec!["install", "--yes", "--quiet", "--no-install-recommends"];
    arguments.extend(packages);
    apt_get(root, &arguments)
}

fn apt_get(root: bool, arguments: &[&str]) -> Result<()> {
    let mut command = if root {
        Command::new("env")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "env"]);
        sudo
    };
    run(command
        .args(["DEBIAN_FRONTEND=noninteractive", "apt-get"])
        .args(arguments))
}

/// Makes `target/venv` hold exactly the pinned packages. The stamp is a copy of the pins it was made from.
fn virtual_environment(workspace: &Workspace) -> Result<()> {
    let target = target(workspace)?;
    let folder = target.join("venv");
    let stamp = folder.join("installed.txt");
    let pins = workspace.read(REQUIREMENTS)?;
    let python = python(&target);
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == pins) {
        println!("{}: up to date", folder.display());
        return Ok(());
    }
    fs::create_dir_all(&target)?;
    run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&folder))?;
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ];
    run(Command::new(&python)
        .args(install)
        .arg("--requirement")
        .arg(workspace.root.join(REQUIREMENTS)))?;
    mark(&stamp, &pins)
}

fn mark(stamp: &Path, pins: &str) -> Result<()> {
    fs::write(stamp, pins).with_context(|| format!("cannot write {}", stamp.display()))
}
