//! The property, of a server with holes: it must find each of them, and nothing where none is open.

use crate::run::{run, setting};
use scim::leaks::{Leak, open};
use std::time::Instant;

/// Within how many sequences each leak must be found (`AMBIT_PROVE_LEAK_SEQUENCES`).
const SEQUENCES: usize = 500;
/// Sequences with no leak open.
const TIGHT: usize = 50;

/// One test, for the open leak is one of the whole process.
#[test]
#[allow(clippy::print_stdout)]
fn every_leak_is_found() {
    open(None);
    if let Err(told) = run(1, TIGHT) {
        panic!("no leak is open, and yet: {}", told.report);
    }
    let sequences = setting("AMBIT_PROVE_LEAK_SEQUENCES", SEQUENCES);
    let mut missed = Vec::new();
    for leak in Leak::ALL {
        open(Some(leak));
        let begun = Instant::now();
        match run(2, sequences) {
            Ok(_) => missed.push(leak),
            Err(told) => println!(
                "{leak:?}: found in {:.1} s by `{}`, at {}",
                begun.elapsed().as_secs_f64(),
                told.kind,
                told.report.lines().next().unwrap_or_default(),
            ),
        }
    }
    assert!(
        missed.is_empty(),
        "not found in {sequences} sequences: {missed:?}"
    );
}
