//! A token that was presented and found: what every endpoint that takes tokens goes on from.

use super::{GrantBody, InvalidToken, RequestError, live::VerifiedJwt, resolve, unexpected};
use crate::{Timestamp, people::Acr, snapshot::RealmSnapshot, store::TokenRecord};
use oauth::{ActiveToken, WrittenToken};
use scope::EffectiveGrant;
use std::sync::{Arc, OnceLock};

/// A token as it was presented, its record, and what it allows in one revision of its realm.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) record: Arc<TokenRecord>,
    pub(super) grant: Arc<EffectiveGrant>,
    /// The revision of the realm that the grant was measured by.
    pub(super) revision: u64,
    /// What its signature said; none of an opaque token.
    jwt: Option<Arc<VerifiedJwt>>,
    /// What introspection says of it, once it was asked.
    said: OnceLock<Arc<WrittenToken>>,
}

impl Known {
    pub(super) fn new(
        record: Arc<TokenRecord>,
        grant: Arc<EffectiveGrant>,
        revision: u64,
        jwt: Option<Arc<VerifiedJwt>>,
    ) -> Self {
        Self {
            record,
            grant,
            revision,
            jwt,
            said: OnceLock::new(),
        }
    }

    /// Whether the token is good now: what is asked at every use.
    pub(super) fn check(
        &self,
        snapshot: &RealmSnapshot,
        now: Timestamp,
    ) -> Result<(), InvalidToken> {
        if let Some(jwt) = &self.jwt {
            jwt.check(snapshot, now)?;
        }
        resolve::check(snapshot, &self.record, now)
    }

    /// What introspection said of it before.
    pub(super) fn said(&self) -> Option<Arc<WrittenToken>> {
        self.said.get().cloned()
    }

    /// What introspection says of it (RFC 7662 §2.2), in the realm that it was measured by; `person`
    /// is whom it speaks for: by which `sub`, and how they were authenticated (RFC 9470 §6.2).
    pub(super) fn say(
        &self,
        snapshot: &RealmSnapshot,
        person: Option<(String, GrantBody)>,
    ) -> Result<Arc<WrittenToken>, RequestError> {
        let record = &self.record;
        let (sub, body) = match person {
            Some((sub, body)) => (sub, Some(body)),
            None => (record.subject.clone(), None),
        };
        let written = WrittenToken::new(&ActiveToken {
            scope: self.grant.scope_names(),
            client_id: record.scope_set.client.to_string(),
            username: None,
            token_type: "Bearer",
            exp: record.expires_at.seconds(),
            iat: record.issued_at.seconds(),
            sub,
            aud: record.audience.iter().cloned().collect(),
            iss: snapshot.issuer().to_string(),
            auth_time: body.as_ref().map(|body| body.auth_time.seconds()),
            acr: body.map(|body| Acr::of(&body.methods).to_string()),
            jti: self.jti(),
        });
        let written = written.map_err(|error| unexpected(&error))?;
        Ok(self.said.get_or_init(|| Arc::new(written)).clone())
    }

    /// Its unique name: `jti` of a JWT, the administrators' id of an opaque token.
    fn jti(&self) -> String {
        match &self.jwt {
            Some(jwt) => jwt.jti.to_string(),
            None => self.record.key.to_string(),
        }
    }
}

impl VerifiedJwt {
    /// Whether its key is published still, and its time not over.
    pub(super) fn check(
        &self,
        snapshot: &RealmSnapshot,
        now: Timestamp,
    ) -> Result<(), InvalidToken> {
        if snapshot.keys().published(&self.kid, now).is_none() {
            return Err(InvalidToken::Foreign);
        }
        if self.exp <= now {
            return Err(InvalidToken::Expired);
        }
        Ok(())
    }
}
