//! `cargo xtask coverage`: which lines of the parser crates their own tests reach.

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

const HELP: &str = "\
Usage: cargo xtask coverage

Runs the tests of the parser crates with counters in their code, names the lines that are not reached, and
fails where a crate has less than 90 of 100 reached.

Needs LLVM's tools, 19 or newer: `rustup component add llvm-tools`, or `apt-get install llvm-19`.";

/// Runs the tests of each crate with counters in its code, and prints a table.
///
/// # Errors
///
/// If a crate is below [`AT_LEAST`], a test fails, or LLVM's tools are missing.
pub(crate) fn run_task(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    match arguments {
        [] => {}
        ["--help"] => {
            println!("{HELP}");
            return Ok(());
        }
        _ => bail!("it takes no options\n\n{HELP}"),
    }
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
    for name in CRATES {
        let sources = workspace.root.join("crates").join(name).join("src");
        let files = files(&tools.export(&merged, &programs, &sources)?)?;
        for file in files.iter().filter(|file| !file.missed.is_empty()) {
            println!("{}: {}", file.path.display(), file.missed());
        }
        let lines: usize = files.iter().map(|file| file.lines).sum();
        let missed: usize = files.iter().map(|file| file.missed.len()).sum();
        let share = 100.0 - 100.0 * missed as f64 / lines.max(1) as f64;
        below.push((name, lines, share));
    }
    println!("\ncrate      lines  reached of 100");
    for (name, lines, share) in &below {
        println!("{name:8} {lines:>7} {share:>10.1}");
    }
    below.retain(|(_, _, share)| *share < AT_LEAST);
    if let Some((name, ..)) = below.first() {
        bail!("less than {AT_LEAST} of 100 lines are reached in {name}");
    }
    Ok(())
}

/// What is reached of one file. The tests in it do not count.
struct Covered {
    path: PathBuf,
    lines: usize,
    /// The numbers of the lines that are not reached.
    missed: Vec<usize>,
}

impl Covered {
    /// The lines that are not reached, as ranges.
    fn missed(&self) -> String {
        let mut ranges: Vec<(usize, usize)> = Vec::new();
        for line in &self.missed {
            match ranges.last_mut() {
                Some((_, end)) if *end + 1 == *line => *end = *line,
                _ => ranges.push((*line, *line)),
            }
        }
        let written = ranges.iter().map(|(start, end)| match start == end {
            true => start.to_string(),
            false => format!("{start}-{end}"),
        });
        written.collect::<Vec<_>>().join(" ")
    }
}

/// Reads a report in LCOV's form: `SF:file`, then `DA:line,times` for each line with code.
fn files(report: &str) -> Result<Vec<Covered>> {
    let mut files: Vec<Covered> = Vec::new();
    let mut end = usize::MAX;
    for line in report.lines() {
        if let Some(path) = line.strip_prefix("SF:") {
            let path = PathBuf::from(path);
            end = match path.ends_with("tests.rs") {
                true => 0,
                false => tests_begin(&fs::read_to_string(&path)?),
            };
            files.push(Covered {
                path,
                lines: 0,
                missed: Vec::new(),
            });
        }
        let numbers = line
            .strip_prefix("DA:")
            .and_then(|data| data.split_once(','));
        let (Some((line, times)), Some(file)) = (numbers, files.last_mut()) else {
            continue;
        };
        let line: usize = line.parse()?;
        if line < end {
            file.lines += 1;
            if times == "0" {
                file.missed.push(line);
            }
        }
    }
    Ok(files)
}

/// The line at which the tests in a source file begin; they are at its end.
fn tests_begin(source: &str) -> usize {
    let at = source
        .lines()
        .position(|line| line.starts_with("#[cfg(test)]"));
    at.map_or(usize::MAX, |index| index + 1)
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
        usable
            .next()
            .with_context(|| format!("llvm-profdata or llvm-cov is missing\n\n{HELP}"))
    }

    /// The lines of one crate's sources, in LCOV's form.
    fn export(&self, merged: &Path, programs: &[PathBuf], sources: &Path) -> Result<String> {
        let mut command = Command::new(&self.cov);
        command
            .args(["export", "--format=lcov"])
            .arg("--instr-profile")
            .arg(merged);
        let mut programs = programs.iter();
        command.args(programs.next());
        for program in programs {
            command.arg("--object").arg(program);
        }
        output(command.arg("--sources").arg(sources))
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

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    read.map(|entry| Ok(entry?.path())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_in_what_cargo_says() {
        let messages = "{\"executable\":\"/a/b\"}\n{\"executable\":null}\nnoise\n{}";
        assert_eq!(programs(messages), [PathBuf::from("/a/b")]);
    }

    #[test]
    fn lines_of_tests_do_not_count() {
        let folder = env!("CARGO_MANIFEST_DIR");
        let begin = tests_begin(include_str!("coverage.rs"));
        let report = format!(
            "SF:{folder}/src/coverage.rs\nDA:1,0\nDA:2,0\nDA:3,7\nDA:5,0\nDA:{begin},0\nend_of_record\n"
        );
        let files = files(&report).unwrap();
        assert_eq!((files[0].lines, files[0].missed().as_str()), (4, "1-2 5"));
    }
}
