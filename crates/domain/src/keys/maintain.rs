//! What time does to a realm: keys rotate by age, what has expired goes, and what newer versions of
//! Ambit bring comes.

use super::{
    KeyError, ROTATION_AGE, Stock,
    lifecycle::{Keys, is_active, is_next, ready},
};
use crate::{
    Core, Edit, EditError, RealmKey, Secrets, Timestamp, claims,
    config::{ConfigObject, KeyState},
    snapshot::RealmSnapshot,
    store::{Conflict, Kind, StoreError},
};
use jose::Algorithm;
use std::{collections::BTreeSet, sync::Arc};

/// Why maintenance is not complete; the next round goes on.
#[derive(Debug, thiserror::Error)]
pub enum MaintainError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys of a realm can't be rotated.
    #[error("the keys of {realm} can't be rotated: {reason}")]
    Keys {
        /// The realm.
        realm: RealmKey,
        /// Why.
        reason: String,
    },
}

/// Why a realm stays as it is.
#[derive(Debug)]
enum Kept {
    NothingDue,
    Keys(KeyError),
}

impl From<KeyError> for Kept {
    fn from(error: KeyError) -> Self {
        Self::Keys(error)
    }
}

impl Core {
    /// Does what time demands, and makes up for what a failing store left in doubt: to be called
    /// about every minute.
    ///
    /// # Errors
    /// The first failure; what does not depend on it was done nevertheless.
    pub async fn maintain(&self) -> Result<(), MaintainError> {
        self.clear_doubts().await?;
        let mut outcome = Ok(());
        for snapshot in self.directory().realms() {
            outcome = outcome.and(self.maintain_realm(snapshot.key()).await);
        }
        // Batch by batch, so that no one transaction holds up the others.
        while self.purge().await? > 0 {
            tokio::task::yield_now().await;
        }
        outcome
    }

    async fn maintain_realm(&self, realm: &RealmKey) -> Result<(), MaintainError> {
        let mut stock = Stock::default();
        let edited = loop {
            let edited = self.edit(realm, |snapshot, now| {
                let algorithm = snapshot.config().realm.settings.signing_algorithm;
                let edit = upkeep(snapshot, algorithm, self.secrets(), &mut stock, now)?;
                let missing = claims::missing(snapshot.config(), now);
                let edit = missing.fold(edit, Edit::put);
                let idle = edit.puts.is_empty() && edit.deletes.is_empty();
                if idle {
                    Err(Kept::NothingDue)
                } else {
                    Ok(edit)
                }
            });
            let edited = edited.await;
            match stock.refill().await {
                Ok(true) => {}
                Ok(false) => break edited,
                Err(error) => break Err(EditError::Refused(Kept::Keys(error))),
            }
        };
        let reason = match edited {
            Ok(()) | Err(EditError::Refused(Kept::NothingDue)) => return Ok(()),
            // Deleted or changed meanwhile: the next round sees what is left to do.
            Err(EditError::NoSuchRealm | EditError::Conflict(Conflict::StaleRevision)) => {
                return Ok(());
            }
            Err(EditError::Store(error)) => return Err(error.into()),
            Err(EditError::Refused(Kept::Keys(error))) => error.to_string(),
            Err(error) => error.to_string(),
        };
        Err(MaintainError::Keys {
            realm: realm.clone(),
            reason,
        })
    }
}

/// What the keys of a realm need at `now`: one that signs and one that is next of each algorithm
/// that is wanted. These are `algorithm`, which access tokens are signed with, and those of the
/// clients.
///
/// Where the realm's algorithm was changed, the keys of the old one sign until the first of the new
/// one has been published long enough.
pub(crate) fn upkeep(
    snapshot: &RealmSnapshot,
    algorithm: Algorithm,
    secrets: &Secrets,
    stock: &mut Stock,
    now: Timestamp,
) -> Result<Edit<()>, KeyError> {
    let clients = snapshot.config().applications.values();
    let mut wanted: BTreeSet<Algorithm> = clients.flat_map(|c| c.signing_algorithms()).collect();
    let mut keys = Keys {
        snapshot,
        secrets,
        stock,
        now,
    };
    let mut edit = Edit::none(());
    for algorithm in &wanted {
        edit = keys.signing(*algorithm, edit)?;
    }
    wanted.insert(algorithm);
    for algorithm in &wanted {
        edit = keys.rotated_by_age(*algorithm, edit)?;
    }
    let signs = keys.find(algorithm, is_active).is_some() || edit.puts.iter().any(|object| {
        matches!(object, ConfigObject::Key(key) if key.algorithm == algorithm && is_active(&key.state))
    });
    for key in snapshot.config().keys.values() {
        let unwanted = signs && !wanted.contains(&key.algorithm);
        edit = match key.state {
            KeyState::Retired {
                published_until, ..
            } if published_until <= now => edit.delete(Kind::Key, &key.kid),
            KeyState::Next if unwanted => edit.delete(Kind::Key, &key.kid),
            KeyState::Active { .. } if unwanted => edit.put(keys.retired(key)),
            _ => edit,
        };
    }
    Ok(edit)
}

impl Keys<'_> {
    /// The next key takes the place of one that is old, or of none, once it was published long
    /// enough; where there is no next key, there is one from now on.
    fn rotated_by_age<T>(
        &mut self,
        algorithm: Algorithm,
        edit: Edit<T>,
    ) -> Result<Edit<T>, KeyError> {
        let is_made = |object: &ConfigObject| matches!(object, ConfigObject::Key(key) if key.algorithm == algorithm);
        if edit.puts.iter().any(is_made) {
            return Ok(edit);
        }
        let Some(next) = self.find(algorithm, is_next) else {
            let fresh = self.make(algorithm, KeyState::Next)?;
            return Ok(edit.put(ConfigObject::Key(Arc::new(fresh))));
        };
        let old = self
            .find(algorithm, is_active)
            .is_none_or(|key| match key.state {
                KeyState::Active { since } => since.plus(ROTATION_AGE) <= self.now,
                KeyState::Next | KeyState::Retired { .. } => false,
            });
        match old && ready(next) <= self.now {
            true => self.rotated(next, edit),
            false => Ok(edit),
        }
    }
}
