//! The conformance suite on PostgreSQL.
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

use domain::{
    RealmKey,
    store::{CommitError, Store, StoreError},
};
use std::time::{Duration, Instant};
use store::OpenOptions;
use support::{Case, Place, relay::Relay, things::*};

fn run(cases: &[Case]) {
    if support::postgres::available().is_some() {
        support::run(cases, async || Place::postgres().await.unwrap());
    }
}

#[test]
fn audit() {
    run(conformance::audit::CASES);
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
fn people() {
    run(conformance::people::CASES);
}

#[test]
fn lifecycle() {
    run(conformance::lifecycle::CASES);
}

#[test]
fn concurrency() {
    run(conformance::concurrency::CASES);
}

/// Nothing can be read or written, and the store says so itself.
async fn is_unavailable(store: &dyn Store, here: &RealmKey) {
    let read = store.find_token(here, &key(1)).await;
    assert!(matches!(read, Err(StoreError::Unavailable(_))), "{read:?}");
    let written = store.commit(commit(here, [put_scope(here, 9)])).await;
    assert!(
        matches!(written, Err(CommitError::Store(StoreError::Unavailable(_)))),
        "{written:?}"
    );
    assert!(store.check().await.is_err());
}

/// Another process may have the database by now: nothing is read or written any more, and it stays
/// so, whatever the engine answers.
#[tokio::test]
async fn a_process_that_lost_the_database_neither_reads_nor_writes() {
    let Some(place) = Place::postgres().await else {
        return;
    };
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    assert!(store.owned());
    support::postgres::take_ownership_away(&place.address).await;
    for _ in 0..200 {
        if !store.owned() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert!(!store.owned());
    // The pooled connections stand, and would answer.
    is_unavailable(&*store, &here).await;
    // Another takes it meanwhile; the first stays out when that one has gone.
    drop(place.reopen().await);
    assert!(!store.owned());
    drop(store);
    let store = place.reopen().await;
    assert!(store.owned());
    assert_eq!(store.find_token(&here, &key(1)).await.unwrap(), None);
}

/// R5, R13: a database that stands still, with all its connections open, keeps nobody waiting.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_stands_still_is_unavailable_until_it_goes_on() {
    let Some(place) = Place::postgres().await else {
        return;
    };
    let relay = Relay::to(&place.address);
    let options = OpenOptions {
        wait: Duration::from_millis(500),
        ..OpenOptions::default()
    };
    let store = store::open(&relay.address, options).await.unwrap();
    let here = realm("t", "r");
    configured(&store, &here).await;
    relay.stand_still(true);
    let begun = Instant::now();
    is_unavailable(&*store, &here).await;
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
    relay.stand_still(false);
    for _ in 0..200 {
        if store.check().await.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert!(store.owned());
    assert_eq!(store.find_token(&here, &key(1)).await.unwrap(), None);
}
