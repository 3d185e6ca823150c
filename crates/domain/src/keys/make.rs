//! New keys.

use crate::{
    RealmKey, Secrets, Timestamp,
    config::{ConfigObject, KeyRecord, KeyState},
    snapshot::KeyRing,
};
use jose::{Algorithm, JoseError, SigningKey, base64url};
use std::sync::Arc;

/// The keys of a new realm: one that signs at once, for nobody has a JWK Set of the realm yet, and
/// the next one.
///
/// # Errors
/// [`JoseError::Crypto`] if the library fails.
pub(crate) fn new_pair(
    realm: &RealmKey,
    algorithm: Algorithm,
    secrets: &Secrets,
    now: Timestamp,
) -> Result<Vec<ConfigObject>, JoseError> {
    let states = [KeyState::Active { since: now }, KeyState::Next];
    states
        .into_iter()
        .map(|state| {
            let key = new_key(realm, algorithm, secrets, now, state)?;
            Ok(ConfigObject::Key(Arc::new(key)))
        })
        .collect()
}

/// A new key, sealed for this realm and under this `kid`.
pub(super) fn new_key(
    realm: &RealmKey,
    algorithm: Algorithm,
    secrets: &Secrets,
    now: Timestamp,
    state: KeyState,
) -> Result<KeyRecord, JoseError> {
    let key = SigningKey::generate(algorithm)?;
    let kid = key.kid().to_owned();
    let purpose = KeyRing::purpose(realm, &kid);
    let sealed = secrets
        .private_keys()
        .seal(&purpose, &key.to_pkcs8_der()?)?;
    let sealed_private = base64url::encode(sealed);
    Ok(KeyRecord {
        kid,
        algorithm,
        state,
        sealed_private,
        created: now,
    })
}
