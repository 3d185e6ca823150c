//! Registering a passkey (WebAuthn §7.1).

use crate::error::PasskeyError;
use crate::passkey::{Passkey, Person, encoded};
use crate::relying_party::{RelyingParty, public_key, read};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt;
use uuid::Uuid;
use webauthn_rs::prelude::{PasskeyRegistration, RegisterPublicKeyCredential};

/// A registration that was started. Keep it on the server, for one attempt.
#[derive(Clone, Serialize, Deserialize)]
pub struct RegistrationState {
    user_handle: Uuid,
    /// The ids of the passkeys that the person has.
    existing: Vec<String>,
    ceremony: PasskeyRegistration,
}

impl RelyingParty {
    /// Begins to register a passkey: options for `navigator.credentials.create`, and the state to finish with. Authenticators that
    /// hold one of `existing` offer no second one.
    ///
    /// # Errors
    /// [`PasskeyError::Unusable`] if one of the names is empty.
    pub fn start_registration(
        &self,
        person: Person<'_>,
        existing: &[Passkey],
    ) -> Result<(Value, RegistrationState), PasskeyError> {
        let exclude = existing.iter().map(|passkey| passkey.key.cred_id().clone());
        let (options, ceremony) = self.webauthn.start_passkey_registration(
            person.handle,
            person.name,
            person.display_name,
            Some(exclude.collect()),
        )?;
        let mut options = public_key(&options)?;
        // The library asks for none; keys without room for more still make one that is not discoverable.
        let selection = options.get_mut("authenticatorSelection");
        if let Some(selection) = selection.and_then(Value::as_object_mut) {
            selection.insert("residentKey".to_owned(), json!("preferred"));
        }
        let state = RegistrationState {
            user_handle: person.handle,
            existing: existing.iter().map(Passkey::credential_id).collect(),
            ceremony,
        };
        Ok((options, state))
    }

    /// Finishes a registration with the browser's `RegistrationResponseJSON`.
    ///
    /// # Errors
    /// [`PasskeyError`] for the first step of WebAuthn §7.1 that fails.
    pub fn finish_registration(
        &self,
        state: &RegistrationState,
        response: &Value,
    ) -> Result<Passkey, PasskeyError> {
        let response: RegisterPublicKeyCredential = read(response)?;
        // The library refuses it too, by what the authenticator signed, but calls it something else.
        if state.existing.contains(&encoded(&response.raw_id)) {
            return Err(PasskeyError::AlreadyRegistered);
        }
        let key = self
            .webauthn
            .finish_passkey_registration(&response, &state.ceremony)?;
        let user_handle = state.user_handle;
        Ok(Passkey { user_handle, key })
    }
}

impl fmt::Debug for RegistrationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RegistrationState")
    }
}
