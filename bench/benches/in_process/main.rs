//! What is done within a request, by itself: `cargo bench -p bench`, or a part of it by name.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod catalogue;
mod decide;
mod filter;
mod fixture;
mod jwt;
mod patch;
mod projection;
mod realm;

use criterion::Criterion;
use fixture::Fixture;
use std::time::Duration;

/// As shipped.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let fixture = Fixture::new();
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    decide::benches(&mut criterion, &fixture);
    filter::benches(&mut criterion, &fixture);
    patch::benches(&mut criterion, &fixture);
    projection::benches(&mut criterion, &fixture);
    jwt::benches(&mut criterion, &fixture);
    catalogue::benches(&mut criterion, &fixture);
    realm::benches(&mut criterion, &fixture);
    criterion.final_summary();
}
