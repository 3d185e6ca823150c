//! What an administrator demands of passwords.

use super::characters::{CharacterClass, CharacterSet, Characters};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use thiserror::Error;

/// No policy allows shorter passwords (U4; NIST SP 800-63B §3.1.1.2).
pub(super) const SHORTEST: u16 = 8;
/// No policy allows longer passwords (U4).
pub(super) const LONGEST: u16 = 128;
const MOST_SETS: usize = 8;
const MOST_LISTED: usize = 128;
const MOST_UNIQUE: u16 = 32;
const MOST_HISTORY: u16 = 24;
const MOST_WORDS: usize = 1000;
/// Ten years.
const MOST_SECONDS: u64 = 10 * 366 * 24 * 60 * 60;

/// What passwords must be. The default is what NIST SP 800-63B asks for: long enough, not known, nothing else.
///
/// Construct it as you like, then ask [`PasswordPolicy::validate`]; what is not valid must not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PasswordPolicy {
    /// Fewest characters: 8 to 128.
    pub min_length: u16,
    /// Most characters: `min_length` to 128.
    pub max_length: u16,
    /// Characters that must be there: at most 8 sets, which together demand no more than half of `max_length`.
    pub character_sets: Vec<CharacterSet>,
    /// How often one character may stand in a row, at least 1.
    pub max_repeats: Option<u16>,
    /// How many different characters there must be: at most 32, and no more than half of `max_length`.
    pub min_unique: u16,
    /// How many passwords, the current one first, may not be used again: at most 24.
    pub history: u16,
    /// Seconds after which a password may be changed by its owner again.
    pub min_age_seconds: u64,
    /// Seconds after which a password must be changed.
    pub max_age_seconds: Option<u64>,
    /// Passwords that are refused besides the built-in ones, whatever their letter case: at most 1000.
    pub known_bad: Vec<String>,
    /// Whether the built-in list of common passwords is refused.
    pub refuse_common: bool,
    /// Whether a password may not contain the person's username, name or e-mail address.
    pub refuse_personal: bool,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            min_length: 10,
            max_length: LONGEST,
            character_sets: Vec::new(),
            max_repeats: None,
            min_unique: 0,
            history: 0,
            min_age_seconds: 0,
            max_age_seconds: None,
            known_bad: Vec::new(),
            refuse_common: true,
            refuse_personal: true,
        }
    }
}

/// A policy that can't be, or that no password could meet.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{field}` {reason}")]
pub struct InvalidPolicy {
    /// The field that is wrong, as it is serialised.
    pub field: &'static str,
    /// What it must be.
    pub reason: String,
}

impl PasswordPolicy {
    /// Whether every figure is within its bounds, so that passwords can be made that meet it.
    ///
    /// # Errors
    /// [`InvalidPolicy`] naming the first field that is wrong.
    pub fn validate(&self) -> Result<(), InvalidPolicy> {
        self.validate_lengths()?;
        self.validate_sets()?;
        let half = self.max_length / 2;
        must(
            self.min_unique <= MOST_UNIQUE.min(half),
            "min_unique",
            || format!("must be at most {}", MOST_UNIQUE.min(half)),
        )?;
        must(
            self.max_repeats
                .is_none_or(|most| (1..=LONGEST).contains(&most)),
            "max_repeats",
            || format!("must be 1 to {LONGEST}"),
        )?;
        must(self.history <= MOST_HISTORY, "history", || {
            format!("must be at most {MOST_HISTORY}")
        })?;
        self.validate_ages()?;
        self.validate_words()
    }

    /// Whether a password that was set so many seconds ago must be changed.
    pub fn is_expired(&self, age_seconds: u64) -> bool {
        self.max_age_seconds
            .is_some_and(|longest| age_seconds >= longest)
    }

    fn validate_lengths(&self) -> Result<(), InvalidPolicy> {
        must(
            (SHORTEST..=LONGEST).contains(&self.min_length),
            "min_length",
            || format!("must be {SHORTEST} to {LONGEST}"),
        )?;
        must(
            (self.min_length..=LONGEST).contains(&self.max_length),
            "max_length",
            || format!("must be `min_length` to {LONGEST}"),
        )
    }

    fn validate_sets(&self) -> Result<(), InvalidPolicy> {
        const FIELD: &str = "character_sets";
        let sets = &self.character_sets;
        must(sets.len() <= MOST_SETS, FIELD, || {
            format!("must be at most {MOST_SETS}")
        })?;
        for set in sets {
            must(set.min_count >= 1, FIELD, || {
                "must each demand at least 1 character".to_owned()
            })?;
            if let Characters::Listed(listed) = &set.characters {
                let count = listed.chars().count();
                let different: BTreeSet<char> = listed.chars().collect();
                must((1..=MOST_LISTED).contains(&count), FIELD, || {
                    format!("must each list 1 to {MOST_LISTED} characters")
                })?;
                must(different.len() == count, FIELD, || {
                    "must list no character twice".to_owned()
                })?;
                must(is_inert(listed), FIELD, || {
                    "must list characters that normalising (NFKC) does not change".to_owned()
                })?;
            }
        }
        let demanded: u32 = sets.iter().map(|set| u32::from(set.min_count)).sum();
        must(demanded <= u32::from(self.max_length / 2), FIELD, || {
            "must together demand no more than half of `max_length`".to_owned()
        })
    }

    fn validate_ages(&self) -> Result<(), InvalidPolicy> {
        must(
            self.min_age_seconds <= MOST_SECONDS,
            "min_age_seconds",
            || format!("must be at most {MOST_SECONDS}"),
        )?;
        let longest = self.max_age_seconds;
        must(
            longest.is_none_or(|most| (1..=MOST_SECONDS).contains(&most)),
            "max_age_seconds",
            || format!("must be 1 to {MOST_SECONDS}"),
        )?;
        must(
            longest.is_none_or(|most| most > self.min_age_seconds),
            "max_age_seconds",
            || "must be more than `min_age_seconds`".to_owned(),
        )
    }

    fn validate_words(&self) -> Result<(), InvalidPolicy> {
        let words = &self.known_bad;
        must(words.len() <= MOST_WORDS, "known_bad", || {
            format!("must be at most {MOST_WORDS}")
        })?;
        let fits = |word: &String| (1..=usize::from(LONGEST)).contains(&word.chars().count());
        must(words.iter().all(fits), "known_bad", || {
            format!("must each have 1 to {LONGEST} characters")
        })
    }
}

/// Whether normalising leaves every character of `listed` alone, whichever of those that a made password has stands beside it:
/// only then can a password have it.
fn is_inert(listed: &str) -> bool {
    let plain = super::generate::PLAIN.chars();
    let symbols = Characters::Class(CharacterClass::Symbol).repertoire();
    let company: Vec<char> = listed.chars().chain(plain).chain(symbols).collect();
    let mut text = String::new();
    for one in listed.chars() {
        for other in &company {
            text.extend([one, *other, one]);
        }
    }
    *super::text::normal(&text) == text
}

fn must(
    holds: bool,
    field: &'static str,
    reason: impl FnOnce() -> String,
) -> Result<(), InvalidPolicy> {
    if holds {
        return Ok(());
    }
    let reason = reason();
    Err(InvalidPolicy { field, reason })
}
