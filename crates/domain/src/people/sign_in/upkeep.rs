//! Changing a password.

use super::PasswordFailure;
use crate::{
    Core, Timestamp,
    authorize::ActError,
    people::{
        Account, Browser, Ending, Hashed, Kept, LoginSession, Person, SessionRecord, ends,
        hash_password, identity_type, typed, verify_password,
    },
    snapshot::RealmSnapshot,
    store::{Change, CommitError, GrantId, GrantRecord, StoreError},
};
use factors::password::{Checked, Context, accepted};
use oauth::Secret;
use zeroize::Zeroizing;

/// Why a password stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum PasswordChangeError {
    /// The current password is wrong.
    #[error("the current password is wrong")]
    WrongPassword,
    /// There were too many attempts.
    #[error("there were too many attempts; the next one is possible later")]
    TooMany {
        /// When.
        until: Timestamp,
    },
    /// The new one does not meet every requirement.
    #[error("the new password does not meet every requirement")]
    Requirements(Vec<Checked>),
    /// Something was written at the same time.
    #[error("the account was changed at the same time; try again")]
    Overtaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<PasswordChangeError> for ActError {
    fn from(error: PasswordChangeError) -> Self {
        match error {
            PasswordChangeError::WrongPassword => Self::WrongPassword,
            PasswordChangeError::TooMany { until } => Self::TooMany { until },
            PasswordChangeError::Requirements(checked) => Self::Password(checked),
            PasswordChangeError::Overtaken => Self::Stale,
            PasswordChangeError::Store(error) => error.into(),
        }
    }
}

/// What a password is changed by.
pub(crate) enum ChangedBy<'a> {
    /// The person's session: it goes on.
    Session(&'a Kept<SessionRecord>),
    /// A token of the person's own grant, which goes on.
    Grant(&'a GrantRecord),
    /// Somebody else, whose grant may be one of the person's, as long as they may.
    Another {
        grant: Option<GrantId>,
        expected: Change,
    },
}

impl ChangedBy<'_> {
    /// It is there still: whoever was shut out meanwhile changes nothing (B6).
    fn expect(&self) -> Option<Change> {
        match self {
            Self::Session(session) => session.expect(),
            // Moved to where it is, for which it must be in force.
            Self::Grant(grant) => Some(Change::RenewGrant {
                id: grant.id,
                generation: grant.generation,
                next: grant.generation,
                at: grant.renewed_at,
                expires_at: grant.expires_at,
            }),
            Self::Another { expected, .. } => Some(expected.clone()),
        }
    }

    fn ending(&self) -> Ending {
        let (session, grant) = match self {
            Self::Session(session) => (Some(session.key), None),
            Self::Grant(grant) => (None, Some(grant.id)),
            Self::Another { grant, .. } => (None, *grant),
        };
        Ending::But { session, grant }
    }
}

