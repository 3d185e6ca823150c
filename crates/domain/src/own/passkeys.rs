//! Passkeys of somebody's own (WebAuthn §7.1).

use super::{
    OwnError, Recent,
    enrolment::{Enrolment, PasskeyEnrolment},
};
use crate::{
    Core,
    id::new_id,
    people::{Kept, LoginSession, PasskeyRecord, UserHandle, handle_key},
    snapshot::RealmSnapshot,
    store::{EntryKind, StoreError},
};
use ::passkeys::{PasskeyError, Person};
use oauth::Secret;
use uuid::Uuid;

/// Most passkeys of one account.
const MOST: usize = 20;
/// Longest name of a passkey, in characters.
const LONGEST_NAME: usize = 60;

impl Core {
    /// Begins to add a passkey; answers what the browser makes it by
    /// (`PublicKeyCredentialCreationOptionsJSON`).
    ///
    /// # Errors
    /// If passkeys can't be used at this address; if there are too many; if the store fails.
    pub async fn begin_passkey(
        &self,
        snapshot: &RealmSnapshot,
        recent: &Recent<'_>,
    ) -> Result<String, OwnError> {
        let session = recent.session();
        let relying_party = self.relying_party(snapshot).ok_or(OwnError::Passkey)?;
        if session.account().passkeys.len() >= MOST {
            return Err(OwnError::Passkey);
        }
        let handle = match session.account().user_handle {
            Some(handle) => handle,
            None => {
                let chance = jose::random_bytes().map_err(|error| failed(&error))?;
                uuid::Builder::from_random_bytes(chance).into_uuid()
            }
        };
        let person = Person {
            handle,
            name: session.person().user_name(),
            display_name: session.person().display_name(),
        };
        let existing = session.account().known_passkeys();
        let (options, state) = relying_party
            .start_registration(person, &existing)
            .map_err(|error| failed(&error))?;
        let text = options.to_string();
        let begun = Enrolment::Passkey(Box::new(PasskeyEnrolment { options, state }));
        let enrolment = self.new_enrolment(snapshot, session, begun).await?;
        let changes = vec![enrolment.put()?];
        self.commit_own(snapshot, session, changes).await?;
        Ok(text)
    }

    /// What the browser makes the passkey by that was begun.
    ///
    /// # Errors
    /// If none was; if the store fails.
    pub async fn begun_passkey(
        &self,
        snapshot: &RealmSnapshot,
        recent: &Recent<'_>,
    ) -> Result<String, OwnError> {
        let enrolment = self.enrolment(snapshot, recent.session()).await?;
        match enrolment.map(|kept| kept.value) {
            Some(Enrolment::Passkey(begun)) => Ok(begun.options.to_string()),
            _ => Err(OwnError::Unknown),
        }
    }

    /// Adds the passkey that was begun, if the browser's answer (`RegistrationResponseJSON`) does.
    /// There is one answer to what was begun.
    ///
    /// # Errors
    /// If it does not; if none was begun; if the store fails.
    pub async fn finish_passkey(
        &self,
        snapshot: &RealmSnapshot,
        recent: &Recent<'_>,
        name: &str,
        credential: &Secret,
    ) -> Result<(), OwnError> {
        let session = recent.session();
        let enrolment = self.enrolment(snapshot, session).await?;
        let enrolment = enrolment.ok_or(OwnError::Unknown)?;
        let Enrolment::Passkey(begun) = &enrolment.value else {
            return Err(OwnError::Unknown);
        };
        let mut changes = vec![enrolment.delete()];
        let made = match self.verify_new_passkey(snapshot, begun, credential) {
            Ok(made) => made,
            Err(error) => {
                tracing::info!(person = %session.person().id, %error, "a new passkey was refused");
                self.commit_own(snapshot, session, changes).await?;
                return Err(OwnError::Passkey);
            }
        };
        let now = self.now();
        let mut account = session.account.clone();
        match account.value.user_handle {
            Some(handle) if handle == made.user_handle() => {}
            // Another session of theirs made the first one meanwhile: by this one's handle nobody would be found.
            Some(_) => {
                self.commit_own(snapshot, session, changes).await?;
                return Err(OwnError::Passkey);
            }
            None => {
                let key = handle_key(made.user_handle());
                let handle = Kept::new(EntryKind::UserHandle, key, UserHandle {});
                changes.push(handle.of(&session.person().id).put()?);
                account.value.user_handle = Some(made.user_handle());
            }
        }
        let number = account.value.passkeys.len().saturating_add(1);
        account.value.passkeys.push(PasskeyRecord {
            name: name_of(name).unwrap_or_else(|| format!("Passkey {number}")),
            id: new_id(now),
            passkey: serde_json::to_value(&made).map_err(|error| failed(&error))?,
            created: now,
            last_used: None,
        });
        changes.push(account.put()?);
        self.commit_own(snapshot, session, changes).await
    }

    fn verify_new_passkey(
        &self,
        snapshot: &RealmSnapshot,
        begun: &PasskeyEnrolment,
        credential: &Secret,
    ) -> Result<::passkeys::Passkey, PasskeyError> {
        let response = serde_json::from_str(credential.expose())
            .map_err(|error| PasskeyError::Malformed(error.to_string()))?;
        let relying_party = self.relying_party(snapshot);
        let relying_party = relying_party.ok_or(PasskeyError::WrongRelyingParty)?;
        relying_party.finish_registration(&begun.state, &response)
    }

    /// Gives a passkey another name.
    ///
    /// # Errors
    /// If there is no such passkey, or no name; if the store fails.
    pub async fn rename_passkey(
        &self,
        snapshot: &RealmSnapshot,
        recent: &Recent<'_>,
        id: Uuid,
        name: &str,
    ) -> Result<(), OwnError> {
        let mut account = recent.session().account.clone();
        let mut passkeys = account.value.passkeys.iter_mut();
        let passkey = passkeys.find(|passkey| passkey.id == id);
        let passkey = passkey.ok_or(OwnError::Unknown)?;
        passkey.name = name_of(name).ok_or(OwnError::Unknown)?;
        let changes = vec![account.put()?];
        self.commit_own(snapshot, recent.session(), changes).await
    }

    /// Takes a passkey away, unless it is the only way to sign in.
    ///
    /// # Errors
    /// If there is no such passkey, or nothing else; if the store fails.
    pub async fn remove_passkey(
        &self,
        snapshot: &RealmSnapshot,
        recent: &Recent<'_>,
        id: Uuid,
    ) -> Result<(), OwnError> {
        let session: &LoginSession = recent.session();
        let mut account = session.account.clone();
        let before = account.value.passkeys.len();
        account.value.passkeys.retain(|passkey| passkey.id != id);
        if account.value.passkeys.len() == before {
            return Err(OwnError::Unknown);
        }
        if account.value.passkeys.is_empty() && !self.has_another_way_in(snapshot, session).await? {
            return Err(OwnError::OnlyWayIn);
        }
        let changes = vec![account.put()?];
        self.commit_own(snapshot, session, changes).await
    }
}

/// A name as it is kept: cut, and nothing that does not show.
fn name_of(typed: &str) -> Option<String> {
    let shown = typed.trim().chars().filter(|c| !c.is_control());
    let name: String = shown.take(LONGEST_NAME).collect();
    (!name.is_empty()).then_some(name)
}

fn failed(error: &dyn std::fmt::Display) -> OwnError {
    StoreError::Engine(error.to_string()).into()
}
