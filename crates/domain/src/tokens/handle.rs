//! What a token looks like, and what it is found by.

use crate::{Timestamp, store::TokenKey};
use jose::{JoseError, base64url};
use std::{fmt, str::FromStr};

/// What an opaque access token begins with, so that secret scanners know it.
const OPAQUE_PREFIX: &str = "ambit_at_";

/// Bytes of the time that a handle begins with.
const TIME: usize = 6;
/// Bytes of chance that follow it: 256 bits.
const CHANCE: usize = 32;

/// What names a new token: when it was made, in milliseconds, and 256 random bits.
///
/// The time is no secret. It is there so that tokens made together are kept together: a store
/// writes them to the end of its tree, and not each to a page of its own (decision 0009).
pub(super) struct Handle([u8; TIME + CHANCE]);

impl Handle {
    pub(super) fn generate(now: Timestamp) -> Result<Self, JoseError> {
        let millis = now.micros().div_euclid(1_000).to_be_bytes();
        let chance = jose::random_bytes::<CHANCE>()?;
        let mut handle = [0; TIME + CHANCE];
        let bytes = millis.iter().skip(size_of::<i64>() - TIME).chain(&chance);
        handle
            .iter_mut()
            .zip(bytes)
            .for_each(|(to, from)| *to = *from);
        Ok(Self(handle))
    }

    /// The `jti` of a JWT (RFC 7519 §4.1.7).
    pub(super) fn jti(&self) -> String {
        base64url::encode(self.0)
    }

    /// The text of an opaque token.
    pub(super) fn opaque(&self) -> String {
        format!("{OPAQUE_PREFIX}{}", base64url::encode(self.0))
    }
}

impl TokenKey {
    /// The key of a JWT, by its `jti`.
    ///
    /// The form is part of what is hashed: a `jti`, which is no secret, is never taken for an
    /// opaque token (B3, REG-07). One of another form than ours has no time in its key.
    pub(super) fn of_jti(jti: &str) -> Self {
        let hash = jose::sha256_parts(&[b"jwt:", jti.as_bytes()]);
        match time(jti) {
            Some(time) => Self::ordered(time, hash),
            None => Self(hash),
        }
    }

    /// The key of an opaque token; none if the text has not its form.
    pub(super) fn of_opaque(token: &str) -> Option<Self> {
        let time = time(token.strip_prefix(OPAQUE_PREFIX)?)?;
        let hash = jose::sha256_parts(&[b"opaque:", token.as_bytes()]);
        Some(Self::ordered(time, hash))
    }

    /// The time, then as much of the hash as fits: 208 bits.
    fn ordered(time: [u8; TIME], hash: [u8; 32]) -> Self {
        let mut key = [0; 32];
        let bytes = time.iter().chain(&hash);
        key.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        Self(key)
    }
}

/// The time in the text of a handle; none if it is the text of none.
fn time(handle: &str) -> Option<[u8; TIME]> {
    let handle: [u8; TIME + CHANCE] = base64url::decode_array(handle).ok()?;
    handle.first_chunk().copied()
}

/// The id under which administrators list and revoke a token; it says nothing of the token.
impl fmt::Display for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64url::encode(self.0))
    }
}

/// The text is no id of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no id of a token")]
pub struct InvalidTokenId;

impl FromStr for TokenKey {
    type Err = InvalidTokenId;

    fn from_str(text: &str) -> Result<Self, InvalidTokenId> {
        let bytes = base64url::decode(text).map_err(|_| InvalidTokenId)?;
        bytes.try_into().map(Self).map_err(|_| InvalidTokenId)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    #[test]
    fn an_id_is_read_as_it_is_written() {
        let key = TokenKey([7; 32]);
        assert_eq!(key.to_string().parse(), Ok(key));
        for text in [
            "",
            "AA",
            "Bwc=",
            &format!("{key}A"),
            "no id of a token, at all",
        ] {
            assert_eq!(text.parse::<TokenKey>(), Err(InvalidTokenId), "{text}");
        }
    }

    #[test]
    fn b3_keys_are_namespaced_by_form() {
        let handle = Handle::generate(NOW).unwrap();
        let opaque = TokenKey::of_opaque(&handle.opaque()).unwrap();
        assert_ne!(opaque, TokenKey::of_jti(&handle.jti()));
        assert_ne!(opaque, TokenKey::of_jti(&handle.opaque()));
        assert_eq!(TokenKey::of_opaque(&handle.jti()), None);
    }

    #[test]
    fn g8_a_cut_or_extended_opaque_token_has_no_key() {
        let token = Handle::generate(NOW).unwrap().opaque();
        for length in 0..token.len() {
            assert_eq!(TokenKey::of_opaque(&token[..length]), None, "{length}");
        }
        for end in ["A", "=", ".", "AAAA", " "] {
            assert_eq!(
                TokenKey::of_opaque(&format!("{token}{end}")),
                None,
                "{end:?}"
            );
        }
    }

    /// What is made later is kept after what was made before, whatever its form.
    #[test]
    fn keys_are_in_the_order_of_time() {
        let at = |millis| Timestamp::from_micros(NOW.micros() + millis * 1_000);
        let keys: Vec<TokenKey> = (0..200_i64)
            .map(|millis| {
                let handle = Handle::generate(at(millis * 7)).unwrap();
                match millis % 2 {
                    0 => TokenKey::of_jti(&handle.jti()),
                    _ => TokenKey::of_opaque(&handle.opaque()).unwrap(),
                }
            })
            .collect();
        assert!(keys.is_sorted());
    }

    /// B3: the time is the only thing that two handles of one moment share, and their keys too.
    #[test]
    fn b3_a_key_has_208_bits_of_the_hash() {
        let keys: Vec<TokenKey> = (0..64)
            .map(|_| TokenKey::of_jti(&Handle::generate(NOW).unwrap().jti()))
            .collect();
        for (at, key) in keys.iter().enumerate() {
            assert_eq!(key.0[..TIME], keys[0].0[..TIME]);
            for other in &keys[..at] {
                let same = key.0[TIME..].iter().zip(&other.0[TIME..]);
                assert!(same.filter(|(a, b)| a == b).count() < 8, "chance alone");
            }
        }
    }

    #[test]
    fn a_jti_of_another_form_has_a_key_too() {
        for jti in ["", "x", "0123456789012345678901234567890123456789012"] {
            assert_eq!(
                TokenKey::of_jti(jti).0,
                jose::sha256(format!("jwt:{jti}").as_bytes())
            );
        }
    }
}
