//! The project's own tasks: `cargo xtask <task>`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a task talks to a terminal"
)]

mod arguments;
mod bench;
mod ci;
mod coverage;
mod crash;
mod fuzz;
mod mutants;
mod prove;
mod tidy;
mod workspace;

use std::process::ExitCode;

use workspace::Workspace;

const USAGE: &str = "\
Usage: cargo xtask <task>

  tidy   hold the architecture: imports, dependencies, sizes, documents
  ci     everything CI runs: install what tests need, fmt, clippy, tidy, tests, third-party suites
  bench  measure speed and size beside peers and floors (docs/benchmarks.md)
  prove  the full-sized properties: two worlds, authors, engine against its model, filters three ways
  crash  the full-sized crash runs: killed processes, cut power, restarted PostgreSQL
  fuzz   run the fuzz targets
  coverage  which lines of the parser crates the tests reach
  mutants  change the code of the checks, and see that a test notices

Each task takes its own options; `cargo xtask <task> --help` lists them.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["tidy"] => Workspace::find().and_then(|workspace| tidy::run(&workspace)),
        ["ci"] => Workspace::find().and_then(|workspace| ci::run(&workspace)),
        ["bench", rest @ ..] => {
            Workspace::find().and_then(|workspace| bench::run(&workspace, rest))
        }
        ["prove", rest @ ..] => {
            Workspace::find().and_then(|workspace| prove::run(&workspace, rest))
        }
        ["crash", rest @ ..] => {
            Workspace::find().and_then(|workspace| crash::run(&workspace, rest))
        }
        ["coverage", rest @ ..] => {
            Workspace::find().and_then(|workspace| coverage::run_task(&workspace, rest))
        }
        ["fuzz", rest @ ..] => Workspace::find().and_then(|workspace| fuzz::run(&workspace, rest)),
        ["mutants", rest @ ..] => {
            Workspace::find().and_then(|workspace| mutants::run(&workspace, rest))
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
