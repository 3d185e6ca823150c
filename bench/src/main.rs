//! `cargo xtask bench` builds what is measured and starts this on the core of the load.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it talks to a terminal"
)]

use anyhow::{Context as _, Result, bail};
use bench::{in_process, machine, options::Options, plan::Run, report, targets::targets};
use serde_json::json;
use std::{fs, process::ExitCode};
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
    let options = Options::parse(std::env::args().skip(1), |line| println!("{line}"))?;
    if options.folder.exists() {
        bail!("{} is there already", options.folder.display());
    }
    fs::create_dir_all(&options.folder)?;
    let result = measured(options);
    result.and_then(|folder| fs::remove_dir_all(folder).context("can't tidy up"))
}

/// Measures and reports; what the servers said stays there if something fails.
fn measured(options: Options) -> Result<std::path::PathBuf> {
    let machine = machine::describe(&options.folder)?;
    let populations = [
        options.populations.first(),
        None,
        options.populations.last(),
    ]
    .map(|people| people.copied().unwrap_or_else(|| options.usual()));
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
    println!("\n{text}");
    if let Some(path) = json {
        let all = json!({"machine": machine, "figures": figures.to_json()});
        fs::write(&path, format!("{all:#}\n")).with_context(|| path.display().to_string())?;
    }
    if let Some(path) = document {
        let old = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        fs::write(&path, report::splice(&old, &text)?)?;
        println!("{}: written", path.display());
    }
    Ok(folder)
}
