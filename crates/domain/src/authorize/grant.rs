//! A grant and its authorization code (RFC 6749 §4.1.2): made in one commit with the consent that
//! they rest on.

use super::flow::Flow;
use crate::{
    Core, Timestamp,
    config::Application,
    consents::{
        ConsentAction, ConsentEvent, ConsentRecord, ScopeConsent, new_consent, new_event,
        revoked_grants,
    },
    id::new_id,
    people::{Kept, LoginSession},
    snapshot::RealmSnapshot,
    store::{
        Change, CommitError, Conflict, EntryKind, GrantId, GrantRecord, ScopeSet, StoreError,
        TokenStatus,
    },
    tokens::{CODE, CodeBinding, GrantBody, OFFLINE_ACCESS, ReadGrant, unexpected},
};
use oauth::{AuthorizationRequest, OAuthError, Secret};
use scope::{AskedScope, ConsentState};
use std::{sync::Arc, time::Duration};

/// How long an authorization code lives (A13, B3).
pub(crate) const CODE_LIFETIME: Duration = Duration::from_secs(60);

/// Why no grant was made.
#[derive(Debug, thiserror::Error)]
pub(super) enum GrantFailure {
    /// Something that it rests on changed meanwhile: decide again.
    #[error("overtaken")]
    Overtaken,
    /// The client hears it.
    #[error(transparent)]
    Refused(#[from] OAuthError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Everything that a grant is made of.
pub(super) struct Draft<'a> {
    pub(super) snapshot: &'a RealmSnapshot,
    pub(super) client: &'a Arc<Application>,
    pub(super) session: &'a LoginSession,
    pub(super) scopes: &'a [AskedScope],
    /// The consent as it was read.
    pub(super) consent: Option<&'a Kept<ConsentRecord>>,
    /// The scopes that the person was just asked about, and whether they allowed each.
    pub(super) said: &'a [(AskedScope, bool)],
    pub(super) now: Timestamp,
}

impl Draft<'_> {
    /// The grant, and the changes that make it, but for what leads to it.
    pub(super) fn grant(
        &self,
        request: Option<&AuthorizationRequest>,
        lifetime: Duration,
    ) -> Result<(ReadGrant, Vec<Change>), GrantFailure> {
        let granted = self.scopes.iter().map(AskedScope::granted).collect();
        let set = ScopeSet::new(self.client.id, granted);
        let session = self.session.record();
        let names = |name: &str| self.scopes.iter().any(|s| s.name().as_str() == name);
        let body = GrantBody {
            auth_time: session.auth_time,
            methods: session.methods.clone(),
            provider: session.provider,
            ends: self
                .session
                .record
                .expires_at
                .filter(|_| !names(OFFLINE_ACCESS)),
            sid: session.sid.clone(),
            nonce: request.and_then(|request| request.nonce.clone()),
            claims: request
                .and_then(|request| request.claims.as_ref())
                .map(oauth::ClaimsRequest::to_json),
            resources: request
                .map(|request| request.resource.iter().map(|r| r.as_str().to_owned()))
                .map(Iterator::collect)
                .unwrap_or_default(),
            code: request.map(|request| CodeBinding {
                redirect_uri: request.redirect_uri.clone(),
                challenge: request.code_challenge,
            }),
            until: None,
        };
        let text = serde_json::to_string(&body).map_err(|error| unexpected(&error))?;
        let id = GrantId(new_id(self.now).into_bytes());
        let record = GrantRecord {
            id,
            scope_set: Arc::new(set.clone()),
            person: self.session.person().id.clone(),
            session: (!names(OFFLINE_ACCESS)).then(|| self.session.grants_key()),
            generation: 0,
            renewed_at: self.now,
            created_at: self.now,
            expires_at: self.now.plus(lifetime),
            status: TokenStatus::Issued,
            body: text,
        };
        // The session and the account that it rests on are still what they were (S15).
        let mut changes: Vec<Change> = self.session.record.expect().into_iter().collect();
        changes.extend(self.consent_changes()?);
        changes.push(Change::EnsureScopeSet(set));
        changes.push(Change::InsertGrant(record.clone()));
        Ok((ReadGrant { record, body }, changes))
    }

