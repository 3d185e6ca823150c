//! Claims about people, and where their values come from (product §4).

use super::{
    Blocked, Definition, Field, FieldError, FieldKind, ManagementError, Object, Target,
    body::{Body, short},
    configured::{Alter, Find, Make, Remove, Show},
    field,
    kept::Kept,
    present::{Made, Present},
    table::Claims,
};
use crate::{
    Edit,
    claims::{ClaimPath, is_protocol_claim},
    config::{ClaimRecord, ConfigObject, RealmConfig},
    id::new_id,
    snapshot::RealmSnapshot,
    store::Kind,
};
use scim::ResourceSchema;
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

/// Longest name, in bytes.
const MAX_NAME: usize = 200;
/// Most paths of one claim.
const MAX_PATHS: usize = 10;

pub(super) const DEFINITION: Definition = Definition {
    resource: "claims",
    singular: "claim",
    about: "A claim about a person in ID tokens and at `/userinfo`, and the SCIM attributes that give its value.",
    named_by: "name",
    fields: FIELDS,
};

const FIELDS: &[Field] = &[
    Field::id(),
    Field::writable(
        "name",
        FieldKind::Exact,
        "The claim's name: 1 to 200 visible ASCII characters. `sub` and the claims of the protocols can't be mapped, and the name of a built-in claim stays.",
    )
    .required(),
    Field::writable(
        "paths",
        FieldKind::Exacts,
        "One to ten attribute paths, of which the first with a value gives it, such as `emails[primary eq true].value`.",
    )
    .required(),
    Field::built_in("Whether Ambit brought the claim: it can't be renamed or deleted then."),
    Field::created(),
    Field::updated(),
];

impl Kept for Claims {
    type Id = Uuid;
    type Item = ClaimRecord;

    fn kept(config: &RealmConfig) -> &BTreeMap<Uuid, Arc<ClaimRecord>> {
        &config.claims
    }
}

impl Show for Claims {
    fn show(_: &RealmSnapshot, claim: Self::Record<'_>) -> Object {
        to_json(claim)
    }
}

impl Make for Claims {
    fn make(
        present: &mut Present<'_>,
        _: &Target,
        body: &Object,
    ) -> Result<Edit<Made>, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let (name, paths) = read(body, present.snapshot)?;
        let claim = ClaimRecord {
            id: new_id(present.now),
            name,
            paths,
            built_in: false,
            created: present.now,
            updated: present.now,
        };
        let made = Made::new(claim.id);
        Ok(Edit::none(made).put(ConfigObject::Claim(Arc::new(claim))))
    }
}

impl Alter for Claims {
    /// The name of a built-in claim says what it means, and stays.
    fn alter(
        present: &mut Present<'_>,
        target: &Target,
        patch: &Object,
    ) -> Result<Edit<()>, ManagementError> {
        let before = Self::find(present.snapshot, target)?;
        let merged = field::patched(FIELDS, to_json(before), patch)?;
        let (name, paths) = read(&merged, present.snapshot)?;
        if before.built_in && name != before.name {
            let detail = "can't be changed: the claim is built in";
            return Err(FieldError::new("name", "built_in", detail).into());
        }
        let after = ClaimRecord {
            name,
            paths,
            updated: present.now,
            ..ClaimRecord::clone(before)
        };
        Ok(Edit::none(()).put(ConfigObject::Claim(Arc::new(after))))
    }
}

impl Remove for Claims {
    fn remove(present: &mut Present<'_>, target: &Target) -> Result<Edit<()>, ManagementError> {
        let claim = Self::find(present.snapshot, target)?;
        if claim.built_in {
            let detail = "A built-in claim can't be deleted.";
            return Err(Blocked::because("built_in", detail).into());
        }
        Ok(Edit::none(()).delete(Kind::Claim, claim.id))
    }
}

/// The attributes of the resources that are people.
pub(super) fn identity_schema(snapshot: &RealmSnapshot) -> Option<&Arc<ResourceSchema>> {
    let identity = snapshot.catalogue().identity_type()?;
    snapshot.types().get(identity).map(|entry| &entry.schema)
}

fn read(body: &Object, snapshot: &RealmSnapshot) -> Result<(String, Vec<String>), FieldError> {
    let body = Body(body);
    let name = name(body.required_text("name")?)?;
    let invalid = |detail: String| FieldError::invalid("paths", detail);
    let paths = body
        .texts("paths")?
        .ok_or_else(|| FieldError::required("paths"))?;
    if paths.is_empty() || paths.len() > MAX_PATHS {
        return Err(invalid(format!("must have 1 to {MAX_PATHS} values")));
    }
    let schema = identity_schema(snapshot)
        .ok_or_else(|| invalid("can't be set: this realm has no identities".to_owned()))?;
    for path in &paths {
        ClaimPath::parse(path, schema)
            .map_err(|error| invalid(format!("has `{}`: {error}", short(path))))?;
    }
    Ok((name, paths.into_iter().map(str::to_owned).collect()))
}

fn name(text: &str) -> Result<String, FieldError> {
    let invalid = |detail: String| FieldError::invalid("name", detail);
    if text.len() > MAX_NAME || !text.bytes().all(|b| b.is_ascii_graphic()) {
        let detail = format!("must have 1 to {MAX_NAME} visible ASCII characters without spaces");
        return Err(invalid(detail));
    }
    if is_protocol_claim(text) {
        return Err(invalid(format!(
            "can't be `{text}`: no attribute gives that"
        )));
    }
    Ok(text.to_owned())
}

fn to_json(claim: &ClaimRecord) -> Object {
    let object = json!({
        "id": claim.id.to_string(),
        "name": claim.name,
        "paths": claim.paths,
        "built_in": claim.built_in,
        "created": claim.created.to_rfc3339(),
        "updated": claim.updated.to_rfc3339(),
    });
    object.as_object().cloned().unwrap_or_default()
}
