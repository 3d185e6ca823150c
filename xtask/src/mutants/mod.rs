//! `cargo xtask mutants`: changes the code of the checks, one place at a time, and sees that a test notices
//! (docs/mutants.md).

mod areas;
mod judged;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::arguments::Arguments;
use crate::ci::command::{cargo, succeeds, target};
use crate::workspace::Workspace;
use areas::{AREAS, Area, Tests};

const DOCUMENT: &str = "docs/mutants.md";
/// Of the mutants that compile, so many in a hundred must be noticed.
const KILLED: f64 = 90.0;

const USAGE: &str = "\
Usage: cargo xtask mutants [AREA…] [--shard K/N]

Needs cargo-mutants: cargo install --locked cargo-mutants
Without AREA, all of them:";

/// Runs the areas named by `options`, or all.
///
/// # Errors
///
/// If too few mutants are noticed, if one survives that nobody judged, or if one that was judged survives no more.
pub(crate) fn run(workspace: &Workspace, options: &[&str]) -> Result<()> {
    let (mut names, mut shard) = (Vec::new(), None);
    let mut options = Arguments::new(options, USAGE);
    while let Some(option) = options.option() {
        match option {
            "--shard" => shard = Some(options.value()?),
            "--help" => return help(),
            name if AREAS.iter().any(|area| area.name == name) => names.push(name),
            _ => return Err(options.unknown()),
        }
    }
    if !succeeds("cargo", &["mutants", "--version"]) {
        bail!("{USAGE}");
    }
    let chosen = |area: &&Area| names.is_empty() || names.contains(&area.name);
    for area in AREAS.iter().filter(chosen) {
        try_area(workspace, area, shard).with_context(|| area.name)?;
    }
    Ok(())
}

fn help() -> Result<()> {
    println!("{USAGE}");
    for area in AREAS {
        println!("  {:<8} {}", area.name, area.what);
    }
    Ok(())
}

fn try_area(workspace: &Workspace, area: &Area, shard: Option<&str>) -> Result<()> {
    let folder = target(workspace)?.join("mutants").join(area.name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let mut chosen: Vec<String> = area
        .files
        .iter()
        .map(|file| format!("--file={file}"))
        .collect();
    chosen.extend(shard.map(|shard| format!("--shard={shard}")));
    let quick = pass(workspace, &folder.join("quick"), &chosen, &area.quick)?;
    // Only what those tests missed is worth the slow ones.
    let missed: Vec<String> = quick.missed.lines().flat_map(chosen_again).collect();
    let survivors = match missed.is_empty() {
        true => judged::Mutants::new(),
        false => {
            let slow = pass(workspace, &folder.join("thorough"), &missed, &area.thorough)?;
            judged::of_list(&slow.missed)?
        }
    };
    let survived: usize = survivors.values().sum();
    let killed = 100.0 * (1.0 - survived as f64 / quick.viable.max(1) as f64);
    println!(
        "{}: {} mutants that compile, {survived} survive, {killed:.1} % are noticed",
        area.name, quick.viable
    );
    compare(&workspace.read(DOCUMENT)?, area, shard, &survivors)?;
    if killed < KILLED {
        bail!("{killed:.1} % are noticed, and {KILLED} % should be");
    }
    Ok(())
}

/// The options that choose one mutant again: its file and its name. (Fields left out of a struct expression are
/// chosen by the file alone, whatever the name says.)
fn chosen_again(name: &str) -> [String; 2] {
    let file = name.split(':').next().unwrap_or_default();
    [
        format!("--file={file}"),
        format!("--re=^{}$", escaped(name)),
    ]
}

/// A regular expression that matches the text and nothing else.
fn escaped(text: &str) -> String {
    let mut expression = String::new();
    for character in text.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(character) {
            expression.push('\\');
        }
        expression.push(character);
    }
    expression
}

/// How a run of cargo-mutants ended.
struct Pass {
    /// How many mutants compile.
    viable: u64,
    /// Those that no test noticed, one in a line.
    missed: String,
}

/// One run of cargo-mutants. That some survive is no failure of it.
fn pass(workspace: &Workspace, folder: &Path, chosen: &[String], tests: &Tests) -> Result<Pass> {
    fs::create_dir_all(folder)?;
    let mut command = cargo(workspace);
    command.arg("mutants").args(chosen);
    command.arg("--output").arg(folder);
    command.args(["--workspace", "--test-workspace=false", "--colors=never"]);
    command.arg("--").args(tests.arguments);
    command.env("CARGO_PROFILE_DEV_DEBUG", "0");
    command.env("RUST_BACKTRACE", "0");
    command.envs(tests.environment.iter().copied());
    println!("$ {command:?}");
    match command.status()?.code() {
        // All noticed; some missed; some ended by the clock.
        Some(0 | 2 | 3) => {}
        code => bail!("cargo-mutants ended with {code:?}"),
    }
    let found = folder.join("mutants.out");
    let outcomes: Value = serde_json::from_slice(&fs::read(found.join("outcomes.json"))?)?;
    let count = |name: &str| {
        let count = outcomes.get(name).and_then(Value::as_u64);
        count.with_context(|| format!("outcomes.json has no `{name}`"))
    };
    Ok(Pass {
        viable: count("caught")? + count("missed")? + count("timeout")?,
        missed: fs::read_to_string(found.join("missed.txt"))?,
    })
}

/// Every survivor is judged, and (in a whole run) every judged one survives.
fn compare(
    document: &str,
    area: &Area,
    shard: Option<&str>,
    survivors: &judged::Mutants,
) -> Result<()> {
    let mut judged = judged::of_document(document);
    judged.retain(|name, _| area.files.iter().any(|pattern| covers(pattern, name)));
    let mut problems: Vec<String> = judged::beyond(survivors, &judged)
        .into_iter()
        .map(|name| format!("survives: {name}"))
        .collect();
    if shard.is_none() {
        let gone = judged::beyond(&judged, survivors).into_iter();
        problems.extend(gone.map(|name| format!("is noticed by now: {name}")));
    }
    if !problems.is_empty() {
        bail!(
            "write a test, or say in {DOCUMENT} why none is needed:\n  {}",
            problems.join("\n  ")
        );
    }
    Ok(())
}

/// Whether the file of a mutant is one of the pattern's, which is a file or `folder/**/*.rs`.
fn covers(pattern: &str, mutant: &str) -> bool {
    match pattern.strip_suffix("**/*.rs") {
        Some(folder) => mutant.starts_with(folder),
        None => mutant
            .strip_prefix(pattern)
            .is_some_and(|rest| rest.starts_with(':')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_itself_in_an_expression() {
        let name = "crates/a/src/b.rs:1:2: replace <impl F for G>::h -> [u8] with *x || y";
        let [file, expression] = chosen_again(name);
        assert_eq!(file, "--file=crates/a/src/b.rs");
        assert_eq!(
            expression,
            r"--re=^crates/a/src/b\.rs:1:2: replace <impl F for G>::h \-> \[u8\] with \*x \|\| y$"
        );
    }

    #[test]
    fn a_pattern_covers_a_file_or_a_folder() {
        let mutant = "crates/a/src/b.rs: replace f -> bool with true";
        assert!(covers("crates/a/src/b.rs", mutant));
        assert!(covers("crates/a/src/**/*.rs", mutant));
        assert!(!covers("crates/a/src/b", mutant));
        assert!(!covers("crates/ab/src/**/*.rs", mutant));
    }
}
