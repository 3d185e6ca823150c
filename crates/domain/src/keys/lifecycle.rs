//! What may be done with keys, each as one edit of the realm.

use super::{JWKS_MAX_AGE, RETIREMENT, make::record, stock::Stock};
use crate::{
    Edit, Secrets, Timestamp,
    config::{Application, ConfigObject, KeyRecord, KeyState},
    snapshot::RealmSnapshot,
    store::Kind,
};
use jose::{Algorithm, JoseError};
use std::{collections::BTreeSet, sync::Arc};

/// Why a key stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeyError {
    /// The realm has no such key.
    #[error("there is no such key")]
    Unknown,
    /// Only a key that has not signed yet can begin to.
    #[error("only a key in state `next` can become active")]
    NotNext,
    /// Copies of the JWK Set without it may still be in use.
    #[error("the key has not been published long enough; it may sign from {} on", .ready.seconds())]
    TooYoung {
        /// When it may sign.
        ready: Timestamp,
    },
    /// A key that takes long to make is needed and was not made beforehand.
    #[error("a key must be made first")]
    NotAtHand,
    /// More keys that take long to make than one change may have.
    #[error("too many keys at once")]
    TooMany,
    /// The crypto library refused.
    #[error(transparent)]
    Crypto(#[from] JoseError),
}

/// An edit of keys under construction.
pub(super) struct Keys<'a> {
    pub(super) snapshot: &'a RealmSnapshot,
    pub(super) secrets: &'a Secrets,
    pub(super) stock: &'a mut Stock,
    pub(super) now: Timestamp,
}

impl<'a> Keys<'a> {
    /// The key in a state, of an algorithm.
    pub(super) fn find(
        &self,
        algorithm: Algorithm,
        state: impl Fn(&KeyState) -> bool,
    ) -> Option<&'a Arc<KeyRecord>> {
        let mut keys = self.snapshot.config().keys.values();
        keys.find(|key| key.algorithm == algorithm && state(&key.state))
    }

    pub(super) fn make(
        &mut self,
        algorithm: Algorithm,
        state: KeyState,
    ) -> Result<KeyRecord, KeyError> {
        let key = self.stock.take(algorithm)?;
        let realm = self.snapshot.key();
        Ok(record(realm, &key, self.secrets, self.now, state)?)
    }

    /// The key retires, if it signs; tokens that it signed are verified until they expire.
    pub(super) fn retired(&self, key: &KeyRecord) -> ConfigObject {
        let published_until = self.now.plus(RETIREMENT);
        with_state(
            key,
            KeyState::Retired {
                at: self.now,
                published_until,
            },
        )
    }

    /// The next key begins to sign, the one that signed retires, and a new next one is published.
    pub(super) fn rotated<T>(
        &mut self,
        next: &KeyRecord,
        edit: Edit<T>,
    ) -> Result<Edit<T>, KeyError> {
        let mut edit = edit.put(with_state(next, KeyState::Active { since: self.now }));
        if let Some(active) = self.find(next.algorithm, is_active) {
            edit = edit.put(self.retired(active));
        }
        let fresh = self.make(next.algorithm, KeyState::Next)?;
        Ok(edit.put(ConfigObject::Key(Arc::new(fresh))))
    }

    /// Lets a key of an algorithm sign at once, where none of it does: what is signed for clients
    /// can be signed with nothing else.
    pub(super) fn signing<T>(
        &mut self,
        algorithm: Algorithm,
        edit: Edit<T>,
    ) -> Result<Edit<T>, KeyError> {
        if self.find(algorithm, is_active).is_some() {
            return Ok(edit);
        }
        if let Some(next) = self.find(algorithm, is_next) {
            return self.rotated(next, edit);
        }
        self.stock.reserve(algorithm, 2)?;
        let active = self.make(algorithm, KeyState::Active { since: self.now })?;
        let next = self.make(algorithm, KeyState::Next)?;
        let both = [active, next].map(|key| ConfigObject::Key(Arc::new(key)));
        Ok(both.into_iter().fold(edit, Edit::put))
    }
}

