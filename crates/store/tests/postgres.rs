//! The conformance suite on PostgreSQL.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![allow(unreachable_pub, missing_docs)] // Shared between test binaries.

mod conformance;
mod support;

use support::Case;

fn run(cases: &[Case]) {
    if support::postgres::available().is_some() {
        support::run(cases, async || support::postgres::place().await.unwrap());
    }
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
