//! Keys that verify, parsed once and each bound to one algorithm.

use crate::{Algorithm, JoseError, Jwk, JwkSet};
use aws_lc_rs::signature::ParsedPublicKey;
use std::fmt;

/// A parsed public key, usable with exactly one algorithm (RFC 8725 §3.1; J1, J3).
#[derive(Clone)]
pub struct VerifyingKey {
    kid: Option<String>,
    algorithm: Algorithm,
    key: ParsedPublicKey,
}

impl VerifyingKey {
    /// Binds a key to an algorithm.
    ///
    /// # Errors
    /// [`JoseError::UnsupportedKey`] if the key's type, curve or own `alg` forbids it.
    pub fn from_jwk(jwk: &Jwk, algorithm: Algorithm) -> Result<Self, JoseError> {
        if !jwk.allows(algorithm) {
            return Err(JoseError::UnsupportedKey("`alg` does not fit the key"));
        }
        Ok(Self {
            kid: jwk.kid().map(str::to_owned),
            algorithm,
            key: jwk.params().parse(algorithm)?,
        })
    }

    /// `kid` of the key, if it has one.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The one algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(message, signature).is_ok()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("kid", &self.kid)
            .field("algorithm", &self.algorithm)
            .finish()
    }
}

/// The keys of one issuer: tokens of another must never be tried against them.
#[derive(Debug, Clone, Default)]
pub struct VerifyingKeys(Vec<VerifyingKey>);

impl VerifyingKeys {
    /// Every key of the set, for those of the algorithms `allowed` that it fits. A key that
    /// names its `alg` serves that one only.
    ///
    /// # Errors
    /// [`JoseError::InvalidKey`] if the library refuses a key; a [`Jwk`] has been checked, so
    /// this is not expected.
    pub fn from_jwk_set(set: &JwkSet, allowed: &[Algorithm]) -> Result<Self, JoseError> {
        set.keys()
            .iter()
            .flat_map(|jwk| {
                let fitting = allowed.iter().filter(|algorithm| jwk.allows(**algorithm));
                fitting.map(move |algorithm| VerifyingKey::from_jwk(jwk, *algorithm))
            })
            .collect()
    }

    /// The keys that may have signed a token with this header: those of the algorithm whose
    /// `kid` is equal, or which have none. `kid` is compared as opaque bytes (J4); several keys
    /// may share one (RFC 7517 §4.5). A token without `kid` fits every key of the algorithm.
    pub fn candidates<'a>(
        &'a self,
        kid: Option<&'a str>,
        algorithm: Algorithm,
    ) -> impl Iterator<Item = &'a VerifyingKey> {
        self.0.iter().filter(move |key| {
            key.algorithm == algorithm
                && match (kid, key.kid()) {
                    (Some(wanted), Some(own)) => wanted == own,
                    _ => true,
                }
        })
    }

    /// Whether there is no key at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<VerifyingKey> for VerifyingKeys {
    fn from_iter<I: IntoIterator<Item = VerifyingKey>>(keys: I) -> Self {
        Self(keys.into_iter().collect())
    }
}

#[cfg(test)]
mod published;
