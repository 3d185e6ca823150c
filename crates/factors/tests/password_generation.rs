//! A made password is one that its policy accepts, whatever the policy.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::convert::Infallible;

use factors::password::{
    CharacterClass, CharacterSet, Characters, Context, PasswordPolicy, generate,
};
use proptest::prelude::*;

/// Random bytes that a test can repeat (SplitMix64).
fn random(mut state: u64) -> impl FnMut() -> Result<[u8; 32], Infallible> {
    move || {
        Ok(std::array::from_fn(|_| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            (mixed >> 56) as u8
        }))
    }
}

fn made(policy: &PasswordPolicy, context: &Context<'_>, seed: u64) -> String {
    let Ok(password) = generate(policy, context, random(seed));
    (*password).clone()
}

fn characters() -> impl Strategy<Value = Characters> {
    use CharacterClass::{Digit, Letter, Lowercase, Symbol, Uppercase};
    prop_oneof![
        prop::sample::select(vec![Lowercase, Uppercase, Letter, Digit, Symbol])
            .prop_map(Characters::Class),
        "[a-cé€🙂 =]{1,4}".prop_map(Characters::Listed),
    ]
}

fn policy() -> impl Strategy<Value = PasswordPolicy> {
    let set = (characters(), 1_u16..20).prop_map(|(characters, min_count)| CharacterSet {
        characters,
        min_count,
    });
    let lengths = (8_u16..=128, 8_u16..=128);
    let sets = prop::collection::vec(set, 0..5);
    (lengths, sets, prop::option::of(1_u16..5), 0_u16..=32).prop_map(
        |((one, other), character_sets, max_repeats, min_unique)| PasswordPolicy {
            min_length: one.min(other),
            max_length: one.max(other),
            character_sets,
            max_repeats,
            min_unique,
            history: 5,
            min_age_seconds: 60,
            known_bad: vec!["a bad word".to_owned()],
            ..PasswordPolicy::default()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000,
        max_global_rejects: 200_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_made_is_accepted(policy in policy(), seed: u64) {
        prop_assume!(policy.validate().is_ok());
        let context = Context {
            username: "bjensen",
            names: &["Barbara Jensen"],
            emails: &["babs@example.com"],
            was_used_before: true,
            current_age_seconds: Some(0),
        };
        let password = made(&policy, &context, seed);
        let new = Context { was_used_before: false, current_age_seconds: None, ..context };
        let checks = policy.check(&password, &new);
        prop_assert!(checks.iter().all(|check| check.satisfied), "{password:?}: {checks:#?}");
    }
}

#[test]
fn the_tightest_policies_can_be_met() {
    let single = |character: char, min_count| CharacterSet {
        characters: Characters::Listed(character.into()),
        min_count,
    };
    for length in 8..=128 {
        let policy = PasswordPolicy {
            min_length: length,
            max_length: length,
            character_sets: vec![single('a', length / 2)],
            max_repeats: Some(1),
            min_unique: (length / 2).min(32),
            ..PasswordPolicy::default()
        };
        policy.validate().unwrap();
        for seed in 0..20 {
            let password = made(&policy, &Context::default(), seed);
            assert!(policy.accepts(&password, &Context::default()), "{password}");
        }
    }
}

#[test]
fn a_made_password_avoids_names_and_bad_words() {
    // With digits alone in reach of chance, four of them in a row are common.
    let names: Vec<String> = (2222..2800).map(|name| name.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let context = Context {
        names: &names,
        ..Context::default()
    };
    let policy = PasswordPolicy {
        max_length: 40,
        character_sets: vec![CharacterSet {
            characters: Characters::Class(CharacterClass::Digit),
            min_count: 20,
        }],
        ..PasswordPolicy::default()
    };
    policy.validate().unwrap();
    for seed in 0..300 {
        let password = made(&policy, &context, seed);
        assert!(policy.accepts(&password, &context), "{password}");
    }
}

#[test]
fn made_passwords_differ_and_are_long() {
    let policy = PasswordPolicy::default();
    let all: BTreeSet<String> = (0..1000)
        .map(|seed| made(&policy, &Context::default(), seed))
        .collect();
    assert_eq!(all.len(), 1000);
    assert!(all.iter().all(|password| password.len() == 20));
    let used: BTreeSet<char> = all.iter().flat_map(|password| password.chars()).collect();
    assert_eq!(used.len(), 56, "{used:?}");
}

#[test]
fn no_randomness_is_an_error_and_no_password() {
    let failed = generate(&PasswordPolicy::default(), &Context::default(), || {
        Err("no randomness")
    });
    assert_eq!(failed.unwrap_err(), "no randomness");
}
