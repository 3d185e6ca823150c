//! Refresh tokens (RFC 6749 §6, RFC 9700 §4.14): rotation, reuse detection, and a time of grace in
//! which a client whose answer was lost gets the same answer again (B4, B5).
//!
//! Which generation of the grant a refresh token was made for is part of it
//! ([`super::grant_handle`]): so one that was replaced is known, without being kept.

use super::{
    AuthenticatedClient, ReadGrant, RequestError,
    code::{Issue, IssueFailure, wanted},
    grant_handle::{Presented, REFRESH_TOKEN},
    mint::may_use,
};
use crate::{
    Core, Timestamp,
    store::{GrantRecord, StoreError},
};
use oauth::{ErrorCode, GrantType, OAuthError, RefreshTokenRequest, Scope, TokenResponse};
use scope::GrantedScope;
use std::time::Duration;

/// How long the predecessor of the token in force gives the same one again (B5).
const GRACE: Duration = Duration::from_secs(30);
/// How often a request is decided anew because another came between.
const MAX_TRIES: usize = 8;

/// What becomes of a refresh token of a grant.
#[derive(Debug, PartialEq, Eq)]
enum Turn {
    /// It is the one in force: the next one is made.
    Rotate(u64),
    /// It is the one before, and that was just now: the one in force is answered again.
    Again(u64),
    /// It was replaced long ago: someone has it who should not.
    Reused,
    /// No grant has come so far.
    Unknown,
}

/// What a token of `generation` does at a grant.
fn turn(grant: &GrantRecord, generation: u64, now: Timestamp) -> Turn {
    let current = grant.generation;
    if generation > current || generation == 0 {
        return Turn::Unknown;
    }
    if generation == current {
        return Turn::Rotate(current + 1);
    }
    // A clock that was set back gives no more time.
    let just_now = (grant.renewed_at..=grant.renewed_at.plus(GRACE)).contains(&now);
    match generation + 1 == current && just_now {
        true => Turn::Again(current),
        false => Turn::Reused,
    }
}

impl Core {
    /// The grant of a refresh token of the client's, whichever generation it is of; none if it has the
    /// form of none (RFC 7009 §2.1).
    pub(super) async fn grant_of_refresh_token(
        &self,
        client: &AuthenticatedClient,
        token: &str,
    ) -> Result<Option<GrantRecord>, StoreError> {
        let realm = client.snapshot().key();
        let Some(presented) = REFRESH_TOKEN.read(self.secrets(), realm, token) else {
            return Ok(None);
        };
        let found = self.store().find_grant(realm, &presented.grant).await?;
        let own = |grant: &GrantRecord| grant.scope_set.client == client.application().id;
        Ok(found.filter(own))
    }

    pub(super) async fn refresh(
        &self,
        client: &AuthenticatedClient,
        request: &RefreshTokenRequest,
    ) -> Result<TokenResponse, RequestError> {
        let (snapshot, application) = (client.snapshot(), client.application());
        may_use(application, GrantType::RefreshToken)?;
        let shown = request.refresh_token.expose();
        let read = REFRESH_TOKEN.read(self.secrets(), snapshot.key(), shown);
        let Presented { grant, generation } = read.ok_or_else(invalid)?;
        for _ in 0..MAX_TRIES {
            let found = self.live_grant(snapshot, grant).await?;
            let ReadGrant {
                record: grant,
                body,
            } = found.ok_or_else(invalid)?;
            // REG-05: another client's token ends nothing.
            if grant.scope_set.client != application.id {
                return Err(invalid().into());
            }
            let next = match turn(&grant, generation, self.now()) {
                Turn::Rotate(next) => {
                    // A refresh is what comes after the first token.
                    let refreshed = next.saturating_sub(2);
                    if application
                        .refresh_limit
                        .is_some_and(|most| refreshed >= u64::from(most))
                    {
                        return Err(spent().into());
                    }
                    next
                }
                Turn::Again(current) => current,
                Turn::Reused => {
                    self.revoke_grant(snapshot, grant.id).await?;
                    return Err(invalid().into());
                }
                Turn::Unknown => return Err(invalid().into()),
            };
            let scopes = narrowed(snapshot, &grant, request.scope.as_ref())?;
            let issue = Issue {
                client,
                grant: &grant,
                body: &body,
                scopes: &scopes,
                resources: &wanted(&body, &request.resource)?,
                next,
                id_token: true,
                changes: Vec::new(),
            };
            match self.issue_of_grant(issue).await {
                Ok(answer) => return Ok(answer),
                Err(IssueFailure::Overtaken) => {}
                Err(IssueFailure::Failed(error)) => return Err(error),
            }
        }
        Err(invalid().into())
    }
}

/// The scopes of a refreshed token: what the grant has, or what is asked for of that (B7). What the
/// client was taken since is not asked for by name.
fn narrowed(
    snapshot: &crate::snapshot::RealmSnapshot,
    grant: &GrantRecord,
    requested: Option<&Scope>,
) -> Result<Vec<GrantedScope>, OAuthError> {
    let granted = &grant.scope_set.scopes;
    let Some(requested) = requested else {
        return Ok(granted.clone());
    };
    let mut narrowed = Vec::new();
    for name in requested {
        let scope = snapshot.catalogue().scope_named(name.as_str());
        let held = scope.and_then(|scope| granted.iter().find(|held| held.scope == scope.id()));
        let held = held.ok_or_else(|| {
            let problem = format!("the scope `{name}` was not granted");
            OAuthError::new(ErrorCode::InvalidScope, problem)
        })?;
        if !narrowed.contains(held) {
            narrowed.push(*held);
        }
    }
    Ok(narrowed)
}

/// One answer to every refresh token that is not good (RFC 6749 §5.2).
fn invalid() -> OAuthError {
    OAuthError::new(
        ErrorCode::InvalidGrant,
        "the refresh token is invalid, expired, revoked, or another client's",
    )
}

fn spent() -> OAuthError {
    OAuthError::new(
        ErrorCode::InvalidGrant,
        "the grant was refreshed as often as the application may: ask the person again",
    )
}
