//! Recovery codes: what gets in who lost the second factor, each good once.
//!
//! A code is four groups of five characters from an alphabet of 32, so 100 bits: too many to guess, so that a keyed hash is
//! enough to keep one (as for client secrets), and no Argon2.

use zeroize::Zeroizing;

/// How many codes a person gets.
pub const CODES: usize = 10;
/// Random bytes that one code is made of: five bits of each make a character.
pub const CODE_BYTES: usize = 20;
/// Characters between two dashes.
const GROUP: usize = 5;
/// Crockford's base 32: no I, L, O or U, which are read as something else.
const ALPHABET: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J',
    'K', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];

/// A code to show once, such as `7K2QM-…-…-…`, made of random bytes.
pub fn code(random: &[u8; CODE_BYTES]) -> Zeroizing<String> {
    let mut code = Zeroizing::new(String::with_capacity(CODE_BYTES + 3));
    for (index, byte) in random.iter().enumerate() {
        if index > 0 && index % GROUP == 0 {
            code.push('-');
        }
        let value = usize::from(byte % 32);
        code.extend(ALPHABET.get(value));
    }
    code
}

/// The form of a code to hash and compare: what [`code`] makes, without the dashes.
///
/// Lenient with what people type: letter case, dashes, spaces and dots do not matter, `O` is 0, and `I` and `L` are 1. `None`
/// if it can't be a code.
pub fn normalise(typed: &str) -> Option<Zeroizing<String>> {
    let mut normal = Zeroizing::new(String::with_capacity(CODE_BYTES));
    for character in typed.chars() {
        let meant = match character.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            '-' | '‐' | '‑' | '–' | '—' | '_' | '.' => continue,
            blank if blank.is_whitespace() => continue,
            other => other,
        };
        if !ALPHABET.contains(&meant) || normal.len() == CODE_BYTES {
            return None;
        }
        normal.push(meant);
    }
    (normal.len() == CODE_BYTES).then_some(normal)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_is_four_groups_of_five() {
        let ascending: [u8; CODE_BYTES] = std::array::from_fn(|at| u8::try_from(at).unwrap());
        assert_eq!(code(&ascending).as_str(), "01234-56789-ABCDE-FGHJK");
        assert_eq!(code(&[31; 20]).as_str(), "ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ");
        // The high bits are not looked at, so every character is as likely as the others.
        assert_eq!(code(&[0xe0; 20]).as_str(), "00000-00000-00000-00000");
    }

    #[test]
    fn what_people_type_is_understood() {
        for typed in [
            "01234-56789-ABCDE-FGHJK",
            "0123456789abcdefghjk",
            " o1234 56789 abcde fghjk\n",
            "OI234–56789—abcde.fghjk",
            "ol234_56789‑abcde‐fghjk",
        ] {
            let normal = normalise(typed).unwrap();
            assert_eq!(normal.as_str(), "0123456789ABCDEFGHJK", "{typed:?}");
        }
    }

    #[test]
    fn nothing_else_is_a_code() {
        for typed in [
            "",
            "01234-56789-ABCDE-FGHJ",
            "01234-56789-ABCDE-FGHJKM",
            "01234-56789-ABCDE-FGHJU",
            "01234-56789-ABCDE-FGHJ٠",
            "01234-56789-ABCDE-FGHJ/",
        ] {
            assert!(normalise(typed).is_none(), "{typed:?}");
        }
        assert!(normalise(&"0".repeat(1_000_000)).is_none());
    }

    proptest! {
        #[test]
        fn every_code_is_understood(random: [u8; CODE_BYTES]) {
            let shown = code(&random);
            let normal = normalise(&shown).unwrap();
            prop_assert_eq!(normal.as_str(), shown.replace('-', ""));
            let again = normalise(&shown.to_lowercase()).unwrap();
            prop_assert_eq!(again, normal);
        }
    }
}
