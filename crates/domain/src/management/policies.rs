//! Policies (product §8): kept and not evaluated. None can be made active, so that nobody believes
//! in one that does nothing.

use super::{
    Definition, Field, FieldError, FieldKind, ManagementError, Object, Target,
    body::Body,
    configured::{Alter, Find, Make, Remove, Show},
    field::{self, words_of},
    kept::Kept,
    present::{Made, Present},
    table::Policies,
};
use crate::{
    Edit, Timestamp,
    config::{ConfigObject, Policy, PolicyLanguage, RealmConfig},
    id::new_id,
    snapshot::RealmSnapshot,
    store::Kind,
};
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

pub(super) const DEFINITION: Definition = Definition {
    resource: "policies",
    singular: "policy",
    about: "A policy that is kept for later: policies are not evaluated yet, none can be active, and none decides anything.",
    named_by: "name",
    fields: FIELDS,
};

const FIELDS: &[Field] = &[
    Field::id(),
    Field::writable(
        "name",
        FieldKind::Text,
        "A name for people, of at most 200 characters; unique in the realm, whatever its letter case.",
    )
    .required(),
    Field::writable("description", FieldKind::Text, "Free text."),
    Field::writable("language", FieldKind::Exact, "What it is written in.")
        .words(|| words_of(&LANGUAGES))
        .required(),
    Field::writable(
        "text",
        FieldKind::Exact,
        "The policy, of at most 64 KiB. It is kept as it is: whether it is one in its language is not checked.",
    )
    .required(),
    Field::writable(
        "active",
        FieldKind::Boolean,
        "Always false: policies are not evaluated yet, and `true` is refused.",
    )
    .default("false"),
    Field::created(),
    Field::updated(),
];

const LANGUAGES: [(&str, PolicyLanguage); 2] = [
    ("cedar", PolicyLanguage::Cedar),
    ("xacml", PolicyLanguage::Xacml),
];
/// Longest policy, in bytes.
const MAX_TEXT: usize = 64 * 1024;

impl Kept for Policies {
    type Id = Uuid;
    type Item = Policy;

    fn kept(config: &RealmConfig) -> &BTreeMap<Uuid, Arc<Policy>> {
        &config.policies
    }
}

impl Show for Policies {
    fn show(_: &RealmSnapshot, policy: Self::Record<'_>) -> Object {
        to_json(policy)
    }
}

impl Make for Policies {
    fn make(
        present: &mut Present<'_>,
        _: &Target,
        body: &Object,
    ) -> Result<Edit<Made>, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let policy = read(body, new_id(present.now), present.now)?;
        let made = Made::new(policy.id);
        Ok(Edit::none(made).put(ConfigObject::Policy(Arc::new(policy))))
    }
}

impl Alter for Policies {
    fn alter(
        present: &mut Present<'_>,
        target: &Target,
        patch: &Object,
    ) -> Result<Edit<()>, ManagementError> {
        let before = Self::find(present.snapshot, target)?;
        let merged = field::patched(FIELDS, to_json(before), patch)?;
        let after = Policy {
            created: before.created,
            ..read(&merged, before.id, present.now)?
        };
        Ok(Edit::none(()).put(ConfigObject::Policy(Arc::new(after))))
    }
}

impl Remove for Policies {
    fn remove(present: &mut Present<'_>, target: &Target) -> Result<Edit<()>, ManagementError> {
        let policy = Self::find(present.snapshot, target)?;
        Ok(Edit::none(()).delete(Kind::Policy, policy.id))
    }
}

fn read(body: &Object, id: Uuid, now: Timestamp) -> Result<Policy, FieldError> {
    let body = Body(body);
    if body.boolean("active")?.unwrap_or(false) {
        let detail =
            "can't be true: policies are not evaluated yet, and this one would refuse nothing";
        return Err(FieldError::invalid("active", detail));
    }
    let name = body.owned("name", 200)?;
    let language = body.one_of("language", &LANGUAGES)?;
    Ok(Policy {
        id,
        name: name.ok_or_else(|| FieldError::required("name"))?,
        description: body.owned("description", 4000)?,
        language: language.ok_or_else(|| FieldError::required("language"))?,
        text: text(body)?,
        created: now,
        updated: now,
    })
}

/// Any text that is there, as it is.
fn text(body: Body<'_>) -> Result<String, FieldError> {
    let invalid = |detail: String| FieldError::invalid("text", detail);
    let Some(value) = body.value("text") else {
        return Err(FieldError::required("text"));
    };
    let text = value
        .as_str()
        .ok_or_else(|| invalid("must be a string".to_owned()))?;
    if text.trim().is_empty() {
        return Err(invalid("must not be empty".to_owned()));
    }
    if text.len() > MAX_TEXT {
        return Err(invalid(format!("has more than {MAX_TEXT} bytes")));
    }
    Ok(text.to_owned())
}

fn to_json(policy: &Policy) -> Object {
    let mut object = Object::new();
    object.insert("id".into(), policy.id.to_string().into());
    object.insert("name".into(), policy.name.as_str().into());
    if let Some(description) = &policy.description {
        object.insert("description".into(), description.as_str().into());
    }
    object.insert("language".into(), json!(policy.language));
    object.insert("text".into(), policy.text.as_str().into());
    object.insert("active".into(), false.into());
    object.insert("created".into(), policy.created.to_rfc3339().into());
    object.insert("updated".into(), policy.updated.to_rfc3339().into());
    object
}
