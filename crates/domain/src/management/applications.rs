//! Clients (product §3), which administrators know as applications.

mod draft;
mod fields;
mod openid;
mod secrets;
mod wire;

use super::{
    Creatable, Created, Deletable, FieldError, ListPage, ListQuery, Listable, ManagementError,
    Object, Readable, Target, Updatable,
    authority::Authority,
    body::Body,
    edit::{Present, edit},
    field,
    list::Listing,
    table::{Applications, AssignedScopes, Create, Delete, List, Read, Update},
};
use crate::{
    Core, Edit,
    access::Permit,
    config::{Application, Assignment, ConfigObject},
    id::new_id,
    keys::{self, Stock},
    snapshot::RealmSnapshot,
    store::{Change, Kind},
    tokens::NewSecret,
};
use draft::Draft;
pub(crate) use draft::check_keys;
use fields::FIELDS;
pub(super) use openid::acr_words;
use scope::{ClientId, DIRECTORY_SYNC_CONNECTOR, REPORTING};
use std::sync::Arc;

/// Fields that say nothing of what an application can do. Tags do: policies examine them.
const HARMLESS: [&str; 3] = ["name", "version", "description"];

/// The scopes that come with a preset (product §2.3).
const PRESETS: [(&str, &[&str]); 2] = [
    ("directory_sync_connector", &DIRECTORY_SYNC_CONNECTOR),
    ("reporting", &REPORTING),
];

impl Creatable for Applications {
    async fn create(
        core: &Core,
        permit: &Permit<Create<Self>>,
        _: &Target,
        body: &Object,
    ) -> Result<Created, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let preset = Body(body).one_of("preset", &PRESETS)?;
        if preset.is_some() {
            // A preset assigns scopes: all of that operation's right is needed too.
            let assigning = permit.caller().permit_operation::<Create<AssignedScopes>>();
            assigning.map_err(|refusal| ManagementError::Refused(Box::new(refusal)))?;
        }
        let mut stock = Stock::default();
        let (application, secret) = loop {
            let made = edit(
                core,
                permit,
                |Present {
                     snapshot,
                     caller,
                     now,
                 }| {
                    let draft = Draft::read(body, snapshot, preset.is_some(), None)?;
                    let key = core.secrets().client_secrets();
                    let credentials = match draft.uses_secret() {
                        true => Some(NewSecret::generate(key, now, None)?),
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
                    let edit = Edit::none((application.clone(), secret));
                    let edit = edit.put(ConfigObject::Application(application.clone()));
                    let secrets = core.secrets();
                    Ok(keys::provide(
                        snapshot,
                        &application,
                        secrets,
                        &mut stock,
                        now,
                        edit,
                    )?)
                },
            );
            let made = made.await;
            if !stock.refill().await? {
                break made?;
            }
        };
        let mut object = wire::to_json(&application);
        if let Some(secret) = secret {
            object.insert("client_secret".into(), secret.expose().into());
        }
        Ok(Created {
            id: application.id.to_string(),
            object,
        })
    }
}

impl Listable for Applications {
    async fn list(
        core: &Core,
        permit: &Permit<List<Self>>,
        target: &Target,
        query: &ListQuery,
    ) -> Result<ListPage, ManagementError> {
        let listing = Listing::new::<Self>(core.secrets(), permit.caller(), target, query, FIELDS)?;
        let all = permit.snapshot().config().applications.values();
        listing
            .page(all.map(|application| (application.id.to_string(), wire::to_json(application))))
    }
}

impl Readable for Applications {
    async fn read(
        _: &Core,
        permit: &Permit<Read<Self>>,
        target: &Target,
    ) -> Result<Object, ManagementError> {
        find(permit.snapshot(), target).map(|application| wire::to_json(application))
    }
}

impl Updatable for Applications {
    async fn update(
        core: &Core,
        permit: &Permit<Update<Self>>,
        target: &Target,
        patch: &Object,
    ) -> Result<Object, ManagementError> {
        let mut stock = Stock::default();
        loop {
            let updated = edit(
                core,
                permit,
                |Present {
                     snapshot,
                     caller,
                     now,
                 }| {
                    let before = find(snapshot, target)?;
                    let authority = Authority { snapshot, caller };
                    authority.may_manage(before)?;
                    if patch.keys().any(|name| !HARMLESS.contains(&name.as_str())) {
                        authority.may_act_as(before)?;
                    }
                    let merged = field::patched(FIELDS, wire::to_json(before), patch)?;
                    let registration = before.openid.registration.as_ref();
                    let draft = Draft::read(&merged, snapshot, false, registration)?;
                    let uses_secret = draft.uses_secret();
                    let described = draft.application(before.id, now);
                    let after = Arc::new(Application {
                        assigned: before.assigned.clone(),
                        // Secrets that the client can't use any more are gone for good.
                        secrets: if uses_secret {
                            before.secrets.clone()
                        } else {
                            Vec::new()
                        },
                        created: before.created,
                        ..described
                    });
                    let edit = Edit::none(after.clone());
                    let edit = edit.put(ConfigObject::Application(after.clone()));
                    let secrets = core.secrets();
                    Ok(keys::provide(
                        snapshot, &after, secrets, &mut stock, now, edit,
                    )?)
                },
            );
            let updated = updated.await;
            if !stock.refill().await? {
                return updated.map(|application| wire::to_json(&application));
            }
        }
    }
}

impl Deletable for Applications {
    /// Its tokens go with it (product §2.4).
    async fn delete(
        core: &Core,
        permit: &Permit<Delete<Self>>,
        target: &Target,
    ) -> Result<(), ManagementError> {
        let deleted = edit(
            core,
            permit,
            |Present {
                 snapshot, caller, ..
             }| {
                let application = find(snapshot, target)?;
                Authority { snapshot, caller }.may_manage(application)?;
                let edit = Edit::none(()).first(Change::DeleteTokensOfClient(application.id));
                Ok(edit.delete(Kind::Application, application.id))
            },
        );
        deleted.await
    }
}

/// The application of the path.
pub(super) fn find<'s>(
    snapshot: &'s RealmSnapshot,
    target: &Target,
) -> Result<&'s Arc<Application>, ManagementError> {
    snapshot
        .client(target.get("id"))
        .ok_or(ManagementError::NotFound)
}
