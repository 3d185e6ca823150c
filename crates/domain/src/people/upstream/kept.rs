//! What is remembered of providers: their metadata for some minutes, their keys until another is
//! needed, and for a moment that they could not be asked (F4).

use super::metadata::Metadata;
use crate::{RealmKey, Timestamp};
use jose::VerifyingKeys;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use uuid::Uuid;

/// How long metadata and keys count.
pub(super) const FRESH: Duration = Duration::from_secs(10 * 60);
/// How long a provider that could not be asked is left in peace, and how long a key set that lacks
/// a key is (F4).
pub(super) const REST: Duration = Duration::from_secs(10);

/// A provider: by the realm, its id, and the issuer that it had, for an administrator may change
/// that (T1, G6).
type Which = (RealmKey, Uuid, String);

/// What is remembered of all providers.
#[derive(Default)]
pub(crate) struct Upstreams(Mutex<HashMap<Which, Arc<tokio::sync::Mutex<Remembered>>>>);

/// What is remembered of one. Whoever holds it asks the provider; others wait for what comes of it.
#[derive(Default)]
pub(super) struct Remembered {
    /// The metadata, and until when it counts.
    pub(super) metadata: Option<(Arc<Metadata>, Timestamp)>,
    /// The keys, and when they were read.
    pub(super) keys: Option<(Arc<VerifyingKeys>, Timestamp)>,
    /// When it may be asked again.
    pub(super) rests_until: Option<Timestamp>,
}

impl Upstreams {
    pub(super) fn of(
        &self,
        realm: &RealmKey,
        id: Uuid,
        issuer: &str,
    ) -> Arc<tokio::sync::Mutex<Remembered>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Of an earlier issuer nothing is needed any more.
        all.retain(|(of, known, was), _| of != realm || *known != id || was == issuer);
        let which = (realm.clone(), id, issuer.to_owned());
        all.entry(which).or_default().clone()
    }
}
