//! `cargo xtask coverage`: which lines of the parser crates their own tests and the corpora reach.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::ci::command::{cargo, output, run, succeeds, target};
use crate::workspace::Workspace;

/// The crates that parse what strangers send.
const CRATES: [&str; 4] = ["jose", "oauth", "scim", "scope"];
/// At least so many of a hundred lines of each.
const AT_LEAST: f64 = 90.0;

/// Measures, prints a table of files, and one of crates.
///
/// # Errors
///
/// If a crate is below [`AT_LEAST`], a test fails, or LLVM's tools are missing.
pub(crate) fn run_task(workspace: &Workspace) -> Result<()> {
    let tools = Tools::find()?;
    let folder = target(workspace)?.join("coverage");
    let profiles = folder.join("profiles");
    if profiles.exists() {
        fs::remove_dir_all(&profiles)?;
    }
    fs::create_dir_all(&profiles)?;
    let test = |arguments: &[&str]| {
        let mut command = cargo(workspace);
        command
            .args(["test", "--locked", "--target-dir"])
            .arg(&folder)
            .args(["--package", "fuzz"])
            .args(CRATES.iter().flat_map(|name| ["--package", *name]))
            .args(arguments)
            .env("RUSTFLAGS", "-Cinstrument-coverage")
            .env("LLVM_PROFILE_FILE", profiles.join("%m-%p.profraw"));
        command
    };
    let programs = programs(&output(&mut test(&["--no-run", "--message-format=json"]))?);
    run(&mut test(&["--lib", "--bins", "--tests"]))?;
    let merged = folder.join("merged.profdata");
    run(Command::new(&tools.profdata)
        .args(["merge", "--sparse", "--output"])
        .arg(&merged)
        .args(entries(&profiles)?))?;
    let mut below = Vec::new();
    println!("\ncrate      lines  reached  of 100");
    for name in CRATES {
        let summary = tools.export(
            &merged,
            &programs,
            &workspace.root.join("crates").join(name),
        )?;
        let (lines, reached) = totals(&summary)?;
        let share = 100.0 * reached / lines.max(1.0);
        println!("{name:8} {lines:>7} {reached:>8} {share:>7.1}");
        if share < AT_LEAST {
            below.push(name);
        }
    }
    if !below.is_empty() {
        bail!(
            "less than {AT_LEAST} of 100 lines are reached in {}",
            below.join(", ")
        );
    }
    Ok(())
}

/// LLVM's tools, as new as the compiler's LLVM or nearly so.
struct Tools {
    profdata: PathBuf,
    cov: PathBuf,
}

impl Tools {
    /// Those of the toolchain (`rustup component add llvm-tools`), else the system's (`apt-get install
    /// llvm-19`).
    fn find() -> Result<Self> {
        let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
        let libraries = Path::new(sysroot.trim()).join("lib/rustlib");
        let mut folders = entries(&libraries)?;
        folders.iter_mut().for_each(|folder| folder.push("bin"));
        let in_toolchain = folders.into_iter().map(|folder| (folder, String::new()));
        let on_path = (19..40)
            .rev()
            .map(|version| (PathBuf::new(), format!("-{version}")));
        let tools = in_toolchain.chain(on_path).map(|(folder, end)| Self {
            profdata: folder.join(format!("llvm-profdata{end}")),
            cov: folder.join(format!("llvm-cov{end}")),
        });
        let mut usable = tools.filter(|tools| {
            succeeds(&tools.profdata, &["merge", "--help"]) && succeeds(&tools.cov, &["--version"])
        });
        usable.next().context(
            "llvm-profdata and llvm-cov are missing: `rustup component add llvm-tools`, or install LLVM 19 or newer",
        )
    }

    /// The summary of one crate's sources.
    fn export(&self, merged: &Path, programs: &[PathBuf], sources: &Path) -> Result<String> {
        let mut command = Command::new(&self.cov);
        command
            .args(["export", "--summary-only"])
            .arg("--instr-profile")
            .arg(merged);
        let mut programs = programs.iter();
        command.args(programs.next());
        for program in programs {
            command.arg("--object").arg(program);
        }
        output(command.arg("--sources").arg(sources.join("src")))
    }
}

/// The test programs that cargo built.
fn programs(messages: &str) -> Vec<PathBuf> {
    let messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let executable =
        |message: serde_json::Value| Some(PathBuf::from(message.get("executable")?.as_str()?));
    messages.filter_map(executable).collect()
}

/// Lines that could be reached, and lines that were.
fn totals(summary: &str) -> Result<(f64, f64)> {
    let summary: serde_json::Value = serde_json::from_str(summary)?;
    let lines = summary
        .pointer("/data/0/totals/lines")
        .context("a summary without lines")?;
    let number = |name: &str| lines.get(name).and_then(serde_json::Value::as_f64);
    Ok((
        number("count").unwrap_or(0.0),
        number("covered").unwrap_or(0.0),
    ))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    read.map(|entry| Ok(entry?.path())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_and_programs_are_read() {
        let summary = r#"{"data":[{"totals":{"lines":{"count":10,"covered":9,"percent":90}}}]}"#;
        assert_eq!(totals(summary).unwrap(), (10.0, 9.0));
        assert!(totals("{}").is_err());
        let messages = "{\"executable\":\"/a/b\"}\n{\"executable\":null}\nnoise\n{}";
        assert_eq!(programs(messages), [PathBuf::from("/a/b")]);
    }
}
