//! The number and hash of an event, as people write them down.

use domain::audit::hex;
use std::{fmt, str::FromStr};

/// An event that is known to have been there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    /// Its number.
    pub(super) sequence: u64,
    /// Its hash.
    pub(super) hash: [u8; 32],
}

/// The text is none.
#[derive(Debug, thiserror::Error)]
#[error("is a number, a colon, and a hash of 64 hexadecimal digits")]
pub(crate) struct InvalidKnown;

impl FromStr for Known {
    type Err = InvalidKnown;

    fn from_str(text: &str) -> Result<Self, InvalidKnown> {
        let (sequence, hash) = text.split_once(':').ok_or(InvalidKnown)?;
        Ok(Self {
            sequence: sequence.parse().map_err(|_| InvalidKnown)?,
            hash: unhex(hash).ok_or(InvalidKnown)?,
        })
    }
}

impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.sequence, hex(&self.hash))
    }
}

/// The bytes of a hash.
pub(super) fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u32> = text
        .chars()
        .map(|digit| digit.to_digit(16))
        .collect::<Option<_>>()?;
    let byte = |pair: &[u32]| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    };
    let bytes: Vec<u8> = digits.chunks(2).map(byte).collect::<Option<_>>()?;
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_was_printed_can_be_given_back() {
        let known = Known {
            sequence: 4711,
            hash: jose::sha256(b"x"),
        };
        assert_eq!(known.to_string().parse::<Known>().unwrap(), known);
        let upper = known.to_string().to_uppercase();
        assert_eq!(upper.parse::<Known>().unwrap(), known);
        for bad in ["", "1", "1:", "1:00", ":00", "x:00", "-1:00"] {
            assert!(bad.parse::<Known>().is_err(), "{bad}");
        }
        let odd = format!("1:{}", "0".repeat(63));
        assert!(odd.parse::<Known>().is_err() && format!("{odd}g").parse::<Known>().is_err());
    }
}
