//! Client secrets: 256 random bits, kept as a keyed hash (C5).

use crate::{Secrets, Timestamp, config::ClientSecret};
use jose::{HmacKey, JoseError, base64url};
use oauth::Secret;

/// What a client secret begins with, so that secret scanners know it.
const PREFIX: &str = "ambit_secret_";

/// A new client secret: what the client is told once, and what is kept.
pub struct NewSecret {
    /// The secret itself, which is shown once and kept nowhere.
    pub secret: Secret,
    /// Its record.
    pub record: ClientSecret,
}

impl NewSecret {
    /// Makes a secret. `key` is [`Secrets::client_secrets`].
    ///
    /// # Errors
    /// [`JoseError::Crypto`] if the system gives no randomness.
    pub(crate) fn generate(
        key: &HmacKey,
        now: Timestamp,
        expires: Option<Timestamp>,
    ) -> Result<Self, JoseError> {
        let bytes: [u8; 32] = jose::random_bytes()?;
        let secret = Secret::new(format!("{PREFIX}{}", base64url::encode(bytes)));
        let hash = base64url::encode(key.tag(secret.expose().as_bytes()));
        let record = ClientSecret {
            id: uuid::Uuid::new_v4(),
            hash,
            created: now,
            expires,
        };
        Ok(Self { secret, record })
    }
}

impl std::fmt::Debug for NewSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewSecret({})", self.record.id)
    }
}

impl ClientSecret {
    /// Whether the secret counts at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|expires| now < expires)
    }

    /// Whether `presented` is one of the `known` secrets that count at `now`, in time that depends
    /// neither on which one it is nor on where it differs.
    pub(crate) fn matches(
        known: &[Self],
        secrets: &Secrets,
        presented: &Secret,
        now: Timestamp,
    ) -> bool {
        let tag = secrets.client_secrets().tag(presented.expose().as_bytes());
        known
            .iter()
            .filter(|secret| secret.is_live(now))
            .fold(false, |right, secret| {
                let hash: Result<[u8; 32], JoseError> = base64url::decode_array(&secret.hash);
                right | hash.is_ok_and(|hash| jose::constant_time_eq(&tag, &hash))
            })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::BTreeSet;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);

    fn new(secrets: &Secrets, expires: Option<Timestamp>) -> (ClientSecret, Secret) {
        let new = NewSecret::generate(secrets.client_secrets(), NOW, expires).unwrap();
        (new.record, new.secret)
    }

    #[test]
    fn c5_a_secret_has_256_bits_and_only_its_hash_is_kept() {
        let secrets = Secrets::derive(&[1; 32]).unwrap();
        let issued: Vec<_> = (0..64).map(|_| new(&secrets, None)).collect();
        for (record, secret) in &issued {
            let random = secret.expose().strip_prefix(PREFIX).unwrap();
            assert_eq!(base64url::decode(random).unwrap().len(), 32);
            assert!(!serde_json::to_string(record).unwrap().contains(random));
        }
        let distinct: BTreeSet<_> = issued.iter().map(|(_, secret)| secret.expose()).collect();
        assert_eq!(distinct.len(), issued.len());
    }

    #[test]
    fn c5_two_secrets_overlap_and_an_expired_one_is_wrong() {
        let secrets = Secrets::derive(&[1; 32]).unwrap();
        let (old, old_secret) = new(&secrets, Some(Timestamp::from_seconds(1_060)));
        let (current, new_secret) = new(&secrets, None);
        let known = [old, current];
        let right = |secret: &Secret, at| {
            ClientSecret::matches(&known, &secrets, secret, Timestamp::from_seconds(at))
        };
        assert!(right(&old_secret, 1_059) && right(&new_secret, 1_059));
        assert!(!right(&old_secret, 1_060) && right(&new_secret, 1_060));
        for wrong in [
            "",
            "x",
            &new_secret.expose()[1..],
            &format!("{}x", new_secret.expose()),
        ] {
            assert!(!right(&Secret::new(wrong), 1_000), "{wrong}");
        }
        let hash = Secret::new(known[1].hash.clone());
        assert!(!right(&hash, 1_000), "what is kept opens nothing");
        let elsewhere = Secrets::derive(&[2; 32]).unwrap();
        assert!(
            !ClientSecret::matches(&known, &elsewhere, &new_secret, NOW),
            "another master key"
        );
    }
}
