//! What is known of tokens seen lately, so that a token seen before costs no store and no
//! signature.
//!
//! Nothing here decides: what is found is held to the clock and to the realm at every use. Keys
//! are structured and lead with the realm (G6).

use super::known::Known;
use crate::{
    RealmKey, Timestamp,
    snapshot::RealmSnapshot,
    store::{ScopeSetId, TokenKey, TokenRecord},
};
use quick_cache::{Equivalent, sync::Cache};
use scope::{EffectiveGrant, Subject};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// Most tokens remembered, and most verified signatures.
const MAX_TOKENS: usize = 50_000;
/// Most grants kept measured.
const MAX_GRANTS: usize = 5_000;

/// A JWT whose signature was found valid: that never changes, but its key may be withdrawn.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct VerifiedJwt {
    pub(super) kid: String,
    pub(super) jti: Arc<str>,
    /// When it ends.
    pub(super) exp: Timestamp,
}

/// SHA-256 of a token as it was presented.
pub(super) type Presented = [u8; 32];

/// Caches of bounded size, which never hand out what was forgotten before the question was asked.
#[derive(Debug)]
pub(crate) struct LiveTokens {
    /// By what was presented: the one lookup of a token seen before.
    known: Cache<(RealmKey, Presented), Arc<Known>>,
    verified: Cache<(RealmKey, Presented), Arc<VerifiedJwt>>,
    records: Cache<(RealmKey, TokenKey), Arc<TokenRecord>>,
    grants: Cache<(RealmKey, ScopeSetId, Subject, u64), Arc<EffectiveGrant>>,
    recorded_sets: Cache<(RealmKey, ScopeSetId), ()>,
    signatures_checked: AtomicU64,
}

/// A key as it is looked up: it hashes as the pair that it stands for, and nothing is cloned.
#[derive(Hash)]
pub(super) struct At<'a, T>(pub(super) &'a RealmKey, pub(super) &'a T);

impl<T: Eq> Equivalent<(RealmKey, T)> for At<'_, T> {
    fn equivalent(&self, key: &(RealmKey, T)) -> bool {
        (self.0, self.1) == (&key.0, &key.1)
    }
}

impl Default for LiveTokens {
    fn default() -> Self {
        Self {
            known: Cache::new(MAX_TOKENS),
            verified: Cache::new(MAX_TOKENS),
            records: Cache::new(MAX_TOKENS),
            grants: Cache::new(MAX_GRANTS),
            recorded_sets: Cache::new(MAX_GRANTS),
            signatures_checked: AtomicU64::new(0),
        }
    }
}

impl LiveTokens {
    /// What is known of a token, if its record is still the one that is remembered, and its grant
    /// was measured by the realm as it is.
    ///
    /// The record is looked at each time, and so [`forget`](Self::forget) takes this with it.
    pub(super) fn known(&self, snapshot: &RealmSnapshot, token: &Presented) -> Option<Arc<Known>> {
        let realm = snapshot.key();
        let known = self.known.get(&At(realm, token))?;
        let record = self.records.get(&At(realm, &known.record.key))?;
        let current = Arc::ptr_eq(&record, &known.record) && known.revision == snapshot.revision();
        current.then_some(known)
    }

    pub(super) fn remember(&self, realm: &RealmKey, token: Presented, known: Arc<Known>) {
        self.known.insert((realm.clone(), token), known);
    }

    pub(super) fn verified(&self, realm: &RealmKey, token: &Presented) -> Option<Arc<VerifiedJwt>> {
        self.verified.get(&At(realm, token))
    }

    pub(super) fn remember_verified(
        &self,
        realm: &RealmKey,
        token: Presented,
        jwt: Arc<VerifiedJwt>,
    ) {
        self.verified.insert((realm.clone(), token), jwt);
    }

    /// A signature is about to be checked.
    pub(super) fn count_signature(&self) {
        self.signatures_checked.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn signatures_checked(&self) -> u64 {
        self.signatures_checked.load(Ordering::Relaxed)
    }

    /// The record of a token: remembered, or `read` now and then remembered.
    ///
    /// A place is taken before reading. [`forget`](Self::forget) takes the place away, so that
    /// what was read before a revocation is not remembered after it: an acknowledged revocation
    /// is never undone. Of several who ask for one token at a time, one reads.
    pub(super) async fn record<E>(
        &self,
        realm: &RealmKey,
        key: TokenKey,
        read: impl Future<Output = Result<Option<TokenRecord>, E>>,
    ) -> Result<Option<Arc<TokenRecord>>, E> {
        if let Some(record) = self.records.get(&At(realm, &key)) {
            return Ok(Some(record));
        }
        let key = (realm.clone(), key);
        match self.records.get_value_or_guard_async(&key).await {
            Ok(record) => Ok(Some(record)),
            Err(place) => {
                let Some(record) = read.await?.map(Arc::new) else {
                    return Ok(None);
                };
                // Not remembered if the place was taken away meanwhile; the answer is then as old
                // as the question, which came before the revocation was acknowledged.
                let _ = place.insert(record.clone());
                Ok(Some(record))
            }
        }
    }

    /// Forgets a token that was revoked, before the revocation is acknowledged.
    pub(crate) fn forget(&self, realm: &RealmKey, key: TokenKey) {
        self.records.remove(&At(realm, &key));
    }

    /// Forgets every token.
    pub(crate) fn forget_all(&self) {
        self.records.clear();
    }

    /// What a token's grant allows in the realm as it is.
    pub(super) fn grant(
        &self,
        snapshot: &RealmSnapshot,
        record: &TokenRecord,
    ) -> Arc<EffectiveGrant> {
        let (set, subject) = (&record.scope_set, record.speaks_for());
        let key = (
            snapshot.key().clone(),
            set.id,
            subject.clone(),
            snapshot.revision(),
        );
        if let Some(grant) = self.grants.get(&key) {
            return grant;
        }
        let measured = EffectiveGrant::new(snapshot.catalogue(), set.client, subject, &set.scopes);
        let grant = Arc::new(measured);
        self.grants.insert(key, grant.clone());
        grant
    }

    /// Whether the set is in the store, as far as is known.
    pub(super) fn is_recorded(&self, realm: &RealmKey, set: ScopeSetId) -> bool {
        self.recorded_sets.get(&At(realm, &set)).is_some()
    }

    pub(super) fn remember_recorded(&self, realm: &RealmKey, set: ScopeSetId) {
        self.recorded_sets.insert((realm.clone(), set), ());
    }

    /// The set went with the last token that had it.
    pub(super) fn forget_recorded(&self, realm: &RealmKey, set: ScopeSetId) {
        self.recorded_sets.remove(&At(realm, &set));
    }
}

#[cfg(test)]
mod tests;
