//! What one input may cost (V1): no hang over 100 ms, no allocation over 64 MiB.
//!
//! Time is the thread's own CPU time, so that a busy machine does not mislead.

use peak_alloc::PeakAlloc;
use rustix::time::{ClockId, clock_gettime};
use std::{sync::Mutex, time::Duration};

/// Most CPU time for one input.
pub const MOST_TIME: Duration = Duration::from_millis(100);
/// Most memory that one input may take at any moment, in bytes.
pub const MOST_MEMORY: usize = 64 << 20;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// The peak is one number for the whole process: one input at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Runs a target on an input, and panics if it costs more than [`MOST_TIME`] or [`MOST_MEMORY`].
///
/// An input that seems slow is run again, for whatever a target makes once is made in its first run.
pub fn hold(target: &str, input: &[u8], run: fn(&[u8])) {
    let lock = ONE_AT_A_TIME.lock();
    let (time, memory) = cost(input, run);
    if time > MOST_TIME || memory > MOST_MEMORY {
        let (time, memory) = cost(input, run);
        assert!(time <= MOST_TIME, "{target}: {time:?} for one input");
        assert!(
            memory <= MOST_MEMORY,
            "{target}: {memory} bytes for one input"
        );
    }
    drop(lock);
}

fn cost(input: &[u8], run: fn(&[u8])) -> (Duration, usize) {
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    let begun = thread_time();
    run(input);
    let time = thread_time().saturating_sub(begun);
    (time, ALLOCATED.peak_usage().saturating_sub(before))
}

fn thread_time() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        now.tv_sec.try_into().unwrap_or_default(),
        now.tv_nsec.try_into().unwrap_or_default(),
    )
}
