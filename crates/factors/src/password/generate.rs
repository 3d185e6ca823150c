//! Making a password that a policy accepts.

use super::check::Context;
use super::policy::PasswordPolicy;
use crate::draw::Draw;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// As long as this if the policy allows: of 56 characters, 116 bits.
const LENGTH: u16 = 20;
/// Letters and digits that nobody mistakes for another, typed alike on most keyboards.
pub(super) const PLAIN: &str = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// How often one character is drawn to fill up: enough of them for the longest password, few enough that they can be kept
/// apart.
const MOST_OF_ONE: usize = 3;
/// After how many made passwords to stop, if a name or a bad word stands in each: with honest randomness the second is fine.
const MOST_ATTEMPTS: usize = 100;

/// A random password that meets a valid `policy`. `random` gives random bytes.
///
/// It never is too young or used before: those parts of `context` are not looked at.
///
/// # Errors
/// The error of `random`.
pub fn generate<E>(
    policy: &PasswordPolicy,
    context: &Context<'_>,
    random: impl FnMut() -> Result<[u8; 32], E>,
) -> Result<Zeroizing<String>, E> {
    let mut draw = Draw::new(random);
    let context = Context {
        was_used_before: false,
        current_age_seconds: None,
        ..*context
    };
    let mut attempts = 1;
    loop {
        let made = attempt(policy, &mut draw)?;
        if attempts == MOST_ATTEMPTS || policy.accepts(&made, &context) {
            return Ok(made);
        }
        attempts += 1;
    }
}

fn attempt<E>(
    policy: &PasswordPolicy,
    draw: &mut Draw<impl FnMut() -> Result<[u8; 32], E>>,
) -> Result<Zeroizing<String>, E> {
    let mut characters = demanded(policy, draw)?;
    fill_up(policy, &mut characters, draw)?;
    draw.shuffle(&mut characters)?;
    if let Some(most) = policy.max_repeats {
        let most = usize::from(most);
        // Shuffled anew, every order stays as likely as the others; sets of few characters may need a plan.
        for _ in 0..20 {
            if no_run_exceeds(&characters, most) {
                break;
            }
            draw.shuffle(&mut characters)?;
        }
        if !no_run_exceeds(&characters, most) {
            keep_apart(&mut characters);
        }
    }
    Ok(Zeroizing::new(characters.iter().collect()))
}

/// What the character sets demand.
fn demanded<E>(
    policy: &PasswordPolicy,
    draw: &mut Draw<impl FnMut() -> Result<[u8; 32], E>>,
) -> Result<Zeroizing<Vec<char>>, E> {
    let mut characters = Zeroizing::new(Vec::with_capacity(usize::from(policy.max_length)));
    for set in &policy.character_sets {
        let repertoire = set.characters.repertoire();
        for _ in 0..set.min_count {
            characters.extend(draw.one_of(&repertoire)?);
        }
    }
    Ok(characters)
}

/// Plain characters up to a good length, new ones as long as there are too few different ones.
fn fill_up<E>(
    policy: &PasswordPolicy,
    characters: &mut Vec<char>,
    draw: &mut Draw<impl FnMut() -> Result<[u8; 32], E>>,
) -> Result<(), E> {
    let demanded = u16::try_from(characters.len()).unwrap_or(policy.max_length);
    let length = policy
        .min_length
        .max(LENGTH)
        .max(demanded.saturating_mul(2))
        .max(policy.min_unique.saturating_mul(2))
        .min(policy.max_length);
    let mut counts: BTreeMap<char, usize> = BTreeMap::new();
    for character in characters.iter() {
        *counts.entry(*character).or_default() += 1;
    }
    while characters.len() < usize::from(length) {
        let different = counts.len() >= usize::from(policy.min_unique);
        let most = if different { MOST_OF_ONE } else { 1 };
        let fits = |c: &char| counts.get(c).is_none_or(|count| *count < most);
        let from: Vec<char> = PLAIN.chars().filter(fits).collect();
        let Some(character) = draw.one_of(&from)? else {
            break;
        };
        *counts.entry(character).or_default() += 1;
        characters.push(character);
    }
    Ok(())
}

fn no_run_exceeds(characters: &[char], most: usize) -> bool {
    characters
        .chunk_by(|a, b| a == b)
        .all(|run| run.len() <= most)
}

/// Puts the characters into an order without one twice in a row: always the one of which most are left. There is such an order,
/// as no character makes up more than half.
fn keep_apart(characters: &mut [char]) {
    let mut left: Vec<(char, usize)> = Vec::new();
    for character in characters.iter() {
        match left.iter_mut().find(|(other, _)| other == character) {
            Some((_, count)) => *count += 1,
            None => left.push((*character, 1)),
        }
    }
    let mut last = None;
    for place in characters.iter_mut() {
        let others = left
            .iter_mut()
            .filter(|(character, count)| *count > 0 && Some(*character) != last);
        let Some((character, count)) = others.max_by_key(|(_, count)| *count) else {
            return;
        };
        *count -= 1;
        *place = *character;
        last = Some(*character);
    }
}
