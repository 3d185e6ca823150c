//! Roles of people (product §2.4, §7).

use super::{
    Blocked, Definition, Field, FieldError, FieldKind, ManagementError, Object, Target,
    authority::Authority,
    body::{Body, short},
    configured::{Alter, Find, Make, Remove, Show},
    field,
    kept::Kept,
    present::{Made, Present},
    table::Roles,
};
use crate::{
    Edit, Timestamp,
    config::{ConfigObject, RealmConfig, RoleRecord},
    id::new_id,
    people::identity_type,
    snapshot::RealmSnapshot,
    store::{Change, Kind, ResourceId},
};
use scope::{ManagementRights, RoleId, ScopeKind};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Longest name, in characters.
const MAX_NAME: usize = 200;
/// Longest description, in characters.
const MAX_DESCRIPTION: usize = 2000;

pub(super) const DEFINITION: Definition = Definition {
    resource: "roles",
    singular: "role",
    about: "What clients may do for the people who are its members, and what these may give to others. \
            Whoever leaves a role loses what it gave at once, in live tokens too.",
    named_by: "name",
    fields: FIELDS,
};

const FIELDS: &[Field] = &[
    Field::id(),
    Field::writable(
        "name",
        FieldKind::Text,
        "The role's name, of at most 200 characters. Unique in the realm, ignoring letter case.",
    )
    .required(),
    Field::writable("description", FieldKind::Text, "What it is for."),
    Field::writable(
        "scopes",
        FieldKind::Exacts,
        "The scopes of management that clients may have for its members. They are shown right by right: `connector:read` as `connectors:read`.",
    )
    .default("none"),
    Field::writable(
        "delegable_scopes",
        FieldKind::Exacts,
        "The scopes of management that its members may give besides, to clients and in roles; they need not hold them.",
    )
    .default("none"),
    Field::writable(
        "delegates_capabilities",
        FieldKind::Boolean,
        "Whether its members may give every scope but those of management: clients then act on resources for them as far as their scopes go.",
    )
    .default("false"),
    Field::writable(
        "members",
        FieldKind::Exacts,
        "The ids of the people in it, at most 1000. Whoever is a member can't be deleted.",
    )
    .default("none"),
    Field::built_in("Whether Ambit brought it: only its description and its members can be changed then, and it can't be deleted."),
    Field::created(),
    Field::updated(),
];

/// What can't be changed of a built-in role.
const FIXED: [&str; 4] = [
    "name",
    "scopes",
    "delegable_scopes",
    "delegates_capabilities",
];

impl Kept for Roles {
    type Id = RoleId;
    type Item = RoleRecord;

    fn kept(config: &RealmConfig) -> &BTreeMap<RoleId, Arc<RoleRecord>> {
        &config.roles
    }
}

impl Show for Roles {
    fn show(_: &RealmSnapshot, role: Self::Record<'_>) -> Object {
        to_json(role)
    }
}

impl Make for Roles {
    fn make(
        present: &mut Present<'_>,
        _: &Target,
        body: &Object,
    ) -> Result<Edit<Made>, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let (id, now) = (RoleId(new_id(present.now)), present.now);
        let role = read(body, present.snapshot, (id, false, now), now)?;
        authority(present).may_change_role(None, Some(&role))?;
        let made = Made::new(role.id);
        changed(present.snapshot, None, role, made)
    }
}

impl Alter for Roles {
    fn alter(
        present: &mut Present<'_>,
        target: &Target,
        patch: &Object,
    ) -> Result<Edit<()>, ManagementError> {
        let before = Self::find(present.snapshot, target)?;
        let shown = to_json(before);
        let merged = field::patched(FIELDS, shown.clone(), patch)?;
        let made = (before.id, before.built_in, before.created);
        let after = read(&merged, present.snapshot, made, present.now)?;
        let after_shown = to_json(&after);
        let other = |name: &&&str| shown.get(**name) != after_shown.get(**name);
        if let Some(name) = FIXED.iter().find(other).filter(|_| before.built_in) {
            let detail = "can't be changed: the role is built in";
            return Err(FieldError::new(name, "built_in", detail).into());
        }
        authority(present).may_change_role(Some(before), Some(&after))?;
        changed(present.snapshot, Some(before), after, ())
    }
}

