//! One hundred thousand random filters, asked three ways: the pure evaluator, SQLite, PostgreSQL.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![allow(clippy::print_stdout)] // What ran, and what was left out.
#![allow(unreachable_pub, missing_docs)] // Shared between test binaries.

mod support;
mod three_way;

use domain::store::Store;
use std::sync::Arc;
use support::{Place, things::realm};
use three_way::{comparison, directory::Directory, types};

/// How many filters a round has. There is one, or as many as `AMBIT_PROVE_FILTERS` filters need.
const FILTERS: u32 = 100_000;
/// Directories of a round, each worked on by one task.
const DIRECTORIES: u32 = 4;
/// Resources of each type in a directory.
const RESOURCES: usize = 8;

#[test]
fn evaluator_and_engines_agree_on_a_hundred_thousand_filters() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap();
    let (places, stores) = runtime.block_on(async {
        let mut places = vec![Place::sqlite()];
        places.extend(Place::postgres().await);
        let mut stores = Vec::new();
        for place in &places {
            stores.push(place.open().await);
        }
        (places, stores)
    });
    let one = &|number| runtime.block_on(one_directory(number, &stores));
    let rounds = rounds();
    let tally: comparison::Tally = std::thread::scope(|scope| {
        let all = |task| {
            (0..rounds)
                .map(move |round| one(round * DIRECTORIES + task))
                .sum()
        };
        let threads: Vec<_> = (0..DIRECTORIES)
            .map(|task| scope.spawn(move || all(task)))
            .collect();
        threads
            .into_iter()
            .map(|thread| -> comparison::Tally { thread.join().unwrap() })
            .sum()
    });
    drop(places);
    println!("{} ways: {tally:?}", stores.len() + 1);
    assert_eq!(tally.filters, FILTERS * rounds);
    assert!(
        tally.telling * 10 >= tally.filters * 3,
        "too few filters match some but not all"
    );
    assert!(
        tally.sorted * 100 >= tally.filters,
        "too few searches are sorted"
    );
}

fn rounds() -> u32 {
    let asked = std::env::var("AMBIT_PROVE_FILTERS").ok();
    asked.map_or(1, |asked| {
        let asked: u32 = asked.parse().expect("AMBIT_PROVE_FILTERS: a number");
        asked.div_ceil(FILTERS)
    })
}

async fn one_directory(number: u32, stores: &[Arc<dyn Store>]) -> comparison::Tally {
    let mut runner = comparison::runner(number);
    let (types, realm) = (types::all(), realm("t", &format!("d{number}")));
    let directory = Directory::make(&mut runner, stores, realm, &types, RESOURCES).await;
    let mut tally = comparison::Tally::default();
    for (schema, share) in types.iter().zip([2, 1, 2]) {
        let filters = FILTERS / DIRECTORIES * share / 5;
        tally += comparison::compare(&mut runner, stores, &directory, schema, filters).await;
    }
    tally
}
