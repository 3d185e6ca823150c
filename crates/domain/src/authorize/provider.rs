//! Sign-in at an identity provider within a flow: the person goes there, and comes back once, in
//! the same browser (REG-05).

use super::{
    act::ActError,
    flow::{Flow, FlowError, Visitor},
    linking::LinkOffer,
    run::FlowState,
    stage::{SignInReason, Stage},
    step::Next,
};
use crate::{
    Core,
    config::IdentityProvider,
    people::{
        Amr, ExternalIdentity, Kept, Linking, Manner, Pending, Proof, ProviderAnswer, Upstream,
        UpstreamError, Vouched, split_state,
    },
    snapshot::RealmSnapshot,
    store::{ResourceId, StoreError},
    tokens::unexpected,
};
use oauth::Secret;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use uuid::Uuid;

/// What a flow keeps of a provider ([`Flow::upstream`]).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AtProvider {
    /// The person is there.
    Asked(Pending),
    /// They are back with an identity, which they may link.
    Offered {
        /// The identity.
        identity: ExternalIdentity,
        /// Whose it becomes.
        linking: Linking,
    },
}

/// Someone who came back from a provider.
#[derive(Debug)]
pub struct CameBack {
    /// The handle of their flow.
    pub handle: String,
    /// What came of it.
    pub arrival: Result<Arrival, ActError>,
}

/// Where someone is who came back from a provider.
#[derive(Debug)]
pub enum Arrival {
    /// Further in their flow.
    Flow(FlowState),
    /// Before the question whether to link the identity to their account.
    Link(LinkOffer),
}

impl AtProvider {
    pub(super) fn of(flow: &Flow) -> Option<Self> {
        let kept = flow.upstream.clone()?;
        serde_json::from_value(kept).ok()
    }

    pub(super) fn keep(&self, flow: &mut Flow) -> Result<(), StoreError> {
        let kept = serde_json::to_value(self);
        flow.upstream = Some(kept.map_err(|error| StoreError::Corrupt(error.to_string()))?);
        Ok(())
    }
}

/// A provider at which people may sign in (B11).
pub(super) fn active_provider(
    snapshot: &RealmSnapshot,
    id: Uuid,
) -> Option<&Arc<IdentityProvider>> {
    let provider = snapshot.config().identity_providers.get(&id);
    provider.filter(|provider| provider.active)
}

/// What the person hears of what went wrong; the rest goes to the log.
fn failed(provider: &IdentityProvider, error: UpstreamError, heard: ActError) -> ActError {
    match error {
        UpstreamError::Store(error) => error.into(),
        error => {
            error.log(provider);
            heard
        }
    }
}

impl Core {
    /// The address at a provider to which the person goes in order to sign in.
    ///
    /// # Errors
    /// [`ActError::Provider`] if the provider can't be used.
    pub async fn begin_upstream(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        handle: &str,
        visitor: &Visitor,
        provider: Uuid,
    ) -> Result<String, ActError> {
        let flow = self.find_flow(snapshot, handle, visitor).await?;
        let known = self.know(snapshot, flow, visitor).await?;
        let Next::Show(Stage::SignIn { reason, .. }) = known.next(snapshot, &[], self.now()) else {
            return Err(ActError::Stale);
        };
        // What makes it fresh here makes it fresh there, whoever is signed in here (A14).
        let manner = Manner {
            choose: reason == SignInReason::Another,
            max_age: match reason {
                SignInReason::Fresh => Some(0),
                _ => known.freshness().max_age(),
            },
        };
        let since = |seconds| self.now().minus(Duration::from_secs(seconds));
        let fresh = manner.max_age.map(since);
        let provider = active_provider(snapshot, provider).ok_or(ActError::Stale)?;
        let proof = Proof::generate().map_err(|error| FlowError::Refused(unexpected(&error)))?;
        let asked = Pending::new(provider.id, &proof, fresh);
        let mut flow = known.flow;
        AtProvider::Asked(asked).keep(&mut flow.value)?;
        self.commit_sign_in(snapshot, vec![flow.put()?]).await?;
        self.at_provider(snapshot, provider, (handle, &proof), manner)
            .await
    }

    /// The address at the provider.
    pub(super) async fn at_provider(
        &self,
        snapshot: &RealmSnapshot,
        provider: &IdentityProvider,
        request: (&str, &Proof),
        manner: Manner,
    ) -> Result<String, ActError> {
        let address = self.upstream_address(snapshot, provider, request, manner);
        address
            .await
            .map_err(|error| failed(provider, error, ActError::Provider))
    }

