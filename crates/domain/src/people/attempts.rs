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
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// Failures that are older count no more.
pub(crate) const MEMORY: Duration = Duration::from_secs(24 * 60 * 60);
/// Most browsers that are known of an account.
const BROWSERS: usize = 10;

impl Failures {
    /// When the next attempt may be made, if not now.
    pub(crate) fn wait(&self, now: Timestamp) -> Option<Timestamp> {
        let last = self.last.filter(|last| now < last.plus(MEMORY))?;
        let over = self.count.checked_sub(FREE)?;
        let wait = FIRST_WAIT
            .saturating_mul(1 << over.min(16))
            .min(LONGEST_WAIT);
        Some(last.plus(wait)).filter(|until| now < *until)
    }

    /// One more.
    pub(crate) fn add(&mut self, now: Timestamp) {
        let forgotten = self.last.is_some_and(|last| last.plus(MEMORY) <= now);
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
            true => self.known_failures.wait(now),
            false => self.failures.wait(now),
        }
    }

    /// An attempt from this browser failed.
    pub(crate) fn failed(&mut self, browser: &str, now: Timestamp) {
        match self.knows(browser) {
            true => self.known_failures.add(now),
            false => self.failures.add(now),
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
        self.factor_failures = Failures::default();
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
            failures.add(NOW);
            assert_eq!(failures.wait(NOW), None);
        }
        failures.add(NOW);
        assert_eq!(failures.wait(NOW), Some(at(30)));
        assert_eq!(failures.wait(at(30)), None);
        failures.add(NOW);
        assert_eq!(failures.wait(NOW), Some(at(60)));
        for _ in 0..1_000 {
            failures.add(NOW);
        }
        assert_eq!(failures.wait(NOW), Some(at(900)));
        assert_eq!(failures.wait(at(900)), None);
        let tomorrow = at(24 * 60 * 60);
        failures.add(tomorrow);
        assert_eq!((failures.count, failures.wait(tomorrow)), (1, None));
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
