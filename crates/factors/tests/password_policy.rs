//! What a policy demands, as product §5 tells it: each requirement by its kind, with figures that a client can check.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use factors::password::{
    CharacterClass, CharacterSet, Characters, Context, PasswordPolicy, accepted,
};
use serde_json::json;

/// Demands nothing but a length of eight.
fn bare() -> PasswordPolicy {
    PasswordPolicy {
        min_length: 8,
        refuse_common: false,
        refuse_personal: false,
        ..PasswordPolicy::default()
    }
}

fn set(class: CharacterClass, min_count: u16) -> CharacterSet {
    CharacterSet {
        characters: Characters::Class(class),
        min_count,
    }
}

fn listed(characters: &str, min_count: u16) -> CharacterSet {
    CharacterSet {
        characters: Characters::Listed(characters.to_owned()),
        min_count,
    }
}

/// The kinds of the requirements that a password fails.
fn failed(policy: &PasswordPolicy, password: &str, context: &Context<'_>) -> Vec<&'static str> {
    let checks = policy.check(password, context);
    assert_eq!(accepted(&checks), policy.accepts(password, context));
    let failed = checks.into_iter().filter(|check| !check.satisfied);
    failed.map(|check| check.requirement.kind).collect()
}

#[test]
fn the_default_asks_for_length_and_refuses_what_is_known() {
    let policy = PasswordPolicy::default();
    policy.validate().unwrap();
    let found: Vec<_> = policy
        .requirements()
        .into_iter()
        .map(|requirement| (requirement.kind, requirement.description))
        .collect();
    let expected = [
        ("length", "It has 10 to 128 characters."),
        (
            "commonPassword",
            "It is not one of the passwords that are tried first.",
        ),
        (
            "personalInformation",
            "It does not contain your username, name or e-mail address.",
        ),
    ];
    assert_eq!(
        found,
        expected.map(|(kind, description)| (kind, description.to_owned()))
    );
}

#[test]
fn every_requirement_has_its_figures() {
    let policy = PasswordPolicy {
        min_length: 12,
        max_length: 64,
        character_sets: vec![set(CharacterClass::Digit, 2), listed("+-*/", 1)],
        max_repeats: Some(2),
        min_unique: 5,
        history: 6,
        min_age_seconds: 86_400,
        max_age_seconds: Some(8_640_000),
        known_bad: vec!["Ambit rules".to_owned()],
        refuse_common: true,
        refuse_personal: true,
    };
    policy.validate().unwrap();
    let found: Vec<_> = policy
        .requirements()
        .iter()
        .map(|one| json!([one.kind, one.description, one.figures]))
        .collect();
    let expected = json!([
        ["length", "It has 12 to 64 characters.", {"minLength": 12, "maxLength": 64}],
        ["characterSet", "It has at least 2 digits.", {"pattern": "\\p{N}", "minCount": 2}],
        [
            "characterSet",
            "It has at least 1 of these characters: +-*/",
            {"characters": "+-*/", "minCount": 1},
        ],
        [
            "repeatedCharacters",
            "It has no character more than 2 times in a row.",
            {"maxConsecutive": 2},
        ],
        ["uniqueCharacters", "It has at least 5 different characters.", {"minUnique": 5}],
        ["commonPassword", "It is not one of the passwords that are tried first.", {}],
        ["personalInformation", "It does not contain your username, name or e-mail address.", {}],
        ["history", "It is none of your last 6 passwords.", {"passwords": 6}],
        [
            "minimumAge",
            "You have had your current password for 1 day.",
            {"minAgeSeconds": 86_400},
        ],
    ]);
    assert_eq!(json!(found), expected);
    // What is written is read back, and what is left out has its default.
    let written = serde_json::to_value(&policy).unwrap();
    let read: PasswordPolicy = serde_json::from_value(written).unwrap();
    assert_eq!(read, policy);
    let empty: PasswordPolicy = serde_json::from_str("{}").unwrap();
    assert_eq!(empty, PasswordPolicy::default());
    assert!(serde_json::from_str::<PasswordPolicy>(r#"{"min_lenght": 9}"#).is_err());
}

#[test]
fn each_requirement_is_checked_alone() {
    let nobody = Context::default();
    let cases: &[(PasswordPolicy, &str, &str, &str)] = &[
        (bare(), "abcdefgh", "abcdefg", "length"),
        (
            PasswordPolicy {
                max_length: 9,
                ..bare()
            },
            "abcdefghi",
            "abcdefghij",
            "length",
        ),
        (
            PasswordPolicy {
                character_sets: vec![set(CharacterClass::Uppercase, 2)],
                ..bare()
            },
            "abcdeÉfgH",
            "abcdefgH1",
            "characterSet",
        ),
        (
            PasswordPolicy {
                character_sets: vec![listed("€$", 1)],
                ..bare()
            },
            "abcdefg€",
            "abcdefg£",
            "characterSet",
        ),
        (
            PasswordPolicy {
                max_repeats: Some(2),
                ..bare()
            },
            "aabbaabb",
            "aabbbaab",
            "repeatedCharacters",
        ),
        (
            PasswordPolicy {
                min_unique: 4,
                ..bare()
            },
            "abcdabcd",
            "abcabcabc",
            "uniqueCharacters",
        ),
        (
            PasswordPolicy {
                refuse_common: true,
                ..bare()
            },
            "Password1 ",
            "PassWord1",
            "commonPassword",
        ),
        (
            PasswordPolicy {
                known_bad: vec!["Ambit Rules".to_owned()],
                ..bare()
            },
            "ambit rules!",
            "AMBIT ｒules",
            "commonPassword",
        ),
    ];
    for (policy, good, bad, kind) in cases {
        policy.validate().unwrap();
        assert_eq!(failed(policy, good, &nobody), [""; 0], "{good}");
        assert_eq!(failed(policy, bad, &nobody), [*kind], "{bad}");
    }
}

#[test]
fn characters_are_counted_after_normalising() {
    let nobody = Context::default();
    // Eight code points of decomposed letters are four characters; four ligatures are eight.
    let decomposed = "e\u{301}e\u{301}e\u{301}e\u{301}";
    assert_eq!(failed(&bare(), decomposed, &nobody), ["length"]);
    assert_eq!(failed(&bare(), "ﬁﬂﬁﬂ", &nobody), [""; 0]);
    // A character outside the basic plane is one.
    assert_eq!(failed(&bare(), "🙂🙂🙂🙂🙂🙂🙂", &nobody), ["length"]);
    assert_eq!(failed(&bare(), "🙂🙂🙂🙂🙂🙂🙂🙂", &nobody), [""; 0]);
}

#[test]
fn a_password_has_nothing_of_the_person() {
    let policy = PasswordPolicy {
        refuse_personal: true,
        ..bare()
    };
    let barbara = Context {
        username: "bjensen",
        names: &["Ms. Barbara J Jensen", "Zoë", "Élodie"],
        emails: &["babs.home@mail.example.org"],
        ..Context::default()
    };
    for refused in [
        "bjensen-2026",
        "my BARBARA pass",
        "xxJENSENxx",
        "babs at work",
        "an-Example-word",
        "e\u{301}LODIE rests",
    ] {
        assert_eq!(
            failed(&policy, refused, &barbara),
            ["personalInformation"],
            "{refused}"
        );
        assert_eq!(failed(&policy, refused, &Context::default()), [""; 0]);
    }
    // Parts of three letters occur by chance.
    assert_eq!(failed(&policy, "Zoë and org", &barbara), [""; 0]);
}

#[test]
fn the_past_counts() {
    let policy = PasswordPolicy {
        history: 3,
        min_age_seconds: 3600,
        max_age_seconds: Some(86_400),
        ..bare()
    };
    let at = |was_used_before, current_age_seconds| Context {
        was_used_before,
        current_age_seconds,
        ..Context::default()
    };
    let good = "long enough";
    assert_eq!(failed(&policy, good, &at(false, None)), [""; 0]);
    assert_eq!(failed(&policy, good, &at(false, Some(3600))), [""; 0]);
    assert_eq!(
        failed(&policy, good, &at(false, Some(3599))),
        ["minimumAge"]
    );
    assert_eq!(failed(&policy, good, &at(true, None)), ["history"]);
    assert!(failed(&bare(), good, &at(true, Some(0))).is_empty());
    assert!(!policy.is_expired(86_399));
    assert!(policy.is_expired(86_400));
    assert!(!bare().is_expired(u64::MAX));
}

/// U4: whatever an administrator asks for, passwords have 8 to 128 characters.
#[test]
fn a_policy_out_of_bounds_names_its_field() {
    type Change = fn(&mut PasswordPolicy);
    let wrong: &[(&str, Change)] = &[
        ("min_length", |p| p.min_length = 7),
        ("min_length", |p| p.min_length = 129),
        ("max_length", |p| p.max_length = 7),
        ("max_length", |p| p.max_length = 129),
        ("character_sets", |p| {
            p.character_sets = vec![set(CharacterClass::Digit, 0)]
        }),
        ("character_sets", |p| {
            p.character_sets = vec![set(CharacterClass::Digit, 65)]
        }),
        ("character_sets", |p| {
            p.character_sets = vec![set(CharacterClass::Digit, 1); 9]
        }),
        ("character_sets", |p| p.character_sets = vec![listed("", 1)]),
        ("character_sets", |p| {
            p.character_sets = vec![listed("aba", 1)]
        }),
        ("character_sets", |p| {
            p.character_sets = vec![listed("ﬁ", 1)]
        }),
        ("character_sets", |p| {
            p.character_sets = vec![listed("\u{301}", 1)]
        }),
        ("character_sets", |p| {
            p.character_sets = vec![listed("\u{1100}\u{1161}", 1)]
        }),
        ("max_repeats", |p| p.max_repeats = Some(0)),
        ("max_repeats", |p| p.max_repeats = Some(129)),
        ("min_unique", |p| p.min_unique = 33),
        ("min_unique", |p| (p.max_length, p.min_unique) = (20, 11)),
        ("history", |p| p.history = 25),
        ("min_age_seconds", |p| p.min_age_seconds = u64::MAX),
        ("max_age_seconds", |p| p.max_age_seconds = Some(0)),
        ("max_age_seconds", |p| p.max_age_seconds = Some(u64::MAX)),
        ("max_age_seconds", |p| {
            (p.min_age_seconds, p.max_age_seconds) = (60, Some(60))
        }),
        ("known_bad", |p| p.known_bad = vec![String::new()]),
        ("known_bad", |p| p.known_bad = vec!["x".repeat(129)]),
        ("known_bad", |p| p.known_bad = vec!["word".to_owned(); 1001]),
    ];
    for (field, change) in wrong {
        let mut policy = bare();
        change(&mut policy);
        let error = policy.validate().unwrap_err();
        assert_eq!(error.field, *field, "{error}");
        assert!(!error.reason.is_empty());
    }
}
