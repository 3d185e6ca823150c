//! Changes besides the configuration that the audit trail tells of.

use super::{Core, EditError, Writer};
use crate::{
    Timestamp,
    access::Caller,
    audit::{Actor, Event},
    store::{Change, Commit, CommitError},
    tokens::AuthenticateError,
};
use tokio::sync::MutexGuard;

/// The right to make one change, on behalf of someone, while no other is under way.
pub(crate) struct Turn<'a> {
    core: &'a Core,
    writer: MutexGuard<'a, Writer>,
    caller: Caller,
    at: Timestamp,
}

impl Core {
    /// Waits until no other audited change is under way. The caller is then as of now (T6).
    pub(crate) async fn turn<E: From<AuthenticateError>>(
        &self,
        caller: &Caller,
    ) -> Result<Turn<'_>, EditError<E>> {
        let writer = self.change_begins().await?;
        let caller = self.renewed(caller).await?;
        Ok(Turn {
            core: self,
            writer,
            caller,
            at: self.now(),
        })
    }
}

impl Turn<'_> {
    /// On whose behalf.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// When.
    pub(crate) fn at(&self) -> Timestamp {
        self.at
    }

    /// Makes changes in the caller's realm, with what the audit trail says of them, in one commit; what they
    /// revoke is forgotten before this answers.
    ///
    /// # Errors
    /// If it meets a conflict, or the store fails; if the audit trail can't be written, nothing is changed.
    pub(crate) async fn commit(
        mut self,
        events: &[Event],
        changes: Vec<Change>,
    ) -> Result<(), CommitError> {
        let (realm, actor) = (self.caller.realm(), Actor::of(&self.caller));
        let appended = self
            .core
            .append(&self.writer, realm, events, (&actor, self.at));
        let commit = Commit {
            realm: realm.clone(),
            changes,
        };
        self.core
            .commit_noted(&mut self.writer, commit, appended)
            .await
    }
}
