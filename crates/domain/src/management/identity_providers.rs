//! OpenID providers at which people may sign in (product §4).

mod draft;

use super::{
    Definition, Field, FieldKind, ManagementError, Object, Target,
    configured::{Alter, Find, Make, Remove, Show},
    field,
    kept::Kept,
    present::{Made, Present},
    table::IdentityProviders,
};
use crate::{
    Edit,
    config::{ConfigObject, IdentityProvider, RealmConfig},
    id::new_id,
    people::provider_redirect_uri,
    snapshot::RealmSnapshot,
    store::Kind,
};
use draft::Draft;
use oauth::Issuer;
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

pub(super) const DEFINITION: Definition = Definition {
    resource: "identity-providers",
    singular: "identity provider",
    about: "An OpenID provider at which people may sign in, and whose identities are linked to theirs.",
    named_by: "name",
    fields: FIELDS,
};

const FIELDS: &[Field] = &[
    Field::id(),
    Field::writable(
        "name",
        FieldKind::Text,
        "What people see of it, of at most 200 characters. Unique in the realm, ignoring letter case.",
    )
    .required(),
    Field::writable(
        "issuer",
        FieldKind::Exact,
        "Its issuer identifier, as it says it itself: `https`, or `http` of a loopback address.",
    )
    .required(),
    Field::writable("client_id", FieldKind::Exact, "What it knows this realm by.").required(),
    Field::writable(
        "client_secret",
        FieldKind::Structure,
        "The secret for `client_id`: kept sealed, never shown, and gone when `issuer` changes.",
    )
    .secret(),
    Field::by_server("has_client_secret", FieldKind::Boolean, "Whether there is a secret."),
    Field::by_server(
        "redirect_uri",
        FieldKind::Exact,
        "Where it sends people back to: register this at the provider.",
    ),
    Field::writable(
        "scopes",
        FieldKind::Exacts,
        "The scopes that are asked for there; `openid` is always among them.",
    )
    .default("openid"),
    Field::writable(
        "creates_identities",
        FieldKind::Boolean,
        "Whether somebody whom nobody here is linked to gets an identity by signing in there.",
    )
    .default("false"),
    Field::writable(
        "attributes",
        FieldKind::Structure,
        "Which claim fills which attribute of a new identity, such as `{\"given_name\": \"name.givenName\"}`.",
    )
    .default("none"),
    Field::writable("active", FieldKind::Boolean, "Whether people may sign in there.").default("true"),
    Field::created(),
    Field::updated(),
];

impl Kept for IdentityProviders {
    type Id = Uuid;
    type Item = IdentityProvider;

    fn kept(config: &RealmConfig) -> &BTreeMap<Uuid, Arc<IdentityProvider>> {
        &config.identity_providers
    }
}

impl Show for IdentityProviders {
    fn show(snapshot: &RealmSnapshot, provider: Self::Record<'_>) -> Object {
        to_json(provider, snapshot.issuer())
    }
}

impl Make for IdentityProviders {
    fn make(
        present: &mut Present<'_>,
        _: &Target,
        body: &Object,
    ) -> Result<Edit<Made>, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let draft = Draft::read(body, present.snapshot)?;
        let id = new_id(present.now);
        let secrets = present.core.secrets();
        let sealed_secret = draft.sealed_secret(present.snapshot.key(), id, secrets)?;
        let provider = Arc::new(draft.provider(id, sealed_secret, present.now));
        Ok(Edit::none(Made::new(id)).put(ConfigObject::IdentityProvider(provider)))
    }
}

impl Alter for IdentityProviders {
    /// The secret is kept unless the patch has another, or `null`. It goes with the issuer that it
    /// was given for: it is never sent to a server that somebody else named (REG-26).
    fn alter(
        present: &mut Present<'_>,
        target: &Target,
        patch: &Object,
    ) -> Result<Edit<()>, ManagementError> {
        let snapshot = present.snapshot;
        let before = Self::find(snapshot, target)?;
        let merged = field::patched(FIELDS, Self::show(snapshot, before), patch)?;
        let draft = Draft::read(&merged, snapshot)?;
        let stays = draft.issuer() == before.issuer && !patch.contains_key("client_secret");
        let sealed_secret = match stays {
            true => before.sealed_secret.clone(),
            false => draft.sealed_secret(snapshot.key(), before.id, present.core.secrets())?,
        };
        let after = IdentityProvider {
            created: before.created,
            ..draft.provider(before.id, sealed_secret, present.now)
        };
        Ok(Edit::none(()).put(ConfigObject::IdentityProvider(Arc::new(after))))
    }
}

impl Remove for IdentityProviders {
    fn remove(present: &mut Present<'_>, target: &Target) -> Result<Edit<()>, ManagementError> {
        let provider = Self::find(present.snapshot, target)?;
        Ok(Edit::none(()).delete(Kind::IdentityProvider, provider.id))
    }
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
