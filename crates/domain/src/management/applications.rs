//! Clients (product §3), which administrators know as applications.

mod draft;
mod fields;
mod openid;
mod secrets;
mod wire;

use super::{
    Blocked, FieldError, ManagementError, Object, Target, assigned_scopes,
    authority::Authority,
    body::Body,
    configured::{Alter, Find, Make, Remove, Show},
    connectors, field,
    kept::Kept,
    present::{Made, Present},
    table::{Applications, AssignedScopes, Create},
};
use crate::{
    Edit,
    audit::Event,
    config::{Application, Assignment, ConfigObject, RealmConfig},
    id::new_id,
    keys,
    snapshot::RealmSnapshot,
    store::{Change, Kind},
    tokens::NewSecret,
};
use draft::Draft;
pub(crate) use draft::check_keys;
pub(super) use fields::DEFINITION;
use fields::FIELDS;
pub(super) use openid::acr_words;
use scope::{ClientId, DIRECTORY_SYNC_CONNECTOR, REPORTING};
pub(super) use secrets::SECRETS;
use std::{collections::BTreeMap, sync::Arc};

/// Fields that say nothing of what an application can do. Tags do: policies examine them.
const HARMLESS: [&str; 3] = ["name", "version", "description"];

/// The scopes that come with a preset (product §2.3).
const PRESETS: [(&str, &[&str]); 2] = [
    ("directory_sync_connector", &DIRECTORY_SYNC_CONNECTOR),
    ("reporting", &REPORTING),
];

impl Kept for Applications {
    type Id = ClientId;
    type Item = Application;
    const ALONE: bool = true;

    fn kept(config: &RealmConfig) -> &BTreeMap<ClientId, Arc<Application>> {
        &config.applications
    }
}

impl Show for Applications {
    fn show(_: &RealmSnapshot, application: Self::Record<'_>) -> Object {
        wire::to_json(application)
    }
}

impl Make for Applications {
    fn make(
        present: &mut Present<'_>,
        _: &Target,
        body: &Object,
    ) -> Result<Edit<Made>, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let preset = Body(body).one_of("preset", &PRESETS)?;
        if preset.is_some() {
            // A preset assigns scopes: all of that operation's right is needed too.
            let assigning = present.caller.permit_operation::<Create<AssignedScopes>>();
            assigning.map_err(|refusal| ManagementError::Refused(Box::new(refusal)))?;
        }
        let (snapshot, caller, now) = (present.snapshot, present.caller, present.now);
        let secrets = present.core.secrets();
        let draft = Draft::read(body, snapshot, preset.is_some(), None)?;
        let credentials = match draft.uses_secret() {
            true => Some(NewSecret::generate(secrets.client_secrets(), now, None)?),
            false => None,
        };
        let (secret, record) = credentials.map(|new| (new.secret, new.record)).unzip();
        let mut application = draft.application(ClientId(new_id(now)), now);
        application.secrets.extend(record);
        let authority = Authority { snapshot, caller };
        for name in preset.unwrap_or_default() {
            let scope = snapshot.config().scope_by_name(name).ok_or_else(|| {
                FieldError::invalid("preset", format!("needs the scope `{name}`"))
            })?;
            authority.may_assign(scope, &application)?;
            application.assigned.push(Assignment {
                default: true,
                ..Assignment::new(scope.id)
            });
        }
        let application = Arc::new(application);
        let mut made = Made::new(application.id);
        if let Some(secret) = secret {
            made.once
                .insert("client_secret".into(), secret.expose().into());
        }
        let edit = Edit::none(made).put(ConfigObject::Application(application.clone()));
        let assigned = assigned_scopes::events(snapshot, &application, Event::created);
        let edit = assigned.into_iter().fold(edit, Edit::noting);
        Ok(keys::provide(
            snapshot,
            &application,
            secrets,
            present.stock,
            now,
            edit,
        )?)
    }
}

impl Alter for Applications {
    fn alter(
        present: &mut Present<'_>,
        target: &Target,
        patch: &Object,
    ) -> Result<Edit<()>, ManagementError> {
        let (snapshot, caller, now) = (present.snapshot, present.caller, present.now);
        let before = Self::find(snapshot, target)?;
        let authority = Authority { snapshot, caller };
        authority.may_manage(before)?;
        if patch.keys().any(|name| !HARMLESS.contains(&name.as_str())) {
            authority.may_act_as(before)?;
        }
        let merged = field::patched(FIELDS, wire::to_json(before), patch)?;
        let registration = before.openid.registration.as_ref();
        let draft = Draft::read(&merged, snapshot, false, registration)?;
        // Secrets that the client can't use any more are gone for good.
        let secrets = match draft.uses_secret() {
            true => before.secrets.clone(),
            false => Vec::new(),
        };
        let after = Arc::new(Application {
            assigned: before.assigned.clone(),
            secrets,
            created: before.created,
            ..draft.application(before.id, now)
        });
        let edit = Edit::none(()).put(ConfigObject::Application(after.clone()));
        let secrets = present.core.secrets();
        Ok(keys::provide(
            snapshot,
            &after,
            secrets,
            present.stock,
            now,
            edit,
        )?)
    }
}

impl Remove for Applications {
    /// Its tokens go with it (product §2.4).
    fn remove(present: &mut Present<'_>, target: &Target) -> Result<Edit<()>, ManagementError> {
        let (snapshot, caller) = (present.snapshot, present.caller);
        let application = Self::find(snapshot, target)?;
        Authority { snapshot, caller }.may_manage(application)?;
        if application.is_built_in() {
            let detail = "A built-in application can't be deleted; set `active` to false.";
            return Err(Blocked::because("built_in", detail).into());
        }
        if let Some(users) = connectors::of_application(snapshot.config(), application.id) {
            return Err(Blocked::in_use("The application", vec![users]).into());
        }
        let assigned = assigned_scopes::events(snapshot, application, Event::deleted);
        let edit = assigned.into_iter().fold(Edit::none(()), Edit::noting);
        let edit = edit.first(Change::DeleteTokensOfClient(application.id));
        Ok(edit.delete(Kind::Application, application.id))
    }
}
