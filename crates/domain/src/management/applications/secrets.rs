//! Secrets of an application: a new one is made while the old one still works (C5).

use super::super::{
    Blocked, Creatable, Created, Deletable, Field, FieldKind, ManagementError, Object, Target,
    authority::Authority,
    edit::{Present, edit},
    field,
    table::{ApplicationSecrets, Create, Delete},
};
use super::{find, wire};
use crate::{
    Core, Edit,
    access::Permit,
    config::{Application, ClientSecret, ConfigObject},
    tokens::NewSecret,
};
use std::sync::Arc;

/// How many secrets a client has at most.
const MAX_SECRETS: usize = 2;

const FIELDS: &[Field] = &[
    Field::by_server("id", FieldKind::Exact),
    Field::by_server("client_secret", FieldKind::Structure),
    Field::by_server("created", FieldKind::Time),
    Field::by_server("expires", FieldKind::Time),
];

impl Creatable for ApplicationSecrets {
    /// Answers the secret, this once.
    async fn create(
        core: &Core,
        permit: &Permit<Create<Self>>,
        target: &Target,
        body: &Object,
    ) -> Result<Created, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let made = edit(
            core,
            permit,
            |Present {
                 snapshot,
                 caller,
                 now,
             }| {
                let before = find(snapshot, target)?;
                Authority { snapshot, caller }.may_act_as(before)?;
                if !before.auth_method.uses_secret() {
                    let detail = "The application does not authenticate with a secret.";
                    return Err(Blocked::because("no_secret", detail).into());
                }
                let mut secrets: Vec<ClientSecret> = before
                    .secrets
                    .iter()
                    .filter(|secret| secret.is_live(now))
                    .cloned()
                    .collect();
                if secrets.len() >= MAX_SECRETS {
                    let detail = "The application has two secrets already: delete one first.";
                    return Err(Blocked::because("two_secrets", detail).into());
                }
                let new = NewSecret::generate(core.secrets().client_secrets(), now, None)?;
                secrets.push(new.record.clone());
                Ok(with_secrets(before, secrets, now, new))
            },
        );
        let new = made.await?;
        let mut object = match wire::secret(&new.record) {
            serde_json::Value::Object(object) => object,
            _ => Object::new(),
        };
        object.insert("client_secret".into(), new.secret.expose().into());
        Ok(Created {
            id: new.record.id.to_string(),
            object,
        })
    }
}

impl Deletable for ApplicationSecrets {
    async fn delete(
        core: &Core,
        permit: &Permit<Delete<Self>>,
        target: &Target,
    ) -> Result<(), ManagementError> {
        let deleted = edit(
            core,
            permit,
            |Present {
                 snapshot,
                 caller,
                 now,
             }| {
                let before = find(snapshot, target)?;
                Authority { snapshot, caller }.may_manage(before)?;
                let gone = target.get("secret");
                let (found, left): (Vec<_>, Vec<_>) = before
                    .secrets
                    .iter()
                    .cloned()
                    .partition(|secret| secret.id.to_string() == gone);
                if found.is_empty() {
                    return Err(ManagementError::NotFound);
                }
                Ok(with_secrets(before, left, now, ()))
            },
        );
        deleted.await
    }
}

fn with_secrets<T>(
    before: &Application,
    secrets: Vec<ClientSecret>,
    now: crate::Timestamp,
    answer: T,
) -> Edit<T> {
    let after = Application {
        secrets,
        updated: now,
        ..before.clone()
    };
    Edit::none(answer).put(ConfigObject::Application(Arc::new(after)))
}
