//! Name and password (U3, U4, U5).

use crate::{
    Core, Timestamp,
    people::{
        Account, Browser, Counted, Crowd, Hashed, Kept, Person, hash_password, identity_type,
        key_of, typed, verify_password,
    },
    snapshot::RealmSnapshot,
    store::{Change, Commit, CommitError, Conflict, EntryKind, StoreError},
};
use oauth::Secret;

/// How often a count is written anew because others counted at the same time.
const MAX_TRIES: usize = 32;

/// A password that was right.
pub(crate) struct Checked {
    /// Whose.
    pub(crate) person: Person,
    /// Their account, to be written with the session.
    pub(crate) account: Kept<Account>,
    /// What else is to be written with it.
    pub(crate) changes: Vec<Change>,
}

/// Why a password opens nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasswordFailure {
    /// It is wrong, or nobody of this name may sign in with a password.
    #[error("wrong")]
    Wrong,
    /// There were too many attempts.
    #[error("too many attempts")]
    TooMany { until: Timestamp },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Core {
    /// Whether `password` is that of the person called `username`, and they may sign in.
    ///
    /// The attempt is counted before it is looked at, so that no number of attempts at once is more
    /// than the same number one after another. Nobody of that name costs as much, and is counted
    /// as well (U5).
    pub(crate) async fn check_password(
        &self,
        snapshot: &RealmSnapshot,
        username: &str,
        password: &Secret,
        browser: &Browser,
    ) -> Result<Checked, PasswordFailure> {
        // Spaces around a name are no part of it: whether someone has the name must not show in whether
        // its spellings are counted together (U5, REG-24).
        let found = match self.person_named(snapshot, username).await? {
            None if username.trim() != username => {
                self.person_named(snapshot, username.trim()).await?
            }
            found => found,
        };
        let typed = typed(password);
        let crowd = self
            .count_in_crowd(snapshot, found.as_ref(), browser)
            .await?;
        let Some(person) = found else {
            self.count_unknown(snapshot, username).await?;
            verify_password(None, typed).await?;
            return Err(PasswordFailure::Wrong);
        };
        let (before, mut account) = self.count_attempt(snapshot, &person, browser).await?;
        let kept = self.password_of(snapshot, &person.id).await?;
        let hashed = verify_password(kept, typed.clone()).await?;
        let right = hashed != Hashed::Wrong;
        if !(right && person.is_active() && account.value.is_usable(self.now())) {
            return Err(PasswordFailure::Wrong);
        }
        if let Some(crowd) = &crowd {
            self.crowds().uncount(crowd);
        }
        // Until the sign-in is complete, this attempt counts neither way.
        account.value.uncount(&before);
        let mut changes = Vec::new();
        if hashed == Hashed::RightButOutdated {
            changes.push(Change::SetPassword {
                resource_type: identity_type(snapshot)?.name.clone(),
                id: person.id.clone(),
                hash: hash_password(typed).await?,
            });
        }
        let policy = &snapshot.config().realm.settings.password_policy;
        if account.value.password_is_too_old(policy, self.now()) {
            account.value.state.must_change_password = true;
        }
        Ok(Checked {
            person,
            account,
            changes,
        })
    }

    /// Counts an attempt from a network, whomever it is aimed at; a browser that its person has used
    /// before gets through nevertheless, so that no neighbour keeps them out.
    async fn count_in_crowd(
        &self,
        snapshot: &RealmSnapshot,
        person: Option<&Person>,
        browser: &Browser,
    ) -> Result<Option<Crowd>, PasswordFailure> {
        let Some(network) = browser.network else {
            return Ok(None);
        };
        let crowd = Crowd::Passwords(snapshot.key().clone(), network);
        let Counted::TooMany { until } = self.crowds().count(crowd.clone(), self.now()) else {
            return Ok(Some(crowd));
        };
        let known = match person {
            Some(person) => {
                let account = self.account(snapshot.key(), &person.id).await?;
                account.value.knows(&browser.id)
            }
            None => false,
        };
        match known {
            true => Ok(None),
            false => Err(PasswordFailure::TooMany { until }),
        }
    }

    /// Counts an attempt as failed, for the time being; answers what the account was before, and
    /// what it is now.
    pub(super) async fn count_attempt(
        &self,
        snapshot: &RealmSnapshot,
        person: &Person,
        browser: &Browser,
    ) -> Result<(Account, Kept<Account>), PasswordFailure> {
        for _ in 0..MAX_TRIES {
            let now = self.now();
            let mut account = self.account(snapshot.key(), &person.id).await?;
            if let Some(until) = account.value.wait(&browser.id, now) {
                return Err(PasswordFailure::TooMany { until });
            }
            let before = account.value.clone();
            account.value.failed(&browser.id, now);
            match self.commit_kept(snapshot, account.put()?).await {
                Ok(()) => {
                    account.version = Some(account.version.map_or(1, |version| version + 1));
                    return Ok((before, account));
                }
                Err(CommitError::Conflict(Conflict::Version | Conflict::Exists)) => {}
                Err(CommitError::Conflict(_)) => return Err(PasswordFailure::Wrong),
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(StoreError::Unavailable("too many attempts at one account at once".to_owned()).into())
    }

    /// Counts an attempt at a name that nobody has, by what all its spellings have in common (S17).
    async fn count_unknown(
        &self,
        snapshot: &RealmSnapshot,
        username: &str,
    ) -> Result<(), PasswordFailure> {
        let name = scim::fold(username.trim());
        let key = key_of(EntryKind::Attempts, name.as_bytes());
        match self.count_failure(snapshot, key).await? {
            Counted::Once => Ok(()),
            Counted::TooMany { until } => Err(PasswordFailure::TooMany { until }),
        }
    }

    /// Commits one change of an entry.
    pub(crate) async fn commit_kept(
        &self,
        snapshot: &RealmSnapshot,
        change: Change,
    ) -> Result<(), CommitError> {
        let commit = Commit {
            realm: snapshot.key().clone(),
            changes: vec![change],
        };
        self.store().commit(commit).await.map(drop)
    }
}
