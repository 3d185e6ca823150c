//! Signing in with a passkey on the page of a flow (WebAuthn §7.2).

use super::{
    act::ActError,
    flow::{Flow, Visitor},
    run::Known,
};
use crate::{
    Core,
    people::{Amr, Kept, PasskeyFailure},
    snapshot::RealmSnapshot,
    store::{CommitError, Conflict, StoreError},
};
use oauth::Secret;
use passkeys::AuthenticationState;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{collections::BTreeSet, sync::Arc};

/// What the passkeys of a flow must answer to. It is the same until someone answers, and is used up
/// by that, whatever the answer is.
#[derive(Serialize, Deserialize)]
struct Challenge {
    /// What the browser asks with.
    options: Value,
    /// What the answer is compared with.
    state: AuthenticationState,
}

/// What a sign-in page has for passkeys.
pub(super) enum Offered {
    /// Nothing: they can't be used at this address.
    Nothing,
    /// `PublicKeyCredentialRequestOptionsJSON`.
    Options(String),
    /// The flow was changed at the same time.
    Overtaken,
}

impl Core {
    /// What passkeys are asked with in this flow: whoever looks gets the same, whether or not they
    /// have passkeys (U5).
    pub(super) async fn offer_passkeys(
        &self,
        snapshot: &RealmSnapshot,
        flow: &Kept<Flow>,
    ) -> Result<Offered, StoreError> {
        let Some(relying_party) = self.relying_party(snapshot) else {
            return Ok(Offered::Nothing);
        };
        if let Some(challenge) = flow.value.challenge.as_ref().and_then(read) {
            return Ok(Offered::Options(challenge.options.to_string()));
        }
        let started = relying_party.start_usernameless();
        let (options, state) = started.map_err(|error| StoreError::Engine(error.to_string()))?;
        let text = options.to_string();
        let challenge = serde_json::to_value(Challenge { options, state })
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let mut flow = flow.clone();
        flow.value.challenge = Some(challenge);
        match self.commit_kept(snapshot, flow.put()?).await {
            Ok(()) => Ok(Offered::Options(text)),
            Err(CommitError::Conflict(Conflict::Version)) => Ok(Offered::Overtaken),
            Err(CommitError::Conflict(other)) => Err(StoreError::Engine(other.to_string())),
            Err(CommitError::Store(error)) => Err(error),
        }
    }

    /// A passkey's answer to the challenge of the flow; answers the cookie of a session.
    pub(super) async fn passkey_step(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        mut known: Known,
        visitor: &Visitor,
        credential: &Secret,
    ) -> Result<Option<Secret>, ActError> {
        let challenge = known.flow.value.challenge.take();
        let challenge = challenge.as_ref().and_then(read).ok_or(ActError::Stale)?;
        match self
            .check_passkey(snapshot, &challenge.state, credential)
            .await
        {
            Ok(signed) => {
                let how = (BTreeSet::from([Amr::Passkey]), None);
                self.first_factor(snapshot, known, visitor, signed, how, Vec::new())
                    .await
            }
            Err(PasskeyFailure::Refused) => {
                // No second answer to the same challenge (REG-06).
                match self.commit_kept(snapshot, known.flow.put()?).await {
                    Ok(()) | Err(CommitError::Conflict(_)) => Err(ActError::WrongPasskey),
                    Err(CommitError::Store(error)) => Err(error.into()),
                }
            }
            Err(PasskeyFailure::Store(error)) => Err(error.into()),
        }
    }
}

fn read(challenge: &Value) -> Option<Challenge> {
    Challenge::deserialize(challenge).ok()
}
