//! What was done and what was lost.

use crate::{check::Checker, load::Worker, watch::Watch};
use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

/// After so many losses no more are looked for.
const ENOUGH: usize = 20;

/// The tally of one part.
pub(crate) struct Report {
    part: &'static str,
    begun: Instant,
    took: Option<Duration>,
    said: Instant,
    done: u64,
    planned: u64,
    acknowledged: u64,
    questions: u64,
    unavailable: u64,
    slowest_start: Duration,
    slowest_recovery: Duration,
    /// How many decisions were watched, where any are.
    decisions: Option<u64>,
    losses: Vec<String>,
    /// Whether losses are expected, and so not shown.
    quiet: bool,
}

impl Report {
    pub(crate) fn new(part: &'static str, planned: u64) -> Self {
        Self {
            part,
            begun: Instant::now(),
            took: None,
            said: Instant::now(),
            done: 0,
            planned,
            acknowledged: 0,
            questions: 0,
            unavailable: 0,
            slowest_start: Duration::ZERO,
            slowest_recovery: Duration::ZERO,
            decisions: None,
            losses: Vec::new(),
            quiet: false,
        }
    }

    /// The tally of a control, which must lose something.
    pub(crate) fn quiet(part: &'static str, planned: u64) -> Self {
        Self {
            quiet: true,
            ..Self::new(part, planned)
        }
    }

    /// Adds what workers were told.
    pub(crate) fn acknowledged(&mut self, workers: &[Worker]) {
        for worker in workers {
            self.acknowledged += worker.acknowledged;
            self.unavailable += worker.unavailable;
            for wrong in &worker.wrong {
                self.loss("a wrong answer", wrong.clone());
            }
        }
    }

    pub(crate) fn started(&mut self, took: Duration) {
        self.slowest_start = self.slowest_start.max(took);
    }

    pub(crate) fn recovered(&mut self, took: Duration) {
        self.slowest_recovery = self.slowest_recovery.max(took);
    }

    /// Adds what was decided.
    pub(crate) fn decisions(&mut self, watch: &Watch) {
        *self.decisions.get_or_insert(0) += watch.decided.load(Ordering::Relaxed);
    }

    /// Adds what was found after one crash.
    pub(crate) fn checked(&mut self, after: &str, checker: &Checker) {
        self.looked(after, checker);
        self.one_done();
    }

    /// Adds what was found besides.
    pub(crate) fn looked(&mut self, after: &str, checker: &Checker) {
        self.questions += checker.questions;
        for loss in &checker.losses {
            self.loss(after, loss.clone());
        }
    }

    /// One of those planned is done.
    pub(crate) fn one_done(&mut self) {
        self.done += 1;
        if !self.quiet && self.said.elapsed() > Duration::from_secs(10) {
            self.said = Instant::now();
            println!("{}", self.line());
        }
    }

    pub(crate) fn loss(&mut self, after: &str, text: String) {
        if !self.quiet {
            println!("LOST {} {after}: {text}", self.part);
        }
        self.losses.push(text);
    }

    pub(crate) fn may_go_on(&self) -> bool {
        self.losses.len() < ENOUGH
    }

    pub(crate) fn losses(&self) -> usize {
        self.losses.len()
    }

    /// Whether nothing could have been lost, or decided wrongly, or what was taken away was never
    /// missed: that proves nothing.
    pub(crate) fn is_vacuous(&self) -> bool {
        let counts = [self.done, self.acknowledged, self.questions];
        let unwatched = |decisions| decisions == 0 || self.unavailable == 0;
        counts.contains(&0) || self.decisions.is_some_and(unwatched)
    }

    /// It is over.
    pub(crate) fn end(mut self) -> Self {
        self.took = Some(self.begun.elapsed());
        println!("{}", self.line());
        self
    }

    /// The tally in one line.
    pub(crate) fn line(&self) -> String {
        let took = self.took.unwrap_or_else(|| self.begun.elapsed());
        let numbers = [
            (self.acknowledged, "writes acknowledged"),
            (self.unavailable, "answered 503"),
            (self.decisions.unwrap_or_default(), "decisions"),
            (self.questions, "questions"),
            (millis(self.slowest_start), "ms slowest start"),
            (millis(self.slowest_recovery), "ms slowest recovery"),
            (took.as_secs(), "s"),
        ];
        let told: String = numbers
            .iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, what)| format!("{number} {what}, "))
            .collect();
        let (done, planned, lost) = (self.done, self.planned, self.losses.len());
        format!("{}: {done} of {planned}, {told}{lost} lost", self.part)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
