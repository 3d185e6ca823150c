//! Changes besides the configuration that the audit trail tells of.

use super::{Certainty, Core, EditError, Writer};
use crate::{
    Timestamp,
    access::Caller,
    audit::{Actor, Event},
    store::{Change, CommitError, Conflict},
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
        mut changes: Vec<Change>,
    ) -> Result<(), CommitError> {
        let (realm, actor) = (self.caller.realm(), Actor::of(&self.caller));
        let appended = self
            .core
            .append(&self.writer, realm, events, (&actor, self.at));
        changes.extend(appended.changes.iter().cloned());
        // Beforehand, for whoever waits for this may stop waiting.
        self.writer.certainty = Certainty::Unsure;
        let outcome = self.core.commit_ending(realm, changes).await;
        let in_doubt = matches!(
            outcome,
            Err(CommitError::Store(_) | CommitError::Conflict(Conflict::StaleRevision))
        );
        if !in_doubt {
            self.writer.certainty = Certainty::Sure;
        }
        outcome?;
        self.writer.chains.advance(appended);
        Ok(())
    }
}
