//! The token endpoint (RFC 6749 §3.2), and its client credentials (§4.4).

use super::{
    AuthenticatedClient, RequestError,
    mint::{Draft, Mint, may_use},
    unexpected,
};
use crate::{
    Core,
    config::Application,
    snapshot::RealmSnapshot,
    store::{Change, Commit, CommitError, Conflict, ScopeSet},
};
use oauth::{
    ClientCredentialsRequest, ErrorCode, GrantType, OAuthError, TokenRequest, TokenResponse,
};
use scope::ScopeRefusal;

impl Core {
    /// Issues an access token, which is recorded before it is answered.
    ///
    /// # Errors
    /// The errors of RFC 6749 §5.2 and RFC 8707 §2, or the store's failure.
    pub async fn issue(
        &self,
        client: &AuthenticatedClient,
        request: &TokenRequest,
    ) -> Result<TokenResponse, RequestError> {
        match request {
            TokenRequest::ClientCredentials(request) => self.issue_to_client(client, request).await,
            TokenRequest::AuthorizationCode(request) => self.redeem_code(client, request).await,
            TokenRequest::RefreshToken(request) => self.refresh(client, request).await,
            TokenRequest::DeviceCode(request) => self.redeem_device_code(client, request).await,
        }
    }

    async fn issue_to_client(
        &self,
        client: &AuthenticatedClient,
        request: &ClientCredentialsRequest,
    ) -> Result<TokenResponse, RequestError> {
        let draft = self.client_credentials(client.snapshot(), client.application(), request)?;
        if self.record(client.snapshot(), &draft).await? == Recorded::Yes {
            return Ok(draft.answer());
        }
        // A scope or the client went meanwhile: decide once more, on the realm as it is.
        let key = client.snapshot().key();
        let snapshot = self.realm(key.tenant(), key.realm()).ok_or_else(gone)?;
        let application = snapshot
            .application(&client.application().id)
            .ok_or_else(client_gone)?;
        let draft = self.client_credentials(&snapshot, application, request)?;
        match self.record(&snapshot, &draft).await? {
            Recorded::Yes => Ok(draft.answer()),
            Recorded::Gone => Err(gone().into()),
        }
    }

    /// RFC 6749 §4.4, by the scope rules of product §3.
    fn client_credentials(
        &self,
        snapshot: &RealmSnapshot,
        client: &Application,
        request: &ClientCredentialsRequest,
    ) -> Result<Draft, OAuthError> {
        may_use(client, GrantType::ClientCredentials)?;
        let catalogue = snapshot.catalogue();
        let granted =
            scope::grant_for_client_credentials(catalogue, client.id, request.scope.as_ref())
                .map_err(refused)?;
        self.mint(&Mint {
            snapshot,
            client,
            scopes: &granted.scopes,
            resources: &request.resource,
            grant: None,
        })
    }

    /// Records the token with its scopes, unless one of them, or the client, is gone.
    async fn record(
        &self,
        snapshot: &RealmSnapshot,
        draft: &Draft,
    ) -> Result<Recorded, RequestError> {
        let (realm, set) = (snapshot.key(), &draft.record.scope_set);
        let token = || Change::InsertToken(draft.record.clone());
        // The set of a client's usual request is there already; it is not written every time.
        if self.live_tokens().is_recorded(realm, set.id) {
            let commit = Commit {
                realm: realm.clone(),
                changes: vec![token()],
            };
            if recorded(self.store().commit(commit).await)? == Recorded::Yes {
                return Ok(Recorded::Yes);
            }
            self.live_tokens().forget_recorded(realm, set.id);
        }
        let changes = vec![Change::EnsureScopeSet(ScopeSet::clone(set)), token()];
        let outcome = self
            .store()
            .commit(Commit {
                realm: realm.clone(),
                changes,
            })
            .await;
        let outcome = recorded(outcome)?;
        if outcome == Recorded::Yes {
            self.live_tokens().remember_recorded(realm, set.id);
        }
        Ok(outcome)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Recorded {
    Yes,
    /// A scope, the set or the client no longer exists.
    Gone,
}

fn recorded(outcome: Result<Vec<u64>, CommitError>) -> Result<Recorded, RequestError> {
    match outcome {
        Ok(_) => Ok(Recorded::Yes),
        Err(CommitError::Conflict(Conflict::Gone)) => Ok(Recorded::Gone),
        Err(CommitError::Conflict(other)) => Err(unexpected(&other).into()),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}

fn refused(refusal: ScopeRefusal) -> OAuthError {
    OAuthError::new(refusal.error_code(), refusal.to_string())
}

fn client_gone() -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClient, "the client no longer exists")
}

fn gone() -> OAuthError {
    OAuthError::new(
        ErrorCode::InvalidScope,
        "a scope that was asked for, or the client, no longer exists",
    )
}
