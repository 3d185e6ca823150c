//! Passkeys: proof of possession, and of whom the authenticator verified (WebAuthn §7.2).

use crate::{
    Core,
    people::{Account, Kept, PasskeyRecord, Person, UserHandle, handle_key},
    snapshot::RealmSnapshot,
    store::{EntryKind, StoreError},
};
use oauth::Secret;
use passkeys::{AuthenticationState, Passkey, PasskeyError, Presented};
use serde_json::Value;

/// Why a passkey opens nothing. Whoever signs in hears no more than that it does not.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasskeyFailure {
    #[error("refused")]
    Refused,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Core {
    /// Whose passkey answered the challenge of `state`, if they may sign in, and their account with
    /// the passkey as it is to be kept now.
    pub(crate) async fn check_passkey(
        &self,
        snapshot: &RealmSnapshot,
        state: &AuthenticationState,
        credential: &Secret,
    ) -> Result<(Person, Kept<Account>), PasskeyFailure> {
        let response: Value =
            serde_json::from_str(credential.expose()).map_err(|_| PasskeyFailure::Refused)?;
        let presented = Presented::of(&response).map_err(|_| PasskeyFailure::Refused)?;
        let handle = presented.user_handle.ok_or(PasskeyFailure::Refused)?;
        // The realm's own people only, whatever other realms the authenticator knows (T1).
        let owner = self
            .find_kept::<UserHandle>(snapshot.key(), EntryKind::UserHandle, &handle_key(handle))
            .await?;
        let owner = owner.and_then(|owner| owner.person);
        let owner = owner.ok_or(PasskeyFailure::Refused)?;
        let mut account = self.account(snapshot.key(), &owner).await?;
        self.use_passkey(snapshot, &mut account.value, state, &response)
            .map_err(|error| {
                let id = &presented.credential_id;
                match error {
                    PasskeyError::Cloned => {
                        tracing::warn!(person = %owner, passkey = %id, "a passkey may have been copied: its counter went back");
                    }
                    error => tracing::info!(person = %owner, passkey = %id, %error, "a passkey was refused"),
                }
                PasskeyFailure::Refused
            })?;
        let person = self.person(snapshot, &owner).await?;
        let usable = |person: &Person| person.is_active() && account.value.is_usable(self.now());
        let person = person.filter(usable).ok_or(PasskeyFailure::Refused)?;
        Ok((person, account))
    }

    /// Verifies the answer, and puts the passkey as it is now in the place of the old one.
    fn use_passkey(
        &self,
        snapshot: &RealmSnapshot,
        account: &mut Account,
        state: &AuthenticationState,
        response: &Value,
    ) -> Result<(), PasskeyError> {
        let relying_party = self.relying_party(snapshot);
        let relying_party = relying_party.ok_or(PasskeyError::WrongRelyingParty)?;
        let known: Vec<Passkey> = account.known_passkeys();
        let used = relying_party.finish_authentication(state, response, &known)?;
        let id = used.credential_id.as_str();
        let is_it =
            |record: &&mut PasskeyRecord| record.key().is_some_and(|key| key.credential_id() == id);
        let record = account.passkeys.iter_mut().find(is_it);
        let record = record.ok_or(PasskeyError::Unknown)?;
        record.passkey = serde_json::to_value(&used.passkey)
            .map_err(|error| PasskeyError::Unusable(error.to_string()))?;
        record.last_used = Some(self.now());
        Ok(())
    }
}
