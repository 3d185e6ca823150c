//! Sets of characters that a password must draw from.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// So many characters of a set must be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct CharacterSet {
    /// The characters that count.
    pub characters: Characters,
    /// How many of them must be there, at least 1.
    pub min_count: u16,
}

/// Which characters belong to a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Characters {
    /// All of a class, of any script.
    Class(CharacterClass),
    /// These.
    Listed(String),
}

/// A named class of characters. `pattern` tells clients what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CharacterClass {
    /// Lower-case letters.
    Lowercase,
    /// Upper-case letters.
    Uppercase,
    /// Letters of either case, or of none.
    Letter,
    /// Digits and other numbers.
    Digit,
    /// All else: punctuation, signs, spaces.
    Symbol,
}

/// How a set is written: `{"class": "digit", "min_count": 1}` or `{"characters": "+-*/", "min_count": 1}`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    class: Option<CharacterClass>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    characters: Option<String>,
    #[serde(default = "one")]
    min_count: u16,
}

fn one() -> u16 {
    1
}

#[derive(Debug, Error)]
#[error("a character set has either `class` or `characters`")]
struct EitherOr;

impl TryFrom<Written> for CharacterSet {
    type Error = EitherOr;

    fn try_from(written: Written) -> Result<Self, EitherOr> {
        let characters = match (written.class, written.characters) {
            (Some(class), None) => Characters::Class(class),
            (None, Some(listed)) => Characters::Listed(listed),
            _ => return Err(EitherOr),
        };
        Ok(Self {
            characters,
            min_count: written.min_count,
        })
    }
}

impl From<CharacterSet> for Written {
    fn from(set: CharacterSet) -> Self {
        let (class, characters) = match set.characters {
            Characters::Class(class) => (Some(class), None),
            Characters::Listed(listed) => (None, Some(listed)),
        };
        Self {
            class,
            characters,
            min_count: set.min_count,
        }
    }
}

impl Characters {
    /// Whether `character` belongs to it.
    pub fn contains(&self, character: char) -> bool {
        match self {
            Self::Class(class) => class.contains(character),
            Self::Listed(listed) => listed.contains(character),
        }
    }

    /// What a made password takes of it.
    pub(super) fn repertoire(&self) -> Vec<char> {
        let plain: &str = match self {
            Self::Class(class) => class.repertoire(),
            Self::Listed(listed) => listed,
        };
        let mut characters: Vec<char> = plain.chars().collect();
        characters.sort_unstable();
        characters.dedup();
        characters
    }
}

impl CharacterClass {
    /// Every class.
    pub const ALL: [Self; 5] = [
        Self::Lowercase,
        Self::Uppercase,
        Self::Letter,
        Self::Digit,
        Self::Symbol,
    ];

    fn contains(self, character: char) -> bool {
        match self {
            Self::Lowercase => character.is_lowercase(),
            Self::Uppercase => character.is_uppercase(),
            Self::Letter => character.is_alphabetic(),
            Self::Digit => character.is_numeric(),
            Self::Symbol => !character.is_alphanumeric(),
        }
    }

    /// A regular expression that matches one character of the class (ECMAScript, flag `u`).
    pub fn pattern(self) -> &'static str {
        match self {
            Self::Lowercase => r"\p{Lowercase}",
            Self::Uppercase => r"\p{Uppercase}",
            Self::Letter => r"\p{Alphabetic}",
            Self::Digit => r"\p{N}",
            Self::Symbol => r"[^\p{Alphabetic}\p{N}]",
        }
    }

    /// "lower-case letter", for sentences.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Lowercase => "lower-case letter",
            Self::Uppercase => "upper-case letter",
            Self::Letter => "letter",
            Self::Digit => "digit",
            Self::Symbol => "symbol",
        }
    }

    /// Characters that nobody mistakes for another.
    fn repertoire(self) -> &'static str {
        match self {
            Self::Lowercase => "abcdefghijkmnpqrstuvwxyz",
            Self::Uppercase => "ABCDEFGHJKLMNPQRSTUVWXYZ",
            Self::Letter => "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ",
            Self::Digit => "23456789",
            Self::Symbol => "!#%&*+-./:;=?@_~",
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    const CLASSES: [CharacterClass; 5] = [
        CharacterClass::Lowercase,
        CharacterClass::Uppercase,
        CharacterClass::Letter,
        CharacterClass::Digit,
        CharacterClass::Symbol,
    ];

    #[test]
    fn classes_know_other_scripts() {
        use CharacterClass::{Digit, Letter, Lowercase, Symbol, Uppercase};
        for (character, classes) in [
            ('a', vec![Lowercase, Letter]),
            ('É', vec![Uppercase, Letter]),
            ('д', vec![Lowercase, Letter]),
            ('字', vec![Letter]),
            ('7', vec![Digit]),
            ('٧', vec![Digit]),
            (' ', vec![Symbol]),
            ('€', vec![Symbol]),
            ('🙂', vec![Symbol]),
        ] {
            let found: Vec<_> = CLASSES
                .into_iter()
                .filter(|class| class.contains(character))
                .collect();
            assert_eq!(found, classes, "{character}");
        }
    }

    #[test]
    fn what_is_made_of_a_class_belongs_to_it() {
        for class in CLASSES {
            let characters = Characters::Class(class);
            let repertoire = characters.repertoire();
            assert!(repertoire.len() >= 8, "{class:?}");
            for character in repertoire {
                assert!(characters.contains(character), "{class:?} {character}");
            }
        }
    }

    #[test]
    fn a_set_is_written_one_way_or_the_other() {
        for written in [
            json!({"class": "lowercase", "min_count": 2}),
            json!({"characters": "+-*/", "min_count": 1}),
        ] {
            let set: CharacterSet = serde_json::from_value(written.clone()).unwrap();
            assert_eq!(serde_json::to_value(set).unwrap(), written);
        }
        let short: CharacterSet = serde_json::from_value(json!({"class": "digit"})).unwrap();
        assert_eq!(short.min_count, 1);
        for wrong in [
            json!({}),
            json!({"class": "digit", "characters": "1"}),
            json!({"class": "vowel"}),
            json!({"class": "digit", "count": 1}),
            json!({"class": "digit", "min_count": -1}),
        ] {
            let read: Result<CharacterSet, _> = serde_json::from_value(wrong.clone());
            assert!(read.is_err(), "{wrong}");
        }
    }
}
