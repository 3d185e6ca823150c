//! Counting failures of what has no account: names that nobody has, codes of devices.

use crate::{
    Core, Timestamp,
    people::{Failures, Kept, LONG_SECRETS},
    snapshot::RealmSnapshot,
    store::{Change, CommitError, Conflict, EntryKey, EntryKind, StoreError},
};

/// How often a count is written anew because others counted at the same time.
const MAX_TRIES: usize = 32;

/// What came of counting an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    /// It counts, and may be looked at.
    Once,
    /// There were too many.
    TooMany {
        /// When the next may be made.
        until: Timestamp,
    },
}

impl Core {
    /// Counts an attempt as failed before it is looked at, so that no number of attempts at once is
    /// more than the same number one after another (U3).
    ///
    /// # Errors
    /// If the store fails, or too many count at once.
    pub(crate) async fn count_failure(
        &self,
        snapshot: &RealmSnapshot,
        key: EntryKey,
    ) -> Result<Counted, StoreError> {
        for _ in 0..MAX_TRIES {
            let now = self.now();
            let mut attempts = self.attempts(snapshot, key).await?;
            if let Some(until) = attempts.value.wait(LONG_SECRETS, now) {
                return Ok(Counted::TooMany { until });
            }
            attempts.value.add(LONG_SECRETS, now);
            let attempts = attempts.until(now.plus(LONG_SECRETS.memory));
            match self.commit_kept(snapshot, attempts.put()?).await {
                Ok(()) => return Ok(Counted::Once),
                Err(CommitError::Conflict(Conflict::Exists)) => {
                    self.bury_attempts(snapshot, key).await?;
                }
                Err(CommitError::Conflict(_)) => {}
                Err(CommitError::Store(error)) => return Err(error),
            }
        }
        Err(StoreError::Unavailable(
            "too many attempts at once".to_owned(),
        ))
    }

    /// The attempt that was counted last was none; those before it count still.
    ///
    /// # Errors
    /// If the store fails.
    pub(crate) async fn uncount_failure(
        &self,
        snapshot: &RealmSnapshot,
        key: EntryKey,
    ) -> Result<(), StoreError> {
        for _ in 0..MAX_TRIES {
            let mut attempts = self.attempts(snapshot, key).await?;
            attempts.value.count = attempts.value.count.saturating_sub(1);
            match self.commit_kept(snapshot, attempts.put()?).await {
                Ok(()) => return Ok(()),
                Err(CommitError::Conflict(_)) => {}
                Err(CommitError::Store(error)) => return Err(error),
            }
        }
        // One too many is counted: that costs a wait at most.
        Ok(())
    }

    async fn attempts(
        &self,
        snapshot: &RealmSnapshot,
        key: EntryKey,
    ) -> Result<Kept<Failures>, StoreError> {
        let found = self.find_kept(snapshot.key(), EntryKind::Attempts, &key);
        let new = || Kept::new(EntryKind::Attempts, key, Failures::default());
        Ok(found.await?.unwrap_or_else(new))
    }

    /// Takes a count away that has expired and was not purged yet.
    async fn bury_attempts(
        &self,
        snapshot: &RealmSnapshot,
        key: EntryKey,
    ) -> Result<(), StoreError> {
        let found = self
            .store()
            .find_entry(snapshot.key(), EntryKind::Attempts, &key)
            .await?;
        let dead = found.map(Kept::<Failures>::read).transpose()?;
        let Some(dead) = dead.filter(|kept| !kept.is_live(self.now())) else {
            return Ok(());
        };
        let delete: Change = dead.delete();
        match self.commit_kept(snapshot, delete).await {
            Ok(()) | Err(CommitError::Conflict(_)) => Ok(()),
            Err(CommitError::Store(error)) => Err(error),
        }
    }
}
