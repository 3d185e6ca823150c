//! New keys.

use super::stock::generated;
use crate::{
    RealmKey, Secrets, Timestamp,
    config::{ConfigObject, KeyRecord, KeyState},
    snapshot::KeyRing,
};
use jose::{Algorithm, JoseError, SigningKey, base64url};
use std::sync::Arc;

/// The first keys of an algorithm: one that signs at once, for nobody has a JWK Set of the realm
/// yet that has another of it, and the next one.
pub(crate) struct NewPair([SigningKey; 2]);

impl NewPair {
    /// A new pair, made at once.
    ///
    /// # Errors
    /// [`JoseError::Crypto`] if the library fails.
    pub(crate) fn generate(algorithm: Algorithm) -> Result<Self, JoseError> {
        let key = || SigningKey::generate(algorithm);
        Ok(Self([key()?, key()?]))
    }

    /// The same where others do not wait for the processor.
    ///
    /// # Errors
    /// [`JoseError::Crypto`] if the library fails.
    pub(crate) async fn prepare(algorithm: Algorithm) -> Result<Self, JoseError> {
        Ok(Self([
            generated(algorithm).await?,
            generated(algorithm).await?,
        ]))
    }

    /// The keys as a realm keeps them.
    pub(crate) fn records(
        &self,
        realm: &RealmKey,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<Vec<ConfigObject>, JoseError> {
        let states = [KeyState::Active { since: now }, KeyState::Next];
        let keys = self.0.iter().zip(states);
        keys.map(|(key, state)| {
            let record = record(realm, key, secrets, now, state)?;
            Ok(ConfigObject::Key(Arc::new(record)))
        })
        .collect()
    }
}

/// A key, sealed for this realm and under its `kid`.
pub(super) fn record(
    realm: &RealmKey,
    key: &SigningKey,
    secrets: &Secrets,
    now: Timestamp,
    state: KeyState,
) -> Result<KeyRecord, JoseError> {
    let kid = key.kid().to_owned();
    let purpose = KeyRing::purpose(realm, &kid);
    let sealed = secrets
        .private_keys()
        .seal(&purpose, &key.to_pkcs8_der()?)?;
    let sealed_private = base64url::encode(sealed);
    Ok(KeyRecord {
        kid,
        algorithm: key.algorithm(),
        state,
        sealed_private,
        created: now,
    })
}
