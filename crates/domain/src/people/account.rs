//! What signing in needs of a person, beside their resource.

use super::{Acr, Amr, entries::Kept, handle::key_of};
use crate::{
    Core, RealmKey, Timestamp,
    store::{EntryKey, EntryKind, ResourceId, StoreError},
};
use factors::password::PasswordPolicy;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The sign-in data of a person. Secrets in it are hashed or sealed.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    /// Its state, as `account` of product §5 shows it.
    pub state: AccountState,
    /// Failed attempts from browsers that the person has not used before.
    pub failures: Failures,
    /// Failed attempts from browsers that they have (U3: others can't lock them out).
    pub known_failures: Failures,
    /// Failed second factors, from browsers that the person has not used before: whoever gets so far has
    /// the first (CVE-2025-64102).
    pub factor_failures: Failures,
    /// Failed second factors from browsers that they have.
    pub known_factor_failures: Failures,
    /// Hashes of the browsers that the person has signed in with, latest first.
    pub browsers: Vec<String>,
    /// PHC strings of earlier passwords, latest first.
    pub former_passwords: Vec<String>,
    /// The time-based one-time password, if it is on.
    pub totp: Option<Totp>,
    /// Hashes of recovery codes that were not used.
    pub recovery_codes: Vec<String>,
    /// Whether there ever were any.
    pub recovery_codes_made: bool,
    /// Passkeys.
    pub passkeys: Vec<PasskeyRecord>,
    /// What authenticators know the person by, once there was a passkey: random (WebAuthn §14.6.1).
    pub user_handle: Option<uuid::Uuid>,
}

/// The state of an account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountState {
    /// Whether an administrator switched it off.
    pub disabled: bool,
    /// When it ends.
    pub expires: Option<Timestamp>,
    /// When it begins.
    pub starts: Option<Timestamp>,
    /// Whether the password must be changed before anything else.
    pub must_change_password: bool,
    /// When the password was last changed.
    pub password_changed: Option<Timestamp>,
    /// When the person last signed in.
    pub last_login: Option<Timestamp>,
    /// When an attempt last failed.
    pub failure_times: Vec<Timestamp>,
}

/// Failed attempts in a row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Failures {
    /// How many.
    pub count: u32,
    /// The last one.
    pub last: Option<Timestamp>,
}

/// A time-based one-time password (RFC 6238).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Totp {
    /// The shared secret, sealed under the server's key, base64url.
    pub sealed_secret: String,
    /// The last time step of which a code was used: none is used twice (RFC 6238 §5.2).
    pub last_step: Option<u64>,
    /// When it was added.
    pub created: Timestamp,
}

/// A passkey.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct PasskeyRecord {
    /// What the person calls it.
    pub name: String,
    /// Its id here.
    pub id: uuid::Uuid,
    /// Its public key and counter, as the passkeys crate writes it.
    pub passkey: serde_json::Value,
    /// When it was added.
    pub created: Timestamp,
    /// When it was last used.
    pub last_used: Option<Timestamp>,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Account({:?})", self.state)
    }
}

impl Account {
    /// Whether its state lets the person in at `now`.
    pub fn is_usable(&self, now: Timestamp) -> bool {
        let AccountState {
            disabled,
            expires,
            starts,
            ..
        } = self.state;
        !disabled && expires.is_none_or(|end| now < end) && starts.is_none_or(|start| start <= now)
    }

    /// Whether the password is older than `policy` lets it be.
    pub(crate) fn password_is_too_old(&self, policy: &PasswordPolicy, now: Timestamp) -> bool {
        let age = |changed: Timestamp| now.seconds().saturating_sub(changed.seconds());
        let age = self.state.password_changed.map(age);
        age.is_some_and(|age| policy.is_expired(u64::try_from(age).unwrap_or_default()))
    }

    /// The password is another one from now on: as many as `history` of those before are remembered.
    pub(crate) fn has_new_password(
        &mut self,
        before: Option<String>,
        history: u16,
        now: Timestamp,
    ) {
        let former = &mut self.former_passwords;
        former.splice(0..0, before.filter(|phc| phc.starts_with('$')));
        former.truncate(usize::from(history));
        self.state.must_change_password = false;
        self.state.password_changed = Some(now);
    }

    /// Whether there is a second factor to ask for after the first.
    pub fn has_second_factor(&self) -> bool {
        self.totp.is_some()
    }

    /// What still has to be asked of someone who used `methods`: whoever has a second factor always
    /// uses it, and more is asked where more is wanted.
    pub fn lacks_second_factor(&self, methods: &BTreeSet<Amr>) -> bool {
        self.has_second_factor() && Acr::of(methods) < Acr::TwoFactors
    }
}

/// The key of a person's account.
pub(crate) fn account_key(person: &ResourceId) -> EntryKey {
    key_of(EntryKind::Account, person.0.as_bytes())
}

impl Core {
    /// The account of a person; an empty one where nothing was kept yet.
    pub(crate) async fn account(
        &self,
        realm: &RealmKey,
        person: &ResourceId,
    ) -> Result<Kept<Account>, StoreError> {
        let key = account_key(person);
        let found = self
            .store()
            .find_entry(realm, EntryKind::Account, &key)
            .await?;
        match found {
            Some(entry) if entry.body.is_empty() => Ok(Kept {
                version: Some(entry.version),
                ..Kept::new(EntryKind::Account, key, Account::default()).of(person)
            }),
            Some(entry) => Kept::read(entry),
            None => Ok(Kept::new(EntryKind::Account, key, Account::default()).of(person)),
        }
    }
}
