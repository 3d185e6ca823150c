//! What was measured.

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};

/// One stretch of time.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// How long it was.
    pub wall: Duration,
    /// How much of it the server computed.
    pub cpu: Duration,
}

/// The load of one kind of request.
#[derive(Debug, Clone)]
pub struct Figure {
    /// What it is called.
    pub name: String,
    /// Requests per CPU-second of the server: that of the middle window.
    pub per_cpu_second: f64,
    /// Requests in all windows.
    pub requests: usize,
    /// How much of the time the server was busy: below 1 the load, not the server, was the limit.
    pub busy: f64,
    /// Half of the requests took no longer.
    pub p50: Duration,
    /// One in a hundred took longer.
    pub p99: Duration,
}

impl Figure {
    /// Of what came in each window.
    ///
    /// # Errors
    /// If nothing was answered in one of them.
    pub fn new(name: String, windows: Vec<Window>, taken: Vec<(usize, Duration)>) -> Result<Self> {
        let mut rates = Vec::new();
        for (index, window) in windows.iter().enumerate() {
            let count = taken.iter().filter(|(at, _)| *at == index).count();
            if count == 0 || window.cpu.is_zero() {
                bail!("{name}: nothing was answered in one window; measure longer");
            }
            rates.push(count as f64 / window.cpu.as_secs_f64());
        }
        let wall: f64 = windows.iter().map(|window| window.wall.as_secs_f64()).sum();
        let cpu: f64 = windows.iter().map(|window| window.cpu.as_secs_f64()).sum();
        let mut took: Vec<Duration> = taken.iter().map(|(_, took)| *took).collect();
        took.sort_unstable();
        let part = |hundredths: usize| took.get(took.len() * hundredths / 100).copied();
        Ok(Self {
            per_cpu_second: middle(&mut rates).context("no window")?,
            requests: took.len(),
            busy: cpu / wall,
            p50: part(50).context("no answer")?,
            p99: part(99).context("no answer")?,
            name,
        })
    }
}

/// The middle one, of an even number the lower.
pub fn middle(numbers: &mut [f64]) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len().saturating_sub(1) / 2).copied()
}

/// Everything of one run.
#[derive(Debug, Default)]
pub struct Figures {
    loads: Vec<Figure>,
    /// Numbers that are no load: milliseconds, mebibytes, nanoseconds, operations per CPU-second.
    numbers: BTreeMap<String, f64>,
    failures: Vec<String>,
}

impl Figures {
    /// Adds a load.
    pub fn add(&mut self, figure: Figure) {
        self.loads.push(figure);
    }

    /// Says what was answered wrongly.
    pub fn fail(&mut self, wrong: String) {
        self.failures.push(wrong);
    }

    /// What was answered wrongly. A run in which anything was has failed.
    #[must_use]
    pub fn failures(&self) -> &[String] {
        &self.failures
    }

    /// Adds a number.
    pub fn note(&mut self, name: impl Into<String>, number: f64) {
        self.numbers.insert(name.into(), number);
    }

    /// A load's requests per CPU-second, or a number.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<f64> {
        let load = self.loads.iter().find(|figure| figure.name == name);
        load.map(|figure| figure.per_cpu_second)
            .or_else(|| self.numbers.get(name).copied())
    }

    /// The loads, in the order they were measured.
    #[must_use]
    pub fn loads(&self) -> &[Figure] {
        &self.loads
    }

    /// The numbers whose names begin so.
    pub fn numbers<'a>(&'a self, beginning: &'a str) -> impl Iterator<Item = (&'a str, f64)> {
        let all = self.numbers.iter();
        all.filter(move |(name, _)| name.starts_with(beginning))
            .map(|(name, number)| (name.as_str(), *number))
    }

    /// For other programs.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let load = |figure: &Figure| {
            json!({
                "name": figure.name,
                "per_cpu_second": figure.per_cpu_second,
                "requests": figure.requests,
                "busy": figure.busy,
                "p50_us": figure.p50.as_micros() as u64,
                "p99_us": figure.p99.as_micros() as u64,
            })
        };
        let loads: Vec<Value> = self.loads.iter().map(load).collect();
        json!({"loads": loads, "numbers": self.numbers})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_by_the_servers_time_and_of_the_middle_window() {
        let window = |cpu| Window {
            wall: Duration::from_secs(1),
            cpu: Duration::from_millis(cpu),
        };
        let mut taken = vec![(0, Duration::from_millis(1)); 100];
        taken.extend(vec![(1, Duration::from_millis(2)); 100]);
        taken.extend(vec![(2, Duration::from_millis(9)); 10]);
        let windows = vec![window(500), window(1000), window(1000)];
        let figure = Figure::new("x".into(), windows, taken).unwrap();
        assert!((figure.per_cpu_second - 100.0).abs() < 1e-6);
        assert!((figure.busy - 2.5 / 3.0).abs() < 1e-6);
        assert_eq!(figure.p50, Duration::from_millis(2));
        assert_eq!(figure.p99, Duration::from_millis(9));
    }

    #[test]
    fn an_empty_window_is_no_figure() {
        let window = Window {
            wall: Duration::from_secs(1),
            cpu: Duration::ZERO,
        };
        assert!(Figure::new("x".into(), vec![window], vec![]).is_err());
    }
}
