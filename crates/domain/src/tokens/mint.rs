//! An access token as it is decided on, whatever the grant.

use super::{
    GrantBody, audience::narrow, handle::Handle, resolve::ACCESS_TOKEN_TYPE, subject::subject_of,
    unexpected,
};
use crate::{
    Core, Timestamp,
    config::{AccessTokenFormat, Application, ApplicationKind},
    people::Acr,
    snapshot::RealmSnapshot,
    store::{GrantRecord, ScopeSet, TokenKey, TokenRecord, TokenStatus},
};
use oauth::{
    AccessTokenClaims, ErrorCode, GrantType, OAuthError, ResourceIndicator, Scope, Secret,
    TokenResponse,
};
use scope::GrantedScope;
use std::{sync::Arc, time::Duration};

/// Longest lifetime of an access token, in seconds, whatever a client is set to: one day.
pub const MAX_ACCESS_TOKEN_LIFETIME: u32 = 24 * 60 * 60;

/// A token that was decided on: what is recorded, and what the client is told.
pub(super) struct Draft {
    pub(super) record: TokenRecord,
    pub(super) token: String,
    lifetime: u32,
    pub(super) scope: Scope,
}

/// What a token is made of.
pub(super) struct Mint<'a> {
    pub(super) snapshot: &'a RealmSnapshot,
    pub(super) client: &'a Application,
    /// The scopes that it may have.
    pub(super) scopes: &'a [GrantedScope],
    /// The resources that it is for, if that is said.
    pub(super) resources: &'a [ResourceIndicator],
    /// The grant that it hangs from; it is the client's own without.
    pub(super) grant: Option<(&'a GrantRecord, &'a GrantBody)>,
}

impl Core {
    /// Decides on a token.
    ///
    /// # Errors
    /// `invalid_target`, `invalid_scope`.
    pub(super) fn mint(&self, mint: &Mint<'_>) -> Result<Draft, OAuthError> {
        let Mint {
            snapshot, client, ..
        } = mint;
        let narrowed = narrow(snapshot, &assigned(mint)?, mint.resources)?;
        let catalogue = snapshot.catalogue();
        let names = narrowed
            .scopes
            .iter()
            .filter_map(|granted| catalogue.scope(granted.scope));
        let mut names: Vec<_> = names.map(|scope| scope.definition().name.clone()).collect();
        if mint.grant.is_some() {
            // A grant keeps a set, which has no order of its own.
            names.sort();
        }
        let scope: Scope = names.into_iter().collect();
        let lifetime = client.access_token_lifetime.min(MAX_ACCESS_TOKEN_LIFETIME);
        // Whole seconds, as in a JWT, so that every form of a token ends at the same moment.
        let now = self.now();
        let issued_at = Timestamp::from_seconds(now.seconds());
        let lifetime = lifetime.min(left(mint, issued_at));
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
            subject: match mint.grant {
                Some((grant, _)) => grant.person.to_string(),
                None => client.client_id(),
            },
            audience: narrowed.audience,
            issued_at,
            expires_at: issued_at.plus(Duration::from_secs(lifetime.into())),
            status: TokenStatus::Issued,
            grant: mint.grant.map(|(grant, _)| grant.id),
        };
        let token = match client.access_token_format {
            AccessTokenFormat::Jwt => self.sign(mint, &record, scope.clone(), name)?,
            AccessTokenFormat::Opaque => name,
        };
        Ok(Draft {
            record,
            token,
            lifetime,
            scope,
        })
    }

    /// RFC 9068 §2.2: `sub` is the person, or the client of its own token (B12).
    fn sign(
        &self,
        mint: &Mint<'_>,
        record: &TokenRecord,
        scope: Scope,
        jti: String,
    ) -> Result<String, OAuthError> {
        let snapshot = mint.snapshot;
        let claims = AccessTokenClaims {
            iss: snapshot.issuer().to_string(),
            sub: match mint.grant {
                Some((grant, _)) => {
                    subject_of(self.secrets(), snapshot, mint.client, &grant.person)
                }
                None => record.subject.clone(),
            },
            aud: record.audience.iter().cloned().collect(),
            exp: record.expires_at.seconds(),
            iat: record.issued_at.seconds(),
            jti,
            client_id: record.scope_set.client.to_string(),
            scope: Some(scope),
            auth_time: mint.grant.map(|(_, body)| body.auth_time.seconds()),
            acr: mint
                .grant
                .map(|(_, body)| Acr::of(&body.methods).to_string()),
        };
        let key = snapshot
            .keys()
            .signer(snapshot.config().realm.settings.signing_algorithm);
        let key = key.ok_or_else(|| unexpected(&"the realm has no signing key"))?;
        let claims = serde_json::to_vec(&claims).map_err(|error| unexpected(&error))?;
        key.sign_compact(ACCESS_TOKEN_TYPE, &claims)
            .map_err(|error| unexpected(&error))
    }
}