impl Core {
    /// Changes the password of whoever is signed in; their other sessions and grants end (B6).
    pub(crate) async fn change_own_password(
        &self,
        snapshot: &RealmSnapshot,
        session: &LoginSession,
        current: &Secret,
        new: &Secret,
    ) -> Result<(), PasswordChangeError> {
        let by = ChangedBy::Session(&session.record);
        let browser = Browser {
            id: session.record().browser.clone(),
            ..Browser::default()
        };
        // U3: whoever finds a browser signed in guesses no faster than whoever signs in.
        let counted = self.count_attempt(snapshot, &session.person, &browser);
        let (before, mut account) = counted.await.map_err(|failure| match failure {
            PasswordFailure::Wrong => PasswordChangeError::Overtaken,
            PasswordFailure::TooMany { until } => PasswordChangeError::TooMany { until },
            PasswordFailure::Store(error) => error.into(),
        })?;
        self.check_current(snapshot, &session.person, current)
            .await?;
        account.value.uncount(&before);
        let uncounted = account.put()?;
        let set = self.set_password(snapshot, &session.person, account, new, by);
        let set = set.await;
        if let Err(PasswordChangeError::Requirements(_)) = &set {
            // Whoever knows the password may try new ones.
            match self.commit_kept(snapshot, uncounted).await {
                Ok(()) | Err(CommitError::Conflict(_)) => {}
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        set
    }

    /// Whether `current` is the person's password.
    pub(crate) async fn check_current(
        &self,
        snapshot: &RealmSnapshot,
        person: &Person,
        current: &Secret,
    ) -> Result<(), PasswordChangeError> {
        let kept = self.password_of(snapshot, &person.id).await?;
        match verify_password(kept, typed(current)).await? {
            Hashed::Wrong => Err(PasswordChangeError::WrongPassword),
            Hashed::Right | Hashed::RightButOutdated => Ok(()),
        }
    }

    /// Sets a password that meets the realm's policy; sessions and grants of the person end, but
    /// what it is changed by, which must be there still when it is written; and applications are told of that.
    pub(crate) async fn set_password(
        &self,
        snapshot: &RealmSnapshot,
        person: &Person,
        mut account: Kept<Account>,
        new: &Secret,
        by: ChangedBy<'_>,
    ) -> Result<(), PasswordChangeError> {
        let checked = self
            .check_new(snapshot, person, &account.value, new)
            .await?;
        if !accepted(&checked) {
            return Err(PasswordChangeError::Requirements(checked));
        }
        let before = self.password_of(snapshot, &person.id).await?;
        let hash = hash_password(Zeroizing::new(new.expose().to_owned())).await?;
        let policy = &snapshot.config().realm.settings.password_policy;
        account
            .value
            .has_new_password(before, policy.history, self.now());
        let ending = by.ending();
        let goes_on = match &by {
            ChangedBy::Session(session) => Some(session.key),
            ChangedBy::Grant(_) | ChangedBy::Another { .. } => None,
        };
        let mut changes: Vec<Change> = by.expect().into_iter().collect();
        changes.extend([
            account.put()?,
            Change::SetPassword {
                resource_type: identity_type(snapshot)?.name.clone(),
                id: person.id.clone(),
                hash,
            },
        ]);
        changes.extend(ends(&person.id, &ending, self.now()));
        // None begins between the look and the end: whoever signs in writes the account.
        let mut ended = self.sessions(snapshot, &person.id).await?;
        ended.retain(|kept| Some(kept.key) != goes_on);
        let told = self.told_of(snapshot, &ended).await?;
        match self.commit_ending(snapshot.key(), changes).await {
            Ok(()) => {
                self.tell(told);
                Ok(())
            }
            Err(CommitError::Conflict(_)) => Err(PasswordChangeError::Overtaken),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }

    /// What the realm's policy says of a new password of the person.
    pub(crate) async fn check_new(
        &self,
        snapshot: &RealmSnapshot,
        person: &Person,
        account: &Account,
        new: &Secret,
    ) -> Result<Vec<Checked>, StoreError> {
        let policy = &snapshot.config().realm.settings.password_policy;
        let current = self.password_of(snapshot, &person.id).await?;
        let most = usize::from(policy.history);
        let former = account.former_passwords.iter().cloned();
        let mut used_before = false;
        for phc in current.into_iter().chain(former).take(most) {
            used_before |= verify_password(Some(phc), typed(new)).await? != Hashed::Wrong;
        }
        let age = account.state.password_changed.map(|changed| {
            let age = self.now().seconds().saturating_sub(changed.seconds());
            u64::try_from(age).unwrap_or_default()
        });
        let (names, emails) = (person.names(), person.emails());
        let context = Context {
            username: person.user_name(),
            names: &names,
            emails: &emails,
            was_used_before: used_before,
            current_age_seconds: age,
        };
        Ok(policy.check(new.expose(), &context))
    }
}
