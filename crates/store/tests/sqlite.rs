//! The conformance suite on SQLite.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![allow(clippy::print_stdout)] // What ran, and what was left out.
#![allow(unreachable_pub, missing_docs)] // Shared between test binaries.

mod conformance;
mod support;

use support::{Case, Place};

fn run(cases: &[Case]) {
    support::run(cases, async || Place::sqlite());
}

#[test]
fn configuration() {
    run(conformance::configuration::CASES);
}

#[test]
fn tokens() {
    run(conformance::tokens::CASES);
}

#[test]
fn resources() {
    run(conformance::resources::CASES);
}

#[test]
fn references() {
    run(conformance::references::CASES);
}

#[test]
fn isolation() {
    run(conformance::isolation::CASES);
}

#[test]
fn lifecycle() {
    run(conformance::lifecycle::CASES);
}

#[test]
fn concurrency() {
    run(conformance::concurrency::CASES);
}

/// Whoever finds no lock file makes one and owns the database: the first does so no longer.
#[tokio::test]
async fn a_process_whose_lock_file_is_gone_owns_nothing() {
    let place = Place::sqlite();
    let store = place.open().await;
    assert!(store.owned());
    let path = place.address.strip_prefix("sqlite:").unwrap();
    std::fs::remove_file(format!("{path}.lock")).unwrap();
    assert!(!store.owned());
    assert!(store.check().await.is_err());
}