impl Draft {
    /// What the client is told.
    pub(super) fn answer(self) -> TokenResponse {
        TokenResponse {
            access_token: Secret::new(self.token),
            token_type: "Bearer",
            expires_in: self.lifetime.into(),
            scope: self.scope,
            refresh_token: None,
            id_token: None,
        }
    }
}

/// The scopes that the client is still assigned and the person's roles still allow, for a sign-in no stronger
/// than the grant's: no new token names one that went since the grant, for others than we read what a
/// JWT says (product §2.4, B11).
fn assigned(mint: &Mint<'_>) -> Result<Vec<GrantedScope>, OAuthError> {
    let catalogue = mint.snapshot.catalogue();
    let entry = catalogue.client(mint.client.id);
    let acr = mint.grant.map(|(_, body)| Acr::of(&body.methods));
    let strong_enough = |needed: &str| {
        let needed: Option<Acr> = needed.parse().ok();
        acr.is_none_or(|acr| needed.is_some_and(|needed| needed <= acr))
    };
    let is_assigned = |granted: &&GrantedScope| {
        let assignment = entry.and_then(|entry| entry.assignment(granted.scope));
        assignment.is_some_and(|one| one.required_acr.as_deref().is_none_or(strong_enough))
    };
    let roles = mint
        .grant
        .map(|(grant, _)| catalogue.rights_of_person(&grant.person.0));
    let is_allowed = |granted: &&GrantedScope| {
        let scope = catalogue.scope(granted.scope);
        roles.is_none_or(|roles| scope.is_some_and(|scope| roles.allow(scope, granted.version)))
    };
    let left = mint.scopes.iter().filter(is_assigned).filter(is_allowed);
    let left: Vec<GrantedScope> = left.copied().collect();
    match left.is_empty() && !mint.scopes.is_empty() {
        true => Err(OAuthError::new(
            ErrorCode::InvalidScope,
            "none of the granted scopes may be had by the client, of this person, any more",
        )),
        false => Ok(left),
    }
}

/// Seconds until the person's account ends, or the session that the grant ends with: their tokens do
/// not outlast it (B6, B11).
fn left(mint: &Mint<'_>, now: Timestamp) -> u32 {
    let ends = mint.grant.map(|(_, body)| [body.until, body.ends]);
    let end = ends.into_iter().flatten().flatten().min();
    let left = end.map(|end| end.seconds().saturating_sub(now.seconds()));
    left.map_or(u32::MAX, |left| u32::try_from(left).unwrap_or_default())
}

/// The client may use the grant at all. RFC 6749 §4.4: "The client credentials grant type MUST
/// only be used by confidential clients."
pub(crate) fn may_use(client: &Application, grant: GrantType) -> Result<(), OAuthError> {
    let registered = client.grant_types.contains(&grant);
    let fits =
        grant != GrantType::ClientCredentials || client.kind == ApplicationKind::Confidential;
    if registered && fits {
        return Ok(());
    }
    let problem = format!("the client may not use the grant type {grant}");
    Err(OAuthError::new(ErrorCode::UnauthorizedClient, problem))
}
