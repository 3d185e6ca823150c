//! The signing keys of a realm, opened once.

use super::ConfigError;
use crate::{
    RealmKey, Secrets, Timestamp,
    config::{KeyRecord, KeyState, RealmConfig},
};
use jose::{Algorithm, JwkSet, SigningKey, VerifyingKeys};
use std::sync::Arc;

/// The keys of a realm: those that sign, and those that are published.
#[derive(Debug, Clone, Default)]
pub struct KeyRing {
    keys: Vec<PublishedKey>,
}

/// One key of a realm.
#[derive(Debug, Clone)]
pub struct PublishedKey {
    /// The record that it was opened from.
    pub record: Arc<KeyRecord>,
    /// The key itself.
    pub signing: Arc<SigningKey>,
    /// What its signatures are verified with.
    pub verifying: Arc<VerifyingKeys>,
}

impl PublishedKey {
    /// Whether the key is in the JWK Set at `now`.
    pub fn is_published(&self, now: Timestamp) -> bool {
        match self.record.state {
            KeyState::Next | KeyState::Active { .. } => true,
            KeyState::Retired {
                published_until, ..
            } => now < published_until,
        }
    }
}

impl KeyRing {
    /// What a sealed private key is bound to, so that it can't be moved to another place.
    pub fn purpose(realm: &RealmKey, kid: &str) -> Vec<u8> {
        let (tenant, realm) = (realm.tenant(), realm.realm());
        format!(
            "signing key {}:{tenant}{}:{realm}{kid}",
            tenant.len(),
            realm.len()
        )
        .into_bytes()
    }

    /// Opens the keys of `config`; those that `before` has open already are taken over.
    pub(super) fn open(
        realm: &RealmKey,
        config: &RealmConfig,
        secrets: &Secrets,
        before: Option<&Self>,
    ) -> Result<Self, ConfigError> {
        let mut keys = Vec::new();
        for record in config.keys.values() {
            let known = before.and_then(|b| b.keys.iter().find(|k| k.record.kid == record.kid));
            keys.push(match known {
                Some(key) => PublishedKey {
                    record: record.clone(),
                    ..key.clone()
                },
                None => {
                    open(realm, record, secrets).map_err(|_| ConfigError::Keys(realm.clone()))?
                }
            });
        }
        Ok(Self { keys })
    }

    /// The key that signs with `algorithm`.
    pub fn active(&self, algorithm: Algorithm) -> Option<&Arc<SigningKey>> {
        let is_active = |key: &&PublishedKey| {
            key.record.algorithm == algorithm && matches!(key.record.state, KeyState::Active { .. })
        };
        self.keys.iter().find(is_active).map(|key| &key.signing)
    }

    /// The key that signs where `algorithm` is wanted: one of another algorithm as long as the first
    /// of that has not been published long enough. Which one does not depend on chance; and it is
    /// RS256, which is there for clients that know nothing better, only where there is no other (J14).
    pub fn signer(&self, algorithm: Algorithm) -> Option<&Arc<SigningKey>> {
        let is_active = |key: &&PublishedKey| matches!(key.record.state, KeyState::Active { .. });
        let last = |key: &&PublishedKey| {
            let record = &key.record;
            (record.algorithm == Algorithm::Rs256, record.created)
        };
        let any = || self.keys.iter().filter(is_active).min_by_key(last);
        let any = || any().map(|key| &key.signing);
        self.active(algorithm).or_else(any)
    }

    /// Every key, published or not.
    pub fn all(&self) -> &[PublishedKey] {
        &self.keys
    }

    /// The key with the given `kid`, if it is published at `now`.
    pub fn published(&self, kid: &str, now: Timestamp) -> Option<&PublishedKey> {
        self.keys
            .iter()
            .find(|key| key.record.kid == kid && key.is_published(now))
    }

    /// The public keys in the JWK Set at `now` (RFC 7517 §5).
    pub fn jwks(&self, now: Timestamp) -> JwkSet {
        let published = self.keys.iter().filter(|key| key.is_published(now));
        published.map(|key| key.signing.public_jwk()).collect()
    }
}

fn open(
    realm: &RealmKey,
    record: &Arc<KeyRecord>,
    secrets: &Secrets,
) -> Result<PublishedKey, jose::JoseError> {
    let sealed = jose::base64url::decode(&record.sealed_private)?;
    let private = secrets
        .private_keys()
        .open(&KeyRing::purpose(realm, &record.kid), &sealed)?;
    let signing = SigningKey::from_pkcs8(record.algorithm, &private)?;
    let verifying = VerifyingKeys::from_iter([signing.verifying_key()?]);
    Ok(PublishedKey {
        record: record.clone(),
        signing: Arc::new(signing),
        verifying: Arc::new(verifying),
    })
}
