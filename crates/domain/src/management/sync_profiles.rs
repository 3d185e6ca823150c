//! Sync profiles (product §13): which directory a connector reads, and how. Their secrets are
//! readable by that connector alone.

mod draft;
mod fields;

use super::{
    Definition, ManagementError, Object, Target,
    authority::Authority,
    configured::{Alter, Find, Make, Remove, Show},
    field,
    kept::Kept,
    present::{Made, Present},
    table::SyncProfiles,
};
use crate::{
    Core, Edit,
    access::Caller,
    config::{ConfigObject, RealmConfig, SealedSecret, SyncProfile, SyncSource},
    id::new_id,
    snapshot::RealmSnapshot,
    store::Kind,
};
use draft::Draft;
use fields::FIELDS;
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

pub(super) const DEFINITION: Definition = Definition {
    resource: "sync-profiles",
    singular: "sync profile",
    about: "A directory that a connector brings people and groups from: where it is, what of it, and which attribute becomes which.",
    named_by: "name",
    fields: FIELDS,
};

impl Kept for SyncProfiles {
    type Id = Uuid;
    type Item = SyncProfile;

    fn kept(config: &RealmConfig) -> &BTreeMap<Uuid, Arc<SyncProfile>> {
        &config.sync_profiles
    }
}

impl Show for SyncProfiles {
    fn show(_: &RealmSnapshot, profile: Self::Record<'_>) -> Object {
        to_json(profile)
    }

    /// The secret, for the connector that runs the profile.
    async fn beside(
        core: &Core,
        caller: &Caller,
        profile: Self::Record<'_>,
    ) -> Result<Object, ManagementError> {
        let mut beside = Object::new();
        if let Some(sealed) = profile.source.secret().filter(|_| runs(caller, profile)) {
            let secret = sealed.open(caller.realm(), profile.id, core.secrets())?;
            let name = profile.source.secret_field();
            beside.insert(name.to_owned(), secret.expose().into());
        }
        Ok(beside)
    }
}

/// Whether the caller is the connector that runs the profile: its application, acting for itself
/// and not for a person, and nothing is switched off.
fn runs(caller: &Caller, profile: &SyncProfile) -> bool {
    let connectors = &caller.snapshot().config().connectors;
    let connector = profile.connector.and_then(|id| connectors.get(&id));
    connector.is_some_and(|connector| {
        profile.active && connector.active && caller.is_itself(connector.application)
    })
}

impl Make for SyncProfiles {
    fn make(
        present: &mut Present<'_>,
        _: &Target,
        body: &Object,
    ) -> Result<Edit<Made>, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let draft = Draft::read(body, present.snapshot)?;
        let id = new_id(present.now);
        let secret = sealed(present, id, &draft)?;
        let profile = draft.profile(id, secret, present.now);
        let (snapshot, caller) = (present.snapshot, present.caller);
        Authority { snapshot, caller }.may_direct(None, &profile)?;
        Ok(Edit::none(Made::new(id)).put(ConfigObject::SyncProfile(Arc::new(profile))))
    }
}

impl Alter for SyncProfiles {
    /// The secret is kept unless the patch has another, or `null`. It goes with the directory that
    /// it was given for, and with the connector that may read it: neither is ever told a secret by
    /// somebody who was not (REG-26).
    fn alter(
        present: &mut Present<'_>,
        target: &Target,
        patch: &Object,
    ) -> Result<Edit<()>, ManagementError> {
        let before = Self::find(present.snapshot, target)?;
        let mut merged = field::patched(FIELDS, to_json(before), patch)?;
        if patch
            .get("source")
            .is_some_and(|s| s != before.source.word())
        {
            merged.retain(|name, _| {
                !fields::OF_A_SOURCE.contains(&name.as_str()) || patch.contains_key(name)
            });
        }
        let draft = Draft::read(&merged, present.snapshot)?;
        let stays = !patch.contains_key(before.source.secret_field())
            && before.source.reaches_the_same(&draft.source)
            && before.connector == draft.connector;
        let secret = match stays {
            true => before.source.secret().cloned(),
            false => sealed(present, before.id, &draft)?,
        };
        let after = SyncProfile {
            created: before.created,
            ..draft.profile(before.id, secret, present.now)
        };
        let (snapshot, caller) = (present.snapshot, present.caller);
        Authority { snapshot, caller }.may_direct(Some(before), &after)?;
        Ok(Edit::none(()).put(ConfigObject::SyncProfile(Arc::new(after))))
    }
}

impl Remove for SyncProfiles {
    fn remove(present: &mut Present<'_>, target: &Target) -> Result<Edit<()>, ManagementError> {
        let profile = Self::find(present.snapshot, target)?;
        Ok(Edit::none(()).delete(Kind::SyncProfile, profile.id))
    }
}

/// The secret that was given, sealed for the profile `id`.
fn sealed(
    present: &Present<'_>,
    id: Uuid,
    draft: &Draft,
) -> Result<Option<SealedSecret>, ManagementError> {
    let (realm, secrets) = (present.snapshot.key(), present.core.secrets());
    let seal = |secret| SealedSecret::seal(realm, id, secret, secrets);
    Ok(draft.secret.as_ref().map(seal).transpose()?)
}

/// The whole of it; of the secret, only whether there is one.
fn to_json(profile: &SyncProfile) -> Object {
    let mut object = Object::new();
    let mut put = |name: &str, value: serde_json::Value| {
        if !value.is_null() {
            object.insert(name.to_owned(), value);
        }
    };
    put("id", json!(profile.id));
    put("name", json!(profile.name));
    put("description", json!(profile.description));
    put("source", json!(profile.source.word()));
    match &profile.source {
        SyncSource::Ldap {
            server,
            base,
            user_filter,
            group_filter,
            bind_name,
            bind_password,
        } => {
            put("server", json!(server));
            put("base", json!(base));
            put("user_filter", json!(user_filter));
            put("group_filter", json!(group_filter));
            put("bind_name", json!(bind_name));
            put("has_bind_password", json!(bind_password.is_some()));
        }
        SyncSource::Entra {
            server,
            tenant_id,
            client_id,
            client_secret,
        } => {
            put("server", json!(server));
            put("tenant_id", json!(tenant_id));
            put("client_id", json!(client_id));
            put("has_client_secret", json!(client_secret.is_some()));
        }
    }
    let mapping: Object = profile
        .attribute_mapping
        .iter()
        .map(|(theirs, ours)| (theirs.clone(), ours.as_str().into()))
        .collect();
    put("attribute_mapping", mapping.into());
    put("schedule", json!(profile.schedule));
    put("connector", json!(profile.connector));
    put("active", json!(profile.active));
    put("created", json!(profile.created.to_rfc3339()));
    put("updated", json!(profile.updated.to_rfc3339()));
    object
}
