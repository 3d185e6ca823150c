//! Hashing, MACs, randomness and comparison for the rest of the program.

use crate::JoseError;
use aws_lc_rs::{constant_time, digest, hkdf, hmac, rand};
use std::fmt;
use zeroize::Zeroizing;

/// SHA-256.
pub fn sha256(data: &[u8]) -> [u8; 32] {
    octets(digest::digest(&digest::SHA256, data).as_ref())
}

/// SHA-256 of the parts one after another.
pub fn sha256_parts(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    parts.iter().for_each(|part| context.update(part));
    octets(context.finish().as_ref())
}

/// The octets of a digest or tag, which has 32.
fn octets(from: &[u8]) -> [u8; 32] {
    from.first_chunk().copied().unwrap_or_default()
}

/// HMAC-SHA-256 with a key used once; see [`HmacKey`] for one that is used often.
pub fn hmac_sha256(key: &[u8], data: &[u8]) -> [u8; 32] {
    HmacKey::new(key).tag(data)
}

/// An HMAC-SHA-256 key, prepared once. `Debug` prints no key material.
#[derive(Clone)]
pub struct HmacKey(hmac::Key);

impl HmacKey {
    /// Prepares the key. Use at least 32 random bytes.
    pub fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The authentication tag of `data`.
    pub fn tag(&self, data: &[u8]) -> [u8; 32] {
        octets(hmac::sign(&self.0, data).as_ref())
    }

    /// Whether `tag` is the tag of `data`, in constant time.
    pub fn verify(&self, data: &[u8], tag: &[u8]) -> bool {
        hmac::verify(&self.0, data, tag).is_ok()
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey")
    }
}

/// Derives an independent 256-bit key for one purpose from a master secret (HKDF-SHA-256,
/// RFC 5869). Different labels give unrelated keys.
///
/// # Errors
/// [`JoseError::Crypto`] if the library refuses.
pub fn derive_key(master: &[u8], label: &[u8]) -> Result<Zeroizing<[u8; 32]>, JoseError> {
    let mut key = Zeroizing::new([0; 32]);
    hkdf::Salt::new(hkdf::HKDF_SHA256, b"")
        .extract(master)
        .expand(&[label], hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(key.as_mut_slice()))
        .map_err(|_| JoseError::Crypto)?;
    Ok(key)
}

/// `N` bytes of the library's cryptographic generator.
///
/// # Errors
/// [`JoseError::Crypto`] if the system gives no randomness.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], JoseError> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| JoseError::Crypto)?;
    Ok(bytes)
}

/// Compares in time that depends on the lengths only.
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn sha256_of_the_fips_180_example() {
        assert_eq!(
            hex(&sha256(b"abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn parts_are_hashed_as_one() {
        assert_eq!(sha256_parts(&[b"a", b"", b"bc"]), sha256(b"abc"));
        assert_eq!(sha256_parts(&[]), sha256(b""));
    }

    #[test]
    fn hmac_of_rfc4231_case_2() {
        let tag = hmac_sha256(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(
            hex(&tag),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        let key = HmacKey::new(b"Jefe");
        assert!(key.verify(b"what do ya want for nothing?", &tag));
        assert!(!key.verify(b"what do ya want for nothing!", &tag));
        assert_eq!(format!("{key:?}"), "HmacKey");
    }

    #[test]
    fn hkdf_of_rfc5869_case_3() {
        let okm = derive_key(&[0x0b; 22], b"").unwrap();
        assert_eq!(
            hex(okm.as_slice()),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
        );
        assert_ne!(okm, derive_key(&[0x0b; 22], b"other").unwrap());
    }

    #[test]
    fn random_bytes_differ_and_comparison_compares() {
        let (a, b) = (random_bytes::<32>().unwrap(), random_bytes::<32>().unwrap());
        assert_ne!(a, b);
        assert!(constant_time_eq(&a, &a));
        assert!(!constant_time_eq(&a, &b));
        assert!(!constant_time_eq(b"a", b"ab"));
    }
}
