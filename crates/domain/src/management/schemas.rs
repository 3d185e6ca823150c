//! SCIM schemas (RFC 7643 §7), built-in ones to be read, others to be made.

mod attributes;

use super::{
    Blocked, Creatable, Created, Deletable, Field, FieldError, FieldKind, ListPage, ListQuery,
    Listable, ManagementError, Object, Readable, Target, Updatable, UsedBy,
    body::{Body, short},
    edit::{Present, edit},
    field,
    list::Listing,
    table::{Create, Delete, List, Read, Schemas, Update},
};
use crate::{
    Core, Edit, RealmKey,
    access::Permit,
    config::{ConfigObject, ResourceTypeRecord, SchemaRecord},
    id::new_id,
    scim::SubType,
    snapshot::RealmSnapshot,
    store::{Change, Conflict, Kind, StoreError},
};
use scim::{ResourceSchema, ResourceType, Schema};
use scope::Uses;
use serde_json::json;
use std::sync::Arc;

const FIELDS: &[Field] = &[
    Field::by_server("id", FieldKind::Exact),
    Field::at_creation("urn", FieldKind::Text),
    Field::writable("name", FieldKind::Text),
    Field::writable("description", FieldKind::Text),
    Field::writable("attributes", FieldKind::Structure),
    Field::by_server("built_in", FieldKind::Boolean),
    Field::by_server("created", FieldKind::Time),
    Field::by_server("updated", FieldKind::Time),
];

impl Creatable for Schemas {
    async fn create(
        core: &Core,
        permit: &Permit<Create<Self>>,
        _: &Target,
        body: &Object,
    ) -> Result<Created, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let schema = read(body)?;
        let made = edit(core, permit, |Present { snapshot, now, .. }| {
            let reserved = scim::core::discovery_schemas();
            if SubType::is_urn(&schema.id)
                || snapshot.config().schema_by_urn(&schema.id).is_some()
                || reserved
                    .iter()
                    .any(|known| known.id.eq_ignore_ascii_case(&schema.id))
            {
                return Err(Conflict::Duplicate { kind: Kind::Schema }.into());
            }
            let id = new_id(now);
            let record = SchemaRecord {
                id,
                built_in: false,
                schema,
                created: now,
                updated: now,
            };
            let record = Arc::new(record);
            Ok(Edit::none(record.clone()).put(ConfigObject::Schema(record)))
        });
        let record = made.await?;
        Ok(Created {
            id: record.id.to_string(),
            object: to_json(&record),
        })
    }
}

impl Listable for Schemas {
    async fn list(
        core: &Core,
        permit: &Permit<List<Self>>,
        target: &Target,
        query: &ListQuery,
    ) -> Result<ListPage, ManagementError> {
        let listing = Listing::new::<Self>(core.secrets(), permit.caller(), target, query, FIELDS)?;
        let schemas = permit.snapshot().config().schemas.values();
        listing.page(schemas.map(|schema| (schema.id.to_string(), to_json(schema))))
    }
}

impl Readable for Schemas {
    async fn read(
        _: &Core,
        permit: &Permit<Read<Self>>,
        target: &Target,
    ) -> Result<Object, ManagementError> {
        find(permit.snapshot(), target).map(|schema| to_json(schema))
    }
}

impl Updatable for Schemas {
    /// What is stored stays readable: while there are resources with the schema, attributes may
    /// be added to it, and none removed, given another type, or made or unmade a secret.
    async fn update(
        core: &Core,
        permit: &Permit<Update<Self>>,
        target: &Target,
        patch: &Object,
    ) -> Result<Object, ManagementError> {
        let urn = find(permit.snapshot(), target)?.schema.id.clone();
        let in_use = type_with_resources(core, permit.realm(), permit.snapshot(), &urn).await?;
        let updated = edit(core, permit, |Present { snapshot, now, .. }| {
            let before = find(snapshot, target)?;
            check_custom(before)?;
            let schema = read(&field::patched(FIELDS, to_json(before), patch)?)?;
            let broken = attributes::breaks(&before.schema.attributes, &schema.attributes);
            if let (Some(name), Some(broken)) = (&in_use, &broken) {
                let detail = format!("There are resources of type `{name}`: {broken}.");
                return Err(Blocked::because("in_use", detail).into());
            }
            let after = SchemaRecord {
                schema,
                updated: now,
                ..SchemaRecord::clone(before)
            };
            let after = Arc::new(after);
            let mut edit = Edit::none(after.clone()).put(ConfigObject::Schema(after));
            if broken.is_some() {
                // None may appear meanwhile either.
                for record in types_with(snapshot, &urn) {
                    let name = record.resource_type.name.as_str().into();
                    edit = edit.first(Change::ExpectNoResources(name));
                }
            }
            Ok(edit)
        });
        updated.await.map(|schema| to_json(&schema))
    }
}

impl Deletable for Schemas {
    async fn delete(
        core: &Core,
        permit: &Permit<Delete<Self>>,
        target: &Target,
    ) -> Result<(), ManagementError> {
        let deleted = edit(core, permit, |Present { snapshot, .. }| {
            let schema = find(snapshot, target)?;
            check_custom(schema)?;
            let types: Uses<_> = types_with(snapshot, &schema.schema.id)
                .map(|t| t.id)
                .collect();
            if let Some(used_by) = UsedBy::of("resource-types", &types) {
                return Err(Blocked::in_use("The schema", vec![used_by]).into());
            }
            Ok(Edit::none(()).delete(Kind::Schema, schema.id))
        });
        deleted.await
    }
}

fn find<'s>(
    snapshot: &'s RealmSnapshot,
    target: &Target,
) -> Result<&'s Arc<SchemaRecord>, ManagementError> {
    let id = target
        .get("id")
        .parse()
        .map_err(|_| ManagementError::NotFound)?;
    snapshot
        .config()
        .schemas
        .get(&id)
        .ok_or(ManagementError::NotFound)
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

/// The name of a type that has the schema and of which there are resources.
async fn type_with_resources(
    core: &Core,
    realm: &RealmKey,
    snapshot: &RealmSnapshot,
    urn: &str,
) -> Result<Option<String>, StoreError> {
    for record in types_with(snapshot, urn) {
        let name = record.resource_type.name.as_str();
        if core.store().has_resources(realm, &name.into()).await? {
            return Ok(Some(name.to_owned()));
        }
    }
    Ok(None)
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
