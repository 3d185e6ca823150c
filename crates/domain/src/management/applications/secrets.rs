//! Secrets of an application: a new one is made while the old one still works (C5).

use super::super::{
    Blocked, Definition, Field, FieldKind, ManagementError, Object, Target,
    authority::Authority,
    configured::{Find, Make, Remove, Show},
    field,
    present::{Made, Present},
    table::{ApplicationSecrets, Applications},
};
use super::wire;
use crate::{
    Edit,
    config::{Application, ClientSecret, ConfigObject},
    snapshot::RealmSnapshot,
    tokens::NewSecret,
};
use std::sync::Arc;

/// How many secrets a client has at most.
const MAX_SECRETS: usize = 2;

pub(in super::super) const SECRETS: Definition = Definition {
    resource: "secrets",
    singular: "secret of an application",
    about: "A secret that an application authenticates with. Two may overlap, so that one can follow the other.",
    named_by: "id",
    fields: FIELDS,
};

const FIELDS: &[Field] = &[
    Field::id(),
    Field::by_server(
        "client_secret",
        FieldKind::Structure,
        "The secret, shown once, when it is made.",
    ),
    Field::created(),
    Field::by_server(
        "expires",
        FieldKind::Time,
        "When it stops working, if it does.",
    ),
];

impl Find for ApplicationSecrets {
    type Record<'s> = &'s ClientSecret;

    fn find<'s>(
        snapshot: &'s RealmSnapshot,
        target: &Target,
    ) -> Result<Self::Record<'s>, ManagementError> {
        let id = target.get("secret");
        let mut secrets = Applications::find(snapshot, target)?.secrets.iter();
        secrets
            .find(|secret| secret.id.to_string() == id)
            .ok_or(ManagementError::NotFound)
    }
}

impl Show for ApplicationSecrets {
    fn show(_: &RealmSnapshot, secret: Self::Record<'_>) -> Object {
        wire::secret(secret)
    }
}

impl Make for ApplicationSecrets {
    /// Answers the secret, this once.
    fn make(
        present: &mut Present<'_>,
        target: &Target,
        body: &Object,
    ) -> Result<Edit<Made>, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let (snapshot, caller, now) = (present.snapshot, present.caller, present.now);
        let before = Applications::find(snapshot, target)?;
        Authority { snapshot, caller }.may_act_as(before)?;
        if !before.auth_method.uses_secret() {
            let detail = "The application does not authenticate with a secret.";
            return Err(Blocked::because("no_secret", detail).into());
        }
        let live = before.secrets.iter().filter(|secret| secret.is_live(now));
        let mut secrets: Vec<ClientSecret> = live.cloned().collect();
        if secrets.len() >= MAX_SECRETS {
            let detail = "The application has two secrets already: delete one first.";
            return Err(Blocked::because("two_secrets", detail).into());
        }
        let key = present.core.secrets().client_secrets();
        let new = NewSecret::generate(key, now, None)?;
        let mut made = Made::new(new.record.id);
        made.once
            .insert("client_secret".into(), new.secret.expose().into());
        secrets.push(new.record);
        Ok(with_secrets(before, secrets, now, made))
    }
}

impl Remove for ApplicationSecrets {
    fn remove(present: &mut Present<'_>, target: &Target) -> Result<Edit<()>, ManagementError> {
        let (snapshot, caller) = (present.snapshot, present.caller);
        let before = Applications::find(snapshot, target)?;
        Authority { snapshot, caller }.may_manage(before)?;
        let gone = Self::find(snapshot, target)?.id;
        let left = before.secrets.iter().filter(|secret| secret.id != gone);
        Ok(with_secrets(
            before,
            left.cloned().collect(),
            present.now,
            (),
        ))
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