    /// Someone comes back from a provider with its answer.
    ///
    /// # Errors
    /// If it names no flow of this browser.
    pub async fn come_back(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        visitor: &Visitor,
        answer: &ProviderAnswer,
    ) -> Result<CameBack, FlowError> {
        let state = answer.state.as_deref().and_then(split_state);
        let (handle, proof) = state.ok_or(FlowError::Over)?;
        let arrival = match self.arrive(snapshot, handle, &proof, visitor, answer).await {
            Err(ActError::Flow(error)) => return Err(error),
            arrival => arrival,
        };
        Ok(CameBack {
            handle: handle.to_owned(),
            arrival,
        })
    }

    async fn arrive(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        handle: &str,
        proof: &Proof,
        visitor: &Visitor,
        answer: &ProviderAnswer,
    ) -> Result<Arrival, ActError> {
        let mut flow = self.find_flow(snapshot, handle, visitor).await?;
        let Some(AtProvider::Asked(pending)) = AtProvider::of(&flow.value) else {
            return Err(ActError::Stale);
        };
        let provider = active_provider(snapshot, pending.provider).ok_or(ActError::Provider)?;
        let failed = |error| failed(provider, error, ActError::Provider);
        pending.check(proof).map_err(failed)?;
        // From here on, no other answer is one to this request: of two at once, one gets through.
        flow.value.upstream = None;
        self.commit_sign_in(snapshot, vec![flow.put()?]).await?;
        let asked = (&pending, proof);
        let mut found = self
            .upstream_identity(snapshot, provider, asked, answer)
            .await
            .map_err(failed)?;
        match pending.linking {
            Some(linking) => {
                self.learn_more(&mut found).await.map_err(failed)?;
                let flow = self.find_flow(snapshot, handle, visitor).await?;
                let offer = self.offer(snapshot, visitor, flow, (provider, &found), linking);
                offer.await.map(Arrival::Link)
            }
            None => {
                let cookie = self
                    .provider_step(snapshot, handle, visitor, provider, &found)
                    .await?;
                let state = self.further(snapshot, handle, visitor, cookie, &[]).await?;
                Ok(Arrival::Flow(state))
            }
        }
    }

    /// The person whose identity it is gave a first factor by that (S13: known by `iss` and `sub`
    /// alone).
    async fn provider_step(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        handle: &str,
        visitor: &Visitor,
        provider: &IdentityProvider,
        found: &Upstream,
    ) -> Result<Option<Secret>, ActError> {
        let (id, issuer) = (provider.id, provider.issuer.as_str());
        let find = || self.find_external(snapshot.key(), id, issuer, &found.subject);
        let external = match find().await? {
            Some(external) => external,
            None if provider.creates_identities => {
                let mut found = found.clone();
                let made = async {
                    self.learn_more(&mut found).await?;
                    self.make_person(snapshot, provider, &found).await
                };
                let made = made.await;
                match (find().await?, made) {
                    // Made here, or at the same time elsewhere.
                    (Some(external), _) => external,
                    (None, Ok(())) => return Err(ActError::Stale),
                    (None, Err(error)) => {
                        return Err(failed(provider, error, ActError::NoAccount));
                    }
                }
            }
            None => return Err(ActError::NoAccount),
        };
        let id: &ResourceId = external.person.as_ref().ok_or(ActError::NoAccount)?;
        // The account first (S15).
        let account = self.account(snapshot.key(), id).await?;
        let person = self.person(snapshot, id).await?;
        let usable = account.value.is_usable(self.now());
        let person = person.filter(|person| person.is_active() && usable);
        let person = person.ok_or(ActError::NoAccount)?;
        let flow = self.find_flow(snapshot, handle, visitor).await?;
        let known = self.know(snapshot, flow, visitor).await?;
        if !matches!(
            known.next(snapshot, &[], self.now()),
            Next::Show(Stage::SignIn { .. })
        ) {
            return Err(ActError::Stale);
        }
        let word = Vouched {
            provider: provider.id,
            auth_time: found.auth_time,
        };
        let how = (BTreeSet::from([Amr::Provider]), Some(word));
        let still_linked: Vec<_> = Kept::expect(&external).into_iter().collect();
        self.first_factor(
            snapshot,
            known,
            visitor,
            (person, account),
            how,
            still_linked,
        )
        .await
    }
}
