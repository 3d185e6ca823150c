//! SCIM schemas (RFC 7643 §7), built-in ones to be read, others to be made.

mod attributes;

use super::{
    Blocked, Definition, Field, FieldError, FieldKind, ManagementError, Object, Target, UsedBy,
    body::{Body, short},
    configured::{Alter, Find, Make, Remove, Show},
    field,
    kept::Kept,
    present::{Made, Present},
    table::Schemas,
};
use crate::{
    Edit,
    config::{ConfigObject, RealmConfig, ResourceTypeRecord, SchemaRecord},
    id::new_id,
    scim::SubType,
    snapshot::RealmSnapshot,
    store::{Change, Conflict, Kind, TypeName},
};
use scim::{ResourceSchema, ResourceType, Schema};
use scope::Uses;
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

pub(super) const DEFINITION: Definition = Definition {
    resource: "schemas",
    singular: "SCIM schema",
    about: "A SCIM schema (RFC 7643 §7): the attributes that resources have by it.",
    named_by: "urn",
    fields: FIELDS,
};

const FIELDS: &[Field] = &[
    Field::id(),
    Field::at_creation(
        "urn",
        FieldKind::Text,
        "Its URN, such as `urn:example:params:Device`. Unique in the realm, ignoring letter case.",
    )
    .required(),
    Field::writable("name", FieldKind::Text, "A name for people, of at most 200 characters."),
    Field::writable("description", FieldKind::Text, "What it is, for whoever reads the discovery endpoints."),
    Field::writable(
        "attributes",
        FieldKind::Structure,
        "Its attributes, in the form of RFC 7643 §7. While there are resources with the schema, attributes may be added, and none removed or given another type.",
    )
    .required(),
    Field::built_in("Whether Ambit brought it: it can't be changed or deleted then."),
    Field::created(),
    Field::updated(),
];

impl Kept for Schemas {
    type Id = Uuid;
    type Item = SchemaRecord;

    fn kept(config: &RealmConfig) -> &BTreeMap<Uuid, Arc<SchemaRecord>> {
        &config.schemas
    }
}

impl Show for Schemas {
    fn depends_on(snapshot: &RealmSnapshot, target: &Target) -> Vec<TypeName> {
        match Self::find(snapshot, target) {
            Ok(schema) => names_of_types_with(snapshot, &schema.schema.id),
            Err(_) => Vec::new(),
        }
    }

    fn show(_: &RealmSnapshot, schema: Self::Record<'_>) -> Object {
        to_json(schema)
    }
}

impl Make for Schemas {
    fn make(
        present: &mut Present<'_>,
        _: &Target,
        body: &Object,
    ) -> Result<Edit<Made>, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let schema = read(body)?;
        let known = present.snapshot.config().schema_by_urn(&schema.id);
        let reserved = scim::core::discovery_schemas();
        let mut reserved = reserved.iter();
        if SubType::is_urn(&schema.id)
            || known.is_some()
            || reserved.any(|known| known.id.eq_ignore_ascii_case(&schema.id))
        {
            return Err(Conflict::Duplicate { kind: Kind::Schema }.into());
        }
        let record = SchemaRecord {
            id: new_id(present.now),
            built_in: false,
            schema,
            created: present.now,
            updated: present.now,
        };
        let made = Made::new(record.id);
        Ok(Edit::none(made).put(ConfigObject::Schema(Arc::new(record))))
    }
}

impl Alter for Schemas {
    /// What is stored stays readable: while there are resources with the schema, attributes may
    /// be added to it, and none removed, given another type, or made or unmade a secret.
    fn alter(
        present: &mut Present<'_>,
        target: &Target,
        patch: &Object,
    ) -> Result<Edit<()>, ManagementError> {
        let before = Self::find(present.snapshot, target)?;
        check_custom(before)?;
        let schema = read(&field::patched(FIELDS, to_json(before), patch)?)?;
        let broken = attributes::breaks(&before.schema.attributes, &schema.attributes);
        let types = names_of_types_with(present.snapshot, &before.schema.id);
        let in_use = types.iter().find(|name| present.facts.has_resources(name));
        if let (Some(name), Some(broken)) = (in_use, &broken) {
            let detail = format!("There are resources of type `{name}`: {broken}.");
            return Err(Blocked::because("in_use", detail).into());
        }
        let after = SchemaRecord {
            schema,
            updated: present.now,
            ..SchemaRecord::clone(before)
        };
        let edit = Edit::none(()).put(ConfigObject::Schema(Arc::new(after)));
        // None may appear meanwhile either.
        let types = types.into_iter().filter(|_| broken.is_some());
        Ok(types.fold(edit, |edit, name| {
            edit.first(Change::ExpectNoResources(name))
        }))
    }
}