    /// What was said is written down; what was said before is still so.
    fn consent_changes(&self) -> Result<Vec<Change>, GrantFailure> {
        if self.said.is_empty() {
            return Ok(self.consent.and_then(Kept::expect).into_iter().collect());
        }
        let person = &self.session.person().id;
        let before = self.consent.cloned();
        let mut consent = before
            .unwrap_or_else(|| new_consent(person, self.client, self.now))
            .registered_anew(self.client, self.now);
        let (mut granted, mut denied) = (Vec::new(), Vec::new());
        for (scope, allowed) in self.said {
            let (state, names) = match allowed {
                true => (ConsentState::Granted, &mut granted),
                false => (ConsentState::Denied, &mut denied),
            };
            names.push(scope.name().to_string());
            let said = ScopeConsent {
                state,
                version: scope.scope.version(),
                at: self.now,
            };
            consent.value.scopes.insert(scope.scope.id(), said);
        }
        let taken_back = self.takes_back(&consent.value);
        let event = ConsentEvent {
            id: new_id(self.now),
            consent: consent.value.id,
            client: self.client.id,
            client_name: self.client.name.clone(),
            action: ConsentAction::Given,
            granted,
            denied,
            at: self.now,
        };
        let event = new_event(person, event).map_err(|error| unexpected(&error))?;
        let mut changes = vec![consent.put()?, event.put()?];
        // What was allowed and now is not ends in earlier grants too (B6).
        changes.extend(taken_back.then(|| revoked_grants(person, self.client.id, self.now)));
        Ok(changes)
    }

    /// Whether something that was allowed before is not any more, be it that it was refused now, or
    /// that it had been allowed to the client as it was registered then.
    fn takes_back(&self, now: &ConsentRecord) -> bool {
        let is_granted = |consent: &ConsentRecord, scope| {
            let said = consent.scopes.get(scope);
            said.is_some_and(|said| said.state == ConsentState::Granted)
        };
        self.consent.is_some_and(|before| {
            let mut scopes = before.value.scopes.keys();
            scopes.any(|scope| is_granted(&before.value, scope) && !is_granted(now, scope))
        })
    }
}

impl Core {
    /// Makes the grant of an authorization request and its code; the flow is over by that, and so is
    /// the pushed request.
    pub(super) async fn make_code(
        &self,
        draft: &Draft<'_>,
        request: &AuthorizationRequest,
        flow: Option<&Kept<Flow>>,
        pushed: Option<crate::store::EntryKey>,
    ) -> Result<Secret, GrantFailure> {
        let (grant, mut changes) = draft.grant(Some(request), CODE_LIFETIME)?;
        changes.extend(flow.map(Kept::delete));
        changes.extend(pushed.map(|key| Change::DeleteEntry {
            kind: EntryKind::PushedRequest,
            key,
            version: Some(1),
        }));
        self.commit_grant(draft.snapshot, changes).await?;
        let (realm, id) = (draft.snapshot.key(), grant.record.id);
        let code = CODE.write(self.secrets(), realm, id, grant.record.generation);
        self.fresh_grants().keep(realm, grant);
        Ok(code)
    }

    pub(super) async fn commit_grant(
        &self,
        snapshot: &RealmSnapshot,
        changes: Vec<Change>,
    ) -> Result<(), GrantFailure> {
        match self.commit_ending(snapshot.key(), changes).await {
            Ok(()) => Ok(()),
            Err(CommitError::Conflict(Conflict::Gone | Conflict::Version | Conflict::Exists)) => {
                Err(GrantFailure::Overtaken)
            }
            Err(CommitError::Conflict(other)) => Err(unexpected(&other).into()),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}
