//! Signing in with a passkey (WebAuthn §7.2).

use crate::error::PasskeyError;
use crate::passkey::{Passkey, encoded};
use crate::relying_party::{RelyingParty, public_key, read};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt;
use uuid::Uuid;
use webauthn_rs::prelude::{DiscoverableAuthentication, PublicKeyCredential};

/// A sign-in that was started. Keep it on the server, for one attempt.
#[derive(Clone, Serialize, Deserialize)]
pub struct AuthenticationState {
    ceremony: DiscoverableAuthentication,
    /// The ids of the passkeys that were asked for; `None` if any was.
    allowed: Option<Vec<String>>,
}

/// What a response says of itself: by it the caller finds the passkey. Nothing of it is proven before
/// [`RelyingParty::finish_authentication`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    /// The passkey's id, as [`Passkey::credential_id`] writes it.
    pub credential_id: String,
    /// The person's handle, which discoverable credentials always send.
    pub user_handle: Option<Uuid>,
}

/// A passkey that was used.
#[derive(Debug, Clone)]
#[must_use = "the passkey has to be kept as it is now, or its next use looks like a copy's"]
pub struct Used {
    /// The passkey's id.
    pub credential_id: String,
    /// The passkey with its new counter: keep it in the place of the old one.
    pub passkey: Passkey,
    /// Whether that differs from what was kept.
    pub changed: bool,
    /// Whether the authenticator verified its user: always, as nothing else is accepted.
    pub user_verified: bool,
}

impl Presented {
    /// Reads a browser's `AuthenticationResponseJSON`.
    ///
    /// # Errors
    /// [`PasskeyError::Malformed`] if it is none.
    pub fn of(response: &Value) -> Result<Self, PasskeyError> {
        let response: PublicKeyCredential = read(response)?;
        Self::of_credential(&response)
    }

    fn of_credential(response: &PublicKeyCredential) -> Result<Self, PasskeyError> {
        let handle = |handle: &[u8]| {
            Uuid::from_slice(handle)
                .map_err(|_| PasskeyError::Malformed("a foreign user handle".to_owned()))
        };
        let user_handle = response.get_user_unique_id().map(handle).transpose()?;
        Ok(Self {
            credential_id: encoded(response.get_credential_id()),
            user_handle,
        })
    }
}

impl RelyingParty {
    /// Begins the sign-in of somebody who said who they are and has the passkeys `known`: options for
    /// `navigator.credentials.get`, and the state to finish with.
    ///
    /// # Errors
    /// [`PasskeyError::Unknown`] if `known` is empty: whether somebody has passkeys is not for strangers to learn, so offer
    /// [`RelyingParty::start_usernameless`] to everybody instead.
    pub fn start_authentication(
        &self,
        known: &[Passkey],
    ) -> Result<(Value, AuthenticationState), PasskeyError> {
        if known.is_empty() {
            return Err(PasskeyError::Unknown);
        }
        let (mut options, mut state) = self.start_usernameless()?;
        let allowed: Vec<String> = known.iter().map(Passkey::credential_id).collect();
        let list = allowed
            .iter()
            .map(|id| json!({"type": "public-key", "id": id}));
        if let Some(options) = options.as_object_mut() {
            options.insert("allowCredentials".to_owned(), list.collect());
        }
        state.allowed = Some(allowed);
        Ok((options, state))
    }

    /// Begins the sign-in of somebody who says nothing: the authenticator offers the passkeys that it has for this relying party
    /// (discoverable credentials), at a button or as the browser fills in a form (`mediation: "conditional"`).
    ///
    /// # Errors
    /// [`PasskeyError::Unusable`] if the library refuses.
    pub fn start_usernameless(&self) -> Result<(Value, AuthenticationState), PasskeyError> {
        let (options, ceremony) = self.webauthn.start_discoverable_authentication()?;
        let state = AuthenticationState {
            ceremony,
            allowed: None,
        };
        Ok((public_key(&options)?, state))
    }

    /// Finishes a sign-in with the browser's `AuthenticationResponseJSON`. `passkeys` are those of the person, as they are kept
    /// now; find them by [`Presented`] if nobody said who signs in.
    ///
    /// # Errors
    /// [`PasskeyError`] for the first step of WebAuthn §7.2 that fails.
    pub fn finish_authentication(
        &self,
        state: &AuthenticationState,
        response: &Value,
        passkeys: &[Passkey],
    ) -> Result<Used, PasskeyError> {
        let response: PublicKeyCredential = read(response)?;
        let presented = Presented::of_credential(&response)?;
        let mut passkey = find(state, &presented, passkeys)?.clone();
        same_origin(&response.response.client_data_json)?;
        let result = self.webauthn.finish_discoverable_authentication_v2(
            &response,
            state.ceremony.clone(),
            &passkey.key,
        )?;
        let changed = passkey.key.update_credential(&result);
        Ok(Used {
            credential_id: presented.credential_id,
            passkey,
            changed: changed.unwrap_or(false),
            user_verified: result.user_verified(),
        })
    }
}

/// The passkey that was presented, if it was asked for and is the person's (WebAuthn §7.2 steps 5 and 6).
fn find<'p>(
    state: &AuthenticationState,
    presented: &Presented,
    passkeys: &'p [Passkey],
) -> Result<&'p Passkey, PasskeyError> {
    let id = &presented.credential_id;
    let asked_for = match &state.allowed {
        Some(allowed) => allowed.contains(id),
        // Nobody said who signs in, so the authenticator must.
        None => presented.user_handle.is_some(),
    };
    let found = passkeys
        .iter()
        .find(|passkey| passkey.credential_id() == *id);
    let found = found.filter(|_| asked_for).ok_or(PasskeyError::Unknown)?;
    let is_owner = |handle: Uuid| handle == found.user_handle;
    if presented.user_handle.is_none_or(is_owner) {
        Ok(found)
    } else {
        Err(PasskeyError::Unknown)
    }
}

/// Refuses a response that was made in a frame of another origin (WebAuthn §7.2 step 13), which the library looks for in
/// registrations only.
fn same_origin(client_data: &[u8]) -> Result<(), PasskeyError> {
    let client_data: Value = serde_json::from_slice(client_data)
        .map_err(|error| PasskeyError::Malformed(error.to_string()))?;
    match client_data.get("crossOrigin") {
        None | Some(Value::Bool(false)) => Ok(()),
        Some(_) => Err(PasskeyError::WrongOrigin),
    }
}

impl fmt::Debug for AuthenticationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthenticationState")
    }
}
