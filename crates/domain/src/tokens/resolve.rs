//! From a presented token to its record: the one way in for every endpoint that takes tokens.

use super::{
    AuthenticateError,
    known::Known,
    live::{Presented, VerifiedJwt},
};
use crate::{
    Core, Timestamp,
    snapshot::RealmSnapshot,
    store::{TokenKey, TokenRecord, TokenStatus},
};
use jose::{Expect, RegisteredClaims, Unverified};
use oauth::bearer::BearerToken;
use scope::Subject;
use std::{fmt, sync::Arc};

/// The `typ` of an access token that is a JWT (RFC 9068 §2.1).
pub(super) const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// Why a token is not good here (RFC 6750 §3.1 `invalid_token`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidToken {
    /// It has the form of no access token.
    #[error("the access token is malformed")]
    Malformed,
    /// This realm did not issue it, or does not vouch for its key any more.
    #[error("the access token was not issued here")]
    Foreign,
    /// Its time is over.
    #[error("the access token has expired")]
    Expired,
    /// It was revoked, or went with what it depended on.
    #[error("the access token has been revoked")]
    Revoked,
    /// It is for others.
    #[error("the access token is not for this server")]
    Audience,
    /// Its client, realm or tenant is inactive (B11).
    #[error("the access token belongs to a client or realm that is inactive")]
    Inactive,
}

/// A token as it was presented. `Debug` shows nothing of it.
pub struct PresentedToken<'a> {
    text: &'a str,
    /// By which one that was seen before is found: made once, however often it is asked.
    digest: Presented,
}

impl<'a> PresentedToken<'a> {
    /// What was presented as a token, well-formed or not.
    pub fn new(text: &'a str) -> Self {
        let digest = jose::sha256(text.as_bytes());
        Self { text, digest }
    }
}

impl<'a> From<BearerToken<'a>> for PresentedToken<'a> {
    fn from(bearer: BearerToken<'a>) -> Self {
        Self::new(bearer.expose())
    }
}

impl fmt::Debug for PresentedToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresentedToken")
    }
}

impl Core {
    /// How many JWTs were new, so that their signatures had to be checked.
    pub fn signatures_checked(&self) -> u64 {
        self.live_tokens().signatures_checked()
    }

    /// The live token that was presented. For whom it is, is the caller's question (G1).
    ///
    /// One seen before costs a hash and a lookup: no signature is checked, and no store asked.
    pub(super) async fn resolve(
        &self,
        snapshot: &RealmSnapshot,
        presented: &PresentedToken<'_>,
    ) -> Result<Arc<Known>, AuthenticateError> {
        self.check_ownership()?;
        let &PresentedToken { text, digest } = presented;
        let known = match self.live_tokens().known(snapshot, &digest) {
            Some(known) => known,
            None => self.get_to_know(snapshot, text, digest).await?,
        };
        known.check(snapshot, self.now())?;
        Ok(known)
    }

    async fn get_to_know(
        &self,
        snapshot: &RealmSnapshot,
        presented: &str,
        digest: Presented,
    ) -> Result<Arc<Known>, AuthenticateError> {
        let (key, jwt) = match TokenKey::of_opaque(presented) {
            Some(key) => (key, None),
            None => {
                let jwt = self.verified(snapshot, presented, digest)?;
                (TokenKey::of_jti(&jwt.jti), Some(jwt))
            }
        };
        let read = self.store().find_token(snapshot.key(), &key);
        let record = self.live_tokens().record(snapshot.key(), key, read).await?;
        let record = record.ok_or(match jwt {
            // Issued here, by its signature: it was deleted with its client or scope.
            Some(_) => InvalidToken::Revoked,
            None => InvalidToken::Foreign,
        })?;
        let grant = self.live_tokens().grant(snapshot, &record);
        let known = Arc::new(Known::new(record, grant, snapshot.revision(), jwt));
        self.live_tokens()
            .remember(snapshot.key(), digest, known.clone());
        Ok(known)
    }

    /// A JWT whose signature and issuer were checked, now or before, under a key that is published
    /// still.
    fn verified(
        &self,
        snapshot: &RealmSnapshot,
        presented: &str,
        digest: Presented,
    ) -> Result<Arc<VerifiedJwt>, InvalidToken> {
        let now = self.now();
        let jwt = match self.live_tokens().verified(snapshot.key(), &digest) {
            Some(known) => known,
            None => {
                self.live_tokens().count_signature();
                let jwt = Arc::new(verify(snapshot, presented, now)?);
                self.live_tokens()
                    .remember_verified(snapshot.key(), digest, jwt.clone());
                jwt
            }
        };
        jwt.check(snapshot, now)?;
        Ok(jwt)
    }
}

/// RFC 9068 §4: type, key, signature and issuer of a JWT access token, and that it says when it
/// ends. Keys are the realm's own, each with its one algorithm (J1, J3); other types of token are
/// refused (J7, REG-07).
fn verify(
    snapshot: &RealmSnapshot,
    presented: &str,
    now: Timestamp,
) -> Result<VerifiedJwt, InvalidToken> {
    let header = Unverified::peek(presented).map_err(|_| InvalidToken::Malformed)?;
    let kid = header.kid.ok_or(InvalidToken::Foreign)?;
    let key = snapshot
        .keys()
        .published(&kid, now)
        .ok_or(InvalidToken::Foreign)?;
    let expect = Expect {
        algs: &[key.record.algorithm],
        typ: &[ACCESS_TOKEN_TYPE],
        untyped: false,
    };
    let verified = jose::verify_compact(presented, &key.verifying, &expect)
        .map_err(|_| InvalidToken::Foreign)?;
    let claims =
        RegisteredClaims::from_map(&verified.claims).map_err(|_| InvalidToken::Malformed)?;
    if claims.iss.as_deref() != Some(snapshot.issuer().as_str()) {
        return Err(InvalidToken::Foreign);
    }
    let exp = claims
        .exp
        .map(Timestamp::from_seconds)
        .ok_or(InvalidToken::Malformed)?;
    let jti = claims.jti.ok_or(InvalidToken::Malformed)?.into();
    Ok(VerifiedJwt { kid, jti, exp })
}

/// What is asked of a record at every use.
pub(super) fn check(
    snapshot: &RealmSnapshot,
    record: &TokenRecord,
    now: Timestamp,
) -> Result<(), InvalidToken> {
    if record.expires_at <= now {
        return Err(InvalidToken::Expired);
    }
    if let TokenStatus::Revoked(_) = record.status {
        return Err(InvalidToken::Revoked);
    }
    let client = snapshot.application(&record.scope_set.client);
    if !(snapshot.is_active() && client.is_some_and(|client| client.active)) {
        return Err(InvalidToken::Inactive);
    }
    Ok(())
}

impl TokenRecord {
    /// Whom it speaks for (`sub`, RFC 9068 §2.2).
    pub(crate) fn speaks_for(&self) -> Subject {
        match &self.grant {
            None => Subject::Client,
            Some(_) => Subject::Person {
                user: self.subject.clone(),
            },
        }
    }

    /// Whether it is neither revoked nor expired at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.status == TokenStatus::Issued && now < self.expires_at
    }

    /// Whether `recipient` is in its audience, by exact comparison.
    pub(super) fn is_for(&self, recipient: &str) -> bool {
        self.audience.iter().any(|one| one == recipient)
    }
}