impl Remove for Schemas {
    fn remove(present: &mut Present<'_>, target: &Target) -> Result<Edit<()>, ManagementError> {
        let schema = Self::find(present.snapshot, target)?;
        check_custom(schema)?;
        let types = types_with(present.snapshot, &schema.schema.id);
        let types: Uses<_> = types.map(|t| t.id).collect();
        if let Some(used_by) = UsedBy::of("resource-types", &types) {
            return Err(Blocked::in_use("The schema", vec![used_by]).into());
        }
        Ok(Edit::none(()).delete(Kind::Schema, schema.id))
    }
}

fn check_custom(schema: &SchemaRecord) -> Result<(), Blocked> {
    if schema.built_in {
        let detail = "A built-in schema can't be changed or deleted; extend the resource type.";
        return Err(Blocked::because("built_in", detail));
    }
    Ok(())
}

/// The resource types that have the schema, as base or as extension.
fn types_with<'s>(
    snapshot: &'s RealmSnapshot,
    urn: &'s str,
) -> impl Iterator<Item = &'s Arc<ResourceTypeRecord>> {
    snapshot
        .config()
        .resource_types
        .values()
        .filter(move |record| {
            let resource_type = &record.resource_type;
            resource_type.schema.eq_ignore_ascii_case(urn)
                || resource_type
                    .schema_extensions
                    .iter()
                    .any(|e| e.schema.eq_ignore_ascii_case(urn))
        })
}

fn names_of_types_with(snapshot: &RealmSnapshot, urn: &str) -> Vec<TypeName> {
    types_with(snapshot, urn)
        .map(|record| record.resource_type.name.as_str().into())
        .collect()
}

fn read(body: &Object) -> Result<Schema, FieldError> {
    let values = Body(body)
        .value("attributes")
        .ok_or_else(|| FieldError::required("attributes"))?;
    let body = Body(body);
    let schema = Schema {
        id: urn(body.required_text("urn")?)?,
        name: body.owned("name", 200)?,
        description: body.text("description")?.map(str::to_owned),
        attributes: attributes::read("attributes", values)?,
    };
    // Whatever is wrong in it by itself shows in a type that has it.
    let resource_type = ResourceType {
        id: "Object".to_owned(),
        name: "Object".to_owned(),
        description: None,
        endpoint: "/Objects".to_owned(),
        schema: schema.id.clone(),
        schema_extensions: Vec::new(),
    };
    ResourceSchema::compile(resource_type, |_| Some(&schema))
        .map_err(|error| FieldError::invalid("attributes", format!("can't be used: {error}")))?;
    Ok(schema)
}

/// A URN (RFC 8141 §2) as attribute paths may begin with: no character there is a delimiter.
fn urn(text: &str) -> Result<String, FieldError> {
    let mut parts = text.split(':');
    let scheme = parts
        .next()
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("urn"));
    let namespace = parts.next().is_some_and(|nid| {
        (2..=32).contains(&nid.len()) && nid.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    });
    let rest: Vec<&str> = parts.collect();
    let specific = !rest.is_empty()
        && rest.iter().all(|part| {
            let good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
            !part.is_empty() && part.bytes().all(good)
        });
    if scheme && namespace && specific && text.len() <= 255 {
        return Ok(text.to_owned());
    }
    let detail = format!(
        "has `{}`: it must look like `urn:example:params:Device`",
        short(text)
    );
    Err(FieldError::invalid("urn", detail))
}

fn to_json(record: &SchemaRecord) -> Object {
    let schema = &record.schema;
    let mut object = Object::new();
    object.insert("id".into(), record.id.to_string().into());
    object.insert("urn".into(), schema.id.clone().into());
    if let Some(name) = &schema.name {
        object.insert("name".into(), name.clone().into());
    }
    if let Some(description) = &schema.description {
        object.insert("description".into(), description.clone().into());
    }
    object.insert("attributes".into(), attributes::write(&schema.attributes));
    object.insert("built_in".into(), json!(record.built_in));
    object.insert("created".into(), record.created.to_rfc3339().into());
    object.insert("updated".into(), record.updated.to_rfc3339().into());
    object
}