/// Adds the keys to an edit that what is signed for the client needs and the realm has not.
pub(crate) fn provide<T>(
    snapshot: &RealmSnapshot,
    client: &Application,
    secrets: &Secrets,
    stock: &mut Stock,
    now: Timestamp,
    edit: Edit<T>,
) -> Result<Edit<T>, KeyError> {
    let mut keys = Keys {
        snapshot,
        secrets,
        stock,
        now,
    };
    let wanted: BTreeSet<Algorithm> = client.signing_algorithms().collect();
    wanted
        .into_iter()
        .try_fold(edit, |edit, algorithm| keys.signing(algorithm, edit))
}

/// Makes and publishes a next key of the realm's signing algorithm, in place of one that never
/// signed. Answers its `kid`.
pub(crate) fn publish_next(
    snapshot: &RealmSnapshot,
    secrets: &Secrets,
    stock: &mut Stock,
    now: Timestamp,
) -> Result<Edit<String>, KeyError> {
    let mut keys = Keys {
        snapshot,
        secrets,
        stock,
        now,
    };
    let algorithm = snapshot.config().realm.settings.signing_algorithm;
    let fresh = keys.make(algorithm, KeyState::Next)?;
    let mut edit = Edit::none(fresh.kid.clone());
    if let Some(unused) = keys.find(algorithm, is_next) {
        edit = edit.delete(Kind::Key, &unused.kid);
    }
    Ok(edit.put(ConfigObject::Key(Arc::new(fresh))))
}

/// The key begins to sign in place of the one that does, once it has been published for
/// [`JWKS_MAX_AGE`]; `forced` does not wait (an emergency: some verifiers will not know it yet).
pub(crate) fn promote(
    snapshot: &RealmSnapshot,
    kid: &str,
    secrets: &Secrets,
    stock: &mut Stock,
    now: Timestamp,
    forced: bool,
) -> Result<Edit<()>, KeyError> {
    let next = snapshot.config().keys.get(kid).ok_or(KeyError::Unknown)?;
    if !is_next(&next.state) {
        return Err(KeyError::NotNext);
    }
    let ready = ready(next);
    if !forced && now < ready {
        return Err(KeyError::TooYoung { ready });
    }
    let mut keys = Keys {
        snapshot,
        secrets,
        stock,
        now,
    };
    keys.rotated(next, Edit::none(()))
}

/// The key is gone at once, and every token that it signed is invalid (an emergency). If it
/// signed, the next one does from now on.
pub(crate) fn remove(
    snapshot: &RealmSnapshot,
    kid: &str,
    secrets: &Secrets,
    stock: &mut Stock,
    now: Timestamp,
) -> Result<Edit<()>, KeyError> {
    let mut keys = Keys {
        snapshot,
        secrets,
        stock,
        now,
    };
    let key = snapshot.config().keys.get(kid).ok_or(KeyError::Unknown)?;
    let edit = Edit::none(()).delete(Kind::Key, kid);
    let algorithm = key.algorithm;
    Ok(match (key.state, keys.find(algorithm, is_next)) {
        (KeyState::Retired { .. }, _) => edit,
        (KeyState::Next, _) => {
            let fresh = keys.make(algorithm, KeyState::Next)?;
            edit.put(ConfigObject::Key(Arc::new(fresh)))
        }
        (KeyState::Active { .. }, Some(next)) => {
            let fresh = keys.make(algorithm, KeyState::Next)?;
            edit.put(with_state(next, KeyState::Active { since: now }))
                .put(ConfigObject::Key(Arc::new(fresh)))
        }
        (KeyState::Active { .. }, None) => {
            let fresh = keys.make(algorithm, KeyState::Active { since: now })?;
            edit.put(ConfigObject::Key(Arc::new(fresh)))
        }
    })
}

/// When a key that is published may sign.
pub(super) fn ready(key: &KeyRecord) -> Timestamp {
    key.created.plus(JWKS_MAX_AGE)
}

pub(super) fn is_next(state: &KeyState) -> bool {
    matches!(state, KeyState::Next)
}

pub(super) fn is_active(state: &KeyState) -> bool {
    matches!(state, KeyState::Active { .. })
}

fn with_state(key: &KeyRecord, state: KeyState) -> ConfigObject {
    ConfigObject::Key(Arc::new(KeyRecord {
        state,
        ..key.clone()
    }))
}
