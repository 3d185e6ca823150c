//! The registration access token (RFC 7592 §3), and who showed one.

use super::{RegistrationError, policy::Policy};
use crate::{Core, RealmKey, config::Application, snapshot::RealmSnapshot};
use jose::{JoseError, base64url};
use oauth::Secret;
use std::sync::Arc;

/// What a registration access token begins with, so that secret scanners know it, and nothing takes
/// it for an access token (REG-07).
const PREFIX: &str = "ambit_rat_";

/// A new registration access token: 256 random bits, of which only a hash is kept (H5).
pub(super) struct NewToken {
    pub(super) text: Secret,
    pub(super) hash: String,
}

impl NewToken {
    pub(super) fn generate() -> Result<Self, JoseError> {
        let chance = base64url::encode(jose::random_bytes::<32>()?);
        let text = Secret::new(format!("{PREFIX}{chance}"));
        let hash = base64url::encode(hash(text.expose()));
        Ok(Self { text, hash })
    }
}

fn hash(text: &str) -> [u8; 32] {
    jose::sha256(text.as_bytes())
}

/// A client that registered itself, and showed the token that it got for that.
#[derive(Debug, Clone)]
pub struct Registrant {
    snapshot: Arc<RealmSnapshot>,
    application: Arc<Application>,
    token: Secret,
}

impl Registrant {
    /// The realm as it was when the token was shown.
    pub fn snapshot(&self) -> &RealmSnapshot {
        &self.snapshot
    }

    pub(super) fn realm(&self) -> &RealmKey {
        self.snapshot.key()
    }

    pub(super) fn application(&self) -> &Application {
        &self.application
    }

    pub(super) fn token(&self) -> &Secret {
        &self.token
    }

    /// The client as it is now, if the token opens it still (T6).
    pub(super) fn still<'s>(
        &self,
        snapshot: &'s RealmSnapshot,
    ) -> Result<&'s Arc<Application>, RegistrationError> {
        let client_id = self.application.client_id();
        opened(snapshot, &client_id, self.token.expose())
    }
}

impl Core {
    /// The client of this id, for whoever shows its registration access token.
    ///
    /// # Errors
    /// That registration is closed. Otherwise one for all: a wrong token, one of another client or
    /// realm, no such client, one that is not active or did not register itself.
    pub fn registrant(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        client_id: &str,
        token: &str,
    ) -> Result<Registrant, RegistrationError> {
        self.check_ownership()?;
        let application = opened(snapshot, client_id, token)?;
        Ok(Registrant {
            snapshot: snapshot.clone(),
            application: application.clone(),
            token: Secret::new(token),
        })
    }
}

/// The client that a token opens.
fn opened<'s>(
    snapshot: &'s RealmSnapshot,
    client_id: &str,
    token: &str,
) -> Result<&'s Arc<Application>, RegistrationError> {
    Policy::of(snapshot)?;
    let client = snapshot
        .client(client_id)
        .filter(|client| client.active && client.client_id() == client_id);
    let kept = client.and_then(|client| {
        let registration = client.openid.registration.as_ref()?;
        let hash: [u8; 32] = base64url::decode_array(&registration.token_hash).ok()?;
        Some((client, hash))
    });
    match kept {
        Some((client, kept)) if jose::constant_time_eq(&kept, &hash(token)) => Ok(client),
        _ => Err(RegistrationError::Unauthenticated),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn h5_a_token_has_256_bits_and_only_its_hash_is_kept() {
        let (one, other) = (NewToken::generate().unwrap(), NewToken::generate().unwrap());
        let random = one.text.expose().strip_prefix(PREFIX).unwrap();
        assert_eq!(base64url::decode(random).unwrap().len(), 32);
        assert_ne!(one.text.expose(), other.text.expose());
        assert!(!one.hash.contains(random) && one.hash != other.hash);
        let kept: [u8; 32] = base64url::decode_array(&one.hash).unwrap();
        assert_eq!(kept, hash(one.text.expose()));
    }
}
