//! A relying party of the `openidconnect` crate, for the third-party suites. Its one argument is JSON;
//! `tests/third-party/parties.py` says what it holds, and what is printed.

mod browser;
mod party;

use std::error::Error;
use std::process::ExitCode;

use serde_json::{Value, json};

/// An error with all its causes, as one line.
fn written(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        words = format!("{words}: {next}");
        cause = next.source();
    }
    words
}

fn main() -> ExitCode {
    let argument = std::env::args().nth(1).unwrap_or_default();
    let wanted: Value = match serde_json::from_str(&argument) {
        Ok(wanted) => wanted,
        Err(error) => {
            eprintln!("the argument is no JSON: {error}");
            return ExitCode::from(2);
        }
    };
    let mut step = "discovery";
    match party::run(&wanted, &mut step) {
        Ok(()) => {
            println!("{}", json!({"step": "done", "ok": true}));
            ExitCode::SUCCESS
        }
        Err(error) => {
            let error = written(error.as_ref());
            println!("{}", json!({"step": step, "ok": false, "error": error}));
            ExitCode::FAILURE
        }
    }
}
