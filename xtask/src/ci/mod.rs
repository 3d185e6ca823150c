//! `cargo xtask ci`: the README's test command, and exactly what `.ci/run` calls.

pub(crate) mod command;
mod install;
pub(crate) mod node;
mod steps;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::workspace::Workspace;
use steps::{STEPS, Step};

/// Runs every step in order and stops at the first that fails.
///
/// # Errors
///
/// If a step fails; its own output says why.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let started = Instant::now();
    let mut took = Vec::new();
    let mut failure = None;
    for (index, step) in STEPS.iter().enumerate() {
        let label = format!("[{}/{}] {}", index + 1, STEPS.len(), step.name);
        println!("\n{label} ...");
        let begun = Instant::now();
        let result = (step.run)(workspace);
        took.push(begun.elapsed());
        let total = written(started.elapsed());
        let own = written(begun.elapsed());
        match result {
            Ok(()) => println!("{label}: ok in {own}, {total} so far"),
            Err(error) => {
                println!("{label}: FAILED after {own}, {total} so far: {error:#}");
                failure = Some(step);
                break;
            }
        }
    }
    summarize(&took, failure, started.elapsed());
    match failure {
        None => Ok(()),
        Some(step) => bail!("step failed: {}", step.name),
    }
}

fn summarize(took: &[Duration], failure: Option<&Step>, total: Duration) {
    let width = STEPS.iter().map(|step| step.name.len()).max().unwrap_or(0);
    println!("\n{:width$}  result   time", "step");
    let last = took.len();
    for (index, step) in STEPS.iter().enumerate() {
        let failed = failure.is_some() && index + 1 == last;
        let (result, time) = match took.get(index) {
            Some(time) if failed => ("failed", written(*time)),
            Some(time) => ("ok", written(*time)),
            None => ("not run", "-".to_owned()),
        };
        println!("{:width$}  {result:7}  {time}", step.name);
    }
    let failed = usize::from(failure.is_some());
    println!("total time: {}", written(total));
    println!("steps: {} passed, {failed} failed", last - failed);
}

fn written(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds >= 60 {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        assert_eq!(written(Duration::from_millis(1_250)), "1.2 s");
        assert_eq!(written(Duration::from_secs(125)), "2 min 05 s");
    }
}
