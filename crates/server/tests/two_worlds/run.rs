//! Many sequences on many stages, on several threads.

use crate::{
    play::{Tally, Told, play, shrink},
    rng::Rng,
    stage::Stage,
};
use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

/// Sequences played on one stage.
const PER_STAGE: usize = 25;

/// A number from the environment, or else `default`.
pub fn setting(name: &str, default: usize) -> usize {
    match std::env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name}={text}: a number")),
        Err(_) => default,
    }
}

/// Plays `sequences` on two threads or as many as there are processors; the first that tells two
/// worlds apart ends it.
pub fn run(first: u64, sequences: usize) -> Result<Tally, Box<Told>> {
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get().clamp(2, 8));
    let stages = sequences.div_ceil(PER_STAGE);
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (done, begun) = (AtomicUsize::new(0), Instant::now());
    let work = || {
        let mut tally = Tally::default();
        while !stop.load(Ordering::SeqCst) {
            let stage = next.fetch_add(1, Ordering::SeqCst);
            if stage >= stages {
                break;
            }
            let count = PER_STAGE.min(sequences - stage * PER_STAGE);
            if let Err(told) = one_stage(first + stage as u64, count, &mut tally) {
                stop.store(true, Ordering::SeqCst);
                return Err(told);
            }
            report(
                done.fetch_add(count, Ordering::SeqCst),
                count,
                sequences,
                begun,
            );
        }
        Ok(tally)
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut all = Tally::default();
        let mut told = None;
        for thread in threads {
            match thread.join().unwrap() {
                Ok(tally) => all.add(tally),
                Err(first) => told = Some(first),
            }
        }
        told.map_or(Ok(all), Err)
    })
}

/// A line for each tenth of what is to be done, to whoever waits for long.
#[allow(clippy::print_stderr)]
fn report(before: usize, count: usize, all: usize, begun: Instant) {
    let tenth = |n: usize| n * 10 / all.max(1);
    if all >= 1000 && tenth(before) != tenth(before + count) {
        let seconds = begun.elapsed().as_secs();
        eprintln!(
            "two worlds: {} of {all} sequences, {seconds} s",
            before + count
        );
    }
}

fn one_stage(seed: u64, count: usize, tally: &mut Tally) -> Result<(), Box<Told>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let played = runtime.block_on(async {
        let stage = Stage::set(seed).await;
        for n in 0..count {
            let seed = Rng::of(seed, 1000 + n as u64).next();
            if let Err(told) = play(&stage, seed, &|_| true, tally).await {
                let told = shrink(&stage, *told).await;
                let report = format!("stage {}, sequence {n}: {}", stage.seed, told.report);
                return Err(Box::new(Told { report, ..told }));
            }
        }
        Ok(())
    });
    runtime.shutdown_timeout(Duration::from_secs(5));
    played
}
