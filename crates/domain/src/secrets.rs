//! The server's own secret, and what is derived from it.

use jose::{HmacKey, JoseError, SealingKey};

/// Keys derived from the one master key, each for one purpose.
///
/// The master key is what turns a stolen database into nothing: secrets are hashed under it, and
/// private keys sealed.
pub struct Secrets {
    client_secrets: HmacKey,
    etags: HmacKey,
    private_keys: SealingKey,
    cursors: SealingKey,
    factors: SealingKey,
    subjects: HmacKey,
    grant_handles: HmacKey,
    provider_secrets: SealingKey,
    sync_secrets: SealingKey,
    upstream: HmacKey,
    audit: HmacKey,
}

impl Secrets {
    /// Derives every key from `master` (HKDF-SHA-256, RFC 5869).
    pub fn derive(master: &[u8; 32]) -> Result<Self, JoseError> {
        let key = |label: &[u8]| jose::derive_key(master, label);
        Ok(Self {
            client_secrets: HmacKey::new(&*key(b"ambit client secrets v1")?),
            etags: HmacKey::new(&*key(b"ambit etags v1")?),
            private_keys: SealingKey::from_bytes(&*key(b"ambit private keys v1")?)?,
            cursors: SealingKey::from_bytes(&*key(b"ambit cursors v1")?)?,
            factors: SealingKey::from_bytes(&*key(b"ambit factors v1")?)?,
            subjects: HmacKey::new(&*key(b"ambit subjects v1")?),
            grant_handles: HmacKey::new(&*key(b"ambit grant handles v1")?),
            provider_secrets: SealingKey::from_bytes(&*key(b"ambit provider secrets v1")?)?,
            sync_secrets: SealingKey::from_bytes(&*key(b"ambit sync secrets v1")?)?,
            upstream: HmacKey::new(&*key(b"ambit upstream sign-ins v1")?),
            audit: HmacKey::new(&*key(b"ambit audit events v1")?),
        })
    }

    /// Hashes client secrets (C5).
    pub fn client_secrets(&self) -> &HmacKey {
        &self.client_secrets
    }

    /// Makes ETags of versions (S7).
    pub fn etags(&self) -> &HmacKey {
        &self.etags
    }

    /// Seals signing keys at rest.
    pub fn private_keys(&self) -> &SealingKey {
        &self.private_keys
    }

    /// Seals the secrets of second factors.
    pub fn factors(&self) -> &SealingKey {
        &self.factors
    }

    /// Makes pairwise subjects (OpenID Connect Core §8.1).
    pub fn subjects(&self) -> &HmacKey {
        &self.subjects
    }

    /// Makes authorization codes and refresh tokens of grants.
    pub fn grant_handles(&self) -> &HmacKey {
        &self.grant_handles
    }

    /// Seals cursors and page tokens (T8, S10).
    pub fn cursors(&self) -> &SealingKey {
        &self.cursors
    }

    /// Makes nonces and code verifiers of sign-ins at identity providers.
    pub fn upstream(&self) -> &HmacKey {
        &self.upstream
    }

    /// Seals audit events.
    pub fn audit(&self) -> &HmacKey {
        &self.audit
    }

    /// Seals our secrets at identity providers.
    pub fn provider_secrets(&self) -> &SealingKey {
        &self.provider_secrets
    }

    /// Seals our secrets at directories.
    pub fn sync_secrets(&self) -> &SealingKey {
        &self.sync_secrets
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}
