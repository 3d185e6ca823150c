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

use domain::{
    RealmKey,
    store::{Commit, CommitError, StoreError},
};
use std::time::{Duration, Instant};
use store::OpenOptions;
use support::{Case, Place, things::*};

fn run(cases: &[Case]) {
    support::run(cases, async || Place::sqlite());
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

/// S9: a search has time of a processor, and it is not its fault that others run at the same time.
#[tokio::test(flavor = "multi_thread")]
async fn s9_many_searches_at_once_are_no_dearer_than_one() {
    let (place, here) = (Place::sqlite(), realm("t", "r"));
    let store = place.open().await;
    configured(&store, &here).await;
    let query = slow_search(&store, &here).await;
    let begun = Instant::now();
    store.search(&here, &query).await.unwrap();
    let hurried = OpenOptions {
        search_timeout: begun.elapsed() * 4,
        ..OpenOptions::default()
    };
    drop(store);
    let store = store::open(&place.address, hurried).await.unwrap();
    let mut searches = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let (store, here, query) = (store.clone(), here.clone(), query.clone());
        searches.spawn(async move { store.search(&here, &query).await });
    }
    for found in searches.join_all().await {
        assert_eq!(found.unwrap().total, Some(0));
    }
}

/// Whoever finds no lock file makes one and owns the database: the first does so no longer.
#[tokio::test]
async fn a_process_whose_lock_file_is_gone_owns_nothing() {
    let place = Place::sqlite();
    let store = place.open().await;
    assert!(store.owned());
    let path = place.address.strip_prefix("sqlite:").unwrap();
    std::fs::remove_file(format!("{path}.lock")).unwrap();
    // Whoever looks knows at once; reads know when the watcher has looked.
    assert!(store.check().await.is_err());
    assert!(!store.owned());
}

#[tokio::test]
async fn reads_learn_within_a_moment_that_ownership_is_lost() {
    let place = Place::sqlite();
    let store = place.open().await;
    let path = place.address.strip_prefix("sqlite:").unwrap();
    std::fs::rename(format!("{path}.lock"), format!("{path}.moved")).unwrap();
    let began = Instant::now();
    while store.owned() {
        assert!(began.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // It never comes back, even if the file does.
    std::fs::rename(format!("{path}.moved"), format!("{path}.lock")).unwrap();
    assert!(store.check().await.is_err());
    assert!(!store.owned());
}

#[tokio::test]
async fn a_write_looks_for_itself_whether_the_database_is_owned() {
    let place = Place::sqlite();
    let store = place.open().await;
    let path = place.address.strip_prefix("sqlite:").unwrap();
    std::fs::remove_file(format!("{path}.lock")).unwrap();
    let commit = Commit {
        realm: RealmKey::system(),
        changes: Vec::new(),
    };
    let refused = store.commit(commit).await;
    assert!(matches!(
        refused,
        Err(CommitError::Store(StoreError::Unavailable(_)))
    ));
}
