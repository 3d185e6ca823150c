//! Authenticated encryption for what must leave our hands unread and unaltered: page cursors,
//! signing keys at rest, recoverable secrets.

use crate::{JoseError, random_bytes};
use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use std::fmt;
use zeroize::{Zeroize as _, Zeroizing};

/// An AES-256-GCM-SIV key (RFC 8452): a repeated random nonce would reveal only equal messages.
/// `Debug` prints no key material.
pub struct SealingKey(RandomizedNonceKey);

impl SealingKey {
    /// A key from 32 secret bytes, for instance of [`crate::derive_key`].
    ///
    /// # Errors
    /// [`JoseError::Crypto`] if the library refuses.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, JoseError> {
        RandomizedNonceKey::new(&AES_256_GCM_SIV, bytes)
            .map(Self)
            .map_err(|_| JoseError::Crypto)
    }

    /// A fresh random key, lost with the process.
    ///
    /// # Errors
    /// [`JoseError::Crypto`] if the system gives no randomness.
    pub fn generate() -> Result<Self, JoseError> {
        Self::from_bytes(&Zeroizing::new(random_bytes()?))
    }

    /// Encrypts and binds to `purpose`, which must be given again to open. The answer is nonce,
    /// ciphertext and tag: 28 bytes longer than the plaintext.
    ///
    /// # Errors
    /// [`JoseError::Crypto`] if the library refuses.
    pub fn seal(&self, purpose: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, JoseError> {
        let mut ciphertext = plaintext.to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(purpose), &mut ciphertext)
            .map_err(|_| JoseError::Crypto)?;
        let mut sealed = Vec::with_capacity(NONCE_LEN + ciphertext.len());
        sealed.extend_from_slice(nonce.as_ref());
        sealed.append(&mut ciphertext);
        Ok(sealed)
    }

    /// Decrypts what [`Self::seal`] made with the same key for the same purpose.
    ///
    /// # Errors
    /// [`JoseError::Unsealable`], whatever the cause.
    pub fn open(&self, purpose: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, JoseError> {
        let (nonce, ciphertext) = sealed
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(JoseError::Unsealable)?;
        let mut plaintext = Zeroizing::new(ciphertext.to_vec());
        let length = self
            .0
            .open_in_place(Nonce::from(nonce), Aad::from(purpose), &mut plaintext)
            .map_err(|_| JoseError::Unsealable)?
            .len();
        if let Some(tail) = plaintext.get_mut(length..) {
            tail.zeroize();
        }
        plaintext.truncate(length);
        Ok(plaintext)
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn opens_what_it_sealed_and_nothing_else(
            purpose in proptest::collection::vec(any::<u8>(), 0..40),
            plaintext in proptest::collection::vec(any::<u8>(), 0..200),
            flip in any::<proptest::sample::Index>(),
        ) {
            let key = SealingKey::from_bytes(&[7; 32]).unwrap();
            let sealed = key.seal(&purpose, &plaintext).unwrap();
            prop_assert_eq!(sealed.len(), plaintext.len() + 28);
            let opened = key.open(&purpose, &sealed).unwrap();
            prop_assert_eq!(opened.as_slice(), &plaintext);

            let mut altered = sealed.clone();
            altered[flip.index(sealed.len())] ^= 1;
            prop_assert_eq!(key.open(&purpose, &altered), Err(JoseError::Unsealable));
            let cut = flip.index(sealed.len());
            prop_assert_eq!(key.open(&purpose, &sealed[..cut]), Err(JoseError::Unsealable));
        }
    }

    #[test]
    fn t8_key_and_purpose_are_bound() {
        let key = SealingKey::generate().unwrap();
        let sealed = key.seal(b"cursor", b"x").unwrap();
        assert_eq!(key.open(b"token", &sealed), Err(JoseError::Unsealable));
        let other = SealingKey::generate().unwrap();
        assert_eq!(other.open(b"cursor", &sealed), Err(JoseError::Unsealable));
        assert_ne!(sealed, key.seal(b"cursor", b"x").unwrap());
        assert_eq!(format!("{key:?}"), "SealingKey");
    }
}
