//! SCIM resource types (RFC 7643 §6), built-in ones to be extended, others to be made.

mod definition;

use super::{
    Blocked, Creatable, Created, Deletable, Field, FieldKind, ListPage, ListQuery, Listable,
    ManagementError, Object, Readable, Target, Updatable, UsedBy,
    edit::{Present, edit},
    field,
    list::Listing,
    table::{Create, Delete, List, Read, ResourceTypes, Update},
};
use crate::{
    Core, Edit,
    access::Permit,
    config::{ConfigObject, ResourceTypeRecord},
    id::new_id,
    snapshot::RealmSnapshot,
    store::{Change, Conflict, Kind, TypeName},
};
use definition::{breaks, read};
use serde_json::{Value, json};
use std::sync::Arc;

const FIELDS: &[Field] = &[
    Field::by_server("id", FieldKind::Exact),
    Field::at_creation("name", FieldKind::Text),
    Field::writable("description", FieldKind::Text),
    Field::at_creation("endpoint", FieldKind::Text),
    Field::at_creation("schema", FieldKind::Text),
    Field::writable("schema_extensions", FieldKind::Structure),
    Field::by_server("built_in", FieldKind::Boolean),
    Field::by_server("created", FieldKind::Time),
    Field::by_server("updated", FieldKind::Time),
];

impl Creatable for ResourceTypes {
    async fn create(
        core: &Core,
        permit: &Permit<Create<Self>>,
        _: &Target,
        body: &Object,
    ) -> Result<Created, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let made = edit(core, permit, |Present { snapshot, now, .. }| {
            let resource_type = read(body, snapshot)?;
            let config = snapshot.config();
            let taken = |record: &&Arc<ResourceTypeRecord>| {
                record
                    .resource_type
                    .endpoint
                    .eq_ignore_ascii_case(&resource_type.endpoint)
            };
            if config.resource_type_by_name(&resource_type.name).is_some() {
                return Err(Conflict::Duplicate {
                    kind: Kind::ResourceType,
                }
                .into());
            }
            if config.resource_types.values().find(taken).is_some() {
                let detail = format!("Another type has `{}`.", resource_type.endpoint);
                return Err(Blocked::because("duplicate", detail).into());
            }
            let record = Arc::new(ResourceTypeRecord {
                id: new_id(now),
                built_in: false,
                resource_type,
                created: now,
                updated: now,
            });
            Ok(Edit::none(record.clone()).put(ConfigObject::ResourceType(record)))
        });
        let record = made.await?;
        Ok(Created {
            id: record.id.to_string(),
            object: to_json(&record),
        })
    }
}

impl Listable for ResourceTypes {
    async fn list(
        core: &Core,
        permit: &Permit<List<Self>>,
        target: &Target,
        query: &ListQuery,
    ) -> Result<ListPage, ManagementError> {
        let listing = Listing::new::<Self>(core.secrets(), permit.caller(), target, query, FIELDS)?;
        let types = permit.snapshot().config().resource_types.values();
        listing.page(types.map(|record| (record.id.to_string(), to_json(record))))
    }
}

impl Readable for ResourceTypes {
    async fn read(
        _: &Core,
        permit: &Permit<Read<Self>>,
        target: &Target,
    ) -> Result<Object, ManagementError> {
        find(permit.snapshot(), target).map(|record| to_json(record))
    }
}

impl Updatable for ResourceTypes {
    /// Built-in types too may get extensions. While there are resources of the type, none can be
    /// taken away or become required.
    async fn update(
        core: &Core,
        permit: &Permit<Update<Self>>,
        target: &Target,
        patch: &Object,
    ) -> Result<Object, ManagementError> {
        let name: TypeName = find(permit.snapshot(), target)?
            .resource_type
            .name
            .as_str()
            .into();
        let in_use = core.store().has_resources(permit.realm(), &name).await?;
        let updated = edit(core, permit, |Present { snapshot, now, .. }| {
            let before = find(snapshot, target)?;
            let merged = field::patched(FIELDS, to_json(before), patch)?;
            let resource_type = read(&merged, snapshot)?;
            let broken = breaks(&before.resource_type, &resource_type);
            if let (Some(broken), true) = (&broken, in_use) {
                let detail = format!("There are resources of the type: {broken}.");
                return Err(Blocked::because("in_use", detail).into());
            }
            let after = Arc::new(ResourceTypeRecord {
                resource_type,
                updated: now,
                ..ResourceTypeRecord::clone(before)
            });
            let edit = Edit::none(after.clone()).put(ConfigObject::ResourceType(after));
            // None may appear meanwhile either.
            Ok(match broken {
                Some(_) => edit.first(Change::ExpectNoResources(name)),
                None => edit,
            })
        });
        updated.await.map(|record| to_json(&record))
    }
}

impl Deletable for ResourceTypes {
    async fn delete(
        core: &Core,
        permit: &Permit<Delete<Self>>,
        target: &Target,
    ) -> Result<(), ManagementError> {
        let name: TypeName = find(permit.snapshot(), target)?
            .resource_type
            .name
            .as_str()
            .into();
        let in_use = core.store().has_resources(permit.realm(), &name).await?;
        let deleted = edit(core, permit, |Present { snapshot, .. }| {
            let record = find(snapshot, target)?;
            if record.built_in {
                let detail = "A built-in resource type can't be deleted.";
                return Err(Blocked::because("built_in", detail).into());
            }
            let scopes = snapshot.catalogue().scopes_naming_type(&name);
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
        });
        deleted.await
    }
}

fn find<'s>(
    snapshot: &'s RealmSnapshot,
    target: &Target,
) -> Result<&'s Arc<ResourceTypeRecord>, ManagementError> {
    let id = target
        .get("id")
        .parse()
        .map_err(|_| ManagementError::NotFound)?;
    snapshot
        .config()
        .resource_types
        .get(&id)
        .ok_or(ManagementError::NotFound)
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
