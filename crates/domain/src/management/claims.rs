//! Claims about people, and where their values come from (product §4).

use super::{
    Blocked, Creatable, Created, Deletable, Field, FieldError, FieldKind, ListPage, ListQuery,
    Listable, ManagementError, Object, Readable, Target, Updatable,
    body::{Body, short},
    edit::{Present, edit},
    field,
    list::Listing,
    table::{Claims, Create, Delete, List, Read, Update},
};
use crate::{
    Core, Edit,
    access::Permit,
    claims::{ClaimPath, is_protocol_claim},
    config::{ClaimRecord, ConfigObject},
    id::new_id,
    snapshot::RealmSnapshot,
    store::Kind,
};
use scim::ResourceSchema;
use serde_json::json;
use std::sync::Arc;

/// Longest name, in bytes.
const MAX_NAME: usize = 200;
/// Most paths of one claim.
const MAX_PATHS: usize = 10;

const FIELDS: &[Field] = &[
    Field::by_server("id", FieldKind::Exact),
    Field::writable("name", FieldKind::Exact),
    Field::writable("paths", FieldKind::Exacts),
    Field::by_server("built_in", FieldKind::Boolean),
    Field::by_server("created", FieldKind::Time),
    Field::by_server("updated", FieldKind::Time),
];

impl Creatable for Claims {
    async fn create(
        core: &Core,
        permit: &Permit<Create<Self>>,
        _: &Target,
        body: &Object,
    ) -> Result<Created, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let made = edit(core, permit, |Present { snapshot, now, .. }| {
            let (name, paths) = read(body, snapshot)?;
            let claim = Arc::new(ClaimRecord {
                id: new_id(now),
                name,
                paths,
                built_in: false,
                created: now,
                updated: now,
            });
            Ok(Edit::none(claim.clone()).put(ConfigObject::Claim(claim)))
        });
        let claim = made.await?;
        Ok(Created {
            id: claim.id.to_string(),
            object: to_json(&claim),
        })
    }
}

impl Listable for Claims {
    async fn list(
        core: &Core,
        permit: &Permit<List<Self>>,
        target: &Target,
        query: &ListQuery,
    ) -> Result<ListPage, ManagementError> {
        let listing = Listing::new::<Self>(core.secrets(), permit.caller(), target, query, FIELDS)?;
        let claims = permit.snapshot().config().claims.values();
        listing.page(claims.map(|claim| (claim.id.to_string(), to_json(claim))))
    }
}

impl Readable for Claims {
    async fn read(
        _: &Core,
        permit: &Permit<Read<Self>>,
        target: &Target,
    ) -> Result<Object, ManagementError> {
        find(permit.snapshot(), target).map(|claim| to_json(claim))
    }
}

impl Updatable for Claims {
    /// The name of a built-in claim says what it means, and stays.
    async fn update(
        core: &Core,
        permit: &Permit<Update<Self>>,
        target: &Target,
        patch: &Object,
    ) -> Result<Object, ManagementError> {
        let updated = edit(core, permit, |Present { snapshot, now, .. }| {
            let before = find(snapshot, target)?;
            let merged = field::patched(FIELDS, to_json(before), patch)?;
            let (name, paths) = read(&merged, snapshot)?;
            if before.built_in && name != before.name {
                let detail = "can't be changed: the claim is built in";
                return Err(FieldError::new("name", "built_in", detail).into());
            }
            let after = Arc::new(ClaimRecord {
                name,
                paths,
                updated: now,
                ..ClaimRecord::clone(before)
            });
            Ok(Edit::none(after.clone()).put(ConfigObject::Claim(after)))
        });
        updated.await.map(|claim| to_json(&claim))
    }
}

impl Deletable for Claims {
    async fn delete(
        core: &Core,
        permit: &Permit<Delete<Self>>,
        target: &Target,
    ) -> Result<(), ManagementError> {
        let deleted = edit(core, permit, |Present { snapshot, .. }| {
            let claim = find(snapshot, target)?;
            if claim.built_in {
                let detail = "A built-in claim can't be deleted.";
                return Err(Blocked::because("built_in", detail).into());
            }
            Ok(Edit::none(()).delete(Kind::Claim, claim.id))
        });
        deleted.await
    }
}

fn find<'s>(
    snapshot: &'s RealmSnapshot,
    target: &Target,
) -> Result<&'s Arc<ClaimRecord>, ManagementError> {
    let id = target
        .get("id")
        .parse()
        .map_err(|_| ManagementError::NotFound)?;
    let claims = &snapshot.config().claims;
    claims.get(&id).ok_or(ManagementError::NotFound)
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
