//! OpenID providers at which people may sign in (product §4).

mod draft;

use super::{
    Creatable, Created, Deletable, Field, FieldKind, ListPage, ListQuery, Listable,
    ManagementError, Object, Readable, Target, Updatable,
    edit::{Present, edit},
    field,
    list::Listing,
    table::{Create, Delete, IdentityProviders, List, Read, Update},
};
use crate::{
    Core, Edit,
    access::Permit,
    config::{ConfigObject, IdentityProvider},
    id::new_id,
    people::provider_redirect_uri,
    snapshot::RealmSnapshot,
    store::Kind,
};
use draft::Draft;
use oauth::Issuer;
use serde_json::json;
use std::sync::Arc;

const FIELDS: &[Field] = &[
    Field::by_server("id", FieldKind::Exact),
    Field::writable("name", FieldKind::Text),
    Field::writable("issuer", FieldKind::Exact),
    Field::writable("client_id", FieldKind::Exact),
    Field::writable("client_secret", FieldKind::Structure),
    Field::by_server("has_client_secret", FieldKind::Boolean),
    Field::by_server("redirect_uri", FieldKind::Exact),
    Field::writable("scopes", FieldKind::Exacts),
    Field::writable("creates_identities", FieldKind::Boolean),
    Field::writable("attributes", FieldKind::Structure),
    Field::writable("active", FieldKind::Boolean),
    Field::by_server("created", FieldKind::Time),
    Field::by_server("updated", FieldKind::Time),
];

impl Creatable for IdentityProviders {
    async fn create(
        core: &Core,
        permit: &Permit<Create<Self>>,
        _: &Target,
        body: &Object,
    ) -> Result<Created, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let made = edit(core, permit, |Present { snapshot, now, .. }| {
            let draft = Draft::read(body, snapshot)?;
            let id = new_id(now);
            let sealed_secret = draft.sealed_secret(snapshot.key(), id, core.secrets())?;
            let provider = Arc::new(draft.provider(id, sealed_secret, now));
            let edit = Edit::none(provider.clone());
            Ok(edit.put(ConfigObject::IdentityProvider(provider)))
        });
        let provider = made.await?;
        Ok(Created {
            id: provider.id.to_string(),
            object: to_json(&provider, permit.snapshot().issuer()),
        })
    }
}

impl Listable for IdentityProviders {
    async fn list(
        core: &Core,
        permit: &Permit<List<Self>>,
        target: &Target,
        query: &ListQuery,
    ) -> Result<ListPage, ManagementError> {
        let listing = Listing::new::<Self>(core.secrets(), permit.caller(), target, query, FIELDS)?;
        let snapshot = permit.snapshot();
        let providers = snapshot.config().identity_providers.values();
        listing.page(providers.map(|provider| {
            let object = to_json(provider, snapshot.issuer());
            (provider.id.to_string(), object)
        }))
    }
}

impl Readable for IdentityProviders {
    async fn read(
        _: &Core,
        permit: &Permit<Read<Self>>,
        target: &Target,
    ) -> Result<Object, ManagementError> {
        let snapshot = permit.snapshot();
        find(snapshot, target).map(|provider| to_json(provider, snapshot.issuer()))
    }
}

impl Updatable for IdentityProviders {
    /// The secret is kept unless the patch has another, or `null`. It goes with the issuer that it
    /// was given for: it is never sent to a server that somebody else named (REG-26).
    async fn update(
        core: &Core,
        permit: &Permit<Update<Self>>,
        target: &Target,
        patch: &Object,
    ) -> Result<Object, ManagementError> {
        let updated = edit(core, permit, |Present { snapshot, now, .. }| {
            let before = find(snapshot, target)?;
            let merged = field::patched(FIELDS, to_json(before, snapshot.issuer()), patch)?;
            let draft = Draft::read(&merged, snapshot)?;
            let stays = draft.issuer() == before.issuer && !patch.contains_key("client_secret");
            let sealed_secret = match stays {
                true => before.sealed_secret.clone(),
                false => draft.sealed_secret(snapshot.key(), before.id, core.secrets())?,
            };
            let after = Arc::new(IdentityProvider {
                created: before.created,
                ..draft.provider(before.id, sealed_secret, now)
            });
            Ok(Edit::none(after.clone()).put(ConfigObject::IdentityProvider(after)))
        });
        let updated = updated.await?;
        Ok(to_json(&updated, permit.snapshot().issuer()))
    }
}

impl Deletable for IdentityProviders {
    async fn delete(
        core: &Core,
        permit: &Permit<Delete<Self>>,
        target: &Target,
    ) -> Result<(), ManagementError> {
        let deleted = edit(core, permit, |Present { snapshot, .. }| {
            let provider = find(snapshot, target)?;
            Ok(Edit::none(()).delete(Kind::IdentityProvider, provider.id))
        });
        deleted.await
    }
}

fn find<'s>(
    snapshot: &'s RealmSnapshot,
    target: &Target,
) -> Result<&'s Arc<IdentityProvider>, ManagementError> {
    let id = target
        .get("id")
        .parse()
        .map_err(|_| ManagementError::NotFound)?;
    let providers = &snapshot.config().identity_providers;
    providers.get(&id).ok_or(ManagementError::NotFound)
}

/// The whole of it; of the secret, only whether there is one. `redirect_uri` is what must be
/// registered at the provider.
fn to_json(provider: &IdentityProvider, realm: &Issuer) -> Object {
    let attributes: Object = provider
        .attributes
        .iter()
        .map(|(claim, path)| (claim.clone(), path.as_str().into()))
        .collect();
    let object = json!({
        "id": provider.id.to_string(),
        "name": provider.name,
        "issuer": provider.issuer,
        "client_id": provider.client_id,
        "has_client_secret": provider.sealed_secret.is_some(),
        "redirect_uri": provider_redirect_uri(realm, provider.id),
        "scopes": provider.scopes,
        "creates_identities": provider.creates_identities,
        "attributes": attributes,
        "active": provider.active,
        "created": provider.created.to_rfc3339(),
        "updated": provider.updated.to_rfc3339(),
    });
    object.as_object().cloned().unwrap_or_default()
}
