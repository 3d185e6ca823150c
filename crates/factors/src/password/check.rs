//! Judging a password by a policy.

use super::known_bad::is_common;
use super::policy::PasswordPolicy;
use super::requirement::{Requirement, Rule};
use super::text::{folded, normal};

/// Fewest characters of a part of a name that a password may not contain: shorter ones occur by chance.
const SHORTEST_PART: usize = 4;

/// What is known of the person, beside the password.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// The username.
    pub username: &'a str,
    /// Names: given, family, display, and so on.
    pub names: &'a [&'a str],
    /// E-mail addresses.
    pub emails: &'a [&'a str],
    /// Whether the password matches one that the policy's `history` looks back at: the caller has the hashes.
    pub was_used_before: bool,
    /// Seconds since the person set the current password; `None` if there is none, or somebody else sets this one.
    pub current_age_seconds: Option<u64>,
}

/// A requirement, and whether a password meets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The requirement.
    pub requirement: Requirement,
    /// Whether it is met.
    pub satisfied: bool,
}

/// Whether every requirement is met.
pub fn accepted(checks: &[Checked]) -> bool {
    checks.iter().all(|check| check.satisfied)
}

impl PasswordPolicy {
    /// Judges `password` by each requirement, in the order of [`PasswordPolicy::requirements`].
    pub fn check(&self, password: &str, context: &Context<'_>) -> Vec<Checked> {
        let normal = normal(password);
        let judge = |rule: &Rule<'_>| Checked {
            requirement: rule.requirement(),
            satisfied: rule.is_met(&normal, context),
        };
        self.rules().iter().map(judge).collect()
    }

    /// Whether `password` meets every requirement.
    pub fn accepts(&self, password: &str, context: &Context<'_>) -> bool {
        let normal = normal(password);
        self.rules()
            .iter()
            .all(|rule| rule.is_met(&normal, context))
    }
}

impl Rule<'_> {
    /// Whether a normal password meets it.
    fn is_met(&self, password: &str, context: &Context<'_>) -> bool {
        let count = |count: usize, least: u16| count >= usize::from(least);
        match self {
            Self::Length { min, max } => {
                let length = password.chars().count();
                count(length, *min) && length <= usize::from(*max)
            }
            Self::Characters(set) => {
                let those = password.chars().filter(|c| set.characters.contains(*c));
                count(those.count(), set.min_count)
            }
            Self::Repeats { most } => longest_run(password) <= usize::from(*most),
            Self::Unique { min } => {
                let mut characters: Vec<char> = password.chars().collect();
                characters.sort_unstable();
                characters.dedup();
                count(characters.len(), *min)
            }
            Self::NotKnownBad { words, common } => {
                let password = folded(password);
                let is_it = |word: &String| folded(&normal(word)) == password;
                let known = words.iter().any(is_it) || (*common && is_common(&password));
                !known
            }
            Self::NotPersonal => !contains_personal(password, context),
            Self::NotUsedBefore { .. } => !context.was_used_before,
            Self::NotTooSoon { seconds } => context
                .current_age_seconds
                .is_none_or(|age| age >= *seconds),
        }
    }
}

fn longest_run(password: &str) -> usize {
    let (mut longest, mut run, mut last) = (0, 0, None);
    for character in password.chars() {
        run = if last == Some(character) { run + 1 } else { 1 };
        longest = longest.max(run);
        last = Some(character);
    }
    longest
}

/// Whether one of the words of the person's names stands in the password, whatever the letter case.
fn contains_personal(password: &str, context: &Context<'_>) -> bool {
    let password = folded(password);
    let texts = std::iter::once(&context.username)
        .chain(context.names)
        .chain(context.emails);
    texts.into_iter().any(|text| {
        let text = folded(&normal(text));
        let mut parts = text.split(|c: char| !c.is_alphanumeric());
        parts.any(|part| part.chars().count() >= SHORTEST_PART && password.contains(part))
    })
}
