//! The ways in which somebody signs in.

use crate::{Core, Timestamp, people::LoginSession, snapshot::RealmSnapshot, store::StoreError};
use uuid::Uuid;

/// How somebody signs in.
#[derive(Debug, Clone, PartialEq)]
pub struct Methods {
    /// When the password was last changed, as far as is known; none if there is no password.
    pub password_changed: Option<Timestamp>,
    /// Passkeys, first made first.
    pub passkeys: Vec<PasskeyShown>,
    /// Whether passkeys can be used at this address.
    pub passkeys_possible: bool,
    /// Whether an authenticator application is asked.
    pub totp: bool,
    /// How many recovery codes are left; none if none were made.
    pub recovery_codes: Option<usize>,
}

/// What is shown of a passkey.
#[derive(Debug, Clone, PartialEq)]
pub struct PasskeyShown {
    /// Its id here.
    pub id: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub created: Timestamp,
    /// When it was last used.
    pub last_used: Option<Timestamp>,
}

impl Core {
    /// How whoever is signed in signs in.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn sign_in_methods(
        &self,
        snapshot: &RealmSnapshot,
        session: &LoginSession,
    ) -> Result<Methods, StoreError> {
        let (person, account) = (session.person(), session.account());
        let has_password = self.has_password(snapshot, session).await?;
        let changed = account.state.password_changed;
        let shown = account.passkeys.iter().map(|passkey| PasskeyShown {
            id: passkey.id,
            name: passkey.name.clone(),
            created: passkey.created,
            last_used: passkey.last_used,
        });
        Ok(Methods {
            password_changed: has_password.then(|| changed.unwrap_or(person.resource.created)),
            passkeys: shown.collect(),
            passkeys_possible: self.relying_party(snapshot).is_some(),
            totp: account.totp.is_some(),
            recovery_codes: account
                .recovery_codes_made
                .then_some(account.recovery_codes.len()),
        })
    }

    /// Whether there is a password to sign in with.
    pub(super) async fn has_password(
        &self,
        snapshot: &RealmSnapshot,
        session: &LoginSession,
    ) -> Result<bool, StoreError> {
        let kept = self.password_of(snapshot, &session.person().id).await?;
        Ok(kept.is_some_and(|phc| phc.starts_with('$')))
    }

    /// Whether somebody could sign in without passkeys.
    pub(super) async fn has_another_way_in(
        &self,
        snapshot: &RealmSnapshot,
        session: &LoginSession,
    ) -> Result<bool, StoreError> {
        if self.has_password(snapshot, session).await? {
            return Ok(true);
        }
        let person = &session.person().id;
        let linked = self.external_identities_of(snapshot.key(), person).await?;
        Ok(linked.iter().any(|kept| kept.value.is_active(snapshot)))
    }
}
