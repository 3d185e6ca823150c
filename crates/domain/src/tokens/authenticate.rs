//! The bearer of an access token (RFC 6750, RFC 9068 §4): where every [`Caller`] comes from.

use super::{InvalidToken, PresentedToken, resolve::check};
use crate::{Core, access::Caller, snapshot::RealmSnapshot, store::StoreError};
use std::sync::Arc;

/// Why nobody was authenticated.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticateError {
    /// The token is not good here.
    #[error(transparent)]
    Invalid(#[from] InvalidToken),
    /// The store failed: whether the token is good is not known, so it is not taken.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Core {
    /// Who presented the token at one of the realm's own endpoints, and what it allows now.
    ///
    /// # Errors
    /// [`AuthenticateError::Invalid`] unless the realm issued the token, it is in force, and the
    /// realm is in its audience (G1).
    pub async fn authenticate(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        presented: &PresentedToken<'_>,
    ) -> Result<Caller, AuthenticateError> {
        let token = self.resolve(snapshot, presented).await?;
        if !token.record.is_for(snapshot.issuer().as_str()) {
            return Err(InvalidToken::Audience.into());
        }
        let (record, grant) = (token.record.clone(), token.grant.clone());
        Ok(Caller::new(snapshot.clone(), record, grant))
    }

    /// The same caller as of now (T6): its token is still good, and allows what it allows in the
    /// realm as it is.
    ///
    /// # Errors
    /// [`AuthenticateError::Invalid`] if the token has expired or was revoked, or its client or
    /// realm is no longer active.
    pub(crate) async fn renew(&self, caller: &Caller) -> Result<Caller, AuthenticateError> {
        let (realm, key) = (caller.realm(), caller.token().key);
        let snapshot = self.realm_by_key(realm).ok_or(InvalidToken::Inactive)?;
        let read = self.store().find_token(realm, &key);
        let record = self.live_tokens().record(realm, key, read).await?;
        let record = record.ok_or(InvalidToken::Revoked)?;
        check(&snapshot, &record, self.now())?;
        let grant = self.live_tokens().grant(&snapshot, &record);
        Ok(Caller::new(snapshot, record, grant))
    }
}
