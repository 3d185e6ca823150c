//! What ends with a person's standing: sessions, grants and all that hangs from them (B6, S15).

use super::account::account_key;
use crate::{
    Core, RealmKey, Timestamp,
    store::{
        Change, Commit, CommitError, EntryKey, EntryKind, GrantId, GrantsOf, ResourceId, Store,
        StoreError, TokenKey,
    },
    to_the_end::ToTheEnd,
    tokens::LiveTokens,
};

/// Why a person's sessions and grants end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ending {
    /// They may not sign in any more, or everything of theirs is to end.
    Everything,
    /// Their password changed: all but what it was changed with.
    But {
        /// The session that goes on.
        session: Option<EntryKey>,
        /// The grant that goes on.
        grant: Option<GrantId>,
    },
    /// They are gone.
    Gone,
}

/// The changes by which it ends. Whoever read the account before signs nobody in any more.
pub(crate) fn ends(person: &ResourceId, ending: &Ending, now: Timestamp) -> Vec<Change> {
    let (session, grant) = match ending {
        Ending::But { session, grant } => (*session, *grant),
        Ending::Everything | Ending::Gone => (None, None),
    };
    let delete = |kind, but| Change::DeleteEntriesOf {
        person: person.clone(),
        kind,
        but,
    };
    let mut changes = vec![
        Change::TouchEntry {
            kind: EntryKind::Account,
            key: account_key(person),
            person: person.clone(),
        },
        delete(EntryKind::Session, session),
        Change::RevokeGrants {
            of: all_but(person, grant),
            at: now,
        },
    ];
    if *ending == Ending::Gone {
        let kinds = [
            EntryKind::Account,
            EntryKind::Consent,
            EntryKind::ConsentEvent,
            EntryKind::ExternalIdentity,
            EntryKind::UserHandle,
            EntryKind::SetUpLink,
            EntryKind::Enrolment,
        ];
        changes.extend(kinds.map(|kind| delete(kind, None)));
    }
    changes
}

fn all_but(person: &ResourceId, but: Option<GrantId>) -> GrantsOf {
    GrantsOf::Person {
        person: person.clone(),
        but,
    }
}

/// Forgets the tokens of grants that were just revoked; to be done before that is acknowledged.
///
/// # Errors
/// If the store fails: none is remembered then, for which they are is not known.
pub(crate) async fn forget_grants(
    store: &dyn Store,
    live: &LiveTokens,
    realm: &RealmKey,
    of: &GrantsOf,
    now: Timestamp,
) -> Result<(), StoreError> {
    match store.tokens_of_grants(realm, of, now).await {
        Ok(tokens) => {
            for key in tokens {
                live.forget(realm, key);
            }
            Ok(())
        }
        Err(error) => {
            live.forget_all();
            Err(error)
        }
    }
}

impl Core {
    /// Commits `changes`, by which grants or tokens are revoked, and forgets those tokens; both to the
    /// end, even if nobody waits.
    ///
    /// # Errors
    /// If it meets a conflict, or the store fails.
    pub(crate) async fn commit_ending(
        &self,
        realm: &RealmKey,
        changes: Vec<Change>,
    ) -> Result<(), CommitError> {
        let (store, live) = (self.shared_store(), self.shared_live_tokens());
        let (realm, now) = (realm.clone(), self.now());
        ToTheEnd::new(async move {
            let revoked: Vec<GrantsOf> = changes.iter().filter_map(revoked).collect();
            let tokens: Vec<TokenKey> = changes.iter().filter_map(revoked_token).collect();
            let commit = Commit {
                realm: realm.clone(),
                changes,
            };
            let outcome = store.commit(commit).await;
            if !matches!(outcome, Err(CommitError::Conflict(_))) {
                // Also after a failure, for the store may have applied it nevertheless.
                tokens.into_iter().for_each(|key| live.forget(&realm, key));
                for of in &revoked {
                    forget_grants(&*store, &live, &realm, of, now).await?;
                }
            }
            outcome.map(drop)
        })
        .await
    }
}

/// The token that a change revokes by itself.
fn revoked_token(change: &Change) -> Option<TokenKey> {
    match change {
        Change::RevokeToken { key, .. } => Some(*key),
        _ => None,
    }
}

/// The grants that a change revokes.
pub(crate) fn revoked(change: &Change) -> Option<GrantsOf> {
    match change {
        Change::RevokeGrants { of, .. } => Some(of.clone()),
        _ => None,
    }
}
