//! Redeeming an authorization code (RFC 6749 §4.1.3, RFC 7636 §4.6).

use super::{
    AuthenticatedClient, GrantBody, OFFLINE_ACCESS, ReadGrant, RequestError,
    grant_handle::{CODE, REFRESH_TOKEN},
    mint::{Mint, may_use},
    unexpected,
};
use crate::{
    Core, Timestamp,
    snapshot::RealmSnapshot,
    store::{
        Change, Commit, CommitError, Conflict, GrantId, GrantRecord, GrantsOf, ScopeSet, StoreError,
    },
};
use jose::base64url;
use oauth::{
    AuthorizationCodeRequest, CodeChallenge, CodeVerifier, ErrorCode, GrantType, OAuthError,
    ResourceIndicator, TokenResponse,
};
use scope::GrantedScope;
use std::time::Duration;

/// What tokens of a grant are made of, at its code, its device code or a refresh token.
pub(super) struct Issue<'a> {
    pub(super) client: &'a AuthenticatedClient,
    pub(super) grant: &'a GrantRecord,
    pub(super) body: &'a GrantBody,
    /// What the tokens may have: the grant's scopes, or some of them.
    pub(super) scopes: &'a [GrantedScope],
    pub(super) resources: &'a [ResourceIndicator],
    /// The generation that the grant gets.
    pub(super) next: u64,
    /// Whether there is an ID token with the answer.
    pub(super) id_token: bool,
    /// What must happen with it.
    pub(super) changes: Vec<Change>,
}

/// Why no token was issued.
pub(super) enum IssueFailure {
    /// What it rests on changed meanwhile.
    Overtaken,
    Failed(RequestError),
}

impl<E: Into<RequestError>> From<E> for IssueFailure {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl Core {
    pub(super) async fn redeem_code(
        &self,
        client: &AuthenticatedClient,
        request: &AuthorizationCodeRequest,
    ) -> Result<TokenResponse, RequestError> {
        let (snapshot, application) = (client.snapshot(), client.application());
        may_use(application, GrantType::AuthorizationCode)?;
        let read = CODE.read(self.secrets(), snapshot.key(), request.code.expose());
        let id = read.ok_or_else(invalid_code)?.grant;
        let grant = self.find_grant(snapshot, id).await?;
        let grant = grant.ok_or_else(invalid_code)?;
        let ReadGrant { record, body } = &grant;
        // B1, REG-05: what is not this client's, or not proven, touches nothing (B2).
        let own = record.scope_set.client == application.id;
        let proven = body.code.as_ref().is_some_and(|code| {
            let same_uri = code.redirect_uri == request.redirect_uri;
            same_uri && proves(request.code_verifier.as_ref(), code.challenge.as_ref())
        });
        if !(own && proven) {
            return Err(invalid_code().into());
        }
        // Its first tokens made another generation of the grant.
        if record.generation > 0 {
            return self.code_came_again(snapshot, id).await;
        }
        // Until then, the grant lasts as long as its code.
        if !in_force(snapshot, &grant, self.now()) {
            return Err(invalid_code().into());
        }
        let issue = Issue {
            client,
            grant: record,
            body,
            scopes: &record.scope_set.scopes,
            resources: &wanted(body, &request.resource)?,
            next: 1,
            id_token: true,
            changes: Vec::new(),
        };
        match self.issue_of_grant(issue).await {
            Ok(answer) => Ok(answer),
            Err(IssueFailure::Failed(error)) => Err(error),
            Err(IssueFailure::Overtaken) => {
                let found = self.store().find_grant(snapshot.key(), &id).await?;
                match found.is_some_and(|grant| grant.generation > 0) {
                    // Another valid request came first (B2).
                    true => self.code_came_again(snapshot, id).await,
                    // The grant, or what it rests on, ended.
                    false => Err(invalid_code().into()),
                }
            }
        }
    }

    /// A second valid request revokes all that came of the first: someone has the code who should
    /// not (RFC 6749 §4.1.2; B2).
    async fn code_came_again(
        &self,
        snapshot: &RealmSnapshot,
        id: GrantId,
    ) -> Result<TokenResponse, RequestError> {
        self.revoke_grant(snapshot, id).await?;
        Err(invalid_code().into())
    }

    pub(super) async fn revoke_grant(
        &self,
        snapshot: &RealmSnapshot,
        id: GrantId,
    ) -> Result<(), StoreError> {
        let revoke = Change::RevokeGrants {
            of: GrantsOf::One(id),
            at: self.now(),
        };
        match self.commit_ending(snapshot.key(), vec![revoke]).await {
            Ok(()) | Err(CommitError::Conflict(_)) => Ok(()),
            Err(CommitError::Store(error)) => Err(error),
        }
    }

    /// The grant, if it is in force.
    pub(super) async fn live_grant(
        &self,
        snapshot: &RealmSnapshot,
        id: GrantId,
    ) -> Result<Option<ReadGrant>, StoreError> {
        let found = self.find_grant(snapshot, id).await?;
        Ok(found.filter(|grant| in_force(snapshot, grant, self.now())))
    }

    /// The grant, unless its person's account can't be used.
    async fn find_grant(
        &self,
        snapshot: &RealmSnapshot,
        id: GrantId,
    ) -> Result<Option<ReadGrant>, StoreError> {
        let mut grant = match self.fresh_grants().take(snapshot.key(), id) {
            Some(fresh) => fresh,
            None => {
                let found = self.store().find_grant(snapshot.key(), &id).await?;
                let Some(record) = found else {
                    return Ok(None);
                };
                let body = GrantBody::of(&record)?;
                ReadGrant { record, body }
            }
        };
        let account = self.account(snapshot.key(), &grant.record.person).await?;
        grant.body.until = account.value.state.expires;
        Ok(account.value.is_usable(self.now()).then_some(grant))
    }

