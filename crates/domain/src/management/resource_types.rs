//! SCIM resource types (RFC 7643 §6), built-in ones to be extended, others to be made.

mod definition;

use super::{
    Blocked, Definition, Field, FieldKind, ManagementError, Object, Target, UsedBy,
    configured::{Alter, Find, Make, Remove, Show},
    field,
    kept::Kept,
    present::{Made, Present},
    table::ResourceTypes,
};
use crate::{
    Edit,
    config::{ConfigObject, RealmConfig, ResourceTypeRecord},
    id::new_id,
    snapshot::RealmSnapshot,
    store::{Change, Conflict, Kind, TypeName},
};
use definition::{breaks, read};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

pub(super) const DEFINITION: Definition = Definition {
    resource: "resource-types",
    singular: "SCIM resource type",
    about: "A kind of SCIM resource (RFC 7643 §6): where it is, its schema, and the schemas that extend it.",
    named_by: "name",
    fields: FIELDS,
};

const FIELDS: &[Field] = &[
    Field::id(),
    Field::at_creation(
        "name",
        FieldKind::Text,
        "A letter, then letters, digits, `-` and `_`. Unique in the realm, ignoring letter case.",
    )
    .required(),
    Field::writable("description", FieldKind::Text, "What it is, for whoever reads the discovery endpoints."),
    Field::at_creation(
        "endpoint",
        FieldKind::Text,
        "One segment below the SCIM root, such as `/Devices`.",
    )
    .required(),
    Field::at_creation("schema", FieldKind::Text, "The URN of its schema, which must exist.").required(),
    Field::writable(
        "schema_extensions",
        FieldKind::Structure,
        "Schemas that extend it: objects with `schema` (a URN) and `required`. While there are resources of the type, none can be taken away or become required.",
    )
    .default("none"),
    Field::built_in("Whether Ambit brought it: it can't be deleted then, but may get extensions."),
    Field::created(),
    Field::updated(),
];

impl Kept for ResourceTypes {
    type Id = Uuid;
    type Item = ResourceTypeRecord;

    fn kept(config: &RealmConfig) -> &BTreeMap<Uuid, Arc<ResourceTypeRecord>> {
        &config.resource_types
    }
}

impl Show for ResourceTypes {
    fn depends_on(snapshot: &RealmSnapshot, target: &Target) -> Vec<TypeName> {
        let record = Self::find(snapshot, target).ok();
        let name = record.map(|record| record.resource_type.name.as_str().into());
        name.into_iter().collect()
    }

    fn show(_: &RealmSnapshot, record: Self::Record<'_>) -> Object {
        to_json(record)
    }
}

impl Make for ResourceTypes {
    fn make(
        present: &mut Present<'_>,
        _: &Target,
        body: &Object,
    ) -> Result<Edit<Made>, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let (snapshot, now) = (present.snapshot, present.now);
        let resource_type = read(body, snapshot)?;
        let config = snapshot.config();
        if config.resource_type_by_name(&resource_type.name).is_some() {
            let kind = Kind::ResourceType;
            return Err(Conflict::Duplicate { kind }.into());
        }
        let endpoint = &resource_type.endpoint;
        let mut others = config
            .resource_types
            .values()
            .map(|other| &other.resource_type);
        if others.any(|other| other.endpoint.eq_ignore_ascii_case(endpoint)) {
            let detail = format!("Another type has `{endpoint}`.");
            return Err(Blocked::because("duplicate", detail).into());
        }
        let record = ResourceTypeRecord {
            id: new_id(now),
            built_in: false,
            resource_type,
            created: now,
            updated: now,
        };
        let made = Made::new(record.id);
        Ok(Edit::none(made).put(ConfigObject::ResourceType(Arc::new(record))))
    }
}

impl Alter for ResourceTypes {
    /// Built-in types too may get extensions. While there are resources of the type, none can be
    /// taken away or become required.
    fn alter(
        present: &mut Present<'_>,
        target: &Target,
        patch: &Object,
    ) -> Result<Edit<()>, ManagementError> {
        let before = Self::find(present.snapshot, target)?;
        let merged = field::patched(FIELDS, to_json(before), patch)?;
        let resource_type = read(&merged, present.snapshot)?;
        let name: TypeName = before.resource_type.name.as_str().into();
        let broken = breaks(&before.resource_type, &resource_type);
        if let (Some(broken), true) = (&broken, present.facts.has_resources(&name)) {
            let detail = format!("There are resources of the type: {broken}.");
            return Err(Blocked::because("in_use", detail).into());
        }
        let after = ResourceTypeRecord {
            resource_type,
            updated: present.now,
            ..ResourceTypeRecord::clone(before)
        };
        let edit = Edit::none(()).put(ConfigObject::ResourceType(Arc::new(after)));
        // None may appear meanwhile either.
        Ok(match broken {
            Some(_) => edit.first(Change::ExpectNoResources(name)),
            None => edit,
        })
    }
}

impl Remove for ResourceTypes {
    fn remove(present: &mut Present<'_>, target: &Target) -> Result<Edit<()>, ManagementError> {
        let record = Self::find(present.snapshot, target)?;
        if record.built_in {
            let detail = "A built-in resource type can't be deleted.";
            return Err(Blocked::because("built_in", detail).into());
        }
        let name: TypeName = record.resource_type.name.as_str().into();
        let scopes = present.snapshot.catalogue().scopes_naming_type(&name);
        let in_use = present.facts.has_resources(&name);
        let used_by: Vec<UsedBy> = UsedBy::of("scopes", &scopes)
            .into_iter()
            .chain(in_use.then(UsedBy::resources))
            .collect();
        if !used_by.is_empty() {
            return Err(Blocked::in_use(&format!("The type `{name}`"), used_by).into());
        }
        Ok(Edit::none(())
            .first(Change::ExpectNoResources(name))
            .delete(Kind::ResourceType, record.id))
    }
}

fn to_json(record: &ResourceTypeRecord) -> Object {
    let resource_type = &record.resource_type;
    let extensions: Vec<Value> = resource_type
        .schema_extensions
        .iter()
        .map(|e| json!({ "schema": e.schema, "required": e.required }))
        .collect();
    let mut object = Object::new();
    object.insert("id".into(), record.id.to_string().into());
    object.insert("name".into(), resource_type.name.clone().into());
    if let Some(description) = &resource_type.description {
        object.insert("description".into(), description.clone().into());
    }
    object.insert("endpoint".into(), resource_type.endpoint.clone().into());
    object.insert("schema".into(), resource_type.schema.clone().into());
    object.insert("schema_extensions".into(), extensions.into());
    object.insert("built_in".into(), record.built_in.into());
    object.insert("created".into(), record.created.to_rfc3339().into());
    object.insert("updated".into(), record.updated.to_rfc3339().into());
    object
}
