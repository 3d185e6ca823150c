//! Token revocation (RFC 7009).

use super::{AuthenticateError, AuthenticatedClient, PresentedToken};
use crate::{
    Core, RealmKey,
    store::{Change, Commit, CommitError, GrantsOf, StoreError, TokenKey},
};
use oauth::RevocationRequest;

impl Core {
    /// Revokes a token of the client's own. Any other token, or none, is nothing to revoke, and
    /// the answer is the same (RFC 7009 §2.2).
    ///
    /// # Errors
    /// If the store fails: the token may be live still (REG-11).
    pub async fn revoke(
        &self,
        client: &AuthenticatedClient,
        request: &RevocationRequest,
    ) -> Result<(), StoreError> {
        let (snapshot, token) = (client.snapshot(), request.token.expose());
        // RFC 7009 §2.1: with a refresh token goes all that was issued on its grant.
        if let Some(grant) = self.grant_of_refresh_token(client, token).await? {
            return self.revoke_grant(snapshot, grant.id).await;
        }
        match self.resolve(snapshot, &PresentedToken::new(token)).await {
            Ok(token) if token.record.scope_set.client == client.application().id => self
                .revoke_token(snapshot.key(), token.record.key)
                .await
                .map(drop),
            Ok(_) | Err(AuthenticateError::Invalid(_)) => Ok(()),
            Err(AuthenticateError::Store(error)) => Err(error),
        }
    }

    /// Revokes a token by its key; answers whether it was there and not revoked before.
    ///
    /// # Errors
    /// If the store fails: the token may be live still.
    pub(crate) async fn revoke_token(
        &self,
        realm: &RealmKey,
        key: TokenKey,
    ) -> Result<bool, StoreError> {
        let changes = vec![Change::RevokeToken {
            key,
            at: self.now(),
        }];
        let outcome = self
            .store()
            .commit(Commit {
                realm: realm.clone(),
                changes,
            })
            .await;
        // Also after a failure, for the store may have revoked it nevertheless.
        self.live_tokens().forget(realm, key);
        match outcome {
            Ok(touched) => Ok(touched.iter().any(|rows| *rows > 0)),
            Err(CommitError::Store(error)) => Err(error),
            // A revocation expects nothing that could be otherwise.
            Err(CommitError::Conflict(conflict)) => Err(StoreError::Engine(conflict.to_string())),
        }
    }

    /// Revokes grants with all tokens that hang from them; answers how many were there and not
    /// revoked before.
    ///
    /// # Errors
    /// If the store fails: some of them may be live still, until this is done again.
    pub async fn revoke_grants(&self, realm: &RealmKey, of: GrantsOf) -> Result<u64, StoreError> {
        let at = self.now();
        let changes = vec![Change::RevokeGrants { of: of.clone(), at }];
        let commit = Commit {
            realm: realm.clone(),
            changes,
        };
        let outcome = self.store().commit(commit).await;
        // Afterwards, for none is added to a grant that is revoked; also after a failure, for the
        // store may have revoked them nevertheless.
        for key in self.store().tokens_of_grants(realm, &of, at).await? {
            self.live_tokens().forget(realm, key);
        }
        match outcome {
            Ok(touched) => Ok(touched.iter().sum()),
            Err(CommitError::Store(error)) => Err(error),
            // A revocation expects nothing that could be otherwise.
            Err(CommitError::Conflict(conflict)) => Err(StoreError::Engine(conflict.to_string())),
        }
    }
}
