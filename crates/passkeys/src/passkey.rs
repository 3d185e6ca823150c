//! A registered passkey, and whose it is.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;
use webauthn_rs::prelude;

/// Who registers a passkey, as the authenticator shows and keeps it (WebAuthn §5.4.3).
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// The user handle: random, made for this alone, and the same for all passkeys of the person. Authenticators give it to
    /// whoever asks for the relying party, so it is neither a username nor an id that is used elsewhere (WebAuthn §14.6.1).
    pub handle: Uuid,
    /// The username.
    pub name: &'a str,
    /// What people call the person.
    pub display_name: &'a str,
}

/// A passkey as the server keeps it: a public key, with what must be compared at the next use. Keep it as JSON.
#[derive(Clone, Serialize, Deserialize)]
pub struct Passkey {
    pub(crate) user_handle: Uuid,
    pub(crate) key: prelude::Passkey,
}

impl Passkey {
    /// Its id, as base64url without padding: unique among all passkeys of a relying party.
    pub fn credential_id(&self) -> String {
        encoded(self.key.cred_id())
    }

    /// The handle of the person who registered it.
    pub fn user_handle(&self) -> Uuid {
        self.user_handle
    }
}

impl fmt::Debug for Passkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Passkey({})", self.credential_id())
    }
}

pub(crate) fn encoded(id: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(id)
}
