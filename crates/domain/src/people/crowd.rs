//! What is counted for many at once, guesses before all: all that come from one network, and all that
//! come to a realm, for a browser's own count is worth nothing to whoever throws its cookie away (U3, U8).
//!
//! Counts are of ten minutes, and are kept in memory: a restart forgives ten minutes of guesses. There
//! is nobody whom they shut out for longer, and none that are known: browsers that somebody has
//! signed in with before, and whoever is signed in, are counted by themselves.

use crate::{
    RealmKey, Timestamp,
    people::{Counted, Network},
};
use scope::ClientId;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// What is counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Crowd {
    /// Passwords from a network.
    Passwords(RealmKey, Network),
    /// User codes from a network.
    UserCodes(RealmKey, Network),
    /// User codes from anywhere.
    AllUserCodes(RealmKey),
    /// Clients that are registered from a network, done or not.
    Registrations(RealmKey, Network),
    /// Clients that are registered from anywhere.
    AllRegistrations(RealmKey),
    /// Changes of one client by itself.
    ChangesOf(ClientId),
}

/// How long failures count.
const WINDOW: Duration = Duration::from_secs(10 * 60);
/// Most crowds that are counted at a time; the network that began first is forgotten for another.
const MOST: usize = 10_000;

impl Crowd {
    /// How many may fail in ten minutes. A network may be that of a whole company.
    const fn most(&self) -> u32 {
        match self {
            Self::Passwords(..) => 100,
            Self::UserCodes(..) => 50,
            // Of 20^8 codes: with a thousand devices waiting, one guess in 25,000 such windows is right.
            Self::AllUserCodes(_) => 1_000,
            Self::Registrations(..) => 20,
            // Each is an edit of the realm, one after another.
            Self::AllRegistrations(_) => 200,
            Self::ChangesOf(_) => 60,
        }
    }

    const fn is_one_of_many(&self) -> bool {
        !matches!(self, Self::AllUserCodes(_) | Self::AllRegistrations(_))
    }
}

/// Failures since a time.
#[derive(Debug, Clone, Copy)]
struct Window {
    began: Timestamp,
    failures: u32,
}

impl Window {
    fn ends(&self) -> Timestamp {
        self.began.plus(WINDOW)
    }
}

/// All counts.
#[derive(Debug, Default)]
pub(crate) struct Crowds(Mutex<HashMap<Crowd, Window>>);

impl Crowds {
    /// Counts a guess as failed before it is looked at.
    pub(crate) fn count(&self, crowd: Crowd, now: Timestamp) -> Counted {
        let mut crowds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if crowds.len() >= MOST && !crowds.contains_key(&crowd) {
            crowds.retain(|_, window| now < window.ends());
            if crowds.len() >= MOST {
                // Whoever has that many networks does not make a realm's own count forgotten.
                let one_of_many = crowds.iter().filter(|(crowd, _)| crowd.is_one_of_many());
                let oldest = one_of_many.min_by_key(|(_, window)| window.began);
                if let Some(oldest) = oldest.map(|(crowd, _)| crowd.clone()) {
                    crowds.remove(&oldest);
                }
            }
        }
        let most = crowd.most();
        let new = Window {
            began: now,
            failures: 0,
        };
        let window = crowds.entry(crowd).or_insert(new);
        if window.ends() <= now {
            *window = new;
        }
        if window.failures >= most {
            return Counted::TooMany {
                until: window.ends(),
            };
        }
        window.failures += 1;
        Counted::Once
    }

    /// The guess that was counted last was right.
    pub(crate) fn uncount(&self, crowd: &Crowd) {
        let mut crowds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(window) = crowds.get_mut(crowd) {
            window.failures = window.failures.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{IpAddr, Ipv4Addr};

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn from(number: u32) -> Crowd {
        let address = IpAddr::V4(Ipv4Addr::from(number));
        Crowd::UserCodes(RealmKey::system(), address.into())
    }

    #[test]
    fn u8_a_crowd_waits_ten_minutes_at_most() {
        let crowds = Crowds::default();
        for _ in 0..50 {
            assert_eq!(crowds.count(from(1), NOW), Counted::Once);
        }
        let until = NOW.plus(WINDOW);
        assert_eq!(crowds.count(from(1), NOW), Counted::TooMany { until });
        assert_eq!(crowds.count(from(2), NOW), Counted::Once);
        crowds.uncount(&from(1));
        assert_eq!(crowds.count(from(1), NOW), Counted::Once);
        assert_eq!(crowds.count(from(1), NOW), Counted::TooMany { until });
        assert_eq!(crowds.count(from(1), until), Counted::Once);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let crowds = Crowds::default();
        let later = NOW.plus(Duration::from_secs(1));
        let all = Crowd::AllUserCodes(RealmKey::system());
        crowds.count(all.clone(), NOW);
        crowds.count(from(0), NOW);
        for number in 1..20_000 {
            crowds.count(from(number), later);
        }
        let kept = crowds.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(kept.len(), MOST);
        assert!(kept.contains_key(&all) && !kept.contains_key(&from(0)));
    }
}
