//! `cargo xtask bench` builds what is measured and starts this on the core of the load.
#![allow(clippy::print_stderr, reason = "it talks to a terminal")]

use anyhow::{Context as _, Result, bail};
use bench::{in_process, machine, options::Options, plan::Run, report, targets::targets};
use serde_json::json;
use std::{fs, io::Write as _, path::PathBuf, process::ExitCode};
use tokio::task::LocalSet;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let options = Options::parse(std::env::args().skip(1), say)?;
    if options.folder.exists() {
        fs::remove_dir_all(&options.folder)?;
    }
    fs::create_dir_all(&options.folder)?;
    let result = measured(options);
    result.and_then(|folder| fs::remove_dir_all(folder).context("can't tidy up"))
}

/// A line for whoever watches; that nobody does any more ends no run.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Measures and reports; what the servers said stays in the folder if something fails.
fn measured(options: Options) -> Result<PathBuf> {
    let mut machine = machine::describe(&options.folder)?;
    machine.push(options.shown());
    let (populations, smoke) = (options.scale(), options.smoke);
    let (json, document) = (options.json.clone(), options.document.clone());
    let (folder, in_process) = (options.folder.clone(), options.in_process.clone());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut figures = runtime.block_on(LocalSet::new().run_until(Run::all(options)))?;
    if let Some(folder) = in_process {
        in_process::read(&folder, &mut figures)?;
    }
    let text = report::markdown(&machine, &targets(&figures, populations), &figures)?;
    if !smoke {
        say(&format!("\n{text}"));
    }
    if let Some(path) = json {
        let all = json!({"machine": machine, "figures": figures.to_json()});
        fs::write(&path, format!("{all:#}\n")).with_context(|| path.display().to_string())?;
    }
    if !figures.failures().is_empty() {
        bail!("wrong answers:\n  {}", figures.failures().join("\n  "));
    }
    if let Some(path) = document {
        let old = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        fs::write(&path, report::splice(&old, &text)?)?;
        say(&format!("{}: written", path.display()));
    }
    Ok(folder)
}