    /// Issues the tokens of a grant, which are recorded before they are answered.
    pub(super) async fn issue_of_grant(
        &self,
        issue: Issue<'_>,
    ) -> Result<TokenResponse, IssueFailure> {
        let (snapshot, client) = (issue.client.snapshot(), issue.client.application());
        let draft = self.mint(&Mint {
            snapshot,
            client,
            scopes: issue.scopes,
            resources: issue.resources,
            grant: Some((issue.grant, issue.body)),
        })?;
        let now = self.now();
        let refreshes = client.grant_types.contains(&GrantType::RefreshToken);
        let idle = Duration::from_secs(client.openid.refresh_token_lifetime.into());
        let expires_at = match refreshes {
            true => draft.record.expires_at.max(now.plus(idle)),
            false => draft.record.expires_at,
        };
        let expires_at = issue
            .body
            .ends
            .map_or(expires_at, |end| expires_at.min(end));
        let set = &draft.record.scope_set;
        let mut changes = issue.changes;
        // The grant's own set is there as long as the grant, which is renewed first.
        if set.id != issue.grant.scope_set.id {
            changes.push(Change::EnsureScopeSet(ScopeSet::clone(set)));
        }
        changes.extend([
            Change::RenewGrant {
                id: issue.grant.id,
                generation: issue.grant.generation,
                next: issue.next,
                at: match issue.next == issue.grant.generation {
                    // The same refresh token again: its time of grace does not begin anew.
                    true => issue.grant.renewed_at,
                    false => now,
                },
                expires_at,
            },
            Change::InsertToken(draft.record.clone()),
        ]);
        let id_token = match issue.id_token {
            true => {
                self.id_token(issue.client, issue.grant, issue.body, &draft)
                    .await?
            }
            false => None,
        };
        let commit = Commit {
            realm: snapshot.key().clone(),
            changes,
        };
        match self.store().commit(commit).await {
            Ok(_) => {}
            Err(CommitError::Conflict(Conflict::Version | Conflict::Gone)) => {
                return Err(IssueFailure::Overtaken);
            }
            Err(CommitError::Conflict(other)) => return Err(unexpected(&other).into()),
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
        let refresh_token = refreshes.then(|| {
            REFRESH_TOKEN.write(self.secrets(), snapshot.key(), issue.grant.id, issue.next)
        });
        let mut answer = draft.answer();
        answer.refresh_token = refresh_token;
        answer.id_token = id_token;
        Ok(answer)
    }
}

/// Whether a grant is in force: neither revoked nor expired, neither its session nor its person's
/// account over, its identity provider active (B11).
fn in_force(snapshot: &RealmSnapshot, grant: &ReadGrant, now: Timestamp) -> bool {
    let ReadGrant { record, body } = grant;
    let mut ends = body.ends.into_iter().chain(body.until);
    let providers = &snapshot.config().identity_providers;
    let is_active = |id| providers.get(&id).is_some_and(|provider| provider.active);
    ends.all(|end| now < end)
        && record.is_live(now)
        && may_outlast_session(snapshot, record)
        && body.provider.is_none_or(is_active)
}

/// Whether a grant that ends with no session may still do so: the client is assigned the scope that
/// it got this by (B6).
fn may_outlast_session(snapshot: &RealmSnapshot, grant: &GrantRecord) -> bool {
    let catalogue = snapshot.catalogue();
    let client = catalogue.client(grant.scope_set.client);
    let lasts = |granted: &GrantedScope| {
        let scope = catalogue.scope(granted.scope);
        let is_it = scope.is_some_and(|scope| scope.definition().name.as_str() == OFFLINE_ACCESS);
        is_it && client.is_some_and(|client| client.assignment(granted.scope).is_some())
    };
    grant.session.is_some() || grant.scope_set.scopes.iter().any(lasts)
}

/// The resources that a token is for: those of the request, which must be among the grant's, or
/// else the grant's (RFC 8707 §2.2).
pub(super) fn wanted(
    body: &GrantBody,
    requested: &[ResourceIndicator],
) -> Result<Vec<ResourceIndicator>, OAuthError> {
    let granted = &body.resources;
    if requested.is_empty() {
        let all = granted.iter().filter_map(|text| text.parse().ok());
        return Ok(all.collect());
    }
    let known = |resource: &ResourceIndicator| {
        granted.is_empty() || granted.iter().any(|known| known == resource.as_str())
    };
    match requested.iter().find(|resource| !known(resource)) {
        Some(other) => {
            let problem = format!("the resource {other} was not granted");
            Err(OAuthError::new(ErrorCode::InvalidTarget, problem))
        }
        None => Ok(requested.to_vec()),
    }
}

/// RFC 7636 §4.6; a verifier without a challenge proves nothing either (A5, REG-04).
fn proves(verifier: Option<&CodeVerifier>, challenge: Option<&CodeChallenge>) -> bool {
    match (verifier, challenge) {
        (None, None) => true,
        (Some(verifier), Some(challenge)) => {
            let hash = jose::sha256(verifier.expose().as_bytes());
            jose::constant_time_eq(&hash, challenge.as_bytes())
        }
        (None, Some(_)) | (Some(_), None) => false,
    }
}

pub(super) fn grant_id(text: &str) -> Result<GrantId, StoreError> {
    base64url::decode_array(text)
        .map(GrantId)
        .map_err(|_| StoreError::Corrupt("a grant's id".to_owned()))
}

/// One answer to every code that is not good (RFC 6749 §5.2).
fn invalid_code() -> OAuthError {
    OAuthError::new(
        ErrorCode::InvalidGrant,
        "the authorization code is invalid, expired, used, or another client's",
    )
}
