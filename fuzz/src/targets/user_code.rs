//! A user code as it is typed, and random bytes to make one of.

use oauth::{USER_CODE_ALPHABET, UserCode};

/// A code is eight letters of the alphabet, the same in every way to type it; random bytes make the code
/// that the rule said anew makes of them (U8).
pub fn run(data: &[u8]) {
    let letters: String = data
        .iter()
        .filter(|byte| **byte < 240)
        .take(8)
        .map(|byte| char::from(USER_CODE_ALPHABET[usize::from(byte % 20)]))
        .collect();
    let made = UserCode::from_random(data);
    assert_eq!(made.is_some(), letters.len() == 8);
    if let Some(code) = &made {
        assert_eq!(code.letters(), letters);
        holds(code);
    }
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(code) = text.parse::<UserCode>() {
        holds(&code);
        let typed: String = text.chars().filter(char::is_ascii_alphabetic).collect();
        assert_eq!(
            typed.to_ascii_uppercase(),
            code.letters(),
            "no letter is dropped"
        );
        assert!(!text.contains(|c: char| c.is_ascii_digit()), "{text:?}");
    }
}

fn holds(code: &UserCode) {
    assert_eq!(code.letters().len(), 8);
    assert!(
        code.letters()
            .bytes()
            .all(|letter| USER_CODE_ALPHABET.contains(&letter))
    );
    for typed in [
        code.shown(),
        code.shown().to_ascii_lowercase(),
        code.letters().to_owned(),
        format!(" {} ", code.shown().replace('-', " - ")),
    ] {
        assert_eq!(typed.parse().as_ref(), Ok(code));
    }
    assert!(!format!("{code:?}").contains(code.letters()));
}
