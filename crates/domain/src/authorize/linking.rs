//! Linking an identity at a provider to the account of whoever is signed in: they prove that both
//! are theirs, and say so (REG-29).

use super::{
    account::{AccountPage, AccountPurpose},
    act::ActError,
    flow::{Flow, FlowError, LIFETIME, Purpose, Visitor},
    provider::{AtProvider, active_provider},
};
use crate::{
    Core,
    config::IdentityProvider,
    people::{
        EntryHandle, ExternalIdentity, HandleKind, Kept, Linking, LoginSession, Manner, Pending,
        Proof, Upstream,
    },
    snapshot::RealmSnapshot,
    store::{CommitError, EntryKind, StoreError},
    tokens::unexpected,
};
use std::sync::Arc;
use uuid::Uuid;

/// The question whether an identity is to be linked.
#[derive(Debug, Clone)]
pub struct LinkOffer {
    /// The provider's name.
    pub provider: String,
    /// What the person is called there.
    pub label: String,
    /// Whose account it is.
    pub person: String,
}

/// Why an identity was not linked.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Whoever asked is not signed in any more, or the page is not the one that is shown now.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// The provider can't be used.
    #[error("the provider can't be used now")]
    Provider,
    /// The identity signs somebody else in.
    #[error("that identity is linked to another account")]
    Taken,
    /// The account has another identity of that provider.
    #[error("another identity of that provider is linked to this account")]
    Another,
    /// Something was written at the same time.
    #[error("the account was changed at the same time; try again")]
    Overtaken,
}

impl From<StoreError> for LinkError {
    fn from(error: StoreError) -> Self {
        Self::Flow(error.into())
    }
}

impl From<ActError> for LinkError {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Flow(error) => Self::Flow(error),
            ActError::Provider => Self::Provider,
            _ => Self::Overtaken,
        }
    }
}

impl Linking {
    fn of(session: &LoginSession) -> Self {
        Self {
            person: session.person().id.to_string(),
            sid: session.record().sid.clone(),
        }
    }
}

impl Core {
    /// The address at a provider to which a person goes in order to link their identity there. What
    /// comes back is one to this browser and this session.
    ///
    /// # Errors
    /// [`LinkError::Provider`] if there is no such provider, or it can't be used.
    pub async fn begin_linking(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        visitor: &Visitor,
        session: &LoginSession,
        provider: Uuid,
    ) -> Result<String, LinkError> {
        self.check_ownership()?;
        let provider = active_provider(snapshot, provider).ok_or(LinkError::Provider)?;
        let unexpected = |error| LinkError::Flow(FlowError::Refused(unexpected(&error)));
        let proof = Proof::generate().map_err(unexpected)?;
        let mut asked = Pending::new(provider.id, &proof, None);
        asked.linking = Some(Linking::of(session));
        let purpose = Purpose::Account(AccountPurpose {
            page: AccountPage::Identities,
            fresh: false,
        });
        let mut flow = Flow::new(purpose, &visitor.browser, self.now());
        AtProvider::Asked(asked).keep(&mut flow)?;
        let handle = EntryHandle::generate(HandleKind::FLOW).map_err(unexpected)?;
        let flow = Kept::new(EntryKind::Flow, handle.key, flow);
        self.keep_flow(snapshot, flow).await?;
        let request = (handle.text.expose(), &proof);
        let manner = Manner {
            choose: true,
            max_age: None,
        };
        let address = self.at_provider(snapshot, provider, request, manner);
        Ok(address.await?)
    }

    /// Keeps an identity that was proven until its person says whether to link it.
    pub(super) async fn offer(
        &self,
        snapshot: &RealmSnapshot,
        visitor: &Visitor,
        mut flow: Kept<Flow>,
        (provider, found): (&IdentityProvider, &Upstream),
        linking: Linking,
    ) -> Result<LinkOffer, ActError> {
        let session = self.linker(snapshot, visitor, &linking).await?;
        let label = found.label();
        let offer = LinkOffer {
            provider: provider.name.clone(),
            label: label.clone(),
            person: session.person().display_name().to_owned(),
        };
        let identity = ExternalIdentity {
            provider: provider.id,
            issuer: provider.issuer.clone(),
            subject: found.subject.clone(),
            label: Some(label),
            linked: self.now(),
        };
        AtProvider::Offered { identity, linking }.keep(&mut flow.value)?;
        let flow = flow.until(self.now().plus(LIFETIME));
        self.commit_sign_in(snapshot, vec![flow.put()?]).await?;
        Ok(offer)
    }

    /// The session in which someone began to link: another one can't go on with it (REG-22).
    async fn linker(
        &self,
        snapshot: &RealmSnapshot,
        visitor: &Visitor,
        linking: &Linking,
    ) -> Result<LoginSession, FlowError> {
        let session = match &visitor.session {
            Some(cookie) => self.login_session(snapshot, cookie.expose()).await?,
            None => None,
        };
        let goes_on = |session: &LoginSession| {
            Linking::of(session) == *linking && !session.must_change_password(snapshot, self.now())
        };
        session.filter(goes_on).ok_or(FlowError::Over)
    }

    /// Links the identity that was offered in a flow, or, if the person does not want that, forgets
    /// it.
    ///
    /// # Errors
    /// [`LinkError`]; nothing is linked then.
    pub async fn finish_linking(
        &self,
        snapshot: &RealmSnapshot,
        handle: &str,
        visitor: &Visitor,
        agreed: bool,
    ) -> Result<(), LinkError> {
        let flow = self.find_flow(snapshot, handle, visitor).await?;
        let Some(AtProvider::Offered { identity, linking }) = AtProvider::of(&flow.value) else {
            return Err(FlowError::Over.into());
        };
        let session = self.linker(snapshot, visitor, &linking).await?;
        let mut changes = vec![flow.delete()];
        if agreed {
            let (key, person) = (snapshot.key(), &session.person().id);
            let provider = active_provider(snapshot, identity.provider);
            if provider.is_none_or(|provider| provider.issuer != identity.issuer) {
                return Err(LinkError::Provider);
            }
            let (issuer, subject) = (&identity.issuer, &identity.subject);
            let known = self.find_external(key, identity.provider, issuer, subject);
            match known.await? {
                Some(known) if known.person.as_ref() == Some(person) => {}
                Some(_) => return Err(LinkError::Taken),
                None => {
                    let linked = self.external_identities_of(key, person).await?;
                    let same =
                        |other: &Kept<ExternalIdentity>| other.value.provider == identity.provider;
                    if linked.iter().any(same) {
                        return Err(LinkError::Another);
                    }
                    // The account too: of two at once, one gets through, and whoever is shut out
                    // meanwhile links nothing (S15).
                    changes.extend(session.record.expect());
                    changes.push(session.account.put()?);
                    changes.push(identity.link(person)?);
                }
            }
        }
        match self.commit_ending(snapshot.key(), changes).await {
            Ok(()) => Ok(()),
            Err(CommitError::Conflict(_)) => Err(LinkError::Overtaken),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}
