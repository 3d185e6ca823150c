//! The token endpoint (RFC 6749 §3.2): client credentials (§4.4).

use super::{
    AuthenticatedClient, RequestError, audience::narrow, handle::Handle,
    resolve::ACCESS_TOKEN_TYPE, unexpected,
};
use crate::{
    Core, Timestamp,
    config::{AccessTokenFormat, Application, ApplicationKind},
    snapshot::RealmSnapshot,
    store::{Change, Commit, CommitError, Conflict, ScopeSet, TokenKey, TokenRecord, TokenStatus},
};
use oauth::{
    AccessTokenClaims, ClientCredentialsRequest, ErrorCode, GrantType, OAuthError, Scope, Secret,
    TokenRequest, TokenResponse,
};
use scope::ScopeRefusal;
use std::sync::Arc;

/// Longest lifetime of an access token, in seconds, whatever a client is set to: one day.
pub const MAX_ACCESS_TOKEN_LIFETIME: u32 = 24 * 60 * 60;

/// A token that was decided on: what is recorded, and what the client is told.
struct Draft {
    record: TokenRecord,
    token: String,
    lifetime: u32,
    scope: Scope,
}

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
        let TokenRequest::ClientCredentials(request) = request;
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
        let narrowed = narrow(snapshot, &granted.scopes, &request.resource)?;
        let names = narrowed
            .scopes
            .iter()
            .filter_map(|granted| catalogue.scope(granted.scope));
        let scope: Scope = names.map(|scope| scope.definition().name.clone()).collect();
        let lifetime = client.access_token_lifetime.min(MAX_ACCESS_TOKEN_LIFETIME);
        // Whole seconds, as in a JWT, so that every form of a token ends at the same moment.
        let now = self.now();
        let issued_at = Timestamp::from_seconds(now.seconds());
        let handle = Handle::generate(now).map_err(|error| unexpected(&error))?;
        let (name, key) = match client.access_token_format {
            AccessTokenFormat::Jwt => {
                let jti = handle.jti();
                let key = TokenKey::of_jti(&jti);
                (jti, key)
            }
            AccessTokenFormat::Opaque => {
                let token = handle.opaque();
                let key = TokenKey::of_opaque(&token);
                let key = key.ok_or_else(|| unexpected(&"a token without a key"))?;
                (token, key)
            }
        };
        let record = TokenRecord {
            key,
            scope_set: Arc::new(ScopeSet::new(client.id, narrowed.scopes)),
            subject: client.client_id(),
            audience: narrowed.audience,
            issued_at,
            expires_at: issued_at.plus(std::time::Duration::from_secs(lifetime.into())),
            status: TokenStatus::Issued,
            grant: None,
        };
        let token = match client.access_token_format {
            AccessTokenFormat::Jwt => sign(snapshot, &record, scope.clone(), name)?,
            AccessTokenFormat::Opaque => name,
        };
        Ok(Draft {
            record,
            token,
            lifetime,
            scope,
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

impl Draft {
    fn answer(self) -> TokenResponse {
        TokenResponse {
            access_token: Secret::new(self.token),
            token_type: "Bearer",
            expires_in: self.lifetime.into(),
            scope: self.scope,
        }
    }
}

/// The client may use the grant at all. RFC 6749 §4.4: "The client credentials grant type MUST
/// only be used by confidential clients."
fn may_use(client: &Application, grant: GrantType) -> Result<(), OAuthError> {
    let registered = client.grant_types.contains(&grant);
    if registered && client.kind == ApplicationKind::Confidential {
        return Ok(());
    }
    let problem = format!("the client may not use the grant type {grant}");
    Err(OAuthError::new(ErrorCode::UnauthorizedClient, problem))
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

/// RFC 9068 §2.2: `sub` of a client's own token is the client (B12).
fn sign(
    snapshot: &RealmSnapshot,
    record: &TokenRecord,
    scope: Scope,
    jti: String,
) -> Result<String, OAuthError> {
    let claims = AccessTokenClaims {
        iss: snapshot.issuer().to_string(),
        sub: record.subject.clone(),
        aud: record.audience.iter().cloned().collect(),
        exp: record.expires_at.seconds(),
        iat: record.issued_at.seconds(),
        jti,
        client_id: record.scope_set.client.to_string(),
        scope: Some(scope),
    };
    let key = snapshot
        .keys()
        .signer(snapshot.config().realm.settings.signing_algorithm);
    let key = key.ok_or_else(|| unexpected(&"the realm has no signing key"))?;
    let claims = serde_json::to_vec(&claims).map_err(|error| unexpected(&error))?;
    key.sign_compact(ACCESS_TOKEN_TYPE, &claims)
        .map_err(|error| unexpected(&error))
}
