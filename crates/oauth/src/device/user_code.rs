//! The code that a person types (RFC 8628 §6.1).

use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// The characters of a code. RFC 8628 §6.1: "a character set with only case-insensitive A-Z
/// characters, with no vowels to avoid accidentally creating words".
pub const USER_CODE_ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// How many characters there are: 20⁸ codes (U8).
const LENGTH: usize = 8;
/// Longest text that is looked at, in bytes.
const MAX_TYPED_BYTES: usize = 64;

/// A user code: eight letters, shown in two groups. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserCode(String);

/// What was typed is no user code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a code has eight letters, none of them a vowel")]
pub struct UserCodeError;

impl UserCode {
    /// A code of random bytes, each letter as likely as any other: a byte beyond the last multiple
    /// of 20 is passed over. `None` if the bytes did not suffice, which with 32 of them happens
    /// once in 10²¹ times.
    pub fn from_random(bytes: &[u8]) -> Option<Self> {
        let letters = bytes.iter().filter_map(|&byte| letter(byte));
        let code: String = letters.take(LENGTH).collect();
        (code.len() == LENGTH).then_some(Self(code))
    }

    /// The eight letters without a separator: what is compared and hashed.
    pub fn letters(&self) -> &str {
        &self.0
    }

    /// As it is shown: `WDJB-MJHT`.
    pub fn shown(&self) -> String {
        let (first, second) = self.0.split_at_checked(LENGTH / 2).unwrap_or_default();
        format!("{first}-{second}")
    }

    pub(crate) fn serialize_shown<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.shown())
    }
}

fn letter(byte: u8) -> Option<char> {
    let even = byte < 240;
    let letter = USER_CODE_ALPHABET.get(usize::from(byte % 20))?;
    even.then(|| char::from(*letter))
}

impl FromStr for UserCode {
    type Err = UserCodeError;

    /// Reads what a person typed. RFC 8628 §6.1: "the server should … ignore any characters like
    /// punctuation that are not in the user-code character set"; here that is spaces, dashes, dots
    /// and underscores, and the case does not matter. A letter that is none of the code's is an
    /// error.
    fn from_str(text: &str) -> Result<Self, UserCodeError> {
        if text.len() > MAX_TYPED_BYTES {
            return Err(UserCodeError);
        }
        let separator = |c: char| c.is_whitespace() || matches!(c, '-' | '.' | '_' | '‐'..='―');
        let code: String = text
            .chars()
            .filter(|character| !separator(*character))
            .map(|character| character.to_ascii_uppercase())
            .collect();
        let letters = code.bytes().all(|byte| USER_CODE_ALPHABET.contains(&byte));
        if letters && code.len() == LENGTH {
            Ok(Self(code))
        } else {
            Err(UserCodeError)
        }
    }
}

impl TryFrom<String> for UserCode {
    type Error = UserCodeError;

    fn try_from(text: String) -> Result<Self, UserCodeError> {
        text.parse()
    }
}

impl From<UserCode> for String {
    fn from(code: UserCode) -> Self {
        code.0
    }
}

impl fmt::Debug for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserCode")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rfc8628_6_1_what_people_type() {
        for typed in [
            "WDJB-MJHT",
            "wdjb-mjht",
            "WDJBMJHT",
            " wdjb  mjht ",
            "W D J B . M J H T",
            "w-d-j-b-m-j-h-t",
            "wdjb—mjht",
            "WDJB_MJHT\n",
        ] {
            let code: UserCode = typed.parse().unwrap();
            assert_eq!(
                (code.letters(), code.shown().as_str()),
                ("WDJBMJHT", "WDJB-MJHT")
            );
        }
        for typed in [
            "",
            "WDJB-MJH",
            "WDJB-MJHTT",
            "WDJB-MJHA",
            "WDJB-MJH0",
            "WDJB-MJHY",
            "ＷDJB-MJHT",
            "WDJB+MJHT",
            "WDJB-MJHT'--",
            "ſDJB-MJHT",
            "WDJB-MJHT\0",
        ] {
            assert_eq!(typed.parse::<UserCode>(), Err(UserCodeError), "{typed:?}");
        }
        assert!(
            format!("WDJBMJHT{}", "-".repeat(56))
                .parse::<UserCode>()
                .is_ok()
        );
        assert!(
            format!("WDJBMJHT{}", "-".repeat(57))
                .parse::<UserCode>()
                .is_err()
        );
    }

    /// U8: 20⁸ codes, and no letter is likelier than another.
    #[test]
    fn u8_letters_are_without_bias() {
        let mut counts = [0; 20];
        for byte in 0..=u8::MAX {
            let mut bytes = [0; LENGTH];
            bytes[0] = byte;
            match UserCode::from_random(&bytes) {
                Some(code) => {
                    let letter = code.letters().as_bytes()[0];
                    counts[USER_CODE_ALPHABET
                        .iter()
                        .position(|a| *a == letter)
                        .unwrap()] += 1;
                }
                None => assert!(byte >= 240),
            }
        }
        assert_eq!(counts, [12; 20]);
        assert_eq!(UserCode::from_random(&[7; 7]), None);
        assert_eq!(UserCode::from_random(&[255; 64]), None);
    }

    proptest! {
        #[test]
        fn what_is_made_is_read_again(bytes in prop::collection::vec(any::<u8>(), 32)) {
            let code = UserCode::from_random(&bytes).unwrap();
            prop_assert_eq!(code.shown().parse::<UserCode>(), Ok(code.clone()));
            prop_assert_eq!(code.letters().to_ascii_lowercase().parse(), Ok(code.clone()));
            let json = serde_json::to_value(&code).unwrap();
            prop_assert_eq!(serde_json::from_value::<UserCode>(json).unwrap(), code);
        }
    }
}
