//! Sessions: who is signed in with a browser, and how well (U1).

use super::{
    Acr, Amr, Browser,
    account::Account,
    entries::Kept,
    handle::{EntryHandle, HandleKind, key_of},
    lookup::Person,
};
use crate::{
    Core, Timestamp,
    snapshot::RealmSnapshot,
    store::{Change, EntryKey, EntryKind, GrantsOf, ResourceId, StoreError},
};
use jose::{JoseError, base64url};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, time::Duration};

/// How long a session lasts.
pub const SESSION_LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// A session as kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionRecord {
    /// Its public id: the claim `sid`, and how its owner ends it. It stays the same when the
    /// cookie changes.
    pub sid: String,
    /// When its owner was last authenticated; where a provider does not say when that was, when they came
    /// back from there.
    pub auth_time: Timestamp,
    /// Whether it was such a provider: then nobody knows whether they signed in then (A14).
    #[serde(default)]
    pub auth_time_is_unproven: bool,
    /// When they came in, which is later where a provider knew them already.
    #[serde(default)]
    pub came_in: Option<Timestamp>,
    /// By which methods.
    pub methods: BTreeSet<Amr>,
    /// The identity provider at which they were, if it was one.
    #[serde(default)]
    pub provider: Option<uuid::Uuid>,
    /// When it began.
    pub created: Timestamp,
    /// What the browser calls itself.
    pub user_agent: String,
    /// The hash of the browser's cookie.
    pub browser: String,
}

/// A provider's word for whoever was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vouched {
    /// The provider.
    pub provider: uuid::Uuid,
    /// When they signed in there, if it says so (OpenID Connect Core §2, `auth_time`).
    pub auth_time: Option<Timestamp>,
}

impl SessionRecord {
    /// When its owner was last authenticated, if that is known: what must be fresh goes by this.
    pub(crate) fn proven_auth_time(&self) -> Option<Timestamp> {
        (!self.auth_time_is_unproven).then_some(self.auth_time)
    }

    /// When its owner last came in by it.
    pub(crate) fn came_in(&self) -> Timestamp {
        self.came_in.unwrap_or(self.auth_time)
    }

    /// What grants that end with the session know it by.
    pub(crate) fn grants_key(&self) -> EntryKey {
        key_of(EntryKind::Session, self.sid.as_bytes())
    }
}

/// Proof that a person is signed in: born where a session's cookie was found, or where someone was
/// just authenticated.
#[derive(Debug, Clone)]
pub struct LoginSession {
    pub(crate) person: Person,
    pub(crate) account: Kept<Account>,
    pub(crate) record: Kept<SessionRecord>,
}

impl LoginSession {
    /// Who.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// Their account.
    pub fn account(&self) -> &Account {
        &self.account.value
    }

    /// The session.
    pub fn record(&self) -> &SessionRecord {
        &self.record.value
    }

    /// How well they were authenticated.
    pub fn acr(&self) -> Acr {
        Acr::of(&self.record.value.methods)
    }

    /// Whether the password must be changed before anything else: somebody said so, or it is the one
    /// that its owner signed in with and has become too old since.
    pub fn must_change_password(&self, snapshot: &RealmSnapshot, now: Timestamp) -> bool {
        let (account, policy) = (
            self.account(),
            &snapshot.config().realm.settings.password_policy,
        );
        let by_password = self.record().methods.contains(&Amr::Password);
        account.state.must_change_password
            || by_password && account.password_is_too_old(policy, now)
    }

    /// What grants that end with the session know it by: it stays when the cookie changes.
    pub(crate) fn grants_key(&self) -> EntryKey {
        self.record.value.grants_key()
    }
}

impl Core {
    /// Who is signed in by this cookie, if anyone still is.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn login_session(
        &self,
        snapshot: &RealmSnapshot,
        cookie: &str,
    ) -> Result<Option<LoginSession>, StoreError> {
        self.check_ownership()?;
        let Some(key) = HandleKind::SESSION.key(cookie) else {
            return Ok(None);
        };
        let found = self.find_kept::<SessionRecord>(snapshot.key(), EntryKind::Session, &key);
        let Some(record) = found.await? else {
            return Ok(None);
        };
        let Some(person) = record.person.clone() else {
            return Ok(None);
        };
        // The account first: whoever deactivates a person writes it, so that what is read after
        // it is at least as new (S15).
        let account = self.account(snapshot.key(), &person).await?;
        let Some(person) = self.person(snapshot, &person).await? else {
            return Ok(None);
        };
        // B11: a provider that was switched off vouches for nobody any more.
        let providers = &snapshot.config().identity_providers;
        let vouches = |id| providers.get(&id).is_some_and(|provider| provider.active);
        let vouched = record.value.provider.is_none_or(vouches);
        let usable = vouched && person.is_active() && account.value.is_usable(self.now());
        Ok(usable.then_some(LoginSession {
            person,
            account,
            record,
        }))
    }

    /// The sessions of a person, latest first.
    pub(crate) async fn sessions(
        &self,
        snapshot: &RealmSnapshot,
        person: &ResourceId,
    ) -> Result<Vec<Kept<SessionRecord>>, StoreError> {
        let mut sessions = self
            .list_kept::<SessionRecord>(snapshot.key(), EntryKind::Session, person)
            .await?;
        sessions.sort_by_key(|session| std::cmp::Reverse(session.value.came_in()));
        Ok(sessions)
    }
}

/// A session that begins, or goes on under a new cookie (U1).
pub(crate) struct NewSession {
    /// What the browser gets.
    pub(crate) cookie: EntryHandle,
    /// What must be committed for it to be.
    pub(crate) changes: Vec<Change>,
}

impl NewSession {
    /// A session of someone who was authenticated now by `methods`. If they go on with one, its
    /// methods count as far as they are as fresh, and it ends under its old cookie.
    pub(crate) fn begin(
        person: &ResourceId,
        (methods, vouched): (BTreeSet<Amr>, Option<Vouched>),
        browser: &Browser,
        before: Option<&Kept<SessionRecord>>,
        now: Timestamp,
    ) -> Result<Self, SessionError> {
        let cookie = EntryHandle::generate(HandleKind::SESSION)?;
        let same = before.filter(|before| before.person.as_ref() == Some(person));
        let (sid, created) = match same {
            Some(before) => (before.value.sid.clone(), before.value.created),
            None => (base64url::encode(jose::random_bytes::<16>()?), now),
        };
        let value = SessionRecord {
            sid,
            auth_time: vouched.and_then(|word| word.auth_time).unwrap_or(now),
            auth_time_is_unproven: vouched.is_some_and(|word| word.auth_time.is_none()),
            came_in: Some(now),
            methods,
            provider: vouched.map(|word| word.provider),
            created,
            user_agent: browser.user_agent.clone(),
            browser: browser.id.clone(),
        };
        let record = Kept::new(EntryKind::Session, cookie.key, value)
            .of(person)
            .until(now.plus(SESSION_LIFETIME));
        let mut changes = vec![record.put()?];
        if let Some(before) = before {
            changes.push(Change::DeleteEntry {
                kind: before.kind,
                key: before.key,
                version: None,
            });
            // Somebody else was signed in with this browser, and is so no more.
            if same.is_none() {
                changes.push(Change::RevokeGrants {
                    of: GrantsOf::Session(before.value.grants_key()),
                    at: now,
                });
            }
        }
        Ok(Self { cookie, changes })
    }
}

/// Why no session could be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    #[error(transparent)]
    Crypto(#[from] JoseError),
    #[error(transparent)]
    Store(#[from] StoreError),
}
