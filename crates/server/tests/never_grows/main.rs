//! REG-18, V5, T4: whatever an administrator does of what is listed below, in whatever order, and with all clients and people that they get hold of
//! by it, they never reach more than they held or might delegate at first.
//!
//! Random sequences of making, changing and deleting roles, who is in them, clients, what these are assigned, scopes
//! over resources and of services, services, and for which scopes clients register themselves; one by one and in batches;
//! by clients, by people with roles, and by tokens that allow less than their person may. After each step that succeeds,
//! what the author reaches is worked out anew, naively ([`reach`]), and compared with what it was.
//!
//! Connectors, sync profiles and identity providers are not tried here.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![allow(clippy::print_stdout)] // What was left out, and how it went.
#![allow(unreachable_pub)]

#[path = "../../../store/tests/support/postgres.rs"]
mod postgres;
#[path = "../support/mod.rs"]
mod support;

mod actions;
mod author;
mod reach;
#[path = "../../../scope/tests/reference/rng.rs"]
mod rng;
mod sequence;

use actions::KINDS;
use sequence::{Tally, Way};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
};
use support::TestServer;
use tempfile::TempDir;

/// Sequences on each store where the environment does not ask for more (`AMBIT_PROVE_AUTHORS`).
const SEQUENCES: u64 = 240;
/// Of them by HTTP.
const BY_HTTP: u64 = 30;
/// Sequences on one server: what they leave is cleaned away, but for ids that are never used again.
const PER_SERVER: u64 = 250;

fn setting(name: &str, default: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.map_or(default, |text| text.parse().expect("a number"))
}

async fn server(on_postgres: bool) -> Option<TestServer> {
    match on_postgres {
        false => Some(TestServer::start().await),
        true => {
            let address = postgres::database().await?;
            Some(TestServer::start_on(address, TempDir::new().unwrap()).await)
        }
    }
}

/// Plays a stretch of sequences on a server of their own; nothing where the store is not installed.
fn stretch(on_postgres: bool, seeds: std::ops::Range<u64>, way: Way) -> Option<Tally> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let server = server(on_postgres).await?;
        let stage = sequence::Stage::new(&server).await;
        let mut tally = Tally::default();
        for seed in seeds {
            stage.play(seed, way, &mut tally).await;
        }
        Some(tally)
    })
}

/// Plays many, on several threads, and says how many of the actions succeeded.
fn property(on_postgres: bool) {
    let first = setting("AMBIT_PROVE_SEED", 1);
    let sequences = setting("AMBIT_PROVE_AUTHORS", SEQUENCES);
    let Some(mut all) = stretch(
        on_postgres,
        first..first + BY_HTTP.min(sequences),
        Way::Http,
    ) else {
        return;
    };
    let (from, end) = (first + BY_HTTP.min(sequences), first + sequences);
    let next = AtomicU64::new(from);
    let work = || {
        let mut tally = Tally::default();
        loop {
            let begin = next.fetch_add(PER_SERVER, Ordering::SeqCst);
            if begin >= end {
                return tally;
            }
            let seeds = begin..end.min(begin + PER_SERVER);
            tally.add(&stretch(on_postgres, seeds, Way::Direct).unwrap());
        }
    };
    let threads = thread::available_parallelism().map_or(2, |n| n.get().clamp(2, 8));
    thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            all.add(&thread.join().unwrap());
        }
    });
    println!("{all:?}");
    assert_eq!(all.sequences, sequences);
    assert!(
        all.done * 100 >= all.actions * 30,
        "too few succeed: {all:?}"
    );
    assert!(
        all.beyond * 20 >= all.actions,
        "too few are tried beyond: {all:?}"
    );
    for (kind, _) in KINDS {
        let (tried, done) = all.kinds.get(kind).copied().unwrap_or_default();
        assert!(done > 0, "`{kind}` never succeeds in {tried} times");
    }
    let (tried, done) = all.batches;
    assert!(
        done * 20 >= tried && (done > 0 || sequences <= BY_HTTP),
        "too few batches succeed: {done} of {tried}"
    );
}

#[test]
fn reg18_no_author_grows_on_sqlite() {
    property(false);
}

#[test]
fn reg18_no_author_grows_on_postgres() {
    property(true);
}
