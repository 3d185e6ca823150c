//! External identities: each identity provider of the realm, and who the person is there.

use super::{SubPermit, SubResource, UnlinkExternalIdentity};
use crate::{
    Core,
    config::IdentityProvider,
    people::{ExternalIdentity, Kept},
    scim::{Preconditions, ScimFailure, rewrite::MAX_TRIES},
    snapshot::RealmSnapshot,
    store::{CommitError, Conflict, ResourceId, StoreError},
};
use serde_json::{Map, json};

impl Core {
    /// Every provider at which people may sign in, linked or not, and those at which the person is linked though they
    /// are switched off.
    pub(super) async fn external_items(
        &self,
        snapshot: &RealmSnapshot,
        person: &ResourceId,
    ) -> Result<Vec<SubResource>, StoreError> {
        let linked = self.external_identities_of(snapshot.key(), person).await?;
        let providers = snapshot.config().identity_providers.values();
        let shown = providers.filter(|provider| is_shown(provider, &linked));
        Ok(shown.map(|provider| item(provider, &linked)).collect())
    }

    /// Unlinks whoever the person is at a provider; their sessions and grants that came from there end.
    /// The provider stays listed, and where nobody is linked there is nothing to do.
    ///
    /// # Errors
    /// 404 for an id that is no provider's, or one's that is switched off and at which nobody is linked; 412; 403 for an administrator's, without their
    /// rights.
    pub async fn unlink_external(
        &self,
        permit: &SubPermit<UnlinkExternalIdentity>,
        (person, id): (&str, &str),
        preconditions: &Preconditions,
    ) -> Result<(), ScimFailure> {
        let person = self.owner(permit, person).await?;
        let providers = &permit.snapshot().config().identity_providers;
        let found = providers.values().find(|known| known.id.to_string() == id);
        let provider = found.ok_or(ScimFailure::NotFound)?;
        for _ in 0..MAX_TRIES {
            let account = self.account(permit.realm(), &person.id).await?;
            let expected = permit.may_change_credentials(self, &person.id)?;
            let all = self.external_identities_of(permit.realm(), &person.id);
            let linked = all.await?;
            if !is_shown(provider, &linked) {
                return Err(ScimFailure::NotFound);
            }
            preconditions.check(|| self.sub_etag(permit, &person, &item(provider, &linked)))?;
            // Also where nothing is linked: what came by it may be left from a try that failed.
            let whose = (&person.id, provider.id);
            match self
                .unlink_provider(permit.snapshot(), &account, whose, &linked, vec![expected])
                .await
            {
                Ok(()) => return Ok(()),
                Err(CommitError::Conflict(
                    Conflict::Version | Conflict::Exists | Conflict::StaleRevision,
                )) => {}
                Err(CommitError::Conflict(other)) => {
                    return Err(StoreError::Engine(other.to_string()).into());
                }
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(StoreError::Unavailable("too many writes to one identity".to_owned()).into())
    }
}

fn is_shown(provider: &IdentityProvider, linked: &[Kept<ExternalIdentity>]) -> bool {
    let here = |identity: &Kept<ExternalIdentity>| identity.value.provider == provider.id;
    provider.active || linked.iter().any(here)
}

/// A provider, and the identity there that was linked last.
fn item(provider: &IdentityProvider, linked: &[Kept<ExternalIdentity>]) -> SubResource {
    let there = linked
        .iter()
        .filter(|identity| identity.value.provider == provider.id);
    let latest = there.max_by_key(|identity| identity.value.linked);
    let mut attributes = Map::new();
    let named = json!({
        "value": provider.id.to_string(), "display": provider.name, "issuer": provider.issuer,
    });
    attributes.insert("provider".into(), named);
    if let Some(Kept { value, .. }) = latest {
        attributes.insert("providerUserId".into(), value.subject.as_str().into());
        let label = value.label.as_deref();
        attributes.extend(label.map(|label| ("providerUserName".to_owned(), label.into())));
        attributes.insert("linked".into(), value.linked.to_rfc3339().into());
    }
    SubResource {
        id: provider.id.to_string(),
        // When it was linked, for another may be linked after this one with as few changes.
        version: latest.map_or(0, |kept| {
            u64::try_from(kept.value.linked.micros()).unwrap_or_default()
        }),
        created: latest.map(|kept| kept.value.linked),
        modified: latest.map(|kept| kept.value.linked),
        attributes,
    }
}
