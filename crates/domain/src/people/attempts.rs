//! How often someone may guess (U3, V15).
//!
//! Attempts count for the person whom they are aimed at, whatever they are called, and what nobody
//! is called counts too (U5). Guessing gets slower and slower and never ends: nobody is locked out for
//! good. Browsers that the person has signed in with before have a count of their own, so that
//! others can't keep them out.

use super::account::{Account, Failures};
use crate::Timestamp;
use std::time::Duration;

/// Attempts that cost no waiting.
const FREE: u32 = 5;
/// The first wait after them; each further failure doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(30);
/// How far waiting grows, and how long it is remembered why.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// The longest wait.
    longest: Duration,
    /// Failures that are older count no more.
    pub(crate) memory: Duration,
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Passwords, and whatever else is long: whoever mistypes theirs is not kept waiting for long.
pub(crate) const LONG_SECRETS: Pace = Pace {
    longest: Duration::from_secs(15 * 60),
    memory: DAY,
};
/// Codes of six digits, which only someone guesses who has the first factor: one try a day in the end,
/// so that a year of them finds one in a thousand at most.
pub(crate) const SHORT_CODES: Pace = Pace {
    longest: DAY,
    memory: Duration::from_secs(30 * 24 * 60 * 60),
};
/// Most browsers that are known of an account.
const BROWSERS: usize = 10;

impl Failures {
    /// When the next attempt may be made, if not now.
    pub(crate) fn wait(&self, pace: Pace, now: Timestamp) -> Option<Timestamp> {
        let last = self.last.filter(|last| now < last.plus(pace.memory))?;
        let over = self.count.checked_sub(FREE)?;
        let wait = FIRST_WAIT
            .saturating_mul(1 << over.min(16))
            .min(pace.longest);
        Some(last.plus(wait)).filter(|until| now < *until)
    }

    /// One more.
    pub(crate) fn add(&mut self, pace: Pace, now: Timestamp) {
        let forgotten = self.last.is_some_and(|last| last.plus(pace.memory) <= now);
        self.count = match forgotten {
            true => 1,
            false => self.count.saturating_add(1),
        };
        self.last = Some(now);
    }
}

impl Account {
    /// Most failure times that are kept of an account.
    pub(crate) const MAX_FAILURE_TIMES: usize = 20;

    /// Whether the person has signed in with this browser before.
    pub(crate) fn knows(&self, browser: &str) -> bool {
        self.browsers.iter().any(|known| known == browser)
    }

    /// When a password may next be tried from this browser, if not now.
    pub(crate) fn wait(&self, browser: &str, now: Timestamp) -> Option<Timestamp> {
        match self.knows(browser) {
            true => self.known_failures.wait(LONG_SECRETS, now),
            false => self.failures.wait(LONG_SECRETS, now),
        }
    }

    /// What counts second factors that are typed in this browser: others, who have the password, can't
    /// keep the person out of their own.
    pub(crate) fn factor_failures(&mut self, browser: &str) -> &mut Failures {
        match self.knows(browser) {
            true => &mut self.known_factor_failures,
            false => &mut self.factor_failures,
        }
    }

    /// An attempt from this browser failed.
    pub(crate) fn failed(&mut self, browser: &str, now: Timestamp) {
        match self.knows(browser) {
            true => self.known_failures.add(LONG_SECRETS, now),
            false => self.failures.add(LONG_SECRETS, now),
        }
        let times = &mut self.state.failure_times;
        times.push(now);
        times.drain(..times.len().saturating_sub(Self::MAX_FAILURE_TIMES));
    }

    /// The attempt that was counted since `before` counts neither way.
    pub(crate) fn uncount(&mut self, before: &Self) {
        self.failures = before.failures.clone();
        self.known_failures = before.known_failures.clone();
        self.state
            .failure_times
            .clone_from(&before.state.failure_times);
    }

    /// The person signed in with this browser.
    pub(crate) fn succeeded(&mut self, browser: &str, now: Timestamp) {
        match self.knows(browser) {
            true => self.known_failures = Failures::default(),
            false => self.failures = Failures::default(),
        }
        *self.factor_failures(browser) = Failures::default();
        self.state.failure_times.clear();
        self.state.last_login = Some(now);
        self.browsers.retain(|known| known != browser);
        self.browsers.insert(0, browser.to_owned());
        self.browsers.truncate(BROWSERS);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn at(seconds: u64) -> Timestamp {
        NOW.plus(Duration::from_secs(seconds))
    }

    #[test]
    fn u3_waiting_grows_and_ends() {
        let mut failures = Failures::default();
        for _ in 0..4 {
            failures.add(LONG_SECRETS, NOW);
            assert_eq!(failures.wait(LONG_SECRETS, NOW), None);
        }
        failures.add(LONG_SECRETS, NOW);
        assert_eq!(failures.wait(LONG_SECRETS, NOW), Some(at(30)));
        assert_eq!(failures.wait(LONG_SECRETS, at(30)), None);
        failures.add(LONG_SECRETS, NOW);
        assert_eq!(failures.wait(LONG_SECRETS, NOW), Some(at(60)));
        for _ in 0..1_000 {
            failures.add(LONG_SECRETS, NOW);
        }
        assert_eq!(failures.wait(LONG_SECRETS, NOW), Some(at(900)));
        assert_eq!(failures.wait(LONG_SECRETS, at(900)), None);
        let tomorrow = at(24 * 60 * 60);
        failures.add(LONG_SECRETS, tomorrow);
        assert_eq!(
            (failures.count, failures.wait(LONG_SECRETS, tomorrow)),
            (1, None)
        );
    }

    /// CVE-2025-64102: the waits before codes grow to a day, and are not forgotten by it.
    #[test]
    fn u3_codes_are_tried_once_a_day_in_the_end() {
        let (mut failures, mut now) = (Failures::default(), NOW);
        let mut tries = 0;
        while now < at(365 * 24 * 60 * 60) {
            failures.add(SHORT_CODES, now);
            tries += 1;
            now = failures.wait(SHORT_CODES, now).unwrap_or(now);
        }
        assert!((360..=380).contains(&tries), "{tries}");
    }

    #[test]
    fn u3_others_do_not_lock_the_person_out() {
        let mut account = Account::default();
        account.succeeded("own", NOW);
        for _ in 0..100 {
            account.failed("others", NOW);
        }
        assert!(account.wait("others", NOW).is_some());
        assert!(
            account.wait("another", NOW).is_some(),
            "not by another browser either"
        );
        assert_eq!(account.wait("own", NOW), None);
        assert_eq!(
            account.state.failure_times.len(),
            Account::MAX_FAILURE_TIMES
        );
        for browser in 0..100 {
            account.succeeded(&browser.to_string(), NOW);
        }
        assert_eq!(account.browsers.len(), BROWSERS);
        assert!(account.knows("99") && !account.knows("own"));
    }
}
