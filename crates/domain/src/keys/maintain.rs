//! What time does to a realm: keys rotate by age, and what has expired goes.

use super::{
    ROTATION_AGE,
    lifecycle::{Keys, is_active, is_next, ready},
};
use crate::{
    Core, Edit, EditError, RealmKey, Secrets, Timestamp,
    config::{ConfigObject, KeyState},
    snapshot::RealmSnapshot,
    store::{Conflict, Kind, StoreError},
};
use jose::{Algorithm, JoseError};
use std::sync::Arc;

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

/// Why the keys of a realm stay as they are.
#[derive(Debug)]
enum Kept {
    NothingDue,
    Crypto(JoseError),
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
            outcome = outcome.and(self.maintain_keys(snapshot.key()).await);
        }
        // Batch by batch, so that no one transaction holds up the others.
        while self.purge().await? > 0 {
            tokio::task::yield_now().await;
        }
        outcome
    }

    async fn maintain_keys(&self, realm: &RealmKey) -> Result<(), MaintainError> {
        let edited = self.edit(realm, |snapshot, now| {
            let wanted = snapshot.config().realm.settings.signing_algorithm;
            let edit = upkeep(snapshot, wanted, self.secrets(), now).map_err(Kept::Crypto)?;
            let idle = edit.puts.is_empty() && edit.deletes.is_empty();
            if idle {
                Err(Kept::NothingDue)
            } else {
                Ok(edit)
            }
        });
        let reason = match edited.await {
            Ok(()) | Err(EditError::Refused(Kept::NothingDue)) => return Ok(()),
            // Deleted or changed meanwhile: the next round sees what is left to do.
            Err(EditError::NoSuchRealm | EditError::Conflict(Conflict::StaleRevision)) => {
                return Ok(());
            }
            Err(EditError::Store(error)) => return Err(error.into()),
            Err(EditError::Refused(Kept::Crypto(error))) => error.to_string(),
            Err(error) => error.to_string(),
        };
        Err(MaintainError::Keys {
            realm: realm.clone(),
            reason,
        })
    }
}

/// What the keys of a realm need at `now` to sign with the algorithm `wanted`.
///
/// Where the signing algorithm was changed, the keys of the old one sign until the first of the
/// new one has been published long enough.
pub(crate) fn upkeep(
    snapshot: &RealmSnapshot,
    wanted: Algorithm,
    secrets: &Secrets,
    now: Timestamp,
) -> Result<Edit<()>, JoseError> {
    let keys = Keys {
        snapshot,
        secrets,
        now,
    };
    let (active, next) = (keys.find(wanted, is_active), keys.find(wanted, is_next));
    let mut edit = Edit::none(());
    let mut signs = active.is_some();
    match next {
        None => {
            let fresh = keys.make(wanted, KeyState::Next)?;
            edit = edit.put(ConfigObject::Key(Arc::new(fresh)));
        }
        Some(next) => {
            let old = active.is_none_or(|key| match key.state {
                KeyState::Active { since } => since.plus(ROTATION_AGE) <= now,
                KeyState::Next | KeyState::Retired { .. } => false,
            });
            if old && ready(next) <= now {
                edit = keys.rotated(next, edit)?;
                signs = true;
            }
        }
    }
    for key in snapshot.config().keys.values() {
        let unwanted = signs && key.algorithm != wanted;
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