impl Remove for Roles {
    fn remove(present: &mut Present<'_>, target: &Target) -> Result<Edit<()>, ManagementError> {
        let role = Self::find(present.snapshot, target)?;
        if role.built_in {
            let detail = "A built-in role can't be deleted.";
            return Err(Blocked::because("built_in", detail).into());
        }
        authority(present).may_change_role(Some(role), None)?;
        Ok(Edit::none(()).delete(Kind::Role, role.id))
    }
}

fn authority<'a>(present: &Present<'a>) -> Authority<'a> {
    Authority {
        snapshot: present.snapshot,
        caller: present.caller,
    }
}

/// The change to `after`; whoever is new in it must exist, and stay as long as they are in it (T6).
fn changed<T>(
    snapshot: &RealmSnapshot,
    before: Option<&RoleRecord>,
    after: RoleRecord,
    answer: T,
) -> Result<Edit<T>, ManagementError> {
    let people = &identity_type(snapshot)?.name;
    let was_in = |member: &&ResourceId| before.is_none_or(|role| !role.members.contains(*member));
    let edit = after
        .members
        .iter()
        .filter(was_in)
        .fold(Edit::none(answer), |edit, member| {
            edit.first(Change::ExpectResource {
                resource_type: people.clone(),
                id: member.clone(),
            })
        });
    Ok(edit.put(ConfigObject::Role(Arc::new(after))))
}

fn read(
    body: &Object,
    snapshot: &RealmSnapshot,
    (id, built_in, created): (RoleId, bool, Timestamp),
    now: Timestamp,
) -> Result<RoleRecord, FieldError> {
    let body = Body(body);
    let name = body.owned("name", MAX_NAME)?;
    let members = body.texts("members")?.unwrap_or_default();
    let members: BTreeSet<ResourceId> = members.into_iter().map(|m| ResourceId(m.into())).collect();
    Ok(RoleRecord {
        id,
        name: name.ok_or_else(|| FieldError::required("name"))?,
        description: body.owned("description", MAX_DESCRIPTION)?,
        built_in,
        holds: rights(body, "scopes", snapshot)?,
        may_delegate: rights(body, "delegable_scopes", snapshot)?,
        delegates_capabilities: body.boolean("delegates_capabilities")?.unwrap_or(false),
        members,
        created,
        updated: now,
    })
}

/// The rights of the scopes of management that a field names.
fn rights(
    body: Body<'_>,
    field: &str,
    snapshot: &RealmSnapshot,
) -> Result<ManagementRights, FieldError> {
    let mut all = ManagementRights::default();
    for name in body.texts(field)?.unwrap_or_default() {
        let scope = snapshot.config().scope_by_name(name);
        match scope.map(|scope| &scope.definition.kind) {
            Some(ScopeKind::Management(rights)) => all = all.union(*rights),
            _ => {
                let name = short(name);
                let detail = format!("names `{name}`, which is no scope of the type `management`");
                return Err(FieldError::invalid(field, detail));
            }
        }
    }
    Ok(all)
}

fn to_json(role: &RoleRecord) -> Object {
    let names = |rights: ManagementRights| -> Vec<String> {
        rights.iter().map(|right| right.to_string()).collect()
    };
    let members: Vec<&str> = role.members.iter().map(|member| &*member.0).collect();
    let object = json!({
        "id": role.id.to_string(),
        "name": role.name,
        "scopes": names(role.holds),
        "delegable_scopes": names(role.may_delegate),
        "delegates_capabilities": role.delegates_capabilities,
        "members": members,
        "built_in": role.built_in,
        "created": role.created.to_rfc3339(),
        "updated": role.updated.to_rfc3339(),
    });
    let mut object = object.as_object().cloned().unwrap_or_default();
    if let Some(description) = &role.description {
        object.insert("description".into(), description.as_str().into());
    }
    object
}
